//! The resolver of a context: the machine with sockets, clock and files.

use super::conf;
use super::files::Files;
use super::flight::Act;
use super::found::Found;
use super::hash::ByBytes;
use super::job::Waiter;
use super::links::{Links, Ready};
use super::machine::{Asked, Machine, Settings};
use super::name::Name;
use super::pool::{Pool, Token};
use super::servers::Counts;
use super::{json, names};
use crate::abi::dns::lws_dns_stats;
use crate::event::core::{Core, Life, Room};
use crate::log::{log_info, log_notice, log_warn};
use crate::sys::addrinfo::{Callback, Chain};
use crate::sys::batch::{self, Inbox};
use crate::sys::poll::{self, Interest, NAMES};
use crate::sys::timer::Timer;
use crate::sys::{clock, net, random};
use core::cell::{Cell, OnceCell, RefCell};
use core::ffi::CStr;
use std::ffi::CString;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::rc::{Rc, Weak};

/// How long one pass of the loop works for the resolver, microseconds, before it lets others.
const PASS_US: i64 = 200;
/// How many timers one pass looks at.
const PASS_TIMERS: usize = 16;
/// How long what routing says of the servers is taken to hold, microseconds.
const WAYS_US: i64 = 10_000;
/// An address that stands for all of the IPv6 internet.
const IPV6_INTERNET: Ipv6Addr = Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 1);
/// How much of a stream is read at once, bytes.
const PIECE: usize = 4096;

/// What the resolver asks of the rooms above it. Called with nothing borrowed.
pub(crate) trait Upper {
    /// What has become of a name that was asked for by [`Resolver::ask`]; `last`: all of it.
    fn resolved(&self, who: u64, found: &Found, last: bool);

    /// Whether there is a way to an address, as far as that is known.
    fn has_way(&self, to: SocketAddr) -> bool;
}

/// Who hears of a name.
enum Who {
    /// A callback of the program's, and the token of its connection or 0.
    Program(Callback, u64),
    /// A room above, by a number of its own.
    Above(u64),
    /// What hears of every answer.
    Told(Rc<Tell>),
    /// Who asked does not want to hear any more. The answer is for the next who asks.
    Nobody,
}

/// Hears of the answer for a name; the flag: it is the last.
pub(crate) type Tell = dyn Fn(&Resolver, &CStr, &Found, bool);

struct Waiting {
    who: Who,
    /// As it was asked for, in lower case.
    name: CString,
    job: Token,
}

/// What a query comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Code {
    WsiClosed,
    Failed,
    Found,
    Continuing,
}

pub(crate) struct Resolver {
    core: Rc<Core>,
    me: Weak<Self>,
    upper: Weak<dyn Upper>,
    /// As long as nobody has asked or set anything there is none: most of its memory is a random
    /// generator's state.
    made: OnceCell<Box<RefCell<Machine>>>,
    v6: bool,
    links: RefCell<Option<Links>>,
    /// Room for datagrams, once some have come.
    inbox: Cell<Option<Box<Inbox>>>,
    waiting: RefCell<Pool<Waiting>>,
    /// Of connections with something under way.
    by_wsi: RefCell<ByBytes>,
    files: RefCell<Files>,
    timer: Timer<Self>,
    /// What the timer is set to.
    timer_us: Cell<i64>,
    /// When it was asked which servers there is a way to.
    ways_us: Cell<i64>,
    /// Rooms above leave names to the C library.
    system: Cell<bool>,
    ended: Cell<bool>,
}

impl Room for Resolver {
    fn core(&self) -> &Core {
        &self.core
    }

    fn me(&self) -> Weak<Self> {
        self.me.clone()
    }
}

fn fill(buf: &mut [u8]) {
    random::fill(buf);
}

