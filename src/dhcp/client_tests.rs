//! Every transition of the client, in virtual time.
#![allow(
    clippy::arithmetic_side_effects,
    reason = "a test that overflows fails"
)]

use super::client::{Action, Client, Loss, Settings, State};
use super::lease::Lease;
use super::message::{Ask, Given, Kind, Reply};
use core::net::Ipv4Addr;

const S: i64 = 1_000_000;
const ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 9);
const SERVER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const OTHER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);

/// The middle of the jitter, so that waits are what they are on average.
fn even() -> u32 {
    500
}

fn reply(kind: Kind) -> Reply {
    let mut dns = [None; 4];
    dns[0] = Some(SERVER);
    Reply {
        kind,
        address: ADDRESS,
        server: SERVER,
        given: Given {
            bits: Some(24),
            router: Some(SERVER),
            dns,
            lease_s: Some(800),
            ..Given::default()
        },
    }
}

/// A client, its time, and what it did.
struct World {
    client: Client,
    now: i64,
    out: Vec<Action>,
}

impl World {
    fn new(probe_us: i64, remembered: Option<Ipv4Addr>) -> Self {
        Self {
            client: Client::new(Settings { probe_us }, remembered, even),
            now: 100 * S,
            out: Vec::new(),
        }
    }

    fn up() -> Self {
        let mut w = Self::new(0, None);
        w.client.link(true, w.now, &mut w.out);
        w
    }

    /// One that has its lease since 100 s.
    fn bound() -> Self {
        let mut w = Self::up();
        w.hear(&reply(Kind::Offer));
        w.hear(&reply(Kind::Ack));
        assert_eq!(w.state(), State::Bound);
        w.client.applied();
        w.out.clear();
        w
    }

    /// One whose address was looked for by ARP for two seconds, in vain.
    fn probed() -> Self {
        let mut w = Self::new(2 * S, None);
        w.client.link(true, w.now, &mut w.out);
        w.hear(&reply(Kind::Offer));
        w.hear(&reply(Kind::Ack));
        while w.state() == State::Probing {
            w.wait();
        }
        assert_eq!(w.state(), State::Bound);
        w
    }

    fn state(&self) -> State {
        self.client.state()
    }

    fn hear(&mut self, reply: &Reply) {
        self.client.reply(reply, self.now, &mut self.out);
    }

    /// Goes to when the client wants to be called, and calls it. Returns how long that was.
    fn wait(&mut self) -> i64 {
        let due = self.client.due_us().expect("something is due");
        let waited = due - self.now;
        self.now = due;
        self.client.timer(due, &mut self.out);
        waited
    }

    fn took(&mut self) -> Vec<Action> {
        core::mem::take(&mut self.out)
    }

    /// The only message that was sent since last time, and whether to everybody.
    fn sent(&mut self) -> (Ask, Option<Ipv4Addr>) {
        let sent: Vec<_> = self
            .took()
            .into_iter()
            .filter_map(|a| match a {
                Action::Broadcast(ask) => Some((ask, None)),
                Action::Unicast(ask, to) => Some((ask, Some(to))),
                _ => None,
            })
            .collect();
        assert_eq!(sent.len(), 1, "{sent:?}");
        sent[0]
    }

    fn lost(&mut self) -> Option<Loss> {
        self.took().into_iter().find_map(|a| match a {
            Action::Withdraw(_, why) => Some(why),
            _ => None,
        })
    }
}

#[test]
fn discover_offer_request_ack() {
    let mut w = World::up();
    assert_eq!(w.state(), State::Selecting);
    assert_eq!(w.out[0], Action::Listen);
    let (ask, to) = w.sent();
    assert_eq!(
        (ask.kind, ask.requested, ask.server, to),
        (Kind::Discover, None, None, None)
    );
    w.hear(&reply(Kind::Offer));
    assert_eq!(w.state(), State::Requesting);
    let (ask, to) = w.sent();
    assert_eq!(ask.kind, Kind::Request);
    assert_eq!(
        (ask.requested, ask.server, ask.has),
        (Some(ADDRESS), Some(SERVER), None)
    );
    assert_eq!(to, None);
    w.hear(&reply(Kind::Ack));
    assert_eq!(w.state(), State::Bound);
    let lease = Lease::new(&reply(Kind::Ack), w.now).unwrap();
    assert_eq!(
        w.took(),
        [Action::Deaf, Action::Apply(Box::new(lease), None)]
    );
}

