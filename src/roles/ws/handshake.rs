//! The request that makes a connection of http one of WebSocket, and its answer (RFC 6455,
//! section 4), of both sides.

use super::error::Error;
use crate::util::{base64, sha1};
use std::collections::TryReserveError;

/// What the server's answer is made of besides the key (RFC 6455, section 1.3).
const GUID: &[u8; 36] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Base64 of a client's key.
pub(crate) const KEY_LEN: usize = 24;

/// The value of Sec-WebSocket-Accept for a key.
pub(crate) fn accept(key: &[u8]) -> [u8; 28] {
    let mut text = [0; 28];
    // A key is 24 characters; a longer one is cut, and will not be recognised.
    let mut both = [0u8; 164];
    let mut len = 0usize;
    for (to, from) in both.iter_mut().zip(key.iter().take(128).chain(GUID)) {
        *to = *from;
        len = len.saturating_add(1);
    }
    let digest = sha1::digest(both.get(..len).unwrap_or(&[]));
    base64::encode(&digest, false, &mut text);
    text
}

/// The key of 16 random bytes as a request shows it.
pub(crate) fn key(random: [u8; 16]) -> [u8; KEY_LEN] {
    let mut text = [0; KEY_LEN];
    base64::encode(&random, false, &mut text);
    text
}

/// Whether a list of words, in whatever case, has `word`.
pub(crate) fn has_word(list: &[u8], word: &[u8]) -> bool {
    list.split(|c| *c == b',')
        .any(|one| one.trim_ascii().eq_ignore_ascii_case(word))
}

/// RFC 9110, section 5.6.2.
fn is_token(c: u8) -> bool {
    c.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&c)
}

/// Names of a list of subprotocols. What cannot be in a name ends it.
fn protocols(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    let names = list.split(|c| *c == b',').map(|one| {
        let one = one.trim_ascii_start();
        let end = one.iter().position(|c| !is_token(*c));
        one.get(..end.unwrap_or(one.len())).unwrap_or(&[])
    });
    names.filter(|name| !name.is_empty())
}

/// Which subprotocol a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice<T> {
    /// None was offered: the vhost's default, of which the answer says nothing.
    Default,
    Known(T),
    /// None of what was offered.
    Unknown,
}

/// The first that is known, in the client's order. `offered` is the header's value.
pub(crate) fn choose<T>(offered: Option<&[u8]>, known: impl Fn(&[u8]) -> Option<T>) -> Choice<T> {
    let list = offered.unwrap_or(&[]);
    if list.trim_ascii().is_empty() {
        return Choice::Default;
    }
    match protocols(list).find_map(known) {
        Some(protocol) => Choice::Known(protocol),
        None => Choice::Unknown,
    }
}

/// What a server looks at in a request that asks for an upgrade. Of a header, its value.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Request<'a> {
    pub(crate) get: bool,
    pub(crate) http_1_1: bool,
    pub(crate) upgrade: Option<&'a [u8]>,
    pub(crate) connection: Option<&'a [u8]>,
    pub(crate) version: Option<&'a [u8]>,
}

/// Why a server does not even ask its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// 403: another protocol than WebSocket.
    OtherProtocol,
    /// Nothing is answered: it does not say so to the next hop.
    NoConnection,
    /// 400: not a GET of HTTP/1.1.
    BadRequest,
    /// 426 with the version that is spoken.
    Version,
}

/// RFC 6455, section 4.2.1. A version that is not named is taken for the one there is.
pub(crate) fn check(request: &Request) -> Result<(), Refusal> {
    let websocket = |v: &[u8]| has_word(v, b"websocket");
    if !request.upgrade.is_some_and(websocket) {
        return Err(Refusal::OtherProtocol);
    }
    if !request.get || !request.http_1_1 {
        return Err(Refusal::BadRequest);
    }
    if !request.connection.is_some_and(|v| has_word(v, b"upgrade")) {
        return Err(Refusal::NoConnection);
    }
    if request.version.is_some_and(|v| v.trim_ascii() != b"13") {
        return Err(Refusal::Version);
    }
    Ok(())
}

/// The answer to a version that is not spoken.
pub(crate) const UPGRADE_REQUIRED: &[u8] = b"HTTP/1.1 426 Upgrade Required\r\n\
    Sec-WebSocket-Version: 13\r\nConnection: close\r\ncontent-length: 0\r\n\r\n";
/// The answer to what is not a GET of HTTP/1.1.
pub(crate) const BAD_REQUEST: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\ncontent-length: 0\r\n\r\n";

