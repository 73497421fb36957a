//! Threads: telling them apart, and one that does a single thing.

use core::cell::Cell;
use core::ffi::c_void;
use std::io;

thread_local! {
    static HERE: Cell<usize> = const { Cell::new(0) };
}

/// The number that the kernel knows this thread by: no other living thread of the process has it.
/// Never 0. A process made by fork() keeps that of its parent's thread.
pub(crate) fn id() -> usize {
    let known = HERE.get();
    if known != 0 {
        return known;
    }
    // SAFETY: it takes nothing and cannot fail.
    let tid = unsafe { libc::gettid() };
    let id = usize::try_from(tid).unwrap_or(usize::MAX);
    HERE.set(id);
    id
}

/// Whether the thread with this number has not ended. A number may come back with another thread.
pub(crate) fn is_alive(id: usize) -> bool {
    let Ok(tid) = libc::pid_t::try_from(id) else {
        return true;
    };
    // SAFETY: signal 0 is none: the kernel only looks whether there is such a thread.
    let r = unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), tid, 0) };
    r == 0 || io::Error::last_os_error().raw_os_error() != Some(libc::ESRCH)
}

type Job = Box<dyn FnOnce() + Send>;

/// Runs `job` on a thread of its own that nobody waits for.
///
/// Made by the C library's call, with nothing shared between the two threads that a checker of C
/// programs would wonder about. The thread takes none of the process's signals.
pub(crate) fn spawn(job: Job) -> io::Result<()> {
    let job = Box::into_raw(Box::new(job));
    let mut attr = core::mem::MaybeUninit::uninit();
    // SAFETY: the attributes are initialised first; the thread owns the job from its creation on.
    // The signal mask is put back as it was.
    unsafe {
        let mut all = core::mem::MaybeUninit::uninit();
        let mut before = core::mem::MaybeUninit::uninit();
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
        libc::pthread_attr_init(attr.as_mut_ptr());
        libc::pthread_attr_setdetachstate(attr.as_mut_ptr(), libc::PTHREAD_CREATE_DETACHED);
        let mut thread = core::mem::MaybeUninit::uninit();
        let r = libc::pthread_create(thread.as_mut_ptr(), attr.as_ptr(), run, job.cast());
        libc::pthread_attr_destroy(attr.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), core::ptr::null_mut());
        if r != 0 {
            drop(Box::from_raw(job));
            return Err(io::Error::from_raw_os_error(r));
        }
    }
    Ok(())
}

extern "C" fn run(job: *mut c_void) -> *mut c_void {
    // SAFETY: `spawn` gave the job to this thread.
    let job = unsafe { Box::from_raw(job.cast::<Job>()) };
    job();
    core::ptr::null_mut()
}
