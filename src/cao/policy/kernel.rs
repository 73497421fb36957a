//! The kernel's labels of addresses, read from its answer to RTM_GETADDRLABEL.

use core::net::Ipv6Addr;

/// A prefix, its length and its label.
type Row = (Ipv6Addr, u8, u32);

/// `RTM_NEWADDRLABEL` (linux/rtnetlink.h), its attributes (linux/if_addrlabel.h) and where they begin:
/// behind the header of netlink, 16 bytes, and `struct ifaddrlblmsg`, 12 bytes.
const NEW_LABEL: u16 = 72;
const IFAL_ADDRESS: u16 = 1;
const IFAL_LABEL: u16 = 2;
const ATTRIBUTES: usize = 28;

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

/// The first of netlink's messages: its row, if it is one that counts, and what is behind it.
pub(super) fn row(bytes: &[u8]) -> Option<(Option<Row>, &[u8])> {
    let len = usize::try_from(u32::from_ne_bytes(number(bytes, 0)?)).ok()?;
    let message = bytes.get(..len.max(16))?;
    let behind = bytes.get(len.max(16).next_multiple_of(4)..).unwrap_or(&[]);
    Some((label_of(message), behind))
}

fn label_of(message: &[u8]) -> Option<Row> {
    let kind = u16::from_ne_bytes(number(message, 4)?);
    let [family, _, len, _] = number(message, 16)?;
    let index = u32::from_ne_bytes(number(message, 20)?);
    if kind != NEW_LABEL || i32::from(family) != libc::AF_INET6 || index != 0 || len > 128 {
        return None;
    }
    // No address: that of all zeroes.
    let (mut prefix, mut label) = (Ipv6Addr::UNSPECIFIED, None);
    let mut rest = message.get(ATTRIBUTES..)?;
    while let (Some(size), Some(kind)) = (number(rest, 0), number(rest, 2)) {
        let size = usize::from(u16::from_ne_bytes(size)).max(4);
        match u16::from_ne_bytes(kind) {
            IFAL_ADDRESS => prefix = Ipv6Addr::from(number::<16>(rest, 4)?),
            IFAL_LABEL => label = Some(u32::from_ne_bytes(number(rest, 4)?)),
            _ => {}
        }
        rest = rest.get(size.next_multiple_of(4)..).unwrap_or(&[]);
    }
    Some((prefix, len, label?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Policy;
    use super::*;
    use core::net::IpAddr;

    fn message(kind: u16, len: u8, index: u32, attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = vec![libc::AF_INET6 as u8, 0, len, 0];
        body.extend(index.to_ne_bytes());
        body.extend([0; 4]);
        for (kind, value) in attributes {
            body.extend((value.len() as u16 + 4).to_ne_bytes());
            body.extend(kind.to_ne_bytes());
            body.extend(*value);
        }
        let mut all = (body.len() as u32 + 16).to_ne_bytes().to_vec();
        all.extend(kind.to_ne_bytes());
        all.extend([0; 10]);
        all.extend(body);
        all
    }

    fn dump() -> Vec<u8> {
        let ula = "fc00::".parse::<Ipv6Addr>().unwrap().octets();
        let doc = "2001:db8::".parse::<Ipv6Addr>().unwrap().octets();
        let label = |n: u32| n.to_ne_bytes();
        [
            message(72, 0, 0, &[(IFAL_LABEL, &label(1))]),
            message(72, 7, 0, &[(IFAL_ADDRESS, &ula), (IFAL_LABEL, &label(5))]),
            message(
                72,
                32,
                0,
                &[
                    (9, &[1, 2, 3, 4]),
                    (IFAL_ADDRESS, &doc),
                    (IFAL_LABEL, &label(99)),
                ],
            ),
            // One interface's, another kind, no label: they do not count.
            message(72, 32, 7, &[(IFAL_ADDRESS, &doc), (IFAL_LABEL, &label(98))]),
            message(73, 32, 0, &[(IFAL_ADDRESS, &doc), (IFAL_LABEL, &label(97))]),
            message(72, 32, 0, &[(IFAL_ADDRESS, &doc)]),
            message(3, 0, 0, &[]),
        ]
        .concat()
    }

    #[test]
    fn labels_are_the_kernels_and_precedences_stay() {
        let mut p = Policy::default();
        p.follow_kernel(&dump());
        for (ip, both) in [
            ("2001:db8::1", (40, 99)),
            ("fd00::1", (3, 5)),
            ("2002::1", (30, 1)),
            ("192.0.2.1", (35, 1)),
        ] {
            let ip: IpAddr = ip.parse().unwrap();
            assert_eq!((p.precedence(ip), p.label(ip)), both, "{ip}");
        }
    }

    #[test]
    fn what_is_no_answer_changes_nothing_and_ends() {
        let whole = dump();
        for cut in 0..whole.len() {
            Policy::default().follow_kernel(&whole[..cut]);
        }
        for at in 0..whole.len() {
            let mut odd = whole.clone();
            for value in [0, 1, 255] {
                odd[at] = value;
                Policy::default().follow_kernel(&odd);
            }
        }
        let mut p = Policy::default();
        p.follow_kernel(&[0; 64]);
        assert_eq!(p, Policy::default());
    }
}
