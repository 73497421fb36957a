//! Cookies in a file, which is read for each question: other programs may write to it as well.
//!
//! What is written is written beside it first. Lines that are no cookies stay as they are; cookies that
//! have ended are left out.

use super::items::Limits;
use super::jar;
use crate::sys::clock;
use crate::sys::payload::Payload;
use crate::util::file;
use std::ffi::{CStr, CString};
use std::io;

const SECOND_US: i64 = 1_000_000;

pub(crate) struct Store {
    path: CString,
}

/// What became of a cookie's end, on the monotonic clock in microseconds; 0 for none.
fn ends_us(ends_s: u64, now_s: u64, now_us: i64) -> i64 {
    if ends_s == 0 {
        return 0;
    }
    let left = i64::try_from(ends_s.saturating_sub(now_s)).unwrap_or(i64::MAX);
    now_us.saturating_add(left.saturating_mul(SECOND_US))
}

fn no_memory() -> io::Error {
    io::ErrorKind::OutOfMemory.into()
}

impl Store {
    /// The file, which is made where there is none.
    pub(crate) fn open(path: &CStr) -> io::Result<Self> {
        let store = Self { path: path.into() };
        store.change(None, |_| false)?;
        Ok(store)
    }

    fn read(&self) -> io::Result<Vec<u8>> {
        match file::read_whole(&self.path, jar::LONGEST) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            other => other,
        }
    }

    /// Writes the file anew where that changes it: the new line first, without cookies that are meant.
    fn change(&self, new: Option<&[u8]>, meant: impl Fn(&[u8]) -> bool) -> io::Result<()> {
        let old = self.read()?;
        let now_s = clock::unix_s();
        let mut text = Vec::new();
        let room = old.len().saturating_add(jar::HEAD.len());
        let more = new.map_or(0, |n| n.len().saturating_add(1));
        text.try_reserve_exact(room.saturating_add(more).saturating_add(1))
            .map_err(|_| no_memory())?;
        text.extend_from_slice(jar::HEAD);
        for line in new.into_iter().chain(jar::lines(&old)) {
            let is_new = new.is_some_and(|n| core::ptr::eq(n, line));
            let goes = || {
                let Some(cookie) = jar::cookie(line) else {
                    return jar::HEAD.strip_suffix(b"\n") == Some(line);
                };
                cookie.is_over(now_s) || cookie.tag().is_none_or(|tag| meant(&tag))
            };
            if is_new || !goes() {
                text.extend_from_slice(line);
                text.push(b'\n');
            }
        }
        if text.len() > jar::LONGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if text == old {
            return Ok(());
        }
        file::replace(&self.path, &text, false)
    }

    /// Puts a cookie first, in the place of the one with its tag.
    pub(crate) fn put(&self, tag: &[u8], line: &[u8], limits: &Limits) -> io::Result<()> {
        let fits = jar::cookie(line).is_some_and(|c| c.is(tag));
        if !fits || !limits.allow(line.len()) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.change(Some(line), |other| other == tag)
    }

    pub(crate) fn remove(&self, meant: impl Fn(&[u8]) -> bool) -> io::Result<()> {
        self.change(None, meant)
    }

    /// Calls `each` with tag, line and end of every cookie that has not ended, until it says so.
    pub(crate) fn walk(
        &self,
        now_us: i64,
        mut each: impl FnMut(&[u8], &[u8], i64) -> bool,
    ) -> io::Result<()> {
        let text = self.read()?;
        let now_s = clock::unix_s();
        for line in jar::lines(&text) {
            let Some(cookie) = jar::cookie(line).filter(|c| !c.is_over(now_s)) else {
                continue;
            };
            let tag = cookie.tag().ok_or_else(no_memory)?;
            if !each(&tag, line, ends_us(cookie.ends_s, now_s, now_us)) {
                break;
            }
        }
        Ok(())
    }

    /// The line with this tag, and when it ends.
    pub(crate) fn get(&self, tag: &[u8], now_us: i64) -> io::Result<Option<(Payload, i64)>> {
        let mut found = None;
        self.walk(now_us, |t, line, ends| {
            if t != tag {
                return true;
            }
            found = Payload::copy(line).map(|p| (p, ends));
            false
        })?;
        Ok(found)
    }

    /// Bytes of all cookies' lines.
    pub(crate) fn bytes(&self, now_us: i64) -> usize {
        let mut sum = 0usize;
        let _ = self.walk(now_us, |_, line, _| {
            sum = sum.saturating_add(line.len());
            true
        });
        sum
    }

    /// Deletes the file.
    pub(crate) fn delete(&self) -> io::Result<()> {
        match file::delete(&self.path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }
}
