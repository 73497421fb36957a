//! State managers of a program's own, through the C interface.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use core::ffi::c_int;
use core::ptr::null_mut;
use relws::capi::dll2::{lws_dll2, lws_dll2_owner};
use relws::capi::state::{
    lws_state_manager, lws_state_notify_link, lws_state_reg_deregister, lws_state_reg_notifier,
    lws_state_transition, lws_state_transition_steps,
};
use std::cell::{Cell, RefCell};

thread_local! {
    static CALLS: RefCell<Vec<(u8, c_int, c_int)>> = const { RefCell::new(Vec::new()) };
    /// The state that notifier 2 refuses.
    static VETO: Cell<c_int> = const { Cell::new(-1) };
}

fn manager() -> lws_state_manager {
    lws_state_manager {
        notify_list: lws_dll2_owner {
            tail: null_mut(),
            head: null_mut(),
            count: 0,
        },
        context: null_mut(),
        parent: null_mut(),
        smd_class: 0,
        state_names: null_mut(),
        name: c"own".as_ptr(),
        state: 0,
    }
}

fn link(
    cb: unsafe extern "C" fn(
        *mut lws_state_manager,
        *mut lws_state_notify_link,
        c_int,
        c_int,
    ) -> c_int,
) -> lws_state_notify_link {
    lws_state_notify_link {
        list: lws_dll2 {
            prev: null_mut(),
            next: null_mut(),
            owner: null_mut(),
        },
        notify_cb: Some(cb),
        name: c"n".as_ptr(),
    }
}

unsafe extern "C" fn one(
    _m: *mut lws_state_manager,
    _l: *mut lws_state_notify_link,
    current: c_int,
    target: c_int,
) -> c_int {
    CALLS.with_borrow_mut(|c| c.push((1, current, target)));
    // what is returned when told means nothing
    c_int::from(current == target)
}

unsafe extern "C" fn two(
    _m: *mut lws_state_manager,
    _l: *mut lws_state_notify_link,
    current: c_int,
    target: c_int,
) -> c_int {
    CALLS.with_borrow_mut(|c| c.push((2, current, target)));
    c_int::from(current != target && target == VETO.get())
}

unsafe extern "C" fn leaves(
    _m: *mut lws_state_manager,
    l: *mut lws_state_notify_link,
    _current: c_int,
    _target: c_int,
) -> c_int {
    // SAFETY: the link is registered.
    unsafe { lws_state_reg_deregister(l) };
    0
}

fn calls() -> Vec<(u8, c_int, c_int)> {
    CALLS.with_borrow_mut(std::mem::take)
}

#[test]
fn the_newest_is_asked_first_then_all_are_told_and_a_veto_stops_the_climb() {
    let (mut m, mut first, mut second) = (manager(), link(one), link(two));
    // SAFETY: all three live to the end of the test.
    unsafe {
        lws_state_reg_notifier(&mut m, &mut first);
        lws_state_reg_notifier(&mut m, &mut second);
        VETO.set(2);
        assert_eq!(lws_state_transition_steps(&mut m, 3), 0);
        assert_eq!(m.state, 1);
        assert_eq!(
            calls(),
            [(2, 0, 1), (1, 0, 1), (2, 1, 1), (1, 1, 1), (2, 1, 2)]
        );
        VETO.set(-1);
        assert_eq!(lws_state_transition_steps(&mut m, 3), 0);
        assert_eq!(m.state, 3);
        assert_eq!(calls().len(), 8);
        // steps never go down, a direct transition does
        assert_eq!(lws_state_transition_steps(&mut m, 1), 0);
        assert_eq!(m.state, 3);
        assert_eq!(lws_state_transition(&mut m, 1), 0);
        assert_eq!(m.state, 1);
        assert_eq!(calls(), [(2, 3, 1), (1, 3, 1), (2, 1, 1), (1, 1, 1)]);
    }
}

#[test]
fn a_notifier_that_leaves_does_not_end_the_walk() {
    let (mut m, mut last, mut leaver) = (manager(), link(two), link(leaves));
    // SAFETY: all three live to the end of the test.
    unsafe {
        lws_state_reg_notifier(&mut m, &mut last);
        lws_state_reg_notifier(&mut m, &mut leaver);
        assert_eq!(lws_state_transition(&mut m, 7), 0);
        assert_eq!(calls(), [(2, 0, 7), (2, 7, 7)]);
        assert_eq!(m.notify_list.count, 1);
    }
}
