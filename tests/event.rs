//! Contexts, their loop and timers, through the C interface.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use core::ffi::{c_int, c_void};
use core::mem::MaybeUninit;
use core::ptr::null_mut;
use relws::capi::callbacks::lws_callback_reasons_int;
use relws::capi::context_vhost::{
    lws_context_creation_info, lws_context_destroy, lws_context_user, relws_create_context,
};
use relws::capi::protocols_plugins::lws_protocols;
use relws::capi::service::{lws_cancel_service, lws_service};
use relws::capi::timeout_timer::{
    lws_sorted_usec_list, lws_sul_cancel, lws_sul_earliest_wakeable_event, lws_sul_schedule,
    lws_sul_schedule_wakesuspend,
};
use relws::capi::types::{lws, lws_context};
use std::cell::RefCell;

thread_local! {
    static FIRED: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
    static REASONS: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

fn info() -> lws_context_creation_info {
    // SAFETY: C programs zero it as well.
    let mut info: lws_context_creation_info = unsafe { MaybeUninit::zeroed().assume_init() };
    info.port = -1;
    info
}

fn timers(n: usize) -> Vec<lws_sorted_usec_list> {
    // SAFETY: C programs zero them as well.
    (0..n)
        .map(|_| unsafe { MaybeUninit::zeroed().assume_init() })
        .collect()
}

unsafe extern "C" fn fired(sul: *mut lws_sorted_usec_list) {
    // SAFETY: the test's own timer; `latency_us` is free for its number.
    let number = unsafe { (*sul).latency_us };
    FIRED.with_borrow_mut(|f| f.push(number as usize));
}

fn service(cx: *mut lws_context, until: impl Fn() -> bool) {
    for _ in 0..1000 {
        if until() {
            return;
        }
        // SAFETY: the context lives.
        assert_eq!(unsafe { lws_service(cx, 0) }, 0);
    }
    panic!("it never came");
}

#[test]
fn timers_fire_in_order_and_not_when_cancelled() {
    let mut t = timers(6);
    // SAFETY: context and timers live to the end of the test.
    unsafe {
        let cx = relws_create_context(&info());
        assert!(!cx.is_null());
        let mut earliest = 0;
        assert_eq!(lws_sul_earliest_wakeable_event(cx, &mut earliest), 1);
        for (n, us) in [3000, 1000, 2000, 1500, 4000].into_iter().enumerate() {
            t[n].latency_us = n as u32;
            lws_sul_schedule(cx, 0, &mut t[n], Some(fired), us);
        }
        t[5].latency_us = 5;
        lws_sul_schedule_wakesuspend(cx, 0, &mut t[5], Some(fired), 3500);
        assert_eq!(lws_sul_earliest_wakeable_event(cx, &mut earliest), 0);
        assert_eq!(earliest, t[5].us);
        // moved, and cancelled twice
        lws_sul_schedule(cx, 0, &mut t[1], Some(fired), 5000);
        lws_sul_cancel(&mut t[3]);
        lws_sul_cancel(&mut t[3]);
        service(cx, || FIRED.with_borrow(|f| f.len() == 5));
        assert_eq!(FIRED.take(), [2, 0, 5, 4, 1]);
        assert!(t.iter().all(|t| t.us == 0 && t.list.owner.is_null()));
        lws_context_destroy(cx);
    }
}

unsafe extern "C" fn protocol(
    _wsi: *mut lws,
    reason: lws_callback_reasons_int,
    _user: *mut c_void,
    _in: *mut c_void,
    _len: usize,
) -> c_int {
    REASONS.with_borrow_mut(|r| r.push(reason));
    0
}

#[test]
fn protocols_begin_are_woken_and_end() {
    // SAFETY: C programs zero them as well.
    let mut list: [lws_protocols; 2] = unsafe { MaybeUninit::zeroed().assume_init() };
    list[0].name = c"p".as_ptr();
    list[0].callback = Some(protocol);
    let mut user = 0u8;
    let mut cx = null_mut();
    let mut info = info();
    info.protocols = list.as_ptr();
    info.user = (&raw mut user).cast();
    info.pcontext = &raw mut cx;
    // SAFETY: everything lives to the end of the test.
    unsafe {
        cx = relws_create_context(&info);
        assert_eq!(lws_context_user(cx), (&raw mut user).cast());
        assert!(REASONS.with_borrow(Vec::is_empty));
        service(cx, || REASONS.with_borrow(|r| r.contains(&71)));
        let began = REASONS.take();
        assert_eq!(began.iter().filter(|r| **r == 27).count(), 1);
        let wakes = cx.expose_provenance();
        std::thread::spawn(move || {
            let cx: *mut lws_context = core::ptr::with_exposed_provenance_mut(wakes);
            // SAFETY: the context lives until the thread has been waited for.
            lws_cancel_service(cx);
        })
        .join()
        .unwrap();
        service(cx, || REASONS.with_borrow(|r| r.contains(&71)));
        REASONS.take();
        lws_context_destroy(cx);
        assert_eq!(REASONS.take(), [28]);
    }
    assert!(cx.is_null());
}
