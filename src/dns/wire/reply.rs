//! Answers: whether a packet is one to a question of ours, and what it says.

use super::super::name::{self, Name, Wire};
use super::query::{Question, spell};
use super::read::{Malformed, Reader, Record};
use super::svcb::{self, Service};
use super::{IN, ServerCookie, flag, kind, option, rcode};
use crate::util::sort::sort_by_key;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How many names may lead from the one asked for to the one that has the records.
pub(crate) const MAX_CHAIN: u8 = 8;

/// Why a packet is not the answer. It is dropped, and the answer waited for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reject {
    /// It has no header.
    Short,
    /// It is a question itself (QR).
    NotAnswer,
    Opcode,
    Id,
    /// It repeats another question than ours, or several.
    Question,
    /// It repeats our question in other letters.
    Case,
    /// It has another cookie, or none although its server gives them.
    Cookie,
    /// It has more than one OPT record (RFC 6891 section 6.1.1).
    TwoOpts,
}

/// What an answer says.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Reply {
    pub(crate) rcode: u16,
    /// It was cut, and is to be had whole over TCP.
    pub(crate) truncated: bool,
    /// The server has validated it (AD).
    pub(crate) validated: bool,
    /// It has an OPT record.
    pub(crate) edns: bool,
    /// The server's cookie, if it has one beside ours.
    pub(crate) cookie: Option<ServerCookie>,
    /// Why, more precisely (RFC 8914).
    pub(crate) extended: Option<u16>,
    pub(crate) body: Body,
}

/// What an answer has for the question. Times to live are in seconds.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Body {
    Addresses {
        list: Vec<IpAddr>,
        ttl: u32,
    },
    Services {
        list: Vec<Service>,
        ttl: u32,
    },
    /// The name has no such record. Without a time when the zone does not say.
    NoData {
        ttl: Option<u32>,
    },
    /// There is no such name.
    NoName {
        ttl: Option<u32>,
    },
    /// The records are another name's, which the answer does not tell.
    Elsewhere {
        name: Name,
        ttl: u32,
    },
    /// The server does not answer such questions, or cannot.
    Nothing,
    /// The records cannot be read.
    Malformed,
}

/// The header and what follows the question.
struct Head<'a> {
    flags: u16,
    counts: [u16; 3],
    rest: Reader<'a>,
}

/// Reads the answer to `asked`. Over TCP there is no need for the letters of the name to be the
/// same.
pub(crate) fn read(message: &[u8], asked: &Question<'_>, tcp: bool) -> Result<Reply, Reject> {
    let head = head(message, asked, tcp)?;
    let has = |bit: u16| head.flags & bit != 0;
    let mut reply = Reply {
        rcode: head.flags & flag::RCODE,
        truncated: has(flag::TC),
        validated: has(flag::AD),
        edns: false,
        cookie: None,
        extended: None,
        body: Body::Nothing,
    };
    // What was cut may end anywhere.
    if reply.truncated && !tcp {
        return Ok(reply);
    }
    let found = sections(&head, asked);
    let sections = match found {
        Ok(s) => s,
        Err(Malformed) => {
            reply.body = Body::Malformed;
            return Ok(reply);
        }
    };
    if sections.opts > 1 {
        return Err(Reject::TwoOpts);
    }
    let options = sections.options.unwrap_or_default();
    reply.edns = sections.opts == 1;
    reply.rcode |= options.rcode_high << 4;
    reply.extended = options.extended;
    if let Some(sent) = &asked.edns {
        match options.cookie {
            Some((client, server)) if client == sent.client => reply.cookie = server,
            None if sent.server.is_none() || tcp => (),
            _ => return Err(Reject::Cookie),
        }
    }
    reply.body = match reply.rcode {
        rcode::NOERROR => match sections.found {
            Some(body) => body,
            // The parent's servers only: it neither has the zone nor asks for us.
            None if sections.soa.is_none() && !has(flag::AA) && (!has(flag::RA) || sections.ns) => {
                Body::Nothing
            }
            None => Body::NoData { ttl: sections.soa },
        },
        rcode::NXDOMAIN => Body::NoName { ttl: sections.soa },
        _ => Body::Nothing,
    };
    Ok(reply)
}