#[test]
fn discovers_are_sent_again_after_longer_and_longer_waits() {
    let mut w = World::up();
    let waits: Vec<_> = (0..8).map(|_| w.wait()).collect();
    assert_eq!(
        waits,
        [3, 6, 12, 24, 48, 96, 128, 128].map(|half| half * S / 2)
    );
    let asks = w.took();
    let secs: Vec<_> = asks
        .iter()
        .filter_map(|a| match a {
            Action::Broadcast(a) => Some((a.kind, a.secs)),
            _ => None,
        })
        .collect();
    assert_eq!(
        secs[..3],
        [
            (Kind::Discover, 0),
            (Kind::Discover, 1),
            (Kind::Discover, 4)
        ]
    );
}

#[test]
fn waits_differ_by_a_tenth() {
    for (random, wait) in [(0u32, 1_350_000), (1000, 1_650_000)] {
        let f: fn() -> u32 = if random == 0 { || 0 } else { || 1000 };
        let mut c = Client::new(Settings { probe_us: 0 }, None, f);
        c.link(true, 0, &mut Vec::new());
        assert_eq!(c.due_us(), Some(wait));
    }
}

#[test]
fn an_offer_that_cannot_be_used_is_left() {
    let mut w = World::up();
    let mut bad = reply(Kind::Offer);
    bad.given.lease_s = None;
    w.hear(&bad);
    let mut bad = reply(Kind::Offer);
    bad.given.bits = None;
    w.hear(&bad);
    assert_eq!(w.state(), State::Selecting);
}

#[test]
fn a_poor_offer_waits_for_a_better_one() {
    let mut poor = reply(Kind::Offer);
    poor.given.router = None;
    poor.server = OTHER;
    let mut w = World::up();
    w.took();
    w.hear(&poor);
    assert_eq!(w.state(), State::Selecting);
    w.hear(&reply(Kind::Offer));
    assert_eq!(w.sent().0.server, Some(SERVER));
    // And is taken if none comes.
    let mut w = World::up();
    w.took();
    w.hear(&poor);
    assert_eq!(w.wait(), 300_000);
    assert_eq!(w.sent().0.server, Some(OTHER));
    // The first of several poor ones.
    let mut w = World::up();
    w.took();
    w.hear(&poor);
    let mut second = poor.clone();
    second.server = SERVER;
    w.hear(&second);
    w.wait();
    assert_eq!(w.sent().0.server, Some(OTHER));
}

#[test]
fn a_request_without_an_answer_is_sent_four_times_then_all_begins_anew() {
    let mut w = World::up();
    w.hear(&reply(Kind::Offer));
    w.took();
    for wait in [3, 6, 12] {
        assert_eq!(w.wait(), wait * S / 2);
        assert_eq!(w.sent().0.kind, Kind::Request);
    }
    w.wait();
    assert_eq!(w.state(), State::Selecting);
    assert_eq!(w.sent().0.kind, Kind::Discover);
}

#[test]
fn an_ack_of_another_server_or_address_is_not_ours() {
    let mut w = World::up();
    w.hear(&reply(Kind::Offer));
    let mut r = reply(Kind::Ack);
    r.server = OTHER;
    w.hear(&r);
    let mut r = reply(Kind::Ack);
    r.address = OTHER;
    w.hear(&r);
    assert_eq!(w.state(), State::Requesting);
}

#[test]
fn replies_that_fit_no_state_change_nothing() {
    for kind in [Kind::Offer, Kind::Ack, Kind::Nak] {
        let mut w = World::bound();
        w.hear(&reply(kind));
        assert_eq!((w.state(), w.took().len()), (State::Bound, 0), "{kind:?}");
        let mut w = World::new(0, None);
        w.hear(&reply(kind));
        assert_eq!((w.state(), w.took().len()), (State::Off, 0), "{kind:?}");
    }
    let mut w = World::up();
    w.hear(&reply(Kind::Ack));
    w.hear(&reply(Kind::Nak));
    assert_eq!(w.state(), State::Selecting);
}

#[test]
fn a_nak_of_the_chosen_server_begins_anew_others_do_not() {
    let mut w = World::up();
    w.hear(&reply(Kind::Offer));
    let mut other = reply(Kind::Nak);
    other.server = OTHER;
    w.hear(&other);
    assert_eq!(w.state(), State::Requesting);
    w.took();
    w.hear(&reply(Kind::Nak));
    assert_eq!(w.state(), State::Selecting);
    assert_eq!(w.sent().0.kind, Kind::Discover);
}

