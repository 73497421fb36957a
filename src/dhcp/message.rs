//! DHCP messages as bytes (RFC 2131 section 2, RFC 2132): what a client sends, and what it takes
//! from a server's reply.

use core::net::Ipv4Addr;

/// Where the options start: behind the fixed fields and the cookie.
const OPTIONS: usize = 240;
const COOKIE: [u8; 4] = [0x63, 0x82, 0x53, 0x63];
/// Relays and servers of old BOOTP drop shorter messages (RFC 1542 section 2.1).
const SHORTEST: usize = 300;
/// More routes than that nobody has; the rest is left out.
const MOST_ROUTES: usize = 64;

/// Option codes of RFC 2132, RFC 3397 (119), RFC 3442 (121), RFC 4361 (61).
pub(crate) mod option {
    pub(crate) const MASK: u8 = 1;
    pub(crate) const ROUTER: u8 = 3;
    pub(crate) const DNS: u8 = 6;
    pub(crate) const HOST_NAME: u8 = 12;
    pub(crate) const DOMAIN: u8 = 15;
    pub(crate) const MTU: u8 = 26;
    pub(crate) const BROADCAST: u8 = 28;
    pub(crate) const NTP: u8 = 42;
    pub(crate) const REQUESTED: u8 = 50;
    pub(crate) const LEASE: u8 = 51;
    pub(crate) const OVERLOAD: u8 = 52;
    pub(crate) const TYPE: u8 = 53;
    pub(crate) const SERVER: u8 = 54;
    pub(crate) const WANTED: u8 = 55;
    pub(crate) const LARGEST: u8 = 57;
    pub(crate) const T1: u8 = 58;
    pub(crate) const T2: u8 = 59;
    pub(crate) const CLIENT_ID: u8 = 61;
    pub(crate) const SEARCH: u8 = 119;
    pub(crate) const ROUTES: u8 = 121;
    pub(crate) const END: u8 = 255;
}

/// The message types of RFC 2132 section 9.6.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Discover = 1,
    Offer = 2,
    Request = 3,
    Decline = 4,
    Ack = 5,
    Nak = 6,
    Release = 7,
}

/// Who asks: the same in all messages of a client.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) mac: [u8; 6],
    /// Option 61, type byte first.
    pub(crate) client_id: Vec<u8>,
    /// Option 12; empty for none.
    pub(crate) host_name: Vec<u8>,
    /// Asks servers to broadcast their replies (RFC 2131 section 4.1).
    pub(crate) broadcast: bool,
}

/// What one message of a client says besides its [`Identity`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Ask {
    pub(crate) kind: Kind,
    pub(crate) xid: u32,
    /// Seconds since the client began.
    pub(crate) secs: u16,
    /// The address the interface has already: `ciaddr`.
    pub(crate) has: Option<Ipv4Addr>,
    /// Option 50.
    pub(crate) requested: Option<Ipv4Addr>,
    /// Option 54.
    pub(crate) server: Option<Ipv4Addr>,
}

/// The bytes of a client's message.
pub(crate) fn encode(who: &Identity, ask: &Ask) -> Vec<u8> {
    let mut m = Vec::with_capacity(SHORTEST.saturating_add(64));
    // Op BOOTREQUEST, Ethernet, six bytes of address, no hops.
    m.extend_from_slice(&[1, 1, 6, 0]);
    m.extend_from_slice(&ask.xid.to_be_bytes());
    m.extend_from_slice(&ask.secs.to_be_bytes());
    // Who has the address can be reached by it, and never needs a broadcast.
    let broadcast = who.broadcast && ask.has.is_none();
    m.extend_from_slice(if broadcast { &[0x80, 0] } else { &[0, 0] });
    m.extend_from_slice(&ask.has.unwrap_or(Ipv4Addr::UNSPECIFIED).octets());
    m.resize(28, 0);
    m.extend_from_slice(&who.mac);
    m.resize(OPTIONS.saturating_sub(4), 0);
    m.extend_from_slice(&COOKIE);
    put(&mut m, option::TYPE, &[ask.kind as u8]);
    put(&mut m, option::CLIENT_ID, &who.client_id);
    if let Some(ip) = ask.requested {
        put(&mut m, option::REQUESTED, &ip.octets());
    }
    if let Some(ip) = ask.server {
        put(&mut m, option::SERVER, &ip.octets());
    }
    if matches!(ask.kind, Kind::Discover | Kind::Request) {
        put(&mut m, option::LARGEST, &1500u16.to_be_bytes());
        put(&mut m, option::HOST_NAME, &who.host_name);
        // Classless routes before the router: RFC 3442 wants that order.
        put(
            &mut m,
            option::WANTED,
            &[
                option::MASK,
                option::ROUTES,
                option::ROUTER,
                option::DNS,
                option::DOMAIN,
                option::SEARCH,
                option::NTP,
                option::MTU,
                option::BROADCAST,
                option::LEASE,
                option::T1,
                option::T2,
            ],
        );
    }
    m.push(option::END);
    if m.len() < SHORTEST {
        m.resize(SHORTEST, 0);
    }
    m
}

