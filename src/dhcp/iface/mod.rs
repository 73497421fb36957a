//! The client of one interface at work: sockets, timer, the kernel's configuration.

mod apply;

use super::client::{self, Action, Client, State};
use super::message::{Ask, Identity, decode, encode};
use super::{Host, Settings, arp, frame};
use crate::event::core::{Core, Room};
use crate::log::{log_err, log_info, log_warn};
use crate::route::wire::change;
use crate::sys::callbacks::DhcpCallback;
use crate::sys::packet::{self, EVERYBODY, Hears, Packet};
use crate::sys::poll::Interest;
use crate::sys::timer::Timer;
use crate::sys::{clock, net, random};
use apply::remembered;
use core::cell::{Cell, RefCell};
use core::net::Ipv4Addr;
use std::ffi::{CStr, CString};
use std::io;
use std::rc::{Rc, Weak};

/// How many packets are read before others have their turn.
const AT_ONCE: usize = 16;
/// A DHCP message in the largest frame that a server may send us (option 57).
const ROOM: usize = 2048;
/// How soon an interface is tried again that gives no socket.
const AGAIN_US: i64 = 1_500_000;

/// What the timer was armed for.
const BY_CLIENT: u64 = 0;
const TRY_SOCKET: u64 = 1;

pub(super) struct Iface {
    me: Weak<Self>,
    core: Rc<Core>,
    host: Weak<dyn Host>,
    name: CString,
    settings: Settings,
    callback: Option<DhcpCallback>,
    /// Of the packet socket; the one of the ARP socket is one above.
    token: u64,
    client: RefCell<Client>,
    timer: Timer<Self>,
    again: Timer<Self>,
    /// As the kernel knows it; none while there is no such interface.
    found: Cell<Option<packet::Interface>>,
    hears: RefCell<Option<Packet>>,
    looks: RefCell<Option<Packet>>,
    /// From the leased address, while that is prolonged.
    unicast: RefCell<Option<std::net::UdpSocket>>,
    /// The interface has all that the lease gave it: the kernel drops routes when it is switched off,
    /// and everything when it goes.
    intact: Cell<bool>,
    /// The MTU before a lease set it.
    mtu: Cell<Option<u32>>,
    /// Something was logged that would be the same again.
    complained: Cell<bool>,
    gone: Cell<bool>,
}

impl Room for Iface {
    fn core(&self) -> &Core {
        &self.core
    }

    fn me(&self) -> Weak<Self> {
        self.me.clone()
    }
}

fn roll() -> u32 {
    let mut bytes = [0; 4];
    random::fill(&mut bytes);
    u32::from_ne_bytes(bytes)
}

impl Iface {
    pub(super) fn new(
        core: &Rc<Core>,
        host: Weak<dyn Host>,
        name: CString,
        settings: Settings,
        callback: Option<DhcpCallback>,
        token: u64,
    ) -> Rc<Self> {
        let remembered = settings.file.as_deref().and_then(remembered);
        let choice = client::Settings {
            probe_us: i64::from(settings.probe_ms).saturating_mul(1000),
        };
        Rc::new_cyclic(|me: &Weak<Self>| Self {
            me: me.clone(),
            core: Rc::clone(core),
            host,
            name,
            settings,
            callback,
            token,
            client: RefCell::new(Client::new(choice, remembered, roll)),
            timer: Timer::new(Self::due),
            again: Timer::new(|iface: &Self, _| iface.look()),
            found: Cell::new(None),
            hears: RefCell::new(None),
            looks: RefCell::new(None),
            unicast: RefCell::new(None),
            intact: Cell::new(false),
            mtu: Cell::new(None),
            complained: Cell::new(false),
            gone: Cell::new(false),
        })
    }

    pub(super) fn name(&self) -> &CStr {
        &self.name
    }

    pub(super) fn state(&self) -> State {
        self.client.borrow().state()
    }

    pub(super) fn has(&self, token: u64) -> bool {
        token == self.token || token == self.token.saturating_add(1)
    }

    pub(super) fn has_lease(&self) -> bool {
        self.client.borrow().lease().is_some()
    }

    /// The first name server of the lease, if there is a lease.
    pub(super) fn name_server(&self) -> Option<Option<Ipv4Addr>> {
        let client = self.client.borrow();
        client
            .lease()
            .map(|l| l.given.dns.into_iter().flatten().next())
    }

    #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
    pub(super) fn name_servers(&self) -> Vec<Ipv4Addr> {
        let client = self.client.borrow();
        let dns = client.lease().map(|l| l.given.dns);
        dns.into_iter().flatten().flatten().collect()
    }

