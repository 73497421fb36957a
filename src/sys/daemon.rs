//! A process that goes to the background.

use crate::sys::fs::{open, write_all};
use core::ffi::{CStr, c_int};
use core::fmt;
use std::ffi::CString;
use std::fs;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::sync::atomic::{AtomicPtr, Ordering};

/// Why a process stays in the foreground.
#[derive(Debug)]
pub(crate) enum Stays {
    /// The lock file names this live process.
    Runs(c_int),
    /// There is something else than a file at the path of the lock file.
    NoFile,
    /// A step failed.
    Failed(&'static str, io::Error),
}

impl fmt::Display for Stays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stays::Runs(pid) => write!(f, "runs already, as process {pid}"),
            Stays::NoFile => f.write_str("the lock file is no file"),
            Stays::Failed(step, e) => write!(f, "{step}: {e}"),
        }
    }
}

/// The steps of the new process, as it tells the old one by number which one failed.
const STEPS: [&str; 4] = ["setsid", "chdir /tmp", "/dev/null", "lock file"];

/// The lock file that goes with the process, for the handler of SIGTERM; NULL for none.
static LOCK: AtomicPtr<libc::c_char> = AtomicPtr::new(core::ptr::null_mut());

/// Takes the lock file away and ends the process as SIGTERM does.
extern "C" fn ended(signal: c_int) {
    let lock = LOCK.load(Ordering::Relaxed);
    // SAFETY: async-signal-safe functions; the path is never freed. The signal is blocked while its
    // handler runs and ends the process after that.
    unsafe {
        if !lock.is_null() {
            libc::unlink(lock);
        }
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

fn failed(step: &'static str) -> impl Fn(io::Error) -> Stays {
    move |e| Stays::Failed(step, e)
}

/// A result of a system call, negative for an error.
fn done(result: c_int) -> io::Result<c_int> {
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(result)
}

/// The process that a lock file names, if there is one that lives.
fn holder(lock: &Path) -> Option<c_int> {
    let text = fs::read(lock).ok()?;
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let digits = core::str::from_utf8(text.get(..digits)?).ok()?;
    let pid = digits.parse().ok().filter(|pid| *pid > 0)?;
    // SAFETY: signal 0 reaches nobody.
    let lives = done(unsafe { libc::kill(pid, 0) })
        .map_or_else(|e| e.raw_os_error() == Some(libc::EPERM), |_| true);
    lives.then_some(pid)
}

/// The descriptor as one that is none of the three standard ones, which may have been closed.
fn above_standard(fd: OwnedFd) -> io::Result<OwnedFd> {
    if fd.as_raw_fd() > 2 {
        return Ok(fd);
    }
    // SAFETY: a descriptor of our own; the result is a new one.
    unsafe {
        let fd = done(libc::fcntl(fd.as_raw_fd(), libc::F_DUPFD_CLOEXEC, 3))?;
        Ok(OwnedFd::from_raw_fd(fd))
    }
}

/// A new lock file, in place of one that nobody holds.
fn new_lock(path: &CStr) -> Result<OwnedFd, Stays> {
    let file = Path::new(std::ffi::OsStr::from_bytes(path.to_bytes()));
    if let Ok(there) = fs::symlink_metadata(file) {
        if !there.is_file() {
            return Err(Stays::NoFile);
        }
        if let Some(pid) = holder(file) {
            return Err(Stays::Runs(pid));
        }
        fs::remove_file(file).map_err(failed("lock file"))?;
    }
    // whoever else starts at the same time gets an error
    let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_EXCL | libc::O_NOFOLLOW;
    let fd = done(open(path, flags, 0o640)).map_err(failed("lock file"))?;
    // SAFETY: just opened.
    let fd = unsafe { OwnedFd::from_raw_fd(fd) };
    above_standard(fd).map_err(failed("lock file"))
}

/// What the new process does before the old one ends, with the number of the step that failed.
fn leave(lock: Option<&(CString, OwnedFd)>) -> Result<(), (u8, io::Error)> {
    // SAFETY: calls that change this process alone; what they are given is valid.
    unsafe {
        done(libc::setsid()).map_err(|e| (0, e))?;
        libc::umask(0);
        done(libc::chdir(c"/tmp".as_ptr())).map_err(|e| (1, e))?;
        let null = done(libc::open(c"/dev/null".as_ptr(), libc::O_RDWR)).map_err(|e| (2, e))?;
        for standard in 0..3 {
            done(libc::dup2(null, standard)).map_err(|e| (2, e))?;
        }
        if null > 2 {
            libc::close(null);
        }
        libc::signal(libc::SIGCHLD, libc::SIG_DFL);
        for terminal in [libc::SIGTSTP, libc::SIGTTOU, libc::SIGTTIN, libc::SIGHUP] {
            libc::signal(terminal, libc::SIG_IGN);
        }
        if let Some((path, fd)) = lock {
            write_all(fd.as_raw_fd(), libc::getpid().to_string().as_bytes()).map_err(|e| (3, e))?;
            LOCK.store(path.clone().into_raw(), Ordering::Relaxed);
            let mut had: libc::sigaction = core::mem::zeroed();
            libc::sigaction(libc::SIGTERM, core::ptr::null(), &raw mut had);
            if had.sa_sigaction == libc::SIG_DFL {
                libc::signal(libc::SIGTERM, ended as extern "C" fn(c_int) as usize);
            }
        }
    }
    Ok(())
}

/// Goes on in a new process, which leads a session of its own, in /tmp, without a terminal and a
/// mask for new files; the process that was ends with 0. The lock file is of mode 0640, less what
/// the mask takes, and names the new process; SIGTERM takes it away, unless the program handles that.
pub(crate) fn daemonize(lock: Option<&CStr>) -> Result<(), Stays> {
    let lock = match lock {
        None => None,
        Some(path) => {
            // the new process is in another directory
            let path = std::path::absolute(std::ffi::OsStr::from_bytes(path.to_bytes()))
                .ok()
                .and_then(|path| CString::new(path.into_os_string().into_vec()).ok())
                .ok_or(Stays::NoFile)?;
            let fd = new_lock(&path)?;
            Some((path, fd))
        }
    };
    let forked = fork(lock.as_ref());
    if let (Err(_), Some((path, _))) = (&forked, &lock) {
        // SAFETY: a path; the lock file is of our own making.
        unsafe { libc::unlink(path.as_ptr()) };
    }
    forked
}

/// Returns in the new process, or in the old one with what failed.
fn fork(lock: Option<&(CString, OwnedFd)>) -> Result<(), Stays> {
    let mut ends = [-1; 2];
    // SAFETY: room for two.
    done(unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) }).map_err(failed("pipe"))?;
    // SAFETY: just opened. What C has buffered is written once, and not by both.
    let (told, tell, child) = unsafe {
        let (told, tell) = (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1]));
        let told = above_standard(told).map_err(failed("pipe"))?;
        let tell = above_standard(tell).map_err(failed("pipe"))?;
        libc::fflush(core::ptr::null_mut());
        (told, tell, done(libc::fork()).map_err(failed("fork"))?)
    };
    if child == 0 {
        drop(told);
        let how = leave(lock);
        let mut tell = fs::File::from(tell);
        return match how {
            Ok(()) => {
                let _ = tell.write_all(&[u8::MAX; 5]);
                Ok(())
            }
            Err((step, e)) => {
                let mut report = [step; 5];
                let code = e.raw_os_error().unwrap_or(0).to_ne_bytes();
                report[1..].copy_from_slice(&code);
                let _ = tell.write_all(&report);
                // SAFETY: ends the process, which has done nothing that others see.
                unsafe { libc::_exit(1) }
            }
        };
    }
    drop(tell);
    let mut report = [0; 5];
    let read = fs::File::from(told).read_exact(&mut report);
    if read.is_ok() && report[0] == u8::MAX {
        // SAFETY: ends the process; what is to be done at its end the new one does at its own.
        unsafe { libc::_exit(0) }
    }
    // SAFETY: a child of our own, which ends.
    unsafe { libc::waitpid(child, core::ptr::null_mut(), 0) };
    read.map_err(failed("the new process"))?;
    let [step, code @ ..] = report;
    let step = STEPS.get(usize::from(step)).unwrap_or(&"");
    let e = io::Error::from_raw_os_error(c_int::from_ne_bytes(code));
    Err(Stays::Failed(step, e))
}
