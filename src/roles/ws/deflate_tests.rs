//! Both directions against each other, and limits.

use super::*;

fn small(deflater: &mut Deflater, message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    deflater.add(message, true, &mut out).unwrap();
    out
}

fn large(inflater: &mut Inflater, data: &[u8]) -> Result<Vec<u8>, Error> {
    let mut all = Vec::new();
    let mut rest = data;
    let mut room = [0; 100];
    loop {
        let step = inflater.step(rest, &mut room)?;
        all.extend_from_slice(&room[..step.written]);
        rest = &rest[step.used..];
        if step.drained {
            break;
        }
    }
    loop {
        let step = inflater.end(&mut room)?;
        all.extend_from_slice(&room[..step.written]);
        if step.drained {
            return Ok(all);
        }
    }
}

/// Bytes that hardly repeat.
fn noise(len: usize) -> Vec<u8> {
    let mut x = 1u64;
    let mut next = || {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        (x >> 32) as u8
    };
    (0..len).map(|_| next()).collect()
}

#[test]
fn there_and_back() {
    let (mut deflater, mut inflater) = (Deflater::new(true, 15), Inflater::new(true));
    let mut messages = vec![vec![], b"x".to_vec(), vec![], vec![], vec![b'y'; 300_000]];
    messages.extend((1000..1040).map(noise));
    messages.push(noise(200_000));
    for message in messages {
        let data = small(&mut deflater, &message);
        assert_eq!(large(&mut inflater, &data).unwrap(), message);
    }
    assert_eq!(small(&mut deflater, b""), [0]);
}

#[test]
fn what_came_before_is_referred_to_or_not() {
    let message = noise(100);
    let mut keeps = Deflater::new(true, 15);
    assert!(small(&mut keeps, &message).len() > 100);
    assert!(small(&mut keeps, &message).len() < 20);
    let mut forgets = Deflater::new(false, 15);
    assert_eq!(small(&mut forgets, &message), small(&mut forgets, &message));
    let mut inflater = Inflater::new(false);
    for _ in 0..3 {
        let data = small(&mut forgets, &message);
        assert_eq!(large(&mut inflater, &data).unwrap(), message);
    }
}

/// No match reaches farther back than the window: what repeats beyond it costs its whole length.
#[test]
fn small_windows_are_kept_to() {
    for bits in 9..15 {
        let window = 1 << bits;
        let mut deflater = Deflater::new(true, bits);
        let block = noise(window);
        let twice = [&block[..], &block[..]].concat();
        let data = small(&mut deflater, &twice);
        assert!(data.len() >= twice.len(), "{bits}: {}", data.len());
        assert_eq!(large(&mut Inflater::new(true), &data).unwrap(), twice);
        // Across messages as well.
        let mut deflater = Deflater::new(true, bits);
        let mut inflater = Inflater::new(true);
        let piece = noise(window / 2 + 1);
        for _ in 0..4 {
            let data = small(&mut deflater, &piece);
            assert_eq!(large(&mut inflater, &data).unwrap(), piece);
        }
    }
}

#[test]
fn garbage_is_an_error() {
    assert_eq!(
        large(&mut Inflater::new(true), b"\xff\xff\xff"),
        Err(Error::Data)
    );
    // Refers to what was never there.
    let mut deflater = Deflater::new(true, 15);
    small(&mut deflater, &noise(100));
    let data = small(&mut deflater, &noise(100));
    let _ = large(&mut Inflater::new(true), &data);
}
