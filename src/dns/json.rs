//! What the resolver knows, as JSON (RFC 8259).

use super::cache::{Entry, Fact, Want, What};
use super::machine::Machine;
use super::name::Name;
use super::servers::Server;
use std::fmt::Write;

/// Takes a piece of text; false: no more.
type Emit<'a> = &'a mut dyn FnMut(&str) -> bool;

/// What `write!` to a String returns is always Ok.
macro_rules! put {
    ($out:expr, $($arg:tt)*) => { let _ = write!($out, $($arg)*); };
}

/// All of it in pieces, a server or a name each.
pub(super) fn pieces(m: &Machine, now: i64) -> Vec<String> {
    let mut all = vec!["{\"servers\":[".to_string()];
    for (n, s) in m.servers.list.iter().enumerate() {
        all.push(server(s, n == 0, now));
    }
    all.push("\n],\n\"names\":[".into());
    for (n, entry) in m.cache.all().enumerate() {
        all.push(name(m, entry, n == 0, now));
    }
    all.push("\n]}\n".into());
    all
}

/// Hands the pieces out, until `emit` wants no more.
pub(super) fn emit_all(pieces: &[String], emit: Emit<'_>) {
    for piece in pieces {
        if !emit(piece) {
            return;
        }
    }
}

fn comma(first: bool) -> &'static str {
    if first { "\n" } else { ",\n" }
}

fn server(s: &Server, first: bool, now: i64) -> String {
    let mut out = String::from(comma(first));
    put!(
        out,
        "{{\"address\":\"{}\",\"added\":{},\"reachable\":{},",
        s.address,
        s.added,
        s.reachable
    );
    match s.srtt_us {
        Some(srtt) => {
            put!(out, "\"srtt_us\":{srtt},\"var_us\":{},", s.var_us);
        }
        None => out.push_str("\"srtt_us\":null,\"var_us\":null,"),
    }
    let rests = s.rests_until.map_or(0, |us| us.saturating_sub(now).max(0));
    let c = s.counts;
    put!(
        out,
        "\"failures\":{},\"rests_us\":{rests},\"sent\":{},\"answers\":{},\"refusals\":{},\
         \"timeouts\":{},\"dropped\":{},\"tcp\":{}}}",
        s.failures,
        c.sent,
        c.answers,
        c.refusals,
        c.timeouts,
        c.dropped,
        c.tcp
    );
    out
}

fn name(m: &Machine, entry: &Entry, first: bool, now: i64) -> String {
    let mut out = String::from(comma(first));
    let shown = Name::from_wire(entry.name()).map_or(String::new(), |n| n.to_string());
    // In names, a backslash is before what JSON has to escape as well.
    put!(
        out,
        "{{\"name\":\"{}\"",
        shown.replace('\\', "\\\\").replace('"', "\\\"")
    );
    for (want, key) in [(Want::A, "a"), (Want::Aaaa, "aaaa"), (Want::Https, "https")] {
        if let Some(f) = entry.fact(want) {
            put!(out, ",\"{key}\":");
            fact(&mut out, m, f, now);
        }
    }
    out.push('}');
    out
}

fn fact(out: &mut String, m: &Machine, f: &Fact, now: i64) {
    let status = match f.what {
        What::Addresses(_) | What::Services(_) => "found",
        What::NoData => "no data",
        What::NoName => "no name",
        What::Failed(_) => "failed",
    };
    put!(
        out,
        "{{\"status\":\"{status}\",\"ttl_us\":{},\"took_us\":{},\"validated\":{}",
        f.until_us.saturating_sub(now),
        f.took_us,
        f.validated
    );
    if let Some(s) = m.servers.list.iter().find(|s| s.id == f.server) {
        put!(out, ",\"server\":\"{}\"", s.address);
    }
    match &f.what {
        What::Addresses(all) => {
            out.push_str(",\"addresses\":[");
            for (n, ip) in all.iter().enumerate() {
                put!(out, "{}\"{ip}\"", if n == 0 { "" } else { "," });
            }
            out.push(']');
        }
        What::Services(all) => {
            put!(out, ",\"services\":{}", all.len());
        }
        _ => (),
    }
    out.push('}');
}
