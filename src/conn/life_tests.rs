//! Tables of transitions, deadlines and farewells, and a property: whatever happens, a connection
//! that does not serve its program any more comes to its end.

use super::*;

const SECOND: i64 = 1_000_000;
const LIMIT: i64 = 20 * SECOND;

const NONE: Interest = Interest::NONE;
const READ: Interest = Interest::READ;
const WRITE: Interest = Interest {
    read: false,
    write: true,
};
const BOTH: Interest = Interest {
    read: true,
    write: true,
};

/// Sends events at time 0 and compares the actions and the phases after them.
fn run(life: &Lifecycle, table: &[(Event, Action, Phase)]) {
    for (event, action, phase) in table {
        assert_eq!(life.on(*event, 0), *action, "{event:?}");
        assert_eq!(life.phase(), *phase, "{event:?}");
    }
}

fn client() -> Lifecycle {
    Lifecycle::new(Role::Raw, true)
}

fn adopted(role: Role) -> Lifecycle {
    Lifecycle::new(role, false)
}

/// A client that tries its only address.
fn connecting() -> Lifecycle {
    let life = client();
    life.on(Event::Connect { limit_us: LIMIT }, 0);
    life.on(Event::Done, 0);
    life.on(Event::Trying, 0);
    assert_eq!(life.phase(), Phase::Connecting);
    life
}

fn open(role: Role) -> Lifecycle {
    let life = adopted(role);
    life.on(Event::Adopt, 0);
    while life.on(Event::Done, 0) != Action::Ready {}
    assert_eq!(life.phase(), Phase::Open);
    life
}

fn flushing(left: u64, now: i64) -> Lifecycle {
    let life = open(Role::Raw);
    life.has_written();
    assert_eq!(
        life.on(Event::Leave { queued: true, left }, now),
        Action::Watch
    );
    assert_eq!(life.phase(), Phase::Flushing);
    life
}

fn owed(life: &Lifecycle, end: End) -> Vec<Farewell> {
    life.farewell(end).into_iter().flatten().flatten().collect()
}

#[test]
fn a_client_goes_from_its_first_step_to_open() {
    let limit_us = LIMIT;
    run(
        &client(),
        &[
            (Event::Connect { limit_us }, Action::Bind, Phase::New),
            (Event::Done, Action::Find, Phase::New),
            (
                Event::Looking { limit_us },
                Action::Nothing,
                Phase::Connecting,
            ),
            (
                Event::Racing { until: Some(5) },
                Action::Nothing,
                Phase::Connecting,
            ),
            (
                Event::Racing { until: None },
                Action::Nothing,
                Phase::Connecting,
            ),
            (Event::Trying, Action::Watch, Phase::Connecting),
            (Event::Connected, Action::Handshake, Phase::Handshaking),
            (Event::Done, Action::Announce, Phase::Opening),
            (Event::Done, Action::Up, Phase::Open),
            (Event::Done, Action::Ready, Phase::Open),
            (Event::Done, Action::Nothing, Phase::Open),
        ],
    );
}

#[test]
fn an_adopted_descriptor_is_announced_bound_and_then_told_of() {
    for role in [Role::Raw, Role::File, Role::Udp] {
        run(
            &adopted(role),
            &[
                (Event::Adopt, Action::Announce, Phase::Opening),
                (Event::Done, Action::Bind, Phase::Opening),
                (Event::Done, Action::Up, Phase::Open),
                (Event::Done, Action::Ready, Phase::Open),
            ],
        );
    }
    let limit_us = LIMIT;
    let udp = adopted(Role::Udp);
    run(
        &udp,
        &[
            (
                Event::Looking { limit_us },
                Action::Nothing,
                Phase::Connecting,
            ),
            (Event::Adopt, Action::Announce, Phase::Opening),
        ],
    );
    assert_eq!(udp.expires(), None);
}

