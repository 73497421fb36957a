//! Which connections routing has ended.
//!
//! A connection is watched with the flow its packets are, and the way they are
//! estimated to take. It has ended when its local address or the interface it is bound
//! to is gone, when the kernel has no route for it any more, or when the route it used
//! was removed and another interface or gateway takes its place. A better or a worse
//! route that appears beside its own does not end it.

use super::copy::Copy;
use super::decide::decide;
use super::types::{Flow, Leg, Link, Path, Prefix, Verdict, kind};
use crate::conn::Wsi;
use crate::conn::wsi::Role;
use crate::sys::net;
use core::net::IpAddr;
use std::collections::BTreeMap;

/// Why routing ended a connection; the numbers are C's (`enum lws_route_cull_reasons`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reason {
    NoRoute = 1,
    SourceGone = 2,
    InterfaceGone = 3,
    RouteChanged = 4,
}

impl Reason {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NoRoute => "no route to its peer is left",
            Self::SourceGone => "its local address is gone",
            Self::InterfaceGone => "the interface it is bound to is gone",
            Self::RouteChanged => "its route was removed, another way is taken now",
        }
    }
}

/// The way a connection is estimated to take.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Way {
    table: u32,
    prefix: Prefix,
    metric: u32,
    index: u32,
    gateway: Option<IpAddr>,
}

impl Way {
    fn is(&self, leg: &Leg) -> bool {
        self.index == leg.index && self.gateway == leg.gateway
    }

    fn among(&self, path: &Path) -> bool {
        path.legs.as_slice().iter().any(|leg| self.is(leg))
    }
}

struct Entry {
    flow: Flow,
    /// Its source was an address of this host when it began, as it mostly is.
    own_source: bool,
    way: Option<Way>,
    /// The way it took before a better route took it over.
    before: Option<Way>,
    /// Since when it looks ended, microseconds.
    suspect: Option<i64>,
    /// It was told of already, and stays.
    told: bool,
}

type Key = (IpAddr, u64);

/// The watched connections, by peer.
#[derive(Default)]
pub(crate) struct Watched {
    all: BTreeMap<Key, Entry>,
    /// With why they looked ended first.
    suspects: Vec<(Key, Reason)>,
}

/// What may have changed.
#[derive(Default)]
pub(crate) struct Touched {
    /// Routes to these.
    prefixes: Vec<Prefix>,
    /// These interfaces.
    links: Vec<u32>,
    /// These addresses went.
    addrs: Vec<IpAddr>,
    /// Anything.
    all: bool,
}

/// More changed prefixes than this are a change of everything.
const MANY: usize = 256;

impl Touched {
    pub(crate) fn prefix(&mut self, p: Prefix) {
        // A default route may concern everybody.
        if p.len == 0 || self.prefixes.len() >= MANY {
            self.everything();
        } else if !self.all && self.prefixes.last() != Some(&p) {
            self.prefixes.push(p);
        }
    }

    pub(crate) fn link(&mut self, index: u32) {
        if self.links.len() >= MANY {
            self.everything();
        } else if !self.all && !self.links.contains(&index) {
            self.links.push(index);
        }
    }

    pub(crate) fn addr(&mut self, ip: IpAddr) {
        if self.addrs.len() >= MANY {
            self.everything();
        } else if !self.all && !self.addrs.contains(&ip) {
            self.addrs.push(ip);
        }
    }

    pub(crate) fn everything(&mut self) {
        *self = Self {
            all: true,
            ..Self::default()
        };
    }

    pub(crate) fn nothing(&self) -> bool {
        !self.all && self.prefixes.is_empty() && !self.by_place()
    }

    /// Whether it takes a look at every connection to find those it concerns.
    fn by_place(&self) -> bool {
        !self.links.is_empty() || !self.addrs.is_empty()
    }

    /// Whether a connection is where something has changed, or nobody knows where it is.
    fn concerns(&self, e: &Entry) -> bool {
        let at = |index: u32| self.links.contains(&index);
        e.told
            || at(e.flow.oif)
            || e.way.as_ref().is_none_or(|w| at(w.index))
            || e.flow.src.is_some_and(|ip| self.addrs.contains(&ip))
    }
}