fn head<'a>(message: &'a [u8], asked: &Question<'a>, tcp: bool) -> Result<Head<'a>, Reject> {
    let short = |_: Malformed| Reject::Short;
    let mut r = Reader::new(message);
    let id = r.u16().map_err(short)?;
    let flags = r.u16().map_err(short)?;
    let questions = r.u16().map_err(short)?;
    let mut counts = [0; 3];
    for count in &mut counts {
        *count = r.u16().map_err(short)?;
    }
    if flags & flag::QR == 0 {
        return Err(Reject::NotAnswer);
    }
    if flags & flag::OPCODE != 0 {
        return Err(Reject::Opcode);
    }
    if id != asked.id {
        return Err(Reject::Id);
    }
    // A server that does not understand the question may not repeat it.
    let puzzled = matches!(flags & flag::RCODE, rcode::FORMERR | rcode::NOTIMP);
    if questions == 0 && puzzled {
        return Ok(Head {
            flags,
            counts: [0; 3],
            rest: r,
        });
    }
    if questions != 1 {
        return Err(Reject::Question);
    }
    let other = |_: Malformed| Reject::Question;
    let ours = asked.name.wire();
    let theirs = r.take(ours.len()).map_err(other)?;
    let kind = r.u16().map_err(other)?;
    let class = r.u16().map_err(other)?;
    if kind != asked.kind || class != IN || !theirs.eq_ignore_ascii_case(ours) {
        return Err(Reject::Question);
    }
    if !tcp && !spell(asked.name, asked.upper).eq(theirs.iter().copied()) {
        return Err(Reject::Case);
    }
    r.asked(asked.name.wire());
    Ok(Head {
        flags,
        counts,
        rest: r,
    })
}

/// What the sections behind the question have for us.
#[derive(Default)]
struct Sections {
    found: Option<Body>,
    /// How long the zone says that nothing is there.
    soa: Option<u32>,
    /// There are name servers in the authority section.
    ns: bool,
    opts: u32,
    options: Option<Options>,
}

fn sections(head: &Head<'_>, asked: &Question<'_>) -> Result<Sections, Malformed> {
    let [answers, authorities, additional] = head.counts;
    let mut r = head.rest;
    let mut found = Found::new(asked.kind);
    let name = found.follow(&mut r, answers, asked.name)?;
    let mut sections = Sections::default();
    for _ in 0..authorities {
        let record = r.record()?;
        sections.ns |= record.is(NS);
        // It is of a zone that the name is in.
        let of_name = |n: &[u8]| record.owner.in_front(n).is_some();
        let last = name.as_ref().map_or(asked.name.wire(), Wire::wire);
        if record.is(kind::SOA) && (of_name(last) || of_name(asked.name.wire())) {
            sections.soa = Some(soa(&record)?);
        }
    }
    for _ in 0..additional {
        let record = r.record()?;
        if record.kind == kind::OPT {
            sections.opts = sections.opts.saturating_add(1);
            sections.options = Some(options(&record)?);
        }
    }
    sections.found = found.body(name, asked.name, sections.soa);
    Ok(sections)
}

/// Name servers.
const NS: u16 = 2;

/// How long a negative answer lives (RFC 2308 section 5).
fn soa(record: &Record<'_>) -> Result<u32, Malformed> {
    let mut r = record.data_at;
    r.name()?;
    r.name()?;
    // Serial, refresh, retry, expire.
    r.take(16)?;
    let minimum = r.u32()?;
    r.ends_with(record)?;
    Ok(minimum.min(record.ttl))
}

#[derive(Default)]
struct Options {
    rcode_high: u16,
    cookie: Option<([u8; 8], Option<ServerCookie>)>,
    extended: Option<u16>,
}

fn options(opt: &Record<'_>) -> Result<Options, Malformed> {
    if !opt.owner.is(&[0]) {
        return Err(Malformed);
    }
    let [high, ..] = opt.ttl_bytes;
    let mut options = Options {
        // The time to live of an OPT record begins with them.
        rcode_high: u16::from(high),
        ..Options::default()
    };
    let mut r = opt.data_at;
    while r.ends_with(opt).is_err() {
        let code = r.u16()?;
        let len = usize::from(r.u16()?);
        let value = r.take(len)?;
        match code {
            option::COOKIE => {
                let (client, server) = value.split_first_chunk::<8>().ok_or(Malformed)?;
                let server = match server {
                    [] => None,
                    bytes => Some(ServerCookie::new(bytes).ok_or(Malformed)?),
                };
                options.cookie = Some((*client, server));
            }
            option::EXTENDED_ERROR => {
                if let [high, low, ..] = value {
                    options.extended = Some(u16::from_be_bytes([*high, *low]));
                }
            }
            _ => (),
        }
    }
    Ok(options)
}