#[test]
fn a_step_that_is_refused_ends_it() {
    // (how many steps succeed, what the refusal of the next one leads to)
    for (steps, action) in [(0, Action::Close), (1, Action::Close), (2, Action::Close)] {
        let life = adopted(Role::Raw);
        life.on(Event::Adopt, 0);
        for _ in 0..steps {
            life.on(Event::Done, 0);
        }
        assert_eq!(life.on(Event::Refused, 0), action, "after {steps} steps");
    }
    let life = client();
    life.on(Event::Connect { limit_us: LIMIT }, 0);
    assert_eq!(life.on(Event::Refused, 0), Action::Withdraw);
    for steps in 0..2 {
        let life = connecting();
        life.on(Event::Connected, 0);
        life.on(Event::Done, 0);
        for _ in 0..steps {
            life.on(Event::Done, 0);
        }
        assert_eq!(life.on(Event::Refused, 0), Action::Leave, "{steps}");
    }
    let life = connecting();
    life.on(Event::Connected, 0);
    let failed = Action::Fail(Failure::Handshake);
    assert_eq!(life.on(Event::Refused, 0), failed);
}

#[test]
fn an_accepted_connection_is_secured_before_its_protocol_has_it() {
    let accepted = || {
        let life = adopted(Role::Raw);
        life.secure(SECOND);
        life.on(Event::Adopt, 0);
        assert_eq!(life.on(Event::Done, 5), Action::Handshake);
        assert_eq!(life.phase(), Phase::Handshaking);
        assert_eq!(life.interest(false, false), NONE);
        life.set_handshake(WRITE);
        assert_eq!(life.interest(true, true), WRITE);
        life
    };
    let life = accepted();
    assert_eq!(life.expires(), Some(SECOND + 5));
    run(
        &life,
        &[
            (Event::Done, Action::Bind, Phase::Opening),
            (Event::Done, Action::Up, Phase::Open),
            (Event::Done, Action::Ready, Phase::Open),
        ],
    );
    assert_eq!(life.expires(), None);

    // One that fails or is late was announced, and nothing more.
    let life = accepted();
    assert_eq!(life.on(Event::Refused, 6), Action::Close);
    assert_eq!(
        owed(&life, End::Told),
        [Farewell::TellParent, Farewell::Destroy]
    );
    let life = accepted();
    assert_eq!(life.on(Event::Expired, SECOND + 5), Action::TimeOut);
}

#[test]
fn a_transport_that_waits_for_the_other_direction_has_it_watched() {
    let life = open(Role::Raw);
    life.pause(1);
    assert_eq!(life.interest(false, false), NONE);
    life.set_crossed(WRITE);
    assert_eq!(life.interest(false, false), WRITE);
    life.set_crossed(READ);
    assert_eq!(life.interest(true, false), BOTH);
    life.set_crossed(NONE);
    life.resume(1);
    assert_eq!(life.interest(false, false), READ);
}

#[test]
fn a_client_without_an_address_fails_as_its_maker_can_learn_of() {
    let life = client();
    life.on(Event::Connect { limit_us: LIMIT }, 0);
    life.on(Event::Done, 0);
    assert_eq!(life.on(Event::Unreachable, 0), Action::Withdraw);
    let life = connecting();
    let failed = Action::Fail(Failure::Attempt);
    assert_eq!(life.on(Event::Unreachable, 0), failed);
}

#[test]
fn events_of_another_phase_change_nothing() {
    let life = open(Role::Raw);
    for event in [
        Event::Connect { limit_us: 1 },
        Event::Looking { limit_us: 1 },
        Event::Trying,
        Event::Racing { until: Some(1) },
        Event::Unreachable,
        Event::Connected,
        Event::Adopt,
        Event::Done,
        Event::Refused,
        Event::Flushed,
        Event::Left(5),
        Event::PeerSends,
        Event::PeerDone,
        Event::Expired,
    ] {
        run(&life, &[(event, Action::Nothing, Phase::Open)]);
    }
    assert_eq!(life.expires(), None);
}

