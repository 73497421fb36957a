//! What is known of paths as JSON, and back.
//!
//! One object: `relws-cao` is the version of the form, `sum` comes last and is a sum of all before it.
//! Members that are not known are skipped. Whatever else is not as it was written is refused, and
//! nothing of it is taken.

use super::aggregate::{Aggregate, Key, Level};
use super::attempt::Outcome;
use super::paths::Paths;
use core::fmt::Write;
use core::net::IpAddr;

/// The form that is written.
const VERSION: u64 = 1;
/// What has not been seen for so long is not taken, seconds.
const TTL_S: i64 = 7 * 86_400;
/// How deep a member that is not known may be nested.
const DEEPEST: u32 = 16;
/// A larger text is none of ours, bytes.
pub(crate) const LARGEST: usize = 32 << 20;

/// Why a text was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    /// It is not JSON of this kind, from this byte on.
    Syntax(usize),
    /// It is of a version that is not known.
    Version(u64),
    /// The sum is wrong: it was cut off or changed.
    Sum,
    /// It is larger than any that is written.
    Size,
    /// There is no memory for it.
    Memory,
}

impl core::fmt::Display for Refused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Syntax(at) => write!(f, "not a file of paths, from byte {at} on"),
            Self::Version(v) => write!(f, "a file of paths of version {v}, not {VERSION}"),
            Self::Sum => f.write_str("damaged: the sum is wrong"),
            Self::Size => f.write_str("too large"),
            Self::Memory => f.write_str("no memory"),
        }
    }
}

const LEVELS: [(&str, Level); 6] = [
    ("endpoint", Level::Endpoint),
    ("destination", Level::Destination),
    ("source", Level::Source),
    ("gateway", Level::Gateway),
    ("server", Level::Server),
    ("family", Level::Family),
];

fn level_name(level: Level) -> &'static str {
    let found = LEVELS.iter().find(|(_, l)| *l == level);
    found.map_or("", |(name, _)| name)
}

/// FNV-1a, which needs no table: it finds damage, not malice.
fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Writes all that is known. `wall`: the time of day, seconds since 1970.
pub(crate) fn write(paths: &Paths, now: i64, wall: i64) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "{{\"relws-cao\":{VERSION},\"secret\":\"{:016x}\",\"saved\":{wall},\"paths\":[",
        paths.secret()
    );
    for (at, a) in paths.aggregates().iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push('\n');
        one(&mut out, a, now);
    }
    out.push_str("\n]");
    let sum = sum(out.as_bytes());
    let _ = writeln!(out, ",\"sum\":\"{sum:016x}\"}}");
    out
}

fn one(out: &mut String, a: &Aggregate, now: i64) {
    let _ = write!(
        out,
        "{{\"level\":\"{}\",\"ip\":\"{}\"",
        level_name(a.key.level),
        a.key.ip
    );
    let (ok, fail) = a.counts(now);
    // Thousandths, so that there are no fractions to read.
    let numbers = [
        ("port", i64::from(a.key.port)),
        ("ok", (ok * 1000.0) as i64),
        ("fail", (fail * 1000.0) as i64),
        ("srtt_us", i64::from(a.srtt_us)),
        ("rttvar_us", i64::from(a.rttvar_us)),
        ("p95_us", i64::from(a.p95_us)),
        ("tls_p95_us", i64::from(a.tls_p95_us)),
        ("ok_ago_ms", ago(a.last_ok, now)),
        ("fail_ago_ms", ago(a.last_fail, now)),
        ("last", i64::from(a.last_outcome as u8)),
        ("fails", i64::from(a.fails)),
        (
            "penalty_ms",
            a.penalty_until.saturating_sub(now).max(0) / 1000,
        ),
    ];
    for (name, n) in numbers {
        if n != 0 {
            let _ = write!(out, ",\"{name}\":{n}");
        }
    }
    for (name, n) in [("network", a.key.network), ("partition", a.key.partition)] {
        if n != 0 {
            let _ = write!(out, ",\"{name}\":\"{n:016x}\"");
        }
    }
    out.push('}');
}

/// How long ago, milliseconds; 0 for never.
fn ago(then: i64, now: i64) -> i64 {
    if then == 0 {
        return 0;
    }
    (now.saturating_sub(then) / 1000).max(1)
}

/// Takes in what [`write`] wrote, also by another process or before the clock was at 0 again. What is
/// known of the same paths already stays. Returns how many aggregates were taken.
pub(crate) fn read(paths: &mut Paths, text: &[u8], now: i64, wall: i64) -> Result<usize, Refused> {
    if text.len() > LARGEST {
        return Err(Refused::Size);
    }
    let file = parse(text, now, wall)?;
    let mut taken = 0;
    // Nothing is known yet that the numbers of networks would have to fit.
    if paths.aggregates().is_empty() {
        paths.adopt_secret(file.secret);
    } else if paths.secret() != file.secret {
        // The numbers of its networks mean nothing here.
        return Ok(0);
    }
    for a in file.all {
        if paths.lacks(&a.key) && paths.put(a).is_some() {
            taken += 1;
        }
    }
    Ok(taken)
}

