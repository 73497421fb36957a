//! Requests for WRITEABLE callbacks that other threads make than the one that services the context.
//! The loop takes them up when it has been woken.

use super::dispatch;
use crate::conn::conns::Conns;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Which connections a request is for. Addresses are only compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Who {
    /// The connection with this token.
    One(u64),
    /// All with the protocol at this address; of the vhost at that address, 0 for any.
    All { protocol: usize, vhost: usize },
}

/// The requests since the loop looked last. For any thread.
#[derive(Default)]
pub(crate) struct Asked(Mutex<BTreeSet<Who>>);

impl Asked {
    /// Notes a request. The caller wakes the loop.
    pub(crate) fn note(&self, who: Who) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(who);
    }

    fn take(&self) -> BTreeSet<Who> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        core::mem::take(&mut *all)
    }
}

/// Does what was asked for on other threads.
pub(crate) fn take(conns: &Conns) {
    for who in conns.table.elsewhere.take() {
        match who {
            Who::One(token) => {
                if let Some(wsi) = conns.table.get(token) {
                    dispatch::want_write(conns, &wsi);
                }
            }
            Who::All { protocol, vhost } => {
                let is_meant = |v: &super::Vhost| core::ptr::from_ref(v).addr() == vhost;
                let all = conns.all_vhosts();
                let mut known = all.iter().flat_map(|v| v.protocols());
                let Some(p) = known.find(|p| p.raw().addr() == protocol) else {
                    continue;
                };
                for wsi in conns.table.with_protocol(*p) {
                    if vhost == 0 || is_meant(&wsi.vhost) {
                        dispatch::want_write(conns, &wsi);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_twice_is_noted_once() {
        let asked = Asked::default();
        let all = Who::All {
            protocol: 1,
            vhost: 0,
        };
        for who in [Who::One(7), all, Who::One(7), Who::One(8), all] {
            asked.note(who);
        }
        let taken: Vec<_> = asked.take().into_iter().collect();
        assert_eq!(taken, [Who::One(7), Who::One(8), all]);
        assert!(asked.take().is_empty());
    }
}
