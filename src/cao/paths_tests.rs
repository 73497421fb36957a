#![allow(clippy::unwrap_used)]

use super::*;

const S: i64 = 1_000_000;

fn path(dest: &str) -> Path {
    Path {
        source: Some("2001:db8:5::77".parse().unwrap()),
        gateway: Some("fe80::1".parse().unwrap()),
        dns: Some("192.0.2.53".parse().unwrap()),
        network: 7,
        ..Path::to(dest.parse().unwrap())
    }
}

fn attempt(path: Path, outcome: Outcome, us: u32) -> Rc<Attempt> {
    Rc::new(Attempt {
        id: 1,
        race: 1,
        path,
        started: 0,
        took_us: us,
        tls_us: 0,
        outcome,
        errno: 0,
        won: false,
        rtt_us: 0,
        rttvar_us: 0,
        retransmits: 0,
    })
}

fn paths() -> Paths {
    Paths::new(Limits::default(), 1)
}

const A: &str = "[2001:db8:1::1]:80";
const B: &str = "[2001:db8:1::2]:80";

#[test]
fn an_attempt_is_seen_at_every_level() {
    let mut p = paths();
    p.ended(&attempt(path(A), Outcome::Connected, 10_000), 5 * S);
    for level in Level::ALL {
        let a = p.aggregate(level, &path(A)).unwrap();
        assert_eq!(
            (a.ok, a.srtt_us, a.last_ok),
            (1.0, 10_000, 5 * S),
            "{level:?}"
        );
    }
    assert!(p.aggregate(Level::Endpoint, &path(B)).is_none());
    assert!(p.aggregate(Level::Destination, &path(B)).is_some());
    assert_eq!(p.standing(&path(B), 5 * S).near, Some((10_000, 5_000)));
    assert_eq!(p.standing(&path(B), 5 * S).rtt, None);
}

#[test]
fn a_failure_makes_suspect_and_one_success_clears_it() {
    let mut p = paths();
    p.ended(&attempt(path(A), Outcome::TimedOut, 3_000_000), 10 * S);
    let s = p.standing(&path(A), 10 * S);
    assert!(s.suspect && !s.probe);
    assert!(p.standing(&path(A), 11 * S).probe);
    p.ended(&attempt(path(A), Outcome::Connected, 10_000), 12 * S);
    let s = p.standing(&path(A), 12 * S);
    assert!(!s.suspect && !s.probe);
}

#[test]
fn the_penalty_doubles_up_to_five_minutes() {
    let mut p = paths();
    for n in 0..20u32 {
        p.ended(&attempt(path(A), Outcome::TimedOut, 3_000_000), 0);
        let a = p.aggregate(Level::Endpoint, &path(A)).unwrap();
        assert_eq!(a.penalty_until, (S << n.min(10)).min(300 * S));
    }
    p.forgive();
    assert!(p.standing(&path(A), 1).probe);
}

#[test]
fn a_probe_is_one_at_a_time_and_comes_within_sixteen_races() {
    let mut p = paths();
    for _ in 0..9 {
        p.ended(&attempt(path(A), Outcome::TimedOut, 3_000_000), 0);
    }
    let probes: Vec<usize> = (1..=40)
        .filter(|_| {
            let probe = p.standing(&path(A), S).probe;
            if probe {
                p.begun(&path(A), S);
            }
            probe
        })
        .collect();
    assert_eq!(probes, [12, 24, 36]);
    // After the penalty it is tried once, not by every race that begins meanwhile.
    let late = 301 * S;
    assert!(p.standing(&path(A), late).probe);
    p.begun(&path(A), late);
    assert!(!p.standing(&path(A), late).probe);
}

#[test]
fn a_slow_path_is_tried_again_now_and_then() {
    let mut p = paths();
    p.ended(&attempt(path(A), Outcome::Connected, 300_000), 0);
    assert!((1..12).all(|_| !p.standing(&path(A), S).probe));
    assert!(p.standing(&path(A), S).probe);
    let mut p = paths();
    p.ended(&attempt(path(A), Outcome::Connected, 20_000), 0);
    assert!((1..100).all(|_| !p.standing(&path(A), S).probe));
}