/// Adds an option; one without a value is left out, as is what does not fit its length byte.
fn put(m: &mut Vec<u8>, code: u8, value: &[u8]) {
    let Ok(len) = u8::try_from(value.len()) else {
        return;
    };
    if len > 0 {
        m.extend_from_slice(&[code, len]);
        m.extend_from_slice(value);
    }
}

/// A destination and the gateway to it (RFC 3442). Without a gateway it is on the link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Route {
    pub(crate) to: Ipv4Addr,
    pub(crate) bits: u8,
    pub(crate) via: Option<Ipv4Addr>,
}

/// What a server gives with an address.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Given {
    /// Prefix length of the address.
    pub(crate) bits: Option<u8>,
    pub(crate) broadcast: Option<Ipv4Addr>,
    pub(crate) router: Option<Ipv4Addr>,
    pub(crate) dns: [Option<Ipv4Addr>; 4],
    pub(crate) ntp: Option<Ipv4Addr>,
    pub(crate) mtu: Option<u16>,
    pub(crate) lease_s: Option<u32>,
    pub(crate) t1_s: Option<u32>,
    pub(crate) t2_s: Option<u32>,
    pub(crate) domain: String,
    /// Domains to search, in order.
    pub(crate) search: Vec<String>,
    /// With any of these the router does not count (RFC 3442).
    pub(crate) routes: Vec<Route>,
}

/// A server's reply, which fits the client it was read for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Reply {
    pub(crate) kind: Kind,
    /// The address that is offered or granted; unspecified in a NAK.
    pub(crate) address: Ipv4Addr,
    /// Who gives it: option 54.
    pub(crate) server: Ipv4Addr,
    pub(crate) given: Given,
}

/// Why a message is no reply for this client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    /// Cut off, or an option that says more than there is.
    Short,
    /// Not a BOOTP reply for Ethernet, or without the cookie of DHCP.
    Kind,
    /// Another transaction or another client.
    Other,
    /// An option with a length it cannot have.
    Length,
    /// No message type, or one that only clients send.
    Type,
    /// No server identifier (RFC 2131 table 3 has it in each reply).
    Server,
    /// An address that no host can have.
    Address,
}

/// Reads a server's message for the client with this address and transaction. `m` is what was in
/// the UDP datagram.
pub(crate) fn decode(m: &[u8], mac: [u8; 6], xid: u32) -> Result<Reply, Refused> {
    let fixed = m.first_chunk::<OPTIONS>().ok_or(Refused::Short)?;
    let (fields, cookie) = fixed.split_last_chunk::<4>().ok_or(Refused::Short)?;
    if !fields.starts_with(&[2, 1, 6]) || *cookie != COOKIE {
        return Err(Refused::Kind);
    }
    let at = |from: usize, to: usize| fields.get(from..to).unwrap_or(&[]);
    if at(4, 8) != xid.to_be_bytes() || at(28, 34) != mac {
        return Err(Refused::Other);
    }
    let options = Options::read(m)?;
    let kind = match options.one::<1>(option::TYPE)? {
        Some([2]) => Kind::Offer,
        Some([5]) => Kind::Ack,
        Some([6]) => Kind::Nak,
        _ => return Err(Refused::Type),
    };
    let server = options.ip(option::SERVER)?.ok_or(Refused::Server)?;
    if !is_host(server) {
        return Err(Refused::Server);
    }
    let address = <[u8; 4]>::try_from(at(16, 20)).map_or(Ipv4Addr::UNSPECIFIED, Ipv4Addr::from);
    if kind == Kind::Nak {
        return Ok(Reply {
            kind,
            address: Ipv4Addr::UNSPECIFIED,
            server,
            given: Given::default(),
        });
    }
    if !is_host(address) {
        return Err(Refused::Address);
    }
    Ok(Reply {
        kind,
        address,
        server,
        given: given(&options)?,
    })
}

