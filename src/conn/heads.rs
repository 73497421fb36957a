//! How many requests may have their headers at the same time (`max_http_header_pool`), and the
//! connections that wait for their turn, in the order in which they came.

use super::dispatch::{queue_held, update_interest};
use super::web::Web;
use super::wsi::{Phase, Wsi};
use crate::conn::conns::Conns;
use core::cell::{Cell, RefCell};
use std::collections::VecDeque;

/// Why a connection that waits does not receive: the bit that lws uses for it (LWS_RXFLOW_REASON_AH_...).
const WAITS: u32 = 1 << 7;

/// What a context has of them.
#[derive(Default)]
pub(crate) struct Heads {
    /// 0: any number.
    limit: Cell<u32>,
    used: Cell<u32>,
    waiting: RefCell<VecDeque<u64>>,
}

impl Heads {
    pub(crate) fn set_limit(&self, limit: u32) {
        self.limit.set(limit);
    }

    /// Whether one more connection may have headers. One that waited may only when it is its turn.
    fn admits(&self, token: u64) -> bool {
        let waiting = self.waiting.borrow();
        let turn = waiting.front().is_none_or(|first| *first == token);
        self.used.get() < self.limit.get() && turn
    }
}

/// Whether a request may have its headers now. If not, its connection receives nothing until it may.
/// `None`: it cannot wait, for there is no memory.
pub(super) fn take(conns: &Conns, wsi: &Wsi, web: &Web) -> Option<bool> {
    let heads = &conns.heads;
    if heads.limit.get() == 0 {
        return Some(true);
    }
    let token = wsi.token.get();
    if heads.admits(token) {
        if web.waits.take() {
            heads.waiting.borrow_mut().pop_front();
        }
        heads.used.set(heads.used.get().saturating_add(1));
        web.counted.set(true);
        return Some(true);
    }
    if !web.waits.replace(true) {
        let mut waiting = heads.waiting.borrow_mut();
        waiting.try_reserve(1).ok()?;
        waiting.push_back(token);
    }
    wsi.life.pause(WAITS);
    update_interest(conns, wsi);
    Some(false)
}

/// The headers of a request have gone: the next one may have its own.
pub(super) fn give(conns: &Conns, web: &Web) {
    web.head.replace(None);
    let heads = &conns.heads;
    if web.counted.take() {
        heads.used.set(heads.used.get().saturating_sub(1));
        wake(conns);
    }
}

/// A connection has ended.
pub(super) fn forget(conns: &Conns, wsi: &Wsi, web: &Web) {
    if web.waits.take() {
        let token = wsi.token.get();
        conns.heads.waiting.borrow_mut().retain(|t| *t != token);
        wake(conns);
    }
    give(conns, web);
}

/// Lets the one whose turn it is go on.
fn wake(conns: &Conns) {
    let first = conns.heads.waiting.borrow().front().copied();
    let Some(wsi) = first.and_then(|t| conns.table.get(t)) else {
        return;
    };
    if wsi.phase() == Phase::Open && conns.heads.admits(wsi.token.get()) {
        wsi.life.resume(WAITS);
        update_interest(conns, &wsi);
        queue_held(conns, &wsi);
    }
}
