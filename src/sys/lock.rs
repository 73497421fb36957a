//! Locks of the C library.
//!
//! `pthread` mutexes rather than those of `std`: helgrind and the other race
//! checkers of C programmers understand them, so a program that is checked
//! with one gets no false report from inside the library.

use core::cell::UnsafeCell;
use core::ops::{Deref, DerefMut};
use std::boxed::Box;

/// The lock of the C library, which must not move once it has been used.
struct Raw(UnsafeCell<libc::pthread_mutex_t>);

impl Raw {
    const fn new() -> Self {
        Self(UnsafeCell::new(libc::PTHREAD_MUTEX_INITIALIZER))
    }

    /// # Safety
    ///
    /// It does not move from now on.
    unsafe fn lock(&self) {
        // SAFETY: initialised by `new`; the caller's promise.
        let r = unsafe { libc::pthread_mutex_lock(self.0.get()) };
        debug_assert_eq!(r, 0);
    }

    /// # Safety
    ///
    /// This thread has locked it.
    unsafe fn unlock(&self) {
        // SAFETY: the caller's promise.
        let r = unsafe { libc::pthread_mutex_unlock(self.0.get()) };
        debug_assert_eq!(r, 0);
    }
}

/// A lock for a static, with what it guards elsewhere.
pub(crate) struct Lock(Raw);

// SAFETY: a pthread mutex is made to be shared.
unsafe impl Sync for Lock {}

impl Lock {
    pub(crate) const fn new() -> Self {
        Self(Raw::new())
    }

    /// Does `work`, which does not take the lock itself, with the lock held.
    pub(crate) fn with<T>(&'static self, work: impl FnOnce() -> T) -> T {
        // SAFETY: what is borrowed for ever does not move.
        unsafe { self.0.lock() };
        let result = work();
        // SAFETY: locked just before; a panic in between ends the process.
        unsafe { self.0.unlock() };
        result
    }
}

/// A mutual exclusion lock around its data. Not recursive.
pub(crate) struct Mutex<T> {
    /// In a place of its own, so that it does not move.
    raw: Box<Raw>,
    data: UnsafeCell<T>,
}

// SAFETY: the lock lets one thread at a time reach the data.
unsafe impl<T: Send> Send for Mutex<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// An unlocked mutex.
    pub(crate) fn new(data: T) -> Self {
        let raw = Box::new(Raw::new());
        // An adaptive mutex spins for a moment before it sleeps. Made by a
        // call, because helgrind takes glibc's adaptive initialiser for
        // garbage when a mutex is destroyed before it was ever locked.
        #[cfg(all(target_env = "gnu", not(miri)))]
        {
            let mut attr = core::mem::MaybeUninit::<libc::pthread_mutexattr_t>::uninit();
            // SAFETY: the attributes are initialised first; nobody else knows
            // the mutex yet. With these arguments none of the calls can fail.
            unsafe {
                libc::pthread_mutexattr_init(attr.as_mut_ptr());
                libc::pthread_mutexattr_settype(attr.as_mut_ptr(), libc::PTHREAD_MUTEX_ADAPTIVE_NP);
                libc::pthread_mutex_init(raw.0.get(), attr.as_ptr());
                libc::pthread_mutexattr_destroy(attr.as_mut_ptr());
            }
        }
        Self {
            raw,
            data: UnsafeCell::new(data),
        }
    }

    /// Waits until the lock is free and takes it.
    pub(crate) fn lock(&self) -> Guard<'_, T> {
        // SAFETY: it is in a box.
        unsafe { self.raw.lock() };
        Guard { lock: self }
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Drop for Mutex<T> {
    fn drop(&mut self) {
        // SAFETY: `&mut self` proves that nobody holds or waits for it.
        unsafe { libc::pthread_mutex_destroy(self.raw.0.get()) };
    }
}

/// Holds a [`Mutex`] until it is dropped.
pub(crate) struct Guard<'a, T> {
    lock: &'a Mutex<T>,
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: the guard is the proof of holding the lock.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and the guard is borrowed mutably.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: this thread took the lock when the guard was made.
        unsafe { self.lock.raw.unlock() };
    }
}

/// A condition to wait for with a [`Mutex`] held.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
pub(crate) struct Condvar {
    raw: Box<UnsafeCell<libc::pthread_cond_t>>,
}

// SAFETY: pthread conditions are made to be shared.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
unsafe impl Send for Condvar {}
// SAFETY: as above.
#[cfg(feature = "LWS_WITH_SYS_SMD")]
unsafe impl Sync for Condvar {}

#[cfg(feature = "LWS_WITH_SYS_SMD")]
impl Condvar {
    /// A condition nobody waits for.
    pub(crate) fn new() -> Self {
        Self {
            raw: Box::new(UnsafeCell::new(libc::PTHREAD_COND_INITIALIZER)),
        }
    }

    /// Lets go of the lock, sleeps until [`Condvar::notify_all`] (or wakes
    /// without cause, so test in a loop), and takes the lock again.
    pub(crate) fn wait<T>(&self, guard: &mut Guard<'_, T>) {
        // SAFETY: the guard proves that this thread holds the mutex.
        let r = unsafe { libc::pthread_cond_wait(self.raw.get(), guard.lock.raw.0.get()) };
        debug_assert_eq!(r, 0);
    }

    /// Wakes all who wait.
    pub(crate) fn notify_all(&self) {
        // SAFETY: the condition is initialised and does not move.
        unsafe { libc::pthread_cond_broadcast(self.raw.get()) };
    }
}

#[cfg(feature = "LWS_WITH_SYS_SMD")]
impl Drop for Condvar {
    fn drop(&mut self) {
        // SAFETY: `&mut self` proves that nobody waits.
        unsafe { libc::pthread_cond_destroy(self.raw.get()) };
    }
}
