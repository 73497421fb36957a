//! Which connections routing has ended.
//!
//! A connection is watched with the flow its packets are, and the way they are
//! estimated to take. It has ended when its local address or the interface it is bound
//! to is gone, when the kernel has no route for it any more, or when the route it used
//! was removed and another interface or gateway takes its place. A better or a worse
//! route that appears beside its own does not end it.

use super::again::{Again, Objection};
use super::copy::KernelCopy;
use super::decide::decide;
use super::oracle::Oracle;
use super::touched::Touched;
use super::types::{Flow, Leg, Link, Path, Prefix, Verdict, kind};
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
    /// The ways it took before better routes took it over, the last ones.
    before: Vec<Way>,
    /// Since when it looks ended, microseconds.
    suspect: Option<i64>,
    /// It is on the list of suspects.
    listed: bool,
    /// The kernel did not agree that it has ended.
    objection: Option<Objection>,
    /// When to look at it once more, microseconds: only the kernel knew how it is.
    again: Option<i64>,
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
    /// Those that work as the kernel says.
    again: Again<Key>,
}

/// Whether a connection is where something has changed, or nobody knows where it is.
fn concerned(e: &Entry, touched: &Touched) -> bool {
    e.told
        || touched.at(e.flow.oif)
        || e.way.as_ref().is_none_or(|w| touched.at(w.index))
        || e.flow.src.is_some_and(|ip| touched.took(ip))
}

/// What connections are judged by.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// Its interfaces and addresses are all there are.
    pub(crate) all: &'a KernelCopy,
    /// The same, if its routes are all there are, too.
    pub(crate) routes: Option<&'a KernelCopy>,
}

/// How many ways a connection has taken are remembered.
const REMEMBERED: usize = 4;
/// How long until the kernel is asked again when it did not answer, microseconds.
const PAUSE_US: i64 = 100_000;

/// Asks the kernel; `None`: it did not answer.
pub(crate) type Ask<'a> = &'a mut dyn FnMut(&Flow) -> Option<Verdict>;

/// What the copy says of a flow, and the kernel where the copy cannot know. `None`: nobody knows.
fn verdict(copy: Option<&KernelCopy>, flow: &Flow, ask: Ask<'_>) -> Option<Verdict> {
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
        [one] => *one,
        [first, ..] => match ask(flow) {
            Some(Verdict::Reachable(p)) => p.legs.as_slice().first().cloned()?,
            _ => *first,
        },
    };
    Some(Way {
        table: path.table,
        prefix: path.prefix,
        index: leg.index,
        gateway: leg.gateway,
    })
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

/// How it stands with a connection.
enum State {
    Works,
    Ended(Reason),
    /// The kernel does not answer.
    Unknown,
}

/// How it stands with a connection. Notes the way it takes now.
fn judge(view: View<'_>, e: &mut Entry, ask: Ask<'_>) -> State {
    let flow = &e.flow;
    if flow.oif != 0 && !view.all.links.get(&flow.oif).is_some_and(Link::up) {
        return State::Ended(Reason::InterfaceGone);
    }
    if e.own_source && flow.src.is_some_and(|src| !view.all.local_address(src)) {
        return State::Ended(Reason::SourceGone);
    }
    let path = match verdict(view.routes, &e.flow, ask) {
        Some(Verdict::Reachable(path)) => path,
        Some(Verdict::Unreachable(_)) => return State::Ended(Reason::NoRoute),
        Some(Verdict::Unknown(_)) | None => return State::Unknown,
    };
    let Some(old) = e.way.take() else {
        e.way = way(&e.flow, &path, ask);
        return State::Works;
    };
    if old.among(&path) {
        // Perhaps by another route, but the same way.
        e.way = Some(Way {
            table: path.table,
            prefix: path.prefix,
            ..old
        });
        return State::Works;
    }
    let home = e.before.iter().any(|b| b.among(&path));
    // Without the routes nobody knows whether its own is gone.
    let stays = home
        // It had no route before either: the kernel took its peer for a neighbour.
        || old.table == 0
        || path.legs.as_slice().is_empty()
        || match view.routes.map_or(Some(true), |copy| still_there(copy, &old)) {
            Some(there) => there,
            None => {
                // The kernel has not been asked for it yet, or another one hides it.
                e.way = Some(old);
                return State::Works;
            }
        };
    if stays {
        e.before.retain(|b| *b != old && !b.among(&path));
        if e.before.len() >= REMEMBERED {
            e.before.remove(0);
        }
        e.before.push(old);
        e.way = way(&e.flow, &path, ask);
        return State::Works;
    }
    e.way = Some(old);
    State::Ended(Reason::RouteChanged)
}

/// What tells whether an address is this host's.
fn home_question(flow: &Flow, src: IpAddr) -> Flow {
    let scoped = matches!(src, IpAddr::V6(a) if a.is_unicast_link_local());
    Flow {
        dst: src,
        src: None,
        oif: if scoped { flow.oif } else { 0 },
        ..*flow
    }
}