    /// Looks at the interface: it came, it went, its link went up or down. One that is off when
    /// it is seen first is switched on.
    pub(super) fn look(&self) {
        if self.gone.get() {
            return;
        }
        let found = packet::interface(&self.name).ok();
        let known = self.found.replace(found);
        let Some(now) = found else {
            self.intact.set(false);
            return self.step(|c, t, out| c.link(false, t, out));
        };
        if known.is_some_and(|k| (k.index, k.mac) != (now.index, now.mac)) {
            // Another one of the same name.
            self.intact.set(false);
            self.step(|c, t, out| c.link(false, t, out));
        }
        if now.mac.is_none() {
            self.complain(format_args!("it is no Ethernet"));
            return;
        }
        // Later, who switches it off means it.
        if !now.up && known.is_none() {
            if let Err(e) = self.ask(|seq| change::switch_on(now.index, seq)) {
                self.complain(format_args!("cannot switch it on: {e}"));
            }
        }
        if !now.up {
            self.intact.set(false);
        }
        let up = now.up && now.running;
        self.step(|c, t, out| c.link(up, t, out));
    }

    /// Gives the address back and forgets all.
    pub(super) fn end(&self) {
        self.gone.set(true);
        if !self.settings.keep {
            // Who remembers the address wants it again: it stays the client's.
            let tell = self.settings.file.is_none();
            self.step(|c, t, out| c.release(tell, t, out));
        }
        self.timer.cancel();
        self.again.cancel();
        self.deaf();
        self.close(&self.looks);
    }

    fn due(&self, what: u64) {
        match what {
            TRY_SOCKET => self.listen(),
            _ => self.step(Client::timer),
        }
    }

    /// Has the machine do something, carries out what it says, and arms the timer.
    fn step(&self, act: impl FnOnce(&mut Client, i64, &mut Vec<Action>)) {
        let mut out = Vec::new();
        act(&mut self.client.borrow_mut(), clock::now_us(), &mut out);
        // An action that fails brings about others.
        let mut at = 0usize;
        while let Some(action) = out.get(at).cloned() {
            at = at.saturating_add(1);
            if !self.perform(action) {
                let now = clock::now_us();
                self.client.borrow_mut().not_applied(now, &mut out);
            }
        }
        let due = self.client.borrow().due_us();
        match due {
            Some(due) if !self.gone.get() => {
                let left = due.saturating_sub(clock::now_us());
                self.timer.arm(self, BY_CLIENT, left);
            }
            _ => self.timer.cancel(),
        }
    }

    fn tell_host(&self) {
        if let Some(host) = self.host.upgrade() {
            host.leases_changed();
        }
    }

    /// Does one thing. False: the interface did not take its configuration.
    fn perform(&self, action: Action) -> bool {
        match action {
            Action::Listen => self.listen(),
            Action::Deaf => self.deaf(),
            Action::Broadcast(ask) => {
                let from = ask.has.unwrap_or(Ipv4Addr::UNSPECIFIED);
                self.broadcast(&ask, from);
            }
            Action::Unicast(ask, server) => self.send_unicast(&ask, server),
            Action::Probe(ip) => self.probe(ip),
            Action::ProbesDone => self.close(&self.looks),
            Action::Apply(lease, before) => return self.apply(&lease, before.as_deref()),
            Action::Prolong(lease) => {
                let has = self.intact.get().then_some(&lease);
                if let Err(e) = self.configure(has, Some(&lease)) {
                    self.complain(format_args!("{} cannot stay: {e}", lease.address));
                    return false;
                }
                log_info!(
                    self.core.log,
                    "dhcp {}: {} prolonged",
                    self.shown(),
                    lease.address
                );
                self.client.borrow_mut().applied();
                self.tell(&lease);
            }
            Action::Withdraw(lease, why) => self.withdraw(&lease, why),
        }
        true
    }

