//! Files as answers: one at a time for a connection, in pieces for which there is room.

use super::h1_transaction::{bind, completed, progress};
use super::web::{Web, append};
use super::wsi::{Phase, Wsi};
use super::{answer, close, dispatch, reason};
use crate::conn::conns::Conns;
use crate::log::log_info;
use crate::roles::h1::Method;
use crate::roles::h1::mount::{self, Caching};
use crate::roles::h1::range::{self, Wanted};
use crate::roles::h1::reply::{Lines, Refused};
use crate::roles::h1::{form, page};
use crate::roles::headers::token;
use crate::sys::memory;
use crate::sys::mounts::Mount;
use crate::sys::protocol::Protocol;
use core::ffi::c_uint;
use core::ops::Range;
use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::rc::Rc;

/// The most of a file that is read at once, and that is sent before others have their turn, bytes.
const PIECE: usize = 32 * 1024;
const AT_ONCE: usize = 512 * 1024;
/// Room for what a protocol adds to the head, bytes.
const ADDED: usize = 2048;
/// `LWS_WRITE_HTTP`.
const CONTENT: c_uint = 3;

/// How much of a page is processed at once, and how long it may become by that, bytes.
const PAGE: usize = 4096;
const GROWN: usize = 4 * PAGE;
/// Room before a piece of a page for the size of its chunk, bytes.
const BEFORE: usize = 32;

/// A file that is being sent.
pub(crate) struct Sending {
    file: File,
    /// What is still to be sent, the next last.
    todo: Vec<Todo>,
    page: Option<Page>,
}

/// A piece of an answer.
enum Todo {
    Text(Vec<u8>),
    Part(Range<u64>),
}

/// How a page is processed.
#[derive(Clone, Copy)]
struct Page {
    protocol: Protocol,
    chunked: bool,
}

