//! Log contexts as C shares them with us, and the calls of the system that
//! the log needs.
//!
//! `lll_flags`, `refcount`, `stg` and the emit function may change while other
//! threads log, so they are only touched atomically. The other fields are set
//! up by the program before it uses a log context.

use crate::abi::logs::{
    LLL_ERR, LLL_NOTICE, LLL_WARN, LLLF_LOG_CONTEXT_AWARE, lws_log_cx, lws_log_cx_u,
    lws_log_emit_cx_t, lws_log_emit_t, lws_log_prepend_cx_t,
};
use crate::sys::lock::Lock;
use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char, c_int, c_void};
use core::mem::transmute;
use core::ptr::{self, NonNull};
use std::io;
use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicU32, Ordering};

/// In the flags: the emit function is the one with a log context.
const CONTEXT_AWARE: u32 = LLLF_LOG_CONTEXT_AWARE as u32;

/// Which log context a line goes to: a C `lws_log_cx` or the process-wide one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Log(NonNull<lws_log_cx>);

// SAFETY: what changes is only touched atomically, see the top of the file.
unsafe impl Send for Log {}
// SAFETY: as above.
unsafe impl Sync for Log {}

struct Process(UnsafeCell<lws_log_cx>);

// SAFETY: as for `Log`.
unsafe impl Sync for Process {}

/// What `lws_set_log_level()` sets.
static PROCESS: Process = Process(UnsafeCell::new(lws_log_cx {
    u: lws_log_cx_u { emit: None },
    refcount_cb: None,
    prepend: None,
    parent: ptr::null_mut(),
    opaque: ptr::null_mut(),
    stg: ptr::null_mut(),
    lll_flags: (LLL_ERR | LLL_WARN | LLL_NOTICE) as u32,
    refcount: 0,
}));

impl Log {
    /// The process-wide log context (`lws_set_log_level()`).
    // SAFETY: the address of a static is not NULL.
    pub(crate) const GLOBAL: Log = Log(unsafe { NonNull::new_unchecked(PROCESS.0.get()) });

    /// The log context at `cx`, or `None` for NULL.
    ///
    /// # Safety
    ///
    /// A `cx` that is not NULL stays a valid log context, with valid functions
    /// and parents, for as long as the result or a copy of it is used.
    pub(crate) unsafe fn from_ptr(cx: *mut lws_log_cx) -> Option<Log> {
        NonNull::new(cx).map(Log)
    }

    /// The log context for a program to look at, which may call its emit function itself: the
    /// process-wide one has `default` as long as it was given no other.
    pub(crate) fn show(self, default: lws_log_emit_t) -> *mut lws_log_cx {
        if let Some(default) = default.filter(|_| self == Self::GLOBAL) {
            let none = ptr::null_mut();
            // If it has one, it keeps it: there is no error to look at.
            let _ = self.emit_cell().compare_exchange(
                none,
                default as *mut (),
                Ordering::AcqRel,
                Ordering::Relaxed,
            );
        }
        self.as_ptr()
    }

    /// The log context as C knows it.
    pub(crate) fn as_ptr(self) -> *mut lws_log_cx {
        self.0.as_ptr()
    }

    fn flags_cell(&self) -> &AtomicU32 {
        // SAFETY: valid by the promise of `from_ptr`, and an aligned u32.
        unsafe { AtomicU32::from_ptr(&raw mut (*self.as_ptr()).lll_flags) }
    }

    fn emit_cell(&self) -> &AtomicPtr<()> {
        // SAFETY: valid by the promise of `from_ptr`; both members of the
        // union are one function pointer, NULL for none.
        unsafe { AtomicPtr::from_ptr((&raw mut (*self.as_ptr()).u).cast()) }
    }

    fn refcount_cell(&self) -> &AtomicI32 {
        // SAFETY: valid by the promise of `from_ptr`, and an aligned i32.
        unsafe { AtomicI32::from_ptr(&raw mut (*self.as_ptr()).refcount) }
    }

    fn stg_cell(&self) -> &AtomicPtr<c_void> {
        // SAFETY: valid by the promise of `from_ptr`, and an aligned pointer.
        unsafe { AtomicPtr::from_ptr(&raw mut (*self.as_ptr()).stg) }
    }