struct File {
    secret: u64,
    all: Vec<Aggregate>,
}

fn parse(text: &[u8], now: i64, wall: i64) -> Result<File, Refused> {
    let mut r = Reader { text, at: 0 };
    let mut file = File {
        secret: 0,
        all: Vec::new(),
    };
    let mut saved = wall;
    let mut first = true;
    r.byte(b'{')?;
    loop {
        let before = r.at;
        if !r.member(&mut first)? {
            // Without a sum it is not whole.
            return Err(r.wrong());
        }
        let name = r.string()?;
        r.byte(b':')?;
        match name {
            b"relws-cao" => match r.number()? {
                Some(v) if v == VERSION as i64 => {}
                v => {
                    let v = v.and_then(|v| u64::try_from(v).ok());
                    return Err(Refused::Version(v.unwrap_or(0)));
                }
            },
            b"secret" => file.secret = r.hex()?,
            b"saved" => saved = r.number()?.unwrap_or(wall),
            b"paths" => r.paths(&mut file.all, now, wall.saturating_sub(saved).max(0))?,
            b"sum" => {
                let given = r.hex()?;
                r.byte(b'}')?;
                r.blanks();
                let whole = r.at == text.len() && text.starts_with(b"{\"relws-cao\":");
                let summed = text.get(..before).map(sum);
                return if whole && summed == Some(given) {
                    Ok(file)
                } else {
                    Err(Refused::Sum)
                };
            }
            _ => r.skip(0)?,
        }
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn wrong(&self) -> Refused {
        Refused::Syntax(self.at)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// This byte, after blanks.
    fn byte(&mut self, b: u8) -> Result<(), Refused> {
        self.blanks();
        if self.peek() != Some(b) {
            return Err(self.wrong());
        }
        self.at += 1;
        Ok(())
    }

    /// Whether another member comes, before whose name it is then; otherwise the object has ended.
    fn member(&mut self, first: &mut bool) -> Result<bool, Refused> {
        self.item(first, b'}')
    }

    fn item(&mut self, first: &mut bool, end: u8) -> Result<bool, Refused> {
        self.blanks();
        if self.peek() == Some(end) {
            self.at += 1;
            return Ok(false);
        }
        if !core::mem::replace(first, false) {
            self.byte(b',')?;
        }
        Ok(true)
    }

    /// A string, with its escapes as they stand.
    fn string(&mut self) -> Result<&'a [u8], Refused> {
        self.byte(b'"')?;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(c) if c >= b' ' => self.at += 1,
                _ => return Err(self.wrong()),
            }
        }
        let found = self.text.get(start..self.at).ok_or(self.wrong())?;
        self.at += 1;
        Ok(found)
    }

    fn hex(&mut self) -> Result<u64, Refused> {
        let text = self.string()?;
        let digits = text.iter().all(u8::is_ascii_hexdigit);
        let text = core::str::from_utf8(text).ok().filter(|_| digits);
        text.and_then(|t| u64::from_str_radix(t, 16).ok())
            .ok_or(self.wrong())
    }

    /// A number: `None` for one that is no integer of 64 bits.
    fn number(&mut self) -> Result<Option<i64>, Refused> {
        self.blanks();
        let start = self.at;
        while matches!(
            self.peek(),
            Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
        ) {
            self.at += 1;
        }
        match self.text.get(start..self.at) {
            Some(digits) if !digits.is_empty() => Ok(core::str::from_utf8(digits)
                .ok()
                .and_then(|t| t.parse().ok())),
            _ => Err(self.wrong()),
        }
    }

    /// Any value.
    fn skip(&mut self, depth: u32) -> Result<(), Refused> {
        self.blanks();
        match self.peek() {
            Some(b'"') => self.string().map(drop),
            Some(open @ (b'{' | b'[')) if depth < DEEPEST => {
                self.at += 1;
                let end = if open == b'{' { b'}' } else { b']' };
                let mut first = true;
                while self.item(&mut first, end)? {
                    if open == b'{' {
                        self.string()?;
                        self.byte(b':')?;
                    }
                    self.skip(depth + 1)?;
                }
                Ok(())
            }
            _ => {
                for word in ["true", "false", "null"] {
                    let rest = self.text.get(self.at..).unwrap_or(&[]);
                    if rest.starts_with(word.as_bytes()) {
                        self.at += word.len();
                        return Ok(());
                    }
                }
                self.number().map(drop)
            }
        }
    }

    fn paths(&mut self, all: &mut Vec<Aggregate>, now: i64, off_s: i64) -> Result<(), Refused> {
        self.byte(b'[')?;
        let mut first = true;
        while self.item(&mut first, b']')? {
            let Some(a) = self.path(now, off_s)? else {
                continue;
            };
            all.try_reserve(1).map_err(|_| Refused::Memory)?;
            all.push(a);
        }
        Ok(())
    }

    /// One aggregate, `off_s` seconds after it was written; `None` for one that is too old.
    fn path(&mut self, now: i64, off_s: i64) -> Result<Option<Aggregate>, Refused> {
        let start = self.wrong();
        let mut level = None;
        let mut ip = None;
        let mut n = [0i64; NUMBERS.len()];
        let mut hex = [0u64; 2];
        let mut first = true;
        self.byte(b'{')?;
        while self.member(&mut first)? {
            let name = self.string()?;
            self.byte(b':')?;
            if let Some(at) = NUMBERS.iter().position(|known| known.as_bytes() == name) {
                let given = self.number()?.ok_or(start)?;
                if let Some(n) = n.get_mut(at) {
                    *n = given;
                }
                continue;
            }
            match name {
                b"level" => {
                    let name = self.string()?;
                    let found = LEVELS.iter().find(|(known, _)| known.as_bytes() == name);
                    level = Some(found.ok_or(start)?.1);
                }
                b"ip" => {
                    let text = core::str::from_utf8(self.string()?).ok();
                    ip = Some(text.and_then(|t| t.parse::<IpAddr>().ok()).ok_or(start)?);
                }
                b"network" => hex[0] = self.hex()?,
                b"partition" => hex[1] = self.hex()?,
                _ => self.skip(0)?,
            }
        }
        let [
            port,
            ok,
            fail,
            srtt,
            rttvar,
            p95,
            tls_p95,
            ok_ago,
            fail_ago,
            last,
            fails,
            penalty,
        ] = n;
        let key = Key {
            level: level.ok_or(start)?,
            ip: ip.ok_or(start)?,
            port: u16::try_from(port).map_err(|_| start)?,
            network: hex[0],
            partition: hex[1],
        };
        let us = |n: i64| u32::try_from(n).map_err(|_| start);
        let off_ms = off_s.saturating_mul(1000);
        let then = |ago_ms: i64| match ago_ms {
            0 => Ok(0),
            ms if ms < 0 => Err(start),
            ms => {
                let ago = ms.saturating_add(off_ms).saturating_mul(1000);
                // 0 would mean never.
                Ok(match now.saturating_sub(ago) {
                    0 => -1,
                    us => us,
                })
            }
        };
        let (last_ok, last_fail) = (then(ok_ago)?, then(fail_ago)?);
        let seen = [ok_ago, fail_ago].into_iter().filter(|ms| *ms != 0).min();
        let old = seen.is_some_and(|ms| ms.saturating_add(off_ms) / 1000 > TTL_S);
        let fresh = Aggregate::restored(key, now.saturating_sub(off_s.saturating_mul(1_000_000)));
        let a = Aggregate {
            ok: u32::try_from(ok).map_err(|_| start)? as f32 / 1000.0,
            fail: u32::try_from(fail).map_err(|_| start)? as f32 / 1000.0,
            srtt_us: us(srtt)?,
            rttvar_us: us(rttvar)?,
            p95_us: us(p95)?,
            tls_p95_us: us(tls_p95)?,
            last_ok,
            last_fail,
            last_outcome: u8::try_from(last)
                .ok()
                .and_then(Outcome::from_number)
                .ok_or(start)?,
            fails: u16::try_from(fails).map_err(|_| start)?,
            penalty_until: now.saturating_add(
                penalty
                    .clamp(0, 300_000)
                    .saturating_sub(off_ms)
                    .saturating_mul(1000),
            ),
            ..fresh
        };
        Ok((!old).then_some(a))
    }
}

