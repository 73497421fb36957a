//! IPv6 routes that the kernel leaves out of its dumps.
//!
//! The legs of one multipath route are routes of their own in the kernel's list, and between them
//! there may be others of the same metric. A dump goes on behind the last leg, so it skips those.
//! The kernel tells how many routes it has (`fib_rt_entries` in `/proc/net/rt6_stats`): where the
//! copy has as many, nothing was skipped. Where it has not, `/proc/net/ipv6_route` tells at which
//! prefix, if it is short: the kernel begins at the root again for each page of that file, so that
//! reading takes time with the square of its length (7 s for 60,000 routes). For a longer one the
//! kernel is asked about all prefixes that have a route with several legs.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use core::net::{IpAddr, Ipv6Addr};
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader};

use super::copy::KernelCopy;
use super::tally::entries6;
use super::types::Prefix;

/// One line for each route of all tables, two for the entry of a table that stands for no route.
const LIST: &str = "/proc/thread-self/net/ipv6_route";
/// Counters of the kernel's IPv6 tables: one line of hexadecimal numbers.
const COUNTS: &str = "/proc/thread-self/net/rt6_stats";
/// Which of these numbers is that of routes, in all tables and with each leg counted.
const ENTRIES: usize = 3;
/// A list of more routes than this takes more than 2 ms to read.
const SHORT: usize = 1000;
/// The metric of the entry that stands for no route at all.
const NO_ROUTE: &str = "ffffffff";

/// How many IPv6 routes the kernel has now. `None`: it does not tell.
pub(super) fn total() -> Option<usize> {
    total_of(&std::fs::read_to_string(COUNTS).ok()?)
}

fn total_of(counts: &str) -> Option<usize> {
    let entries = counts.split_ascii_whitespace().nth(ENTRIES)?;
    usize::from_str_radix(entries, 16).ok()
}

/// Notes where something is missing in a copy that has been read, when the kernel has `total`
/// routes.
pub(super) fn look_for(copy: &mut KernelCopy, total: Option<usize>) {
    compare(copy, total, || {
        let list = File::open(LIST)?;
        Ok(BufReader::with_capacity(4096, list))
    });
}

fn compare<R: BufRead>(
    copy: &mut KernelCopy,
    total: Option<usize>,
    list: impl FnOnce() -> io::Result<R>,
) {
    let complete = total == Some(copy.tables.tally().entries6());
    copy.history.skipped6 = !complete;
    if complete || copy.history.legs6.is_empty() || total.is_none_or(|total| total > SHORT) {
        return;
    }
    let listed = list().and_then(|list| count(list, &copy.history.legs6));
    if let Ok(listed) = listed {
        copy.history.skipped6 = false;
        note(copy, &listed);
    }
}

/// Notes the prefixes that the kernel lists another number of routes to.
fn note(copy: &mut KernelCopy, listed: &HashMap<Prefix, usize>) {
    let tables = copy.tables.table_ids(super::types::Family::V6);
    for (table, prefix) in &copy.history.legs6 {
        let there = tables
            .clone()
            .filter_map(|table| copy.tables.exact(table, *prefix));
        let entries: usize = there.flatten().map(|(_, info)| entries6(info)).sum();
        if listed.get(prefix) != Some(&entries) {
            copy.history.mixed6.insert((*table, *prefix));
        }
    }
}

/// How many routes are listed to each of these prefixes. Fails when the list is longer than it was
/// said to be.
fn count(
    mut list: impl BufRead,
    prefixes: &HashSet<(u32, Prefix)>,
) -> io::Result<HashMap<Prefix, usize>> {
    let prefixes = prefixes.iter().map(|(_, prefix)| (*prefix, 0));
    let mut counts: HashMap<Prefix, usize> = prefixes.collect();
    let mut line = String::new();
    let mut lines = 0usize;
    while list.read_line(&mut line)? > 0 {
        lines = lines.saturating_add(1);
        if lines > 2 * SHORT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
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

    fn read(routes: &[Route]) -> KernelCopy {
        let mut copy = KernelCopy::new();
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

    /// Two routes with two legs, and three others.
    fn example() -> KernelCopy {
        let two = |to: Route| to.via(2, "fe80::2").via(3, "fe80::3");
        let mut copy = read(&[
            two(to("2001:db8:a::/48")),
            to("2001:db8:a::/48").via(4, "").table(100),
            two(to("::/0")).table(100),
            to("2001:db8:b::/48").via(4, ""),
            to("2001:db8:c::/48").object(7),
        ]);
        copy.end_window();
        copy
    }

    const KNOWN: usize = 7;

    fn check(list: &str, total: usize) -> Vec<(u32, Prefix)> {
        let mut copy = example();
        assert_eq!(copy.tables.tally().entries6(), KNOWN);
        compare(&mut copy, Some(total), || Ok(list.as_bytes()));
        assert!(!copy.history.skipped6);
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
        assert_eq!(check(&all, KNOWN + 1), []);
        let more = all + &line("2001:db8:a::", 0x30, "00000400");
        let here = (254, prefix("2001:db8:a::/48"));
        assert_eq!(check(&more, KNOWN + 1), [here]);
        let there = (100, prefix("::/0"));
        let less = format!("{a}{}", line("::", 0, "00000400"));
        assert_eq!(check(&less, KNOWN - 1), [there]);
        // as many as the kernel has
        assert_eq!(check(&more, KNOWN), []);
    }

    /// A list that nobody may read.
    fn never() -> io::Result<&'static [u8]> {
        panic!("the list is read")
    }

    #[test]
    fn a_long_list_is_not_read() {
        let mixed = |copy: &KernelCopy, to: &str| copy.mixed_from(254, to.parse().unwrap(), 0);
        for total in [None, Some(SHORT + 1), Some(1_000_000)] {
            let mut copy = example();
            compare(&mut copy, total, never);
            // of whatever has several legs
            assert!(mixed(&copy, "2001:db8:a::9") && !mixed(&copy, "2001:db8:b::9"));
            // until the kernel has as many
            compare(&mut copy, Some(KNOWN), never);
            assert!(!mixed(&copy, "2001:db8:a::9"));
        }
        // nor when there is nothing that could hide a route
        let mut copy = read(&[to("2001:db8:b::/48").via(4, "")]);
        copy.end_window();
        compare(&mut copy, Some(2), never);
    }

    #[test]
    fn a_list_that_grows_is_left_off() {
        let lines = line("2001:db8:a::", 0x30, "00000400").repeat(3 * SHORT);
        let mut rest = lines.as_bytes();
        let mut copy = example();
        compare(&mut copy, Some(SHORT), || Ok(&mut rest));
        assert!(copy.history.skipped6);
        let read = (lines.len() - rest.len()) / (lines.len() / (3 * SHORT));
        assert!(read <= 2 * SHORT + 1, "{read} lines were read");
    }

    #[test]
    fn the_kernel_counts_in_hexadecimal() {
        let counts = "0003 0003 0008 01f9 0000 0000 0000\n";
        assert_eq!(total_of(counts), Some(0x1f9));
        for text in ["", "0003 0003 0008", "1 2 3 x 5"] {
            assert_eq!(total_of(text), None, "{text:?}");
        }
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
