//! A notifier and a state manager that belong to a context itself, in the same
//! C form as those of programs.
//!
//! They are fields of a [`Context`], which does not move once it is made.

use crate::abi::dll2::{lws_dll2, lws_dll2_owner};
use crate::abi::state::{lws_state_manager, lws_state_notify_link};
use crate::context::Context;
use crate::state::system;
use crate::sys::dll2;
use crate::sys::state::Manager;
use core::cell::{Cell, UnsafeCell};
use core::ffi::{c_char, c_int};
use core::ptr::{NonNull, null, null_mut};

const DETACHED: lws_dll2 = lws_dll2 {
    prev: null_mut(),
    next: null_mut(),
    owner: null_mut(),
};

/// The context's own say in the changes of the system state.
#[repr(C)]
pub(crate) struct Notifier {
    link: UnsafeCell<lws_state_notify_link>,
    context: Cell<*const Context>,
    run: fn(&Context, c_int, c_int) -> bool,
}

impl Notifier {
    /// A notifier that refuses where `run(context, current, target)` says so.
    pub(crate) fn new(
        name: &'static core::ffi::CStr,
        run: fn(&Context, c_int, c_int) -> bool,
    ) -> Self {
        let link = lws_state_notify_link {
            list: DETACHED,
            notify_cb: Some(ask),
            name: name.as_ptr(),
        };
        Self {
            link: UnsafeCell::new(link),
            context: Cell::new(null()),
            run,
        }
    }
}

unsafe extern "C" fn ask(
    _mgr: *mut lws_state_manager,
    link: *mut lws_state_notify_link,
    current: c_int,
    target: c_int,
) -> c_int {
    // SAFETY: `link` is the first field of a `Notifier`, whose context registered it and lives.
    unsafe {
        let n = link.cast::<Notifier>();
        c_int::from(((*n).run)(&*(*n).context.get(), current, target))
    }
}

/// The table of state names as C wants it.
struct Names([*const c_char; system::NAMES.len()]);
// SAFETY: pointers to static texts.
unsafe impl Sync for Names {}

#[expect(clippy::indexing_slicing, reason = "evaluated when this is compiled")]
static NAMES: Names = {
    let mut names = [null(); system::NAMES.len()];
    let mut n = 0;
    while n < names.len() {
        names[n] = system::NAMES[n].as_ptr();
        n += 1;
    }
    Names(names)
};

/// The system's state manager.
pub(crate) struct SystemManager(UnsafeCell<lws_state_manager>);

impl SystemManager {
    /// One in state CONTEXT_CREATED, without notifiers.
    pub(crate) fn new() -> Self {
        #[cfg(feature = "LWS_WITH_SYS_SMD")]
        let smd_class = crate::smd::class::SYSTEM_STATE;
        #[cfg(not(feature = "LWS_WITH_SYS_SMD"))]
        let smd_class = 0;
        Self(UnsafeCell::new(lws_state_manager {
            notify_list: lws_dll2_owner {
                tail: null_mut(),
                head: null_mut(),
                count: 0,
            },
            context: null_mut(),
            parent: null_mut(),
            smd_class,
            // The interface has it as a table that may be changed; nobody does.
            state_names: NAMES.0.as_ptr().cast_mut(),
            name: c"system".as_ptr(),
            state: system::CONTEXT_CREATED,
        }))
    }

    /// Tells it which context it belongs to, and registers that context's own notifier.
    pub(crate) fn bind(&self, context: &Context, own: &Notifier) {
        let p: *const Context = context;
        own.context.set(p);
        // SAFETY: called once, before anything else knows the manager; the link lives as long as
        // the context does.
        unsafe {
            let m = self.0.get();
            (*m).context = p.cast_mut().cast();
            (*m).parent = p.cast_mut().cast();
            dll2::add_head(
                core::ptr::from_ref(own).cast_mut().cast(),
                &raw mut (*m).notify_list,
            );
        }
    }

    pub(crate) fn manager(&self) -> Manager {
        // SAFETY: it lives as long as the context.
        unsafe { Manager::new(NonNull::new_unchecked(self.0.get())) }
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
        core::ptr::eq(self.0.get(), m.raw())
    }
}
