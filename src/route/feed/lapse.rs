//! Routes whose lifetime is over.

use super::{Feed, WORK_AT_ONCE};
use crate::route::alike::{same, settle};
use crate::route::lifetimes::{Due, Place};
use crate::route::oracle::{Oracle, RouteOf};
use crate::route::types::{Flow, RouteInfo};
use crate::sys::clock;

/// About how many routes whose lifetime is over the kernel is asked at once.
const ASKED_AT_ONCE: u32 = 256;

impl Feed {
    /// Ends what has outlived its lifetime, as far as `oracle` agrees. Returns whether that may
    /// concern somebody.
    pub(in super::super) fn lapse(&mut self, oracle: &mut Oracle) -> bool {
        self.copy.now_us = clock::now_us();
        let before = self.copy.work();
        let mut concerns = false;
        let mut left = ASKED_AT_ONCE;
        while self.copy.work().saturating_sub(before) < WORK_AT_ONCE && left > 0 {
            let Some(all) = self.copy.take_lapsed() else {
                break;
            };
            self.copy.messages = self.copy.messages.saturating_add(1);
            for due in all {
                match due {
                    Due::Lapsed((_, prefix)) => {
                        self.touched.prefix(prefix);
                        concerns = true;
                    }
                    Due::Ask(place, info) => {
                        left = left.saturating_sub(1);
                        concerns |= self.ask_for(place, &info, oracle);
                    }
                }
            }
        }
        concerns
    }

    /// Asks whether a route whose lifetime is over lasts longer. Returns whether it does not.
    fn ask_for(&mut self, place: Place, info: &RouteInfo, oracle: &mut Oracle) -> bool {
        let (_, prefix) = place;
        let legs = info.legs.as_slice();
        let flow = Flow {
            // Without its interface another route may be better.
            oif: legs.first().map_or(0, |leg| leg.index),
            src: info.source.map(|source| source.last()),
            ..Flow::to(prefix.last())
        };
        let lasts = match oracle.route_of(&flow) {
            RouteOf::None => None,
            RouteOf::Route(mut route) => {
                settle(&mut route.info);
                let it = (route.table, route.dst) == place && same(&route.info, info);
                if !it {
                    // Another one is better there: of this one nobody knows until it is announced.
                    return false;
                }
                Some(route.expires)
            }
            RouteOf::Unknown => return false,
        };
        self.copy
            .lifetimes
            .asked(place, info, lasts, self.copy.now_us);
        if lasts.is_none() {
            self.touched.prefix(prefix);
        }
        lasts.is_none()
    }
}
