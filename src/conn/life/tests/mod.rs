//! Tables of transitions and of the limit for connecting.

mod always;
mod end;
mod flow;

use super::end::STALL_US;
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

/// One whose role sends it to another peer.
#[cfg(feature = "LWS_ROLE_H1")]
#[test]
fn a_client_that_is_asking_begins_again() {
    let life = connecting();
    for event in [Event::Connected, Event::Done, Event::Done] {
        life.on(event, 0);
    }
    life.set_up(false);
    life.on(Event::Done, 0);
    life.has_written();
    life.peer_ended();
    life.set_choked(true);
    life.set_timeout(Some(5));
    let again = Event::Again { limit_us: LIMIT };
    assert_eq!(life.on(again, 7), Action::Find);
    assert_eq!(life.phase(), Phase::Connecting);
    assert_eq!(life.expires(), Some(7 + LIMIT));
    assert!(!life.is_ended() && !life.is_choked());
    run(
        &life,
        &[
            (Event::Trying, Action::Watch, Phase::Connecting),
            (
                Event::Unreachable,
                Action::Fail(Failure::Attempt),
                Phase::Connecting,
            ),
        ],
    );
    let error = [Farewell::ConnectionError, Farewell::Drop];
    assert!(owed(&life, End::Told).starts_with(&error));

    // One that has what it asked for stays there.
    let life = connecting();
    for event in [Event::Connected, Event::Done, Event::Done, Event::Done] {
        life.on(event, 0);
    }
    assert_eq!(life.on(again, 0), Action::Nothing);
    assert_eq!(life.phase(), Phase::Open);
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
fn an_attempt_is_given_up_when_its_time_is_over_and_nobody_is_told() {
    let life = Lifecycle::racing();
    life.set_timeout(Some(SECOND));
    assert_eq!(life.expires(), Some(SECOND));
    assert_eq!(life.on(Event::Expired, SECOND), Action::GiveUp);
    let owed = owed(&life, End::Told);
    assert_eq!(owed, [Farewell::TellParent]);
}
