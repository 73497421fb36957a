//! What the resolver asks of the other rooms, and hears of them.

use super::Context;
use crate::conn::lookup;
use crate::dns::driver::{Resolver, Upper};
use crate::dns::found::Found;
use crate::event::core::Core;
use std::net::SocketAddr;
use std::rc::{Rc, Weak};

pub(super) fn resolver(core: &Rc<Core>, v6: bool, me: &Weak<Context>) -> Rc<Resolver> {
    let upper: Weak<dyn Upper> = me.clone();
    Resolver::new(Rc::clone(core), v6, upper)
}

impl Upper for Context {
    fn resolved(&self, who: u64, found: &Found, _last: bool) {
        lookup::found(&self.conns, who, found);
    }

    #[cfg(feature = "LWS_WITH_NETLINK")]
    fn has_way(&self, to: SocketAddr) -> bool {
        use crate::route::types::{Flow, Verdict};
        let mut flow = Flow::to(to.ip());
        if let SocketAddr::V6(v6) = to {
            flow.oif = v6.scope_id();
        }
        let lost = |verdict: &Verdict| matches!(verdict, Verdict::Unreachable(_));
        !self.route.ask_copy(&flow, lost).unwrap_or(false)
    }

    #[cfg(not(feature = "LWS_WITH_NETLINK"))]
    fn has_way(&self, _to: SocketAddr) -> bool {
        true
    }
}
