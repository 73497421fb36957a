#![allow(clippy::unwrap_used)]

use super::*;
use crate::cao::order::Standing;
use std::collections::BTreeMap;

const MS: i64 = 1000;

/// What a destination does with an attempt.
#[derive(Clone, Copy)]
enum Does {
    Connect(i64),
    /// The transport is connected after the first, TLS agreed on after the second.
    Secure(i64, i64),
    /// As that, and TLS fails then.
    Insecure(i64, i64),
    Refuse(i64),
    Nothing,
}
use Does::{Connect, Insecure, Nothing, Refuse, Secure};

#[derive(Clone, Copy)]
enum Comes {
    Transport,
    Success,
    Failure,
}

/// A race against destinations that do what they are said to.
struct World {
    race: Race,
    policy: Policy,
    does: BTreeMap<SocketAddr, Does>,
    /// What happens when: an answer, or the outcome of an attempt.
    coming: Vec<(i64, SocketAddr, Comes)>,
    answers: Vec<(i64, bool, Vec<Candidate>)>,
    now: i64,
    log: Vec<String>,
    starts: Vec<i64>,
    most: usize,
}

fn six(n: u8) -> Candidate {
    Candidate {
        source: "2001:db8::ffff".parse().ok(),
        ..Candidate::new(format!("[2001:db8::{n:x}]:80").parse().unwrap())
    }
}

fn four(n: u8) -> Candidate {
    Candidate {
        source: "192.0.2.255".parse().ok(),
        ..Candidate::new(format!("192.0.2.{n}:80").parse().unwrap())
    }
}

fn name(dest: SocketAddr) -> String {
    match dest {
        SocketAddr::V6(a) => format!("6.{}", a.ip().segments()[7]),
        SocketAddr::V4(a) => format!("4.{}", a.ip().octets()[3]),
    }
}

fn with(c: Candidate, standing: Standing) -> Candidate {
    Candidate { standing, ..c }
}

fn suspect(c: Candidate) -> Candidate {
    with(
        c,
        Standing {
            suspect: true,
            ..Standing::default()
        },
    )
}

fn rtt(c: Candidate, us: u32, var: u32) -> Candidate {
    with(
        c,
        Standing {
            rtt: Some((us, var)),
            ..Standing::default()
        },
    )
}

impl World {
    fn new() -> Self {
        Self::of(Settings::default(), Some(20_000 * MS))
    }

    fn of(set: Settings, deadline: Option<i64>) -> Self {
        Self {
            race: Race::new(set, true, deadline),
            policy: Policy::default(),
            does: BTreeMap::new(),
            coming: Vec::new(),
            answers: Vec::new(),
            now: 0,
            log: Vec::new(),
            starts: Vec::new(),
            most: 0,
        }
    }

    fn answer(mut self, at: i64, v6: bool, list: &[(Candidate, Does)]) -> Self {
        self.does.extend(list.iter().map(|(c, d)| (c.dest, *d)));
        let list = list.iter().map(|(c, _)| *c).collect();
        self.answers.push((at, v6, list));
        self
    }

    /// Both answers at once, as from `getaddrinfo()`.
    fn both(self, list: &[(Candidate, Does)]) -> Self {
        let (six, four): (Vec<_>, Vec<_>) = list.iter().partition(|(c, _)| c.is_v6());
        self.answer(0, true, &six).answer(0, false, &four)
    }

