//! Whatever happens, a connection that does not serve its program any more comes to its end.

use super::*;

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
