#![allow(clippy::unwrap_used)]

use super::*;

fn c(dest: &str, source: &str) -> Candidate {
    Candidate {
        source: source.parse().ok(),
        ..Candidate::new(SocketAddr::new(dest.parse().unwrap(), 80))
    }
}

fn sorted(list: &[Candidate]) -> Vec<String> {
    let mut list = list.to_vec();
    sort(&Policy::default(), &mut list);
    names(&list)
}

fn arranged(list: &[Candidate]) -> Vec<String> {
    let mut list = list.to_vec();
    arrange(&Policy::default(), &mut list);
    names(&list)
}

fn names(list: &[Candidate]) -> Vec<String> {
    list.iter().map(|c| c.dest.ip().to_string()).collect()
}

/// The examples of RFC 6724 section 10.2, each with the candidates in the wrong order.
#[test]
fn the_examples_of_the_rfc() {
    // Prefer matching scope: the IPv6 destination has only a link-local source.
    assert_eq!(
        sorted(&[
            c("2001:db8:1::1", "fe80::1"),
            c("198.51.100.121", "198.51.100.117"),
        ]),
        ["198.51.100.121", "2001:db8:1::1"]
    );
    assert_eq!(
        sorted(&[
            c("198.51.100.121", "169.254.13.78"),
            c("2001:db8:1::1", "2001:db8:1::2"),
        ]),
        ["2001:db8:1::1", "198.51.100.121"]
    );
    // Prefer higher precedence.
    assert_eq!(
        sorted(&[
            c("10.1.2.3", "10.1.2.4"),
            c("2001:db8:1::1", "2001:db8:1::2")
        ]),
        ["2001:db8:1::1", "10.1.2.3"]
    );
    // Prefer smaller scope.
    assert_eq!(
        sorted(&[c("2001:db8:1::1", "2001:db8:1::2"), c("fe80::1", "fe80::2")]),
        ["fe80::1", "2001:db8:1::1"]
    );
    // Prefer home address.
    let home = Candidate {
        home: true,
        ..c("2001:db8:1::1", "2001:db8:3::1")
    };
    assert_eq!(
        sorted(&[c("fe80::1", "fe80::2"), home]),
        ["2001:db8:1::1", "fe80::1"]
    );
    // Avoid deprecated addresses.
    let deprecated = Candidate {
        deprecated: true,
        ..c("fe80::1", "fe80::2")
    };
    assert_eq!(
        sorted(&[deprecated, c("2001:db8:1::1", "2001:db8:1::2")]),
        ["2001:db8:1::1", "fe80::1"]
    );
    // Prefer matching label.
    assert_eq!(
        sorted(&[
            c("2001:db8:1::1", "2002:c633:6401::2"),
            c("2002:c633:6401::1", "2002:c633:6401::2"),
        ]),
        ["2002:c633:6401::1", "2001:db8:1::1"]
    );
    // Longest matching prefix.
    assert_eq!(
        sorted(&[
            c("2001:db8:3ffe::1", "2001:db8:3f44::2"),
            c("2001:db8:1::1", "2001:db8:1::2"),
        ]),
        ["2001:db8:1::1", "2001:db8:3ffe::1"]
    );
}

#[test]
fn what_has_no_route_comes_last() {
    let dead = Candidate {
        unreachable: Some(libc::ENETUNREACH),
        ..Candidate::new("[2001:db8::1]:80".parse().unwrap())
    };
    assert_eq!(
        arranged(&[dead, c("192.0.2.1", "192.0.2.9")]),
        ["192.0.2.1", "2001:db8::1"]
    );
}

#[test]
fn ula_and_6to4_do_not_beat_ipv4() {
    assert_eq!(
        sorted(&[
            c("fd00::1", "2001:db8::9"),
            c("2002:c000:201::1", "2001:db8::9"),
            c("192.0.2.1", "192.0.2.9"),
        ])[0],
        "192.0.2.1"
    );
}

#[test]
fn rule_9_says_nothing_of_ipv4_and_ends_at_the_prefix() {
    assert_eq!(
        sorted(&[c("192.0.2.1", "10.0.0.1"), c("10.0.0.2", "10.0.0.1")]),
        ["192.0.2.1", "10.0.0.2"]
    );
    assert_eq!(
        sorted(&[
            c("2001:db8::ff00", "2001:db8::1"),
            c("2001:db8::2", "2001:db8::1"),
        ]),
        ["2001:db8::ff00", "2001:db8::2"]
    );
}

#[test]
fn equal_ones_keep_their_order() {
    let all: Vec<Candidate> = (1..9)
        .map(|n| c(&format!("192.0.2.{n}"), "192.0.2.100"))
        .collect();
    assert_eq!(sorted(&all), names(&all));
}

