//! The vhosts and connections of one context, and what they stand on.

use super::error::Error;
use super::races::Races;
use super::table::Table;
use super::vhost::Vhost;
use super::wsi::Wsi;
use super::{close, listen, reason};
use crate::abi::types::lws_context;
use crate::event::core::{Core, Room};
#[cfg(feature = "LWS_WITH_NETLINK")]
use crate::route::monitor::Monitor;
use crate::sys::memory::Mark;
use core::cell::{Cell, OnceCell, RefCell};
use core::net::{IpAddr, SocketAddr};
use core::ptr::{null, null_mut};
use std::rc::{Rc, Weak};

/// The way of packets, as far as it is known.
#[derive(Clone, Copy, Default)]
pub(crate) struct Way {
    /// The interface they leave by, 0 for none, and its name without what follows that.
    pub(crate) ifindex: u32,
    pub(crate) interface: [u8; 16],
    pub(crate) gateway: Option<IpAddr>,
    /// How long the prefix of the source address is, and its flags (`IFA_F_*`).
    pub(crate) source_len: Option<u8>,
    pub(crate) source_flags: u32,
}

pub(crate) struct Conns {
    core: Rc<Core>,
    me: Weak<Self>,
    pub(crate) table: Table,
    /// Made by the first race or question: the memory of paths takes room.
    races: OnceCell<Box<Races>>,
    #[cfg(feature = "LWS_WITH_NETLINK")]
    routes: OnceCell<Rc<Monitor>>,
    #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
    names: OnceCell<Rc<crate::dns::driver::Resolver>>,
    vhosts: RefCell<Vec<Rc<Vhost>>>,
    /// Vhosts that ended while callbacks ran, which may still hold pointers to them.
    former_vhosts: RefCell<Vec<Rc<Vhost>>>,
    protocols_initialised: Cell<bool>,
    /// How many bytes the headers of a request may have together.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) header_limit: Cell<usize>,
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) heads: super::heads::Heads,
    /// `lws_context_deprecate()` was called: no vhost listens any more.
    pub(crate) deprecated: Cell<bool>,
}