/// The flow of a connection's packets; `None` for what routing does not concern: files, unix
/// sockets, the loopback, what is not connected.
pub(crate) fn flow_of(wsi: &Wsi) -> Option<Flow> {
    if !matches!(wsi.role, Role::Raw | Role::Udp) {
        return None;
    }
    let io = wsi.io()?;
    let trying = wsi.attempt.borrow().as_ref().and_then(|a| a.trying);
    let facts = net::path_facts(io.socket()?, trying)?;
    let unmapped = |ip: IpAddr| ip.to_canonical();
    let dst = unmapped(facts.peer.ip());
    let src = unmapped(facts.local.ip());
    if dst.is_loopback() || dst.is_unspecified() || dst.is_multicast() {
        return None;
    }
    Some(Flow {
        dst,
        src: Some(src).filter(|ip| !ip.is_unspecified()),
        oif: if facts.device != 0 {
            facts.device
        } else {
            facts.scope
        },
        mark: facts.mark,
        tos: facts.tos,
        uid: facts.uid,
        protocol: facts.protocol,
        sport: facts.local.port(),
        dport: facts.peer.port(),
    })
}

/// Asks the kernel; `None`: it did not answer.
pub(crate) type Ask<'a> = &'a mut dyn FnMut(&Flow) -> Option<Verdict>;

/// What the copy says of a flow, and the kernel where the copy cannot know. `None`: nobody knows.
fn verdict(copy: Option<&Copy>, flow: &Flow, ask: Ask<'_>) -> Option<Verdict> {
    match copy.map(|c| decide(c, flow)) {
        Some(Verdict::Unknown(_)) | None => ask(flow),
        known => known,
    }
}

/// The way among several that the kernel takes.
fn way(flow: &Flow, path: &Path, ask: Ask<'_>) -> Option<Way> {
    let legs = path.legs.as_slice();
    let leg = match legs {
        [] => return None,
        [one] => one.clone(),
        [first, ..] => match ask(flow) {
            Some(Verdict::Reachable(p)) => p.legs.as_slice().first().cloned()?,
            _ => first.clone(),
        },
    };
    Some(Way {
        table: path.table,
        prefix: path.prefix,
        metric: path.metric,
        index: leg.index,
        gateway: leg.gateway,
    })
}

/// Whether the route that a way was is still there.
fn still_there(copy: &Copy, w: &Way) -> bool {
    let Some(aliases) = copy.tables.exact(w.table, w.prefix) else {
        return false;
    };
    let family = w.prefix.family();
    aliases.iter().any(|(_, info)| {
        let mut legs = copy.legs(info).iter();
        info.metric == w.metric && legs.any(|leg| w.is(leg) && copy.usable(family, leg))
    })
}

/// Why a connection has ended, or `None`. Notes the way it takes now.
fn judge(copy: Option<&Copy>, e: &mut Entry, ask: Ask<'_>) -> Option<Reason> {
    if let Some(copy) = copy {
        if e.flow.oif != 0 && !copy.links.get(&e.flow.oif).is_some_and(Link::up) {
            return Some(Reason::InterfaceGone);
        }
        if e.own_source && e.flow.src.is_some_and(|src| !copy.local_address(src)) {
            return Some(Reason::SourceGone);
        }
    }
    let path = match verdict(copy, &e.flow, ask)? {
        Verdict::Reachable(path) => path,
        Verdict::Unreachable(_) => return Some(Reason::NoRoute),
        Verdict::Unknown(_) => return None,
    };
    let Some(old) = e.way.take() else {
        e.way = way(&e.flow, &path, ask);
        return None;
    };
    if old.among(&path) {
        // Perhaps by another route, but the same way.
        e.way = Some(Way {
            table: path.table,
            prefix: path.prefix,
            metric: path.metric,
            ..old
        });
        return None;
    }
    let home = e.before.as_ref().is_some_and(|b| b.among(&path));
    if home || path.legs.as_slice().is_empty() || copy.is_some_and(|c| still_there(c, &old)) {
        if !home {
            e.before.get_or_insert(old);
        }
        e.way = way(&e.flow, &path, ask);
        return None;
    }
    e.way = Some(old);
    Some(Reason::RouteChanged)
}

/// Whether the kernel agrees that a connection has ended.
fn confirmed(e: &Entry, why: Reason, ask: Ask<'_>) -> bool {
    let flow = &e.flow;
    match why {
        Reason::SourceGone => {
            let Some(src) = flow.src else { return false };
            let own = Flow {
                dst: src,
                src: None,
                ..*flow
            };
            // It is somebody else's address now, or nobody's.
            match ask(&own) {
                Some(Verdict::Reachable(p)) => p.kind != kind::LOCAL,
                Some(_) => true,
                None => false,
            }
        }
        Reason::InterfaceGone | Reason::NoRoute => {
            matches!(ask(flow), Some(Verdict::Unreachable(_)))
        }
        Reason::RouteChanged => match ask(flow) {
            Some(Verdict::Reachable(p)) => e.way.as_ref().is_none_or(|w| !w.among(&p)),
            Some(Verdict::Unreachable(_)) => true,
            _ => false,
        },
    }
}

