//! Sockets whose peer the program can change, by a descriptor it has, and nobody is told: those of UDP,
//! and those of TCP that were adopted before they had a peer.
//!
//! They are looked at before a change is judged, when something is asked about them, and in the pass
//! after the program asked for a descriptor, which it may do in order to connect. What the way of one
//! was before it was looked at is not known.

use super::monitor::{CullMode, Monitor};
use super::socket::{ends, has_ends};
use crate::conn::Wsi;
use crate::conn::wsi::Role;
use crate::context::Context;
use crate::sys::clock;
use std::collections::BTreeMap;

/// Who asks for a descriptor more often than this is looked at now and then only.
const OFTEN: u32 = 16;
/// How far apart these looks are, microseconds.
const PAUSE_US: i64 = 100_000;

/// How often one was looked at because its descriptor was asked for.
#[derive(Default)]
struct Looks {
    count: u32,
    /// When that was last, microseconds.
    last: i64,
}

/// By token.
#[derive(Default)]
pub(super) struct Loose {
    all: BTreeMap<u64, Looks>,
    /// Those to be looked at in the next pass.
    soon: Vec<u64>,
}

impl Monitor {
    /// The program has the descriptor of a connection, and may connect it.
    pub(crate) fn loosen(&self, wsi: &Wsi) {
        if is_loose(wsi) {
            let mut loose = self.loose.borrow_mut();
            loose.all.entry(wsi.token.get()).or_default();
        }
    }

    /// The program asks for the descriptor of a connection, perhaps to connect it now.
    pub(crate) fn given(&self, cx: &Context, wsi: &Wsi) {
        if !is_loose(wsi) {
            return;
        }
        let mut loose = self.loose.borrow_mut();
        let loose = &mut *loose;
        let looks = loose.all.entry(wsi.token.get()).or_default();
        let now = clock::now_us();
        if looks.count >= OFTEN && now.saturating_sub(looks.last) < PAUSE_US {
            return;
        }
        looks.count = looks.count.saturating_add(1);
        looks.last = now;
        let first = loose.soon.is_empty();
        if loose.soon.last() != Some(&wsi.token.get()) {
            loose.soon.push(wsi.token.get());
        }
        if first {
            self.later.arm(cx, 0, 0);
        }
    }

    /// Its peer is not another one any more.
    pub(super) fn tighten(&self, wsi: &Wsi) {
        self.loose.borrow_mut().all.remove(&wsi.token.get());
    }

    /// Looks at those whose descriptors were asked for.
    pub(super) fn look_soon(&self, cx: &Context) {
        let soon = core::mem::take(&mut self.loose.borrow_mut().soon);
        self.look_at(cx, soon);
    }

    /// Looks at all of them before a change is judged.
    pub(super) fn look_at_all(&self, cx: &Context) {
        {
            let inner = self.inner.borrow();
            let feed = &inner.feed;
            if inner.settings.cull == CullMode::Off || feed.syncing() || feed.touched.nothing() {
                return;
            }
        }
        let all = self.loose.borrow().all.keys().copied().collect();
        self.look_at(cx, all);
    }

    fn look_at(&self, cx: &Context, tokens: Vec<u64>) {
        for token in tokens {
            if let Some(wsi) = cx.conns.table.get(token) {
                self.look(cx, &wsi);
            }
        }
    }

    /// Watches a connection by the peer it has now, if that is another one than before.
    pub(crate) fn look(&self, cx: &Context, wsi: &Wsi) {
        if is_loose(wsi) && self.differs(wsi) {
            if wsi.role() == Role::Raw {
                wsi.life.set_late(false);
            }
            self.watch_since(cx, wsi, true);
        }
        if !is_loose(wsi) {
            self.tighten(wsi);
        }
    }

    fn differs(&self, wsi: &Wsi) -> bool {
        let inner = self.inner.borrow();
        let flow = |peer| inner.watched.flow(peer, wsi.token.get());
        match wsi.watched.get().and_then(flow) {
            Some(flow) => !has_ends(wsi, &flow),
            None => ends(wsi).is_some(),
        }
    }
}

fn is_loose(wsi: &Wsi) -> bool {
    (wsi.role() == Role::Udp || wsi.life.is_late()) && !wsi.is_closed()
}
