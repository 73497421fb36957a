//! How it stands with one connection, by the copy and what the kernel answered.

use super::{Now, Reason};
use crate::route::again::Objection;
use crate::route::copy::KernelCopy;
use crate::route::decide::decide;
use crate::route::types::{Flow, Leg, Link, Path, Prefix, Verdict, kind};
use core::net::IpAddr;

/// How many ways a connection has taken are remembered.
const REMEMBERED: usize = 4;

/// The way a connection is estimated to take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Way {
    table: u32,
    prefix: Prefix,
    pub(super) index: u32,
    gateway: Option<IpAddr>,
}

impl Way {
    fn is(&self, leg: &Leg) -> bool {
        self.index == leg.index && self.gateway == leg.gateway
    }

    fn among(&self, path: &Path) -> bool {
        path.legs.as_slice().iter().any(|leg| self.is(leg))
    }

    /// Whether this path goes through other interfaces only.
    fn leaves(&self, path: &Path) -> bool {
        let legs = path.legs.as_slice();
        !legs.is_empty() && legs.iter().all(|leg| leg.index != self.index)
    }
}

/// A watched connection.
pub(super) struct Entry {
    pub(super) flow: Flow,
    /// Whether its source was an address of this host when it began or later, as it mostly is.
    /// `None`: that is not known yet.
    pub(super) own_source: Option<bool>,
    pub(super) way: Option<Way>,
    /// The ways it took before better routes took it over, the last ones.
    pub(super) before: Vec<Way>,
    /// Since when it looks ended, microseconds.
    pub(super) suspect: Option<i64>,
    /// When it is judged as a suspect, microseconds, if it is on that list.
    pub(super) due: Option<i64>,
    /// The kernel did not agree that it has ended.
    pub(super) objection: Option<Objection>,
    /// When to look at it once more, microseconds: only the kernel knew how it is.
    pub(super) again: Option<i64>,
    /// It was told of as ended, and stays.
    pub(super) told: bool,
}

impl Entry {
    pub(super) fn new(flow: Flow) -> Self {
        Self {
            flow,
            own_source: None,
            way: None,
            before: Vec::new(),
            suspect: None,
            due: None,
            objection: None,
            again: None,
            told: false,
        }
    }

    /// It does not look ended any more, or that is settled.
    pub(super) fn clear(&mut self) {
        self.suspect = None;
        self.objection = None;
    }

    /// Whether the kernel's answer says too that it has ended.
    pub(super) fn confirms(&self, why: Reason, answer: &Verdict) -> bool {
        match (why, answer) {
            (Reason::SourceGone, answer) => !is_home(answer),
            (Reason::InterfaceGone | Reason::NoRoute, answer) => {
                matches!(answer, Verdict::Unreachable(_))
            }
            (Reason::RouteChanged, Verdict::Reachable(path)) => {
                self.way.as_ref().is_none_or(|way| !way.among(path))
            }
            (Reason::RouteChanged, answer) => matches!(answer, Verdict::Unreachable(_)),
            (Reason::TakenOver, Verdict::Reachable(path)) => {
                self.way.as_ref().is_some_and(|way| way.leaves(path))
            }
            (Reason::TakenOver, Verdict::Unreachable(_) | Verdict::Unknown(_)) => false,
        }
    }
}

/// How it stands with a connection.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum State {
    Works,
    Ended(Reason),
    /// The kernel has to be asked about its flow.
    Ask,
    /// The kernel does not answer.
    Unknown,
}

/// What was answered about a flow: `None`: the kernel was not asked. `Some(None)`: it did not answer.
pub(super) type Answer<'a> = Option<Option<&'a Verdict>>;

/// What the copy says of a flow, and the kernel where the copy cannot know. `None`: the kernel has to
/// be asked. `Some(None)`: nobody knows.
pub(super) fn verdict(
    copy: Option<&KernelCopy>,
    flow: &Flow,
    answer: Answer<'_>,
) -> Option<Option<Verdict>> {
    match copy.map(|copy| decide(copy, flow)) {
        Some(Verdict::Unknown(_)) | None => answer.map(|answer| answer.cloned()),
        known => Some(known),
    }
}

