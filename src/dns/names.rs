//! What a text is that somebody asks for: an address, a name that is not to be asked for at all, or
//! names to ask servers for, one after the other.

use super::conf::{Conf, Flag};
use super::name::{BadName, Name};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What there is to do for a name.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Plan {
    /// It is known what its addresses are.
    Known(Vec<IpAddr>),
    /// There is no such name, and no server may be asked for it.
    None,
    /// To be asked for, in this order.
    Ask(Vec<Name>),
}

/// Makes the plan for a name, which is `absolute` when its text ends with a dot.
pub(crate) fn plan(name: &Name, absolute: bool, conf: &Conf, v6: bool) -> Plan {
    // RFC 6761 section 6.3; the second name is lws's.
    if name.ends_in(b"localhost") {
        let mut all = vec![IpAddr::from(Ipv4Addr::LOCALHOST)];
        if v6 {
            all.push(Ipv6Addr::LOCALHOST.into());
        }
        return Plan::Known(all);
    }
    if name.labels() == 1 && name.ends_in(b"localhost6") && v6 {
        return Plan::Known(vec![Ipv6Addr::LOCALHOST.into()]);
    }
    // RFC 6761 section 6.4, RFC 7686 section 2.
    if name.ends_in(b"invalid") || name.ends_in(b"onion") {
        return Plan::None;
    }
    let dots = name.labels().saturating_sub(1);
    let itself = || name.clone();
    if absolute {
        return Plan::Ask(vec![itself()]);
    }
    let as_it_is = dots > 0 || !conf.options.has(Flag::NoTldQuery);
    let first = dots >= conf.options.ndots;
    let mut all = Vec::new();
    if first && as_it_is {
        all.push(itself());
    }
    for domain in &conf.search {
        // One that becomes too long is left out.
        if let Ok(name) = name.under(domain) {
            all.push(name);
        }
    }
    if !first && as_it_is {
        all.push(itself());
    }
    Plan::Ask(all)
}

/// An address in numbers, as programs write it: IPv6 in brackets or not.
pub(crate) fn numeric(text: &str) -> Option<IpAddr> {
    let inner = text
        .strip_prefix('[')
        .and_then(|t| t.strip_suffix(']'))
        .unwrap_or(text);
    inner.parse().ok()
}

/// The name, and whether its text ends with a dot that is not part of a label.
pub(crate) fn read(text: &[u8]) -> Result<(Name, bool), BadName> {
    let name = Name::from_text(text)?;
    let absolute = match text.strip_suffix(b".") {
        None => false,
        Some(front) => {
            let slashes = front.iter().rev().take_while(|c| **c == b'\\').count();
            slashes % 2 == 0
        }
    };
    Ok((name, absolute))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan_of(text: &str, conf: &str, v6: bool) -> Plan {
        let (name, absolute) = read(text.as_bytes()).unwrap();
        plan(
            &name,
            absolute,
            &super::super::conf::parse(conf.as_bytes(), |_| None),
            v6,
        )
    }

    fn asks(text: &str, conf: &str) -> Vec<String> {
        match plan_of(text, conf, true) {
            Plan::Ask(all) => all.iter().map(|n| n.to_string()).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn names_that_no_server_is_asked_for() {
        let both: Vec<IpAddr> = vec!["127.0.0.1".parse().unwrap(), "::1".parse().unwrap()];
        for name in ["localhost", "LocalHost.", "a.b.localhost"] {
            assert_eq!(plan_of(name, "search x", true), Plan::Known(both.clone()));
            assert_eq!(plan_of(name, "", false), Plan::Known(both[..1].to_vec()));
        }
        assert_eq!(
            plan_of("localhost6", "", true),
            Plan::Known(both[1..].to_vec())
        );
        for name in ["invalid", "a.invalid", "x.ONION."] {
            assert_eq!(plan_of(name, "search x", true), Plan::None);
        }
        assert_eq!(asks("localhost.x", ""), ["localhost.x"]);
    }

    #[test]
    fn search_domains() {
        let conf = "search s.x t.y\n";
        for (name, more, expected) in [
            ("a", "", &["a.s.x", "a.t.y", "a"][..]),
            ("a.", "", &["a"]),
            (r"a\.", "", &[r"a\..s.x", r"a\..t.y", r"a\."]),
            ("a.b", "", &["a.b", "a.b.s.x", "a.b.t.y"]),
            ("a.b.", "", &["a.b"]),
            ("a.b", "options ndots:2", &["a.b.s.x", "a.b.t.y", "a.b"]),
            ("a", "options ndots:0", &["a", "a.s.x", "a.t.y"]),
            ("a", "options no-tld-query", &["a.s.x", "a.t.y"]),
            (
                "a.b",
                "options no-tld-query",
                &["a.b", "a.b.s.x", "a.b.t.y"],
            ),
        ] {
            assert_eq!(
                asks(name, &format!("{conf}{more}")),
                expected,
                "{name} {more}"
            );
        }
        // Too long with a domain behind it: asked for without.
        let long = "a.".repeat(126);
        assert_eq!(asks(long.trim_end_matches('.'), conf).len(), 1);
    }

    #[test]
    fn numbers() {
        assert_eq!(numeric("[::1]"), "::1".parse().ok());
        assert_eq!(numeric("1.2.3.4"), "1.2.3.4".parse().ok());
        for none in ["1.2.3", "[1.2.3.4", "a", ""] {
            assert_eq!(numeric(none), None);
        }
    }
}
