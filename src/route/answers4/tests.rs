//! Where answers are kept, and how they are forgotten.

use core::net::{IpAddr, Ipv4Addr};

use super::super::types::{Legs, Path, Prefix, Verdict, kind};
use super::Answers;

fn ip(text: &str) -> Ipv4Addr {
    text.parse().unwrap()
}

fn prefix(text: &str, len: u8) -> Prefix {
    Prefix::new(IpAddr::V4(ip(text)), len).unwrap()
}

/// Asks until the answers are wanted, and how many ends there may be then.
fn ask(answers: &mut Answers, dst: &str) -> usize {
    let asked = (0..1000).find_map(|_| answers.missed(ip(dst), 0));
    asked.expect("never wanted")
}

/// Chunks of `count` ranges that differ.
fn keep(answers: &mut Answers, dst: &str, count: u16) {
    ask(answers, dst);
    let each = 0xffff / count;
    let ranges = (0..count).map(|n| (n * each, Verdict::Unreachable(n.into())));
    answers.keep(ip(dst), ranges.collect());
}

fn get(answers: &mut Answers, dst: Ipv4Addr) -> Option<i32> {
    match answers.get(dst)? {
        Verdict::Unreachable(errno) => Some(*errno),
        other => panic!("{other:?}"),
    }
}

#[test]
fn few_questions_take_no_room() {
    let mut answers = Answers::default();
    for n in 0..63u8 {
        assert_eq!(answers.missed(Ipv4Addr::new(20, n, 0, 1), 0), None);
    }
    assert_eq!(answers.mem_size(), 0);
}

#[test]
fn the_more_ends_the_more_questions() {
    let mut answers = Answers::default();
    let most: Vec<usize> = (0..100_000)
        .filter_map(|_| answers.missed(ip("20.0.0.1"), 0))
        .collect();
    assert_eq!(most, [16, 32, 64, 128, 256, 512, 1024, 2048, 4096]);
}

#[test]
fn every_range_has_its_answer() {
    for count in [1, 2, 15, 16, 17, 18, 300, 5000] {
        let mut answers = Answers::default();
        keep(&mut answers, "20.1.0.0", count);
        let each = 0xffff / count;
        for low in 0..=0xffff_u16 {
            let [a, b] = low.to_be_bytes();
            let errno = get(&mut answers, Ipv4Addr::new(20, 1, a, b));
            assert_eq!(
                errno,
                Some((low / each).min(count - 1).into()),
                "{count}: {low:x}"
            );
        }
        assert_eq!(get(&mut answers, ip("20.0.255.255")), None);
        assert_eq!(get(&mut answers, ip("20.2.0.0")), None);
    }
}

#[test]
fn as_much_is_forgotten_as_a_prefix_holds() {
    let places = [
        "20.0.0.1", "20.1.0.1", "20.2.0.1", "20.3.0.1", "20.4.0.1", "21.0.0.1",
    ];
    let left = |len: u8, at: &str| {
        let mut answers = Answers::default();
        for (n, place) in (1..).zip(places) {
            keep(&mut answers, place, n * 5);
        }
        answers.forget(prefix(at, len));
        let has = places.map(|place| usize::from(answers.get(ip(place)).is_some()));
        has.iter().sum::<usize>()
    };
    assert_eq!(left(32, "20.1.2.3"), 5);
    assert_eq!(left(16, "20.1.0.0"), 5);
    assert_eq!(left(15, "20.2.0.0"), 4);
    assert_eq!(left(14, "20.0.0.0"), 2);
    assert_eq!(left(8, "20.0.0.0"), 1);
    assert_eq!(left(7, "20.0.0.0"), 0);
    assert_eq!(left(0, "0.0.0.0"), 0);
    assert_eq!(left(24, "30.0.0.0"), 6);
}

