//! Answers line by line: what is believed, what is dropped.

use super::super::name::Name;
use super::query::{Cookies, Question};
use super::reply::{Body, Reject, Reply, read};
use super::{ServerCookie, kind, rcode};
use std::net::IpAddr;

/// An answer in the making.
#[derive(Clone)]
pub(crate) struct Build(pub(crate) Vec<u8>);

pub(crate) fn name(text: &str) -> Name {
    Name::from_text(text.as_bytes()).unwrap()
}

pub(crate) fn wire(text: &str) -> Vec<u8> {
    if text == "." {
        return vec![0];
    }
    name(text).wire().to_vec()
}

/// How long the question of a packet is with the header.
pub(crate) fn question_len(query: &[u8]) -> usize {
    let mut at = 12;
    while query[at] != 0 {
        at += 1 + usize::from(query[at]);
    }
    at + 5
}

impl Build {
    /// The answer to the packet `query`, with nothing in it.
    pub(crate) fn to(query: &[u8]) -> Self {
        let mut b = query[..question_len(query)].to_vec();
        b[2] = 0x81;
        b[3] = 0x80;
        b[10..12].fill(0);
        Self(b)
    }

    pub(crate) fn rcode(mut self, code: u16) -> Self {
        self.0[3] = self.0[3] & 0xf0 | (code & 15) as u8;
        self
    }

    pub(crate) fn flags(mut self, high: u8, low: u8) -> Self {
        self.0[2..4].copy_from_slice(&[high, low]);
        self
    }

    /// A record in section 1, 2 or 3 (answer, authority, additional); the sections in this order.
    pub(crate) fn rr(
        mut self,
        section: usize,
        owner: &str,
        kind: u16,
        ttl: u32,
        data: &[u8],
    ) -> Self {
        self.0.extend(wire(owner));
        self.raw(section, kind, 1, ttl, data)
    }

    /// The same without the owner's name, which is there already.
    pub(crate) fn raw(
        mut self,
        section: usize,
        kind: u16,
        class: u16,
        ttl: u32,
        data: &[u8],
    ) -> Self {
        self.0.extend(kind.to_be_bytes());
        self.0.extend(class.to_be_bytes());
        self.0.extend(ttl.to_be_bytes());
        self.0.extend((data.len() as u16).to_be_bytes());
        self.0.extend(data);
        let at = 4 + 2 * section;
        let n = u16::from_be_bytes([self.0[at], self.0[at + 1]]) + 1;
        self.0[at..at + 2].copy_from_slice(&n.to_be_bytes());
        self
    }

    pub(crate) fn a(self, owner: &str, ttl: u32, ip: [u8; 4]) -> Self {
        self.rr(1, owner, kind::A, ttl, &ip)
    }

    pub(crate) fn cname(self, owner: &str, ttl: u32, to: &str) -> Self {
        self.rr(1, owner, kind::CNAME, ttl, &wire(to))
    }

    pub(crate) fn soa(self, owner: &str, ttl: u32, minimum: u32) -> Self {
        let mut data = [wire("ns.x"), wire("admin.x"), vec![0; 16]].concat();
        data.extend(minimum.to_be_bytes());
        self.rr(2, owner, kind::SOA, ttl, &data)
    }

    pub(crate) fn opt(self, rcode_high: u8, options: &[u8]) -> Self {
        let mut b = self;
        b.0.push(0);
        b.raw(3, kind::OPT, 1232, u32::from(rcode_high) << 24, options)
    }

    pub(crate) fn cookie(self, rcode_high: u8, client: [u8; 8], server: &[u8]) -> Self {
        let len = (8 + server.len()) as u16;
        let mut o = vec![0, 10];
        o.extend(len.to_be_bytes());
        o.extend(client);
        o.extend(server);
        self.opt(rcode_high, &o)
    }
}