/// Whether a host can have this address (RFC 1122 section 3.2.1.3).
fn is_host(ip: Ipv4Addr) -> bool {
    !(ip.is_unspecified()
        || ip.is_loopback()
        || ip.is_multicast()
        || ip.octets().first() >= Some(&240))
}

fn given(o: &Options) -> Result<Given, Refused> {
    let mut dns = [None; 4];
    for (place, ip) in dns
        .iter_mut()
        .zip(o.ips(option::DNS)?.filter(|ip| is_host(*ip)))
    {
        *place = Some(ip);
    }
    Ok(Given {
        bits: o.ip(option::MASK)?.and_then(bits_of),
        broadcast: o.ip(option::BROADCAST)?,
        router: o.ips(option::ROUTER)?.find(|ip| is_host(*ip)),
        dns,
        ntp: o.ips(option::NTP)?.find(|ip| is_host(*ip)),
        // RFC 2132 section 5.1 has 68 as the least.
        mtu: o
            .one::<2>(option::MTU)?
            .map(u16::from_be_bytes)
            .filter(|mtu| *mtu >= 68),
        lease_s: o.one::<4>(option::LEASE)?.map(u32::from_be_bytes),
        t1_s: o.one::<4>(option::T1)?.map(u32::from_be_bytes),
        t2_s: o.one::<4>(option::T2)?.map(u32::from_be_bytes),
        domain: domain(o.get(option::DOMAIN).unwrap_or(&[])),
        search: o.get(option::SEARCH).map_or_else(Vec::new, names),
        routes: o.get(option::ROUTES).map_or_else(Vec::new, routes),
    })
}

/// The length of a netmask; none for one with holes.
fn bits_of(mask: Ipv4Addr) -> Option<u8> {
    let ones = u32::from(mask).leading_ones();
    if u32::from(mask).checked_shl(ones).unwrap_or(0) != 0 {
        return None;
    }
    u8::try_from(ones).ok()
}

/// A domain in text, at most 63 bytes as C programs have room for; empty if it has bytes that names
/// do not have.
fn domain(bytes: &[u8]) -> String {
    // Some servers send the NUL of their C text.
    let bytes = bytes.strip_suffix(&[0]).unwrap_or(bytes);
    let bytes = bytes.get(..63).unwrap_or(bytes);
    text(bytes).unwrap_or_default()
}

/// A text that can be a name: letters, digits, hyphen, underscore, dot.
fn text(bytes: &[u8]) -> Option<String> {
    let fine = |b: &u8| b.is_ascii_alphanumeric() || b"-_.".contains(b);
    if !bytes.iter().all(fine) {
        return None;
    }
    core::str::from_utf8(bytes).ok().map(String::from)
}

/// The names of option 119 (RFC 3397), compressed as in DNS (RFC 1035 section 4.1.4): a pointer
/// counts from the start of the option. What cannot be read ends the list.
fn names(bytes: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < bytes.len() && all.len() < 16 {
        let Some((name, next)) = name(bytes, at) else {
            break;
        };
        if !name.is_empty() {
            all.push(name);
        }
        at = next;
    }
    all
}

/// The name at `start`, and where the next one starts.
fn name(bytes: &[u8], start: usize) -> Option<(String, usize)> {
    let mut name = String::new();
    let mut at = start;
    // Where the name ends in place, known once the first pointer was followed.
    let mut next = None;
    // Each pointer leads to before all that was read, so that they come to an end.
    let mut first = start;
    loop {
        let len = usize::from(*bytes.get(at)?);
        let after = at.checked_add(1)?;
        if len == 0 {
            return Some((name, next.unwrap_or(after)));
        }
        if len & 0xc0 == 0xc0 {
            let low = usize::from(*bytes.get(after)?);
            let to = (len & 0x3f) << 8 | low;
            if to >= first {
                return None;
            }
            next = next.or(after.checked_add(1));
            first = to;
            at = to;
            continue;
        }
        if len > 63 {
            return None;
        }
        let end = after.checked_add(len)?;
        let label = text(bytes.get(after..end)?)?;
        if label.contains('.') || name.len().saturating_add(label.len()) > 253 {
            return None;
        }
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(&label);
        at = end;
    }
}