/// The way among several that the kernel takes. `None`: the kernel has to be asked.
pub(super) fn way(path: &Path, answer: Answer<'_>) -> Option<Option<Way>> {
    let leg = match (path.legs.as_slice(), answer) {
        ([], _) => return Some(None),
        ([one], _) => *one,
        (_, None) => return None,
        (_, Some(Some(Verdict::Reachable(its)))) => match its.legs.as_slice().first() {
            Some(leg) => *leg,
            None => return Some(None),
        },
        ([first, ..], Some(_)) => *first,
    };
    Some(Some(Way {
        table: path.table,
        prefix: path.prefix,
        index: leg.index,
        gateway: leg.gateway,
    }))
}

/// Whether a way is still there: some route to the same prefix has it. `None`: only one has it whose
/// lifetime is over by what was told of it.
fn still_there(copy: &KernelCopy, w: &Way) -> Option<bool> {
    let place = (w.table, w.prefix);
    let Some(aliases) = copy.tables.exact(w.table, w.prefix) else {
        return Some(false);
    };
    let family = w.prefix.family();
    let mut unsure = false;
    for (_, info) in aliases {
        let mut legs = copy.legs(info).iter();
        let has = legs.any(|leg| w.is(leg) && copy.usable(family, leg));
        match copy.lifetimes.is_over(place, info) {
            Some(false) if has => return Some(true),
            None if has => unsure = true,
            _ => {}
        }
    }
    (!unsure).then_some(false)
}

/// How it stands with a connection. Notes the way it takes now.
pub(super) fn judge(now: Now<'_>, e: &mut Entry, answer: Answer<'_>) -> State {
    let view = now.view;
    let flow = &e.flow;
    if flow.oif != 0 && !view.all.links.get(&flow.oif).is_some_and(Link::up) {
        return State::Ended(Reason::InterfaceGone);
    }
    if let Some(src) = flow.src {
        let here = view.all.local_address(src);
        // The kernel lets a socket use an address of IPv6 before it announces that.
        e.own_source = Some(here || e.own_source == Some(true));
        if e.own_source == Some(true) && !here {
            return State::Ended(Reason::SourceGone);
        }
    }
    let path = match verdict(view.routes, &e.flow, answer) {
        None => return State::Ask,
        Some(Some(Verdict::Reachable(path))) => path,
        Some(Some(Verdict::Unreachable(_))) => return State::Ended(Reason::NoRoute),
        Some(Some(Verdict::Unknown(_)) | None) => return State::Unknown,
    };
    let Some(old) = &e.way else {
        return take_way(e, &path, answer);
    };
    if old.among(&path) {
        // Perhaps by another route, but the same way.
        if let Some(way) = &mut e.way {
            (way.table, way.prefix) = (path.table, path.prefix);
        }
        return State::Works;
    }
    // It did not lose its route; where it has, it may be back on one that it had before.
    let has = |copy| still_there(copy, old) == Some(true);
    if now.policy.takeover && old.leaves(&path) && view.routes.is_some_and(has) {
        return State::Ended(Reason::TakenOver);
    }
    let home = e.before.iter().any(|b| b.among(&path));
    // Without the routes nobody knows whether its own is gone.
    let stays = home
        // It had no route before either: the kernel took its peer for a neighbour.
        || old.table == 0
        || path.legs.as_slice().is_empty();
    let there = match view.routes.filter(|_| !stays) {
        None => true,
        Some(copy) => match still_there(copy, old) {
            Some(there) => there,
            // The kernel has not been asked for its route yet, or another one hides that.
            None => return State::Works,
        },
    };
    if !there {
        return State::Ended(Reason::RouteChanged);
    }
    let old = old.clone();
    let state = take_way(e, &path, answer);
    if state == State::Works {
        e.before.retain(|b| *b != old && !b.among(&path));
        if e.before.len() >= REMEMBERED {
            e.before.remove(0);
        }
        e.before.push(old);
    }
    state
}

/// It takes a way of this path from now on.
fn take_way(e: &mut Entry, path: &Path, answer: Answer<'_>) -> State {
    match way(path, answer) {
        None => State::Ask,
        Some(way) => {
            e.way = way;
            State::Works
        }
    }
}

/// What tells whether an address is this host's.
pub(super) fn home_question(flow: &Flow, src: IpAddr) -> Flow {
    let scoped = matches!(src, IpAddr::V6(a) if a.is_unicast_link_local());
    Flow {
        dst: src,
        src: None,
        oif: if scoped { flow.oif } else { 0 },
        ..*flow
    }
}

pub(super) fn is_home(answer: &Verdict) -> bool {
    matches!(answer, Verdict::Reachable(path) if path.kind == kind::LOCAL)
}