    /// Runs until the race is over or nothing happens any more; the log has every step.
    fn run(mut self) -> Self {
        loop {
            let now = self.now;
            while let Some(at) = self.answers.iter().position(|a| a.0 <= now) {
                let (_, v6, list) = self.answers.remove(at);
                self.race.answer(&self.policy, now, v6, &list);
            }
            while let Some(at) = self.coming.iter().position(|c| c.0 <= now) {
                match self.coming.remove(at) {
                    (_, dest, Comes::Transport) => self.race.secures(now, dest),
                    (_, dest, Comes::Success) => self.race.connected(dest),
                    (_, dest, Comes::Failure) => self.race.failed(now, dest),
                }
            }
            let mut note = |text: String| self.log.push(format!("{} {text}", now / MS));
            match self.race.next(now) {
                Step::Start(dest) => {
                    note(name(dest));
                    self.starts.push(now);
                    match self.does[&dest] {
                        Connect(us) => self.coming.push((now + us, dest, Comes::Success)),
                        Refuse(us) => self.coming.push((now + us, dest, Comes::Failure)),
                        Secure(up, us) | Insecure(up, us) => {
                            self.coming.push((now + up, dest, Comes::Transport));
                            let end = match self.does[&dest] {
                                Secure(..) => Comes::Success,
                                _ => Comes::Failure,
                            };
                            self.coming.push((now + us, dest, end));
                        }
                        Nothing => {}
                    }
                    self.most = self.most.max(self.race.running());
                }
                Step::Drop(dest) => {
                    note(format!("drop {}", name(dest)));
                    self.coming.retain(|c| c.1 != dest);
                }
                Step::Won(dest) => {
                    note(format!("won {}", name(dest)));
                    return self;
                }
                Step::Lost => {
                    note("lost".into());
                    return self;
                }
                Step::Wait(until) => {
                    let next = self.coming.iter().map(|c| c.0);
                    let next = next.chain(self.answers.iter().map(|a| a.0)).chain(until);
                    let Some(next) = next.min() else { return self };
                    self.now = next.max(now + i64::from(until == Some(now)));
                }
            }
        }
    }

    fn log(&self) -> String {
        self.log.join(", ")
    }
}

fn log(list: &[(Candidate, Does)]) -> String {
    World::new().both(list).run().log()
}

#[test]
fn both_work() {
    assert_eq!(
        log(&[(four(1), Connect(MS)), (six(1), Connect(MS))]),
        "0 6.1, 1 won 6.1"
    );
}

#[test]
fn a_black_hole_costs_the_delay() {
    assert_eq!(
        log(&[(six(1), Nothing), (four(1), Connect(MS))]),
        "0 6.1, 250 4.1, 251 won 4.1"
    );
}

#[test]
fn a_refusal_starts_the_next_at_once_but_not_within_10_ms() {
    assert_eq!(
        log(&[(six(1), Refuse(0)), (four(1), Connect(MS))]),
        "0 6.1, 10 4.1, 11 won 4.1"
    );
    assert_eq!(
        log(&[(six(1), Refuse(40 * MS)), (four(1), Connect(MS))]),
        "0 6.1, 40 4.1, 41 won 4.1"
    );
}

#[test]
fn two_dead_of_the_first_family() {
    assert_eq!(
        log(&[(six(1), Nothing), (six(2), Nothing), (four(1), Connect(MS)),]),
        "0 6.1, 250 4.1, 251 won 4.1"
    );
}

#[test]
fn the_eighth_of_eight() {
    let mut list: Vec<_> = (1..5).map(|n| (six(n), Nothing)).collect();
    list.extend((1..4).map(|n| (four(n), Nothing)));
    list.push((four(4), Connect(MS)));
    assert_eq!(
        log(&list),
        "0 6.1, 250 4.1, 500 6.2, 750 4.2, 1000 6.3, 1250 4.3, 1500 6.4, 1750 4.4, 1751 won 4.4"
    );
}

#[test]
fn what_is_known_of_the_gateway_shortens_the_delay() {
    let near = |c| {
        with(
            c,
            Standing {
                near: Some((1000, 500)),
                ..Standing::default()
            },
        )
    };
    let mut list: Vec<_> = (1..5).map(|n| (near(six(n)), Nothing)).collect();
    list.extend((1..4).map(|n| (near(four(n)), Nothing)));
    list.push((near(four(4)), Connect(MS)));
    let world = World::new().both(&list).run();
    assert_eq!(world.now, 701 * MS);
}