/// The routes of option 121 (RFC 3442): prefix length, as many bytes of the destination as it
/// covers, gateway. What cannot be read ends the list.
fn routes(bytes: &[u8]) -> Vec<Route> {
    let mut all = Vec::new();
    let mut rest = bytes;
    while let Some((&bits, after)) = rest.split_first() {
        if bits > 32 || all.len() >= MOST_ROUTES {
            break;
        }
        let significant = usize::from(bits.div_ceil(8));
        let Some((to, after)) = after.split_at_checked(significant) else {
            break;
        };
        let Some((via, after)) = after.split_first_chunk::<4>() else {
            break;
        };
        let mut octets = [0u8; 4];
        for (place, byte) in octets.iter_mut().zip(to) {
            *place = *byte;
        }
        let mask = u32::MAX.checked_shl(32u32.saturating_sub(u32::from(bits)));
        let to = Ipv4Addr::from(u32::from_be_bytes(octets) & mask.unwrap_or(0));
        let via = Ipv4Addr::from(*via);
        all.push(Route {
            to,
            bits,
            via: Some(via).filter(|ip| !ip.is_unspecified()),
        });
        rest = after;
    }
    all
}

/// The options of one message. Those that come several times are one (RFC 3396).
struct Options {
    /// Code and value, in order of first appearance.
    all: Vec<(u8, Vec<u8>)>,
}

impl Options {
    fn read(m: &[u8]) -> Result<Self, Refused> {
        let mut o = Self { all: Vec::new() };
        o.area(m.get(OPTIONS..).unwrap_or(&[]))?;
        let overload = match o.one::<1>(option::OVERLOAD)? {
            Some([n]) => n,
            None => 0,
        };
        // First `file`, then `sname`: RFC 3396 section 5.
        if overload & 1 != 0 {
            o.area(m.get(108..236).unwrap_or(&[]))?;
        }
        if overload & 2 != 0 {
            o.area(m.get(44..108).unwrap_or(&[]))?;
        }
        Ok(o)
    }

    fn area(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        let mut rest = bytes;
        while let Some((&code, after)) = rest.split_first() {
            match code {
                0 => rest = after,
                option::END => return Ok(()),
                _ => {
                    let (&len, after) = after.split_first().ok_or(Refused::Short)?;
                    let (value, after) = after
                        .split_at_checked(usize::from(len))
                        .ok_or(Refused::Short)?;
                    match self.all.iter_mut().find(|(c, _)| *c == code) {
                        Some((_, whole)) => whole.extend_from_slice(value),
                        None => self.all.push((code, value.to_vec())),
                    }
                    rest = after;
                }
            }
        }
        // Some servers leave the end out.
        Ok(())
    }

    fn get(&self, code: u8) -> Option<&[u8]> {
        self.all
            .iter()
            .find(|(c, _)| *c == code)
            .map(|(_, v)| v.as_slice())
    }

    /// An option that has exactly this length.
    fn one<const N: usize>(&self, code: u8) -> Result<Option<[u8; N]>, Refused> {
        self.get(code)
            .map(|v| v.try_into().map_err(|_| Refused::Length))
            .transpose()
    }

    fn ip(&self, code: u8) -> Result<Option<Ipv4Addr>, Refused> {
        Ok(self.one::<4>(code)?.map(Ipv4Addr::from))
    }

    /// An option that is a list of addresses.
    fn ips(&self, code: u8) -> Result<impl Iterator<Item = Ipv4Addr>, Refused> {
        let list = self.get(code).unwrap_or(&[]);
        if list.len() % 4 != 0 {
            return Err(Refused::Length);
        }
        Ok(list
            .chunks_exact(4)
            .filter_map(|ip| <[u8; 4]>::try_from(ip).ok())
            .map(Ipv4Addr::from))
    }
}
