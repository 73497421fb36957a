//! The life of a lease on one interface (RFC 2131 section 4.4, figure 5), without a socket and
//! without a clock: replies, events and the time come in, [`Action`]s go out.

use super::lease::Lease;
use super::message::{Ask, Kind, Reply};
use core::net::Ipv4Addr;

const SECOND_US: i64 = 1_000_000;
/// How long the first answer is waited for; doubled each time. RFC 2131 section 4.1 has 4 s, but
/// the first messages after a link came up are often lost.
const FIRST_US: i64 = 1_500_000;
/// The longest wait of RFC 2131 section 4.1.
const LONGEST_US: i64 = 64 * SECOND_US;
/// So many REQUESTs without an answer, and the offer is given up.
const REQUESTS: u32 = 4;
/// So many when a remembered address is asked for: another network will not answer.
const REBOOTS: u32 = 2;
/// How long a better offer is waited for when one lacks a router or a name server.
const BETTER_US: i64 = 300_000;
/// RFC 2131 section 3.1 point 5: the wait after a DECLINE.
const DECLINED_US: i64 = 10 * SECOND_US;
/// RFC 2131 section 4.4.5: not more often than this a server is asked to prolong a lease, if the
/// lease is long enough for that.
const RENEW_AGAIN_US: i64 = 60 * SECOND_US;
/// ARP probes for one address (RFC 5227 section 1.1, PROBE_NUM).
const PROBES: u32 = 3;

/// The states of RFC 2131 figure 5, and what lies between ACK and BOUND.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    /// The link is down, or nothing was begun.
    Off,
    /// Waits before it begins anew.
    Init,
    Selecting,
    Requesting,
    /// Asks for the address it had before: INIT-REBOOT.
    Rebooting,
    /// The address is granted, and is looked for on the link (RFC 5227).
    Probing,
    Bound,
    Renewing,
    Rebinding,
}

/// What the driver is to do, in this order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    /// Hear what comes to the client's port.
    Listen,
    /// Hear no more: nothing is expected.
    Deaf,
    /// Send from no address to everybody on the link.
    Broadcast(Ask),
    /// Send from the leased address to this server.
    Unicast(Ask, Ipv4Addr),
    /// Ask by ARP who has this address (RFC 5227 section 2.1.1).
    Probe(Ipv4Addr),
    /// No probes are sent any more.
    ProbesDone,
    /// Give the interface what this lease has, in place of what the second one gave it.
    Apply(Box<Lease>, Option<Box<Lease>>),
    /// The same lease lasts longer.
    Prolong(Lease),
    /// Take from the interface what this lease gave it.
    Withdraw(Lease, Loss),
}

/// Why a lease was lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Loss {
    Expired,
    /// A server said that it is not ours (DHCPNAK).
    Refused,
    /// Somebody else on the link uses the address.
    Conflict,
    /// The program gave it back.
    Released,
    /// The interface did not take it.
    Failed,
}

impl Loss {
    /// For messages to the program.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Refused => "nak",
            Self::Conflict => "conflict",
            Self::Released => "released",
            Self::Failed => "failed",
        }
    }
}

/// What the program chose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Settings {
    /// How long an address that was granted is looked for on the link before it is used,
    /// microseconds; 0 for not at all.
    pub(crate) probe_us: i64,
}

/// One interface's client.
pub(crate) struct Client {
    settings: Settings,
    random: fn() -> u32,
    state: State,
    xid: u32,
    /// When this exchange began: `secs` counts from here.
    began_us: i64,
    /// When the message was sent that is waiting for an answer.
    asked_us: i64,
    /// How many messages of this exchange were sent.
    sent: u32,
    /// When something is to be done without being told.
    due_us: Option<i64>,
    /// The best offer so far, in Selecting; what was chosen, in Requesting.
    offer: Option<Reply>,
    /// Granted and not yet used, in Probing.
    granted: Option<Lease>,
    /// What the interface has.
    lease: Option<Lease>,
    /// An address to ask for again.
    remembered: Option<Ipv4Addr>,
    /// How many times in a row it came to nothing.
    failures: u32,
}

impl Client {
    /// A client that begins when the link is up. `remembered` is an address it had before.
    pub(crate) fn new(
        settings: Settings,
        remembered: Option<Ipv4Addr>,
        random: fn() -> u32,
    ) -> Self {
        Self {
            settings,
            random,
            state: State::Off,
            xid: 0,
            began_us: 0,
            asked_us: 0,
            sent: 0,
            due_us: None,
            offer: None,
            granted: None,
            lease: None,
            remembered,
            failures: 0,
        }
    }

    pub(crate) fn state(&self) -> State {
        self.state
    }