#[test]
fn a_slow_first_family_loses_to_a_quick_second() {
    assert_eq!(
        log(&[(six(1), Connect(300 * MS)), (four(1), Connect(10 * MS))]),
        "0 6.1, 250 4.1, 260 won 4.1"
    );
    assert_eq!(
        log(&[(six(1), Connect(150 * MS)), (four(1), Connect(10 * MS))]),
        "0 6.1, 150 won 6.1"
    );
    // Known to be quick enough: with history nothing changes.
    assert_eq!(
        log(&[
            (rtt(six(1), 150_000, 0), Connect(150 * MS)),
            (rtt(four(1), 10_000, 0), Connect(10 * MS)),
        ]),
        "0 6.1, 150 won 6.1"
    );
    assert_eq!(
        log(&[
            (rtt(six(1), 300_000, 0), Connect(300 * MS)),
            (rtt(four(1), 10_000, 0), Connect(10 * MS)),
        ]),
        "0 4.1, 10 won 4.1"
    );
}

#[test]
fn the_delay_switches_where_it_is() {
    for ms in (0..=400).step_by(5) {
        let log = log(&[(six(1), Connect(ms * MS)), (four(1), Connect(0))]);
        // At the very delay both are possible in a real race; here the answer comes first.
        let expected = if ms <= 250 {
            format!("0 6.1, {ms} won 6.1")
        } else {
            "0 6.1, 250 4.1, 250 won 4.1".into()
        };
        assert_eq!(log, expected);
    }
}

#[test]
fn history_sets_the_delay_within_bounds() {
    for (us, var, expected) in [
        (1_000, 100, 100),
        (150_000, 10_000, 190),
        (300_000, 100_000, 700),
        (1_900_000, 500_000, 2000),
    ] {
        let list = [(rtt(six(1), us, var), Nothing), (six(2), Connect(0))];
        let world = World::new().both(&list).run();
        assert_eq!(world.starts, [0, expected * MS], "{us} {var}");
    }
}

#[test]
fn no_way_there_means_no_attempt() {
    let dead = Candidate {
        unreachable: Some(libc::ENETUNREACH),
        ..six(1)
    };
    assert_eq!(
        log(&[(dead, Nothing), (four(1), Connect(MS))]),
        "0 4.1, 1 won 4.1"
    );
    let world = World::new()
        .both(&[(dead, Nothing), (four(1), Refuse(0))])
        .run();
    assert_eq!(world.log(), "0 4.1, 0 lost");
    assert_eq!(world.race.skipped().count(), 1);
    // Unless there is nothing else: the system's error says why.
    assert_eq!(log(&[(dead, Refuse(0))]), "0 6.1, 0 lost");
}

#[test]
fn an_address_of_the_wrong_family_first_waits_a_little_for_the_other() {
    let late = |ms: i64| {
        World::new()
            .answer(0, false, &[(four(1), Connect(MS))])
            .answer(ms * MS, true, &[(six(1), Connect(MS))])
            .run()
            .log()
    };
    assert_eq!(late(0), "0 6.1, 1 won 6.1");
    assert_eq!(late(49), "49 6.1, 50 won 6.1");
    assert_eq!(late(51), "50 4.1, 51 won 4.1");
    assert_eq!(late(1000), "50 4.1, 51 won 4.1");
    // There are none: nothing to wait for.
    assert_eq!(
        World::new()
            .answer(0, false, &[(four(1), Connect(MS))])
            .answer(20 * MS, true, &[])
            .run()
            .log(),
        "20 4.1, 21 won 4.1"
    );
}

#[test]
fn a_late_a_never_delays_ipv6() {
    assert_eq!(
        World::new()
            .answer(0, true, &[(six(1), Connect(MS))])
            .answer(5000 * MS, false, &[(four(1), Connect(MS))])
            .run()
            .log(),
        "0 6.1, 1 won 6.1"
    );
}

#[test]
fn without_a_default_route_for_ipv6_nobody_waits_for_it() {
    let mut world = World::new();
    world.race = Race::new(Settings::default(), false, None);
    assert_eq!(
        world
            .answer(0, false, &[(four(1), Connect(MS))])
            .answer(40 * MS, true, &[(six(1), Connect(MS))])
            .run()
            .log(),
        "0 4.1, 1 won 4.1"
    );
}

