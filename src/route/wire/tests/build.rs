//! Messages written by hand, and chance that can be had again.

/// A message, or what is nested in one.
pub(super) struct Build(pub(super) Vec<u8>);

impl Build {
    /// `head` is what the kind of message has behind the netlink header.
    pub(super) fn message(kind: u16, flags: u16, head: &[u8]) -> Self {
        let mut bytes = vec![0; 4];
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(flags.to_ne_bytes());
        bytes.extend(7u32.to_ne_bytes());
        bytes.extend(9u32.to_ne_bytes());
        bytes.extend(head);
        Self(bytes)
    }

    pub(super) fn put(mut self, kind: u16, data: &[u8]) -> Self {
        let len = u16::try_from(data.len() + 4).unwrap();
        self.0.extend(len.to_ne_bytes());
        self.0.extend(kind.to_ne_bytes());
        self.0.extend(data);
        while self.0.len() % 4 != 0 {
            self.0.push(0);
        }
        self
    }

    pub(super) fn u32(self, kind: u16, n: u32) -> Self {
        self.put(kind, &n.to_ne_bytes())
    }

    /// An address.
    pub(super) fn ip(self, kind: u16, text: &str) -> Self {
        self.put(kind, &octets(text))
    }

    pub(super) fn nest(self, kind: u16, inner: impl FnOnce(Self) -> Self) -> Self {
        let inner = inner(Self(Vec::new()));
        self.put(kind, &inner.0)
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        let len = u32::try_from(self.0.len()).unwrap();
        self.0[..4].copy_from_slice(&len.to_ne_bytes());
        self.0
    }
}

pub(super) fn octets(ip: &str) -> Vec<u8> {
    match ip.parse().unwrap() {
        std::net::IpAddr::V4(ip) => ip.octets().to_vec(),
        std::net::IpAddr::V6(ip) => ip.octets().to_vec(),
    }
}

/// A `struct rtnexthop` with what is in it.
pub(super) fn leg(index: u32, hops: u8, flags: u8, inner: Build) -> Vec<u8> {
    let len = u16::try_from(inner.0.len() + 8).unwrap();
    let mut bytes = len.to_ne_bytes().to_vec();
    bytes.extend([flags, hops]);
    bytes.extend(index.to_ne_bytes());
    bytes.extend(inner.0);
    bytes
}

/// splitmix64.
pub(super) struct Rng(u64);

impl Rng {
    /// Says its seed; `RELWS_SEED` sets it.
    pub(super) fn announced(name: &str) -> Self {
        let seed = std::env::var("RELWS_SEED").map_or(0x7265_6c77, |s| s.parse().unwrap());
        println!("{name}: RELWS_SEED={seed}");
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Less than `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub(super) fn yes(&mut self) -> bool {
        self.next() & 1 == 1
    }

    pub(super) fn byte(&mut self) -> u8 {
        self.next() as u8
    }

    /// All sizes are likely.
    pub(super) fn number(&mut self) -> u32 {
        match self.below(4) {
            0 => self.below(4) as u32,
            1 => u32::MAX - self.below(2) as u32,
            2 => u32::from(self.byte()),
            _ => self.next() as u32,
        }
    }

    pub(super) fn shuffle<T>(&mut self, all: &mut [T]) {
        for i in (1..all.len()).rev() {
            all.swap(i, self.below(i + 1));
        }
    }
}
