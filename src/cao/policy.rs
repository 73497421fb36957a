//! The policy table of RFC 6724 section 2.1: which precedence and label an address has. The longest
//! prefix counts, in whatever order the rows stand.

use core::net::{IpAddr, Ipv6Addr};

#[cfg(any(test, feature = "LWS_WITH_NETLINK"))]
mod kernel;

/// One row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Row {
    prefix: u128,
    len: u8,
    value: u32,
}

/// The rows for one of the two values.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Rows(Vec<Row>);

fn bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn mask(len: u8) -> u128 {
    u128::MAX
        .checked_shl(128u32.saturating_sub(u32::from(len)))
        .unwrap_or(0)
}

impl Rows {
    /// Takes in a row. One for the same prefix replaces the one before.
    fn set(&mut self, prefix: Ipv6Addr, len: u8, value: u32) {
        let row = Row {
            prefix: prefix.to_bits() & mask(len),
            len,
            value,
        };
        match self
            .0
            .iter_mut()
            .find(|r| r.len == row.len && r.prefix == row.prefix)
        {
            Some(old) => *old = row,
            None => self.0.push(row),
        }
    }

    /// The value of the longest prefix that has the address; 0 where none has.
    fn get(&self, ip: IpAddr) -> u32 {
        let bits = bits(ip);
        self.0
            .iter()
            .filter(|r| bits & mask(r.len) == r.prefix)
            .max_by_key(|r| r.len)
            .map_or(0, |r| r.value)
    }
}

/// What RFC 6724 has, row by row: prefix, its length, precedence, label.
const DEFAULT: [([u16; 8], u8, u32, u32); 9] = [
    ([0, 0, 0, 0, 0, 0, 0, 1], 128, 50, 0),
    ([0; 8], 0, 40, 1),
    ([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, 35, 4),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, 30, 2),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, 5, 5),
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, 3, 13),
    ([0; 8], 96, 1, 3),
    ([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, 1, 11),
    ([0x3ffe, 0, 0, 0, 0, 0, 0, 0], 16, 1, 12),
];

/// How many rows a file may add; what comes after them is not read.
const MOST_ROWS: usize = 256;

/// Precedences and labels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Policy {
    precedence: Rows,
    label: Rows,
}

impl Default for Policy {
    /// The table of RFC 6724.
    fn default() -> Self {
        let mut p = Self {
            precedence: Rows(Vec::new()),
            label: Rows(Vec::new()),
        };
        for (words, len, precedence, label) in DEFAULT {
            p.precedence.set(Ipv6Addr::from(words), len, precedence);
            p.label.set(Ipv6Addr::from(words), len, label);
        }
        p
    }
}

impl Policy {
    pub(crate) fn precedence(&self, ip: IpAddr) -> u32 {
        self.precedence.get(ip)
    }

    pub(crate) fn label(&self, ip: IpAddr) -> u32 {
        self.label.get(ip)
    }

    /// Takes the labels that the kernel has (ip-addrlabel(8)), from the messages of its answer to
    /// RTM_GETADDRLABEL. Those of one interface only are left out, because a destination has none.
    #[cfg(any(test, feature = "LWS_WITH_NETLINK"))]
    pub(crate) fn follow_kernel(&mut self, dump: &[u8]) {
        let mut rows = Vec::new();
        let mut rest = dump;
        while let Some((row, left)) = kernel::row(rest) {
            rest = left;
            if rows.len() < MOST_ROWS {
                rows.extend(row);
            }
        }
        if rows.is_empty() {
            return;
        }
        self.label.0.clear();
        for (prefix, len, value) in rows {
            self.label.set(prefix, len, value);
        }
        self.whole();
    }

    /// Takes in a file like `/etc/gai.conf` (gai.conf(5)): lines `label PREFIX VALUE` and
    /// `precedence PREFIX VALUE`. The first line of either kind discards all default rows of that
    /// kind. Lines of other kinds, and those that make no sense, are skipped. Returns how many lines
    /// were taken.
    pub(crate) fn read(&mut self, text: &[u8]) -> usize {
        let (mut labels, mut precedences) = (Vec::new(), Vec::new());
        for line in text.split(|c| *c == b'\n') {
            let Some((label, row)) = parse(line) else {
                continue;
            };
            let rows = if label { &mut labels } else { &mut precedences };
            if rows.len() < MOST_ROWS {
                rows.push(row);
            }
        }
        let taken = labels.len().saturating_add(precedences.len());
        for (into, from) in [
            (&mut self.label, labels),
            (&mut self.precedence, precedences),
        ] {
            if !from.is_empty() {
                into.0.clear();
            }
            for (prefix, len, value) in from {
                into.set(prefix, len, value);
            }
        }
        self.whole();
        taken
    }