impl Conns {
    /// `buffer_size`: how much is received at once, bytes.
    pub(crate) fn new(core: Rc<Core>, buffer_size: usize) -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            core,
            me: me.clone(),
            table: Table::new(buffer_size),
            races: OnceCell::new(),
            #[cfg(feature = "LWS_WITH_NETLINK")]
            routes: OnceCell::new(),
            #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
            names: OnceCell::new(),
            vhosts: RefCell::default(),
            former_vhosts: RefCell::default(),
            protocols_initialised: Cell::new(false),
            #[cfg(feature = "LWS_ROLE_H1")]
            header_limit: Cell::new(4096),
            #[cfg(feature = "LWS_ROLE_H1")]
            heads: super::heads::Heads::default(),
            deprecated: Cell::new(false),
        })
    }

    /// Sets, once, the monitor that routing watches connections with.
    #[cfg(feature = "LWS_WITH_NETLINK")]
    pub(crate) fn bind_routes(&self, routes: &Rc<Monitor>) {
        // The context calls this once, when it is made.
        let _ = self.routes.set(Rc::clone(routes));
    }

    /// Sets the resolver, once.
    #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
    pub(crate) fn bind_names(&self, names: Rc<crate::dns::driver::Resolver>) {
        // As above.
        let _ = self.names.set(names);
    }

    /// The resolver.
    #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
    pub(super) fn names(&self) -> Option<&crate::dns::driver::Resolver> {
        self.names.get().map(Rc::as_ref)
    }

    /// What races share.
    pub(crate) fn races(&self) -> &Races {
        self.races.get_or_init(Box::default)
    }

    /// As [`Conns::races`], where that was made already.
    #[cfg(feature = "LWS_WITH_NETLINK")]
    pub(super) fn races_so_far(&self) -> Option<&Races> {
        self.races.get().map(Box::as_ref)
    }

    /// The context as the program knows it.
    pub(super) fn context(&self) -> *mut lws_context {
        self.core.context().map_or(null_mut(), |c| c.raw())
    }

    /// Has routing watch a connection, which has a peer now or another one.
    pub(super) fn watch_route(&self, wsi: &Wsi) {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        if let Some(routes) = self.routes.get() {
            routes.watch(wsi.token.get());
        }
        #[cfg(not(feature = "LWS_WITH_NETLINK"))]
        let _ = wsi;
    }

    /// Tells routing that the program has the descriptor of a connection, and may connect or bind it
    /// without telling.
    pub(super) fn loosen_route(&self, wsi: &Wsi) {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        if let Some(routes) = self.routes.get() {
            routes.loosen(wsi.token.get());
        }
        #[cfg(not(feature = "LWS_WITH_NETLINK"))]
        let _ = wsi;
    }

    /// Has routing forget a connection, which ends or tries another address.
    pub(super) fn forget_route(&self, wsi: &Wsi) {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        if let Some(routes) = self.routes.get() {
            routes.forget(wsi.token.get());
        }
        #[cfg(not(feature = "LWS_WITH_NETLINK"))]
        let _ = wsi;
    }

    /// What is known of the way from a source to a destination.
    pub(super) fn way(&self, dest: SocketAddr, source: IpAddr) -> Way {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        if let Some(routes) = self.routes.get() {
            return super::survey::way(routes, dest, source);
        }
        let _ = (dest, source);
        Way::default()
    }

    /// Whether routing tells when addresses of the host change.
    pub(super) fn hears_of_addresses(&self) -> bool {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        let hears = self.routes.get().is_some_and(|routes| routes.fd() >= 0);
        #[cfg(not(feature = "LWS_WITH_NETLINK"))]
        let hears = false;
        hears
    }

    // ---- vhosts

    /// Takes a vhost in: it listens, if it is to, and its protocols are initialised, if those of
    /// the context are.
    pub(crate) fn add_vhost(&self, vhost: Vhost) -> Result<Rc<Vhost>, Error> {
        let mark = Mark::now();
        let vhost = Rc::new(vhost);
        vhost.context.set(self.context());
        let room = {
            let mut former = self.former_vhosts.borrow_mut();
            let mut vhosts = self.vhosts.borrow_mut();
            let (ended, count) = (former.len(), vhosts.len().saturating_add(1));
            former
                .try_reserve(count.saturating_sub(ended))
                .and_then(|()| vhosts.try_reserve(1))
        };
        let opened = match room {
            Ok(()) => self.open_vhost(&vhost),
            Err(_) => Err(Error::NoMemory),
        };
        let opened = opened.and_then(|()| match mark.failed() {
            true => Err(Error::NoMemory),
            false => Ok(()),
        });
        if let Err(why) = opened {
            mark.forgive();
            close::all_of_vhost(self, &vhost);
            return Err(why);
        }
        self.vhosts.borrow_mut().push(Rc::clone(&vhost));
        if self.protocols_initialised.get() {
            vhost.init_protocols(self);
        }
        if vhost.gone.get() {
            return Err(Error::Ended);
        }
        Ok(vhost)
    }

    fn open_vhost(&self, vhost: &Rc<Vhost>) -> Result<(), Error> {
        #[cfg(feature = "LWS_WITH_TLS")]
        super::secure::begin(self, vhost)?;
        listen::open(self, vhost)
    }

    /// Ends a vhost. It stays in memory while callbacks run.
    pub(crate) fn remove_vhost(&self, vhost: &Rc<Vhost>) {
        vhost.finish(self);
        self.vhosts.borrow_mut().retain(|v| !Rc::ptr_eq(v, vhost));
        self.former_vhosts.borrow_mut().push(Rc::clone(vhost));
    }

    /// Ends all vhosts.
    pub(crate) fn end_vhosts(&self) {
        for v in self.all_vhosts() {
            v.finish(self);
        }
    }

    /// Forgets all vhosts.
    pub(crate) fn drop_vhosts(&self) {
        drop(self.vhosts.take());
    }

    /// The vhost at this address.
    pub(crate) fn vhost_at(&self, at: *const Vhost) -> Option<Rc<Vhost>> {
        self.vhosts
            .borrow()
            .iter()
            .find(|v| Rc::as_ptr(v) == at)
            .cloned()
    }

    pub(crate) fn first_vhost(&self) -> Option<Rc<Vhost>> {
        self.vhosts.borrow().first().cloned()
    }

    /// All vhosts, as they are now.
    pub(crate) fn all_vhosts(&self) -> Vec<Rc<Vhost>> {
        self.vhosts.borrow().clone()
    }

    /// Looks at all vhosts. `f` calls no program.
    #[cfg(any(feature = "LWS_ROLE_H1", feature = "LWS_WITH_TLS"))]
    pub(super) fn with_vhosts<R>(&self, f: impl FnOnce(&[Rc<Vhost>]) -> R) -> R {
        f(&self.vhosts.borrow())
    }

    fn each_vhost(&self, f: impl Fn(&Rc<Vhost>)) {
        for v in self.all_vhosts() {
            if !v.gone.get() {
                f(&v);
            }
        }
    }

    /// Initialises the protocols, once. Returns whether this was the first time.
    pub(crate) fn init_protocols(&self) -> bool {
        let first = !self.protocols_initialised.replace(true);
        if first {
            self.each_vhost(|v| v.init_protocols(self));
        }
        first
    }

    /// Tells every protocol of every vhost.
    pub(crate) fn broadcast_cancelled(&self) {
        self.each_vhost(|v| {
            v.broadcast(self, reason::EVENT_WAIT_CANCELLED, null(), 0);
        });
    }

    /// Asks the first protocol which thread this is.
    pub(crate) fn ask_thread_id(&self) {
        if let Some(v) = self.first_vhost() {
            v.tell_first(self, reason::GET_THREAD_ID);
        }
    }

    /// Frees what callbacks might have held. Does nothing while one may be running.
    pub(crate) fn tidy(&self) {
        if !self.is_within() {
            self.table.bury();
            if !self.former_vhosts.borrow().is_empty() {
                drop(self.former_vhosts.take());
            }
        }
    }
}

impl core::ops::Deref for Conns {
    type Target = Core;

    fn deref(&self) -> &Core {
        &self.core
    }
}

impl Room for Conns {
    fn core(&self) -> &Core {
        &self.core
    }

    fn me(&self) -> Weak<Self> {
        self.me.clone()
    }
}
