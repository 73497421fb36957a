//! `name=value&name=value`, with blanks as `+` and bytes as `%41`.

use super::{Broken, Field, NAME_LIMIT, Receiver};
use crate::util::hex;

/// See the module.
#[derive(Default)]
pub(crate) struct Url {
    /// The name that arrives, or whose value does.
    name: Vec<u8>,
    in_value: bool,
    /// How many digits of an escape are still to come, and what those before them mean.
    digits: u8,
    escaped: u8,
}

impl Url {
    pub(super) fn feed(&mut self, bytes: &[u8], to: &mut dyn Receiver) -> Result<(), Broken> {
        // What of a value is as it stands is passed on in one piece.
        let mut plain = 0;
        for (at, b) in bytes.iter().enumerate() {
            let decoded = if self.digits > 0 {
                let digit = hex::value(*b).ok_or(Broken::Malformed)?;
                self.escaped = self.escaped.wrapping_shl(4) | digit;
                self.digits = self.digits.saturating_sub(1);
                (self.digits == 0).then_some(self.escaped)
            } else {
                match b {
                    b'%' => {
                        (self.digits, self.escaped) = (2, 0);
                        None
                    }
                    b'+' => Some(b' '),
                    b'&' => None,
                    b'=' if !self.in_value => None,
                    _ if self.in_value => continue,
                    b => Some(*b),
                }
            };
            let before = bytes.get(plain..at).unwrap_or(&[]);
            plain = at.saturating_add(1);
            if self.in_value && !before.is_empty() {
                to.piece(before)?;
            }
            match decoded {
                Some(b) if self.in_value => to.piece(&[b])?,
                Some(b) => self.add(b)?,
                None if self.digits > 0 => {}
                None if *b == b'=' => self.begin(to)?,
                None => self.end(to)?,
            }
        }
        let rest = bytes.get(plain..).unwrap_or(&[]);
        match self.in_value && !rest.is_empty() {
            true => to.piece(rest),
            false => Ok(()),
        }
    }

    pub(super) fn finish(&mut self, to: &mut dyn Receiver) -> Result<(), Broken> {
        match self.digits {
            0 => self.end(to),
            _ => Err(Broken::Malformed),
        }
    }

    fn add(&mut self, b: u8) -> Result<(), Broken> {
        if self.name.len() >= NAME_LIMIT {
            return Err(Broken::TooLong);
        }
        self.name.try_reserve(1).map_err(|_| Broken::NoMemory)?;
        self.name.push(b);
        Ok(())
    }

    fn begin(&mut self, to: &mut dyn Receiver) -> Result<(), Broken> {
        self.in_value = true;
        to.begin(Field {
            name: &self.name,
            file: None,
        })
    }

    /// The end of a field; nothing stands between two that follow each other.
    fn end(&mut self, to: &mut dyn Receiver) -> Result<(), Broken> {
        if !self.in_value {
            if self.name.is_empty() {
                return Ok(());
            }
            self.begin(to)?;
        }
        self.in_value = false;
        self.name.clear();
        to.end()
    }
}
