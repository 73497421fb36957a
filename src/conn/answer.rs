//! What a server's program answers with the help of the library: heads, pages, redirects.

use super::wsi::Wsi;
use crate::conn::conns::Conns;
use crate::log::log_err;
use crate::roles::h1::reply::{CAREFUL, Lines, Refused, page, phrase};
use crate::roles::headers::token;
use crate::sys::memory;
use crate::sys::mounts::Mounts;
use crate::sys::protocol::Options;
use core::ffi::c_uint;
use std::ffi::CString;
use std::io;

/// What a vhost serves, and adds to all answers.
pub(crate) struct Answers {
    pub(crate) mounts: Mounts,
    /// Headers, their names with colons.
    pub(crate) headers: Options,
    /// What answers are to say of the server.
    pub(crate) server: Option<CString>,
    /// Whether answers have the headers by which browsers restrict pages (`Content-Security-Policy` and
    /// its siblings).
    pub(crate) careful: bool,
    /// Whether answers have `Strict-Transport-Security`.
    pub(crate) strict_transport: bool,
    /// Where clients are sent to instead of a 404.
    pub(crate) not_found: Option<CString>,
}

/// `LWSAHH_FLAG_NO_SERVER_NAME`.
const NO_SERVER_NAME: u32 = 1 << 30;
/// `LWS_WRITE_HTTP_HEADERS`.
const HEADERS: c_uint = 8;
/// `LWS_WRITE_HTTP_FINAL`.
const FINAL: c_uint = 7;

/// Whether the request is one of HTTP/1.1, so that the answer is.
pub(crate) fn is_http11(wsi: &Wsi) -> bool {
    let web = wsi.web.get();
    let version = web.and_then(|w| w.headers(|h| h.get(token::HTTP) == Some(b"HTTP/1.1")));
    version.unwrap_or(true)
}

/// Writes the status line and what the vhost adds to it. `code` has flags above 16 bits.
pub(crate) fn status(wsi: &Wsi, lines: &mut Lines, code: u32) -> Result<(), Refused> {
    let set = &wsi.vhost.set.answers;
    lines.status(is_http11(wsi), (code & 0xffff) as u16)?;
    for (name, value) in set.headers.each() {
        lines.header(name.to_bytes(), value.to_bytes())?;
    }
    if set.careful {
        for (name, value) in CAREFUL {
            lines.header(name, value)?;
        }
    }
    if let Some(server) = set.server.as_ref().filter(|_| code & NO_SERVER_NAME == 0) {
        lines.header(b"server:", server.to_bytes())?;
    }
    if set.strict_transport {
        let name = b"Strict-Transport-Security:";
        lines.header(name, b"max-age=15768000 ; includeSubDomains")?;
    }
    Ok(())
}

/// As [`status`], with the type of the content and its length; without that the answer ends with the
/// connection.
pub(crate) fn common(
    wsi: &Wsi,
    lines: &mut Lines,
    code: u32,
    kind: Option<&[u8]>,
    length: Option<u64>,
) -> Result<(), Refused> {
    status(wsi, lines, code)?;
    if let Some(kind) = kind {
        lines.header(b"content-type:", kind)?;
    }
    match length {
        Some(n) => lines.length(n)?,
        None => {
            lines.header(b"connection:", b"close")?;
            if let Some(web) = wsi.web.get() {
                web.txn(|t| t.close_after());
            }
            return Ok(());
        }
    }
    let (http11, keeps) = (
        is_http11(wsi),
        wsi.web.get().is_some_and(|w| w.txn(|t| t.keeps())),
    );
    match (http11, keeps) {
        // Otherwise the client does not know.
        (false, true) => lines.header(b"connection:", b"keep-alive"),
        _ => Ok(()),
    }
}