fn question(name: &Name) -> Question<'_> {
    Question {
        id: 0x1234,
        name,
        kind: kind::A,
        upper: [0b0101 << 1, 0, 0, 0],
        edns: Some(Cookies {
            client: *b"ourcooki",
            server: None,
        }),
        ad: false,
    }
}

fn packet(q: &Question<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    q.write(&mut out, false);
    out
}

#[test]
fn a_question_on_the_wire() {
    let n = name("www.ex");
    let mut q = question(&n);
    let expected =
        b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01\x03WwW\x02ex\x00\x00\x01\x00\x01\
        \x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x0c\x00\x0a\x00\x08ourcooki";
    assert_eq!(packet(&q), expected);
    let server = ServerCookie::new(b"servercookie");
    q.edns = Some(Cookies {
        client: *b"ourcooki",
        server,
    });
    q.ad = true;
    let mut framed = b"x".to_vec();
    q.write(&mut framed, true);
    let len = u16::from_be_bytes([framed[1], framed[2]]);
    assert_eq!(usize::from(len), framed.len() - 3);
    assert!(framed.ends_with(b"\x00\x18\x00\x0a\x00\x14ourcookiservercookie") && framed[6] == 0x20);
    q.edns = None;
    assert_eq!(packet(&q).len(), 12 + 8 + 4);
    for len in [0, 7, 33] {
        assert_eq!(ServerCookie::new(&vec![1; len]), None);
    }
}

fn body(b: Build) -> Body {
    let n = name("www.ex");
    read(&b.0, &question(&n), false).unwrap().body
}

fn start() -> Build {
    let n = name("www.ex");
    Build::to(&packet(&question(&n)))
}

fn addresses(list: &[&str], ttl: u32) -> Body {
    let list = list.iter().map(|a| a.parse::<IpAddr>().unwrap()).collect();
    Body::Addresses { list, ttl }
}