    /// Its levels and flags.
    #[inline]
    pub(crate) fn flags(self) -> u32 {
        self.flags_cell().load(Ordering::Relaxed)
    }

    /// Replaces levels and flags, and the emit function unless `None` is
    /// given: then it stays, with the flag that tells its kind.
    pub(crate) fn set(self, flags: u32, emit: lws_log_emit_t) {
        let flags = flags & !CONTEXT_AWARE;
        let keep = if emit.is_some() { 0 } else { CONTEXT_AWARE };
        if let Some(emit) = emit {
            // A swap because race checkers take it for what it is: atomic.
            self.emit_cell().swap(emit as *mut (), Ordering::AcqRel);
        }
        // The closure never refuses, so there is no error to look at.
        let _ = self
            .flags_cell()
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, |old| {
                Some(flags | (old & keep))
            });
    }

    /// The log context it is a child of.
    pub(crate) fn parent(self) -> Option<Log> {
        // SAFETY: valid by the promise of `from_ptr`.
        NonNull::new(unsafe { (*self.as_ptr()).parent }).map(Log)
    }

    /// Lets its prefix function write to `room`. Returns how many bytes it
    /// wrote.
    pub(crate) fn prepend(self, room: &mut [u8]) -> usize {
        // SAFETY: valid by the promise of `from_ptr`.
        let prepend = unsafe { (*self.as_ptr()).prepend };
        // SAFETY: the function is valid by the same promise, and told that
        // there is no object.
        unsafe { call_prepend(prepend, self, ptr::null_mut(), room) }
    }

    /// Hands a finished line to its emit function. `false` when it has none.
    pub(crate) fn emit(self, level: u32, line: &CStr) -> bool {
        let emit = self.emit_cell().load(Ordering::Acquire);
        if emit.is_null() {
            return false;
        }
        let level = level as c_int;
        if self.flags() & CONTEXT_AWARE != 0 {
            // SAFETY: a function pointer of this type or NULL, by the flag.
            let emit = unsafe { transmute::<*mut (), lws_log_emit_cx_t>(emit) };
            if let Some(emit) = emit {
                // SAFETY: the program's function, with what it is made for.
                unsafe { emit(self.as_ptr(), level, line.as_ptr(), line.count_bytes()) };
            }
        } else {
            // SAFETY: a function pointer of this type or NULL, by the flag.
            let emit = unsafe { transmute::<*mut (), lws_log_emit_t>(emit) };
            if let Some(emit) = emit {
                // SAFETY: the program's function, with what it is made for.
                unsafe { emit(level, line.as_ptr()) };
            }
        }
        true
    }

    /// Counts one object more (`change` > 0) or less that uses it, and tells
    /// its refcount function. `false`, and nothing is changed, when there was
    /// none to take away.
    pub(crate) fn count(self, change: c_int) -> bool {
        let step = if change > 0 { 1 } else { -1 };
        let counted = self
            .refcount_cell()
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, |n| {
                n.checked_add(step).filter(|n| *n >= 0)
            });
        if counted.is_err() {
            return false;
        }
        // SAFETY: valid by the promise of `from_ptr`.
        if let Some(f) = unsafe { (*self.as_ptr()).refcount_cb } {
            // SAFETY: the program's function, with what it is made for.
            unsafe { f(self.as_ptr(), change) };
        }
        true
    }
}

/// What a line is about: an object and the function that writes its prefix.
pub(crate) struct Object {
    prepend: lws_log_prepend_cx_t,
    object: *mut c_void,
}

impl Object {
    /// # Safety
    ///
    /// `prepend` is NULL or may be called with `object` for as long as the
    /// result lives.
    pub(crate) unsafe fn new(prepend: lws_log_prepend_cx_t, object: *mut c_void) -> Self {
        Self { prepend, object }
    }

    /// Lets the function write to `room`. Returns how many bytes it wrote.
    pub(crate) fn prepend(&self, log: Log, room: &mut [u8]) -> usize {
        // SAFETY: the promise of `new`.
        unsafe { call_prepend(self.prepend, log, self.object, room) }
    }
}

