//! What attempts have shown, for programs: in and out, as text and as files.

use super::conns::Conns;
use super::{races, survey};
use crate::cao::attempt::{Attempt, Path};
use crate::cao::json;
use crate::cao::order::{self, Candidate};
use crate::log::log_err;
use crate::sys::{clock, tcp};
use core::ffi::CStr;
use core::net::SocketAddr;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::rc::Rc;

/// A path, completed by what routing knows now: source, gateway, interface.
pub(crate) fn filled(conns: &Conns, given: Path) -> Path {
    let source = match given.source {
        Some(ip) => Some(ip),
        None => tcp::source_for(given.dest, |_| Ok(())).ok().map(|a| a.ip()),
    };
    let Some(source) = source else { return given };
    let mut path = given;
    survey::fill(conns, &mut path, source);
    path.gateway = given.gateway.or(path.gateway);
    if given.ifindex != 0 {
        path.ifindex = given.ifindex;
    }
    if given.network != 0 {
        path.network = given.network;
    }
    path
}

/// Takes in an attempt that the library did not make, and keeps it for the program.
pub(crate) fn feed(conns: &Conns, attempt: Attempt) -> Rc<Attempt> {
    let attempt = Rc::new(attempt);
    let mut paths = conns.races().paths.borrow_mut();
    paths.ended(&attempt, clock::now_us());
    conns.races().hold(&attempt);
    attempt
}

/// The order in which a race would try addresses, and how many of them the host has a way to.
pub(crate) fn order(conns: &Conns, addresses: &[SocketAddr]) -> (Vec<SocketAddr>, usize) {
    let mut list: Vec<Candidate> = addresses
        .iter()
        .map(|dest| survey::look_plain(conns, *dest))
        .collect();
    order::arrange(&conns.races().policy(), &mut list);
    let reachable = list.iter().filter(|c| c.unreachable.is_none()).count();
    (list.iter().map(|c| c.dest).collect(), reachable)
}

pub(crate) fn dump(conns: &Conns) -> String {
    let paths = conns.races().paths.borrow();
    json::write(&paths, clock::now_us(), clock::wall().0)
}

/// Takes in a text of [`dump`]. Returns how much of it was new; `None`: it was refused, and that was
/// logged as `function`'s.
pub(crate) fn load(conns: &Conns, function: &str, text: &[u8]) -> Option<usize> {
    let mut paths = conns.races().paths.borrow_mut();
    match json::read(&mut paths, text, clock::now_us(), clock::wall().0) {
        Ok(n) => Some(n),
        Err(e) => {
            log_err!(conns.log, "{function}: {e}");
            None
        }
    }
}

/// Writes a file in one step. What goes wrong is logged as `function`'s.
pub(crate) fn save(conns: &Conns, function: &str, path: &CStr) -> bool {
    let text = dump(conns);
    let path = std::path::Path::new(OsStr::from_bytes(path.to_bytes()));
    match replace(path, text.as_bytes()) {
        Ok(()) => true,
        Err(e) => {
            log_err!(conns.log, "{function}: {}: {e}", path.display());
            false
        }
    }
}

fn replace(path: &std::path::Path, text: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let written = (|| {
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&beside)?;
        file.write_all(text)?;
        // Before it takes the old one's place, so that a loss of power leaves one of the two whole.
        file.sync_all()?;
        std::fs::rename(&beside, path)
    })();
    if written.is_err() {
        // It may not have been made at all.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

/// Takes in a file of [`save`].
pub(crate) fn load_file(conns: &Conns, function: &str, path: &CStr) -> Option<usize> {
    let path = std::path::Path::new(OsStr::from_bytes(path.to_bytes()));
    match races::read(path) {
        Ok(text) => load(conns, function, &text),
        Err(e) => {
            log_err!(conns.log, "{function}: {}: {e}", path.display());
            None
        }
    }
}

/// Takes the policy table from a file like /etc/gai.conf, or with `None` from that. Returns how many
/// of its lines count.
pub(crate) fn follow_policy(conns: &Conns, function: &str, path: Option<&CStr>) -> Option<usize> {
    let path = path.map(|p| PathBuf::from(OsStr::from_bytes(p.to_bytes())));
    match conns.races().follow(path.clone()) {
        Ok(lines) => Some(lines),
        Err(e) => {
            let shown = path.unwrap_or_default();
            log_err!(conns.log, "{function}: {}: {e}", shown.display());
            None
        }
    }
}
