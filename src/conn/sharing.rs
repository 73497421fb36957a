//! Vhosts that listen at the same place: one of them has the sockets, and accepts for all. Which of
//! them a client means is what it says in TLS, then what it says in each request.

use super::error::Error;
use super::vhost::Vhost;
#[cfg(feature = "LWS_ROLE_H1")]
use super::wsi::Wsi;
use crate::conn::conns::Conns;
use crate::log::log_notice;
use std::rc::Rc;

/// Whether two vhosts are to listen at the same place.
pub(super) fn together(a: &Vhost, b: &Vhost) -> bool {
    let (Some(x), Some(y)) = (&a.set.listen, &b.set.listen) else {
        return false;
    };
    let port = x.unix || (a.listen_port.get() == b.listen_port.get() && a.listen_port.get() > 0);
    port && x.unix == y.unix && x.iface == y.iface && !a.gone.get() && !b.gone.get()
}

/// Lets a new vhost take part in what another one accepts, if there is one at that place. `Ok(false)`:
/// there is none.
pub(super) fn join(conns: &Conns, vhost: &Rc<Vhost>) -> Result<bool, Error> {
    let all = conns.all_vhosts();
    let mut beside = all.iter().filter(|v| together(v, vhost));
    let Some(owner) = beside.find(|v| v.listening.owns(conns)) else {
        return Ok(false);
    };
    #[cfg(feature = "LWS_WITH_TLS")]
    if owner.tls.server().is_some() != vhost.tls.server().is_some() {
        let name = owner.name().to_string_lossy();
        return Err(Error::Mixed(name.into_owned()));
    }
    vhost.listening.shares.set(true);
    log_notice!(
        vhost.log,
        "vhost {:?}: vhost {:?} accepts for it",
        vhost.name(),
        owner.name()
    );
    Ok(true)
}

/// Before a vhost ends: its sockets become those of another one at the same place.
pub(super) fn bequeath(conns: &Conns, vhost: &Rc<Vhost>) {
    if vhost.listening.shares.get() {
        return;
    }
    let all = conns.all_vhosts();
    let mut beside = all.iter().filter(|v| !Rc::ptr_eq(v, vhost));
    let Some(heir) = beside.find(|v| v.listening.shares.get() && together(v, vhost)) else {
        return;
    };
    vhost.listening.hand_to(conns, heir);
    log_notice!(heir.log, "vhost {:?}: accepts by itself now", heir.name());
}

/// The vhost that a client means by the name of a host, among those that share what `vhost` listens
/// to: the one of that name; the one with the longest name that the host's ends with, after a dot; the
/// first. `None`: there is nothing to choose.
#[cfg(any(feature = "LWS_ROLE_H1", feature = "LWS_WITH_TLS"))]
pub(super) fn choose(conns: &Conns, vhost: &Rc<Vhost>, host: &[u8]) -> Option<Rc<Vhost>> {
    conns.with_vhosts(|all| {
        if all.len() < 2 {
            return None;
        }
        let beside = || all.iter().filter(|v| together(v, vhost));
        let at = nearest(beside().map(|v| v.name().to_bytes()), host).unwrap_or(0);
        beside().nth(at).cloned()
    })
}

/// As [`choose`], where that is not the one that the connection belongs to.
#[cfg(feature = "LWS_ROLE_H1")]
pub(super) fn meant(conns: &Conns, wsi: &Wsi, host: &[u8]) -> Option<Rc<Vhost>> {
    choose(conns, &wsi.vhost, host).filter(|v| !Rc::ptr_eq(v, &wsi.vhost))
}

/// Which of these names of hosts a client means that asks for `host`, a port behind it or not: that
/// one, in any case, or the longest that it ends with after a dot.
#[cfg(any(feature = "LWS_ROLE_H1", feature = "LWS_WITH_TLS"))]
fn nearest<'a>(names: impl Iterator<Item = &'a [u8]>, host: &[u8]) -> Option<usize> {
    let host = match host.iter().rposition(|b| *b == b':') {
        // What an IPv6 address has in its brackets is no port.
        Some(at) if host.get(at..).is_some_and(|p| !p.contains(&b']')) => host.get(..at),
        _ => Some(host),
    };
    let host = host.unwrap_or(&[]);
    let host = host.strip_suffix(b".").unwrap_or(host);
    let mut found: Option<(usize, usize)> = None;
    for (at, name) in names.enumerate() {
        let Some((before, end)) = host
            .len()
            .checked_sub(name.len())
            .and_then(|n| host.split_at_checked(n))
        else {
            continue;
        };
        let fits = !name.is_empty()
            && end.eq_ignore_ascii_case(name)
            && (before.is_empty() || before.ends_with(b"."));
        if fits && found.is_none_or(|(_, len)| len < name.len()) {
            found = Some((at, name.len()));
        }
    }
    found.map(|(at, _)| at)
}

#[cfg(all(test, feature = "LWS_ROLE_H1"))]
mod tests {
    use super::*;

    #[test]
    fn a_host_means_its_name_or_the_longest_that_it_ends_with() {
        let names = [&b"first"[..], b"example", b"b.Example", b"", b"::1"];
        let of = |host: &str| nearest(names.into_iter(), host.as_bytes());
        for (host, at) in [
            ("first", Some(0)),
            ("FIRST:80", Some(0)),
            ("first.", Some(0)),
            ("first.:80", Some(0)),
            ("example", Some(1)),
            ("a.example", Some(1)),
            ("B.example", Some(2)),
            ("a.b.example:1", Some(2)),
            ("xexample", None),
            ("exampl", None),
            ("", None),
            (":80", None),
            (".", None),
            ("[::1]", None),
            ("[::1]:80", None),
        ] {
            assert_eq!(of(host), at, "{host}");
        }
    }
}