#[test]
fn connecting_has_one_limit_for_everything() {
    let failed = Action::Fail(Failure::TimedOut);
    let life = connecting();
    assert_eq!(life.expires(), Some(LIMIT));
    assert_eq!(life.on(Event::Expired, LIMIT - 1), Action::Nothing);
    assert_eq!(life.on(Event::Expired, LIMIT), failed);

    // an attempt does not move it
    let life = connecting();
    life.on(
        Event::Racing {
            until: Some(9 * SECOND),
        },
        7 * SECOND,
    );
    assert_eq!(life.expires(), Some(9 * SECOND));
    assert_eq!(life.on(Event::Expired, 9 * SECOND), Action::Race);
    assert_eq!(life.expires(), Some(LIMIT));

    // the handshake is within it, and being open ends it
    let life = connecting();
    life.on(Event::Connected, SECOND);
    assert_eq!(life.expires(), Some(LIMIT));
    assert_eq!(life.on(Event::Expired, LIMIT), failed);
    let life = connecting();
    life.on(Event::Connected, SECOND);
    life.on(Event::Done, SECOND);
    assert_eq!(life.expires(), None);

    // a name that is looked up
    let life = adopted(Role::Udp);
    life.on(Event::Looking { limit_us: LIMIT }, SECOND);
    assert_eq!(life.expires(), Some(SECOND + LIMIT));
}

#[test]
fn the_program_can_change_the_limit_of_connecting_and_not_remove_it() {
    let life = connecting();
    life.set_timeout(Some(90 * SECOND));
    assert_eq!(life.expires(), Some(90 * SECOND));
    life.set_timeout(None);
    assert_eq!(life.expires(), Some(90 * SECOND));

    let life = open(Role::Raw);
    life.set_timeout(Some(SECOND));
    assert_eq!(life.on(Event::Expired, SECOND - 1), Action::Nothing);
    assert_eq!(life.on(Event::Expired, SECOND), Action::TimeOut);
    let life = open(Role::Raw);
    life.set_timeout(Some(SECOND));
    life.set_timeout(None);
    assert_eq!(life.expires(), None);
    assert_eq!(life.on(Event::Expired, SECOND), Action::Nothing);

    // a closing connection keeps its own limit
    let life = flushing(100, 0);
    life.set_timeout(None);
    assert_eq!(life.expires(), Some(STALL_US));
    life.set_timeout(Some(60 * SECOND));
    assert_eq!(life.expires(), Some(STALL_US));
    life.set_timeout(Some(SECOND));
    assert_eq!(life.on(Event::Expired, SECOND), Action::TimeOut);
}

#[test]
fn a_peer_that_takes_output_has_all_the_time_it_needs() {
    let life = flushing(1000, 0);
    let mut now = 0;
    for left in (1..1000).rev() {
        assert_eq!(life.expires(), Some(now + STALL_US));
        now += STALL_US;
        assert_eq!(life.on(Event::Expired, now), Action::Measure);
        assert_eq!(life.on(Event::Left(left), now), Action::Nothing);
    }
    assert_eq!(life.on(Event::Flushed, now), Action::Close);
}

#[test]
fn a_peer_that_takes_nothing_for_the_deadline_is_reset() {
    let life = flushing(1000, 0);
    assert_eq!(life.on(Event::Expired, STALL_US - 1), Action::Nothing);
    assert_eq!(life.on(Event::Expired, STALL_US), Action::Measure);
    let reset = Action::Reset { left: 1000 };
    assert_eq!(life.on(Event::Left(1000), STALL_US), reset);

    // it took some, and then no more
    let life = flushing(1000, 0);
    life.on(Event::Left(999), STALL_US);
    assert_eq!(life.on(Event::Left(999), 2 * STALL_US - 1), Action::Nothing);
    assert_eq!(life.expires(), Some(2 * STALL_US));
    let reset = Action::Reset { left: 999 };
    assert_eq!(life.on(Event::Left(999), 2 * STALL_US), reset);
}

