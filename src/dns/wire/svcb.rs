//! Records of types SVCB and HTTPS (RFC 9460).

use super::super::name::Name;
use super::read::{Malformed, Record};
use std::net::IpAddr;

/// Keys of parameters (RFC 9460 section 14.3.2, RFC 9848).
mod key {
    pub(super) const MANDATORY: u16 = 0;
    pub(super) const ALPN: u16 = 1;
    pub(super) const NO_DEFAULT_ALPN: u16 = 2;
    pub(super) const PORT: u16 = 3;
    pub(super) const IPV4_HINT: u16 = 4;
    pub(super) const ECH: u16 = 5;
    pub(super) const IPV6_HINT: u16 = 6;
}

/// One way to a service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Service {
    /// 0: the name is another one's alias. Otherwise, the lower the earlier.
    pub(crate) priority: u16,
    /// Whose addresses are to be used; the root for the owner's own.
    pub(crate) target: Name,
    pub(crate) port: Option<u16>,
    /// Protocols in the order of preference (RFC 7301).
    pub(crate) alpn: Vec<Box<[u8]>>,
    pub(crate) no_default_alpn: bool,
    /// Addresses to begin with while those of the target are not there, IPv4 ones first.
    pub(crate) hints: Vec<IpAddr>,
    /// An ECHConfigList (RFC 9849).
    pub(crate) ech: Box<[u8]>,
}

/// Reads one; `None` for one that has a mandatory parameter which we do not know.
pub(super) fn read(record: &Record<'_>) -> Result<Option<Service>, Malformed> {
    let mut r = record.data_at;
    let priority = r.u16()?;
    let target = r.name()?.to_name();
    let mut service = Service {
        priority,
        target,
        port: None,
        alpn: Vec::new(),
        no_default_alpn: false,
        hints: Vec::new(),
        ech: Box::default(),
    };
    let mut last = None;
    let mut usable = true;
    while r.ends_with(record).is_err() {
        let key = r.u16()?;
        let len = usize::from(r.u16()?);
        let value = r.take(len)?;
        // In order, and each once (section 2.2).
        if last >= Some(key) {
            return Err(Malformed);
        }
        last = Some(key);
        usable &= service.parameter(key, value)?;
    }
    Ok(usable.then_some(service))
}

impl Service {
    /// False: it makes the whole record unusable.
    fn parameter(&mut self, key: u16, value: &[u8]) -> Result<bool, Malformed> {
        // In an alias they mean nothing (section 2.4.2).
        if self.priority == 0 {
            return Ok(true);
        }
        match key {
            key::MANDATORY => {
                if value.is_empty() || value.len() % 2 != 0 {
                    return Err(Malformed);
                }
                // Those that are known are below 256.
                let known = |k: &[u8]| matches!(k, [0, low] if (1..=6).contains(low));
                return Ok(value.chunks_exact(2).all(known));
            }
            key::ALPN => {
                let mut rest = value;
                while let Some((len, tail)) = rest.split_first() {
                    let (id, tail) = tail.split_at_checked(usize::from(*len)).ok_or(Malformed)?;
                    if id.is_empty() {
                        return Err(Malformed);
                    }
                    self.alpn.push(id.into());
                    rest = tail;
                }
                if self.alpn.is_empty() {
                    return Err(Malformed);
                }
            }
            key::NO_DEFAULT_ALPN if value.is_empty() => self.no_default_alpn = true,
            key::PORT => {
                let port = value.try_into().map_err(|_| Malformed)?;
                self.port = Some(u16::from_be_bytes(port));
            }
            key::IPV4_HINT => self.hints_of::<[u8; 4], 4>(value)?,
            key::IPV6_HINT => self.hints_of::<[u8; 16], 16>(value)?,
            key::ECH => self.ech = value.into(),
            key::NO_DEFAULT_ALPN => return Err(Malformed),
            _ => (),
        }
        Ok(true)
    }

    /// Adds addresses of `N` bytes each; there is one at least.
    fn hints_of<A, const N: usize>(&mut self, value: &[u8]) -> Result<(), Malformed>
    where
        A: for<'a> TryFrom<&'a [u8]> + Into<IpAddr>,
    {
        if value.is_empty() || value.len() % N != 0 {
            return Err(Malformed);
        }
        for bytes in value.chunks_exact(N) {
            let address = A::try_from(bytes).map_err(|_| Malformed)?;
            self.hints.push(address.into());
        }
        Ok(())
    }
}
