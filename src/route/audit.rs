//! The copy checks itself: now and then one of its answers is compared with the kernel's.

use super::again::PATIENCE_US;
use super::feed::Feed;
use super::monitor::{Inner, Monitor};
use super::types::{Family, Flow, Prefix, Verdict, table_id};
use crate::log::log_warn;
use crate::sys::{clock, random};
use core::net::IpAddr;

/// How far apart re-syncs are that the audit asks for, microseconds.
const PAUSE_US: i64 = 5_000_000;

/// When what was done last.
pub(super) struct Audit {
    sampled: i64,
    /// What copy and kernel differed about, and may agree about in a moment.
    doubt: Option<Flow>,
    resynced: i64,
    pub(super) samples: u64,
    pub(super) mismatches: u64,
}

impl Audit {
    pub(super) fn new() -> Self {
        Self {
            sampled: 0,
            doubt: None,
            resynced: i64::MIN / 2,
            samples: 0,
            mismatches: 0,
        }
    }
}

impl Monitor {
    /// Compares one answer when the loop is awake anyway, and not too often.
    pub(super) fn audit(&self) {
        let now = clock::now_us();
        let flow = {
            let mut inner = self.inner.borrow_mut();
            let Some(pause) = 1_000_000_i64.checked_div(i64::from(inner.settings.audit_per_s))
            else {
                return;
            };
            if !inner.feed.whole()
                || inner.audit.doubt.is_some()
                || now.saturating_sub(inner.audit.sampled) < pause
            {
                return;
            }
            inner.audit.sampled = now;
            let Some(flow) = sample(&inner) else { return };
            inner.audit.samples += 1;
            flow
        };
        if !self.agree(&flow) {
            self.doubt_of(flow);
        }
    }

    /// The copy and the kernel differ about this, and may agree in a moment.
    pub(super) fn doubt_of(&self, flow: Flow) {
        self.inner.borrow_mut().audit.doubt.get_or_insert(flow);
        self.doubt.arm(self, 0, PATIENCE_US);
    }

    /// Looks again whether copy and kernel differ.
    pub(super) fn resolve(&self) {
        let Some(flow) = self.inner.borrow_mut().audit.doubt.take() else {
            return;
        };
        if !self.inner.borrow().feed.whole() || self.agree(&flow) {
            return;
        }
        let now = clock::now_us();
        let resync = {
            let mut inner = self.inner.borrow_mut();
            inner.audit.mismatches += 1;
            let resync = now.saturating_sub(inner.audit.resynced) >= PAUSE_US;
            if resync {
                inner.audit.resynced = now;
            }
            resync
        };
        if resync {
            log_warn!(
                self.core.log,
                "routing: the copy and the kernel differ about {flow:?}; all is read again"
            );
            self.resync();
        }
    }

    /// Whether copy and kernel agree; also when one of them does not know, or something was announced
    /// between the two answers.
    fn agree(&self, flow: &Flow) -> bool {
        let heard = |monitor: &Self| {
            monitor.outdate();
            monitor.refresh();
            monitor.inner.borrow().feed.counts.messages
        };
        let before = heard(self);
        let mine = self.ask_copy(flow, Verdict::clone);
        let its = self.ask_kernel(flow);
        if heard(self) != before {
            return true;
        }
        match (mine, its) {
            (Some(mine), Some(its)) => agrees(&mine, &its),
            _ => true,
        }
    }
}

fn agrees(copy: &Verdict, kernel: &Verdict) -> bool {
    match (copy, kernel) {
        (Verdict::Unknown(_), _) => true,
        (Verdict::Unreachable(a), Verdict::Unreachable(b)) => a == b,
        (Verdict::Reachable(a), Verdict::Reachable(b)) => {
            let mine = a.legs.as_slice();
            b.legs.as_slice().iter().all(|leg| {
                mine.iter()
                    .any(|m| m.index == leg.index && m.gateway == leg.gateway)
            })
        }
        _ => false,
    }
}

/// A flow to compare answers by: a connection's and one to some route's destination by turns.
fn sample(inner: &Inner) -> Option<Flow> {
    let number = inner.audit.samples;
    if number % 2 == 0 {
        if let Some(flow) = inner.cull.sample(number / 2) {
            return Some(flow);
        }
    }
    let family = if number % 4 < 2 {
        Family::V4
    } else {
        Family::V6
    };
    to_some_route(&inner.feed, family).or_else(|| to_some_route(&inner.feed, Family::V4))
}

fn to_some_route(feed: &Feed, family: Family) -> Option<Flow> {
    let mut bytes = [0u8; 16];
    random::fill(&mut bytes);
    let start = match (family, bytes) {
        (Family::V4, [a, b, c, d, ..]) => IpAddr::from([a, b, c, d]),
        (Family::V6, all) => IpAddr::from(all),
    };
    let tables = &feed.copy.tables;
    let (prefix, _) = tables
        .next(family, table_id::MAIN, Prefix::new(start, family.bits()))
        .or_else(|| tables.next(family, table_id::MAIN, None))?;
    let dst = prefix.last();
    // Such the copy does not decide about.
    let special = dst.is_multicast() || prefix.len == 0 || link_local(dst);
    (!special).then(|| Flow::to(dst))
}

fn link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(a) => a.is_link_local(),
        IpAddr::V6(a) => a.is_unicast_link_local(),
    }
}
