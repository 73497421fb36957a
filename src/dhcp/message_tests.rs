//! Messages byte by byte.
#![allow(
    clippy::arithmetic_side_effects,
    reason = "a test that overflows fails"
)]

use super::message::{Ask, Given, Identity, Kind, Refused, Reply, Route, decode, encode, option};
use core::net::Ipv4Addr;

const MAC: [u8; 6] = [2, 0, 0, 0, 0, 7];
const XID: u32 = 0x0102_0304;

fn identity() -> Identity {
    Identity {
        mac: MAC,
        client_id: [&[1u8][..], &MAC].concat(),
        host_name: b"thing".to_vec(),
        broadcast: false,
    }
}

fn ask(kind: Kind) -> Ask {
    Ask {
        kind,
        xid: XID,
        secs: 9,
        has: None,
        requested: None,
        server: None,
    }
}

/// A server's message with these options.
fn reply(options: &[u8]) -> Vec<u8> {
    let mut m = vec![0u8; 236];
    m[..3].copy_from_slice(&[2, 1, 6]);
    m[4..8].copy_from_slice(&XID.to_be_bytes());
    m[16..20].copy_from_slice(&[10, 0, 0, 9]);
    m[28..34].copy_from_slice(&MAC);
    m.extend([0x63, 0x82, 0x53, 0x63]);
    m.extend(options);
    m
}

const OFFER: [u8; 9] = [53, 1, 2, 54, 4, 10, 0, 0, 1];

fn offered(more: &[u8]) -> Result<Given, Refused> {
    let options = [&OFFER[..], more, &[255]].concat();
    decode(&reply(&options), MAC, XID).map(|r| r.given)
}

/// The options of a message of ours.
fn options(m: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut all = Vec::new();
    let mut rest = &m[240..];
    while rest[0] != 255 {
        let len = usize::from(rest[1]);
        all.push((rest[0], rest[2..2 + len].to_vec()));
        rest = &rest[2 + len..];
    }
    all
}

#[test]
fn a_discover_has_what_rfc_2131_wants() {
    let m = encode(&identity(), &ask(Kind::Discover));
    assert!(m.len() >= 300);
    assert_eq!(m[..4], [1, 1, 6, 0]);
    assert_eq!(m[4..8], XID.to_be_bytes());
    assert_eq!(m[8..12], [0, 9, 0, 0]);
    assert_eq!(m[12..28], [0; 16]);
    assert_eq!(m[28..34], MAC);
    assert_eq!(m[34..236], [0; 202]);
    assert_eq!(m[236..240], [0x63, 0x82, 0x53, 0x63]);
    let o = options(&m);
    assert_eq!(o[0], (option::TYPE, vec![1]));
    assert_eq!(o[1], (option::CLIENT_ID, vec![1, 2, 0, 0, 0, 0, 7]));
    assert!(o.contains(&(option::HOST_NAME, b"thing".to_vec())));
    let wanted = &o.iter().find(|(c, _)| *c == option::WANTED).unwrap().1;
    let at = |code: u8| wanted.iter().position(|c| *c == code).unwrap();
    assert!(at(option::ROUTES) < at(option::ROUTER));
    assert!(!o.iter().any(|(c, _)| *c == option::SERVER));
}

#[test]
fn broadcast_is_asked_for_only_without_an_address() {
    let mut who = identity();
    who.broadcast = true;
    assert_eq!(encode(&who, &ask(Kind::Discover))[10..12], [0x80, 0]);
    let mut a = ask(Kind::Request);
    a.has = Some(Ipv4Addr::new(10, 0, 0, 9));
    let m = encode(&who, &a);
    assert_eq!(m[10..12], [0, 0]);
    assert_eq!(m[12..16], [10, 0, 0, 9]);
}

#[test]
fn requested_address_and_server_are_options() {
    let mut a = ask(Kind::Request);
    a.requested = Some(Ipv4Addr::new(10, 0, 0, 9));
    a.server = Some(Ipv4Addr::new(10, 0, 0, 1));
    let o = options(&encode(&identity(), &a));
    assert!(o.contains(&(option::REQUESTED, vec![10, 0, 0, 9])));
    assert!(o.contains(&(option::SERVER, vec![10, 0, 0, 1])));
}