#[test]
fn a_late_family_is_taken_in_as_if_there_from_the_start() {
    let world = World::new()
        .answer(
            0,
            true,
            &[(six(1), Nothing), (six(2), Nothing), (six(3), Nothing)],
        )
        .answer(
            100 * MS,
            false,
            &[(four(1), Nothing), (four(2), Connect(MS))],
        )
        .run();
    assert_eq!(world.log(), "0 6.1, 250 4.1, 500 6.2, 750 4.2, 751 won 4.2");
    // Both of the first two were tried: the other family catches up.
    let world = World::new()
        .answer(
            0,
            true,
            &[(six(1), Nothing), (six(2), Nothing), (six(3), Nothing)],
        )
        .answer(
            300 * MS,
            false,
            &[(four(1), Nothing), (four(2), Connect(MS))],
        )
        .run();
    assert_eq!(world.log(), "0 6.1, 250 6.2, 500 4.1, 750 4.2, 751 won 4.2");
}

#[test]
fn ipv6_that_fails_before_a_is_there_is_no_error_yet() {
    assert_eq!(
        World::new()
            .answer(0, true, &[(six(1), Refuse(MS))])
            .answer(400 * MS, false, &[(four(1), Connect(MS))])
            .run()
            .log(),
        "0 6.1, 400 4.1, 401 won 4.1"
    );
    assert_eq!(
        World::new()
            .answer(0, true, &[(six(1), Refuse(MS))])
            .answer(400 * MS, false, &[])
            .run()
            .log(),
        "0 6.1, 400 lost"
    );
    assert_eq!(
        World::new()
            .answer(0, true, &[])
            .answer(0, false, &[])
            .run()
            .log(),
        "0 lost"
    );
}

#[test]
fn addresses_that_vanish_are_not_tried_and_running_ones_go_on() {
    let world = World::new()
        .answer(
            0,
            true,
            &[
                (six(1), Connect(600 * MS)),
                (six(2), Nothing),
                (six(3), Nothing),
            ],
        )
        .answer(100 * MS, true, &[(six(3), Nothing)])
        .run();
    assert_eq!(world.log(), "0 6.1, 250 6.3, 600 won 6.1");
}

#[test]
fn all_addresses_have_their_turn_in_time() {
    let list: Vec<_> = (1..=100u8).map(|n| (four(n), Nothing)).collect();
    let world = World::of(Settings::default(), Some(20_000 * MS))
        .both(&list)
        .run();
    assert_eq!(world.starts.len(), 100);
    assert!(*world.starts.last().unwrap() < 20_000 * MS);
    assert_eq!(world.most, 8);
}

#[test]
fn the_delay_grows_only_after_eight_and_to_two_seconds() {
    let list: Vec<_> = (1..=16u8).map(|n| (four(n), Nothing)).collect();
    let world = World::of(Settings::default(), None).both(&list).run();
    let gaps: Vec<_> = world
        .starts
        .windows(2)
        .map(|w| (w[1] - w[0]) / MS)
        .collect();
    assert_eq!(
        gaps,
        [
            250, 250, 250, 250, 250, 250, 250, 250, 375, 562, 843, 1265, 1898, 2000, 2000
        ]
    );
    assert_eq!(world.most, 8);
}

#[test]
fn the_oldest_makes_room() {
    let list: Vec<_> = (1..=9u8).map(|n| (four(n), Nothing)).collect();
    let log = World::new().both(&list).run().log();
    assert!(log.ends_with("2000 drop 4.1, 2000 4.9"), "{log}");
}

#[test]
fn what_failed_before_is_tried_beside_what_works() {
    let probe = with(
        six(1),
        Standing {
            suspect: true,
            probe: true,
            ..Standing::default()
        },
    );
    assert_eq!(
        log(&[(probe, Nothing), (four(1), Connect(50 * MS))]),
        "0 4.1, 10 6.1, 50 won 4.1"
    );
    assert_eq!(
        log(&[(probe, Connect(5 * MS)), (four(1), Connect(50 * MS))]),
        "0 4.1, 10 6.1, 15 won 6.1"
    );
    // The turn of the third stays where it was.
    assert_eq!(
        log(&[(probe, Nothing), (four(1), Nothing), (four(2), Connect(MS)),]),
        "0 4.1, 10 6.1, 250 4.2, 251 won 4.2"
    );
    // Without a reason to probe it waits for its turn.
    assert_eq!(
        log(&[(suspect(six(1)), Nothing), (four(1), Connect(50 * MS))]),
        "0 4.1, 50 won 4.1"
    );
}

