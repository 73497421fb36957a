//! Sleeping in the kernel until a descriptor, a time or a wake-up.

use crate::sys::process;
use core::cell::{Cell, OnceCell};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};

fn check(r: libc::c_int) -> io::Result<libc::c_int> {
    if r < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(r)
    }
}

fn owned(fd: libc::c_int) -> io::Result<OwnedFd> {
    let fd = check(fd)?;
    // SAFETY: the call that made it has just returned this descriptor.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Puts another open file behind a descriptor's number. Whoever has the old one through a number of
/// their own, as the parent of this process, keeps it.
fn replace(fd: &OwnedFd, with: &OwnedFd) -> io::Result<()> {
    // SAFETY: both are open; the number stays the owner's.
    let r = unsafe { libc::dup3(with.as_raw_fd(), fd.as_raw_fd(), libc::O_CLOEXEC) };
    check(r).map(drop)
}

fn eventfd(count: libc::c_uint) -> io::Result<OwnedFd> {
    // SAFETY: takes no pointer.
    owned(unsafe { libc::eventfd(count, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) })
}

fn epoll() -> io::Result<OwnedFd> {
    // SAFETY: takes no pointer.
    owned(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })
}

fn timerfd() -> io::Result<OwnedFd> {
    let flags = libc::TFD_CLOEXEC | libc::TFD_NONBLOCK;
    // SAFETY: takes no pointer.
    owned(unsafe { libc::timerfd_create(libc::CLOCK_MONOTONIC, flags) })
}

/// Wakes a sleeping loop, from any thread. Signals that come before the loop looks are one.
pub(crate) struct Wake {
    fd: OwnedFd,
    signalled: AtomicBool,
}

impl Wake {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            fd: eventfd(0)?,
            signalled: AtomicBool::new(false),
        })
    }

    pub(crate) fn raw(&self) -> libc::c_int {
        self.fd.as_raw_fd()
    }

    /// In a copy of the process: no longer shares the descriptor with the process it was made in.
    pub(crate) fn part(&self) -> io::Result<()> {
        let count = u32::from(self.signalled.load(Ordering::SeqCst));
        replace(&self.fd, &eventfd(count)?)
    }

    /// Makes the descriptor readable.
    pub(crate) fn signal(&self) {
        if self.signalled.swap(true, Ordering::SeqCst) {
            return;
        }
        let one = 1u64;
        // SAFETY: writes 8 bytes from a u64. It cannot fail: the counter is 0 or 1.
        unsafe {
            libc::write(
                self.fd.as_raw_fd(),
                (&raw const one).cast(),
                size_of::<u64>(),
            )
        };
    }

    /// Makes it unreadable again. What was signalled before this returns has to be looked at
    /// after it.
    pub(crate) fn drain(&self) {
        let mut count = 0u64;
        // SAFETY: reads 8 bytes into a u64. Nothing there (EAGAIN) is as good.
        unsafe {
            libc::read(
                self.fd.as_raw_fd(),
                (&raw mut count).cast(),
                size_of::<u64>(),
            )
        };
        // Only after the read: a signal in between finds the flag set and is covered by the look
        // that follows.
        self.signalled.swap(false, Ordering::SeqCst);
    }
}

/// What a descriptor is watched for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Interest {
    pub(crate) read: bool,
    pub(crate) write: bool,
}

impl Interest {
    pub(crate) const NONE: Self = Self {
        read: false,
        write: false,
    };
    pub(crate) const READ: Self = Self {
        read: true,
        write: false,
    };
    #[cfg(any(test, feature = "LWS_ROLE_H1"))]
    pub(crate) const WRITE: Self = Self {
        read: false,
        write: true,
    };
}

/// A descriptor that is ready.
#[derive(Clone, Copy)]
pub(crate) struct Event {
    pub(crate) token: u64,
    pub(crate) readable: bool,
    pub(crate) writable: bool,
    /// Its peer has gone, or it failed.
    pub(crate) hung_up: bool,
}

/// For how many descriptors there is room at first, and at most, in one wait.
const FEW: usize = 16;
const MANY: usize = 256;
const NOTHING: libc::epoll_event = libc::epoll_event { events: 0, u64: 0 };

/// Room for the descriptors of one wait.
pub(crate) struct Ready {
    events: Vec<libc::epoll_event>,
    count: usize,
}

impl Ready {
    pub(crate) fn new() -> Self {
        Self {
            events: vec![NOTHING; FEW],
            count: 0,
        }
    }

    pub(crate) fn get(&self, at: usize) -> Option<Event> {
        if at >= self.count {
            return None;
        }
        let e = self.events.get(at)?;
        let has = |bits: libc::c_int| e.events & bits as u32 != 0;
        Some(Event {
            token: e.u64,
            readable: has(libc::EPOLLIN),
            writable: has(libc::EPOLLOUT),
            hung_up: has(libc::EPOLLHUP | libc::EPOLLERR),
        })
    }
}

/// Whether the kernel has refused `epoll_pwait2()`.
static NO_PWAIT2: AtomicBool = AtomicBool::new(false);