    fn shown(&self) -> std::borrow::Cow<'_, str> {
        self.name.to_string_lossy()
    }

    /// Logs what goes wrong, once until something goes right.
    fn complain(&self, what: core::fmt::Arguments<'_>) {
        if !self.complained.replace(true) {
            log_err!(self.core.log, "dhcp {}: {what}", self.shown());
        }
    }

    // ---- sockets

    fn listen(&self) {
        if self.hears.borrow().is_some() {
            return;
        }
        match self.open(Hears::Dhcp, self.token) {
            Ok(socket) => {
                self.hears.replace(Some(socket));
            }
            Err(e) => {
                self.complain(format_args!("no packet socket: {e}"));
                self.again.arm(self, TRY_SOCKET, AGAIN_US);
            }
        }
    }

    fn open(&self, hears: Hears, token: u64) -> io::Result<Packet> {
        let found = self.found.get().ok_or(io::ErrorKind::NotFound)?;
        let socket = Packet::open(found.index, hears)?;
        self.core.watch(socket.fd(), token, Interest::READ)?;
        Ok(socket)
    }

    fn close(&self, socket: &RefCell<Option<Packet>>) {
        if let Some(s) = socket.take() {
            self.core.unwatch(s.fd());
        }
    }

    fn deaf(&self) {
        self.close(&self.hears);
        self.unicast.take();
    }

    fn identity(&self) -> Option<Identity> {
        let mac = self.found.get()?.mac?;
        let mut client_id = self.settings.client_id.clone();
        if client_id.is_empty() {
            // Hardware type Ethernet and the address (RFC 2132 section 9.14).
            client_id.push(1);
            client_id.extend_from_slice(&mac);
        }
        Some(Identity {
            mac,
            client_id,
            host_name: self.settings.host_name.clone(),
            broadcast: self.settings.broadcast,
        })
    }

    fn broadcast(&self, ask: &Ask, from: Ipv4Addr) {
        let Some(who) = self.identity() else { return };
        let packet = frame::wrap(from, Ipv4Addr::BROADCAST, &encode(&who, ask));
        let hears = self.hears.borrow();
        let sent = match &*hears {
            Some(s) => s.send(EVERYBODY, &packet),
            None => return,
        };
        if let Err(e) = sent {
            log_info!(self.core.log, "dhcp {}: cannot send: {e}", self.shown());
        }
    }

    fn send_unicast(&self, ask: &Ask, server: Ipv4Addr) {
        let Some(who) = self.identity() else { return };
        let Some(from) = ask.has else { return };
        let mut kept = self.unicast.borrow_mut();
        let sent = (|| {
            let socket = match &mut *kept {
                Some(s) => s,
                None => kept.insert(net::udp_from(from, frame::CLIENT_PORT, &self.name)?),
            };
            socket.send_to(&encode(&who, ask), (server, frame::SERVER_PORT))
        })();
        if let Err(e) = sent {
            log_info!(
                self.core.log,
                "dhcp {}: cannot send to {server}: {e}",
                self.shown()
            );
        }
    }

    fn probe(&self, ip: Ipv4Addr) {
        let Some(mac) = self.found.get().and_then(|f| f.mac) else {
            return;
        };
        if self.looks.borrow().is_none() {
            match self.open(Hears::Arp, self.token.saturating_add(1)) {
                Ok(s) => {
                    self.looks.replace(Some(s));
                }
                Err(e) => log_warn!(self.core.log, "dhcp {}: cannot probe: {e}", self.shown()),
            }
        }
        if let Some(s) = &*self.looks.borrow() {
            let _ = s.send(EVERYBODY, &arp::probe(mac, ip));
        }
    }

    /// One of the sockets has something.
    pub(super) fn readable(&self, token: u64) {
        let mut buffer = [0u8; ROOM];
        let by_arp = token != self.token;
        for _ in 0..AT_ONCE {
            let socket = if by_arp { &self.looks } else { &self.hears };
            let received = match &*socket.borrow() {
                Some(s) => s.receive(&mut buffer),
                None => return,
            };
            match received {
                Ok(Some(r)) => {
                    let packet = buffer.get(..r.len).unwrap_or(&[]);
                    if by_arp {
                        self.heard_arp(packet);
                    } else {
                        self.heard(packet, r.summed);
                    }
                }
                Ok(None) => {}
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                // An interface that goes down says so once (ENETDOWN); routing tells the rest.
                Err(_) => return,
            }
        }
    }

    fn heard(&self, packet: &[u8], summed: bool) {
        let Some(mac) = self.found.get().and_then(|f| f.mac) else {
            return;
        };
        let xid = self.client.borrow().xid();
        let Ok((_, message)) = frame::unwrap(packet, summed) else {
            return;
        };
        match decode(message, mac, xid) {
            Ok(reply) => self.step(|c, t, out| c.reply(&reply, t, out)),
            // For somebody else on the link: nothing to speak of.
            Err(super::message::Refused::Other) => {}
            Err(why) => log_info!(
                self.core.log,
                "dhcp {}: reply refused: {why:?}",
                self.shown()
            ),
        }
    }

    fn heard_arp(&self, packet: &[u8]) {
        let Some(mac) = self.found.get().and_then(|f| f.mac) else {
            return;
        };
        if let Some(ip) = arp::claimed(packet, mac) {
            self.step(|c, t, out| c.conflict(ip, t, out));
        }
    }
}
