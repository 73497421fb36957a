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

#[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
impl Context {
    /// Gives the resolver the name servers of the leases there are, and takes back those of leases
    /// that are gone. One that the program has added itself stays the program's.
    pub(super) fn follow_leases(&self) {
        let now: Vec<SocketAddr> = self
            .dhcp
            .name_servers()
            .into_iter()
            .map(|ip| SocketAddr::from((ip, 53)))
            .collect();
        let had = self.leased.take();
        let (mut has, gone): (Vec<_>, Vec<_>) = had.into_iter().partition(|a| now.contains(a));
        for address in gone {
            self.names.remove_server(address);
        }
        for address in now {
            if !has.contains(&address) && self.names.add_server(address) {
                has.push(address);
            }
        }
        self.leased.replace(has);
    }
}

impl Upper for Context {
    fn resolved(&self, who: u64, found: &Found, last: bool) {
        lookup::found(&self.conns, who, found, last);
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