#[test]
fn families_take_turns() {
    let six = |n: u8| c(&format!("2001:db8::{n}"), "2001:db8::9");
    let four = |n: u8| c(&format!("192.0.2.{n}"), "192.0.2.9");
    assert_eq!(
        arranged(&[four(1), six(1), six(2), six(3), four(2), four(3), four(4)]),
        [
            "2001:db8::1",
            "192.0.2.1",
            "2001:db8::2",
            "192.0.2.2",
            "2001:db8::3",
            "192.0.2.3",
            "192.0.2.4",
        ]
    );
}

fn with(c: Candidate, standing: Standing) -> Candidate {
    Candidate { standing, ..c }
}

fn known(ms: u32) -> Standing {
    Standing {
        rtt: Some((ms * 1000, 0)),
        ..Standing::default()
    }
}

const SUSPECT: Standing = Standing {
    rtt: None,
    near: None,
    tls: None,
    suspect: true,
    probe: false,
};

#[test]
fn the_quicker_of_a_family_goes_first_but_not_for_little() {
    let six = |n: u8| c(&format!("2001:db8::{n}"), "2001:db8::9");
    assert_eq!(
        arranged(&[with(six(1), known(80)), with(six(2), known(20)), six(3)]),
        ["2001:db8::2", "2001:db8::1", "2001:db8::3"]
    );
    assert_eq!(
        arranged(&[with(six(1), known(9)), with(six(2), known(1))]),
        ["2001:db8::1", "2001:db8::2"]
    );
    assert_eq!(
        arranged(&[with(six(1), known(110)), with(six(2), known(105))]),
        ["2001:db8::1", "2001:db8::2"]
    );
}

#[test]
fn a_family_goes_first_unless_it_failed_or_takes_longer_than_the_next_attempt() {
    let six = c("2001:db8::1", "2001:db8::9");
    let four = c("192.0.2.1", "192.0.2.9");
    let first = |a, b| arranged(&[a, b]).swap_remove(0);
    assert_eq!(
        first(with(six, known(150)), with(four, known(10))),
        "2001:db8::1"
    );
    assert_eq!(
        first(with(six, known(300)), with(four, known(10))),
        "192.0.2.1"
    );
    assert_eq!(
        first(with(six, known(300)), with(four, known(299))),
        "2001:db8::1"
    );
    assert_eq!(first(with(six, known(300)), four), "2001:db8::1");
    assert_eq!(first(with(six, SUSPECT), four), "192.0.2.1");
    assert_eq!(
        first(with(six, SUSPECT), with(four, SUSPECT)),
        "2001:db8::1"
    );
}

#[test]
fn what_works_goes_before_an_untried_address_of_a_family_that_failed() {
    let six = |n: u8| c(&format!("2001:db8::{n}"), "2001:db8::9");
    let four = with(c("192.0.2.1", "192.0.2.9"), known(1));
    assert_eq!(
        arranged(&[with(six(1), SUSPECT), six(2), four]),
        ["192.0.2.1", "2001:db8::2", "2001:db8::1"]
    );
    // Nothing is known to work: preference counts.
    assert_eq!(
        arranged(&[with(six(1), SUSPECT), six(2), c("192.0.2.1", "192.0.2.9")]),
        ["2001:db8::2", "192.0.2.1", "2001:db8::1"]
    );
    // When the family is to be tried again, that is by the address that may work.
    let again = Standing {
        probe: true,
        ..SUSPECT
    };
    let mut list = vec![with(six(1), again), six(2), four];
    arrange(&Policy::default(), &mut list);
    assert!(list[1].standing.probe);
    assert_eq!(list[1].dest, six(2).dest);
}

#[test]
fn those_that_failed_wait_for_all_others() {
    let six = |n: u8| c(&format!("2001:db8::{n}"), "2001:db8::9");
    let four = |n: u8| c(&format!("192.0.2.{n}"), "192.0.2.9");
    assert_eq!(
        arranged(&[
            with(six(1), SUSPECT),
            six(2),
            with(four(1), SUSPECT),
            four(2),
            four(3),
        ]),
        [
            "2001:db8::2",
            "192.0.2.2",
            "192.0.2.3",
            "2001:db8::1",
            "192.0.2.1"
        ]
    );
}

#[test]
fn scopes_are_those_of_the_rfc() {
    for (ip, expected) in [
        ("::1", 2),
        ("fe80::1", 2),
        ("fec0::1", 5),
        ("fc00::1", 14),
        ("ff02::1", 2),
        ("ff05::1", 5),
        ("ff0e::1", 14),
        ("2001:db8::1", 14),
        ("127.0.0.1", 2),
        ("169.254.1.1", 2),
        ("10.0.0.1", 14),
        ("::ffff:169.254.1.1", 2),
    ] {
        assert_eq!(scope(ip.parse().unwrap()), expected, "{ip}");
    }
}
