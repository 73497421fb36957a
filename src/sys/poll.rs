//! Sleeping in the kernel until a descriptor, a time or a wake-up.

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

/// Wakes a sleeping loop, from any thread. Signals that come before the loop looks are one.
pub(crate) struct Wake {
    fd: OwnedFd,
    signalled: AtomicBool,
}

impl Wake {
    pub(crate) fn new() -> io::Result<Self> {
        // SAFETY: takes no pointer.
        let fd = owned(unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) })?;
        Ok(Self {
            fd,
            signalled: AtomicBool::new(false),
        })
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

/// A set of descriptors to sleep on.
pub(crate) struct Poller {
    fd: OwnedFd,
}

/// The token of the wake-up among the descriptors.
pub(crate) const WAKE: u64 = 0;

impl Poller {
    /// A set that holds the wake-up.
    pub(crate) fn new(wake: &Wake) -> io::Result<Self> {
        // SAFETY: takes no pointer.
        let fd = owned(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        let mut event = libc::epoll_event {
            events: libc::EPOLLIN as u32,
            u64: WAKE,
        };
        // SAFETY: both descriptors are open, `event` is valid.
        check(unsafe {
            libc::epoll_ctl(
                fd.as_raw_fd(),
                libc::EPOLL_CTL_ADD,
                wake.fd.as_raw_fd(),
                &raw mut event,
            )
        })?;
        Ok(Self { fd })
    }

    /// Sleeps until a descriptor is ready, or `timeout_us` microseconds (`None`: no limit). Returns
    /// whether the wake-up was signalled. A signal handler that ran ends the sleep.
    pub(crate) fn wait(&self, timeout_us: Option<i64>) -> io::Result<bool> {
        let mut events = [libc::epoll_event {
            events: 0,
            u64: u64::MAX,
        }; 8];
        let n = match self.wait_raw(&mut events, timeout_us) {
            Err(e) if e.raw_os_error() == Some(libc::EINTR) => 0,
            other => usize::try_from(other?).unwrap_or(0),
        };
        Ok(events.iter().take(n).any(|e| e.u64 == WAKE))
    }

    /// `epoll_pwait2`, whose timeout has nanoseconds, where the kernel has it (Linux 5.11).
    /// Otherwise milliseconds, rounded up, so that a timer is late rather than spun for.
    fn wait_raw(
        &self,
        events: &mut [libc::epoll_event],
        timeout_us: Option<i64>,
    ) -> io::Result<libc::c_int> {
        static NO_PWAIT2: AtomicBool = AtomicBool::new(false);
        let fd = self.fd.as_raw_fd();
        let max = libc::c_int::try_from(events.len()).unwrap_or(1);
        if let Some(us) = timeout_us.filter(|us| *us > 0)
            && !NO_PWAIT2.load(Ordering::Relaxed)
        {
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

    #[test]
    fn a_signal_before_or_during_the_wait_ends_it_and_is_seen_once() {
        let wake = Wake::new().unwrap();
        let poller = Poller::new(&wake).unwrap();
        assert!(!poller.wait(Some(0)).unwrap());
        wake.signal();
        wake.signal();
        assert!(poller.wait(None).unwrap());
        wake.drain();
        assert!(!poller.wait(Some(1)).unwrap());
        std::thread::scope(|s| {
            s.spawn(|| wake.signal());
            assert!(poller.wait(None).unwrap());
        });
    }
}