#[test]
fn where_everything_under_way_failed_before_the_next_comes_early() {
    assert_eq!(
        log(&[
            (suspect(six(1)), Nothing),
            (suspect(six(2)), Nothing),
            (suspect(four(1)), Connect(MS)),
        ]),
        "0 6.1, 100 4.1, 101 won 4.1"
    );
}

#[test]
fn a_lost_way_gives_the_attempt_up_and_starts_the_next() {
    let mut race = Race::new(Settings::default(), true, None);
    let policy = Policy::default();
    race.answer(&policy, 0, true, &[six(1), six(2)]);
    race.answer(&policy, 0, false, &[four(1)]);
    assert_eq!(race.next(0), Step::Start(six(1).dest));
    assert_eq!(race.next(0), Step::Wait(Some(250 * MS)));
    race.changed(&policy, 40 * MS, |c| {
        c.unreachable = c.is_v6().then_some(libc::ENETUNREACH);
    });
    assert_eq!(race.next(40 * MS), Step::Drop(six(1).dest));
    assert_eq!(race.next(40 * MS), Step::Start(four(1).dest));
    race.failed(50 * MS, four(1).dest);
    assert_eq!(race.next(50 * MS), Step::Lost);
}

#[test]
fn a_way_that_comes_is_used() {
    let dead = Candidate {
        unreachable: Some(libc::ENETUNREACH),
        ..six(1)
    };
    let mut race = Race::new(Settings::default(), true, None);
    let policy = Policy::default();
    race.answer(&policy, 0, true, &[dead]);
    race.answer(&policy, 0, false, &[four(1)]);
    assert_eq!(race.next(0), Step::Start(four(1).dest));
    assert_eq!(race.next(0), Step::Wait(None));
    race.changed(&policy, 300 * MS, |c| c.unreachable = None);
    assert_eq!(race.next(300 * MS), Step::Start(six(1).dest));
}

#[test]
fn nothing_happens_after_the_end() {
    let mut race = Race::new(Settings::default(), true, None);
    let policy = Policy::default();
    race.answer(&policy, 0, true, &[six(1)]);
    race.answer(&policy, 0, false, &[four(1)]);
    assert_eq!(race.next(0), Step::Start(six(1).dest));
    race.connected(six(1).dest);
    assert_eq!(race.next(1), Step::Won(six(1).dest));
    race.answer(&policy, 2, false, &[four(2)]);
    race.failed(3, six(1).dest);
    race.connected(four(1).dest);
    assert_eq!(race.next(900 * MS), Step::Wait(None));
}

/// Whatever happens: never two starts within 10 ms, never more than 8 under way, every address once,
/// and an end.
#[test]
fn bounds_hold_whatever_happens() {
    let mut x = 1u64;
    let mut random = move |n: u64| {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        x % n
    };
    for _ in 0..20_000 {
        let mut lists = [Vec::new(), Vec::new()];
        for (v6, list) in lists.iter_mut().enumerate() {
            for n in 0..random(12) as u8 {
                let c = if v6 == 1 { six(n + 1) } else { four(n + 1) };
                let standing = Standing {
                    rtt: (random(3) == 0).then(|| (random(400_000) as u32, random(9_000) as u32)),
                    near: (random(3) == 0).then(|| (random(400_000) as u32, 0)),
                    tls: (random(3) == 0).then(|| random(400_000) as u32),
                    suspect: random(4) == 0,
                    probe: random(8) == 0,
                };
                let unreachable = (random(8) == 0).then_some(libc::ENETUNREACH);
                let does = match random(7) {
                    0 => Connect(random(3_000_000) as i64),
                    1 => Refuse(random(300_000) as i64),
                    2 => {
                        let up = random(300_000) as i64;
                        Secure(up, up + 1 + random(3_000_000) as i64)
                    }
                    3 => {
                        let up = random(300_000) as i64;
                        Insecure(up, up + 1 + random(3_000_000) as i64)
                    }
                    _ => Nothing,
                };
                let c = Candidate {
                    unreachable,
                    ..with(c, standing)
                };
                list.push((c, does));
            }
        }
        let deadline = 1_000_000 + random(20_000_000) as i64;
        let world = World::of(Settings::default(), Some(deadline))
            .answer(random(400_000) as i64, true, &lists[1])
            .answer(random(400_000) as i64, false, &lists[0])
            .run();
        assert!(world.starts.windows(2).all(|w| w[1] - w[0] >= MIN_GAP_US));
        assert!(world.most <= 8);
        let mut tried: Vec<_> = world
            .log
            .iter()
            .filter_map(|l| l.split_once(' ').map(|(_, what)| what))
            .filter(|what| what.starts_with(['4', '6']))
            .collect();
        let count = tried.len();
        tried.sort_unstable();
        tried.dedup();
        assert_eq!(tried.len(), count, "{}", world.log());
        let ended = world
            .log
            .last()
            .is_some_and(|l| l.contains("won") || l.contains("lost"));
        assert!(ended || world.race.running() > 0, "{}", world.log());
    }
}