/// What a look at the suspects gave.
#[derive(Default)]
pub(crate) struct Judged {
    /// Those that routing has ended, by token.
    pub(crate) ended: Vec<(u64, Reason)>,
    /// Those that were ended before and work again.
    pub(crate) revived: Vec<u64>,
    /// The kernel had a way for so many.
    pub(crate) refused: u64,
    /// When to look again, microseconds of the monotonic clock.
    pub(crate) again: Option<i64>,
}

impl Watched {
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// Watches a connection from now on; returns what to give to [`Watched::remove`].
    pub(crate) fn add(
        &mut self,
        token: u64,
        flow: Flow,
        copy: Option<&Copy>,
        ask: Ask<'_>,
    ) -> IpAddr {
        let mut entry = Entry {
            flow,
            own_source: copy.is_none_or(|c| flow.src.is_some_and(|src| c.local_address(src))),
            way: None,
            before: None,
            suspect: None,
            told: false,
        };
        if let Some(Verdict::Reachable(path)) = verdict(copy, &flow, ask) {
            entry.way = way(&flow, &path, ask);
        }
        self.all.insert((flow.dst, token), entry);
        flow.dst
    }

    pub(crate) fn remove(&mut self, peer: IpAddr, token: u64) {
        self.all.remove(&(peer, token));
    }

    /// Looks at those that a change can concern. Returns how many look ended that did not before,
    /// and when they are ripe.
    pub(crate) fn suspect(
        &mut self,
        touched: &Touched,
        copy: Option<&Copy>,
        now: i64,
        judged: &mut Judged,
        ask: Ask<'_>,
    ) -> u64 {
        let mut new = 0;
        let mut look = |key: &Key,
                        e: &mut Entry,
                        suspects: &mut Vec<(Key, Reason)>,
                        ask: Ask<'_>| match judge(copy, e, ask) {
            Some(why) if e.suspect.is_none() && !e.told => {
                e.suspect = Some(now);
                suspects.push((*key, why));
                new += 1;
            }
            Some(_) => {}
            None => {
                e.suspect = None;
                if core::mem::take(&mut e.told) {
                    judged.revived.push(key.1);
                }
            }
        };
        if touched.all || touched.by_place() {
            for (key, e) in &mut self.all {
                if touched.all || touched.concerns(e) {
                    look(key, e, &mut self.suspects, ask);
                }
            }
        }
        if !touched.all {
            for p in &touched.prefixes {
                for (key, e) in self.all.range_mut((p.address, 0)..=(p.last(), u64::MAX)) {
                    look(key, e, &mut self.suspects, ask);
                }
            }
        }
        new
    }

    /// Decides about those that have looked ended for `settle` microseconds.
    pub(crate) fn decide(
        &mut self,
        copy: Option<&Copy>,
        now: i64,
        settle: i64,
        stays: bool,
        judged: &mut Judged,
        ask: Ask<'_>,
    ) {
        for (key, first) in core::mem::take(&mut self.suspects) {
            let Some(e) = self.all.get_mut(&key) else {
                continue;
            };
            let Some(since) = e.suspect else { continue };
            let ripe = since.saturating_add(settle);
            if ripe > now {
                judged.again = Some(judged.again.map_or(ripe, |a| a.min(ripe)));
                self.suspects.push((key, first));
                continue;
            }
            e.suspect = None;
            // Nothing has changed when it became a suspect just now.
            let why = if since == now {
                first
            } else if let Some(why) = judge(copy, e, ask) {
                why
            } else {
                continue;
            };
            if !confirmed(e, why, ask) {
                judged.refused += 1;
                continue;
            }
            e.told = stays;
            judged.ended.push((key.1, why));
        }
    }

    /// Forgets all suspicion.
    pub(crate) fn acquit(&mut self) {
        for (key, _) in core::mem::take(&mut self.suspects) {
            if let Some(e) = self.all.get_mut(&key) {
                e.suspect = None;
            }
        }
    }

    /// The flow of a watched connection, each time another one's.
    pub(crate) fn sample(&self, number: u64) -> Option<Flow> {
        let count = u64::try_from(self.all.len()).ok().filter(|n| *n != 0)?;
        let at = usize::try_from(number % count).ok()?;
        self.all.values().nth(at).map(|e| e.flow)
    }
}