#[test]
fn a_socket_that_lingers_closes_when_the_peer_has_everything() {
    let life = Lifecycle::lingering(10, 0);
    assert_eq!(life.expires(), Some(LOOK_US));
    assert_eq!(life.on(Event::Expired, LOOK_US), Action::Measure);
    assert_eq!(life.on(Event::Left(10), LOOK_US), Action::Nothing);
    assert_eq!(life.expires(), Some(2 * LOOK_US));
    assert_eq!(life.on(Event::Left(0), 2 * LOOK_US), Action::Close);

    let life = Lifecycle::lingering(10, 0);
    assert_eq!(life.on(Event::PeerDone, 1), Action::Close);

    // while the peer sends there is no look, but within the deadline
    let life = Lifecycle::lingering(10, 0);
    assert_eq!(life.on(Event::PeerSends, LOOK_US - 1), Action::Nothing);
    assert_eq!(life.expires(), Some(2 * LOOK_US - 1));
    life.on(Event::PeerSends, STALL_US - 1);
    assert_eq!(life.expires(), Some(STALL_US));

    // as long as it takes
    let life = Lifecycle::lingering(1000, 0);
    let mut now = 0;
    for left in (1..1000).rev() {
        now += STALL_US - 1;
        assert_eq!(life.on(Event::Left(left), now), Action::Nothing);
    }
    let reset = Action::Reset { left: 1 };
    assert_eq!(life.on(Event::Left(1), now + STALL_US - 1), Action::Nothing);
    assert_eq!(life.on(Event::Left(1), now + STALL_US), reset);
}

#[test]
fn leaving_waits_for_output_and_for_nothing_else() {
    let none = Event::Leave {
        queued: false,
        left: 9,
    };
    let some = Event::Leave {
        queued: true,
        left: 9,
    };
    for life in [open(Role::Raw), connecting()] {
        assert_eq!(life.on(none, 0), Action::Close);
    }
    assert_eq!(connecting().on(some, 0), Action::Close);
    // asked for again, it leaves as before
    let life = flushing(9, 0);
    run(
        &life,
        &[
            (none, Action::Nothing, Phase::Flushing),
            (some, Action::Nothing, Phase::Flushing),
        ],
    );
    assert_eq!(life.expires(), Some(STALL_US));
}

#[test]
fn the_end_tells_what_was_told_in_order() {
    use Farewell::{Close, ConnectionError, Destroy, Drop, Linger, TellParent};
    let told = |life: Lifecycle| owed(&life, End::Told);

    // a client, by how far it came
    assert_eq!(told(client()), [TellParent, Destroy]);
    let life = client();
    life.on(Event::Connect { limit_us: 1 }, 0);
    assert_eq!(owed(&life, End::Silent), [Drop, Destroy]);
    let failed = [ConnectionError, Drop, TellParent, Destroy];
    assert_eq!(told(connecting()), failed);
    let life = connecting();
    life.on(Event::Connected, 0);
    assert_eq!(told(life), failed);
    let life = connecting();
    life.on(Event::Connected, 0);
    life.on(Event::Done, 0);
    assert_eq!(told(life), [Drop, TellParent, Destroy]);

    // one that was adopted
    let life = adopted(Role::Raw);
    assert_eq!(told(life), [TellParent]);
    let life = adopted(Role::Raw);
    life.on(Event::Adopt, 0);
    assert_eq!(told(life), [TellParent, Destroy]);
    let life = adopted(Role::Raw);
    life.on(Event::Adopt, 0);
    life.on(Event::Done, 0);
    assert_eq!(told(life), [Drop, TellParent, Destroy]);
    let usual = [Drop, Close, TellParent, Destroy];
    assert_eq!(told(open(Role::Raw)), usual);
    assert_eq!(told(open(Role::Udp)), usual);
    assert_eq!(told(open(Role::File)), [TellParent, Close, Destroy]);
    assert_eq!(told(Lifecycle::listening()), [TellParent, Destroy]);

    assert_eq!(owed(&adopted(Role::Udp), End::Silent), [Destroy]);

    // what it wrote may still be on its way
    let wrote = || {
        let life = open(Role::Raw);
        life.has_written();
        life
    };
    assert_eq!(told(wrote()), [Drop, Close, TellParent, Destroy, Linger]);
    assert_eq!(owed(&wrote(), End::Dead), usual);
    let life = wrote();
    life.peer_ended();
    assert_eq!(told(life), usual);
    assert_eq!(told(Lifecycle::lingering(5, 0)), [TellParent]);
}

#[test]
fn it_ends_once() {
    let life = open(Role::Raw);
    assert!(life.farewell(End::Told).is_some());
    assert!(life.farewell(End::Told).is_none());
    assert!(life.farewell(End::Silent).is_none());
    assert_eq!(life.on(Event::Expired, i64::MAX), Action::Nothing);
    assert_eq!(life.expires(), None);
    assert_eq!(life.interest(true, true), NONE);
    assert!(adopted(Role::Fake).farewell(End::Told).is_none());
}

