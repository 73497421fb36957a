//! What one `lws_context` owns, in the order of creation.
#![forbid(unsafe_code)]

#[cfg(feature = "LWS_WITH_BUTTON")]
use crate::button::Buttons;
use crate::conn::{Conns, close, dispatch};
#[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
use crate::dhcp::Dhcp;
use crate::event::core::{Core, Hooks, Room};
#[cfg(all(
    feature = "LWS_WITH_SYS_SMD",
    any(
        feature = "LWS_WITH_NETLINK",
        feature = "LWS_WITH_SYS_STATE",
        feature = "LWS_WITH_BUTTON",
        feature = "LWS_WITH_CAO"
    )
))]
use crate::log::log_warn;
use crate::log::{self, log_err};
#[cfg(feature = "LWS_WITH_NETLINK")]
use crate::route::monitor::Monitor;
#[cfg(feature = "LWS_WITH_SYS_SMD")]
use crate::smd::{self, bus::Bus};
#[cfg(feature = "LWS_WITH_SYS_STATE")]
use crate::state::system::{Host, System};
use crate::sys::opaque::Opaque;
#[cfg(feature = "LWS_WITH_SYS_STATE")]
use crate::sys::ops::Ops;
use crate::sys::poll::Interest;
use crate::sys::privs::{self, Identity};
use core::cell::Cell;
use std::ffi::CString;
use std::io;
use std::rc::{Rc, Weak};
#[cfg(feature = "LWS_WITH_SYS_SMD")]
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
mod names;
#[cfg(feature = "LWS_WITH_NETLINK")]
mod routing;
pub(crate) mod service;

pub(crate) use crate::event::core::Life;

/// What a context is made from, as far as the safe rooms need it.
pub(crate) struct Setup {
    pub(crate) log: log::Log,
    pub(crate) name: Option<CString>,
    #[cfg(feature = "LWS_WITH_SYS_STATE")]
    pub(crate) ops: Ops,
    pub(crate) identity: Identity,
    /// How much is received at once, bytes.
    pub(crate) buffer_size: usize,
    pub(crate) kept: Kept,
    /// Nobody has switched IPv6 off.
    #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
    pub(crate) ipv6: bool,
    #[cfg(feature = "LWS_WITH_NETLINK")]
    pub(crate) cull: crate::route::monitor::CullMode,
    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    pub(crate) smd_depth: u16,
    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    pub(crate) smd_ttl_us: i64,
    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    pub(crate) early: Option<(crate::sys::callbacks::SmdCallback, u32)>,
}

/// Pointers of the program's that the context only keeps for it.
#[derive(Clone, Copy)]
pub(crate) struct Kept {
    /// What `lws_context_user()` returns.
    pub(crate) user: *mut core::ffi::c_void,
    /// What is freed last.
    pub(crate) baggage: *mut core::ffi::c_void,
    /// What is set to NULL at the end.
    pub(crate) pcontext: *mut *mut crate::abi::types::lws_context,
}

/// One event loop and all that belongs to it.
pub(crate) struct Context {
    // For any thread.
    core: Rc<Core>,
    me: Weak<Self>,
    name: Option<CString>,
    pub(crate) kept: Kept,
    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    pub(crate) bus: Arc<Bus>,

    // For the thread that services it.
    pub(crate) conns: Rc<Conns>,
    #[cfg(feature = "LWS_WITH_NETLINK")]
    pub(crate) route: Rc<Monitor>,
    #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
    pub(crate) names: Rc<crate::dns::driver::Resolver>,
    pub(crate) identity: Identity,
    privileges_dropped: Cell<bool>,
    /// Whether lws_context_default_loop_run_destroy() is to end: set by any thread and by signal
    /// handlers.
    pub(crate) leave: AtomicBool,
    #[cfg(feature = "LWS_WITH_SYS_STATE")]
    pub(crate) system: Rc<System>,
    #[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
    pub(crate) dhcp: Dhcp,
    /// The name servers that the resolver has from leases.
    #[cfg(all(
        feature = "LWS_WITH_SYS_DHCP_CLIENT",
        feature = "LWS_WITH_SYS_ASYNC_DNS"
    ))]
    leased: core::cell::RefCell<Vec<std::net::SocketAddr>>,
    #[cfg(feature = "LWS_WITH_BUTTON")]
    pub(crate) buttons: Buttons,
}