#[test]
fn endless_naks_back_off_to_64_seconds() {
    let mut w = World::up();
    let mut waits = Vec::new();
    for _ in 0..10 {
        if w.state() == State::Init {
            waits.push(w.wait());
        }
        w.hear(&reply(Kind::Offer));
        w.hear(&reply(Kind::Nak));
    }
    assert_eq!(
        waits,
        [3, 6, 12, 24, 48, 96, 128, 128].map(|half| half * S / 2)
    );
}

#[test]
fn t1_asks_the_server_t2_everybody() {
    let mut w = World::bound();
    assert_eq!(w.wait(), 400 * S);
    assert_eq!(w.state(), State::Renewing);
    assert_eq!(w.out[0], Action::Listen);
    let (ask, to) = w.sent();
    assert_eq!(ask.kind, Kind::Request);
    assert_eq!(
        (ask.has, ask.requested, ask.server),
        (Some(ADDRESS), None, None)
    );
    assert_eq!(to, Some(SERVER));
    // Half of what is left until T2, at 700 s.
    assert_eq!(w.wait(), 150 * S);
    assert_eq!(w.sent().1, Some(SERVER));
    while w.now < 800 * S {
        w.wait();
    }
    assert_eq!((w.now, w.state()), (800 * S, State::Rebinding));
    w.took();
    w.wait();
    let (ask, to) = w.sent();
    assert_eq!(
        (ask.has, ask.requested, ask.server, to),
        (Some(ADDRESS), None, None, None)
    );
}

#[test]
fn a_renewal_of_the_same_lease_only_prolongs_it() {
    let mut w = World::bound();
    w.wait();
    w.took();
    w.hear(&reply(Kind::Ack));
    assert_eq!(w.state(), State::Bound);
    let lease = Lease::new(&reply(Kind::Ack), w.now).unwrap();
    assert_eq!(w.client.due_us(), lease.renew_us);
    assert_eq!(w.took(), [Action::Deaf, Action::Prolong(lease)]);
}

#[test]
fn a_renewal_with_another_router_is_applied() {
    let mut w = World::bound();
    let before = w.client.lease().cloned();
    w.wait();
    w.took();
    let mut r = reply(Kind::Ack);
    r.given.router = Some(OTHER);
    w.hear(&r);
    let lease = Lease::new(&r, w.now).unwrap();
    assert_eq!(
        w.took(),
        [
            Action::Deaf,
            Action::Apply(Box::new(lease), before.map(Box::new))
        ]
    );
}

#[test]
fn renewing_hears_its_server_alone_rebinding_anybody() {
    let mut other = reply(Kind::Ack);
    other.server = OTHER;
    let mut w = World::bound();
    w.wait();
    w.hear(&other);
    assert_eq!(w.state(), State::Renewing);
    let mut nak = reply(Kind::Nak);
    nak.server = OTHER;
    w.hear(&nak);
    assert_eq!(w.state(), State::Renewing);
    while w.state() == State::Renewing {
        w.wait();
    }
    let mut wrong = other.clone();
    wrong.address = OTHER;
    w.hear(&wrong);
    assert_eq!(w.state(), State::Rebinding);
    w.hear(&other);
    assert_eq!(w.state(), State::Bound);
    assert_eq!(w.client.lease().unwrap().server, OTHER);
}

#[test]
fn a_nak_while_renewing_or_rebinding_takes_the_lease() {
    let mut w = World::bound();
    w.wait();
    w.took();
    w.hear(&reply(Kind::Nak));
    assert_eq!(w.lost(), Some(Loss::Refused));
    assert_eq!(w.state(), State::Selecting);
    let mut w = World::bound();
    while w.state() != State::Rebinding {
        w.wait();
    }
    let mut nak = reply(Kind::Nak);
    nak.server = OTHER;
    w.hear(&nak);
    assert_eq!(w.lost(), Some(Loss::Refused));
    // And the next offer is taken, also of another address.
    let mut offer = reply(Kind::Offer);
    offer.address = OTHER;
    w.hear(&offer);
    assert_eq!(w.sent().0.requested, Some(OTHER));
}

#[test]
fn a_lease_ends_when_nobody_prolongs_it() {
    let mut w = World::bound();
    while w.client.lease().is_some() {
        w.wait();
    }
    assert_eq!(w.now, 900 * S);
    assert_eq!(w.lost(), Some(Loss::Expired));
    assert_eq!(w.state(), State::Rebooting);
}

