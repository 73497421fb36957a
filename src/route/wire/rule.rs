//! Rules (`struct fib_rule_hdr`).

use super::super::types::{Ports, Rule, What};
use super::Malformed;
use super::attr::{Attrs, family_of, prefix, take};
use super::number::rule as fra;

pub(super) fn rule(body: &[u8]) -> Result<What, Malformed> {
    let (head, rest) = take::<12>(body)?;
    let [
        family,
        dst_len,
        src_len,
        tos,
        table,
        _,
        _,
        action,
        flags @ ..,
    ] = *head;
    let Some(family) = family_of(family) else {
        return Ok(What::Other);
    };
    let flags = u32::from_ne_bytes(flags);
    let mut rule = Rule {
        action,
        table: u32::from(table),
        invert: flags & fra::INVERT != 0,
        flags,
        tos,
        ..Rule::to_table(family)
    };
    let (mut dst, mut src) = (None, None);
    let (mut mark, mut mark_mask) = (None, None);
    let (mut dscp, mut dscp_mask) = (None, ALL_DSCP);
    let (mut sport_mask, mut dport_mask) = (u16::MAX, u16::MAX);
    let mut attrs = Attrs::new(rest);
    while let Some(a) = attrs.next()? {
        match a.kind {
            fra::DST => dst = Some(a.address(family)?),
            fra::SRC => src = Some(a.address(family)?),
            fra::IIF => rule.iif = a.name()?,
            fra::OIF => rule.oif = a.name()?,
            fra::GOTO => rule.goto = a.u32()?,
            fra::PRIORITY => rule.pref = a.u32()?,
            fra::FWMARK => mark = Some(a.u32()?),
            fra::FWMASK => mark_mask = Some(a.u32()?),
            fra::SUPPRESS_GROUP => rule.suppress_group = unless_none(a.u32()?),
            fra::SUPPRESS_LEN => rule.suppress_len = unless_none(a.u32()?),
            fra::TABLE => rule.table = a.u32()?,
            fra::L3MDEV => rule.l3mdev = a.u8()? != 0,
            fra::UID_RANGE => rule.uid = Some(a.u32_pair()?),
            fra::IP_PROTO => rule.protocol = a.u8()?,
            fra::SPORT => rule.sport = Some(a.u16_pair().map(ports)?),
            fra::DPORT => rule.dport = Some(a.u16_pair().map(ports)?),
            fra::DSCP => dscp = Some(a.u8()?),
            fra::SPORT_MASK => sport_mask = a.u16()?,
            fra::DPORT_MASK => dport_mask = a.u16()?,
            fra::DSCP_MASK => dscp_mask = a.u8()?,
            fra::FLOW | fra::PAD | fra::PROTOCOL => (),
            _ => rule.unknown = true,
        }
    }
    let (dst, src) = (prefix(family, dst, dst_len)?, prefix(family, src, src_len)?);
    rule.dst = (dst_len != 0).then_some(dst);
    rule.src = (src_len != 0).then_some(src);
    rule.mark = mark.unwrap_or(0);
    // Without a mask all of the mark counts, and without a mark nothing does.
    rule.mark_mask = mark_mask.unwrap_or(if mark.is_some() { u32::MAX } else { 0 });
    rule.dscp = dscp.map(|dscp| (dscp, dscp_mask));
    if let Some(ports) = &mut rule.sport {
        ports.mask = sport_mask;
    }
    if let Some(ports) = &mut rule.dport {
        ports.mask = dport_mask;
    }
    Ok(What::Rule(rule))
}

/// A code point has 6 bits.
const ALL_DSCP: u8 = 0x3f;

/// What a rule suppresses; all bits set is nothing.
fn unless_none(n: u32) -> Option<u32> {
    (n != u32::MAX).then_some(n)
}

fn ports((from, to): (u16, u16)) -> Ports {
    Ports {
        from,
        to,
        mask: u16::MAX,
    }
}