/// # Safety
///
/// `prepend` is NULL or may be called with `log` and `object`.
unsafe fn call_prepend(
    prepend: lws_log_prepend_cx_t,
    log: Log,
    object: *mut c_void,
    room: &mut [u8],
) -> usize {
    let (Some(prepend), Some(max)) = (prepend, room.len().checked_sub(1)) else {
        return 0;
    };
    if max == 0 {
        return 0;
    }
    let start: *mut c_char = room.as_mut_ptr().cast();
    let mut p = start;
    // SAFETY: the function is told where the room ends; the rest is the
    // caller's promise.
    unsafe { prepend(log.as_ptr(), object, &mut p, start.add(max)) };
    // Its text is what it moved `p` over, but no farther than the room and a
    // NUL that a cut lws_snprintf() leaves.
    let moved = (p as usize).saturating_sub(start as usize).min(max);
    room.iter()
        .take(moved)
        .position(|b| *b == 0)
        .unwrap_or(moved)
}

/// Appends text at `*p`, no farther than `e`, and moves `*p` behind it. For
/// functions of the type `lws_log_prepend_cx_t`.
///
/// # Safety
///
/// `*p` up to `e` may be written to.
pub(crate) unsafe fn append(p: &mut *mut c_char, e: *mut c_char, text: &[u8]) {
    // One byte is for the NUL.
    let room = (e as usize).saturating_sub(*p as usize).saturating_sub(1);
    let n = text.len().min(room);
    if room == 0 {
        return;
    }
    // SAFETY: n + 1 bytes are there by the caller's promise.
    unsafe {
        ptr::copy_nonoverlapping(text.as_ptr().cast(), *p, n);
        *p = p.add(n);
        p.write(0);
    }
}

// -- locks ------------------------------------------------------------------

/// Held while a log file is opened, written to or closed, so that no line goes
/// to a descriptor that was closed and given to another file in between.
static FILES: Lock = Lock::new();

/// Held while the C library works out local time. It has a lock of its own for
/// that, but one that helgrind does not see.
static CALENDAR: Lock = Lock::new();

// -- files ------------------------------------------------------------------

/// Why a log file could not be used.
pub(crate) enum FileError {
    /// The log context names no file in `opaque`.
    NoPath,
    /// The system said no.
    Os(io::Error),
    /// No file is open.
    Closed,
    /// It could not be written to, as before.
    StillFails,
}

impl Log {
    /// The descriptor in `stg`, and whether writing to it has failed. 0 and -1 stand for none, and
    /// `!fd` for one that has failed.
    fn file(self) -> Option<(c_int, bool)> {
        match c_int::try_from(self.stg_cell().load(Ordering::Acquire).addr() as isize) {
            Ok(fd @ 1..) => Some((fd, false)),
            Ok(not_fd @ ..=-2) => Some((!not_fd, true)),
            _ => None,
        }
    }

    fn set_file(self, fd: c_int) {
        let stg = ptr::without_provenance_mut(fd as usize);
        self.stg_cell().store(stg, Ordering::Release);
    }

    /// Opens the file that `opaque` names when the log context gets its first
    /// user, closes it when the last one has gone. `change` is that of
    /// [`Log::count`].
    ///
    /// It goes by the count as it is under the lock: the calls for two changes
    /// may come in any order.
    pub(crate) fn use_file(self, change: c_int) -> Result<(), FileError> {
        FILES.with(|| match self.file() {
            None if change > 0 => {
                self.set_file(-1);
                // SAFETY: valid by the promise of `from_ptr`.
                let path: *const c_char = unsafe { (*self.as_ptr()).opaque }.cast();
                if path.is_null() {
                    return Err(FileError::NoPath);
                }
                let fd = open_log(path).map_err(FileError::Os)?;
                self.set_file(fd);
                Ok(())
            }
            Some((fd, _)) if change <= 0 && self.refcount_cell().load(Ordering::Acquire) <= 0 => {
                self.set_file(-1);
                // SAFETY: opened by this function, and forgotten just before.
                unsafe { libc::close(fd) };
                Ok(())
            }
            _ => Ok(()),
        })
    }

    /// Writes a line to the open file, all of it. What goes wrong first with a file is told by
    /// [`FileError::Os`], what does later by [`FileError::StillFails`].
    pub(crate) fn write_file(self, line: &[u8]) -> Result<(), FileError> {
        FILES.with(|| {
            let (fd, failed) = self.file().ok_or(FileError::Closed)?;
            write_all(fd, line).map_err(|e| {
                self.set_file(!fd);
                if failed {
                    FileError::StillFails
                } else {
                    FileError::Os(e)
                }
            })
        })
    }
}

