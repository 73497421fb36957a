//! The two files, read again when they have changed.

use super::conf::{self, Conf};
use super::hosts::{self, Hosts};
use crate::sys::net;
use crate::util::file;
use core::ffi::CStr;
use std::fs;
use std::os::unix::fs::MetadataExt;

const RESOLV: &CStr = c"/etc/resolv.conf";
const HOSTS: &CStr = c"/etc/hosts";

/// How often the files are looked at while all that is asked for is known, microseconds.
const KNOWN_US: i64 = 1_000_000;
/// The same while names are asked for that are not.
const UNKNOWN_US: i64 = 1_000;

/// What tells a file from a changed one: time, size, inode.
type Stamp = Option<(i64, i64, i64, i64, u64, u64)>;

#[derive(Default)]
pub(crate) struct Files {
    resolv: Option<Stamp>,
    hosts: Option<Stamp>,
    looked_us: Option<i64>,
}

/// What has changed.
#[derive(Default)]
pub(crate) struct News {
    pub(crate) conf: Option<Conf>,
    pub(crate) hosts: Option<Hosts>,
    /// A file is longer than what is read of it.
    pub(crate) cut: Option<&'static CStr>,
}

fn stamp(path: &CStr) -> Stamp {
    let m = fs::metadata(path.to_str().ok()?).ok()?;
    Some((
        m.mtime(),
        m.mtime_nsec(),
        m.ctime(),
        m.ctime_nsec(),
        m.size(),
        m.ino(),
    ))
}

/// What is in a file, up to `most` bytes; nothing when it cannot be read, or there is no memory.
fn read(path: &CStr, stamp: Stamp, most: usize) -> Vec<u8> {
    let size = stamp.map_or(0, |(.., size, _)| size);
    // Some files say that they are empty.
    let size = usize::try_from(size).unwrap_or(most).clamp(4096, most);
    let mut text = Vec::new();
    if text.try_reserve_exact(size).is_ok() {
        text.resize(size, 0);
        let len = file::read(path, &mut text).unwrap_or(0);
        text.truncate(len);
    }
    text
}

impl Files {
    /// They are read at the next look, changed or not.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Looks at them, unless that was just done. With `keep` the resolver's file is read once only.
    pub(crate) fn look(&mut self, now: i64, known: bool, keep: bool) -> Option<News> {
        let pause = if known { KNOWN_US } else { UNKNOWN_US };
        let passed = self.looked_us.map(|at| now.saturating_sub(at));
        if passed.is_some_and(|us| us < pause) {
            return None;
        }
        self.looked_us = Some(now);
        let mut news = News::default();
        if !(keep && self.resolv.is_some()) {
            let is = stamp(RESOLV);
            if self.resolv.replace(is) != Some(is) {
                let text = read(RESOLV, is, conf::MAX_FILE);
                news.conf = Some(conf::parse(&text, net::index_of));
                news.cut(RESOLV, is, conf::MAX_FILE);
            }
        }
        let is = stamp(HOSTS);
        if self.hosts.replace(is) != Some(is) {
            news.hosts = Some(hosts::parse(&read(HOSTS, is, hosts::MAX_FILE)));
            news.cut(HOSTS, is, hosts::MAX_FILE);
        }
        (news.conf.is_some() || news.hosts.is_some()).then_some(news)
    }
}

impl News {
    fn cut(&mut self, file: &'static CStr, stamp: Stamp, most: usize) {
        if stamp.is_some_and(|(.., size, _)| size > most as u64) {
            self.cut = Some(file);
        }
    }
}
