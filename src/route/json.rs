//! The copy as JSON (RFC 8259).

use super::bulk::copied;
use super::monitor::Monitor;
use super::types::{Addr, Family, IfName, Leg, Link, Prefix, RouteInfo, Rule};
use crate::util::sort::sort_by_key;
use std::collections::TryReserveError;
use std::fmt::Write;

/// Takes a piece of text; false: no more.
type Emit<'a> = &'a mut dyn FnMut(&str) -> bool;

/// What `write!` to a String returns is always Ok.
macro_rules! put {
    ($out:expr, $($arg:tt)*) => { let _ = write!($out, $($arg)*); };
}

/// Texts of lists are given out when they are longer than this.
const PIECE: usize = 4096;

/// Writes all of it, until `emit` wants no more. Fails when there is no memory.
pub(crate) fn dump(monitor: &Monitor, emit: Emit<'_>) -> Result<(), TryReserveError> {
    monitor.refresh();
    let (synced, links, addrs, rules) = monitor.with_copy(|copy, synced| {
        let mut links = copied(copy.links.values().cloned())?;
        sort_by_key(&mut links, |l| l.index);
        let mut addrs = copied(copy.addresses().cloned())?;
        sort_by_key(&mut addrs, |a| (a.index, a.local));
        let rules = copied(copy.rules4.iter().chain(&copy.rules6).cloned())?;
        Ok::<_, TryReserveError>((synced, links, addrs, rules))
    })?;
    let mut text = format!("{{\"synced\":{synced}");
    let lists = list(&mut text, "links", &links, link, emit)
        && list(&mut text, "addrs", &addrs, addr, emit)
        && list(&mut text, "rules", &rules, rule, emit);
    text.push_str(",\n\"routes\":[");
    if !lists || !emit(&text) {
        return Ok(());
    }
    let mut first = true;
    let mut more = true;
    monitor.walk(&mut |table, prefix, info| {
        text.clear();
        text.push_str(if core::mem::take(&mut first) {
            "\n"
        } else {
            ",\n"
        });
        route(&mut text, table, prefix, info);
        more = emit(&text);
        more
    })?;
    if more {
        emit("\n]}\n");
    }
    Ok(())
}

/// A member that is a list. Returns whether more is wanted.
fn list<T>(
    out: &mut String,
    name: &str,
    all: &[T],
    each: fn(&mut String, &T),
    emit: Emit<'_>,
) -> bool {
    put!(out, ",\n\"{name}\":[");
    for (n, item) in all.iter().enumerate() {
        out.push_str(if n == 0 { "\n" } else { ",\n" });
        each(out, item);
        if out.len() > PIECE {
            if !emit(out) {
                return false;
            }
            out.clear();
        }
    }
    out.push_str("\n]");
    true
}

/// The name of an interface may be any bytes but `/` and blanks.
fn name(out: &mut String, name: &IfName) {
    out.push('"');
    for c in String::from_utf8_lossy(name.as_bytes()).chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                put!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn link(out: &mut String, l: &Link) {
    put!(out, "{{\"ifindex\":{},\"name\":", l.index);
    name(out, &l.name);
    put!(out, ",\"up\":{},\"carrier\":{}", l.up(), l.carrier());
    if l.master != 0 {
        put!(out, ",\"master\":{}", l.master);
    }
    out.push('}');
}

fn addr(out: &mut String, a: &Addr) {
    put!(
        out,
        "{{\"ifindex\":{},\"local\":\"{}\",\"prefix_len\":{}",
        a.index,
        a.local,
        a.prefix_len
    );
    if a.peer != a.local {
        put!(out, ",\"peer\":\"{}\"", a.peer);
    }
    out.push('}');
}

fn family(f: Family) -> &'static str {
    match f {
        Family::V4 => "inet",
        Family::V6 => "inet6",
    }
}

fn rule(out: &mut String, r: &Rule) {
    put!(
        out,
        "{{\"family\":\"{}\",\"pref\":{},\"action\":{},\"table\":{}",
        family(r.family),
        r.pref,
        r.action,
        r.table
    );
    for (key, p) in [("src", r.src), ("dst", r.dst)] {
        if let Some(p) = p {
            put!(out, ",\"{key}\":\"{}/{}\"", p.address, p.len);
        }
    }
    for (key, n) in [("iif", &r.iif), ("oif", &r.oif)] {
        if !n.is_empty() {
            put!(out, ",\"{key}\":");
            name(out, n);
        }
    }
    if r.mark_mask != 0 {
        put!(out, ",\"mark\":{},\"mask\":{}", r.mark, r.mark_mask);
    }
    if r.invert {
        out.push_str(",\"invert\":true");
    }
    out.push('}');
}

fn route(out: &mut String, table: u32, dst: Prefix, r: &RouteInfo) {
    put!(
        out,
        "{{\"family\":\"{}\",\"table\":{table},\"dst\":\"{}/{}\",\"type\":{},\"metric\":{}",
        family(dst.family()),
        dst.address,
        dst.len,
        r.kind,
        r.metric
    );
    if let Some(s) = r.source {
        put!(out, ",\"src\":\"{}/{}\"", s.address, s.len);
    }
    if let Some(p) = r.prefsrc {
        put!(out, ",\"prefsrc\":\"{p}\"");
    }
    if r.tos != 0 {
        put!(out, ",\"tos\":{}", r.tos);
    }
    if r.nexthop_id != 0 {
        put!(out, ",\"nexthop_id\":{}", r.nexthop_id);
    }
    out.push_str(",\"hops\":[");
    for (n, leg) in r.legs.as_slice().iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        hop(out, leg);
    }
    out.push_str("]}");
}

fn hop(out: &mut String, leg: &Leg) {
    put!(
        out,
        "{{\"ifindex\":{},\"weight\":{}",
        leg.index,
        leg.weight.max(1)
    );
    if let Some(g) = leg.gateway {
        put!(out, ",\"gateway\":\"{g}\"");
    }
    if leg.flags != 0 {
        put!(out, ",\"flags\":{}", leg.flags);
    }
    out.push('}');
}
