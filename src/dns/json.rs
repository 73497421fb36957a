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

/// `,"key":` and a number, or null.
fn number(out: &mut String, key: &str, n: Option<i64>) {
    text(out, key, "");
    match n {
        Some(n) => {
            put!(out, "{n}");
        }
        None => out.push_str("null"),
    }
}

/// `,"key":` and what stands for itself.
fn text(out: &mut String, key: &str, value: &str) {
    for piece in [",\"", key, "\":", value] {
        out.push_str(piece);
    }
}

fn flag(out: &mut String, key: &str, is: bool) {
    text(out, key, if is { "true" } else { "false" });
}

fn count(n: u64) -> Option<i64> {
    Some(i64::try_from(n).unwrap_or(i64::MAX))
}

fn server(s: &Server, first: bool, now: i64) -> String {
    let mut out = String::from(comma(first));
    put!(out, "{{\"address\":\"{}\"", s.address);
    flag(&mut out, "added", s.added);
    flag(&mut out, "reachable", s.reachable);
    let rests = s.rests_until.map_or(0, |us| us.saturating_sub(now).max(0));
    let c = s.counts;
    for (key, n) in [
        ("srtt_us", s.srtt_us),
        ("var_us", s.srtt_us.and(Some(s.var_us))),
        ("failures", count(s.failures.into())),
        ("rests_us", Some(rests)),
        ("sent", count(c.sent)),
        ("answers", count(c.answers)),
        ("refusals", count(c.refusals)),
        ("timeouts", count(c.timeouts)),
        ("dropped", count(c.dropped)),
        ("tcp", count(c.tcp)),
    ] {
        number(&mut out, key, n);
    }
    out.push('}');
    out
}

fn name(m: &Machine, entry: &Entry, first: bool, now: i64) -> String {
    let mut out = String::from(comma(first));
    out.push_str("{\"name\":\"");
    let shown = Name::from_wire(entry.name()).map_or(String::new(), |n| n.to_string());
    // In names, a backslash is before what JSON has to escape as well.
    for c in shown.chars() {
        if matches!(c, '\\' | '"') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    for (want, key) in [(Want::A, "a"), (Want::Aaaa, "aaaa"), (Want::Https, "https")] {
        if let Some(f) = entry.fact(want) {
            text(&mut out, key, "");
            fact(&mut out, m, f, now);
        }
    }
    out.push('}');
    out
}

fn fact(out: &mut String, m: &Machine, f: &Fact, now: i64) {
    out.push_str(match f.what {
        What::Addresses(_) | What::Services(_) => "{\"status\":\"found\"",
        What::NoData => "{\"status\":\"no data\"",
        What::NoName => "{\"status\":\"no name\"",
        What::Failed(_) => "{\"status\":\"failed\"",
    });
    number(out, "ttl_us", Some(f.until_us.saturating_sub(now)));
    number(out, "took_us", Some(f.took_us.into()));
    flag(out, "validated", f.validated);
    if let Some(s) = m.servers.list.iter().find(|s| s.id == f.server) {
        put!(out, ",\"server\":\"{}\"", s.address);
    }
    match &f.what {
        What::Addresses(all) => {
            text(out, "addresses", "[");
            for (n, ip) in all.iter().enumerate() {
                put!(out, "{}\"{ip}\"", if n == 0 { "" } else { "," });
            }
            out.push(']');
        }
        What::Services(all) => number(out, "services", count(all.len() as u64)),
        _ => (),
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::super::cache::Fact;
    use super::super::machine::Settings;
    use super::*;
    use std::net::IpAddr;

    #[test]
    fn servers_and_names_are_json() {
        let settings = Settings {
            v6: true,
            optimistic: false,
            way6: true,
        };
        let mut m = Machine::new(settings, |buf| buf.fill(7));
        let file = b"nameserver 192.0.2.1\nnameserver [fe80::1%3]:5353";
        m.configure(super::super::conf::parse(file, |_| None));
        let server = m.servers.get(2).unwrap();
        server.answered(0, 40_000);
        server.counts.sent = 3;
        let odd = Name::from_text(br#"a\"b.\.\\.\255"#).unwrap();
        let ips: [IpAddr; 2] = ["192.0.2.7".parse().unwrap(), "2001:db8::7".parse().unwrap()];
        let mut known = Fact::new(What::Addresses(ips.into()), Some(60), 0);
        (known.server, known.took_us) = (2, 900);
        m.cache.put(&odd, Want::A, known);
        m.cache
            .put(&odd, Want::Aaaa, Fact::new(What::NoData, None, 0));
        m.cache.put(
            &odd,
            Want::Https,
            Fact::new(What::Services([].into()), None, 0),
        );
        let x = Name::from_text(b"x").unwrap();
        m.cache.put(&x, Want::A, Fact::new(What::NoName, None, 0));
        m.cache
            .put(&x, Want::Aaaa, Fact::new(What::Failed(1), None, 0));
        let mut text = String::new();
        emit_all(&pieces(&m, 1_000_000), &mut |piece| {
            text.push_str(piece);
            true
        });
        let all: serde_json::Value = serde_json::from_str(&text).unwrap();
        let expected = serde_json::json!({
            "servers": [
                { "address": "192.0.2.1:53", "added": false, "reachable": true, "srtt_us": null,
                  "var_us": null, "failures": 0, "rests_us": 0, "sent": 0, "answers": 0,
                  "refusals": 0, "timeouts": 0, "dropped": 0, "tcp": 0 },
                { "address": "[fe80::1%3]:5353", "added": false, "reachable": true,
                  "srtt_us": 40_000, "var_us": 20_000, "failures": 0, "rests_us": 0, "sent": 3,
                  "answers": 1, "refusals": 0, "timeouts": 0, "dropped": 0, "tcp": 0 },
            ],
            "names": [
                { "name": "x",
                  "a": { "status": "no name", "ttl_us": 4_000_000, "took_us": 0,
                         "validated": false },
                  "aaaa": { "status": "failed", "ttl_us": 0, "took_us": 0, "validated": false } },
                { "name": r#"a\"b.\.\\.\255"#,
                  "a": { "status": "found", "ttl_us": 59_000_000, "took_us": 900,
                         "validated": false, "server": "[fe80::1%3]:5353",
                         "addresses": ["192.0.2.7", "2001:db8::7"] },
                  "aaaa": { "status": "no data", "ttl_us": 4_000_000, "took_us": 0,
                            "validated": false },
                  "https": { "status": "found", "ttl_us": 0, "took_us": 0, "validated": false,
                             "services": 0 } },
            ],
        });
        assert_eq!(all, expected);
        // It ends when no more is wanted.
        let mut left = 2;
        emit_all(&pieces(&m, 0), &mut |_| {
            left -= 1;
            left > 0
        });
        assert_eq!(left, 0);
    }
}