#[test]
fn a_lease_without_end_needs_nothing() {
    let mut w = World::up();
    w.hear(&reply(Kind::Offer));
    let mut r = reply(Kind::Ack);
    r.given.lease_s = Some(u32::MAX);
    w.hear(&r);
    assert_eq!((w.state(), w.client.due_us()), (State::Bound, None));
}

#[test]
fn a_remembered_address_is_asked_for_first() {
    let mut w = World::new(0, Some(ADDRESS));
    w.client.link(true, w.now, &mut w.out);
    assert_eq!(w.state(), State::Rebooting);
    let (ask, to) = w.sent();
    assert_eq!(ask.kind, Kind::Request);
    assert_eq!(
        (ask.requested, ask.server, ask.has, to),
        (Some(ADDRESS), None, None, None)
    );
    let mut wrong = reply(Kind::Ack);
    wrong.address = OTHER;
    w.hear(&wrong);
    assert_eq!(w.state(), State::Rebooting);
    w.hear(&reply(Kind::Ack));
    assert_eq!(w.state(), State::Bound);
}

#[test]
fn another_network_does_not_answer_or_refuses() {
    let mut w = World::new(0, Some(ADDRESS));
    w.client.link(true, w.now, &mut w.out);
    w.wait();
    w.took();
    w.wait();
    assert_eq!(w.state(), State::Selecting);
    // Whoever has it free may give it again.
    assert_eq!(w.sent().0.requested, Some(ADDRESS));
    let mut w = World::new(0, Some(ADDRESS));
    w.client.link(true, w.now, &mut w.out);
    w.took();
    w.hear(&reply(Kind::Nak));
    assert_eq!(w.state(), State::Selecting);
    assert_eq!(w.sent().0.requested, None);
}

#[test]
fn a_link_that_comes_back_asks_for_the_same_address() {
    let mut w = World::bound();
    w.client.link(false, w.now, &mut w.out);
    assert_eq!((w.state(), w.lost()), (State::Off, None));
    w.client.link(true, w.now, &mut w.out);
    assert_eq!(w.state(), State::Rebooting);
    assert_eq!(w.sent().0.requested, Some(ADDRESS));
    w.hear(&reply(Kind::Ack));
    let prolonged = w
        .took()
        .into_iter()
        .any(|a| matches!(a, Action::Prolong(_)));
    assert!(prolonged, "the interface had it all the time");
}

#[test]
fn a_lease_ends_while_the_link_is_down() {
    let mut w = World::bound();
    w.client.link(false, w.now, &mut w.out);
    w.wait();
    assert_eq!((w.now, w.state()), (900 * S, State::Off));
    assert_eq!(w.lost(), Some(Loss::Expired));
    assert_eq!(w.client.due_us(), None);
}

#[test]
fn a_link_that_is_lost_while_asking_stops_it() {
    for n in 0..2 {
        let mut w = World::up();
        if n == 1 {
            w.hear(&reply(Kind::Offer));
        }
        w.client.link(false, w.now, &mut w.out);
        assert_eq!((w.state(), w.client.due_us()), (State::Off, None));
        assert_eq!(w.took().last(), Some(&Action::Deaf));
    }
}

#[test]
fn an_address_is_looked_for_before_it_is_used() {
    let mut w = World::new(2 * S, None);
    w.client.link(true, w.now, &mut w.out);
    w.hear(&reply(Kind::Offer));
    w.took();
    w.hear(&reply(Kind::Ack));
    assert_eq!(w.state(), State::Probing);
    let mut probes = 0;
    let began = w.now;
    loop {
        let out = w.took();
        probes += out.iter().filter(|a| **a == Action::Probe(ADDRESS)).count();
        if out.contains(&Action::ProbesDone) {
            assert!(out.iter().any(|a| matches!(a, Action::Apply(..))));
            break;
        }
        w.wait();
    }
    assert_eq!(probes, 3);
    assert_eq!(w.now - began, 2 * S);
    assert_eq!(w.state(), State::Bound);
}

#[test]
fn a_conflict_declines_and_waits_ten_seconds() {
    let mut w = World::new(2 * S, None);
    w.client.link(true, w.now, &mut w.out);
    w.hear(&reply(Kind::Offer));
    w.hear(&reply(Kind::Ack));
    w.client.conflict(OTHER, w.now, &mut w.out);
    assert_eq!(w.state(), State::Probing);
    w.took();
    w.client.conflict(ADDRESS, w.now, &mut w.out);
    assert_eq!(w.state(), State::Init);
    let (ask, to) = w.sent();
    assert_eq!(ask.kind, Kind::Decline);
    assert_eq!(
        (ask.requested, ask.server, ask.has, to),
        (Some(ADDRESS), Some(SERVER), None, None)
    );
    assert_eq!(w.wait(), 10 * S);
    assert_eq!(w.sent().0.requested, None);
}

