//! The labels of addresses that the kernel has (ip-addrlabel(8)).

use super::netlink::Netlink;
use std::io;
use std::time::Duration;

/// `RTM_GETADDRLABEL` for all of IPv6: kind and flags of netlink's header, then the family that
/// `struct ifaddrlblmsg` begins with.
const KIND: u16 = 74;
const FLAGS: u16 = (libc::NLM_F_REQUEST | libc::NLM_F_DUMP) as u16;
const LENGTH: u8 = 28;

/// How long the kernel is waited for, which answers at once.
const LIMIT: Duration = Duration::from_millis(5);
/// More labels than that are not read, bytes.
const MOST: usize = 256 * 1024;

fn request() -> Vec<u8> {
    let mut r = u32::from(LENGTH).to_ne_bytes().to_vec();
    r.extend(KIND.to_ne_bytes());
    r.extend(FLAGS.to_ne_bytes());
    r.extend([0; 8]);
    r.push(libc::AF_INET6 as u8);
    r.resize(usize::from(LENGTH), 0);
    r
}

/// The messages of the answer, one behind the other.
pub(crate) fn dump() -> io::Result<Vec<u8>> {
    let asks = Netlink::for_questions(LIMIT)?;
    asks.send(&request())?;
    let (mut all, mut buffer) = (Vec::new(), Vec::new());
    while all.len() < MOST {
        let got = asks.read(&mut buffer)?;
        if !got.from_kernel || got.cut {
            continue;
        }
        all.extend_from_slice(&buffer);
        if is_last(&buffer) {
            break;
        }
    }
    Ok(all)
}

/// Whether a datagram has the end of a dump.
fn is_last(datagram: &[u8]) -> bool {
    let mut rest = datagram;
    while let Some([l0, l1, l2, l3, k0, k1]) = rest.first_chunk() {
        let kind = i32::from(u16::from_ne_bytes([*k0, *k1]));
        if kind == libc::NLMSG_DONE || kind == libc::NLMSG_ERROR {
            return true;
        }
        let len = u32::from_ne_bytes([*l0, *l1, *l2, *l3]).max(16);
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        rest = rest.get(len.saturating_add(3) & !3..).unwrap_or(&[]);
    }
    false
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    #[test]
    fn the_kernel_has_labels() {
        let all = super::dump().unwrap();
        // One of them at least, and the end with its number.
        assert!(all.len() >= 28 + 20, "{}", all.len());
    }
}
