#![allow(clippy::unwrap_used)]

use super::*;
use crate::cao::attempt::{Attempt, Path};
use crate::cao::paths::Limits;
use std::rc::Rc;

const S: i64 = 1_000_000;

fn attempt(dest: &str, outcome: Outcome) -> Rc<Attempt> {
    Rc::new(Attempt {
        id: 1,
        race: 1,
        path: Path {
            source: Some("2001:db8:5::77".parse().unwrap()),
            gateway: Some("fe80::1".parse().unwrap()),
            network: 7,
            partition: 0xabc,
            ..Path::to(dest.parse().unwrap())
        },
        started: 0,
        took_us: 12_345,
        tls_us: 0,
        outcome,
        errno: 0,
        won: false,
        rtt_us: 0,
        rttvar_us: 0,
        retransmits: 0,
    })
}

fn some() -> Paths {
    let mut p = Paths::new(Limits::default(), 0x1234);
    p.ended(&attempt("[2001:db8::1]:80", Outcome::TimedOut), 100 * S);
    p.ended(&attempt("192.0.2.1:443", Outcome::Connected), 101 * S);
    p
}

fn keys(p: &Paths) -> Vec<String> {
    let mut all: Vec<_> = p
        .aggregates()
        .iter()
        .map(|a| format!("{:?}", a.key))
        .collect();
    all.sort();
    all
}

#[test]
fn what_was_written_can_be_read_by_another_process() {
    let p = some();
    let text = write(&p, 102 * S, 1_000_000);
    let mut q = Paths::new(Limits::default(), 99);
    // The clock began anew, and a minute has passed.
    let n = read(&mut q, text.as_bytes(), 5 * S, 1_000_060).unwrap();
    assert_eq!(n, p.aggregates().len());
    assert_eq!(keys(&p), keys(&q));
    assert_eq!(q.secret(), 0x1234);
    let path = attempt("192.0.2.1:443", Outcome::Connected).path;
    let a = q.aggregate(Level::Endpoint, &path).unwrap();
    assert_eq!((a.srtt_us, a.rttvar_us), (12_345, 6_172));
    assert_eq!(a.last_ok, 5 * S - 61 * S);
    let path = attempt("[2001:db8::1]:80", Outcome::Connected).path;
    assert!(q.standing(&path, 5 * S).suspect);
}

#[test]
fn what_serde_reads_is_the_same() {
    let text = write(&some(), 102 * S, 1_000_000);
    let v: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(v["relws-cao"], 1);
    assert_eq!(
        v["paths"].as_array().unwrap().len(),
        some().aggregates().len()
    );
    let first = &v["paths"][0];
    assert_eq!(first["level"], "endpoint");
    assert_eq!(first["ip"], "2001:db8::1");
    assert_eq!(first["fails"], 1);
}

#[test]
fn a_text_that_was_cut_or_changed_is_refused_whole() {
    let text = write(&some(), 102 * S, 1_000_000);
    let mut q = Paths::new(Limits::default(), 99);
    for len in 0..text.len() - 1 {
        assert!(
            read(&mut q, &text.as_bytes()[..len], S, 1_000_000).is_err(),
            "{len}"
        );
    }
    for at in 0..text.len() - 1 {
        for bit in [1, 4, 16] {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= bit;
            let same = text.as_bytes()[at].eq_ignore_ascii_case(&bytes[at]);
            assert!(
                same || read(&mut q, &bytes, S, 1_000_000).is_err(),
                "{at} {bit}"
            );
        }
    }
    assert!(q.aggregates().is_empty());
}

/// Makes the sum of a text right, so that only the rest can be wrong.
fn summed(body: &str) -> Vec<u8> {
    format!("{body},\"sum\":\"{:016x}\"}}\n", sum(body.as_bytes())).into_bytes()
}

#[test]
fn members_that_are_not_known_are_skipped() {
    let text = summed(
        "{\"relws-cao\":1,\"x\":[1,-2.5e3,{\"y\":[true,null,\"\\\"]\"]},[],{}],\"saved\":5,\
         \"secret\":\"1\",\"paths\":[{\"level\":\"family\",\"new\":{},\"ip\":\"::\",\"ok\":1000}]",
    );
    let mut q = Paths::new(Limits::default(), 99);
    assert_eq!(read(&mut q, &text, S, 5), Ok(1));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let mut q = Paths::new(Limits::default(), 99);
    for body in [
        "{\"relws-cao\":2",
        "{\"relws-cao\":1,\"secret\":\"x\"",
        "{\"relws-cao\":1,\"paths\":[{}]",
        "{\"relws-cao\":1,\"paths\":[{\"level\":\"family\"}]",
        "{\"relws-cao\":1,\"paths\":[{\"level\":\"none\",\"ip\":\"::\"}]",
        "{\"relws-cao\":1,\"paths\":[{\"level\":\"family\",\"ip\":\"nowhere\"}]",
        "{\"relws-cao\":1,\"paths\":[{\"level\":\"family\",\"ip\":\"::\",\"ok\":-1}]",
        "{\"relws-cao\":1,\"paths\":[{\"level\":\"family\",\"ip\":\"::\",\"ok\":1.5}]",
        "{\"relws-cao\":1,\"paths\":[{\"level\":\"family\",\"ip\":\"::\",\"port\":65536}]",
        "{\"relws-cao\":1,\"paths\":[{\"level\":\"family\",\"ip\":\"::\",\"last\":99}]",
        "{\"relws-cao\":1,\"paths\":[{\"level\":\"family\",\"ip\":\"::\",}]",
        "{\"other\":1",
    ] {
        assert!(read(&mut q, &summed(body), S, 5).is_err(), "{body}");
    }
    let deep = format!("{{\"relws-cao\":1,\"x\":{}", "[".repeat(100_000));
    assert!(read(&mut q, deep.as_bytes(), S, 5).is_err());
    assert_eq!(
        read(&mut q, &summed("{\"relws-cao\":7"), S, 5),
        Err(Refused::Version(7))
    );
    assert!(q.aggregates().is_empty());
}

#[test]
fn what_was_not_seen_for_a_week_is_left() {
    let text = write(&some(), 102 * S, 1_000_000);
    let mut q = Paths::new(Limits::default(), 99);
    assert_eq!(
        read(&mut q, text.as_bytes(), S, 1_000_000 + 8 * 86_400),
        Ok(0)
    );
    assert!(read(&mut q, text.as_bytes(), S, 1_000_000 + 6 * 86_400).unwrap() > 0);
}

#[test]
fn what_is_known_already_stays_and_the_networks_of_another_host_mean_nothing() {
    let text = write(&some(), 102 * S, 1_000_000);
    let mut q = Paths::new(Limits::default(), 0x1234);
    q.ended(&attempt("[2001:db8::1]:80", Outcome::Connected), S);
    read(&mut q, text.as_bytes(), S, 1_000_000).unwrap();
    let path = attempt("[2001:db8::1]:80", Outcome::Connected).path;
    assert!(!q.standing(&path, S).suspect);
    let mut r = Paths::new(Limits::default(), 0x9999);
    r.ended(&attempt("192.0.2.9:80", Outcome::Connected), S);
    let before = keys(&r);
    assert_eq!(read(&mut r, text.as_bytes(), S, 1_000_000), Ok(0));
    assert_eq!(keys(&r), before);
}

#[test]
fn no_host_part_of_a_source_is_written() {
    assert!(!write(&some(), 102 * S, 1_000_000).contains("2001:db8:5::77"));
    assert!(write(&some(), 102 * S, 1_000_000).contains("2001:db8:5::"));
}