#[test]
fn a_reply_gives_all_that_is_asked_for() {
    let more = [
        &[1, 4, 255, 255, 255, 0][..],
        &[3, 8, 10, 0, 0, 1, 10, 0, 0, 2],
        &[
            6, 20, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5,
        ],
        b"\x0f\x0bexample.org",
        &[26, 2, 5, 180, 28, 4, 10, 0, 0, 255, 42, 4, 9, 9, 9, 9],
        &[51, 4, 0, 0, 14, 16, 58, 4, 0, 0, 0, 10, 59, 4, 0, 0, 0, 20],
    ]
    .concat();
    let ip = Ipv4Addr::new;
    assert_eq!(
        offered(&more).unwrap(),
        Given {
            bits: Some(24),
            broadcast: Some(ip(10, 0, 0, 255)),
            router: Some(ip(10, 0, 0, 1)),
            dns: [
                Some(ip(1, 1, 1, 1)),
                Some(ip(2, 2, 2, 2)),
                Some(ip(3, 3, 3, 3)),
                Some(ip(4, 4, 4, 4))
            ],
            ntp: Some(ip(9, 9, 9, 9)),
            mtu: Some(1460),
            lease_s: Some(3600),
            t1_s: Some(10),
            t2_s: Some(20),
            domain: "example.org".into(),
            search: vec![],
            routes: vec![],
        }
    );
}

#[test]
fn who_and_what_a_reply_is_for_is_checked() {
    let good = reply(&[&OFFER[..], &[255]].concat());
    assert_eq!(
        decode(&good, MAC, XID),
        Ok(Reply {
            kind: Kind::Offer,
            address: Ipv4Addr::new(10, 0, 0, 9),
            server: Ipv4Addr::new(10, 0, 0, 1),
            given: Given::default()
        })
    );
    assert_eq!(decode(&good, MAC, XID + 1), Err(Refused::Other));
    assert_eq!(decode(&good, [2, 0, 0, 0, 0, 8], XID), Err(Refused::Other));
    for (at, value, why) in [
        (0, 1, Refused::Kind),
        (1, 6, Refused::Kind),
        (2, 8, Refused::Kind),
        (239, 0, Refused::Kind),
        (242, 1, Refused::Type),
        (242, 3, Refused::Type),
        (242, 9, Refused::Type),
        (245, 0, Refused::Server),
        (16, 127, Refused::Address),
        (16, 224, Refused::Address),
        (16, 255, Refused::Address),
    ] {
        let mut bad = good.clone();
        bad[at] = value;
        if why == Refused::Server {
            bad[245..249].copy_from_slice(&[0; 4]);
        }
        assert_eq!(decode(&bad, MAC, XID), Err(why), "byte {at}");
    }
    assert_eq!(
        decode(&reply(&[53, 1, 2, 255]), MAC, XID),
        Err(Refused::Server)
    );
    assert_eq!(
        decode(&reply(&[54, 4, 1, 1, 1, 1]), MAC, XID),
        Err(Refused::Type)
    );
    for len in 0..good.len() - 1 {
        assert!(decode(&good[..len], MAC, XID).is_err(), "{len}");
    }
}

#[test]
fn a_nak_needs_no_address() {
    let mut m = reply(&[53, 1, 6, 54, 4, 10, 0, 0, 1, 255]);
    m[16..20].copy_from_slice(&[0; 4]);
    assert_eq!(decode(&m, MAC, XID).unwrap().kind, Kind::Nak);
}

#[test]
fn options_of_a_wrong_length_are_refused() {
    for bad in [
        &[1, 3, 255, 255, 255][..],
        &[3, 3, 10, 0, 0],
        &[6, 5, 1, 1, 1, 1, 1],
        &[51, 2, 0, 9],
        &[26, 1, 9],
        &[58, 0],
        &[28, 5, 1, 1, 1, 1, 1],
    ] {
        assert_eq!(offered(bad), Err(Refused::Length), "{bad:?}");
    }
    // More than there is.
    let m = reply(&[&OFFER[..], &[12, 40, b'x']].concat());
    assert_eq!(decode(&m, MAC, XID), Err(Refused::Short));
    let m = reply(&[&OFFER[..], &[12]].concat());
    assert_eq!(decode(&m, MAC, XID), Err(Refused::Short));
}