#[test]
fn what_an_answer_says() {
    let cases: Vec<(&str, Build, Body)> = vec![
        (
            "two addresses, the shorter time",
            start()
                .a("www.ex", 60, [1, 2, 3, 4])
                .a("WWW.EX", 30, [1, 2, 3, 5]),
            addresses(&["1.2.3.4", "1.2.3.5"], 30),
        ),
        (
            "an address twice",
            start()
                .a("www.ex", 60, [1, 2, 3, 4])
                .a("www.ex", 60, [1, 2, 3, 4]),
            addresses(&["1.2.3.4"], 60),
        ),
        (
            "others' records are dropped",
            start()
                .a("evil.ex", 9, [6; 4])
                .a("www.ex", 60, [1, 2, 3, 4])
                .rr(1, "www.ex", 16, 1, b"t"),
            addresses(&["1.2.3.4"], 60),
        ),
        (
            "of another class",
            {
                let mut b = start();
                b.0.extend(wire("www.ex"));
                b.raw(1, kind::A, 3, 9, &[1; 4])
            },
            Body::NoData { ttl: None },
        ),
        (
            "a chain in order",
            start()
                .cname("www.ex", 50, "b.ex")
                .cname("b.ex", 20, "c.org")
                .a("c.org", 60, [7; 4]),
            addresses(&["7.7.7.7"], 20),
        ),
        (
            "a chain backwards",
            start()
                .a("c.org", 60, [7; 4])
                .cname("b.ex", 20, "c.org")
                .cname("www.ex", 50, "b.ex"),
            addresses(&["7.7.7.7"], 20),
        ),
        (
            "a chain that leaves",
            start().cname("www.ex", 50, "b.ex"),
            Body::Elsewhere {
                name: name("b.ex"),
                ttl: 50,
            },
        ),
        (
            "a chain to nothing",
            start().cname("www.ex", 50, "b.org").soa("org", 300, 40),
            Body::NoData { ttl: Some(40) },
        ),
        (
            "an address of the asked name behind its CNAME is no address",
            start()
                .cname("www.ex", 50, "b.ex")
                .a("www.ex", 5, [6; 4])
                .a("b.ex", 60, [7; 4]),
            addresses(&["7.7.7.7"], 50),
        ),
        (
            "DNAME with its CNAME",
            start()
                .rr(1, "ex", kind::DNAME, 70, &wire("new.org"))
                .cname("www.ex", 0, "www.new.org")
                .a("www.new.org", 60, [7; 4]),
            addresses(&["7.7.7.7"], 60),
        ),
        (
            "DNAME alone",
            start().rr(1, "ex", kind::DNAME, 70, &wire("new.org")),
            Body::Elsewhere {
                name: name("www.new.org"),
                ttl: 70,
            },
        ),
        (
            "a DNAME is not its owner's",
            start().rr(1, "www.ex", kind::DNAME, 70, &wire("new.org")),
            Body::NoData { ttl: None },
        ),
        (
            "a loop",
            start()
                .cname("www.ex", 5, "b.ex")
                .cname("b.ex", 5, "www.ex"),
            Body::Malformed,
        ),
        (
            "to itself",
            start().cname("www.ex", 5, "www.ex"),
            Body::Malformed,
        ),
        (
            "NODATA",
            start().soa("ex", 90, 80),
            Body::NoData { ttl: Some(80) },
        ),
        (
            "NODATA, its own time",
            start().soa("ex", 70, 80),
            Body::NoData { ttl: Some(70) },
        ),
        (
            "NODATA of another zone",
            start().soa("org", 70, 80),
            Body::NoData { ttl: None },
        ),
        ("NODATA without a word", start(), Body::NoData { ttl: None }),
        (
            "NXDOMAIN",
            start().rcode(3).soa(".", 90, 80),
            Body::NoName { ttl: Some(80) },
        ),
        (
            "NXDOMAIN of a target",
            start()
                .rcode(3)
                .cname("www.ex", 5, "b.org")
                .soa("org", 90, 80),
            Body::NoName { ttl: Some(80) },
        ),
        (
            "a time below zero",
            start().a("www.ex", 1 << 31, [1; 4]),
            addresses(&["1.1.1.1"], 0),
        ),
        ("not recursive", start().flags(0x81, 0), Body::Nothing),
        (
            "a referral",
            start().rr(2, "ex", 2, 9, &wire("ns.ex")),
            Body::Nothing,
        ),
        (
            "authoritative and empty",
            start().flags(0x85, 0),
            Body::NoData { ttl: None },
        ),
        ("SERVFAIL", start().rcode(2), Body::Nothing),
        (
            "an address of 3 bytes",
            start().rr(1, "www.ex", kind::A, 5, &[1; 3]),
            Body::Malformed,
        ),
        (
            "one of 5",
            start().rr(1, "www.ex", kind::A, 5, &[1; 5]),
            Body::Malformed,
        ),
        (
            "a SOA that is cut",
            start().rr(2, "ex", kind::SOA, 5, &[0; 20]),
            Body::Malformed,
        ),
        (
            "a CNAME with more behind it",
            start().rr(1, "www.ex", kind::CNAME, 5, b"\x01b\0x"),
            Body::Malformed,
        ),
    ];
    for (what, build, expected) in cases {
        assert_eq!(body(build), expected, "{what}");
    }
}

#[test]
fn eight_names_lead_to_the_ninth_and_no_further() {
    let chain = |n: u8| {
        let mut b = start().cname("www.ex", 60, "n0.ex");
        for k in 1..n {
            b = b.cname(&format!("n{}.ex", k - 1), 60, &format!("n{k}.ex"));
        }
        b.a(&format!("n{}.ex", n - 1), 60, [1; 4])
    };
    assert_eq!(body(chain(8)), addresses(&["1.1.1.1"], 60));
    assert_eq!(body(chain(9)), Body::Malformed);
}