impl Resolver {
    /// A resolver that has not asked anything yet, and has no descriptors. Without `v6` nobody is
    /// asked for IPv6 addresses.
    pub(crate) fn new(core: Rc<Core>, v6: bool, upper: Weak<dyn Upper>) -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            core,
            me: me.clone(),
            upper,
            made: OnceCell::new(),
            v6,
            links: RefCell::new(None),
            inbox: Cell::new(None),
            waiting: RefCell::default(),
            by_wsi: RefCell::default(),
            files: RefCell::default(),
            timer: Timer::new(Self::tick),
            timer_us: Cell::new(i64::MAX),
            ways_us: Cell::new(i64::MIN),
            system: Cell::new(false),
            ended: Cell::new(false),
        })
    }

    fn machine(&self) -> &RefCell<Machine> {
        self.made.get_or_init(|| {
            let settings = Settings {
                v6: self.v6,
                optimistic: false,
                way6: true,
            };
            Box::new(RefCell::new(Machine::new(settings, fill)))
        })
    }

    // ---- questions

    /// A query of the program's; `wsi` is the token of its connection, or 0. Nothing is left of the
    /// callback when its connection closes.
    pub(crate) fn query(&self, name: &CStr, cb: Callback, wsi: u64) -> Code {
        self.core.within(|| self.query_within(name, cb, wsi))
    }

    fn query_within(&self, name: &CStr, cb: Callback, wsi: u64) -> Code {
        let text = name.to_bytes();
        let fail = |name: Option<&CStr>| {
            if cb.call(name, None, -1) {
                Code::WsiClosed
            } else {
                Code::Failed
            }
        };
        if self.is_over() || (wsi != 0 && self.by_wsi.borrow().contains_key(&key(wsi)[..])) {
            return fail(None);
        }
        let now = clock::now_us();
        let chain = match numeric(text) {
            Some(ip) => Chain::new(text, &[ip]),
            None => self.known(now, text),
        };
        if let Some(chain) = chain {
            return give(&cb, &chain);
        }
        let Ok(lower) = CString::new(text.to_ascii_lowercase()) else {
            return fail(None);
        };
        let waiter = self.waiting.borrow_mut().add(Waiting {
            who: Who::Program(cb, wsi),
            name: lower,
            job: 0,
        });
        let asked = self.ask_machine(text, Waiter::new(waiter, false, false));
        if let Some(Asked::Later(job)) = asked {
            if let Some(w) = self.waiting.borrow_mut().get_mut(waiter) {
                w.job = job;
            }
            if wsi != 0 {
                self.by_wsi.borrow_mut().insert(key(wsi).into(), waiter);
            }
            return Code::Continuing;
        }
        let Some(waiting) = self.waiting.borrow_mut().remove(waiter) else {
            return Code::Failed;
        };
        let Some(Asked::Known(found, _)) = asked else {
            return fail(None);
        };
        match Chain::new(waiting.name.to_bytes(), &found.addresses) {
            Some(chain) => give(&cb, &chain),
            None => fail(Some(&waiting.name)),
        }
    }

    /// The result for a name all of which is known.
    fn known(&self, now: i64, text: &[u8]) -> Option<Chain> {
        self.refresh(now, true);
        let mut m = self.machine().borrow_mut();
        let entry = m.peek(now, text)?;
        if let Some(chain) = &entry.chain {
            let chain = chain.clone();
            m.cache.counts.hits = m.cache.counts.hits.saturating_add(1);
            m.counts.asked = m.counts.asked.saturating_add(1);
            return Some(chain);
        }
        let name = entry.name().to_vec();
        let (a, aaaa) = (entry.a.clone(), entry.aaaa.clone());
        let found = Found::of([a.as_ref(), aaaa.as_ref(), None], now, m.settings.way6);
        let shown = Name::from_wire(&name)?.to_string();
        let chain = Chain::new(shown.as_bytes(), &found.addresses)?;
        if let Some(entry) = m.cache.get(&name) {
            entry.chain = Some(chain.clone());
        }
        m.cache.chained(&name);
        Some(chain)
    }

    /// A question of a room above. It hears from the loop, by [`Upper::resolved`] with the number
    /// `who`, which no other question has. One that watches hears of each family's addresses as soon
    /// as they are there, and so perhaps several times.
    pub(crate) fn ask(&self, name: &CStr, who: u64, watches: bool) {
        let waiter = self.start(name, Who::Above(who), watches, false);
        self.by_wsi.borrow_mut().insert(key(who).into(), waiter);
    }

    /// A question for all that is known. `tell` hears from the loop. Returns a number for
    /// [`Resolver::cancel`], or 0 when the context ends.
    pub(crate) fn ask_for(
        &self,
        name: &CStr,
        tell: Rc<Tell>,
        watches: bool,
        services: bool,
    ) -> u64 {
        if self.is_over() {
            return 0;
        }
        self.start(name, Who::Told(tell), watches, services)
    }

    fn is_over(&self) -> bool {
        self.ended.get() || self.core.life() == Life::Ending
    }

    fn start(&self, name: &CStr, who: Who, watches: bool, services: bool) -> Token {
        let text = name.to_bytes();
        let early = watches && matches!(who, Who::Above(_));
        let waiter = self.waiting.borrow_mut().add(Waiting {
            who,
            name: CString::new(text.to_ascii_lowercase()).unwrap_or_default(),
            job: 0,
        });
        let nothing = || Asked::Known(Rc::new(Found::known(Vec::new())), None);
        let asked = match numeric(text) {
            Some(ip) => Asked::Known(Rc::new(Found::known(vec![ip])), None),
            None if self.is_over() => nothing(),
            None => {
                let waiter = Waiter {
                    early,
                    ..Waiter::new(waiter, watches, services)
                };
                let asked = self.ask_machine(text, waiter);
                asked.unwrap_or_else(nothing)
            }
        };
        let job = match asked {
            Asked::Later(job) => job,
            Asked::Known(found, job) => {
                self.machine()
                    .borrow_mut()
                    .tell(waiter, found, job.is_none());
                job.unwrap_or(0)
            }
        };
        if let Some(w) = self.waiting.borrow_mut().get_mut(waiter) {
            w.job = job;
        }
        self.rearm();
        waiter
    }

    fn ask_machine(&self, text: &[u8], waiter: Waiter) -> Option<Asked> {
        let now = clock::now_us();
        self.refresh(now, false);
        self.look_for_ways(now);
        let asked = self.machine().borrow_mut().ask(now, text, waiter);
        match asked {
            Ok(asked) => {
                self.rearm();
                Some(asked)
            }
            Err(why) => {
                let shown = text.get(..80).unwrap_or(text).escape_ascii();
                log_info!(self.core.log, "name {shown}: {why}");
                None
            }
        }
    }

    /// Whether rooms above leave names to the C library.
    pub(crate) fn leaves_to_system(&self) -> bool {
        self.system.get()
    }

    pub(crate) fn leave_to_system(&self, leave: bool) {
        self.system.set(leave);
    }

    /// The connection, or the question of a room above, does not want to hear any more.
    pub(crate) fn forget(&self, wsi: u64) {
        let waiter = self.by_wsi.borrow_mut().remove(&key(wsi)[..]);
        if let Some(waiter) = waiter {
            self.cancel(waiter);
        }
    }

    /// The question of a room above has served its purpose: it does not hear any more, and the answer
    /// is kept for the next who asks.
    pub(crate) fn leave(&self, who: u64) {
        let waiter = self.by_wsi.borrow_mut().remove(&key(who)[..]);
        let mut all = self.waiting.borrow_mut();
        if let Some(w) = waiter.and_then(|waiter| all.get_mut(waiter)) {
            w.who = Who::Nobody;
        }
    }

    /// Whoever has this number does not want to hear any more.
    pub(crate) fn cancel(&self, waiter: u64) {
        let waiting = self.waiting.borrow_mut().remove(waiter);
        if let Some(waiting) = waiting {
            let now = clock::now_us();
            self.machine().borrow_mut().cancel(now, waiting.job, waiter);
            self.rearm();
        }
    }

    // ---- files and servers

    /// Reads the files, when that is due and they have changed. `known`: for a name that may be
    /// known.
    fn refresh(&self, now: i64, known: bool) {
        let keep = self
            .machine()
            .borrow()
            .conf
            .options
            .has(conf::Flag::NoReload);
        let Some(news) = self.files.borrow_mut().look(now, known, keep) else {
            return;
        };
        if let Some(file) = news.cut {
            log_warn!(
                self.core.log,
                "{}: it is too long; what is at its end is not read",
                file.to_string_lossy()
            );
        }
        let mut m = self.machine().borrow_mut();
        if let Some(conf) = news.conf {
            for odd in &conf.odd {
                log_notice!(self.core.log, "resolv.conf: not understood: {odd}");
            }
            m.configure(conf);
            self.ways_us.set(i64::MIN);
            for s in &m.servers.list {
                log_info!(self.core.log, "name server {}", s.address);
            }
        }
        if let Some(hosts) = news.hosts {
            log_info!(self.core.log, "hosts file: {} names", hosts.len());
            m.set_hosts(hosts);
        }
    }

    /// Asks which servers there is a way to, unless that was just done.
    fn look_for_ways(&self, now: i64) {
        if now < self.ways_us.get() {
            return;
        }
        self.ways_us.set(now.saturating_add(WAYS_US));
        let Some(upper) = self.upper.upgrade() else {
            return;
        };
        let servers: Vec<SocketAddr> = {
            let m = self.machine().borrow();
            m.servers.list.iter().map(|s| s.address).collect()
        };
        let way6 = upper.has_way((IPV6_INTERNET, 53).into());
        let ways: Vec<bool> = servers.iter().map(|s| upper.has_way(*s)).collect();
        let mut m = self.machine().borrow_mut();
        m.settings.way6 = way6;
        for (address, way) in servers.iter().zip(ways) {
            let mut all = m.servers.list.iter_mut();
            if let Some(s) = all.find(|s| s.address == *address) {
                s.reachable = way;
            }
        }
    }

    /// Reads the files again at the next question, and forgets what it knows.
    pub(crate) fn reload(&self) {
        self.files.borrow_mut().forget();
        if let Some(machine) = self.made.get() {
            machine.borrow_mut().cache.forget(true);
        }
        self.network_changed();
    }

    /// What failed before may work now.
    pub(crate) fn network_changed(&self) {
        self.ways_us.set(i64::MIN);
        if let Some(machine) = self.made.get() {
            machine.borrow_mut().network_changed();
        }
    }

    /// A message about the network: `{"type":"dns","add":"192.0.2.1"}`, the same with `remove` or
    /// with `"reload":true`; or one that says that there is an address now.
    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    pub(crate) fn hear(&self, text: &[u8]) {
        use crate::util::json::value;
        let says = |name: &[u8]| value(text, name).and_then(|at| text.get(at));
        match says(b"\"type\":") {
            Some(b"ipacq") => return self.reload(),
            Some(b"dns") => (),
            _ => return,
        }
        let server = |name| {
            let address = says(name)?;
            let server = Self::server(address);
            if server.is_none() {
                let shown = address.get(..60).unwrap_or(address).escape_ascii();
                log_warn!(self.core.log, "message of type dns: no server: {shown}");
            }
            server
        };
        if let Some(server) = server(b"\"add\":") {
            self.add_server(server);
        }
        if let Some(server) = server(b"\"remove\":") {
            self.remove_server(server);
        }
        if says(b"\"reload\":") == Some(b"true") {
            self.reload();
        }
    }

    /// A server as text: an address with or without scope and port.
    pub(crate) fn server(text: &[u8]) -> Option<SocketAddr> {
        conf::server(text, &net::index_of)
    }

    /// Adds a server, which is asked before those of the file. Returns whether it is new.
    pub(crate) fn add_server(&self, server: SocketAddr) -> bool {
        self.refresh(clock::now_us(), false);
        self.ways_us.set(i64::MIN);
        self.machine().borrow_mut().add_server(server)
    }

    /// Takes a server out. Returns whether it was there.
    pub(crate) fn remove_server(&self, server: SocketAddr) -> bool {
        self.refresh(clock::now_us(), false);
        self.machine().borrow_mut().servers.remove(server)
    }

    // ---- the loop

    /// A socket is ready.
    pub(crate) fn ready(&self) {
        let begin = clock::now_us();
        let mut ready = poll::Ready::new();
        {
            let links = self.links.borrow();
            let Some(links) = links.as_ref() else { return };
            if links.poller.wait(&mut ready, Some(0)).is_err() {
                return;
            }
        }
        let mut now = begin;
        for event in (0..).map_while(|at| ready.get(at)) {
            self.sock_ready(now, event);
            now = clock::now_us();
            if now.saturating_sub(begin) > PASS_US {
                break;
            }
        }
        self.go_on(now);
    }

    fn sock_ready(&self, now: i64, event: poll::Event) {
        let sock = event.token;
        if event.writable {
            let written = match self.links.borrow_mut().as_mut() {
                Some(links) => links.writable(sock),
                None => return,
            };
            if written.is_err() {
                return self.machine().borrow_mut().sock_failed(now, sock, true);
            }
        }
        if !event.readable && !event.hung_up {
            return;
        }
        let mut inbox = self.inbox.take().unwrap_or_else(|| Box::new(Inbox::new()));
        let mut buffer = [0u8; PIECE];
        // All that a socket is used for. What is left of a stream makes it ready again.
        for _ in 0..2 {
            let read = match self.links.borrow_mut().as_mut() {
                Some(links) => links.read(sock, &mut inbox, &mut buffer),
                None => break,
            };
            let mut m = self.machine().borrow_mut();
            let more = match read {
                Ready::Datagrams(n) => {
                    for at in 0..n {
                        m.message(now, sock, inbox.get(at));
                    }
                    n == batch::MOST
                }
                Ready::Bytes(n) => {
                    m.stream(now, sock, buffer.get(..n).unwrap_or(&[]));
                    true
                }
                Ready::Failed { blame } => {
                    m.sock_failed(now, sock, blame);
                    false
                }
                Ready::Wait | Ready::Unknown => false,
            };
            if !more || !m.expects(sock) {
                break;
            }
        }
        self.inbox.set(Some(inbox));
    }

    fn tick(&self, _what: u64) {
        self.timer_us.set(i64::MAX);
        let now = clock::now_us();
        self.core.within(|| {
            self.look_for_ways(now);
            self.machine().borrow_mut().tick(now, PASS_TIMERS);
            self.go_on(now);
        });
    }

    /// Does what the machine says, tells those who wait, and sets the timer.
    fn go_on(&self, now: i64) {
        self.act(now);
        while let Some(told) = self.next_told() {
            self.tell(told.waiter, &told.found, told.last);
        }
        // What callbacks have asked for leaves now.
        self.act(now);
        self.rearm();
    }

    fn next_told(&self) -> Option<super::machine::Told> {
        self.machine().borrow_mut().next_told()
    }

    fn act(&self, begin: i64) {
        for n in 0u32.. {
            if n % 4 == 3 && clock::now_us().saturating_sub(begin) > PASS_US {
                break;
            }
            let Some(act) = self.machine().borrow_mut().next_act() else {
                break;
            };
            self.perform(act);
        }
        if let Some(links) = self.links.borrow_mut().as_mut() {
            self.flush(links);
        }
    }

    /// Sends the datagrams that were gathered.
    fn flush(&self, links: &mut Links) {
        if let Err((sock, e)) = links.flush() {
            self.failed(sock, &e);
        }
    }

    fn perform(&self, act: Act) {
        let mut links = self.links.borrow_mut();
        if links.is_none() {
            match self.open() {
                Ok(new) => *links = Some(new),
                Err(e) => log_warn!(self.core.log, "names: {e}"),
            }
        }
        let Some(links) = links.as_mut() else { return };
        let (sock, done) = match act {
            Act::Udp { sock, to } => (sock, links.udp(sock, to)),
            Act::Tcp { sock, to } => (sock, links.tcp(sock, to)),
            Act::Send { sock, bytes } => {
                if !links.gathers(sock) {
                    self.flush(links);
                }
                (sock, links.send(sock, bytes))
            }
            Act::Close { sock } => return links.close(sock),
        };
        if let Err(e) = done {
            self.failed(sock, &e);
        }
    }

    /// A socket cannot be opened, or does not take what is sent.
    fn failed(&self, sock: Token, e: &std::io::Error) {
        let now = clock::now_us();
        let ours = matches!(
            e.raw_os_error(),
            Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM | libc::ENOBUFS)
        );
        self.machine().borrow_mut().sock_failed(now, sock, !ours);
    }

    fn open(&self) -> std::io::Result<Links> {
        let links = Links::new()?;
        self.core.watch(links.fd(), NAMES, Interest::READ)?;
        Ok(links)
    }

    /// Has the timer go off when the machine wants to look, at once when there is something to do.
    fn rearm(&self) {
        let m = self.machine().borrow();
        let next = if m.is_busy() { Some(0) } else { m.next_us() };
        drop(m);
        let next = next.unwrap_or(i64::MAX);
        if next == self.timer_us.get() {
            return;
        }
        self.timer_us.set(next);
        if next == i64::MAX {
            self.timer.cancel();
        } else {
            let us = next.saturating_sub(clock::now_us());
            self.timer.arm(self, 0, us);
        }
    }

    fn tell(&self, waiter: Token, found: &Found, last: bool) {
        let mut all = self.waiting.borrow_mut();
        if !last {
            let Some(w) = all.get(waiter) else { return };
            let name = w.name.clone();
            match &w.who {
                Who::Above(who) => {
                    let who = *who;
                    drop(all);
                    self.tell_above(who, found, false);
                }
                Who::Told(tell) => {
                    let tell = Rc::clone(tell);
                    drop(all);
                    tell(self, &name, found, false);
                }
                // It hears once.
                Who::Program(..) | Who::Nobody => (),
            }
            return;
        }
        let Some(waiting) = all.remove(waiter) else {
            return;
        };
        drop(all);
        match waiting.who {
            Who::Above(who) => {
                self.by_wsi.borrow_mut().remove(&key(who)[..]);
                self.tell_above(who, found, true);
            }
            Who::Told(tell) => tell(self, &waiting.name, found, true),
            Who::Nobody => (),
            Who::Program(cb, wsi) => {
                if wsi != 0 {
                    self.by_wsi.borrow_mut().remove(&key(wsi)[..]);
                }
                let chain = Chain::new(waiting.name.to_bytes(), &found.addresses);
                cb.call(Some(&waiting.name), chain.as_ref(), 0);
            }
        }
    }

    fn tell_above(&self, who: u64, found: &Found, last: bool) {
        if let Some(upper) = self.upper.upgrade() {
            upper.resolved(who, found, last);
        }
    }

    // ---- what is seen from outside

    /// Whether old answers are given, and how much memory names may take that are known, bytes.
    pub(crate) fn settings(&self) -> (bool, u64) {
        let m = self.machine().borrow();
        (m.settings.optimistic, m.cache.budget() as u64)
    }

    pub(crate) fn set(&self, optimistic: bool, cache_bytes: u64) {
        let mut m = self.machine().borrow_mut();
        m.settings.optimistic = optimistic;
        m.cache
            .set_budget(usize::try_from(cache_bytes).unwrap_or(usize::MAX));
    }

    pub(crate) fn stats(&self) -> lws_dns_stats {
        let m = self.machine().borrow();
        let sum = |of: fn(&Counts) -> u64| {
            let each = m.servers.list.iter().map(|s| of(&s.counts));
            each.fold(0, u64::saturating_add)
        };
        lws_dns_stats {
            size: 0,
            under_way: u32::try_from(m.under_way()).unwrap_or(u32::MAX),
            asked: m.counts.asked,
            hits: m.cache.counts.hits,
            shared: m.counts.shared,
            looked_up: m.counts.jobs,
            failed: m.counts.failed,
            stale: m.cache.counts.stale,
            sent: sum(|c| c.sent),
            hedged: m.counts.hedged,
            over_tcp: m.counts.over_tcp,
            answers: sum(|c| c.answers),
            dropped: sum(|c| c.dropped),
            names: m.cache.len() as u64,
            bytes: m.cache.bytes() as u64,
            evicted: m.cache.counts.evicted,
        }
    }

    /// The address of a server by its id.
    pub(crate) fn address_of(&self, server: u32) -> Option<SocketAddr> {
        let m = self.machine().borrow();
        let found = m.servers.list.iter().find(|s| s.id == server);
        found.map(|s| s.address)
    }

    /// Writes servers and known names as JSON, until `emit` wants no more.
    pub(crate) fn dump(&self, emit: &mut dyn FnMut(&str) -> bool) {
        let pieces = json::pieces(&self.machine().borrow(), clock::now_us());
        json::emit_all(&pieces, emit);
    }

    /// Nothing is asked any more. Those who still wait hear that they wait in vain.
    pub(crate) fn end(&self) {
        self.ended.set(true);
        let found = Found::known(Vec::new());
        let all = self.waiting.borrow().tokens();
        for waiter in all {
            let job = self.waiting.borrow().get(waiter).map(|w| w.job);
            if let Some(job) = job {
                self.machine()
                    .borrow_mut()
                    .cancel(clock::now_us(), job, waiter);
            }
            self.tell(waiter, &found, true);
        }
        self.timer.cancel();
        if let Some(links) = self.links.take() {
            self.core.unwatch(links.fd());
        }
    }
}

fn give(cb: &Callback, chain: &Chain) -> Code {
    if cb.call(Some(chain.name()), Some(chain), 0) {
        Code::WsiClosed
    } else {
        Code::Found
    }
}

/// The key of a connection, or of a question of a room above.
fn key(who: u64) -> [u8; 8] {
    who.to_ne_bytes()
}

/// An address in numbers. What cannot be one costs nothing.
fn numeric(text: &[u8]) -> Option<IpAddr> {
    let first = text.first()?;
    if !first.is_ascii_hexdigit() && !matches!(first, b'[' | b':') {
        return None;
    }
    names::numeric(core::str::from_utf8(text).ok()?)
}