/// The members with numbers, in the order in which they are written.
const NUMBERS: [&str; 12] = [
    "port",
    "ok",
    "fail",
    "srtt_us",
    "rttvar_us",
    "p95_us",
    "tls_p95_us",
    "ok_ago_ms",
    "fail_ago_ms",
    "last",
    "fails",
    "penalty_ms",
];

/// For fuzzers.
#[cfg(feature = "fuzzing")]
pub(crate) mod check {
    use super::*;
    use crate::cao::paths::Limits;

    /// Reads members of a file, whose beginning and whose sum are made right. What was taken can be
    /// written and read again.
    pub(crate) fn read(members: &[u8]) {
        let mut text = b"{\"relws-cao\":1".to_vec();
        text.extend_from_slice(members);
        let end = format!(",\"sum\":\"{:016x}\"}}", sum(&text));
        text.extend_from_slice(end.as_bytes());
        let mut paths = Paths::new(Limits::default(), 1);
        if super::read(&mut paths, &text, 1 << 40, 1 << 32).is_err() {
            assert!(paths.aggregates().is_empty(), "a part was taken");
            return;
        }
        let count = paths.aggregates().len();
        let again = write(&paths, 1 << 40, 1 << 32);
        let mut other = Paths::new(Limits::default(), 2);
        let taken = super::read(&mut other, again.as_bytes(), 1 << 40, 1 << 32);
        assert!(
            taken.is_ok_and(|n| n <= count),
            "what was written is refused"
        );
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