/// A set of descriptors to sleep on.
///
/// The child of a fork() has the same set as its parent, not another one: what either takes out is
/// gone for both. So a copy of the process takes nothing out, and gets a set of its own before it puts
/// something in or waits ([`Poller::part`]).
pub(crate) struct Poller {
    fd: OwnedFd,
    /// The process that has the set, see [`process::generation`].
    process: Cell<u32>,
    /// A timer among the descriptors, for those who wait for the whole set.
    alarm: OnceCell<OwnedFd>,
}

/// The token of the wake-up among the descriptors.
pub(crate) const WAKE: u64 = 0;
/// The token of the timer among them; no connection has it.
const ALARM: u64 = 1;
/// The token of the netlink socket among them; no connection has it either.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) const ROUTES: u64 = 2;
/// The token of the resolver's own set of descriptors among them.
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
pub(crate) const NAMES: u64 = 3;

impl Poller {
    /// An empty set.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            fd: epoll()?,
            process: Cell::new(process::generation()),
            alarm: OnceCell::new(),
        })
    }

    /// Whether this process is a copy of the one that has the set.
    pub(crate) fn is_copy(&self) -> bool {
        self.process.get() != process::generation()
    }

    /// In a copy of the process: from now on it has a set of its own, behind the same number, with
    /// nothing in it but the alarm.
    pub(crate) fn part(&self) -> io::Result<()> {
        replace(&self.fd, &epoll()?)?;
        self.process.set(process::generation());
        if let Some(alarm) = self.alarm.get() {
            replace(alarm, &timerfd()?)?;
            self.set(alarm.as_raw_fd(), ALARM, Interest::NONE, Interest::READ)?;
        }
        Ok(())
    }

    pub(crate) fn has_alarm(&self) -> bool {
        self.alarm.get().is_some()
    }

    /// Puts a timer into the set, once.
    pub(crate) fn with_alarm(&self) -> io::Result<()> {
        if self.has_alarm() {
            return Ok(());
        }
        let alarm = timerfd()?;
        self.set(alarm.as_raw_fd(), ALARM, Interest::NONE, Interest::READ)?;
        let _ = self.alarm.set(alarm);
        Ok(())
    }

    /// Has the timer go off at `us` of the monotonic clock, or never. It stays ready until it is
    /// set again.
    pub(crate) fn set_alarm(&self, us: Option<i64>) {
        let Some(alarm) = self.alarm.get() else {
            return;
        };
        // A time of 0 would switch it off.
        let us = us.map_or(0, |us| us.max(1));
        // SAFETY: all zeroes are a timer that is off.
        let mut spec: libc::itimerspec = unsafe { core::mem::zeroed() };
        spec.it_value.tv_sec = (us / 1_000_000) as libc::time_t;
        spec.it_value.tv_nsec = (us % 1_000_000 * 1_000) as libc::c_long;
        // SAFETY: the descriptor is open, `spec` is valid.
        unsafe {
            libc::timerfd_settime(
                alarm.as_raw_fd(),
                libc::TFD_TIMER_ABSTIME,
                &raw const spec,
                core::ptr::null_mut(),
            );
        }
    }

    /// Sleeps until a descriptor is ready, or `timeout_us` microseconds (`None`: no limit). Returns
    /// how many of `ready` it filled in. A signal handler that ran ends the sleep.
    pub(crate) fn wait(&self, ready: &mut Ready, timeout_us: Option<i64>) -> io::Result<()> {
        let room = ready.events.len();
        // The last wait filled all of it: more may have been ready.
        if ready.count == room && room < MANY {
            ready.events.resize(room.saturating_mul(2), NOTHING);
        }
        ready.count = 0;
        ready.count = match self.wait_raw(&mut ready.events, timeout_us) {
            Err(e) if e.raw_os_error() == Some(libc::EINTR) => 0,
            other => usize::try_from(other?).unwrap_or(0),
        };
        Ok(())
    }

    /// The descriptor that is readable when one of the set is ready.
    pub(crate) fn raw(&self) -> libc::c_int {
        self.fd.as_raw_fd()
    }

    /// Adds, changes or removes a descriptor: `from` and `to` are what it was and shall be
    /// interested in. Without any interest it is not in the set, so that a hang-up of its peer
    /// does not wake the loop for ever.
    pub(crate) fn set(
        &self,
        fd: libc::c_int,
        token: u64,
        from: Interest,
        to: Interest,
    ) -> io::Result<()> {
        let op = match (from == Interest::NONE, to == Interest::NONE) {
            (true, true) => return Ok(()),
            // What is in the set is the other process's.
            (false, true) if self.is_copy() => return Ok(()),
            (true, false) => libc::EPOLL_CTL_ADD,
            (false, true) => libc::EPOLL_CTL_DEL,
            (false, false) => libc::EPOLL_CTL_MOD,
        };
        let mut events = 0;
        if to.read {
            events |= libc::EPOLLIN;
        }
        if to.write {
            events |= libc::EPOLLOUT;
        }
        let mut event = libc::epoll_event {
            events: events as u32,
            u64: token,
        };
        // SAFETY: `event` is valid; a descriptor that is not open is an error.
        check(unsafe { libc::epoll_ctl(self.fd.as_raw_fd(), op, fd, &raw mut event) })?;
        Ok(())
    }

    /// `epoll_pwait2`, whose timeout has nanoseconds, where the kernel has it (Linux 5.11).
    /// Otherwise milliseconds, rounded up, so that a timer is late rather than spun for.
    fn wait_raw(
        &self,
        events: &mut [libc::epoll_event],
        timeout_us: Option<i64>,
    ) -> io::Result<libc::c_int> {
        let fd = self.fd.as_raw_fd();
        let max = libc::c_int::try_from(events.len()).unwrap_or(1);
        if let Some(us) = timeout_us.filter(|us| *us > 0) {
            if !NO_PWAIT2.load(Ordering::Relaxed) {
                // The kernel's own type: 64 bits in both fields on every architecture.
                let ts = [us / 1_000_000, us % 1_000_000 * 1_000];
                // SAFETY: `events` has room for `max`, `ts` is a `struct __kernel_timespec`.
                let r = unsafe {
                    libc::syscall(
                        libc::SYS_epoll_pwait2,
                        fd,
                        events.as_mut_ptr(),
                        max,
                        ts.as_ptr(),
                        core::ptr::null::<libc::sigset_t>(),
                        0usize,
                    )
                };
                if r >= 0 {
                    return Ok(r as libc::c_int);
                }
                let e = io::Error::last_os_error();
                // EPERM is what some seccomp filters say to a call they do not know.
                if !matches!(e.raw_os_error(), Some(libc::ENOSYS | libc::EPERM)) {
                    return Err(e);
                }
                NO_PWAIT2.swap(true, Ordering::SeqCst);
            }
        }
        let ms = match timeout_us {
            None => -1,
            Some(us) => libc::c_int::try_from(us.max(0).saturating_add(999) / 1_000)
                .unwrap_or(libc::c_int::MAX),
        };
        // SAFETY: `events` has room for `max`.
        check(unsafe { libc::epoll_wait(fd, events.as_mut_ptr(), max, ms) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn woken_by(wake: &Wake) -> Poller {
        let poller = Poller::new().unwrap();
        poller
            .set(wake.raw(), WAKE, Interest::NONE, Interest::READ)
            .unwrap();
        poller
    }

    fn woken(poller: &Poller, timeout: Option<i64>) -> bool {
        let mut ready = Ready::new();
        poller.wait(&mut ready, timeout).unwrap();
        (0..).map_while(|at| ready.get(at)).any(|e| e.token == WAKE)
    }

    #[test]
    fn a_signal_before_or_during_the_wait_ends_it_and_is_seen_once() {
        let wake = Wake::new().unwrap();
        let poller = woken_by(&wake);
        assert!(!woken(&poller, Some(0)));
        wake.signal();
        wake.signal();
        assert!(woken(&poller, None));
        wake.drain();
        assert!(!woken(&poller, Some(1)));
        std::thread::scope(|s| {
            s.spawn(|| wake.signal());
            assert!(woken(&poller, None));
        });
    }

    #[test]
    fn a_descriptor_is_ready_for_what_it_is_watched_for() {
        use std::os::fd::AsRawFd;
        let wake = Wake::new().unwrap();
        let poller = woken_by(&wake);
        let (a, _b) = std::os::unix::net::UnixStream::pair().unwrap();
        let both = Interest {
            read: true,
            write: true,
        };
        poller.set(a.as_raw_fd(), 7, Interest::NONE, both).unwrap();
        let mut ready = Ready::new();
        poller.wait(&mut ready, None).unwrap();
        let e = ready.get(0).unwrap();
        assert!(e.token == 7 && e.writable && !e.readable && !e.hung_up);
        poller.set(a.as_raw_fd(), 7, both, Interest::NONE).unwrap();
        poller.wait(&mut ready, Some(0)).unwrap();
        assert!(ready.get(0).is_none());
    }

    #[test]
    fn there_is_room_for_as_many_as_are_ready() {
        use std::os::fd::AsRawFd;
        let poller = Poller::new().unwrap();
        let pairs: Vec<_> = (0..MANY)
            .map(|_| std::os::unix::net::UnixStream::pair().unwrap())
            .collect();
        for (n, (a, _)) in pairs.iter().enumerate() {
            let token = 10 + n as u64;
            poller
                .set(a.as_raw_fd(), token, Interest::NONE, Interest::WRITE)
                .unwrap();
        }
        let mut ready = Ready::new();
        let mut counts = Vec::new();
        for _ in 0..7 {
            poller.wait(&mut ready, Some(0)).unwrap();
            counts.push((0..).map_while(|at| ready.get(at)).count());
        }
        assert_eq!(counts, [16, 32, 64, 128, 256, 256, 256]);
    }
}