/// Room for a head whose parts are `more` long beside what the vhost adds.
pub(crate) fn room(wsi: &Wsi, more: usize) -> io::Result<Vec<u8>> {
    let added = wsi.vhost.set.answers.headers.each();
    let longs = added.map(|(n, v)| n.count_bytes() + v.count_bytes() + 4);
    let size = longs.sum::<usize>().saturating_add(more);
    memory::zeroes(size.saturating_add(1024)).map_err(|_| io::ErrorKind::OutOfMemory.into())
}

/// Sends a head.
pub(crate) fn send_head(conns: &Conns, wsi: &Wsi, bytes: &[u8]) -> io::Result<()> {
    wsi.driver().write(conns, wsi, bytes, HEADERS).map(drop)
}

fn failed(wsi: &Wsi, refused: Refused) -> io::Error {
    log_err!(wsi.log(), "an answer's head cannot be written: {refused:?}");
    io::ErrorKind::InvalidInput.into()
}

/// Answers with a page for a status, or sends the client to the vhost's page for that.
pub(crate) fn send_page(conns: &Conns, wsi: &Wsi, code: u32, added: &[u8]) -> io::Result<()> {
    let set = &wsi.vhost.set.answers;
    if let Some(to) = set.not_found.as_ref().filter(|_| code & 0xffff == 404) {
        let mut room = room(wsi, to.count_bytes())?;
        return redirect(conns, wsi, 302, to.to_bytes(), &mut room).map(drop);
    }
    let bare = matches!(code & 0xffff, 100..=199 | 204 | 304);
    let body = if bare {
        Vec::new()
    } else {
        page((code & 0xffff) as u16, added)
    };
    let mut whole = room(wsi, body.len())?;
    let mut lines = Lines::new(&mut whole);
    let head = |lines: &mut Lines| {
        if bare {
            status(wsi, lines, code)?;
        } else {
            common(
                wsi,
                lines,
                code,
                Some(b"text/html"),
                u64::try_from(body.len()).ok(),
            )?;
        }
        lines.finish()
    };
    head(&mut lines).map_err(|r| failed(wsi, r))?;
    let len = lines.len();
    whole.truncate(len);
    whole.extend_from_slice(&body);
    wsi.driver().write(conns, wsi, &whole, FINAL).map(drop)
}

/// Sends the client elsewhere. `room` is for the head, of which the length is returned.
pub(crate) fn redirect(
    conns: &Conns,
    wsi: &Wsi,
    code: u32,
    location: &[u8],
    room: &mut [u8],
) -> io::Result<usize> {
    let mut lines = Lines::new(room);
    let head = |lines: &mut Lines| {
        status(wsi, lines, code)?;
        lines.header(b"location:", location)?;
        lines.header(b"content-type:", b"text/html")?;
        lines.length(0)?;
        lines.finish()
    };
    head(&mut lines).map_err(|r| failed(wsi, r))?;
    let len = lines.len();
    send_head(conns, wsi, room.get(..len).unwrap_or(&[]))?;
    Ok(len)
}

/// Answers without a page: only a status, and a header if there is one to add.
pub(crate) fn send_bare(
    conns: &Conns,
    wsi: &Wsi,
    code: u32,
    headers: &[(&[u8], &[u8])],
) -> io::Result<()> {
    let longs = headers.iter().map(|(n, v)| n.len() + v.len() + 4);
    let mut room = room(wsi, longs.sum())?;
    let mut lines = Lines::new(&mut room);
    let head = |lines: &mut Lines| {
        status(wsi, lines, code)?;
        for (name, value) in headers {
            lines.header(name, value)?;
        }
        lines.finish()
    };
    head(&mut lines).map_err(|r| failed(wsi, r))?;
    let len = lines.len();
    send_head(conns, wsi, room.get(..len).unwrap_or(&[]))
}

/// The answer to a request that no program gets to see. The connection closes after it.
pub(crate) fn refusal(status: u16) -> Vec<u8> {
    let page = page(status, b"");
    let head = format!(
        "HTTP/1.1 {status} {}\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        phrase(status),
        page.len()
    );
    [head.as_bytes(), &page].concat()
}