const STALLS: i64 = 15_000 * MS;

#[test]
fn who_is_connected_and_never_secured_does_not_win() {
    assert_eq!(
        log(&[
            (six(1), Insecure(MS, STALLS)),
            (four(1), Secure(2 * MS, 5 * MS)),
        ]),
        "0 6.1, 251 4.1, 256 won 4.1"
    );
    // It is not waited for longer than for one that is not connected.
    assert_eq!(
        log(&[
            (six(1), Insecure(200 * MS, STALLS)),
            (four(1), Nothing),
            (six(2), Secure(MS, 3 * MS)),
        ]),
        "0 6.1, 450 4.1, 700 6.2, 703 won 6.2"
    );
}

#[test]
fn a_handshake_that_fails_starts_the_next_at_once() {
    assert_eq!(
        log(&[
            (six(1), Insecure(MS, 30 * MS)),
            (four(1), Secure(MS, 3 * MS)),
        ]),
        "0 6.1, 30 4.1, 33 won 4.1"
    );
}

#[test]
fn who_needs_long_for_tls_is_given_that_time() {
    // 200 ms to the transport, 240 more to the end: a plain race would begin another.
    assert_eq!(
        log(&[(six(1), Secure(200 * MS, 440 * MS)), (four(1), Connect(0))]),
        "0 6.1, 440 won 6.1"
    );
}

#[test]
fn what_is_known_of_tls_sets_the_time_it_gets() {
    let known = |tls: Option<u32>| {
        let c = with(
            six(1),
            Standing {
                rtt: Some((60 * MS as u32, 0)),
                tls,
                ..Standing::default()
            },
        );
        let log = World::new()
            .both(&[
                (c, Insecure(60 * MS, STALLS)),
                (four(1), Secure(MS, 2 * MS)),
            ])
            .run();
        log.starts[1] / MS
    };
    // two round trips; what was measured; never less than the least delay
    assert_eq!(known(None), 60 + 120);
    assert_eq!(known(Some(170_000)), 60 + 170);
    assert_eq!(known(Some(5_000)), 60 + 100);
    // One that stalled before gets no time of its own.
    let again = suspect(six(1));
    assert_eq!(
        log(&[
            (again, Insecure(MS, STALLS)),
            (suspect(four(1)), Secure(MS, 2 * MS))
        ]),
        "0 6.1, 100 4.1, 102 won 4.1"
    );
}

#[test]
fn stalls_leave_time_for_all() {
    let mut list: Vec<_> = (1..=40u8)
        .map(|n| (four(n), Insecure(MS, STALLS)))
        .collect();
    list.push((four(41), Secure(MS, 2 * MS)));
    let world = World::of(Settings::default(), Some(5_000 * MS))
        .both(&list)
        .run();
    assert!(world.log().ends_with("won 4.41"), "{}", world.log());
    assert!(world.now < 5_000 * MS);
}