#[test]
fn every_reason_not_to_receive_counts_by_itself() {
    let life = open(Role::Raw);
    for bit in 0..32 {
        let reason = 1 << bit;
        life.pause(reason);
        assert!(!life.receives(), "bit {bit}");
        assert_eq!(life.interest(false, false), NONE, "bit {bit}");
        life.resume(!reason);
        assert!(!life.receives(), "bit {bit}");
        life.resume(reason);
        assert!(life.receives(), "bit {bit}");
    }
    life.pause(0b101);
    life.pause(0b010);
    life.resume(0b001);
    life.resume(0b010);
    assert!(!life.receives());
    life.resume(0b100);
    assert!(life.receives());
    // no reason of the program's brings back a peer that has ended
    life.peer_ended();
    life.resume(u32::MAX);
    assert!(!life.receives());
}

#[test]
fn it_is_watched_for_what_its_phase_needs() {
    let interest = |life: &Lifecycle| life.interest(false, false);
    assert_eq!(interest(&client()), NONE);
    let life = connecting();
    assert_eq!(interest(&life), WRITE);
    assert_eq!(interest(&Lifecycle::racing()), WRITE);
    life.on(Event::Connected, 0);
    assert_eq!(interest(&life), NONE);

    let life = adopted(Role::Raw);
    life.ask_write();
    life.on(Event::Adopt, 0);
    life.on(Event::Done, 0);
    assert_eq!(interest(&life), NONE);

    let life = open(Role::Raw);
    assert_eq!(interest(&life), READ);
    assert_eq!(life.interest(true, false), BOTH);
    life.set_choked(true);
    assert_eq!(interest(&life), BOTH);
    life.set_choked(false);
    life.set_late(true);
    assert_eq!(interest(&life), BOTH);
    life.set_late(false);
    life.ask_write();
    assert_eq!(interest(&life), READ);
    assert_eq!(life.interest(false, true), BOTH);
    life.pause(2);
    life.set_hung(true);
    assert_eq!(life.interest(true, true), NONE);

    let life = open(Role::File);
    life.ask_write();
    assert_eq!(interest(&life), BOTH);

    let life = Lifecycle::listening();
    assert_eq!(interest(&life), READ);
    life.pause(1);
    assert_eq!(interest(&life), NONE);

    let life = flushing(1, 0);
    assert_eq!(interest(&life), BOTH);
    life.peer_ended();
    assert_eq!(interest(&life), WRITE);
    assert_eq!(interest(&Lifecycle::lingering(1, 0)), READ);
    assert_eq!(interest(&adopted(Role::Fake)), NONE);
}

#[test]
fn nobody_writes_before_it_is_told_that_it_may() {
    let life = adopted(Role::Raw);
    assert!(!life.may_write());
    for event in [Event::Adopt, Event::Done, Event::Done] {
        assert!(!life.ask_write());
        assert!(!life.writeable(false));
        life.on(event, 0);
    }
    // inside RAW_ADOPT it writes, and hears of room afterwards
    assert!(life.may_write());
    assert!(!life.ask_write());
    life.on(Event::Done, 0);
    assert!(life.writeable(false));
    assert!(life.ask_write());
    assert!(!life.writeable(true));
    life.set_choked(true);
    assert!(!life.writeable(false));
    life.set_choked(false);
    life.writes_now();
    assert!(!life.writeable(false));

    let life = flushing(1, 0);
    assert!(!life.may_write() && !life.ask_write() && !life.wants_write());
    assert!(!Lifecycle::listening().may_write());
}

