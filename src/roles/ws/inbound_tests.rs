//! Messages as the program sees them, text checked and inflated, at every cut.

use super::*;

#[derive(Debug, Default, PartialEq)]
struct Seen {
    /// Payload and whether it is binary, of messages that ended.
    messages: Vec<(Vec<u8>, bool)>,
    /// Of the message under way.
    open: Vec<u8>,
    pings: usize,
    broken: Option<Violation>,
}

fn read(inbound: &mut Inbound, parts: &[&[u8]]) -> Seen {
    let mut seen = Seen::default();
    for part in parts {
        let mut bytes = part.to_vec();
        let mut at = 0;
        loop {
            let (used, event) = inbound.next(&mut bytes[at..], 4096);
            match event {
                Event::Nothing => {
                    assert_eq!(at + used, bytes.len());
                    break;
                }
                Event::Data(data) => {
                    match data.place {
                        Place::Given(range) => seen.open.extend_from_slice(&bytes[at..][range]),
                        #[cfg(feature = "LWS_WITH_EXTENSIONS")]
                        Place::Inflated(n) => {
                            let out = inbound.take_inflated();
                            seen.open.extend_from_slice(&out[..n]);
                            inbound.give_back(out);
                        }
                    }
                    if data.last {
                        let message = core::mem::take(&mut seen.open);
                        seen.messages.push((message, data.binary));
                    }
                }
                Event::Broken(violation) => seen.broken = Some(violation),
                _ => seen.pings += 1,
            }
            at += used;
        }
    }
    seen
}

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = super::super::frame::Header::new(first, payload.len() as u64, None)
        .bytes()
        .to_vec();
    frame.extend_from_slice(payload);
    frame
}

#[test]
fn text_is_checked_across_fragments() {
    let text = "a\u{20ac}b".as_bytes();
    for cut in 0..text.len() {
        let mut bytes = frame(0x01, &text[..cut]);
        bytes.extend(frame(0x89, b""));
        bytes.extend(frame(0x80, &text[cut..]));
        let seen = read(&mut Inbound::new(Side::Client, true), &[&bytes]);
        assert_eq!(seen.messages, [(text.to_vec(), false)]);
        assert_eq!(seen.pings, 1);
    }
    let bad = Some(Violation::payload("bad utf8"));
    for payload in [&b"\xff"[..], b"ok\xe2\x82", b"\xc0\xaf"] {
        let bytes = frame(0x81, payload);
        let seen = read(&mut Inbound::new(Side::Client, true), &[&bytes]);
        assert_eq!(seen.broken, bad);
        assert!(seen.messages.is_empty() && seen.open.is_empty());
        // Nobody asked, or it is no text.
        let seen = read(&mut Inbound::new(Side::Client, false), &[&bytes]);
        assert_eq!(seen.messages.len(), 1);
        let seen = read(
            &mut Inbound::new(Side::Client, true),
            &[&frame(0x82, payload)],
        );
        assert_eq!(seen.messages.len(), 1);
    }
}

#[cfg(feature = "LWS_WITH_EXTENSIONS")]
mod deflate {
    use super::super::super::deflate::Deflater;
    use super::super::super::frame::opcode;
    use super::super::super::outbound::{Compressing, Frame};
    use super::*;

    fn inbound(most: usize) -> Inbound {
        Inbound::inflating(Side::Client, true, Inflater::new(true), most).unwrap()
    }

    /// Texts as frames of a server with permessage-deflate.
    fn frames(messages: &[&[u8]], most: usize) -> Vec<u8> {
        let mut compressing = Compressing::new(Deflater::new(true, 15), most);
        let mut bytes = Vec::new();
        for message in messages {
            let text = Frame::new(opcode::TEXT, true);
            let mut key = || None;
            compressing
                .write(text, message, &mut key, &mut bytes)
                .unwrap();
            bytes.extend(frame(0x89, b"in between"));
        }
        bytes
    }

