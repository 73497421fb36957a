//! What is asked of routing: the copy's answers and the kernel's, all the routes, how it stands.

use super::bulk::copied;
use super::copy::KernelCopy;
use super::decide;
use super::monitor::{Monitor, Seen, Stats};
use super::types::{Family, Flow, Prefix, RouteInfo, Verdict};
use super::unbound;
use std::collections::TryReserveError;

impl Monitor {
    /// Shows `give` the answer of the copy, or else the kernel's. `None`: nobody knows.
    pub(crate) fn ask<R>(&self, flow: &Flow, mut give: impl FnMut(Seen<'_>) -> R) -> Option<R> {
        let known = self.ask_copy(flow, |verdict| match verdict {
            Verdict::Unknown(_) => None,
            verdict => Some(give(Seen::Copy(verdict))),
        });
        match known.flatten() {
            None => Some(give(Seen::Kernel(&self.ask_kernel(flow)?))),
            known => known,
        }
    }

    /// Shows `give` the answer of the copy, if it is whole. It is shown where it is: to hand it on takes
    /// as long as to find it.
    pub(crate) fn ask_copy<R>(&self, flow: &Flow, give: impl FnOnce(&Verdict) -> R) -> Option<R> {
        self.catch_up();
        let inner = &mut *self.inner.borrow_mut();
        let copy = inner.feed.fresh_copy()?;
        let (kept, own);
        let verdict = match decide::kept(copy, flow) {
            Some(known) => {
                kept = known;
                &*kept
            }
            None => {
                own = decide::decide(copy, flow);
                &own
            }
        };
        if matches!(verdict, Verdict::Unknown(_)) {
            inner.unknown += 1;
        }
        Some(give(verdict))
    }

    /// The kernel's answer.
    pub(crate) fn ask_kernel(&self, flow: &Flow) -> Option<Verdict> {
        let asked = self.inner.borrow_mut().oracle.ask(flow);
        if unbound::concerns(flow, &asked) {
            self.catch_up();
            let inner = &mut *self.inner.borrow_mut();
            let feed = &inner.feed;
            let known = feed.fd().is_some() && !feed.syncing();
            let copy = known.then_some(&feed.copy);
            unbound::settle(&mut inner.oracle, flow, &asked?, copy)
        } else {
            asked
        }
    }

    /// Hands out the routes one after the other, until `visit` returns false. Nothing is borrowed
    /// meanwhile. Fails when there is no memory.
    pub(crate) fn walk(
        &self,
        visit: &mut dyn FnMut(u32, Prefix, &RouteInfo) -> bool,
    ) -> Result<(), TryReserveError> {
        self.refresh();
        for family in [Family::V4, Family::V6] {
            let tables = {
                let inner = self.inner.borrow();
                copied(inner.feed.copy.tables.table_ids(family))?
            };
            for table in tables {
                let mut after = None;
                while let Some((prefix, infos)) = self.after(family, table, after) {
                    for info in &infos? {
                        if !visit(table, prefix, info) {
                            return Ok(());
                        }
                    }
                    after = Some(prefix);
                }
            }
        }
        Ok(())
    }

    /// The routes to the next prefix of a table.
    fn after(
        &self,
        family: Family,
        table: u32,
        after: Option<Prefix>,
    ) -> Option<(Prefix, Result<Vec<RouteInfo>, TryReserveError>)> {
        let inner = self.inner.borrow();
        let (prefix, all) = inner.feed.copy.tables.next(family, table, after)?;
        Some((prefix, copied(all.iter().map(|(_, info)| info.clone()))))
    }

    /// Looks at the copy, and whether it lacks nothing, without anything of the program's running
    /// meanwhile.
    pub(crate) fn with_copy<R>(&self, f: impl FnOnce(&KernelCopy, bool) -> R) -> R {
        let inner = self.inner.borrow();
        f(&inner.feed.copy, inner.feed.synced())
    }

    pub(crate) fn stats(&self) -> Stats {
        let inner = self.inner.borrow();
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let (feed, counts) = (&inner.feed, inner.feed.counts);
        Stats {
            synced: feed.synced(),
            messages: counts.messages,
            ignored: counts.ignored,
            malformed: counts.malformed,
            overflows: counts.overflows,
            resyncs: counts.resyncs,
            candidates: inner.cull.counts().candidates,
            culls: inner.culls,
            refused: inner.cull.counts().refused,
            asked: inner.oracle.asked,
            unknown: inner.unknown,
            audit_samples: inner.audit.samples,
            audit_mismatches: inner.audit.mismatches,
            routes4: count(feed.copy.tables.len(Family::V4)),
            routes6: count(feed.copy.tables.len(Family::V6)),
            watched: count(inner.cull.len()),
        }
    }
}
