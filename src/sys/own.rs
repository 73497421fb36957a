//! The state manager of a context, and the context's own notifier on it, in the same C form as those
//! of programs.

use crate::abi::dll2::{lws_dll2, lws_dll2_owner};
use crate::abi::state::{lws_state_manager, lws_state_notify_link};
use crate::abi::types::lws_context;
use crate::sys::dll2;
use crate::sys::opaque::Handle;
use crate::sys::state::Manager;
use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char, c_int};
use core::ptr::{NonNull, null, null_mut};
use std::rc::Weak;

/// A table of state names as C wants it.
pub(crate) struct Names<const N: usize>([*const c_char; N]);

// SAFETY: pointers to static texts.
unsafe impl<const N: usize> Sync for Names<N> {}

impl<const N: usize> Names<N> {
    #[expect(clippy::indexing_slicing, reason = "evaluated when this is compiled")]
    pub(crate) const fn new(texts: &[&'static CStr; N]) -> Self {
        let mut names = [null(); N];
        let mut n = 0;
        while n < N {
            names[n] = texts[n].as_ptr();
            n += 1;
        }
        Self(names)
    }
}

/// A state manager with one notifier of the library's, which `T` answers for.
pub(crate) struct SystemManager<T>(NonNull<Inner<T>>);

struct Inner<T> {
    manager: UnsafeCell<lws_state_manager>,
    own: Own<T>,
}

#[repr(C)]
struct Own<T> {
    /// The first field: `ask` gets from it to the whole.
    link: UnsafeCell<lws_state_notify_link>,
    owner: Weak<T>,
    refuses: fn(&T, c_int, c_int) -> bool,
}

impl<T> SystemManager<T> {
    /// One named "system", in `state`, of no context yet. Its only notifier, called `name`,
    /// refuses where `refuses(owner, current, target)` says so, as long as `owner` is there.
    pub(crate) fn new<const N: usize>(
        names: &'static Names<N>,
        state: c_int,
        smd_class: u32,
        name: &'static CStr,
        owner: Weak<T>,
        refuses: fn(&T, c_int, c_int) -> bool,
    ) -> Self {
        let inner = Inner {
            manager: UnsafeCell::new(lws_state_manager {
                notify_list: lws_dll2_owner {
                    tail: null_mut(),
                    head: null_mut(),
                    count: 0,
                },
                context: null_mut(),
                parent: null_mut(),
                smd_class,
                // The interface has it as a table that may be changed; nobody does.
                state_names: names.0.as_ptr().cast_mut(),
                name: c"system".as_ptr(),
                state,
            }),
            own: Own {
                link: UnsafeCell::new(lws_state_notify_link {
                    list: lws_dll2 {
                        prev: null_mut(),
                        next: null_mut(),
                        owner: null_mut(),
                    },
                    notify_cb: Some(ask::<T>),
                    name: name.as_ptr(),
                }),
                owner,
                refuses,
            },
        };
        let inner = NonNull::from(Box::leak(Box::new(inner)));
        // SAFETY: both were just made, stay where they are, and nobody else knows them yet.
        unsafe {
            let raw = inner.as_ptr();
            dll2::add_head(
                (&raw mut (*raw).own).cast(),
                &raw mut (*UnsafeCell::raw_get(&raw const (*raw).manager)).notify_list,
            );
        }
        Self(inner)
    }

    /// Tells it which context it belongs to.
    pub(crate) fn bind(&self, context: Handle<lws_context>) {
        let manager = self.manager().raw();
        // SAFETY: valid as long as `self` is.
        unsafe {
            (*manager).context = context.raw();
            (*manager).parent = context.raw().cast();
        }
    }

    pub(crate) fn manager(&self) -> Manager {
        // SAFETY: it lives as long as the context does, and is used by the thread that services it.
        unsafe { Manager::new(NonNull::new_unchecked(self.0.as_ref().manager.get())) }
    }

    /// Takes every notifier off its list.
    pub(crate) fn release_notifiers(&self) {
        let list = self.manager().raw();
        // SAFETY: the notifiers on the list are valid by the promise with which they came.
        unsafe {
            while !(*list).notify_list.head.is_null() {
                dll2::remove((*list).notify_list.head);
            }
        }
    }

    /// Whether `m` is this one.
    pub(crate) fn is(&self, m: Manager) -> bool {
        self.manager().raw() == m.raw()
    }
}

impl<T> Drop for SystemManager<T> {
    fn drop(&mut self) {
        self.release_notifiers();
        // SAFETY: it came from a `Box`, and nothing is on its list any more.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

unsafe extern "C" fn ask<T>(
    _mgr: *mut lws_state_manager,
    link: *mut lws_state_notify_link,
    current: c_int,
    target: c_int,
) -> c_int {
    // SAFETY: `link` is the first field of an `Own<T>`, which is there as long as it is registered.
    let (owner, refuses) = unsafe {
        let own = &*link.cast::<Own<T>>();
        (own.owner.upgrade(), own.refuses)
    };
    c_int::from(owner.is_some_and(|owner| refuses(&owner, current, target)))
}