/// Opens an empty log file for its owner only. Never returns 0.
fn open_log(path: *const c_char) -> io::Result<c_int> {
    let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_TRUNC | libc::O_APPEND | libc::O_CLOEXEC;
    // SAFETY: `opaque` of a log context with this sink is a path.
    let fd = unsafe { libc::open(path, flags, 0o600) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    if fd > 0 {
        return Ok(fd);
    }
    // 0 is what an unused `stg` holds.
    // SAFETY: the descriptor is open and ours.
    let other = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 3) };
    let error = io::Error::last_os_error();
    // SAFETY: as above.
    unsafe { libc::close(fd) };
    if other < 0 { Err(error) } else { Ok(other) }
}

fn write_all(fd: c_int, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        // SAFETY: the slice is readable.
        let n = unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
        match usize::try_from(n) {
            Ok(n) => bytes = bytes.get(n..).unwrap_or_default(),
            Err(_) if errno() == libc::EINTR => {}
            Err(_) => return Err(io::Error::last_os_error()),
        }
    }
    Ok(())
}

// -- other calls of the system ----------------------------------------------

/// Writes the pieces to standard error with one system call, if the system
/// takes them at once.
pub(crate) fn write_stderr(pieces: [&[u8]; 3]) {
    let iov = pieces.map(|piece| libc::iovec {
        iov_base: piece.as_ptr().cast_mut().cast(),
        iov_len: piece.len(),
    });
    let mut written = loop {
        // SAFETY: each piece is readable.
        let n = unsafe { libc::writev(libc::STDERR_FILENO, iov.as_ptr(), iov.len() as c_int) };
        match usize::try_from(n) {
            Ok(n) => break n,
            Err(_) if errno() == libc::EINTR => {}
            Err(_) => return,
        }
    };
    for piece in pieces {
        let done = written.min(piece.len());
        written -= done;
        if write_all(libc::STDERR_FILENO, piece.get(done..).unwrap_or_default()).is_err() {
            return;
        }
    }
}

/// Whether standard error is a terminal at this moment.
pub(crate) fn stderr_is_tty() -> bool {
    // SAFETY: takes any descriptor.
    unsafe { libc::isatty(libc::STDERR_FILENO) == 1 }
}

/// Hands a line to the system's log.
pub(crate) fn syslog(priority: c_int, line: &CStr) {
    // SAFETY: the format asks for one string.
    unsafe { libc::syslog(priority, c"%s".as_ptr(), line.as_ptr()) };
}

/// A moment on the local calendar and clock.
pub(crate) struct LocalTime {
    pub(crate) year: i32,
    pub(crate) month: i32,
    pub(crate) day: i32,
    pub(crate) hour: i32,
    pub(crate) minute: i32,
    pub(crate) second: i32,
}

/// Local time at `seconds` since the epoch.
pub(crate) fn local_time(seconds: i64) -> LocalTime {
    let seconds = seconds as libc::time_t;
    // SAFETY: all zeros is a tm.
    let mut tm: libc::tm = unsafe { core::mem::zeroed() };
    // SAFETY: both pointers are valid. When it fails (a year beyond i32) the
    // zeros are what is shown.
    CALENDAR.with(|| unsafe { libc::localtime_r(&seconds, &mut tm) });
    LocalTime {
        year: tm.tm_year.saturating_add(1900),
        month: tm.tm_mon.saturating_add(1),
        day: tm.tm_mday,
        hour: tm.tm_hour,
        minute: tm.tm_min,
        second: tm.tm_sec,
    }
}

fn errno_place() -> *mut c_int {
    // SAFETY: always returns this thread's.
    unsafe { libc::__errno_location() }
}

/// This thread's `errno`.
pub(crate) fn errno() -> i32 {
    // SAFETY: valid for this thread.
    unsafe { *errno_place() }
}

/// Sets this thread's `errno`.
pub(crate) fn set_errno(errno: i32) {
    // SAFETY: valid for this thread.
    unsafe { *errno_place() = errno }
}
