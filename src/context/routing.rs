//! What routing asks of the connections of a context, and tells it.

use super::Context;
use crate::conn::wsi::{Phase, Wsi};
use crate::conn::{close, listen, race, races, routing};
use crate::log::log_notice;
use crate::route::conns::Connections;
use crate::route::cull::Reason;
use crate::route::types::Flow;
use crate::sys::callbacks::RouteNotify;
use std::rc::Rc;

impl Context {
    fn open_conn(&self, token: u64) -> Option<Rc<Wsi>> {
        self.conns.table.get(token).filter(|wsi| !wsi.is_closed())
    }
}

impl Connections for Context {
    fn flow(&self, token: u64) -> Option<Flow> {
        routing::flow_of(&*self.conns.table.get(token)?)
    }

    fn is_open(&self, token: u64) -> bool {
        self.open_conn(token).is_some()
    }

    fn is_still(&self, token: u64, flow: &Flow) -> bool {
        self.conns
            .table
            .get(token)
            .is_some_and(|wsi| routing::is_still(&wsi, flow, self.external()))
    }

    fn may_move(&self, token: u64) -> bool {
        self.conns
            .table
            .get(token)
            .is_some_and(|wsi| routing::may_move(&wsi))
    }

    fn has_moved(&self, token: u64, flow: Option<&Flow>) -> bool {
        self.conns
            .table
            .get(token)
            .is_some_and(|wsi| routing::has_moved(&wsi, flow))
    }

    fn moved(&self, token: u64) {
        if let Some(wsi) = self.conns.table.get(token) {
            routing::moved(&wsi);
        }
    }

    fn set_ended(&self, token: u64, why: Option<Reason>) {
        let Some(wsi) = self.conns.table.get(token) else {
            return;
        };
        let number = why.map_or(0, |why| why as u8);
        wsi.cull.set(number);
        race::shown(&self.conns, &wsi).cull.set(number);
        if let Some(why) = why {
            log_notice!(wsi.log(), "routing: a connection has ended: {}", why.name());
        }
    }

    fn notify(&self, token: u64, notify: RouteNotify, why: Reason) {
        if let Some(wsi) = self.open_conn(token) {
            // Of an attempt to connect the program only knows what it is for.
            notify.call(&*race::shown(&self.conns, &wsi), why as u8);
        }
    }

    fn close(&self, token: u64, why: Reason) {
        let Some(wsi) = self.open_conn(token) else {
            return;
        };
        match wsi.phase() {
            Phase::Racing => race::cut_off(&self.conns, &wsi, why.name()),
            _ => close::now(&self.conns, &wsi),
        }
    }

    fn routes_known(&self) {
        #[cfg(feature = "LWS_WITH_SYS_STATE")]
        self.system.climb_on();
    }

    fn routing_changed(&self) {
        race::network_changed(&self.conns);
    }

    fn addresses_changed(&self) {
        listen::wait::addresses_changed(&self.conns);
        races::links_changed(&self.conns);
        #[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
        self.dhcp.links_changed();
    }
}