#[test]
fn a_known_address_is_not_looked_for_again() {
    let mut w = World::probed();
    while w.state() != State::Renewing {
        w.wait();
    }
    w.hear(&reply(Kind::Ack));
    assert_eq!(w.state(), State::Bound);
}

#[test]
fn a_release_tells_the_server_and_clears_the_interface() {
    let mut w = World::bound();
    w.client.release(true, w.now, &mut w.out);
    assert_eq!(w.state(), State::Off);
    let out = w.took();
    let Action::Unicast(ask, to) = out[0] else {
        panic!("{out:?}")
    };
    assert_eq!(
        (ask.kind, ask.has, ask.server, to),
        (Kind::Release, Some(ADDRESS), Some(SERVER), SERVER)
    );
    assert!(matches!(out[1], Action::Withdraw(_, Loss::Released)));
    let mut w = World::bound();
    w.client.release(false, w.now, &mut w.out);
    assert!(!w.out.iter().any(|a| matches!(a, Action::Unicast(..))));
    // Without a lease there is nothing to give back.
    let mut w = World::up();
    w.took();
    w.client.release(true, w.now, &mut w.out);
    assert_eq!(w.took(), [Action::Deaf]);
}

#[test]
fn an_interface_that_takes_nothing_is_not_tried_without_a_pause() {
    let mut w = World::up();
    let mut waits = Vec::new();
    for _ in 0..4 {
        if w.state() == State::Init {
            waits.push(w.wait());
        }
        if w.state() == State::Rebooting {
            w.hear(&reply(Kind::Nak));
        }
        if w.state() == State::Init {
            waits.push(w.wait());
        }
        w.hear(&reply(Kind::Offer));
        w.hear(&reply(Kind::Ack));
        assert_eq!(w.state(), State::Bound);
        w.took();
        w.client.not_applied(w.now, &mut w.out);
        assert!(matches!(w.out[0], Action::Withdraw(_, Loss::Failed)));
    }
    assert!(
        waits.len() >= 2 && waits.iter().all(|w| *w >= S),
        "{waits:?}"
    );
}

/// Whatever comes in whatever order, the client always has something to wait for, unless the link
/// is down or its lease has no end.
#[test]
fn no_order_of_events_leaves_it_waiting_for_nothing() {
    let mut seed = 7u64;
    let mut roll = move |n: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    let mut w = World::new(2 * S, None);
    for _ in 0..200_000 {
        let mut r = reply([Kind::Offer, Kind::Ack, Kind::Nak][roll(3) as usize]);
        if roll(3) == 0 {
            r.server = OTHER;
        }
        if roll(4) == 0 {
            r.address = OTHER;
        }
        match roll(9) {
            0 => w.client.link(roll(2) == 0, w.now, &mut w.out),
            1 | 2 => {
                if w.client.due_us().is_some() {
                    w.wait();
                }
            }
            3 => w.client.conflict(r.address, w.now, &mut w.out),
            4 => w.client.not_applied(w.now, &mut w.out),
            5 => {
                w.now += roll(500) as i64 * S / 4;
                w.client.timer(w.now, &mut w.out);
            }
            6 => w.client.applied(),
            _ => w.hear(&r),
        }
        assert_eq!(
            w.client.due_us().is_none(),
            w.state() == State::Off && w.client.lease().is_none(),
            "{:?}",
            w.state()
        );
        if matches!(w.state(), State::Bound | State::Renewing | State::Rebinding) {
            assert!(w.client.lease().is_some(), "{:?}", w.state());
        }
        w.out.clear();
    }
}

#[test]
fn a_link_that_comes_back_begins_as_if_nothing_had_failed() {
    let mut w = World::bound();
    w.client.not_applied(w.now, &mut w.out);
    // The address is not asked for again at once, others are looked for.
    assert_eq!(w.state(), State::Selecting);
    w.client.link(false, w.now, &mut w.out);
    w.client.link(true, w.now, &mut w.out);
    assert_eq!(w.state(), State::Rebooting);
}

