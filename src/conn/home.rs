//! The vhost that a connection belongs to, which a request may change.

use super::vhost::Vhost;
use core::cell::{Cell, OnceCell};
use core::ops::Deref;
use std::rc::Rc;

/// The vhosts that a connection has belonged to, and the one that it belongs to. What is borrowed of
/// one of them stays valid while a callback moves the connection: none is given up before the end.
pub(crate) struct Home {
    first: Rc<Vhost>,
    others: OnceCell<Box<Other>>,
    /// How many of `others` come before the one that it belongs to, and that one; 0: the first.
    at: Cell<usize>,
}

struct Other {
    vhost: Rc<Vhost>,
    next: OnceCell<Box<Other>>,
}

impl Home {
    pub(crate) fn new(vhost: &Rc<Vhost>) -> Self {
        Self {
            first: Rc::clone(vhost),
            others: OnceCell::new(),
            at: Cell::new(0),
        }
    }

    /// The vhost that it belonged to at first.
    #[cfg(all(feature = "LWS_WITH_TLS", feature = "LWS_ROLE_H1"))]
    pub(super) fn first(&self) -> &Rc<Vhost> {
        &self.first
    }

    /// The connection belongs to another vhost from now on.
    pub(super) fn move_to(&self, vhost: &Rc<Vhost>) {
        if Rc::ptr_eq(&self.first, vhost) {
            return self.at.set(0);
        }
        let mut at = 1usize;
        let mut slot = &self.others;
        loop {
            let other = slot.get_or_init(|| {
                Box::new(Other {
                    vhost: Rc::clone(vhost),
                    next: OnceCell::new(),
                })
            });
            if Rc::ptr_eq(&other.vhost, vhost) {
                return self.at.set(at);
            }
            at = at.saturating_add(1);
            slot = &other.next;
        }
    }
}

impl Deref for Home {
    type Target = Rc<Vhost>;

    fn deref(&self) -> &Rc<Vhost> {
        let mut found = &self.first;
        let mut slot = &self.others;
        for _ in 0..self.at.get() {
            let Some(other) = slot.get() else { break };
            found = &other.vhost;
            slot = &other.next;
        }
        found
    }
}