fn is_home(answer: &Verdict) -> bool {
    matches!(answer, Verdict::Reachable(p) if p.kind == kind::LOCAL)
}

/// A connection whose time to recover is over: why it has ended, if the kernel agrees.
struct Ripe {
    key: Key,
    /// Why it looked ended first.
    first: Reason,
    why: Reason,
}

impl Ripe {
    /// What the kernel is asked about it.
    fn question(&self, flow: &Flow) -> Flow {
        match (self.why, flow.src) {
            (Reason::SourceGone, Some(src)) => home_question(flow, src),
            _ => *flow,
        }
    }

    /// Whether the kernel agrees that it has ended.
    fn confirmed(&self, e: &Entry, answer: &Verdict) -> bool {
        match (self.why, answer) {
            (Reason::SourceGone, answer) => !is_home(answer),
            (Reason::InterfaceGone | Reason::NoRoute, answer) => {
                matches!(answer, Verdict::Unreachable(_))
            }
            (Reason::RouteChanged, Verdict::Reachable(p)) => {
                e.way.as_ref().is_none_or(|w| !w.among(p))
            }
            (Reason::RouteChanged, answer) => matches!(answer, Verdict::Unreachable(_)),
        }
    }
}

/// What the kernel says to all questions.
fn answers(
    view: View<'_>,
    ripe: &[Ripe],
    questions: &[Flow],
    oracle: &mut Oracle,
) -> Vec<Option<Verdict>> {
    let all = ripe.iter().zip(questions);
    let lost = all.map(|(r, flow)| (r.why == Reason::NoRoute).then_some(flow));
    let lost: Vec<Option<&Flow>> = lost.collect();
    let mut answers = match view.routes {
        Some(copy) => oracle.unreachable(copy, &lost),
        None => vec![None; questions.len()],
    };
    let open = answers.iter().zip(questions).filter(|(a, _)| a.is_none());
    let open: Vec<Flow> = open.map(|(_, flow)| *flow).collect();
    let mut given = oracle.ask_all(&open).into_iter();
    for answer in answers.iter_mut().filter(|answer| answer.is_none()) {
        *answer = given.next().flatten();
    }
    answers
}

/// What a look at the suspects gave.
#[derive(Default)]
pub(crate) struct Judged {
    /// Those that routing has ended, by token.
    pub(crate) ended: Vec<(u64, Reason)>,
    /// Those that were ended before and work again.
    pub(crate) revived: Vec<u64>,
    /// So many look ended that did not before.
    pub(crate) candidates: u64,
    /// The kernel had a way for so many, whatever the copy says.
    pub(crate) refused: u64,
    /// One of them.
    pub(crate) doubt: Option<Flow>,
    /// When to look again, microseconds of the monotonic clock.
    pub(crate) again: Option<i64>,
}