#[test]
fn what_was_applied_ends_the_failures() {
    let mut w = World::up();
    w.hear(&reply(Kind::Offer));
    w.hear(&reply(Kind::Nak));
    w.hear(&reply(Kind::Offer));
    w.hear(&reply(Kind::Ack));
    w.client.applied();
    w.wait();
    w.hear(&reply(Kind::Nak));
    assert_eq!(w.state(), State::Selecting);
}

#[test]
fn an_address_in_use_is_not_asked_for_again() {
    let mut w = World::new(2 * S, Some(ADDRESS));
    w.client.link(true, w.now, &mut w.out);
    w.hear(&reply(Kind::Ack));
    assert_eq!(w.state(), State::Probing);
    w.client.conflict(ADDRESS, w.now, &mut w.out);
    w.took();
    w.wait();
    assert_eq!(w.state(), State::Selecting);
    assert_eq!(w.sent().0.requested, None);
}

#[test]
fn a_lease_that_ends_while_another_address_is_looked_for_leaves_that() {
    let mut w = World::probed();
    w.client.link(false, w.now, &mut w.out);
    w.now = w.client.lease().unwrap().end_us.unwrap() - 5 * S;
    w.client.link(true, w.now, &mut w.out);
    while w.state() == State::Rebooting {
        w.wait();
    }
    let other = |kind| Reply {
        address: OTHER,
        ..reply(kind)
    };
    w.hear(&other(Kind::Offer));
    w.hear(&other(Kind::Ack));
    w.took();
    assert_eq!(w.state(), State::Probing);
    let mut lost = None;
    while w.state() == State::Probing {
        w.wait();
        lost = lost.or(w.out.iter().find_map(|a| match a {
            Action::Withdraw(l, why) => Some((l.address, *why)),
            _ => None,
        }));
    }
    assert_eq!(lost, Some((ADDRESS, Loss::Expired)));
    assert_eq!(w.state(), State::Bound);
    assert_eq!(w.client.lease().unwrap().address, OTHER);
    assert!(w.took().contains(&Action::ProbesDone));
}

#[test]
fn another_address_that_is_in_use_takes_the_lease_along() {
    let mut w = World::probed();
    w.client.link(false, w.now, &mut w.out);
    w.client.link(true, w.now, &mut w.out);
    while w.state() == State::Rebooting {
        w.wait();
    }
    for kind in [Kind::Offer, Kind::Ack] {
        w.hear(&Reply {
            address: OTHER,
            ..reply(kind)
        });
    }
    assert_eq!(w.state(), State::Probing);
    w.client.conflict(OTHER, w.now, &mut w.out);
    assert_eq!(w.lost(), Some(Loss::Conflict));
}

#[test]
fn a_release_without_a_link_tells_nobody() {
    let mut w = World::bound();
    w.client.link(false, w.now, &mut w.out);
    w.took();
    w.client.release(true, w.now, &mut w.out);
    let out = w.took();
    assert!(!out.iter().any(|a| matches!(a, Action::Unicast(..))));
    assert!(out.iter().any(|a| matches!(a, Action::Withdraw(..))));
}

#[test]
fn a_poor_offer_of_the_address_from_before_is_chosen_at_once() {
    let mut w = World::new(0, Some(ADDRESS));
    w.client.link(true, w.now, &mut w.out);
    while w.state() == State::Rebooting {
        w.wait();
    }
    let mut poor = reply(Kind::Offer);
    poor.given.router = None;
    w.hear(&poor);
    assert_eq!(w.state(), State::Requesting);
}

#[test]
fn an_ack_that_grants_nothing_begins_anew() {
    let mut w = World::up();
    w.hear(&reply(Kind::Offer));
    w.took();
    let mut nothing = reply(Kind::Ack);
    nothing.given.lease_s = None;
    w.hear(&nothing);
    assert_eq!(w.state(), State::Selecting);
    assert_eq!(w.sent().0.kind, Kind::Discover);
}

#[test]
fn a_link_that_is_lost_while_probing_ends_the_probes() {
    let mut w = World::new(2 * S, None);
    w.client.link(true, w.now, &mut w.out);
    w.hear(&reply(Kind::Offer));
    w.hear(&reply(Kind::Ack));
    w.took();
    w.client.link(false, w.now, &mut w.out);
    assert_eq!(w.took(), [Action::ProbesDone, Action::Deaf]);
    // Who has it then does not matter.
    w.client.conflict(ADDRESS, w.now, &mut w.out);
    assert!(w.took().is_empty());
}