    #[test]
    fn messages_come_back_at_every_cut() {
        let long: Vec<u8> = (0..600u32).map(|n| b'a' + (n * n % 26) as u8).collect();
        let messages = [&b"Hello"[..], b"", b"Hello", &long, &long];
        for most in [1, 7, 64, 1024] {
            let bytes = frames(&messages, most);
            for cut in 0..=bytes.len() {
                let (a, b) = bytes.split_at(cut);
                let seen = read(&mut inbound(16), &[a, b]);
                let wanted: Vec<_> = messages.iter().map(|m| (m.to_vec(), false)).collect();
                assert_eq!(seen.messages, wanted, "{most} {cut}");
                assert_eq!(seen.pings, messages.len());
            }
            let each: Vec<&[u8]> = bytes.chunks(1).collect();
            let seen = read(&mut inbound(1024), &each);
            assert_eq!(seen.messages.len(), messages.len());
        }
    }

    /// The last piece is known to be it where the message fills pieces exactly.
    #[test]
    fn no_empty_piece_ends_a_message() {
        for len in [15, 16, 17, 32, 48] {
            let mut bytes = frames(&[&vec![b'x'; len]], 1024);
            let mut inbound = inbound(16);
            let (mut at, mut pieces) = (0, Vec::new());
            while let (used, Event::Data(data)) = inbound.next(&mut bytes[at..], 4096) {
                at += used;
                let Place::Inflated(n) = data.place else {
                    panic!()
                };
                pieces.push((n, data.first, data.last, data.remaining));
                let out = inbound.take_inflated();
                inbound.give_back(out);
            }
            let count = len.div_ceil(16);
            assert_eq!(pieces.len(), count, "{pieces:?}");
            for (n, piece) in pieces.iter().enumerate() {
                let last = n + 1 == count;
                let size = if last { len - 16 * n } else { 16 };
                assert_eq!(*piece, (size, n == 0, last, 0));
            }
        }
    }

    /// RFC 7692, section 7.2.3.
    #[test]
    fn the_examples_of_the_rfc() {
        for bytes in [
            &b"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"[..],
            b"\x41\x03\xf2\x48\xcd\x80\x04\xc9\xc9\x07\x00",
            b"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00\xc1\x05\xf2\x00\x11\x00\x00",
            b"\xc1\x0b\x00\x05\x00\xfa\xffHello\x00",
            b"\xc1\x08\xf3\x48\xcd\xc9\xc9\x07\x00\x00",
            b"\xc1\x0d\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00",
        ] {
            for cut in 0..bytes.len() {
                let (a, b) = bytes.split_at(cut);
                let seen = read(&mut inbound(1024), &[a, b]);
                assert_eq!(seen.broken, None);
                assert!(!seen.messages.is_empty());
                for message in seen.messages {
                    assert_eq!(message, (b"Hello".to_vec(), false));
                }
            }
        }
    }

    #[test]
    fn what_is_not_compressed_passes_between() {
        let mut bytes = frames(&[b"one"], 1024);
        bytes.extend(frame(0x82, b"plain"));
        let seen = read(&mut inbound(1024), &[&bytes]);
        let wanted = [(b"one".to_vec(), false), (b"plain".to_vec(), true)];
        assert_eq!(seen.messages, wanted);
    }

    #[test]
    fn garbage_and_bad_text() {
        let seen = read(&mut inbound(1024), &[&frame(0xc1, b"\xff\xff\xff\xff")]);
        assert_eq!(seen.broken, Some(Violation::payload("bad deflate")));
        let seen = read(&mut inbound(1024), &[&frames(&[b"\xff"], 1024)]);
        assert_eq!(seen.broken, Some(Violation::payload("bad utf8")));
    }

    /// 16 MB out of 16 KB: each step makes no more than one piece of it.
    #[test]
    fn a_bomb_comes_in_pieces() {
        let mut deflater = Deflater::new(true, 15);
        let mut small = Vec::new();
        let zeroes = vec![b'0'; 1 << 20];
        for n in 0..16 {
            deflater.add(&zeroes, n == 15, &mut small).unwrap();
        }
        let mut bytes = frame(0xc2, &small);
        let mut inbound = inbound(1024);
        let (mut at, mut all) = (0, 0);
        while let (used, Event::Data(data)) = inbound.next(&mut bytes[at..], 4096) {
            at += used;
            let Place::Inflated(n) = data.place else {
                panic!()
            };
            assert!(n <= 1024);
            all += n;
            let out = inbound.take_inflated();
            inbound.give_back(out);
        }
        assert_eq!(all, 16 << 20);
    }
}
