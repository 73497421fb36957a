//! Parts with heads of their own, between boundaries (RFC 2046 5.1, RFC 7578).

use super::{Broken, Field, NAME_LIMIT, Receiver, parameter};

/// How long a boundary may be (RFC 2046 5.1.1), and a line of a part's head, bytes.
const BOUNDARY_LIMIT: usize = 70;
const LINE_LIMIT: usize = 4096;

/// What comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the first boundary.
    Preamble,
    /// Behind a boundary, in its line.
    Boundary,
    /// In the head of a part. Whether it has said what the part is.
    Head(bool),
    Value,
    /// Behind the last boundary.
    Epilogue,
}

/// See the module.
pub(crate) struct Parts {
    at: At,
    /// The end of a line and the boundary behind it.
    boundary: Vec<u8>,
    /// What has come and may be the beginning of something longer.
    held: Vec<u8>,
}

impl Parts {
    pub(super) fn new(boundary: &[u8]) -> Result<Self, Broken> {
        if boundary.is_empty() || boundary.len() > BOUNDARY_LIMIT {
            return Err(Broken::Malformed);
        }
        Ok(Self {
            at: At::Preamble,
            boundary: [b"\r\n--", boundary].concat(),
            // The first boundary may be the first line.
            held: b"\r\n".to_vec(),
        })
    }

    pub(super) fn feed(&mut self, bytes: &[u8], to: &mut dyn Receiver) -> Result<(), Broken> {
        let mut all = core::mem::take(&mut self.held);
        all.try_reserve(bytes.len()).map_err(|_| Broken::NoMemory)?;
        all.extend_from_slice(bytes);
        let mut at = 0usize;
        while let Some(n) = self.step(all.get(at..).unwrap_or(&[]), to)? {
            at = at.saturating_add(n);
        }
        all.drain(..at.min(all.len()));
        self.held = all;
        Ok(())
    }

    pub(super) fn finish(&self) -> Result<(), Broken> {
        match self.at {
            At::Epilogue => Ok(()),
            _ => Err(Broken::Malformed),
        }
    }

    /// Takes what can be taken of `bytes` and returns how many that were; `None`: more have to come.
    fn step(&mut self, bytes: &[u8], to: &mut dyn Receiver) -> Result<Option<usize>, Broken> {
        match self.at {
            At::Preamble | At::Value => {
                let inside = self.at == At::Value;
                let (before, found) = self.find(bytes);
                let value = bytes.get(..before).unwrap_or(&[]);
                if inside && !value.is_empty() {
                    to.piece(value)?;
                }
                if !found {
                    return Ok((before > 0).then_some(before));
                }
                self.at = At::Boundary;
                if inside {
                    to.end()?;
                }
                Ok(Some(before.saturating_add(self.boundary.len())))
            }
            At::Boundary if bytes.starts_with(b"--") => {
                self.at = At::Epilogue;
                Ok(Some(2))
            }
            At::Boundary => {
                let blank = |line: &[u8]| line.iter().all(|b| b" \t".contains(b));
                let Some(line) = line(bytes)? else {
                    let begun = bytes.strip_suffix(b"\r").unwrap_or(bytes);
                    return if bytes == b"-" || blank(begun) {
                        Ok(None)
                    } else {
                        Err(Broken::Malformed)
                    };
                };
                if !blank(line) {
                    return Err(Broken::Malformed);
                }
                self.at = At::Head(false);
                Ok(Some(line.len().saturating_add(2)))
            }
            At::Head(known) => {
                let Some(line) = line(bytes)? else {
                    return Ok(None);
                };
                if line.is_empty() {
                    if !known {
                        return Err(Broken::Malformed);
                    }
                    self.at = At::Value;
                    return Ok(Some(2));
                }
                if let Some(value) = disposition(line) {
                    begin(value, to)?;
                    self.at = At::Head(true);
                }
                Ok(Some(line.len().saturating_add(2)))
            }
            At::Epilogue => Ok((!bytes.is_empty()).then_some(bytes.len())),
        }
    }

    /// How many bytes come before the boundary, and whether that has come; if not, how many can be no
    /// part of it.
    fn find(&self, bytes: &[u8]) -> (usize, bool) {
        let mut from = 0usize;
        while let Some(next) = bytes
            .get(from..)
            .and_then(|rest| rest.iter().position(|b| *b == b'\r'))
        {
            let at = from.saturating_add(next);
            let rest = bytes.get(at..).unwrap_or(&[]);
            if rest.starts_with(&self.boundary) {
                return (at, true);
            }
            if self.boundary.starts_with(rest) {
                return (at, false);
            }
            from = at.saturating_add(1);
        }
        (bytes.len(), false)
    }
}

/// The line that `bytes` begin with, without its end; `None`: it is not whole.
fn line(bytes: &[u8]) -> Result<Option<&[u8]>, Broken> {
    match bytes.windows(2).position(|w| w == b"\r\n") {
        Some(at) if at <= LINE_LIMIT => Ok(bytes.get(..at)),
        // Its end may be cut in two.
        None if bytes.len() <= LINE_LIMIT.saturating_add(1) => Ok(None),
        _ => Err(Broken::TooLong),
    }
}

/// The value of a line that says what a part is.
fn disposition(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|b| *b == b':')?;
    let (name, value) = line.split_at(colon);
    name.eq_ignore_ascii_case(b"content-disposition")
        .then(|| value.get(1..).unwrap_or(&[]).trim_ascii())
}

/// Begins a part.
fn begin(value: &[u8], to: &mut dyn Receiver) -> Result<(), Broken> {
    let kind = value.split(|b| *b == b';').next().unwrap_or(&[]);
    let part = |name: &[u8]| parameter(value, name).and_then(|range| value.get(range));
    let is_form = kind.trim_ascii().eq_ignore_ascii_case(b"form-data");
    let name = part(b"name").filter(|_| is_form).ok_or(Broken::Malformed)?;
    // A browser names no file where none was chosen.
    let file = part(b"filename").filter(|f| !f.is_empty());
    if name.len() > NAME_LIMIT || file.is_some_and(|f| f.len() > NAME_LIMIT) {
        return Err(Broken::TooLong);
    }
    to.begin(Field { name, file })
}