#[test]
fn room_does_not_grow_with_what_is_forgotten() {
    let mut answers = Answers::default();
    let mut most = 0;
    keep(&mut answers, "20.1.0.0", 16);
    keep(&mut answers, "20.2.0.0", 200);
    for _ in 0..1000 {
        answers.forget(prefix("20.3.0.0", 20));
        keep(&mut answers, "20.3.0.0", 100);
        most = most.max(answers.mem_size());
    }
    assert!(most < 100_000, "{most} bytes");
    for (dst, errno) in [
        ("20.1.255.255", 15),
        ("20.2.255.255", 199),
        ("20.3.255.255", 99),
    ] {
        assert_eq!(get(&mut answers, ip(dst)), Some(errno));
    }
}

#[test]
fn neither_does_that_of_answers() {
    let mut answers = Answers::default();
    keep(&mut answers, "20.1.0.0", 300);
    keep(&mut answers, "20.2.0.0", 10);
    keep(&mut answers, "20.4.0.0", 1);
    let mut most = 0;
    for n in 0..20_000 {
        answers.forget(prefix("20.3.0.0", 16));
        ask(&mut answers, "20.3.0.0");
        // by turns one for all of the chunk, and two
        let two = (0x8000, Verdict::Unreachable(2000 + n));
        let one = (0, Verdict::Unreachable(1000 + n));
        let kept = [one, two].into_iter().take(1 + n as usize % 2);
        answers.keep(ip("20.3.0.0"), kept.collect());
        most = most.max(answers.mem_size());
    }
    assert!(most < 300_000, "{most} bytes");
    let last = [("20.1.255.255", 299), ("20.2.255.255", 9), ("20.4.0.9", 0)];
    for (dst, errno) in last {
        assert_eq!(get(&mut answers, ip(dst)), Some(errno));
    }
    assert_eq!(get(&mut answers, ip("20.3.0.0")), Some(20_999));
    assert_eq!(get(&mut answers, ip("20.3.128.0")), Some(21_999));
    for low in 0..300u16 {
        let [a, b] = (low * (0xffff / 300)).to_be_bytes();
        assert_eq!(
            get(&mut answers, Ipv4Addr::new(20, 1, a, b)),
            Some(low.into())
        );
    }
}

/// There are 65,536 numbers for answers: then all of them begin afresh.
#[test]
fn more_answers_than_have_numbers() {
    let mut answers = Answers::default();
    for chunk in 0..20u8 {
        let dst = Ipv4Addr::new(20, chunk, 0, 0);
        ask(&mut answers, &dst.to_string());
        let ranges = (0..4000u16).map(|n| {
            (
                n,
                Verdict::Unreachable(i32::from(n) + 4000 * i32::from(chunk)),
            )
        });
        answers.keep(dst, ranges.collect());
        if chunk == 16 {
            assert_eq!(answers.get(dst), None);
            assert_eq!(answers.mem_size(), 0);
        } else {
            assert_eq!(get(&mut answers, dst), Some(4000 * i32::from(chunk)));
        }
    }
}

#[test]
fn all_is_forgotten_at_once() {
    let mut answers = Answers::default();
    keep(&mut answers, "20.1.0.0", 16);
    answers.forget_all();
    assert_eq!(answers.get(ip("20.1.0.0")), None);
    assert_eq!(answers.mem_size(), 0);
}

#[test]
fn an_answer_that_was_shown_is_still_kept_once() {
    let mut answers = Answers::default();
    let verdict = |dst: &str| {
        Verdict::Reachable(Path {
            kind: kind::UNICAST,
            table: 254,
            prefix: prefix(dst, 12),
            metric: 5,
            info: None,
            legs: Legs::None,
            prefsrc: None,
        })
    };
    for (chunk, dst) in [("20.1.0.0", "20.1.2.3"), ("20.17.0.0", "20.17.9.9")] {
        ask(&mut answers, chunk);
        answers.keep(ip(chunk), vec![(0, verdict(chunk))]);
        assert_eq!(answers.get(ip(dst)), Some(&mut verdict(dst)));
    }
    assert_eq!(answers.known.all.len(), 1);
}
