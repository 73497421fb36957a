//! Receiving, writing, and what a descriptor is watched for.

use super::*;

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