#[test]
fn what_no_host_can_use_is_left_out() {
    let g = offered(
        &[
            &[1, 4, 255, 0, 255, 0][..],
            &[3, 8, 0, 0, 0, 0, 10, 0, 0, 1],
            &[6, 8, 127, 0, 0, 1, 9, 9, 9, 9],
            &[26, 2, 0, 67],
            b"\x0f\x03a b",
        ]
        .concat(),
    )
    .unwrap();
    assert_eq!(g.bits, None);
    assert_eq!(g.router, Some(Ipv4Addr::new(10, 0, 0, 1)));
    assert_eq!(g.dns[0], Some(Ipv4Addr::new(9, 9, 9, 9)));
    assert_eq!(g.dns[1], None);
    assert_eq!(g.mtu, None);
    assert_eq!(g.domain, "");
}

#[test]
fn netmasks() {
    for (mask, bits) in [
        ([0, 0, 0, 0], Some(0)),
        ([128, 0, 0, 0], Some(1)),
        ([255, 255, 255, 254], Some(31)),
        ([255; 4], Some(32)),
        ([255, 255, 0, 255], None),
        ([0, 0, 0, 1], None),
    ] {
        let g = offered(&[&[1, 4][..], &mask].concat()).unwrap();
        assert_eq!(g.bits, bits, "{mask:?}");
    }
}

#[test]
fn repeated_options_are_one() {
    // RFC 3396: an address cut in two.
    let g = offered(&[6, 6, 1, 1, 1, 1, 2, 2, 6, 2, 2, 2]).unwrap();
    assert_eq!(g.dns[1], Some(Ipv4Addr::new(2, 2, 2, 2)));
}

#[test]
fn options_go_on_in_file_and_sname() {
    let mut m = reply(&[&OFFER[..], &[52, 1, 3, 255]].concat());
    m[108..115].copy_from_slice(&[3, 4, 10, 0, 0, 1, 255]);
    m[44..51].copy_from_slice(&[6, 4, 9, 9, 9, 9, 255]);
    let g = decode(&m, MAC, XID).unwrap().given;
    assert_eq!(g.router, Some(Ipv4Addr::new(10, 0, 0, 1)));
    assert_eq!(g.dns[0], Some(Ipv4Addr::new(9, 9, 9, 9)));
    // Not where the message does not say so.
    m[251] = 1;
    let g = decode(&m, MAC, XID).unwrap().given;
    assert_eq!((g.router.is_some(), g.dns[0]), (true, None));
}

#[test]
fn classless_routes() {
    let g = offered(&[
        121, 19, 0, 10, 0, 0, 1, 24, 10, 9, 8, 10, 0, 0, 2, 8, 10, 0, 0, 0, 0,
    ])
    .unwrap();
    let ip = Ipv4Addr::new;
    assert_eq!(
        g.routes,
        [
            Route {
                to: ip(0, 0, 0, 0),
                bits: 0,
                via: Some(ip(10, 0, 0, 1))
            },
            Route {
                to: ip(10, 9, 8, 0),
                bits: 24,
                via: Some(ip(10, 0, 0, 2))
            },
            Route {
                to: ip(10, 0, 0, 0),
                bits: 8,
                via: None
            },
        ]
    );
    // Host bits do not count; a length beyond 32 ends the list.
    let g = offered(&[121, 14, 20, 10, 9, 0xff, 10, 0, 0, 2, 33, 1, 2, 3, 4, 5]).unwrap();
    assert_eq!(g.routes.len(), 1);
    assert_eq!(g.routes[0].to, ip(10, 9, 0xf0, 0));
}

#[test]
fn search_domains() {
    // eng.apple.com. marketing.apple.com., the example of RFC 3397
    let list = b"\x03eng\x05apple\x03com\x00\x09marketing\xc0\x04";
    let option = [&[119, u8::try_from(list.len()).unwrap()][..], list].concat();
    assert_eq!(
        offered(&option).unwrap().search,
        ["eng.apple.com", "marketing.apple.com"]
    );
    for bad in [
        &b"\xc0\x00"[..],
        b"\x01a\xc0\x02",
        b"\x01a\xc0\x00",
        b"\x40a",
        b"\x05ab",
        b"\x03a.b\x00",
        b"\x03a\x00b\x00",
    ] {
        let option = [&[119, u8::try_from(bad.len()).unwrap()][..], bad].concat();
        assert_eq!(offered(&option).unwrap().search, [""; 0], "{bad:?}");
    }
}

#[test]
fn the_domain_ends_before_the_nul_and_has_room_in_c() {
    let g = offered(b"\x0f\x04abc\x00").unwrap();
    assert_eq!(g.domain, "abc");
    let long = [b'a'; 80];
    let g = offered(&[&[15, 80][..], &long].concat()).unwrap();
    assert_eq!(g.domain.len(), 63);
}
