//! The end of connections.

use super::dispatch::{stop_watching, update_interest};
use super::vhost::Vhost;
use super::wsi::{Phase, Role, Wsi};
use super::{linger, listen, lookup, reason, timeout};
use crate::context::Context;
use core::ptr::from_ref;
use std::rc::Rc;

/// How long what was written has to go out before a connection is closed all the same,
/// microseconds.
const FLUSH_US: i64 = 5_000_000;
/// `PENDING_FLUSH_STORED_SEND_BEFORE_CLOSE`.
const FLUSHING: core::ffi::c_uint = 12;

/// Closes a connection whose protocol wants that: what it wrote goes out first.
pub(crate) fn after_output(cx: &Context, wsi: &Rc<Wsi>) {
    if wsi.phase.get() == Phase::Open && wsi.has_output() {
        wsi.phase.set(Phase::Flushing);
        timeout::set(cx, wsi, FLUSHING, FLUSH_US);
        update_interest(cx, wsi);
        return;
    }
    now(cx, wsi);
}

/// Closes a connection.
pub(crate) fn now(cx: &Context, wsi: &Rc<Wsi>) {
    end(cx, wsi, None);
}

/// Closes a client that could not connect; its protocol hears why.
pub(crate) fn failed(cx: &Context, wsi: &Rc<Wsi>, why: &str) {
    end(cx, wsi, Some(why));
}

fn end(cx: &Context, wsi: &Rc<Wsi>, why: Option<&str>) {
    let phase = wsi.phase.replace(Phase::Closed);
    if phase == Phase::Closed || wsi.role == Role::Fake {
        return;
    }
    stop(cx, wsi);
    for token in wsi.children.take().into_iter().rev() {
        if let Some(child) = cx.conns.get(token) {
            now(cx, &child);
        }
    }
    if phase == Phase::Connecting {
        let why = why.unwrap_or("closed before established");
        // For those who take it for a string of C.
        let text = [why.as_bytes(), b"\0"].concat();
        wsi.call(
            reason::CLIENT_CONNECTION_ERROR,
            text.as_ptr().cast(),
            why.len(),
        );
    }
    unbind(wsi);
    match wsi.role {
        Role::Raw | Role::Udp if wsi.up.get() => {
            wsi.tell(reason::RAW_CLOSE);
        }
        Role::File if wsi.up.get() => {
            wsi.tell(reason::RAW_CLOSE_FILE);
        }
        _ => {}
    }
    if let Some(parent) = cx.conns.get(wsi.parent.get()) {
        parent.call(reason::CHILD_CLOSING, from_ref::<Wsi>(wsi).cast(), 0);
    }
    if wsi.announced.replace(false) || wsi.client {
        wsi.tell_first(reason::WSI_DESTROY);
    }
    if wsi.wrote.get() && !wsi.has_output() && !wsi.culled() {
        linger::part(cx, wsi);
    }
    leave(cx, wsi);
}

/// Forgets a client that could not even begin: nobody but its caller knows of it.
pub(super) fn silently(cx: &Context, wsi: &Rc<Wsi>) {
    if wsi.phase.replace(Phase::Closed) == Phase::Closed {
        return;
    }
    stop(cx, wsi);
    unbind(wsi);
    wsi.tell_first(reason::WSI_DESTROY);
    leave(cx, wsi);
}

/// Nothing happens to it by itself any more.
fn stop(cx: &Context, wsi: &Wsi) {
    stop_watching(cx, wsi);
    cx.forget_route(wsi);
    timeout::cancel_all(wsi);
    if wsi.attempt.take().is_some() || wsi.pending_udp.take().is_some() {
        lookup::forget(cx, wsi.token.get());
    }
}

/// Its protocol has it no more.
fn unbind(wsi: &Wsi) {
    if wsi.bound.replace(false) && !wsi.user.get().is_null() {
        wsi.tell(reason::RAW_SKT_DROP_PROTOCOL);
    }
}

/// Gives back its descriptor and its places in the family and the table.
fn leave(cx: &Context, wsi: &Wsi) {
    if let Some(parent) = cx.conns.get(wsi.parent.get()) {
        let mut children = parent.children.borrow_mut();
        children.retain(|t| *t != wsi.token.get());
    }
    cx.conns.set_io(wsi, None);
    if wsi.role == Role::Listen {
        listen::closed(wsi);
    }
    cx.conns.remove(wsi.token.get());
}

/// Closes all connections of a vhost.
pub(crate) fn all_of_vhost(cx: &Context, vhost: &Rc<Vhost>) {
    for wsi in cx.conns.all() {
        if Rc::ptr_eq(&wsi.vhost, vhost) {
            now(cx, &wsi);
        }
    }
}

/// Closes all connections, those that listen last.
pub(crate) fn all(cx: &Context) {
    let all = cx.conns.all();
    let (listening, others): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|w| w.role == Role::Listen);
    for wsi in others.into_iter().chain(listening) {
        now(cx, &wsi);
    }
}

/// Stops listening: those who are connected stay.
pub(crate) fn listeners(cx: &Context) {
    for wsi in cx.conns.all().iter().filter(|w| w.role == Role::Listen) {
        now(cx, wsi);
    }
}