/// What the answer section has, at the end of the chain that begins with the name asked for. All
/// else in it was not asked for, and is not believed.
struct Found {
    kind: u16,
    addresses: Vec<IpAddr>,
    services: Vec<Service>,
    /// The shortest of the chain.
    ttl: u32,
    any: bool,
}

impl Found {
    fn new(kind: u16) -> Self {
        Self {
            kind,
            addresses: Vec::new(),
            services: Vec::new(),
            ttl: u32::MAX,
            any: false,
        }
    }

    /// Goes through the answer section, again as long as that leads to another name. Returns the
    /// last, `None` for the one asked for, and leaves `r` behind the section.
    fn follow(
        &mut self,
        r: &mut Reader<'_>,
        answers: u16,
        asked: &Name,
    ) -> Result<Option<Wire>, Malformed> {
        let begin = *r;
        let mut name = None;
        let mut hops = 0u8;
        loop {
            r.back_to(&begin);
            let before = hops;
            for _ in 0..answers {
                let record = r.record()?;
                let at = name.as_ref().map_or(asked.wire(), Wire::wire);
                let Some(next) = self.look(&record, at)? else {
                    continue;
                };
                self.ttl = self.ttl.min(record.ttl);
                name = Some(next);
                hops = hops.saturating_add(1);
                if hops > MAX_CHAIN {
                    return Err(Malformed);
                }
            }
            // Records of the last name may stand before what leads to it.
            if hops == before || self.any {
                return Ok(name);
            }
        }
    }

    /// Takes what the record has for `name`. Returns the name that it leads to.
    fn look(&mut self, record: &Record<'_>, name: &[u8]) -> Result<Option<Wire>, Malformed> {
        let of_name = record.owner.is(name);
        if record.is(kind::CNAME) && of_name && !self.any {
            return record.name().map(Some);
        }
        if record.is(kind::DNAME) && !of_name {
            let Some(front) = record.owner.in_front(name) else {
                return Ok(None);
            };
            let to = record.name()?;
            return match name::join(front, to.wire()) {
                Ok(to) => Ok(Some(to)),
                Err(_) => Err(Malformed),
            };
        }
        if record.is(self.kind) && of_name {
            self.take(record)?;
            self.any = true;
            self.ttl = self.ttl.min(record.ttl);
        }
        Ok(None)
    }

    fn take(&mut self, record: &Record<'_>) -> Result<(), Malformed> {
        match self.kind {
            kind::A => {
                let bytes: [u8; 4] = record.data.try_into().map_err(|_| Malformed)?;
                self.address(Ipv4Addr::from(bytes).into());
            }
            kind::AAAA => {
                let bytes: [u8; 16] = record.data.try_into().map_err(|_| Malformed)?;
                self.address(Ipv6Addr::from(bytes).into());
            }
            _ => self.services.extend(svcb::read(record)?),
        }
        Ok(())
    }

    /// Adds an address; one that a server repeats is one.
    fn address(&mut self, ip: IpAddr) {
        let few = self.addresses.get(..64).unwrap_or(&self.addresses);
        if !few.contains(&ip) {
            self.addresses.push(ip);
        }
    }

    fn body(self, name: Option<Wire>, asked: &Name, soa: Option<u32>) -> Option<Body> {
        let ttl = self.ttl;
        if !self.addresses.is_empty() {
            let list = self.addresses;
            return Some(Body::Addresses { list, ttl });
        }
        if self.any {
            let mut list = self.services;
            // RFC 9460 section 2.4.1: the lower the earlier, whatever the order in the answer.
            sort_by_key(&mut list, |s| s.priority);
            return Some(Body::Services { list, ttl });
        }
        let name = name.filter(|n| n.wire() != asked.wire())?;
        // With the zone's word, the last name has no such record.
        Some(match soa {
            Some(soa) => Body::NoData {
                ttl: Some(soa.min(ttl)),
            },
            None => Body::Elsewhere {
                name: name.to_name(),
                ttl,
            },
        })
    }
}