impl Context {
    /// A context that does nothing yet: see [`Context::begin`]. Fails when the kernel gives no
    /// descriptors.
    pub(crate) fn new(setup: Setup) -> std::io::Result<Rc<Self>> {
        let core = Core::new(setup.log)?;
        #[cfg(feature = "LWS_WITH_SYS_SMD")]
        let bus = {
            let bus = Arc::new(Bus::new(setup.smd_depth, setup.smd_ttl_us, core.wake()));
            // The context hears the network first, then who came with the creation info.
            smd::handle::register(&bus, smd::NETWORK, smd::bus::Receiver::System);
            if let Some((cb, filter)) = setup.early {
                smd::handle::register(&bus, filter, smd::bus::Receiver::Program(cb));
            }
            bus
        };
        let cx = Rc::new_cyclic(|me: &Weak<Self>| Self {
            core: Rc::clone(&core),
            me: me.clone(),
            name: setup.name,
            kept: setup.kept,
            #[cfg(feature = "LWS_WITH_SYS_SMD")]
            bus,
            conns: Conns::new(Rc::clone(&core), setup.buffer_size),
            #[cfg(feature = "LWS_WITH_NETLINK")]
            route: Monitor::new(Rc::clone(&core), me.clone(), setup.cull),
            #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
            names: names::resolver(&core, setup.ipv6, me),
            identity: setup.identity,
            privileges_dropped: Cell::new(false),
            leave: AtomicBool::new(false),
            #[cfg(feature = "LWS_WITH_SYS_STATE")]
            system: System::new(Rc::clone(&core), setup.ops, me.clone()),
            #[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
            dhcp: Dhcp::new(Rc::clone(&core), me.clone()),
            #[cfg(all(
                feature = "LWS_WITH_SYS_DHCP_CLIENT",
                feature = "LWS_WITH_SYS_ASYNC_DNS"
            ))]
            leased: core::cell::RefCell::default(),
            #[cfg(feature = "LWS_WITH_BUTTON")]
            buttons: Buttons::new(Rc::clone(&core)),
        });
        #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
        cx.conns.bind_names(Rc::clone(&cx.names));
        let hooks: Weak<dyn Hooks> = cx.me.clone();
        core.bind_hooks(hooks);
        core.bind_context(cx.handle());
        #[cfg(feature = "LWS_WITH_NETLINK")]
        cx.conns.bind_routes(&cx.route);
        // Programs count on one EVENT_WAIT_CANCELLED in the first pass.
        core.cancel();
        Ok(cx)
    }

    /// Has it begin to work. With `ladder` the system comes up by itself.
    pub(crate) fn begin(&self, ladder: bool) {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        self.route.begin();
        #[cfg(feature = "LWS_WITH_SYS_STATE")]
        self.system.begin(ladder);
        #[cfg(not(feature = "LWS_WITH_SYS_STATE"))]
        let _ = ladder;
    }

    /// What those need of it that a program makes and destroys itself.
    #[cfg(feature = "LWS_WITH_CACHE_NSCOOKIEJAR")]
    pub(crate) fn shared(&self) -> Rc<Core> {
        Rc::clone(&self.core)
    }

    pub(crate) fn name(&self) -> Option<&core::ffi::CStr> {
        self.name.as_deref()
    }

    // ---- life

    /// Takes the system down and tells everybody. What is left after this is memory.
    pub(crate) fn end(&self) {
        self.core.end();
        self.within(|| {
            close::all(&self.conns);
            #[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
            self.dhcp.remove(None);
            #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
            self.names.end();
            #[cfg(feature = "LWS_WITH_BUTTON")]
            self.buttons.end();
            self.leave_external();
            #[cfg(feature = "LWS_WITH_SYS_STATE")]
            self.system.end();
            self.conns.end_vhosts();
            #[cfg(feature = "LWS_WITH_SYS_STATE")]
            self.system.gone();
        });
        self.conns.drop_vhosts();
        self.conns.tidy();
    }

    /// Tells routing that the program asks for the descriptor of a connection, on whatever thread.
    pub(crate) fn descriptor_given(&self, wsi: &crate::conn::Wsi) {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        if self.is_own_thread() {
            self.route.given(wsi.token.get());
        }
        #[cfg(not(feature = "LWS_WITH_NETLINK"))]
        let _ = wsi;
    }

    /// Initialises the protocols, once, and drops the privileges, which explicit vhosts were made
    /// with. Returns whether this was the first time; fails as long as the privileges cannot be
    /// dropped.
    pub(crate) fn init_protocols(&self) -> io::Result<bool> {
        let first = self.conns.init_protocols();
        self.drop_privileges()?;
        Ok(first)
    }

    /// Becomes who the creation info asked for, once. An error has been logged.
    pub(crate) fn drop_privileges(&self) -> io::Result<()> {
        if self.privileges_dropped.get() {
            return Ok(());
        }
        let dropped = privs::become_identity(self.identity);
        match &dropped {
            Ok(()) => self.privileges_dropped.set(true),
            Err(e) => log_err!(
                self.log,
                "lws_create_context: uid, gid: cannot drop privileges: {e}"
            ),
        }
        dropped
    }
}