#[test]
fn what_is_no_answer_of_ours() {
    let n = name("www.ex");
    let q = question(&n);
    let sent = packet(&q);
    let good = start().a("www.ex", 60, [6; 4]);
    let with = |at: usize, byte: u8| {
        let mut b = good.clone();
        b.0[at] = byte;
        b
    };
    let cases: Vec<(&str, Vec<u8>, Reject)> = vec![
        ("our own packet", sent.clone(), Reject::NotAnswer),
        ("no QR", with(2, 0x01).0, Reject::NotAnswer),
        ("a notification", with(2, 0xa1).0, Reject::Opcode),
        ("an update", with(2, 0xa9).0, Reject::Opcode),
        ("another id", with(1, 0x35).0, Reject::Id),
        ("lower case", with(13, b'w').0, Reject::Case),
        ("another name", with(13, b'V').0, Reject::Question),
        ("another type", with(21, 28).0, Reject::Question),
        ("another class", with(23, 3).0, Reject::Question),
        ("two questions", with(5, 2).0, Reject::Question),
        ("no question", with(5, 0).0, Reject::Question),
        ("nothing", vec![], Reject::Short),
        ("11 bytes", good.0[..11].to_vec(), Reject::Short),
        ("the header", good.0[..12].to_vec(), Reject::Question),
        (
            "another cookie",
            good.clone().cookie(0, *b"hercooki", b"12345678").0,
            Reject::Cookie,
        ),
        (
            "two OPTs",
            good.clone().opt(0, &[]).opt(0, &[]).0,
            Reject::TwoOpts,
        ),
    ];
    for (what, bytes, why) in cases {
        assert_eq!(read(&bytes, &q, false), Err(why), "{what}");
    }
    // What only off-path attackers get wrong is not asked for over TCP.
    assert!(read(&with(13, b'w').0, &q, true).is_ok());
    // Who has given cookies keeps giving them.
    let mut q = q;
    q.edns = Some(Cookies {
        client: *b"ourcooki",
        server: ServerCookie::new(b"12345678"),
    });
    assert_eq!(read(&good.0, &q, false), Err(Reject::Cookie));
    assert!(read(&good.0, &q, true).is_ok());
    let fine = good.clone().cookie(0, *b"ourcooki", b"abcdefgh");
    let reply = read(&fine.0, &q, false).unwrap();
    assert_eq!(reply.cookie, ServerCookie::new(b"abcdefgh"));
}

fn reply(b: Build) -> Reply {
    let n = name("www.ex");
    read(&b.0, &question(&n), false).unwrap()
}

#[test]
fn codes_and_options() {
    let r = reply(start().cookie(1, *b"ourcooki", b"12345678").rcode(7));
    assert_eq!((r.rcode, r.edns), (rcode::BADCOOKIE, true));
    assert_eq!(r.cookie, ServerCookie::new(b"12345678"));
    assert_eq!(reply(start().opt(1, &[])).rcode, rcode::BADVERS);
    let r = reply(start().opt(0, b"\0\x0f\0\x03\0\x16x"));
    assert_eq!((r.extended, r.body), (Some(22), Body::NoData { ttl: None }));
    // Cut, it may end anywhere.
    let mut cut = start().a("www.ex", 5, [1; 4]).flags(0x83, 0x80);
    cut.0.truncate(question_len(&cut.0) + 3);
    assert!(reply(cut).truncated);
    // One who does not understand does not repeat.
    let mut header = start().rcode(1).0;
    header[5] = 0;
    header.truncate(12);
    assert_eq!(reply(Build(header)).rcode, rcode::FORMERR);
    for options in [
        &b"\0"[..],
        b"\0\x0a\0\x07ourcook",
        b"\0\x0a\0\x09ourcookix",
        b"\0\x0a\0\x08our",
    ] {
        assert_eq!(reply(start().opt(0, options)).body, Body::Malformed);
    }
}

