//! What the program is told about a lease: the struct of C, and messages.

use super::client::Loss;
use super::lease::Lease;
use crate::abi::system::lws_dhcpc_ifstate_t;
use crate::sys::sa46;
use crate::util::json;
use core::ffi::{CStr, c_char};
use core::net::{IpAddr, Ipv4Addr};

/// Copies a text, with a NUL behind it, as much as fits.
fn put<const N: usize>(to: &mut [c_char; N], text: &[u8]) {
    for (place, byte) in to.iter_mut().take(N.saturating_sub(1)).zip(text) {
        *place = *byte as c_char;
    }
}

/// The struct that the callback gets.
pub(super) fn ifstate(name: &CStr, mac: [u8; 6], l: &Lease) -> lws_dhcpc_ifstate_t {
    let address = |ip: Option<Ipv4Addr>| sa46::from_ip(ip.map(IpAddr::V4));
    let in_order = |ip: Ipv4Addr| u32::from_ne_bytes(ip.octets());
    let (t1, t2, all) = l.seconds();
    let [d1, d2, d3, d4] = l.given.dns;
    let mut s = lws_dhcpc_ifstate_t {
        ifname: [0; 16],
        domain: [0; 64],
        mac,
        nums: [in_order(l.mask()), in_order(l.broadcast()), all, t2, t1],
        sa46: [
            Some(l.address),
            d1,
            d2,
            d3,
            d4,
            l.given.router,
            l.given.ntp,
            Some(l.server),
        ]
        .map(address),
    };
    put(&mut s.ifname, name.to_bytes());
    put(&mut s.domain, l.given.domain.as_bytes());
    s
}

/// The SMD message for a lease that is there.
pub(super) fn acquired(name: &CStr, l: &Lease) -> String {
    format!(
        "{{\"type\":\"ipacq\",\"if\":\"{}\",\"ipv4\":\"{}\"}}",
        json::escaped(name.to_bytes()),
        l.address
    )
}

/// The SMD message for one that was lost.
pub(super) fn lost(name: &CStr, l: &Lease, why: Loss) -> String {
    format!(
        "{{\"type\":\"iplost\",\"if\":\"{}\",\"ipv4\":\"{}\",\"why\":\"{}\"}}",
        json::escaped(name.to_bytes()),
        l.address,
        why.word()
    )
}