#[test]
fn silence_while_another_wins_counts_until_there_is_an_answer() {
    let mut p = paths();
    p.overdue(&path(A), false, 99_000, S);
    assert!(!p.standing(&path(A), S).suspect);
    p.overdue(&path(A), false, 251_000, S);
    assert!(p.standing(&path(A), S).suspect);
    p.ended(&attempt(path(A), Outcome::Connected, 300_000), S);
    assert!(!p.standing(&path(A), S).suspect);
    // What is known to take longer is not late yet.
    let mut p = paths();
    p.ended(&attempt(path(A), Outcome::Connected, 150_000), S);
    p.overdue(&path(A), false, 200_000, S);
    assert!(!p.standing(&path(A), S).suspect);
}

#[test]
fn a_loser_that_never_answered_has_failed_and_one_given_up_early_has_not() {
    let mut p = paths();
    p.ended(&attempt(path(A), Outcome::LostRace, 2_200_000), S);
    assert!(p.standing(&path(A), S).suspect);
    p.ended(&attempt(path(B), Outcome::LostRace, 30_000), S);
    assert!(!p.standing(&path(B), S).suspect);
    p.ended(&attempt(path(B), Outcome::Cancelled, 9_000_000), S);
    assert!(p.aggregate(Level::Endpoint, &path(B)).is_none());
}

#[test]
fn a_refusal_says_nothing_against_the_way() {
    let mut p = paths();
    for _ in 0..5 {
        p.ended(&attempt(path(A), Outcome::Refused, 1_000), S);
        p.ended(&attempt(path(A), Outcome::TlsFailed, 1_000), S);
    }
    assert_eq!(p.aggregate(Level::Endpoint, &path(A)).unwrap().fails, 10);
    for level in [Level::Gateway, Level::Family, Level::Destination] {
        assert_eq!(p.aggregate(level, &path(A)).unwrap().fails, 0);
    }
    p.ended(&attempt(path(A), Outcome::NoRoute, 0), S);
    assert_eq!(p.aggregate(Level::Gateway, &path(A)).unwrap().fails, 0);
}

#[test]
fn a_family_that_only_fails_makes_new_addresses_suspect() {
    let mut p = paths();
    for n in 1..=3 {
        let dest = format!("[2001:db8:{n}::1]:80");
        assert!(!p.standing(&path("[2001:db8:9::1]:80"), S).suspect);
        p.ended(&attempt(path(&dest), Outcome::TimedOut, 3_000_000), S);
    }
    assert!(p.standing(&path("[2001:db8:9::1]:80"), S).suspect);
    assert!(!p.standing(&path("192.0.2.1:80"), S).suspect);
    // Tried again after the penalty, by one race.
    assert!(p.standing(&path("[2001:db8:9::1]:80"), 60 * S).probe);
    assert!(!p.standing(&path("[2001:db8:9::1]:80"), 60 * S).probe);
    p.ended(&attempt(path(A), Outcome::Connected, 1_000), 60 * S);
    assert!(!p.standing(&path("[2001:db8:9::1]:80"), 60 * S).suspect);
}

#[test]
fn partitions_learn_nothing_of_each_others_destinations() {
    let mut p = paths();
    p.ended(&attempt(path(A), Outcome::TimedOut, 3_000_000), S);
    let other = Path {
        partition: 1,
        ..path(A)
    };
    assert!(p.standing(&path(A), S).suspect);
    assert!(!p.standing(&other, S).suspect);
    assert!(p.aggregate(Level::Destination, &other).is_none());
}

#[test]
fn another_network_is_another_history_and_coming_back_brings_the_old_one() {
    let mut p = paths();
    p.ended(&attempt(path(A), Outcome::TimedOut, 3_000_000), S);
    let other = Path {
        network: 8,
        ..path(A)
    };
    assert_eq!(p.standing(&other, S), Standing::default());
    assert!(p.standing(&path(A), S).suspect);
}

