//! IPv6 routes that the kernel leaves out of its dumps.
//!
//! The legs of one route are routes of their own in the kernel's list, and between them there may be
//! others of the same metric. A dump goes on behind the last leg. But the kernel shows its list as a
//! file too, without tables and legs: enough to count.
#![forbid(unsafe_code)]

use core::net::{IpAddr, Ipv6Addr};
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader};

use super::copy::Copy;
use super::types::{Family, Prefix, RouteInfo};

/// One line for each route of all tables.
const LIST: &str = "/proc/thread-self/net/ipv6_route";
/// A longer list takes too long to read.
const LONG: usize = 100_000;
/// The metric of the entry that stands for no route at all.
const NO_ROUTE: &str = "ffffffff";

/// Notes where something may be missing in a copy that has just been read.
pub(super) fn look_for(copy: &mut Copy) {
    let several = copy.told_with_legs();
    if several.is_empty() {
        return;
    }
    let listed = if copy.tables.len(Family::V6) > LONG {
        None
    } else {
        let list = File::open(LIST).map(BufReader::new);
        list.and_then(|list| count(list, &several)).ok()
    };
    compare(copy, several, listed.as_ref());
}

/// Notes the prefixes that the kernel lists another number of routes to, or all without a list.
fn compare(
    copy: &mut Copy,
    several: HashSet<(u32, Prefix)>,
    listed: Option<&HashMap<Prefix, usize>>,
) {
    let tables = copy.tables.table_ids(Family::V6);
    for (table, prefix) in several {
        let there = tables
            .iter()
            .filter_map(|table| copy.tables.exact(*table, prefix));
        let entries: usize = there.flatten().map(|(_, info)| entries(info)).sum();
        if listed.and_then(|listed| listed.get(&prefix)) != Some(&entries) {
            copy.history.mixed6.insert((table, prefix));
        }
    }
}

/// How many the kernel has for this one.
fn entries(info: &RouteInfo) -> usize {
    match info.nexthop_id {
        0 => info.legs.as_slice().len().max(1),
        _ => 1,
    }
}

/// How many routes are listed to each of these prefixes.
fn count(
    mut list: impl BufRead,
    several: &HashSet<(u32, Prefix)>,
) -> io::Result<HashMap<Prefix, usize>> {
    let prefixes = several.iter().map(|(_, prefix)| (*prefix, 0));
    let mut counts: HashMap<Prefix, usize> = prefixes.collect();
    let mut line = String::new();
    while list.read_line(&mut line)? > 0 {
        if let Some(n) = listed(&line).and_then(|prefix| counts.get_mut(&prefix)) {
            *n = n.saturating_add(1);
        }
        line.clear();
    }
    Ok(counts)
}

/// Where the route of a line leads.
fn listed(line: &str) -> Option<Prefix> {
    let mut words = line.split_ascii_whitespace();
    let address = u128::from_str_radix(words.next()?, 16).ok()?;
    let len = u8::from_str_radix(words.next()?, 16).ok()?;
    // Source and its length, gateway, metric.
    if words.nth(3)? == NO_ROUTE {
        return None;
    }
    Prefix::new(IpAddr::V6(Ipv6Addr::from_bits(address)), len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::decide4::world::{prefix, to};
    use crate::route::types::{Message, Route, What};

    const NO: &str = "00000000000000000000000000000000";

    fn line(dst: &str, len: u8, metric: &str) -> String {
        let dst: Ipv6Addr = dst.parse().unwrap();
        let dst = dst.to_bits();
        format!("{dst:032x} {len:02x} {NO} 00 {NO} {metric} 00000001 00000000 00000003       d2\n")
    }

    fn read(routes: &[Route]) -> Copy {
        let mut copy = Copy::new();
        copy.begin_window();
        for route in routes {
            let m = Message {
                kind: 24,
                flags: 0,
                seq: 0,
                port: 0,
                gone: false,
                what: What::Route(route.clone()),
            };
            copy.apply(&m, true);
        }
        copy
    }

    fn check(list: Option<&str>) -> Vec<(u32, Prefix)> {
        let two = |to: Route| to.via(2, "fe80::2").via(3, "fe80::3");
        let mut copy = read(&[
            two(to("2001:db8:a::/48")),
            to("2001:db8:a::/48").via(4, "").table(100),
            two(to("::/0")).table(100),
            to("2001:db8:b::/48").via(4, ""),
            to("2001:db8:c::/48").object(7),
        ]);
        let several = copy.told_with_legs();
        let counts = list.map(|list| count(list.as_bytes(), &several).unwrap());
        compare(&mut copy, several, counts.as_ref());
        copy.end_window();
        let mut noted: Vec<_> = copy.history.mixed6.iter().copied().collect();
        noted.sort();
        noted
    }

    #[test]
    fn what_is_listed_and_not_dumped_is_noticed() {
        let a = line("2001:db8:a::", 0x30, "00000400").repeat(3);
        let default = line("::", 0, "00000400").repeat(2);
        let others = line("2001:db8:b::", 0x30, "00000400").repeat(2)
            + &line("2001:db8:a::", 0x40, "00000400")
            + &line("::", 0, "ffffffff").repeat(2);
        let all = format!("{a}{others}{default}");
        assert_eq!(check(Some(&all)), []);
        let more = all + &line("2001:db8:a::", 0x30, "00000400");
        let here = (254, prefix("2001:db8:a::/48"));
        assert_eq!(check(Some(&more)), [here]);
        let there = (100, prefix("::/0"));
        let less = format!("{a}{}", line("::", 0, "00000400"));
        assert_eq!(check(Some(&less)), [there]);
        assert_eq!(check(None), [there, here]);
    }

    #[test]
    fn a_list_may_be_anything() {
        for text in [
            "",
            "\n",
            "zz 30",
            "00 81 0 0 0 1",
            "00 ff 0 0 0 1",
            "1 2 3 4 5",
            "\0",
        ] {
            assert_eq!(listed(text), None, "{text:?}");
        }
        let at = listed(&line("2001:db8::", 0x20, "00000001"));
        assert_eq!(at, Some(prefix("2001:db8::/32")));
    }
}
