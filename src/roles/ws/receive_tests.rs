//! Frames as a peer may send them, at every cut.

use super::super::frame::Header;
use super::*;

const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A frame of a client.
fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = Header::new(first, payload.len() as u64, Some(KEY))
        .bytes()
        .to_vec();
    let at = frame.len();
    frame.extend_from_slice(payload);
    Mask::new(KEY).apply(&mut frame[at..]);
    frame
}

/// What a receiver tells, with the pieces of a frame put together: how it was cut is not to matter.
#[derive(Debug, PartialEq)]
enum Told {
    /// Payload, binary, first, last, compressed.
    Frame(Vec<u8>, bool, bool, bool, bool),
    Control(u8, Vec<u8>),
    Broken(Violation),
}

fn read(receiver: &mut Receiver, parts: &[&[u8]], most: usize) -> Vec<Told> {
    let mut told = Vec::new();
    let mut open: Option<(Vec<u8>, bool, bool)> = None;
    for part in parts {
        let mut bytes = part.to_vec();
        let mut at = 0;
        loop {
            let (used, got) = receiver.next(&mut bytes[at..], most);
            match got {
                Got::Nothing => {
                    assert_eq!(at + used, bytes.len());
                    break;
                }
                Got::Data(piece) => {
                    let payload = &bytes[at..][piece.range.clone()];
                    assert!(payload.len() <= most);
                    let (all, binary, first) =
                        open.get_or_insert_with(|| (Vec::new(), piece.binary, piece.first));
                    assert_eq!(*binary, piece.binary);
                    assert!(all.is_empty() || !piece.first);
                    all.extend_from_slice(payload);
                    if piece.remaining == 0 {
                        told.push(Told::Frame(
                            core::mem::take(all),
                            *binary,
                            *first,
                            piece.last,
                            piece.compressed,
                        ));
                        open = None;
                    } else {
                        assert!(!piece.last);
                    }
                }
                Got::Control(op) => told.push(Told::Control(op, receiver.control().to_vec())),
                Got::Broken(violation) => told.push(Told::Broken(violation)),
            }
            at += used;
        }
    }
    told
}

fn data(payload: &[u8], binary: bool, first: bool, last: bool) -> Told {
    Told::Frame(payload.to_vec(), binary, first, last, false)
}

/// The same at each cut, byte by byte and in one piece.
fn at_every_cut(side: Side, deflate: bool, bytes: &[u8], wanted: &[Told]) {
    let all = |parts: &[&[u8]], most| {
        let told = read(&mut Receiver::new(side, deflate), parts, most);
        assert_eq!(told, wanted, "{parts:x?}");
    };
    for cut in 0..=bytes.len() {
        let (a, b) = bytes.split_at(cut);
        all(&[a, b], usize::MAX);
        all(&[a, b], 3);
    }
    let each: Vec<&[u8]> = bytes.chunks(1).collect();
    all(&each, usize::MAX);
}

#[test]
fn messages_fragments_and_controls() {
    let mut bytes = masked(0x81, b"Hello");
    bytes.extend(masked(0x02, b"ab"));
    bytes.extend(masked(0x89, b"ping"));
    bytes.extend(masked(0x00, b""));
    bytes.extend(masked(0x8a, b""));
    bytes.extend(masked(0x80, b"ef"));
    bytes.extend(masked(0x81, b""));
    bytes.extend(masked(0x88, b"\x03\xe8bye"));
    let wanted = [
        data(b"Hello", false, true, true),
        data(b"ab", true, true, false),
        Told::Control(9, b"ping".to_vec()),
        data(b"", true, false, false),
        Told::Control(10, vec![]),
        data(b"ef", true, false, true),
        data(b"", false, true, true),
        Told::Control(8, b"\x03\xe8bye".to_vec()),
    ];
    at_every_cut(Side::Server, false, &bytes, &wanted);
}

#[test]
fn lengths_of_each_encoding() {
    for len in [125, 126, 200, 65_535, 65_536] {
        let payload: Vec<u8> = (0..len).map(|n: u32| n as u8).collect();
        let bytes = masked(0x82, &payload);
        for cut in [1, 2, 3, 4, 9, 13, 14, 15, 100, bytes.len() - 1] {
            let (a, b) = bytes.split_at(cut);
            let told = read(&mut Receiver::new(Side::Server, false), &[a, b], 4096);
            assert_eq!(told, [data(&payload, true, true, true)], "{len} {cut}");
        }
    }
    // Not the shortest encoding, but one.
    let long = b"\x81\x7f\0\0\0\0\0\0\0\x02hi";
    let told = [data(b"hi", false, true, true)];
    at_every_cut(Side::Client, false, long, &told);
}