/// A driver that carries actions out without a kernel: `dice` decides how each goes.
fn drive(life: &Lifecycle, first: Event, now: i64, dice: &mut dyn FnMut(u32) -> u32) {
    let mut event = first;
    for _ in 0..100 {
        event = match life.on(event, now) {
            Action::Nothing | Action::Ready | Action::Watch => return,
            Action::Bind | Action::Announce | Action::Up | Action::Handshake => {
                if life.phase() == Phase::Handshaking && dice(2) == 0 {
                    // the handshake takes its time
                    return;
                }
                if dice(8) == 0 {
                    Event::Refused
                } else {
                    Event::Done
                }
            }
            Action::Find | Action::Race => match dice(5) {
                0 => Event::Looking { limit_us: LIMIT },
                1 => Event::Connected,
                2 => Event::Unreachable,
                3 => Event::Trying,
                _ => Event::Racing {
                    until: (dice(2) == 0).then_some(now + i64::from(dice(1 << 24))),
                },
            },
            Action::Leave => Event::Leave {
                queued: dice(2) == 0,
                left: u64::from(dice(1000)),
            },
            Action::Measure => Event::Left(u64::from(dice(1000))),
            Action::Withdraw => {
                life.farewell(End::Silent);
                return;
            }
            Action::Close
            | Action::TimeOut
            | Action::GiveUp
            | Action::Fail(_)
            | Action::Reset { .. } => {
                life.farewell(End::Told);
                return;
            }
        };
    }
    panic!("a hundred steps and no rest");
}

#[test]
fn no_sequence_of_events_leaves_a_connection_undead() {
    let mut x = 1u64;
    let mut dice = move |n: u32| {
        x = x
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((x >> 33) as u32) % n
    };
    for round in 0..20_000 {
        let role = [Role::Raw, Role::File, Role::Udp][dice(3) as usize];
        let (life, begin) = match dice(4) {
            0 => (client(), Event::Connect { limit_us: LIMIT }),
            1 => (
                Lifecycle::lingering(u64::from(dice(50)), 0),
                Event::Left(50),
            ),
            2 => (adopted(Role::Udp), Event::Looking { limit_us: LIMIT }),
            _ => (adopted(role), Event::Adopt),
        };
        let mut now = 0;
        drive(&life, begin, now, &mut dice);
        for _ in 0..dice(30) {
            now += i64::from(dice(1 << 23));
            let event = match dice(16) {
                0 => Event::Looking { limit_us: LIMIT },
                1 => Event::Trying,
                2 => Event::Racing {
                    until: Some(now + i64::from(dice(1 << 24))),
                },
                3 => Event::Unreachable,
                4 => Event::Connected,
                5 => Event::Adopt,
                6 => Event::Done,
                7 => Event::Refused,
                8 => Event::Leave {
                    queued: true,
                    left: u64::from(dice(100)),
                },
                9 => Event::Flushed,
                10 => Event::Left(u64::from(dice(100))),
                11 => [Event::PeerDone, Event::PeerSends][dice(2) as usize],
                12 => {
                    life.set_timeout((dice(2) == 0).then_some(now + i64::from(dice(1 << 24))));
                    continue;
                }
                13 => {
                    life.pause(1 << dice(12));
                    continue;
                }
                14 => {
                    life.peer_ended();
                    continue;
                }
                _ => Event::Expired,
            };
            drive(&life, event, now, &mut dice);
        }
        // One that serves nobody now has a time by which that is over: of itself, with a peer that
        // takes nothing and answers nothing.
        let mut steps = 0;
        while !matches!(life.phase(), Phase::Open | Phase::Closed) {
            let due = life.expires();
            let Some(due) = due else {
                panic!("round {round}: {:?} for ever", life.phase());
            };
            now = now.max(due);
            let mut stuck = |n: u32| n - 1;
            drive(&life, Event::Expired, now, &mut stuck);
            steps += 1;
            assert!(steps < 200, "round {round}: {:?} goes on", life.phase());
        }
        // One that is open leaves when its program wants that.
        if life.phase() == Phase::Open {
            let leave = Event::Leave {
                queued: false,
                left: 0,
            };
            drive(&life, leave, now, &mut dice);
        }
        assert_eq!(life.phase(), Phase::Closed, "round {round}");
        assert_eq!(life.expires(), None);
    }
}

#[test]
fn an_attempt_is_given_up_when_its_time_is_over_and_nobody_is_told() {
    let life = Lifecycle::racing();
    life.set_timeout(Some(SECOND));
    assert_eq!(life.expires(), Some(SECOND));
    assert_eq!(life.on(Event::Expired, SECOND), Action::GiveUp);
    let owed = owed(&life, End::Told);
    assert_eq!(owed, [Farewell::TellParent]);
}
