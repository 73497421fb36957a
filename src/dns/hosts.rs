//! `/etc/hosts` (hosts(5)).

use super::hash::ByBytes;
use super::name::Name;
use std::collections::TryReserveError;
use std::net::IpAddr;

/// How much of the file is read, bytes: reading it takes some milliseconds.
pub(crate) const MAX_FILE: usize = 1024 * 1024;

/// How many addresses a name may have. Each new one is compared with those before it, so the limit
/// also bounds the time that reading takes.
const MAX_ADDRESSES: usize = 1024;

/// The addresses of names. A name may have many, of both families, in the order of the file.
#[derive(Default)]
pub(crate) struct Hosts {
    by_name: ByBytes,
    lists: Vec<Vec<IpAddr>>,
}

/// Reads the file. Where memory ends, the rest of it is left out.
pub(crate) fn parse(text: &[u8]) -> Hosts {
    let mut hosts = Hosts::default();
    for line in text.split(|c| *c == b'\n') {
        let line = line.split(|c| *c == b'#').next().unwrap_or(&[]);
        let mut words = line
            .split(u8::is_ascii_whitespace)
            .filter(|w| !w.is_empty());
        let Some(ip) = words.next().and_then(address) else {
            continue;
        };
        for word in words {
            if let Ok(name) = Name::from_text(word) {
                if hosts.add(name, ip).is_err() {
                    return hosts;
                }
            }
        }
    }
    hosts
}

/// An address in numbers. The scope of a link-local one does not count.
fn address(word: &[u8]) -> Option<IpAddr> {
    let text = core::str::from_utf8(word).ok()?;
    let ip = text.split('%').next()?;
    ip.parse().ok()
}

impl Hosts {
    fn add(&mut self, name: Name, ip: IpAddr) -> Result<(), TryReserveError> {
        let at = match self.by_name.get(name.wire()) {
            Some(at) => *at,
            None => {
                self.by_name.try_reserve(1)?;
                self.lists.try_reserve(1)?;
                let at = self.lists.len() as u64;
                self.lists.push(Vec::new());
                self.by_name.insert(name.shared(), at);
                at
            }
        };
        let list = usize::try_from(at)
            .ok()
            .and_then(|at| self.lists.get_mut(at));
        let Some(list) = list else { return Ok(()) };
        if list.len() < MAX_ADDRESSES && !list.contains(&ip) {
            list.try_reserve(1)?;
            list.push(ip);
        }
        Ok(())
    }

    /// The addresses of a name, on the wire, that stands there.
    pub(crate) fn get(&self, name: &[u8]) -> Option<&[IpAddr]> {
        let at = usize::try_from(*self.by_name.get(name)?).ok()?;
        self.lists.get(at).map(Vec::as_slice)
    }

    pub(crate) fn len(&self) -> usize {
        self.lists.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_file() {
        let text = "# comment\n127.0.0.1 localhost Here # 1.1.1.1 no\n::1\tlocalhost ip6-localhost\n\
            10.0.0.1 a.b\n10.0.0.2 a.b a.b\n10.0.0.1 a.b.\nfe80::1%lo c\nx y\n1.2.3 z\n  10.0.0.9 sp \r\n10.0.0.3";
        let h = parse(text.as_bytes());
        let get = |name: &str| -> Vec<String> {
            let name = Name::from_text(name.as_bytes()).unwrap();
            let all = h.get(name.wire()).unwrap_or(&[]);
            all.iter().map(|ip| ip.to_string()).collect()
        };
        assert_eq!(get("LOCALHOST"), ["127.0.0.1", "::1"]);
        assert_eq!(get("here"), ["127.0.0.1"]);
        assert_eq!(get("a.b"), ["10.0.0.1", "10.0.0.2"]);
        assert_eq!(get("c"), ["fe80::1"]);
        assert_eq!(get("sp"), ["10.0.0.9"]);
        for none in ["no", "y", "z", "1.1.1.1"] {
            assert!(get(none).is_empty(), "{none}");
        }
        assert_eq!(h.len(), 6);
        let many: String = (0..1100)
            .flat_map(|n| vec![format!("10.1.{}.{} many x{n}\n", n / 256, n % 256); 2])
            .collect();
        let h = parse(many.as_bytes());
        let name = |text: &str| Name::from_text(text.as_bytes()).unwrap();
        let all = h.get(name("many").wire()).unwrap();
        assert_eq!(
            (all.len(), all[1023].to_string()),
            (1024, "10.1.3.255".into())
        );
        assert_eq!(h.get(name("x1099").wire()).unwrap().len(), 1);
        parse(&(0..=255u8).cycle().take(5000).collect::<Vec<_>>());
    }
}
