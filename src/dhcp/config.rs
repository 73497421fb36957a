//! What a lease changes on its interface: the way from what it has to what it is to have.

use super::lease::Lease;
use crate::route::wire::change::{Address, Way};
use core::net::Ipv4Addr;

/// One step, each a request to the kernel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    AddAddress(Address),
    TakeAddress(Address),
    AddWay(Way),
    TakeWay(Way),
    /// The MTU that the lease has; none for the one from before.
    Mtu(Option<u16>),
}

/// An interface as a lease wants it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) index: u32,
    /// Of the routes through a gateway.
    pub(crate) metric: u32,
}

/// The steps from what `before` gave to what `after` gives, at the time `now`. What is the same is
/// not touched: taking it away would close connections.
pub(crate) fn steps(
    place: Place,
    before: Option<&Lease>,
    after: Option<&Lease>,
    now: i64,
) -> Vec<Step> {
    let mut all = Vec::new();
    let old = before.map(|l| (address(place, l, now), ways(place, l)));
    let new = after.map(|l| (address(place, l, now), ways(place, l)));
    let same_address = match (&old, &new) {
        (Some((a, _)), Some((b, _))) => (a.ip, a.bits) == (b.ip, b.bits),
        _ => false,
    };
    if let Some((a, ways)) = &new {
        // A shorter MTU comes before what would send longer packets.
        if before.and_then(|l| l.given.mtu) != after.and_then(|l| l.given.mtu) {
            all.push(Step::Mtu(after.and_then(|l| l.given.mtu)));
        }
        all.push(Step::AddAddress(*a));
        let had: &[Way] = old.as_ref().map_or(&[], |(_, w)| w);
        all.extend(
            ways.iter()
                .filter(|w| !had.contains(w))
                .map(|w| Step::AddWay(*w)),
        );
    }
    if let Some((a, ways)) = &old {
        let has: &[Way] = new.as_ref().map_or(&[], |(_, w)| w);
        let goes = |w: &&Way| {
            // One with another gateway has replaced it.
            !has.iter()
                .any(|h| (h.to, h.bits, h.metric) == (w.to, w.bits, w.metric))
        };
        all.extend(ways.iter().filter(goes).map(|w| Step::TakeWay(*w)));
        if !same_address {
            all.push(Step::TakeAddress(*a));
        }
        if new.is_none() && before.is_some_and(|l| l.given.mtu.is_some()) {
            all.push(Step::Mtu(None));
        }
    }
    all
}

fn address(place: Place, l: &Lease, now: i64) -> Address {
    let left = |end: i64| {
        // Rather a second longer than shorter: the client takes it away itself, in time.
        let s = end.saturating_sub(now).max(0) / 1_000_000;
        u32::try_from(s.saturating_add(1)).unwrap_or(u32::MAX)
    };
    Address {
        index: place.index,
        ip: l.address,
        bits: l.bits,
        broadcast: l.broadcast(),
        valid_s: l.end_us.map(left),
    }
}

/// The routes: those of option 121 if there are any, else one through the router (RFC 3442). Those
/// on the link come first: gateways of others are looked for there.
fn ways(place: Place, l: &Lease) -> Vec<Way> {
    let one = |to: Ipv4Addr, bits: u8, via: Option<Ipv4Addr>| Way {
        index: place.index,
        to,
        bits,
        via,
        on_link: via.is_some_and(|via| !in_prefix(l, via)),
        source: l.address,
        metric: place.metric,
    };
    if l.given.routes.is_empty() {
        let router = l
            .given
            .router
            .map(|r| one(Ipv4Addr::UNSPECIFIED, 0, Some(r)));
        return router.into_iter().collect();
    }
    let mut all: Vec<Way> = Vec::new();
    let routes = &l.given.routes;
    let on_link = routes.iter().filter(|r| r.via.is_none());
    for r in on_link.chain(routes.iter().filter(|r| r.via.is_some())) {
        if !all.iter().any(|w| (w.to, w.bits) == (r.to, r.bits)) {
            all.push(one(r.to, r.bits, r.via));
        }
    }
    all
}