#[test]
fn the_oldest_of_too_many_networks_is_forgotten() {
    let mut p = paths();
    for n in 1..=33 {
        let on = Path {
            network: n,
            ..path(A)
        };
        p.ended(&attempt(on, Outcome::Connected, 1_000), n as i64 * S);
    }
    let known = |p: &Paths, n| {
        let on = Path {
            network: n,
            ..path(A)
        };
        p.aggregate(Level::Gateway, &on).is_some()
    };
    assert!(!known(&p, 1));
    assert!((2..=33).all(|n| known(&p, n)));
    // Five of each network, and the server.
    assert_eq!(p.aggregates().len(), 32 * 5 + 1);
}

#[test]
fn the_number_of_a_network_depends_on_each_part() {
    let p = paths();
    let gw: IpAddr = "192.0.2.1".parse().unwrap();
    let src: IpAddr = "192.0.2.77".parse().unwrap();
    let n = |p: &Paths, name: &[u8], link: &[u8], src, len| {
        p.network(name, Some((gw, link)), Some((src, len)))
    };
    let first = n(&p, b"eth0", b"abc", src, 24);
    assert_eq!(
        first,
        n(&p, b"eth0", b"abc", "192.0.2.78".parse().unwrap(), 24)
    );
    assert_ne!(first, n(&p, b"eth1", b"abc", src, 24));
    assert_ne!(first, n(&p, b"eth0", b"abd", src, 24));
    assert_ne!(first, n(&p, b"eth0", b"abc", src, 25));
    assert_ne!(first, p.network(b"eth0", None, Some((src, 24))));
    assert_ne!(
        first,
        n(&Paths::new(Limits::default(), 2), b"eth0", b"abc", src, 24)
    );
}

#[test]
fn what_is_long_ago_counts_less() {
    let mut p = paths();
    p.ended(&attempt(path(A), Outcome::Connected, 1_000), 0);
    let counts = |level, at| p.aggregate(level, &path(A)).unwrap().counts(at).0;
    assert!((counts(Level::Endpoint, 600 * S) - 0.5).abs() < 0.01);
    assert!((counts(Level::Gateway, 3600 * S) - 0.5).abs() < 0.01);
}

#[test]
fn the_space_is_bounded_and_what_is_used_stays() {
    let mut p = Paths::new(
        Limits {
            aggregates: 100,
            attempts: 10,
            ..Limits::default()
        },
        1,
    );
    for n in 0..2000u16 {
        let dest = format!("[2001:db8:{n:x}::1]:80");
        p.ended(&attempt(path(&dest), Outcome::Connected, 1_000), S);
        p.ended(&attempt(path(A), Outcome::Connected, 1_000), S);
        assert!(p.aggregate(Level::Endpoint, &path(A)).is_some(), "{n}");
    }
    assert_eq!(p.aggregates().len(), 100);
    assert_eq!(p.index.len(), 100);
    assert_eq!(p.recent().count(), 10);
    for (at, a) in p.all.iter().enumerate() {
        assert_eq!(p.index[&a.key] as usize, at);
    }
}

#[test]
fn attempts_are_kept_for_their_time() {
    let mut p = paths();
    p.ended(&attempt(path(A), Outcome::Connected, 1_000), 0);
    let later = Rc::new(Attempt {
        started: 601 * S,
        ..*attempt(path(B), Outcome::Connected, 1_000)
    });
    p.ended(&later, 601 * S);
    assert_eq!(p.recent().cloned().collect::<Vec<_>>(), [later]);
}

#[test]
fn an_aggregate_is_small() {
    let each = size_of::<Aggregate>() + size_of::<(Key, u32)>() + 1;
    assert!(each <= 256, "{each}");
}

#[test]
fn the_95th_percentile_is_about_that() {
    let mut p = paths();
    for n in 0..20_000u32 {
        let us = 10_000 + (n.wrapping_mul(2_654_435_761) >> 16) % 10_000;
        p.ended(&attempt(path(A), Outcome::Connected, us), S);
    }
    let a = p.aggregate(Level::Endpoint, &path(A)).unwrap();
    assert!((18_500..20_000).contains(&a.p95_us), "{}", a.p95_us);
    assert!((13_000..17_000).contains(&a.srtt_us), "{}", a.srtt_us);
}