impl Judged {
    /// To look again then at the latest.
    fn at(&mut self, at: Option<i64>) {
        self.again = match (self.again, at) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

impl Entry {
    /// It looks ended. Returns 1 if it did not before, and was not told of.
    fn accuse(
        &mut self,
        key: Key,
        why: Reason,
        now: i64,
        suspects: &mut Vec<(Key, Reason)>,
    ) -> u64 {
        if self.suspect.is_some() || self.told {
            return 0;
        }
        self.suspect = Some(now);
        if !core::mem::replace(&mut self.listed, true) {
            suspects.push((key, why));
        }
        1
    }

    /// It does not look ended any more, or that is settled.
    fn clear(&mut self) {
        self.suspect = None;
        self.objection = None;
    }
}

impl Watched {
    /// The flow a connection is watched with.
    pub(crate) fn flow(&self, peer: IpAddr, token: u64) -> Option<Flow> {
        self.all.get(&(peer, token)).map(|e| e.flow)
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// Watches a connection from now on, whose source the host had (`had`), or else may have; returns
    /// what to give to [`Watched::remove`].
    pub(crate) fn add(
        &mut self,
        token: u64,
        flow: Flow,
        had: bool,
        copy: Option<&KernelCopy>,
        ask: Ask<'_>,
    ) -> IpAddr {
        let mut entry = Entry {
            flow,
            own_source: flow.src.is_some_and(|src| match copy {
                _ if had => true,
                Some(copy) => copy.local_address(src),
                None => ask(&home_question(&flow, src)).is_some_and(|answer| is_home(&answer)),
            }),
            way: None,
            before: Vec::new(),
            suspect: None,
            listed: false,
            objection: None,
            again: None,
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

    /// Looks at those that a change can concern.
    pub(crate) fn suspect(
        &mut self,
        touched: &Touched,
        view: View<'_>,
        now: i64,
        judged: &mut Judged,
        ask: Ask<'_>,
    ) {
        let mut look =
            |key: &Key, e: &mut Entry, suspects: &mut Vec<(Key, Reason)>, ask: Ask<'_>| {
                let mut asked = false;
                let state = judge(view, e, &mut |flow| {
                    asked = true;
                    ask(flow)
                });
                match state {
                    State::Ended(why) => judged.candidates += e.accuse(*key, why, now, suspects),
                    State::Unknown => {}
                    State::Works => {
                        e.clear();
                        if core::mem::take(&mut e.told) {
                            judged.revived.push(key.1);
                        }
                        if asked {
                            self.again.put(*key, &mut e.again, now);
                        }
                    }
                }
            };
        if touched.all() || touched.by_place() {
            for (key, e) in &mut self.all {
                if touched.all() || concerned(e, touched) {
                    look(key, e, &mut self.suspects, ask);
                }
            }
        }
        if !touched.all() {
            for p in touched.prefixes() {
                for (key, e) in self.all.range_mut((p.address, 0)..=(p.last(), u64::MAX)) {
                    look(key, e, &mut self.suspects, ask);
                }
            }
        }
        judged.at(self.again.next());
    }

    /// Looks once more at those that work as the kernel says.
    fn look_again(&mut self, view: View<'_>, now: i64, judged: &mut Judged, oracle: &mut Oracle) {
        while let Some(key) = self.again.take(now) {
            let Some(e) = self.all.get_mut(&key) else {
                continue;
            };
            if let Some(due) = e.again.filter(|due| *due > now) {
                self.again.put_back(key, due);
                continue;
            }
            e.again = None;
            if let State::Ended(why) = judge(view, e, &mut |flow| oracle.ask(flow)) {
                judged.candidates += e.accuse(key, why, now, &mut self.suspects);
            }
        }
    }

    /// Decides about those that have looked ended for `settle` microseconds, if the kernel agrees.
    /// With `stays` they are only told of.
    pub(crate) fn decide(
        &mut self,
        view: View<'_>,
        now: i64,
        settle: i64,
        stays: bool,
        judged: &mut Judged,
        oracle: &mut Oracle,
    ) {
        self.look_again(view, now, judged, oracle);
        judged.at(self.again.next());
        let (ripe, questions) = self.ripe(view, now, settle, judged, oracle);
        let answers = answers(view, &ripe, &questions, oracle);
        for (ripe, answer) in ripe.iter().zip(answers) {
            let Some(e) = self.all.get_mut(&ripe.key) else {
                continue;
            };
            let Some(answer) = answer else {
                let later = now.saturating_add(settle.max(PAUSE_US));
                self.put_off(ripe.key, ripe.first, later, judged);
                continue;
            };
            if ripe.confirmed(e, &answer) {
                e.clear();
                e.told = stays;
                judged.ended.push((ripe.key.1, ripe.why));
                continue;
            }
            let objection = Objection::raise(e.objection, now);
            if let Some(Objection { again, .. }) = objection {
                e.objection = objection;
                self.put_off(ripe.key, ripe.first, again, judged);
            } else {
                e.clear();
                judged.refused += 1;
                judged.doubt = Some(e.flow);
            }
        }
    }

    /// Those that still look ended when they have had their time, and what to ask about each.
    fn ripe(
        &mut self,
        view: View<'_>,
        now: i64,
        settle: i64,
        judged: &mut Judged,
        oracle: &mut Oracle,
    ) -> (Vec<Ripe>, Vec<Flow>) {
        let mut ripe = Vec::new();
        let mut questions = Vec::new();
        for (key, first) in core::mem::take(&mut self.suspects) {
            let Some(e) = self.all.get_mut(&key) else {
                continue;
            };
            e.listed = false;
            let Some(since) = e.suspect else { continue };
            let later = since.saturating_add(settle);
            let later = e.objection.map_or(later, |o| later.max(o.again));
            if later > now {
                self.put_off(key, first, later, judged);
                continue;
            }
            // Nothing has changed when it became a suspect just now.
            let state = if since == now {
                State::Ended(first)
            } else {
                judge(view, e, &mut |flow| oracle.ask(flow))
            };
            let why = match state {
                State::Ended(why) => why,
                State::Works => {
                    e.clear();
                    continue;
                }
                State::Unknown => {
                    let later = now.saturating_add(settle.max(PAUSE_US));
                    self.put_off(key, first, later, judged);
                    continue;
                }
            };
            let one = Ripe { key, first, why };
            questions.push(one.question(&e.flow));
            ripe.push(one);
        }
        (ripe, questions)
    }

    /// It stays a suspect until then at least.
    fn put_off(&mut self, key: Key, first: Reason, until: i64, judged: &mut Judged) {
        if let Some(e) = self.all.get_mut(&key) {
            e.listed = true;
            self.suspects.push((key, first));
            judged.at(Some(until));
        }
    }

    /// Forgets all suspicion.
    pub(crate) fn acquit(&mut self) {
        for (key, _) in core::mem::take(&mut self.suspects) {
            if let Some(e) = self.all.get_mut(&key) {
                e.clear();
                e.listed = false;
            }
        }
    }

    /// From now on others are told of, or closed: whoever was told of before counts anew. `ways`: which
    /// way each took was not followed, and is learnt.
    pub(crate) fn anew(&mut self, ways: bool) {
        for e in self.all.values_mut() {
            e.told = false;
            if ways {
                e.way = None;
                e.before.clear();
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
