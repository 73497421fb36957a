//! What holds for whatever bytes there are. For tests and fuzzing.

use super::super::types::{Family, Legs, Message, Prefix, What};
use super::messages;

/// Reads all of `datagram` and panics where that gives what cannot be.
pub(crate) fn read(datagram: &[u8]) -> Vec<Message> {
    let mut all = Vec::new();
    let mut read = messages(datagram);
    while let Some(message) = read.next() {
        let Ok(message) = message else {
            assert!(read.next().is_none(), "went on after an error");
            break;
        };
        check(&message);
        all.push(message);
        assert!(
            all.len() <= datagram.len() / 16,
            "more messages than headers"
        );
    }
    all
}

fn check(message: &Message) {
    match &message.what {
        What::Route(route) => {
            prefix(&route.dst);
            if let Some(source) = &route.info.source {
                prefix(source);
                assert_eq!(source.family(), route.dst.family());
            }
            if let Some(ip) = route.info.prefsrc {
                assert_eq!(Family::of(ip), route.dst.family());
            }
            match &route.info.legs {
                Legs::Many(legs) => assert!(legs.len() > 1),
                Legs::One(_) | Legs::None => (),
            }
            for leg in route.info.legs.as_slice() {
                assert!((1..=256).contains(&leg.weight));
            }
        }
        What::Rule(rule) => {
            for p in [rule.src, rule.dst].into_iter().flatten() {
                prefix(&p);
                assert!(p.len != 0);
                assert_eq!(p.family(), rule.family);
            }
            assert!(rule.iif.bytes.last() == Some(&0) && rule.oif.bytes.last() == Some(&0));
        }
        What::Link(link) => assert!(link.name.bytes.last() == Some(&0)),
        What::Addr(addr) => {
            assert_eq!(Family::of(addr.local), Family::of(addr.peer));
            assert!(addr.prefix_len <= Family::of(addr.local).bits());
        }
        What::Nexthop(nexthop) => {
            let mut weights = nexthop.group.iter().map(|(_, weight)| weight);
            assert!(weights.all(|weight| *weight != 0));
            assert!(
                nexthop.leg.gateway.map(Family::of) == nexthop.family
                    || nexthop.leg.gateway.is_none()
            );
        }
        What::Done(errno) | What::Error(errno) => assert!(*errno >= 0),
        What::Netconf(_) | What::Neigh(_) | What::Other => (),
    }
}

/// What is behind its length is 0.
fn prefix(p: &Prefix) {
    assert_eq!(Prefix::new(p.address, p.len), Some(*p));
}
