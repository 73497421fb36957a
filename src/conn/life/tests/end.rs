//! Deadlines of a connection that closes, and what is told at its end.

use super::*;
use crate::conn::life::end::LOOK_US;

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