fn in_prefix(l: &Lease, ip: Ipv4Addr) -> bool {
    let mask = u32::from(l.mask());
    u32::from(ip) & mask == u32::from(l.address) & mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dhcp::message::{Given, Kind, Reply, Route};

    const PLACE: Place = Place {
        index: 7,
        metric: 100,
    };
    const IP: fn(u8, u8, u8, u8) -> Ipv4Addr = Ipv4Addr::new;

    fn lease(last: u8, change: impl FnOnce(&mut Given)) -> Lease {
        let mut given = Given {
            bits: Some(24),
            router: Some(IP(10, 0, 0, 1)),
            lease_s: Some(100),
            ..Given::default()
        };
        change(&mut given);
        let reply = Reply {
            kind: Kind::Ack,
            address: IP(10, 0, 0, last),
            server: IP(10, 0, 0, 1),
            given,
        };
        Lease::new(&reply, 0).unwrap()
    }

    fn kinds(steps: &[Step]) -> Vec<&'static str> {
        steps
            .iter()
            .map(|s| match s {
                Step::AddAddress(_) => "+a",
                Step::TakeAddress(_) => "-a",
                Step::AddWay(_) => "+r",
                Step::TakeWay(_) => "-r",
                Step::Mtu(Some(_)) => "+m",
                Step::Mtu(None) => "-m",
            })
            .collect()
    }

    #[test]
    fn a_first_lease_gives_address_and_route() {
        let l = lease(9, |_| {});
        let s = steps(PLACE, None, Some(&l), 40_000_000);
        assert_eq!(kinds(&s), ["+a", "+r"]);
        let Step::AddAddress(a) = s[0] else { panic!() };
        assert_eq!(
            (a.ip, a.bits, a.broadcast),
            (IP(10, 0, 0, 9), 24, IP(10, 0, 0, 255))
        );
        assert_eq!(a.valid_s, Some(61));
        let Step::AddWay(w) = s[1] else { panic!() };
        assert_eq!(
            (w.to, w.bits, w.via),
            (IP(0, 0, 0, 0), 0, Some(IP(10, 0, 0, 1)))
        );
        assert_eq!(
            (w.on_link, w.source, w.metric),
            (false, IP(10, 0, 0, 9), 100)
        );
    }

    #[test]
    fn its_end_takes_all_of_it_routes_first() {
        let l = lease(9, |g| g.mtu = Some(1400));
        assert_eq!(kinds(&steps(PLACE, Some(&l), None, 0)), ["-r", "-a", "-m"]);
        assert_eq!(kinds(&steps(PLACE, None, Some(&l), 0)), ["+m", "+a", "+r"]);
    }

    #[test]
    fn the_same_again_takes_nothing_away() {
        let l = lease(9, |_| {});
        assert_eq!(kinds(&steps(PLACE, Some(&l), Some(&l), 0)), ["+a"]);
    }

    #[test]
    fn another_router_replaces() {
        let (a, b) = (
            lease(9, |_| {}),
            lease(9, |g| g.router = Some(IP(10, 0, 0, 2))),
        );
        assert_eq!(kinds(&steps(PLACE, Some(&a), Some(&b), 0)), ["+a", "+r"]);
        let none = lease(9, |g| g.router = None);
        assert_eq!(kinds(&steps(PLACE, Some(&a), Some(&none), 0)), ["+a", "-r"]);
    }

    #[test]
    fn another_address_comes_before_the_old_one_goes() {
        let (a, b) = (lease(9, |_| {}), lease(8, |_| {}));
        let s = steps(PLACE, Some(&a), Some(&b), 0);
        assert_eq!(kinds(&s), ["+a", "+r", "-a"]);
    }

    #[test]
    fn classless_routes_replace_the_router_and_links_come_first() {
        let l = lease(9, |g| {
            g.routes = vec![
                Route {
                    to: IP(0, 0, 0, 0),
                    bits: 0,
                    via: Some(IP(192, 168, 0, 1)),
                },
                Route {
                    to: IP(192, 168, 0, 0),
                    bits: 24,
                    via: None,
                },
                Route {
                    to: IP(192, 168, 0, 0),
                    bits: 24,
                    via: None,
                },
            ];
        });
        let s = steps(PLACE, None, Some(&l), 0);
        assert_eq!(kinds(&s), ["+a", "+r", "+r"]);
        let Step::AddWay(first) = s[1] else { panic!() };
        assert_eq!((first.to, first.via), (IP(192, 168, 0, 0), None));
        let Step::AddWay(second) = s[2] else { panic!() };
        assert!(second.on_link && second.via == Some(IP(192, 168, 0, 1)));
    }
}