#[test]
fn counts_and_pointers_that_lie() {
    let good = start().a("www.ex", 60, [6; 4]);
    for section in 1..=3 {
        let mut b = good.clone();
        let at = 4 + 2 * section;
        b.0[at..at + 2].fill(0xff);
        assert_eq!(body(b), Body::Malformed, "{section}");
    }
    let owner = |bytes: &[u8]| {
        let mut b = start();
        b.0.extend(bytes);
        body(b.raw(1, kind::A, 1, 60, &[6; 4]))
    };
    assert_eq!(owner(b"\xc0\x0c"), addresses(&["6.6.6.6"], 60));
    let here = start().0.len() as u8;
    for bad in [
        // to itself, forwards, beyond the end, to a pointer at itself, a label of a kind there is not
        &[0xc0, here][..],
        &[0xc0, here + 2],
        &[0xff, 0xff],
        &[1, b'a', 0xc0, here],
        &[0x40, 0],
        &[0x80, 0],
    ] {
        assert_eq!(owner(bad), Body::Malformed, "{bad:?}");
    }
    // A pointer to a pointer to a pointer, 32 times and once more.
    let n = name("www.ex");
    for (hops, fine) in [(32u16, true), (33, false)] {
        let mut b = start();
        let mut to = 12u16;
        let mut chain = Vec::new();
        let text = b.0.len() as u16 + 15;
        for k in 1..hops {
            chain.extend((0xc000 | to).to_be_bytes());
            to = text + 2 * (k - 1);
        }
        b = b.rr(1, "t.x", 16, 1, &chain);
        b.0.extend((0xc000 | to).to_be_bytes());
        b = b.raw(1, kind::A, 1, 60, &[6; 4]);
        let r = read(&b.0, &question(&n), false).unwrap();
        let expected = if fine {
            // What stands before it has to be where the chain begins.
            addresses(&["6.6.6.6"], 60)
        } else {
            Body::Malformed
        };
        assert_eq!(r.body, expected, "{hops}");
    }
    // A name of 255 bytes, and one of 256.
    for (last, fine) in [(61, true), (62, false)] {
        let mut b = start();
        for len in [63, 63, 63, last] {
            b.0.push(len);
            b.0.extend(vec![b'x'; usize::from(len)]);
        }
        b.0.push(0);
        let b = b.raw(1, kind::A, 1, 60, &[6; 4]);
        let expected = if fine {
            Body::NoData { ttl: None }
        } else {
            Body::Malformed
        };
        assert_eq!(body(b), expected, "{last}");
    }
}

#[test]
fn as_many_names_as_can_be_read_in_time() {
    // 121 labels each time.
    let text = b"\x01a".repeat(120);
    for (records, fine) in [(1_600, true), (1_700, false)] {
        let mut b = start().rr(1, "t.x", 16, 1, &[&text[..], b"\0"].concat());
        let at = b.0.len() as u16 - 241;
        for _ in 0..records {
            b.0.extend((0xc000 | at).to_be_bytes());
            b = b.raw(1, 16, 1, 60, b"");
        }
        let expected = if fine {
            Body::NoData { ttl: None }
        } else {
            Body::Malformed
        };
        assert_eq!(body(b), expected, "{records}");
    }
}

#[test]
fn every_cut_and_every_changed_byte_is_read_without_harm() {
    let whole = start()
        .rr(1, "ex", kind::DNAME, 70, &wire("new.org"))
        .cname("www.new.org", 9, "b.ex")
        .a("b.ex", 60, [7; 4])
        .soa("ex", 90, 80)
        .cookie(0, *b"ourcooki", b"12345678")
        .0;
    let n = name("www.ex");
    let q = question(&n);
    for end in 0..whole.len() {
        for tcp in [false, true] {
            let _ = read(&whole[..end], &q, tcp);
        }
    }
    for at in 0..whole.len() {
        for byte in [0, 1, 0x3f, 0x40, 0xc0, 0xff] {
            let mut b = whole.clone();
            b[at] = byte;
            let _ = read(&b, &q, false);
        }
    }
}