/// The table of pieces: what is there is delivered, `remaining` counts the rest of the frame.
#[test]
fn pieces_as_they_come() {
    let mut receiver = Receiver::new(Side::Client, false);
    let mut pieces = Vec::new();
    for part in [&b"\x82\x05ab"[..], b"c", b"de\x02\x00\x80\x01z"] {
        let mut bytes = part.to_vec();
        let mut at = 0;
        while let (used, Got::Data(piece)) = receiver.next(&mut bytes[at..], 100) {
            let (len, first, last) = (piece.range.len(), piece.first, piece.last);
            pieces.push((len, first, last, piece.remaining));
            at += used;
        }
    }
    assert_eq!(
        pieces,
        [
            (2, true, false, 3),
            (1, false, false, 2),
            (2, false, true, 0),
            (0, true, false, 0),
            (1, false, true, 0)
        ]
    );
}

#[test]
fn endless_frames_are_not_kept() {
    let mut receiver = Receiver::new(Side::Client, false);
    let mut header = b"\x82\x7f\0\0\x01\0\0\0\0\0x".to_vec();
    let (used, got) = receiver.next(&mut header, 4096);
    assert_eq!(used, header.len());
    let Got::Data(piece) = got else {
        panic!("{got:?}")
    };
    assert_eq!(piece.remaining, (1 << 40) - 1);
}

#[test]
fn violations() {
    let protocol = |text| Told::Broken(Violation::protocol(text));
    for op in (3..8).chain(11..16) {
        let told = [protocol("bad opc")];
        at_every_cut(Side::Server, false, &masked(0x80 | op, b"x"), &told);
    }
    for (bytes, text) in [
        (b"\x81\x01x".to_vec(), "bad mask"),
        (masked(0xc1, b"x"), "rsv bits"),
        (masked(0xa1, b"x"), "rsv bits"),
        (masked(0x91, b"x"), "rsv bits"),
        (masked(0xc9, b"x"), "rsv bits"),
        (masked(0x80, b"x"), "bad cont"),
        (masked(0x09, b"x"), "frag ctl"),
        (masked(0x08, b""), "frag ctl"),
    ] {
        at_every_cut(Side::Server, false, &bytes, &[protocol(text)]);
    }
    let mut inside = masked(0x01, b"a");
    inside.extend(masked(0x81, b"b"));
    let told = [data(b"a", false, true, false), protocol("bad cont")];
    at_every_cut(Side::Server, false, &inside, &told);
    let told = [protocol("bad mask")];
    at_every_cut(Side::Client, false, &masked(0x81, b"x"), &told);
}

#[test]
fn violations_without_a_frame() {
    for bytes in [
        masked(0x89, &[0; 126]),
        masked(0x88, &[0; 70_000])[..14].to_vec(),
        b"\x82\xff\x80\0\0\0\0\0\0\0".to_vec(),
    ] {
        let told = read(&mut Receiver::new(Side::Server, false), &[&bytes], 4096);
        let [Told::Broken(violation)] = &told[..] else {
            panic!("{told:?}")
        };
        assert!(violation.silent);
    }
}

#[test]
fn what_rsv1_means_with_compression() {
    let mut bytes = masked(0x41, b"a");
    bytes.extend(masked(0x80, b"b"));
    bytes.extend(masked(0x82, b"c"));
    let wanted = [
        Told::Frame(b"a".to_vec(), false, true, false, true),
        Told::Frame(b"b".to_vec(), false, false, true, true),
        data(b"c", true, true, true),
    ];
    at_every_cut(Side::Server, true, &bytes, &wanted);
    let rsv = Told::Broken(Violation::protocol("rsv bits"));
    for first in [0xc0, 0xc9, 0xa1] {
        let told = read(
            &mut Receiver::new(Side::Server, true),
            &[&masked(first, b"x")],
            9,
        );
        assert_eq!(told, [Told::Broken(Violation::protocol("rsv bits"))]);
    }
    let mut cont = masked(0x41, b"a");
    cont.extend(masked(0xc0, b"b"));
    let told = read(&mut Receiver::new(Side::Server, true), &[&cont], 9);
    assert_eq!(told.last(), Some(&rsv));
}

#[test]
fn nothing_is_read_after_a_violation() {
    let mut receiver = Receiver::new(Side::Server, false);
    let mut bytes = b"\x83".to_vec();
    bytes.extend(masked(0x81, b"x"));
    let told = read(&mut receiver, &[&bytes, &masked(0x81, b"y")], 9);
    assert_eq!(told.len(), 1);
}