/// How a file is to be sent.
pub(crate) struct Terms<'a> {
    pub(crate) status: u32,
    pub(crate) kind: Option<&'a [u8]>,
    /// Lines with their ends.
    pub(crate) extra: &'a [u8],
    /// The mount that it is a file of.
    pub(crate) mount: Option<Mount>,
    /// Who processes it while it is sent.
    pub(crate) interpreter: Option<Protocol>,
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
    let is_head = web.headers(|h| h.has(Method::Head.token())) == Some(true);
    let wanted = match terms.interpreter {
        None if terms.status == 200 && !same => wanted(web, size, etag.as_deref()),
        _ => Wanted::Whole,
    };
    let http11 = answer::is_http11(wsi);
    let answer = Answer::new(&wanted, size, terms);
    let Ok(mut room) = answer::room(wsi, terms.extra.len().saturating_add(ADDED + 512)) else {
        return Sent::Failed;
    };
    let mut lines = Lines::new(&mut room);
    let head = |lines: &mut Lines| -> Result<(), Refused> {
        let length = Some(answer.length);
        match terms.interpreter {
            _ if same => answer::status(wsi, lines, 304)?,
            // How long it will be is not known.
            Some(_) if http11 => {
                answer::status(wsi, lines, terms.status)?;
                if let Some(kind) = terms.kind {
                    lines.header(b"content-type:", kind)?;
                }
            }
            Some(_) => answer::common(wsi, lines, terms.status, terms.kind, None)?,
            None => answer::common(wsi, lines, answer.status, answer.kind.as_deref(), length)?,
        }
        if !own {
            let control = control.as_deref().unwrap_or("no-store");
            lines.header(b"cache-control:", control.as_bytes())?;
        }
        if let Some(tag) = &etag {
            lines.header(b"etag:", tag.as_bytes())?;
        }
        if let Some(range) = &answer.range {
            lines.header(b"content-range:", range.as_bytes())?;
        }
        if answer.status != terms.status {
            lines.header(b"accept-ranges:", b"bytes")?;
        }
        match terms.interpreter {
            Some(_) if http11 && !same => lines.header(b"transfer-encoding:", b"chunked"),
            _ => Ok(()),
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
    if let Some(own) = terms.interpreter {
        // It has the connection while the page is sent.
        if wsi.protocol.get().raw() != own.raw() && (!bind(wsi, own) || wsi.is_closed()) {
            return Sent::Failed;
        }
    }
    if answer::send_head(conns, wsi, &room).is_err() {
        return Sent::Failed;
    }
    if same || is_head || wanted == Wanted::Beyond {
        return Sent::Whole;
    }
    web.file.replace(Some(Sending {
        file,
        todo: answer.todo,
        page: terms.interpreter.map(|protocol| Page {
            protocol,
            chunked: http11,
        }),
    }));
    dispatch::want_write(conns, wsi);
    Sent::Begun
}

/// What a GET request wants of a file.
fn wanted(web: &Web, size: u64, etag: Option<&str>) -> Wanted {
    let asked = web.headers(|h| {
        let range = h.get(token::RANGE).filter(|_| h.has(Method::Get.token()))?;
        range::permits(h.get(token::IF_RANGE), etag).then(|| range::wanted(range, size))
    });
    asked.flatten().unwrap_or(Wanted::Whole)
}

/// What an answer says of a file, and has of it.
struct Answer {
    status: u32,
    kind: Option<Vec<u8>>,
    length: u64,
    /// What `content-range:` says.
    range: Option<String>,
    todo: Vec<Todo>,
}

impl Answer {
    fn new(wanted: &Wanted, size: u64, terms: &Terms) -> Self {
        let kind = terms.kind.map(<[u8]>::to_vec);
        match wanted {
            Wanted::Whole => Self {
                status: terms.status,
                kind,
                length: size,
                range: None,
                todo: vec![Todo::Part(0..size)],
            },
            Wanted::Beyond => Self {
                status: 416,
                kind: None,
                length: 0,
                range: Some(range::content_range(None, size)),
                todo: Vec::new(),
            },
            Wanted::Parts(parts) => match parts.as_slice() {
                [part] => Self {
                    status: 206,
                    kind,
                    length: range::len(part),
                    range: Some(range::content_range(Some(part), size)),
                    todo: vec![Todo::Part(part.clone())],
                },
                parts => Self::several(parts, size, terms.kind),
            },
        }
    }

    /// One part after the other, each with what it is (RFC 9110, section 14.6).
    fn several(parts: &[Range<u64>], size: u64, kind: Option<&[u8]>) -> Self {
        let mut random = [0; form::BOUNDARY_LEN];
        crate::sys::random::fill(&mut random);
        let boundary = form::boundary(random);
        let mut todo = Vec::new();
        for part in parts {
            let text = range::delimit(&boundary, kind, Some(part), size);
            todo.extend([Todo::Text(text), Todo::Part(part.clone())]);
        }
        todo.push(Todo::Text(range::delimit(&boundary, kind, None, size)));
        let long = |t: &Todo| match t {
            Todo::Text(text) => text.len() as u64,
            Todo::Part(part) => range::len(part),
        };
        let length = todo.iter().map(long).fold(0, u64::saturating_add);
        todo.reverse();
        Self {
            status: 206,
            kind: Some([b"multipart/byteranges; boundary=", &boundary[..]].concat()),
            length,
            range: None,
            todo,
        }
    }
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
    while !sending.todo.is_empty() && budget > 0 {
        match sending.next(conns, wsi) {
            Ok(n) => budget = budget.saturating_sub(n.max(1)),
            Err(why) => {
                if wsi.phase() == Phase::Open {
                    log_info!(wsi.log(), "a file cannot be sent on: {why}");
                }
                return close::now(conns, wsi);
            }
        }
        if wsi.has_output() {
            break;
        }
    }
    if wsi.phase() != Phase::Open {
        return;
    }
    progress(conns, wsi);
    if !sending.todo.is_empty() {
        web.file.replace(Some(sending));
        return dispatch::want_write(conns, wsi);
    }
    drop(sending);
    if wsi.tell(reason::HTTP_FILE_COMPLETION) != 0 {
        close::after_output(conns, wsi);
    }
}

impl Sending {
    /// Sends the next piece. Returns how much of the file that was.
    fn next(&mut self, conns: &Conns, wsi: &Rc<Wsi>) -> io::Result<usize> {
        let Some(todo) = self.todo.pop() else {
            return Ok(0);
        };
        let part = match todo {
            Todo::Text(text) => {
                wsi.driver().write(conns, wsi, &text, CONTENT)?;
                return Ok(0);
            }
            Todo::Part(part) => part,
        };
        let left = usize::try_from(range::len(&part)).unwrap_or(usize::MAX);
        let (most, before, size) = match self.page {
            Some(_) => (left.min(PAGE), BEFORE, BEFORE + GROWN),
            None => (left.min(PIECE), 0, left.min(PIECE)),
        };
        let mut room = memory::zeroes(size).map_err(|_| io::ErrorKind::OutOfMemory)?;
        let place = room.get_mut(before..before.saturating_add(most));
        let n = self.read(part.start, place.unwrap_or(&mut []))?;
        let rest = part.start.saturating_add(n as u64)..part.end;
        let last = rest.is_empty();
        if !last {
            self.todo.push(Todo::Part(rest));
        }
        match self.page {
            None => {
                let bytes = room.get(..n).unwrap_or(&[]);
                wsi.driver().write(conns, wsi, bytes, CONTENT)?;
            }
            Some(page) => page.send(conns, wsi, &mut room, n, last && self.todo.is_empty())?,
        }
        Ok(n)
    }

    /// Reads what there is at a place of the file, at least a byte of what it is to have.
    fn read(&self, at: u64, room: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.file.read_at(room, at) {
                // The client has been told another length.
                Ok(0) if !room.is_empty() => {
                    return Err(io::Error::other("it became shorter"));
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }
}

impl Page {
    /// Has a piece of `n` bytes processed, and sends what becomes of it.
    fn send(
        self,
        conns: &Conns,
        wsi: &Rc<Wsi>,
        room: &mut [u8],
        n: usize,
        last: bool,
    ) -> io::Result<()> {
        let user = wsi.user.get();
        let how = (last, self.chunked);
        let made = self
            .protocol
            .process_html(&**wsi, user, room, (BEFORE, n), how)
            .ok_or(io::Error::other("its protocol refuses to process it"))?;
        if wsi.phase() != Phase::Open {
            return Err(io::ErrorKind::NotConnected.into());
        }
        // Who puts a chunk's size before it moves where it begins.
        let framed = made.start < BEFORE || !self.chunked;
        let bytes = room.get(made).unwrap_or(&[]);
        let (size, end) = match framed {
            true => (Vec::new(), &b""[..]),
            false => page::frame(bytes.len(), last),
        };
        let whole = [&size, bytes, end].concat();
        wsi.driver().write(conns, wsi, &whole, CONTENT).map(drop)
    }
}

/// `lws_serve_http_file_fragment()`: 0 there is more to send, 1 nothing, -1 to close.
pub(crate) fn fragment(conns: &Conns, wsi: &Rc<Wsi>) -> i32 {
    let Some(web) = wsi.web.get() else { return -1 };
    if !web.has_file() {
        return 1;
    }
    if !wsi.has_output() {
        go_on(conns, wsi, web);
    }
    match wsi.phase() {
        Phase::Open => i32::from(!web.has_file()),
        _ => -1,
    }
}

/// `lws_serve_http_file()`: 0: begun, or complete; 1: complete once the program says so; -1: close.
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
        interpreter: None,
    };
    web.txn(|t| t.ignore_body());
    match send(conns, wsi, web, opened, &terms) {
        Sent::Begun => 0,
        Sent::Whole => -completed(conns, wsi),
        Sent::Failed => -1,
    }
}