    /// The transaction whose replies count now.
    pub(crate) fn xid(&self) -> u32 {
        self.xid
    }

    /// The lease that the interface has.
    pub(crate) fn lease(&self) -> Option<&Lease> {
        self.lease.as_ref()
    }

    /// When [`Client::timer`] is to be called, microseconds of the monotonic clock.
    pub(crate) fn due_us(&self) -> Option<i64> {
        let end = self.lease.as_ref().and_then(|l| l.end_us);
        match (self.due_us, end) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// The link came up or went down. A lease outlives a link that is down, and is asked for again
    /// when it comes back: the network may be another one.
    pub(crate) fn link(&mut self, up: bool, now: i64, out: &mut Vec<Action>) {
        match (up, self.state) {
            (true, State::Off) => {
                self.failures = 0;
                self.begin(now, out);
            }
            (false, State::Off) | (true, _) => {}
            (false, _) => self.silence(State::Off, None, out),
        }
    }

    /// A server's reply for this client and its transaction.
    pub(crate) fn reply(&mut self, reply: &Reply, now: i64, out: &mut Vec<Action>) {
        match (self.state, reply.kind) {
            (State::Selecting, Kind::Offer) => self.offered(reply, now, out),
            // Another server's, or for another address: not what was asked for.
            (State::Requesting, Kind::Ack) if self.chose(reply) => {
                self.acknowledged(reply, now, out);
            }
            (State::Rebooting, Kind::Ack) if self.remembered == Some(reply.address) => {
                self.acknowledged(reply, now, out);
            }
            (State::Renewing | State::Rebinding, Kind::Ack) if self.prolongs(reply) => {
                self.acknowledged(reply, now, out);
            }
            (State::Requesting, Kind::Nak) if self.chosen() == Some(reply.server) => {
                self.refused(now, out);
            }
            (State::Renewing, Kind::Nak) if self.leased_by() == Some(reply.server) => {
                self.refused(now, out);
            }
            (State::Rebooting | State::Rebinding, Kind::Nak) => self.refused(now, out),
            _ => {}
        }
    }

    /// The server whose offer was chosen.
    fn chosen(&self) -> Option<Ipv4Addr> {
        self.offer.as_ref().map(|o| o.server)
    }

    /// Whether a reply is about the offer that was chosen.
    fn chose(&self, reply: &Reply) -> bool {
        let offer = self.offer.as_ref();
        offer.is_some_and(|o| (o.server, o.address) == (reply.server, reply.address))
    }

    fn leased_by(&self) -> Option<Ipv4Addr> {
        self.lease.as_ref().map(|l| l.server)
    }

    /// Whether a reply is about the lease: its server's, or when rebinding anybody's.
    fn prolongs(&self, reply: &Reply) -> bool {
        let by_any = self.state == State::Rebinding;
        let lease = self.lease.as_ref();
        lease.is_some_and(|l| l.address == reply.address && (by_any || l.server == reply.server))
    }

    /// A host on the link says that it has this address, or wants to have it (RFC 5227 section 2.1.1).
    /// The driver leaves out what we sent ourselves.
    pub(crate) fn conflict(&mut self, address: Ipv4Addr, now: i64, out: &mut Vec<Action>) {
        let Some(granted) = self.granted.take_if(|g| g.address == address) else {
            return;
        };
        let ask = Ask {
            requested: Some(granted.address),
            server: Some(granted.server),
            ..self.ask(Kind::Decline, now)
        };
        self.remembered = None;
        out.push(Action::ProbesDone);
        out.push(Action::Broadcast(ask));
        self.drop_lease(Loss::Conflict, out);
        self.silence(State::Init, Some(now.saturating_add(DECLINED_US)), out);
    }

    /// The interface has what the lease says.
    pub(crate) fn applied(&mut self) {
        self.failures = 0;
    }

    /// The interface did not take what an [`Action::Apply`] had.
    pub(crate) fn not_applied(&mut self, now: i64, out: &mut Vec<Action>) {
        self.drop_lease(Loss::Failed, out);
        self.fail(now, out);
    }

    /// It is time for what [`Client::due_us`] announced.
    pub(crate) fn timer(&mut self, now: i64, out: &mut Vec<Action>) {
        let ended = self.lease.as_ref().and_then(|l| l.end_us);
        if ended.is_some_and(|end| end <= now) {
            self.drop_lease(Loss::Expired, out);
            // Another address that is looked for on the link takes its place.
            if !matches!(self.state, State::Off | State::Probing) {
                self.begin(now, out);
            }
            return;
        }
        if self.due_us.is_none_or(|due| due > now) {
            return;
        }
        match self.state {
            State::Off => self.due_us = None,
            State::Init => self.begin(now, out),
            State::Selecting => match self.offer.take() {
                Some(offer) => self.choose(offer, now, out),
                None => self.discover(now, out),
            },
            State::Requesting if self.sent >= REQUESTS => self.fail(now, out),
            State::Requesting => self.request(now, out),
            State::Rebooting if self.sent >= REBOOTS => self.select(now, out),
            State::Rebooting => self.request(now, out),
            State::Probing => self.probe(now, out),
            State::Bound => {
                self.exchange(State::Renewing, now);
                out.push(Action::Listen);
                self.prolong(now, out);
            }
            State::Renewing | State::Rebinding => self.prolong(now, out),
        }
    }

    /// The program wants the address no more. With `tell` the server learns that it is free.
    pub(crate) fn release(&mut self, tell: bool, now: i64, out: &mut Vec<Action>) {
        if let (true, Some(lease)) = (tell && self.state != State::Off, &self.lease) {
            let (server, address) = (lease.server, lease.address);
            self.xid = (self.random)();
            let ask = Ask {
                has: Some(address),
                server: Some(server),
                ..self.ask(Kind::Release, now)
            };
            out.push(Action::Unicast(ask, server));
        }
        self.drop_lease(Loss::Released, out);
        self.silence(State::Off, None, out);
    }

    // ---- the exchanges

    /// Begins: with the address it had, or from the start.
    fn begin(&mut self, now: i64, out: &mut Vec<Action>) {
        out.push(Action::Listen);
        if self.remembered.is_some() && self.failures == 0 {
            self.exchange(State::Rebooting, now);
            self.request(now, out);
        } else {
            self.select(now, out);
        }
    }

    /// A lease that is still there from before is used while others are looked for: it ends by its
    /// own time.
    fn select(&mut self, now: i64, out: &mut Vec<Action>) {
        self.exchange(State::Selecting, now);
        self.discover(now, out);
    }

    /// A new transaction.
    fn exchange(&mut self, state: State, now: i64) {
        self.state = state;
        self.xid = (self.random)();
        self.began_us = now;
        self.sent = 0;
        self.offer = None;
        self.due_us = None;
    }

    fn discover(&mut self, now: i64, out: &mut Vec<Action>) {
        let ask = Ask {
            requested: self.remembered,
            ..self.ask(Kind::Discover, now)
        };
        out.push(Action::Broadcast(ask));
        self.sent_at(now);
    }

    /// Keeps the better offer. One that has everything is chosen at once.
    fn offered(&mut self, reply: &Reply, now: i64, out: &mut Vec<Action>) {
        if Lease::new(reply, now).is_none() {
            return;
        }
        let g = &reply.given;
        let has_router = g.router.is_some() || !g.routes.is_empty();
        let whole = has_router && g.dns.iter().any(Option::is_some);
        if whole || self.remembered == Some(reply.address) {
            return self.choose(reply.clone(), now, out);
        }
        if self.offer.is_none() {
            self.offer = Some(reply.clone());
            self.due_us = Some(now.saturating_add(BETTER_US));
        }
    }

    fn choose(&mut self, offer: Reply, now: i64, out: &mut Vec<Action>) {
        self.state = State::Requesting;
        self.sent = 0;
        self.offer = Some(offer);
        self.request(now, out);
    }

    /// RFC 2131 table 4: what a REQUEST says depends on the state.
    fn request(&mut self, now: i64, out: &mut Vec<Action>) {
        let plain = self.ask(Kind::Request, now);
        let ask = match (&self.offer, self.state) {
            (Some(offer), State::Requesting) => Ask {
                requested: Some(offer.address),
                server: Some(offer.server),
                ..plain
            },
            _ => Ask {
                requested: self.remembered,
                ..plain
            },
        };
        out.push(Action::Broadcast(ask));
        self.sent_at(now);
    }

    /// Asks for more time: the server of the lease until T2, then whoever hears it.
    fn prolong(&mut self, now: i64, out: &mut Vec<Action>) {
        let Some(lease) = &self.lease else { return };
        let (address, server) = (lease.address, lease.server);
        let (rebind, end) = (lease.rebind_us, lease.end_us);
        if self.state == State::Renewing && rebind.is_some_and(|t2| t2 <= now) {
            self.state = State::Rebinding;
            self.sent = 0;
        }
        let ask = Ask {
            has: Some(address),
            ..self.ask(Kind::Request, now)
        };
        let until = if self.state == State::Renewing {
            out.push(Action::Unicast(ask, server));
            rebind
        } else {
            out.push(Action::Broadcast(ask));
            end
        };
        self.asked_us = now;
        self.sent = self.sent.saturating_add(1);
        self.due_us = until.map(|until| {
            let left = until.saturating_sub(now).max(0);
            let total = lease_us(lease);
            let least = RENEW_AGAIN_US.min(total / 32).max(SECOND_US);
            until.min(now.saturating_add((left / 2).max(least)))
        });
    }

    fn acknowledged(&mut self, reply: &Reply, now: i64, out: &mut Vec<Action>) {
        let Some(lease) = Lease::new(reply, self.asked_us) else {
            // It cannot be used, and asking again would give the same.
            return self.fail(now, out);
        };
        let same_address = self
            .lease
            .as_ref()
            .is_some_and(|l| l.address == lease.address);
        if same_address || self.settings.probe_us <= 0 {
            return self.bind(lease, out);
        }
        self.granted = Some(lease);
        self.state = State::Probing;
        self.sent = 0;
        self.due_us = Some(now);
        self.probe(now, out);
    }

    fn probe(&mut self, now: i64, out: &mut Vec<Action>) {
        if self.sent < PROBES {
            if let Some(granted) = &self.granted {
                out.push(Action::Probe(granted.address));
            }
            self.sent = self.sent.saturating_add(1);
            // The last one is given the longest time to be answered.
            let tenths = if self.sent < PROBES { 3 } else { 4 };
            let wait = self.settings.probe_us.saturating_mul(tenths) / 10;
            self.due_us = Some(now.saturating_add(wait));
        } else if let Some(granted) = self.granted.take() {
            out.push(Action::ProbesDone);
            self.bind(granted, out);
        }
    }

    fn bind(&mut self, lease: Lease, out: &mut Vec<Action>) {
        out.push(Action::Deaf);
        let before = self.lease.replace(lease.clone());
        self.state = State::Bound;
        self.due_us = lease.renew_us;
        self.remembered = Some(lease.address);
        self.offer = None;
        match before {
            Some(before) if before.same_network(&lease) => out.push(Action::Prolong(lease)),
            before => out.push(Action::Apply(Box::new(lease), before.map(Box::new))),
        }
    }

    /// A server says that the address is not ours.
    fn refused(&mut self, now: i64, out: &mut Vec<Action>) {
        self.remembered = None;
        self.drop_lease(Loss::Refused, out);
        self.fail(now, out);
    }

    /// Begins anew: at once the first time, then after longer and longer waits.
    fn fail(&mut self, now: i64, out: &mut Vec<Action>) {
        self.failures = self.failures.saturating_add(1);
        if self.failures == 1 {
            return self.begin(now, out);
        }
        let wait = self.wait(self.failures.saturating_sub(2));
        self.silence(State::Init, Some(now.saturating_add(wait)), out);
    }

    fn silence(&mut self, state: State, due: Option<i64>, out: &mut Vec<Action>) {
        if self.state == State::Probing && self.granted.take().is_some() {
            out.push(Action::ProbesDone);
        }
        self.state = state;
        self.offer = None;
        self.due_us = due;
        out.push(Action::Deaf);
    }

    fn drop_lease(&mut self, why: Loss, out: &mut Vec<Action>) {
        if let Some(lease) = self.lease.take() {
            out.push(Action::Withdraw(lease, why));
        }
    }

    // ---- small things

    fn ask(&self, kind: Kind, now: i64) -> Ask {
        let secs = now.saturating_sub(self.began_us) / SECOND_US;
        Ask {
            kind,
            xid: self.xid,
            secs: u16::try_from(secs).unwrap_or(u16::MAX),
            has: None,
            requested: None,
            server: None,
        }
    }

    fn sent_at(&mut self, now: i64) {
        let wait = self.wait(self.sent);
        self.asked_us = now;
        self.sent = self.sent.saturating_add(1);
        self.due_us = Some(now.saturating_add(wait));
    }

    /// The wait after `n` others, up to a tenth longer or shorter so that the clients of a network
    /// that lost its power do not all ask at once.
    fn wait(&self, n: u32) -> i64 {
        let doubled = FIRST_US.checked_shl(n.min(6)).unwrap_or(LONGEST_US);
        let whole = doubled.min(LONGEST_US);
        let part = i64::from((self.random)() % 1001);
        let spread = whole / 5;
        whole
            .saturating_sub(spread / 2)
            .saturating_add(spread.saturating_mul(part) / 1000)
    }
}

/// How long a lease lasts in all, microseconds.
fn lease_us(lease: &Lease) -> i64 {
    i64::from(lease.lasts_s.unwrap_or(u32::MAX)).saturating_mul(SECOND_US)
}