/// The lines of the answer up to those that the program adds, without the empty one.
pub(crate) fn answer(
    key: &[u8],
    extensions: Option<&str>,
    protocol: Option<&[u8]>,
) -> Result<Vec<u8>, TryReserveError> {
    let accept = accept(key);
    lines(&[
        &[
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n",
            b"Sec-WebSocket-Accept: ",
            &accept,
            b"\r\n",
        ],
        &named(b"Sec-WebSocket-Extensions: ", extensions.map(str::as_bytes)),
        &named(b"Sec-WebSocket-Protocol: ", protocol),
    ])
}

fn named<'a>(name: &'a [u8], value: Option<&'a [u8]>) -> [&'a [u8]; 3] {
    match value {
        Some(value) => [name, value, b"\r\n"],
        None => [b"", b"", b""],
    }
}

fn lines(parts: &[&[&[u8]]]) -> Result<Vec<u8>, TryReserveError> {
    let all = || parts.iter().flat_map(|part| part.iter());
    let mut out = Vec::new();
    out.try_reserve_exact(all().fold(0usize, |n, part| n.saturating_add(part.len())))?;
    for part in all() {
        out.extend_from_slice(part);
    }
    Ok(out)
}

/// What a client asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) path: &'a [u8],
    pub(crate) host: &'a [u8],
    pub(crate) origin: Option<&'a [u8]>,
    /// The origin is sent as it is, though it names no scheme.
    pub(crate) raw_origin: bool,
    pub(crate) key: &'a [u8; KEY_LEN],
    pub(crate) extensions: Option<&'a [u8]>,
    pub(crate) protocol: Option<&'a [u8]>,
}

/// The lines of a client's request up to those that the program adds, without the empty one.
pub(crate) fn request(wanted: &Wanted) -> Result<Vec<u8>, TryReserveError> {
    let slash: &[u8] = if wanted.path.first() == Some(&b'/') {
        b""
    } else {
        b"/"
    };
    let has_scheme = |o: &[u8]| o.windows(3).any(|three| three == b"://");
    let scheme: &[u8] = match wanted.origin {
        Some(o) if !wanted.raw_origin && !has_scheme(o) => b"http://",
        _ => b"",
    };
    let [name, origin, end] = named(b"Origin: ", wanted.origin);
    lines(&[
        &[b"GET ", slash, wanted.path, b" HTTP/1.1\r\n"],
        &[b"Pragma: no-cache\r\nCache-Control: no-cache\r\nHost: "],
        &[wanted.host, b"\r\n", name, scheme, origin, end],
        &[b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "],
        &[wanted.key, b"\r\n"],
        &named(b"Sec-WebSocket-Extensions: ", wanted.extensions),
        &named(b"Sec-WebSocket-Protocol: ", wanted.protocol),
        &[b"Sec-WebSocket-Version: 13\r\n"],
    ])
}

/// What a client looks at in the answer. Of a header, its value.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Response<'a> {
    pub(crate) status: u16,
    pub(crate) upgrade: Option<&'a [u8]>,
    pub(crate) connection: Option<&'a [u8]>,
    pub(crate) accept: Option<&'a [u8]>,
    pub(crate) protocol: Option<&'a [u8]>,
}

/// Whether the server agrees (RFC 6455, section 4.1). `offered`: the subprotocols of the request.
pub(crate) fn agreed(
    response: &Response,
    key: &[u8; KEY_LEN],
    offered: Option<&[u8]>,
) -> Result<(), Error> {
    match response.status {
        101 => {}
        401 => return Err(Error::Unauthorized),
        _ => return Err(Error::Status),
    }
    let is = |v: Option<&[u8]>, word: &[u8]| v.is_some_and(|v| has_word(v, word));
    let Some(upgrade) = response.upgrade else {
        return Err(Error::NoUpgrade);
    };
    if !is(Some(upgrade), b"websocket") {
        return Err(Error::OtherUpgrade);
    }
    if !is(response.connection, b"upgrade") {
        return Err(Error::Connection);
    }
    let Some(accepted) = response.accept else {
        return Err(Error::NoAccept);
    };
    if accepted.trim_ascii() != accept(key) {
        return Err(Error::Accept);
    }
    match response.protocol.map(<[u8]>::trim_ascii) {
        None | Some(b"") => Ok(()),
        Some(name) if protocols(offered.unwrap_or(&[])).any(|one| one == name) => Ok(()),
        Some(_) => Err(Error::Protocol),
    }
}

#[cfg(test)]
#[path = "handshake_tests.rs"]
mod tests;
