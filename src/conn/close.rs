//! The end of connections.

use super::dispatch::stop_watching;
use super::drive;
use super::life::{End, Event, Farewell};
use super::vhost::Vhost;
use super::wsi::{Phase, Role, Wsi};
use super::{linger, listen, lookup, race, reason, timeout, transport};
use crate::cao::attempt::Outcome;
use crate::conn::conns::Conns;
use crate::log::log_err;
use crate::sys::memory::Mark;
use core::ptr::from_ref;
use std::rc::Rc;

/// Closes a connection whose protocol wants that: what it wrote goes out first.
pub(crate) fn after_output(conns: &Conns, wsi: &Rc<Wsi>) {
    drive::step(conns, wsi, leaving(wsi));
}

/// The event that makes a connection close after its output.
pub(super) fn leaving(wsi: &Wsi) -> Event {
    let queued = wsi.has_output();
    let left = if queued { left(wsi) } else { 0 };
    Event::Leave { queued, left }
}

/// How many bytes of what a connection wrote its peer has not taken.
pub(super) fn left(wsi: &Wsi) -> u64 {
    let io = wsi.io();
    let sent = match wsi.phase() {
        Phase::Lingering => io.map_or(0, |io| io.unacknowledged()),
        _ => io.map_or(0, |io| io.in_kernel()),
    };
    let queued = u64::try_from(wsi.out.borrow().len()).unwrap_or(u64::MAX);
    queued.saturating_add(u64::from(sent))
}

/// Closes a connection.
pub(crate) fn now(conns: &Conns, wsi: &Rc<Wsi>) {
    let end = if wsi.culled() { End::Dead } else { End::Told };
    all_below(conns, wsi, end, None);
}

/// Closes a client that could not connect; its protocol hears why.
pub(crate) fn failed(conns: &Conns, wsi: &Rc<Wsi>, why: &str) {
    all_below(conns, wsi, End::Told, Some(why));
}

/// Forgets a client that could not even begin: nobody but its caller knows of it.
pub(super) fn silently(conns: &Conns, wsi: &Rc<Wsi>) {
    all_below(conns, wsi, End::Silent, None);
}

/// Closes a connection for which there was not enough memory since `mark`, and returns whether that
/// is so. Its protocol hears of the end where it was told of the beginning.
pub(super) fn lacking(conns: &Conns, wsi: &Rc<Wsi>, mark: Mark) -> bool {
    if !mark.failed() {
        return false;
    }
    mark.forgive();
    conns.table.starved.set(true);
    if !wsi.is_closed() && wsi.role() != Role::Listen {
        log_err!(wsi.log(), "no memory for a connection: closed");
        match wsi.phase() {
            Phase::New => silently(conns, wsi),
            Phase::Connecting => failed(conns, wsi, "no memory"),
            Phase::Racing => race::unwatched(conns, wsi, "no memory"),
            _ => now(conns, wsi),
        }
    }
    true
}

/// Closes a connection so that its peer gets a reset.
pub(super) fn reset(conns: &Conns, wsi: &Rc<Wsi>) {
    if let Some(io) = wsi.io() {
        io.reset_on_close();
    }
    all_below(conns, wsi, End::Dead, None);
}

/// Closes a connection and those below it: children before their parents, the youngest first.
/// Without recursion, because a program may make chains of any length.
fn all_below(conns: &Conns, top: &Rc<Wsi>, end: End, why: Option<&str>) {
    if !begin(conns, top, end) {
        return;
    }
    let mut at = Rc::clone(top);
    loop {
        let youngest = at.children.borrow_mut().pop();
        if let Some(token) = youngest {
            if let Some(child) = conns
                .table
                .get(token)
                .filter(|c| begin(conns, c, End::Told))
            {
                at = child;
            }
            continue;
        }
        let is_top = Rc::ptr_eq(&at, top);
        let parent = conns.table.get(at.parent.get());
        finish(conns, &at, why.filter(|_| is_top));
        match parent {
            Some(parent) if !is_top => at = parent,
            _ => return,
        }
    }
}

/// Nothing happens to a connection by itself any more. Returns false if that was so before.
fn begin(conns: &Conns, wsi: &Rc<Wsi>, end: End) -> bool {
    let Some(owed) = wsi.life.farewell(end) else {
        return false;
    };
    wsi.owed.set(owed);
    stop_watching(conns, wsi);
    conns.forget_route(wsi);
    timeout::cancel_all(wsi);
    #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
    if let Some(names) = conns.names() {
        names.forget(wsi.token.get());
    }
    race::abandon(conns, wsi, Outcome::Cancelled);
    if wsi.search.take().is_some() || wsi.pending_udp.take().is_some() {
        lookup::forget(conns, wsi.token.get());
    }
    true
}

/// Tells all that have to be told, and gives back the descriptor and the places in the family and
/// the table.
fn finish(conns: &Conns, wsi: &Rc<Wsi>, why: Option<&str>) {
    for farewell in wsi.owed.get().into_iter().flatten() {
        match farewell {
            Farewell::ConnectionError => {
                let why = why.unwrap_or("closed before established");
                // With a NUL, for programs that take it for a string.
                let text = [why.as_bytes(), b"\0"].concat();
                let text = text.as_ptr().cast();
                wsi.call(reason::CLIENT_CONNECTION_ERROR, text, why.len());
            }
            Farewell::Drop => {
                wsi.driver().dropped(wsi);
            }
            Farewell::Close => {
                wsi.driver().closed(wsi);
            }
            Farewell::TellParent => {
                if let Some(parent) = conns.table.get(wsi.parent.get()) {
                    parent.call(reason::CHILD_CLOSING, from_ref::<Wsi>(wsi).cast(), 0);
                }
            }
            Farewell::Destroy => {
                #[cfg(feature = "LWS_ROLE_WS")]
                if wsi.ws.get().is_some() {
                    wsi.tell(reason::WSI_DESTROY);
                    continue;
                }
                wsi.tell_first(reason::WSI_DESTROY);
            }
            Farewell::Linger => {
                if !wsi.has_output() {
                    transport::shutdown(wsi);
                    linger::part(conns, wsi);
                }
            }
        }
    }
    #[cfg(feature = "LWS_ROLE_H1")]
    if let Some(web) = wsi.web.get() {
        super::heads::forget(conns, wsi, web);
    }
    // The children of one that ends are taken from it one by one.
    if let Some(parent) = conns.table.get(wsi.parent.get()).filter(|p| !p.is_closed()) {
        let mut children = parent.children.borrow_mut();
        children.retain(|t| *t != wsi.token.get());
    }
    conns.table.set_io(wsi, None);
    if wsi.role() == Role::Listen {
        listen::closed(wsi);
    }
    conns.table.remove(wsi.token.get());
}

/// Closes all connections of a vhost.
pub(crate) fn all_of_vhost(conns: &Conns, vhost: &Rc<Vhost>) {
    for wsi in conns.table.all() {
        if Rc::ptr_eq(&wsi.vhost, vhost) {
            now(conns, &wsi);
        }
    }
}

/// Closes all connections, those that listen last.
pub(crate) fn all(conns: &Conns) {
    let others = |w: &Rc<Wsi>| w.role() != Role::Listen;
    for wsi in conns.table.all().filter(others) {
        now(conns, &wsi);
    }
    for wsi in conns.table.all() {
        now(conns, &wsi);
    }
}

/// Stops listening: those who are connected stay.
pub(crate) fn listeners(conns: &Conns) {
    for wsi in conns.table.all().filter(|w| w.role() == Role::Listen) {
        now(conns, &wsi);
    }
}
