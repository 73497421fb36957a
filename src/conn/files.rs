//! Files as answers: one at a time for a connection, in pieces for which there is room.

use super::h1_transaction::{completed, progress};
use super::web::{Web, append};
use super::wsi::{Phase, Wsi};
use super::{answer, close, dispatch, reason};
use crate::conn::conns::Conns;
use crate::log::log_info;
use crate::roles::h1::Method;
use crate::roles::h1::mount::{self, Caching};
use crate::roles::h1::reply::{Lines, Refused};
use crate::roles::headers::token;
use crate::sys::memory;
use crate::sys::mounts::Mount;
use core::ffi::c_uint;
use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::rc::Rc;

/// The most of a file that is read at once, and that is sent before others have their turn, bytes.
const PIECE: usize = 32 * 1024;
const AT_ONCE: usize = 512 * 1024;
/// Room for what a protocol adds to the head, bytes.
const ADDED: usize = 2048;
/// `LWS_WRITE_HTTP`.
const CONTENT: c_uint = 3;

/// A file that is being sent.
pub(crate) struct Sending {
    file: File,
    left: u64,
}

/// How a file is to be sent.
pub(crate) struct Terms<'a> {
    pub(crate) status: u32,
    pub(crate) kind: Option<&'a [u8]>,
    /// Lines with their ends.
    pub(crate) extra: &'a [u8],
    /// The mount that it is a file of.
    pub(crate) mount: Option<Mount>,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sent {
    /// HTTP_FILE_COMPLETION follows.
    Begun,
    /// The answer has gone.
    Whole,
    Failed,
}

/// Opens a regular file.
pub(crate) fn open(path: &[u8]) -> io::Result<(File, Metadata)> {
    let path = Path::new(OsStr::from_bytes(path));
    // Not what blocks when it is opened.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::NotFound.into());
    }
    let file = File::open(path)?;
    let facts = file.metadata()?;
    Ok((file, facts))
}

/// Begins to send a file.
pub(crate) fn send(
    conns: &Conns,
    wsi: &Rc<Wsi>,
    web: &Web,
    (file, facts): (File, Metadata),
    terms: &Terms,
) -> Sent {
    let size = facts.len();
    let control = terms.mount.map(|m| {
        let (max_age, bits) = m.caching();
        let bit = |n: u8| bits & n != 0;
        let caching = Caching {
            max_age,
            reusable: bit(1),
            revalidate: bit(2),
            intermediaries: bit(4),
        };
        caching.control()
    });
    let etag = terms.mount.map(|_| mount::etag(size, facts.mtime()));
    let same = etag.as_deref().is_some_and(|tag| {
        let named = web.headers(|h| mount::names(h.items(token::IF_NONE_MATCH), tag));
        named == Some(true) && terms.status == 200
    });
    let says_how_long = |line: &[u8]| line.to_ascii_lowercase().starts_with(b"cache-control");
    let own = terms.extra.split(|b| *b == b'\n').any(says_how_long);
    let Ok(mut room) = answer::room(wsi, terms.extra.len().saturating_add(ADDED + 256)) else {
        return Sent::Failed;
    };
    let mut lines = Lines::new(&mut room);
    let head = |lines: &mut Lines| -> Result<(), Refused> {
        if same {
            answer::status(wsi, lines, 304)?;
        } else {
            answer::common(wsi, lines, terms.status, terms.kind, Some(size))?;
        }
        if !own {
            let control = control.as_deref().unwrap_or("no-store");
            lines.header(b"cache-control:", control.as_bytes())?;
        }
        match &etag {
            Some(tag) => lines.header(b"etag:", tag.as_bytes()),
            None => Ok(()),
        }
    };
    if head(&mut lines).is_err() {
        return Sent::Failed;
    }
    let len = lines.len();
    room.truncate(len);
    room.extend_from_slice(terms.extra);
    let bound = terms.mount.is_some_and(|m| m.protocol().is_some());
    if bound && !same && !add_headers(wsi, &mut room) {
        return Sent::Failed;
    }
    room.extend_from_slice(b"\r\n");
    if answer::send_head(conns, wsi, &room).is_err() {
        return Sent::Failed;
    }
    let is_head = web.headers(|h| h.has(Method::Head.token())) == Some(true);
    if same || is_head {
        return Sent::Whole;
    }
    web.file.replace(Some(Sending { file, left: size }));
    dispatch::want_write(conns, wsi);
    Sent::Begun
}

/// Lets the protocol add headers. False: it refuses, or there is no memory.
fn add_headers(wsi: &Wsi, head: &mut Vec<u8>) -> bool {
    let (protocol, user) = (wsi.protocol.get(), wsi.user.get());
    append(head, ADDED, |room| protocol.add_headers(wsi, user, room, 0)) == Some(true)
}

/// Goes on sending.
pub(crate) fn go_on(conns: &Conns, wsi: &Rc<Wsi>, web: &Web) {
    let Some(mut sending) = web.file.take() else {
        return;
    };
    let mut budget = AT_ONCE;
    let Ok(mut piece) = memory::zeroes(PIECE) else {
        return close::now(conns, wsi);
    };
    while sending.left > 0 && budget > 0 {
        let most = usize::try_from(sending.left).unwrap_or(PIECE).min(PIECE);
        let n = match sending.file.read(piece.get_mut(..most).unwrap_or(&mut [])) {
            Ok(n) if n > 0 => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            _ => {
                // Shorter than it was: the client has been told another length.
                log_info!(wsi.log(), "a file became shorter while it was sent");
                return close::now(conns, wsi);
            }
        };
        let bytes = piece.get(..n).unwrap_or(&[]);
        if wsi.driver().write(conns, wsi, bytes, CONTENT).is_err() {
            return close::now(conns, wsi);
        }
        sending.left = sending.left.saturating_sub(n as u64);
        budget = budget.saturating_sub(n);
        if wsi.has_output() {
            break;
        }
    }
    progress(conns, wsi);
    if sending.left > 0 {
        web.file.replace(Some(sending));
        return dispatch::want_write(conns, wsi);
    }
    drop(sending);
    if wsi.phase() == Phase::Open && wsi.tell(reason::HTTP_FILE_COMPLETION) != 0 {
        close::after_output(conns, wsi);
    }
}

/// `lws_serve_http_file()`: 0 begun or complete, 1 complete but for the program's word, -1 to close.
pub(crate) fn serve(conns: &Conns, wsi: &Rc<Wsi>, path: &[u8], kind: &[u8], extra: &[u8]) -> i32 {
    let Some(web) = wsi.web.get() else { return -1 };
    let Ok(opened) = open(path) else {
        let page = answer::send_page(conns, wsi, 404, b"");
        return if page.is_ok() { 1 } else { -1 };
    };
    let terms = Terms {
        status: 200,
        kind: Some(kind),
        extra,
        mount: None,
    };
    web.txn(|t| t.ignore_body());
    match send(conns, wsi, web, opened, &terms) {
        Sent::Begun => 0,
        Sent::Whole => -completed(conns, wsi),
        Sent::Failed => -1,
    }
}