fn service(data: &[u8]) -> Body {
    let n = name("www.ex");
    let mut q = question(&n);
    q.kind = kind::HTTPS;
    let b = Build::to(&packet(&q)).rr(1, "www.ex", kind::HTTPS, 60, data);
    read(&b.0, &q, false).unwrap().body
}

#[test]
fn services() {
    let Body::Services { list, ttl } = service(
        b"\0\x01\0\0\0\0\x04\0\x01\0\x03\0\x01\0\x06\x02h2\x02h3\0\x02\0\0\0\x03\0\x02\x20\xfb\
          \0\x04\0\x08\x01\x02\x03\x04\x05\x06\x07\x08\0\x05\0\x03ech\0\x06\0\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\
          \x80\0\0\x01x",
    ) else {
        panic!()
    };
    let s = &list[0];
    assert_eq!(
        (ttl, s.priority, s.port, s.no_default_alpn),
        (60, 1, Some(8443), true)
    );
    assert_eq!(s.alpn, [b"h2"[..].into(), b"h3"[..].into()]);
    assert_eq!(format!("{:?}", s.hints), "[1.2.3.4, 5.6.7.8, ::1]");
    assert_eq!(
        (&*s.ech, s.target.to_string()),
        (&b"ech"[..], ".".to_string())
    );
    let Body::Services { list, .. } = service(b"\0\0\x01b\x02ex\0\0\x03\0\x02\0\x01") else {
        panic!()
    };
    assert_eq!(
        (list[0].priority, list[0].target.clone(), list[0].port),
        (0, name("b.ex"), None)
    );
    let n = name("www.ex");
    let q = Question {
        kind: kind::HTTPS,
        ..question(&n)
    };
    let mixed = [
        &b"\0\x02\0"[..],
        b"\0\x01\x01b\0",
        b"\0\x02\x01c\0",
        b"\0\x01\0",
    ];
    let b = mixed.iter().fold(Build::to(&packet(&q)), |b, data| {
        b.rr(1, "www.ex", kind::HTTPS, 60, data)
    });
    let Body::Services { list, .. } = read(&b.0, &q, false).unwrap().body else {
        panic!()
    };
    let order: Vec<_> = list
        .iter()
        .map(|s| (s.priority, s.target.to_string()))
        .collect();
    assert_eq!(
        order.iter().map(|(p, _)| *p).collect::<Vec<_>>(),
        [1, 1, 2, 2]
    );
    assert_eq!(
        order.iter().map(|(_, t)| t.as_str()).collect::<String>(),
        "b..c"
    );
    // A key that has to be known and is not.
    let unknown = service(b"\0\x01\0\0\0\0\x02\x12\x34");
    assert_eq!(
        unknown,
        Body::Services {
            list: vec![],
            ttl: 60
        }
    );
    for bad in [
        &b"\0\x01"[..],
        b"\0\x01\0\0\x03\0\x01\x01",
        b"\0\x01\0\0\x03\0\x03\x01\x02\x03",
        b"\0\x01\0\0\x03\0\x02\0\x01\0\x03\0\x02\0\x01",
        b"\0\x01\0\0\x03\0\x02\0\x01\0\x01\0\x03\x02h2",
        b"\0\x01\0\0\x01\0\x02\x05h",
        b"\0\x01\0\0\x01\0\x01\0",
        b"\0\x01\0\0\x01\0\0",
        b"\0\x01\0\0\x02\0\x01x",
        b"\0\x01\0\0\x04\0\x03\x01\x02\x03",
        b"\0\x01\0\0\x06\0\0",
        b"\0\x01\0\0\0\0\x01\x01",
        b"\0\x01\0\0\x03\0\x09\x01\x02",
    ] {
        assert_eq!(service(bad), Body::Malformed, "{bad:?}");
    }
}