    /// Without a row for everything else, glibc takes the default one.
    fn whole(&mut self) {
        for (rows, value) in [(&mut self.precedence, 40), (&mut self.label, 1)] {
            if !rows.0.iter().any(|r| r.len == 0) {
                rows.set(Ipv6Addr::UNSPECIFIED, 0, value);
            }
        }
    }
}

/// A line: whether it is a label, and its row.
fn parse(line: &[u8]) -> Option<(bool, (Ipv6Addr, u8, u32))> {
    let line = line.split(|c| *c == b'#').next()?;
    let line = core::str::from_utf8(line).ok()?;
    let mut words = line.split_ascii_whitespace();
    let label = match words.next()? {
        "label" => true,
        "precedence" => false,
        _ => return None,
    };
    let prefix = words.next()?;
    let value = words.next()?.parse().ok()?;
    let (address, len) = match prefix.split_once('/') {
        Some((address, len)) => (address, Some(len.parse::<u8>().ok()?)),
        None => (prefix, None),
    };
    let (address, len) = match address.parse().ok()? {
        IpAddr::V6(v6) => (v6, len.unwrap_or(128)),
        IpAddr::V4(v4) => (v4.to_ipv6_mapped(), len.unwrap_or(32).checked_add(96)?),
    };
    (len <= 128).then_some((label, (address, len, value)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn both(p: &Policy, ip: &str) -> (u32, u32) {
        let ip = ip.parse().unwrap();
        (p.precedence(ip), p.label(ip))
    }

    #[test]
    fn each_row_of_the_rfc_is_found_whatever_row_stands_before_it() {
        let p = Policy::default();
        for (ip, expected) in [
            ("::1", (50, 0)),
            ("2606:4700::1", (40, 1)),
            ("192.0.2.1", (35, 4)),
            ("127.0.0.1", (35, 4)),
            ("::ffff:10.0.0.1", (35, 4)),
            ("2002:c000:201::1", (30, 2)),
            ("2001::1", (5, 5)),
            ("2001:db8::1", (40, 1)),
            ("fc00::1", (3, 13)),
            ("fdff::1", (3, 13)),
            ("fe80::1", (40, 1)),
            ("::192.0.2.1", (1, 3)),
            ("::2", (1, 3)),
            ("fec0::1", (1, 11)),
            ("feff::1", (1, 11)),
            ("3ffe::1", (1, 12)),
            ("ff02::1", (40, 1)),
        ] {
            assert_eq!(both(&p, ip), expected, "{ip}");
        }
    }

    #[test]
    fn a_file_replaces_the_rows_of_the_kinds_it_has() {
        let mut p = Policy::default();
        let file = b"# what Debian suggests\n\
            precedence ::ffff:0:0/96  100  # IPv4 first\n\
            precedence 2001:db8::1 60\n\
            scopev4 ::ffff:10.0.0.0/104 5\nlabel\nprecedence x/1 2\nprecedence ::/129 1\n\
            reload yes\n\xff\xfe\n";
        assert_eq!(p.read(file), 2);
        assert_eq!(both(&p, "192.0.2.1"), (100, 4));
        assert_eq!(both(&p, "2001:db8::1"), (60, 1));
        // not in the file, so as everything else
        assert_eq!(both(&p, "::1"), (40, 0));
        assert_eq!(both(&p, "fc00::1"), (40, 13));
    }

    #[test]
    fn the_last_of_two_lines_for_one_prefix_counts() {
        let mut p = Policy::default();
        assert_eq!(p.read(b"label fd00::/8 7\nlabel fd12::/8 9\n"), 2);
        assert_eq!(both(&p, "fd34::1").1, 9);
    }

    #[test]
    fn an_empty_file_changes_nothing() {
        let mut p = Policy::default();
        assert_eq!(p.read(b"#precedence ::/0 1\n\n"), 0);
        assert_eq!(p, Policy::default());
    }

    #[test]
    fn a_file_does_not_grow_without_end() {
        let text: String = (0..1000)
            .map(|n| format!("label {n:x}::/16 {n}\n"))
            .collect();
        let mut p = Policy::default();
        assert_eq!(p.read(text.as_bytes()), MOST_ROWS);
    }
}
