//! Real messages with some of their bytes changed.

use super::super::check;
use super::build::{Build, Rng, leg};
use super::random;

const INPUTS: usize = 200_000;

/// One of what the kernel sends, of each kind.
fn sample(rng: &mut Rng) -> Vec<u8> {
    match rng.below(8) {
        0 => {
            let members = [1, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 4, 1, 0, 0];
            let group = Build::message(104, 2, &[0, 0, 4, 0, 0, 0, 0, 0]);
            group.u32(1, 9).put(2, &members).put(3, &[0, 0]).finish()
        }
        1 => {
            let single = Build::message(105, 2, &[10, 0, 4, 0, 4, 0, 0, 0]);
            single.u32(1, 9).u32(5, 3).ip(6, "fe80::1").finish()
        }
        2 => {
            let netconf = Build::message(80, 2, &[10, 0, 0, 0]);
            netconf.u32(1, 3).u32(2, 1).u32(6, 0).finish()
        }
        3 => {
            let legs = [
                leg(2, 0, 0, Build(Vec::new()).ip(5, "10.0.0.1")),
                leg(3, 9, 1, Build(Vec::new()).ip(5, "10.0.0.2").put(22, &[])),
            ];
            let head = [2, 24, 0, 0, 254, 4, 0, 1, 0, 0, 0, 0];
            let route = Build::message(24, 2, &head).ip(1, "10.9.0.0");
            route.put(9, &legs.concat()).finish()
        }
        4 => Build::message(2 + u16::from(rng.byte() & 1), 2, &[0xa6, 0xff, 0xff, 0xff]).finish(),
        _ => random::bytes(&random::message(rng).0),
    }
}

/// Changes what tells lengths and kinds more often than the rest.
fn mutate(rng: &mut Rng, bytes: &mut Vec<u8>) {
    const TELLING: [u8; 12] = [0, 1, 2, 3, 4, 7, 8, 16, 32, 128, 254, 255];
    for _ in 0..=rng.below(4) {
        let at = rng.below(bytes.len().max(1));
        match rng.below(8) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at.min(bytes.len()), rng.byte()),
            2 => bytes.extend_from_within(at.min(bytes.len())..),
            3 | 4 => {
                // where attributes begin
                let at = at & !3;
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = byte.wrapping_add(TELLING[rng.below(12)]);
                }
            }
            5 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << rng.below(8);
                }
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = TELLING[rng.below(12)];
                }
            }
        }
    }
}

#[test]
fn changed_messages_are_read_or_refused() {
    let mut rng = Rng::announced("changed messages");
    let (mut whole, mut refused) = (0, 0);
    for _ in 0..INPUTS {
        let mut datagram = Vec::new();
        for _ in 0..=rng.below(3) {
            datagram.extend(sample(&mut rng));
            datagram.resize(datagram.len().next_multiple_of(4), 0);
        }
        mutate(&mut rng, &mut datagram);
        if super::super::messages(&datagram).all(|m| m.is_ok()) {
            whole += 1;
        } else {
            refused += 1;
        }
        check::read(&datagram);
    }
    println!("changed messages: {whole} read, {refused} refused");
    // both ways are gone
    assert!(whole > INPUTS / 10 && refused > INPUTS / 10);
}
