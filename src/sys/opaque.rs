//! Types of ours that a C program knows by a pointer it cannot look into.

use core::ptr::NonNull;

/// A type of ours behind an opaque type of C.
///
/// # Safety
///
/// Every pointer to `C` that a program holds came from exactly one implementor's [`Opaque::raw`]:
/// `capi`, which turns such a pointer back into a reference, is therefore where this is implemented.
pub(crate) unsafe trait Opaque {
    /// What C calls it.
    type C;

    /// The pointer that C knows it by.
    fn raw(&self) -> *mut Self::C {
        core::ptr::from_ref(self).cast_mut().cast()
    }

    /// The same, to be kept by what the object owns, and so outlives.
    fn handle(&self) -> Handle<Self::C> {
        Handle(NonNull::from(self).cast())
    }
}

/// A pointer of C's to an object that outlives whoever holds this. It is passed to callbacks and
/// never followed here.
pub(crate) struct Handle<C>(NonNull<C>);

impl<C> Clone for Handle<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Handle<C> {}

impl<C> Handle<C> {
    pub(crate) fn raw(self) -> *mut C {
        self.0.as_ptr()
    }
}