impl core::ops::Deref for Context {
    type Target = Core;

    fn deref(&self) -> &Core {
        &self.core
    }
}

impl Room for Context {
    fn core(&self) -> &Core {
        &self.core
    }

    fn me(&self) -> Weak<Self> {
        self.me.clone()
    }
}

impl Hooks for Context {
    #[cfg(all(
        feature = "LWS_WITH_SYS_SMD",
        any(
            feature = "LWS_WITH_NETLINK",
            feature = "LWS_WITH_SYS_STATE",
            feature = "LWS_WITH_BUTTON",
            feature = "LWS_WITH_CAO"
        )
    ))]
    fn publish(&self, class: u32, text: &str) {
        #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
        if class & smd::NETWORK != 0 {
            self.names.network_changed();
        }
        let lost = || self.bus.send_now(class, text.as_bytes()).is_err();
        if self.bus.wants(class) && (text.len() > smd::MAX_PAYLOAD || lost()) {
            log_warn!(self.log, "message lost: {}", text.trim_end());
        }
    }

    #[cfg(all(
        not(feature = "LWS_WITH_SYS_SMD"),
        any(
            feature = "LWS_WITH_NETLINK",
            feature = "LWS_WITH_SYS_STATE",
            feature = "LWS_WITH_BUTTON"
        )
    ))]
    fn publish(&self, _class: u32, _text: &str) {
        #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
        self.names.network_changed();
    }

    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    fn busy(&self) -> bool {
        self.conns.table.busy() || !self.bus.may_sleep()
    }

    #[cfg(not(feature = "LWS_WITH_SYS_SMD"))]
    fn busy(&self) -> bool {
        self.conns.table.busy()
    }

    fn forked(&self) {
        dispatch::forked(&self.conns);
        #[cfg(feature = "LWS_WITH_NETLINK")]
        self.route.forked();
    }

    fn polled(&self, fd: core::ffi::c_int, before: Interest, after: Interest) {
        dispatch::tell_own(&self.conns, fd, before, after);
    }
}

#[cfg(feature = "LWS_WITH_SYS_STATE")]
impl Host for Context {
    fn interfaces_known(&self) -> bool {
        #[cfg(feature = "LWS_WITH_NETLINK")]
        let known = !self.route.holds();
        #[cfg(not(feature = "LWS_WITH_NETLINK"))]
        let known = true;
        known
    }

    fn init_protocols(&self) -> bool {
        Context::init_protocols(self).is_ok()
    }

    fn lacks_address(&self) -> bool {
        #[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
        let lacks = self.dhcp.holds();
        #[cfg(not(feature = "LWS_WITH_SYS_DHCP_CLIENT"))]
        let lacks = false;
        lacks
    }
}

#[cfg(feature = "LWS_WITH_SYS_DHCP_CLIENT")]
impl crate::dhcp::Host for Context {
    fn leases_changed(&self) {
        #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
        self.follow_leases();
        if self.dhcp.status().is_some() && self.life() == Life::Serving {
            self.system.climb_on();
        }
    }
}

#[cfg(feature = "LWS_WITH_SYS_SMD")]
impl Drop for Context {
    fn drop(&mut self) {
        smd::handle::close(&self.bus);
    }
}
