//! Mounts: who answers a request, by its path.

use super::files::{self, Sent, Terms};
use super::h1_transaction::{bind, completed};
use super::web::Web;
use super::wsi::Wsi;
use super::{answer, reason, transport};
use crate::abi::http::lws_process_html_args;
use crate::conn::conns::Conns;
use crate::log::log_err;
use crate::roles::h1::Method;
use crate::roles::h1::mount::{covers, ends_with, type_of};
use crate::roles::headers::token;
use crate::sys::mounts::Mount;
use crate::sys::protocol::Protocol;
use crate::util::base64;
use core::ffi::CStr;
use core::ptr::from_mut;
use std::io;
use std::rc::Rc;

// `enum lws_mount_protocols`.
const FILE: u8 = 2;
const REDIR_HTTP: u8 = 4;
const REDIR_HTTPS: u8 = 5;
const CALLBACK: u8 = 6;
/// `LWSAUTHM_BASIC_AUTH_CALLBACK`.
const BY_CALLBACK: u32 = 1 << 28;
/// Bits of `auth_mask` that are the program's.
const PROGRAMS: u32 = 0x0fff_ffff;

/// How long a file of users may be, bytes.
const LOGINS: u64 = 1 << 20;

/// What is to be done about a request.
pub(super) enum Way {
    /// It is being answered, and goes on by itself; `true`: it was, and is complete.
    Answered(bool),
    /// The connection closes.
    Close,
    /// A protocol answers. `from`: where the path that it gets begins in the whole one.
    Program {
        protocol: Option<Protocol>,
        from: usize,
        mount: Option<Mount>,
    },
}

/// The mount with the longest path that a request's begins with.
pub(super) fn find(wsi: &Wsi, method: Method, path: &[u8]) -> Option<Mount> {
    let fits = |m: &Mount| {
        covers(m.mountpoint().to_bytes(), path) && !(m.kind() == FILE && method == Method::Options)
    };
    let all = wsi.vhost.set.answers.mounts.each().filter(fits);
    all.reduce(|a, b| {
        let longer = b.mountpoint().count_bytes() > a.mountpoint().count_bytes();
        if longer { b } else { a }
    })
}

/// The answer of a mount that no protocol is asked about, as a redirect; `None` for other mounts.
pub(super) fn redirected(
    conns: &Conns,
    wsi: &Rc<Wsi>,
    web: &Web,
    mount: Mount,
    path: &[u8],
) -> Option<io::Result<()>> {
    let (scheme, rest): (&[u8], Vec<u8>) = match mount.kind() {
        REDIR_HTTP => (b"http://", mount.origin().to_bytes().to_vec()),
        REDIR_HTTPS => (b"https://", mount.origin().to_bytes().to_vec()),
        FILE if path == mount.mountpoint().to_bytes() && !path.ends_with(b"/") => {
            let host = web
                .headers(|h| h.get(token::HOST).map(<[u8]>::to_vec))
                .flatten();
            let Some(host) = host else {
                return Some(answer::send_page(conns, wsi, 400, b""));
            };
            let scheme: &[u8] = if transport::is_secured(wsi) {
                b"https://"
            } else {
                b"http://"
            };
            (scheme, [&host, path, b"/"].concat())
        }
        _ => return None,
    };
    web.txn(|t| t.ignore_body());
    let location = [scheme, &rest].concat();
    let room = answer::room(wsi, location.len());
    Some(
        room.and_then(|mut room| answer::redirect(conns, wsi, 301, &location, &mut room).map(drop)),
    )
}

/// Finds out who answers a request that the vhost's first protocol has admitted.
pub(super) fn way(
    conns: &Conns,
    wsi: &Rc<Wsi>,
    web: &Web,
    mount: Option<Mount>,
    (method, path): (Method, &[u8]),
) -> Way {
    let first = || wsi.vhost.protocols().first().copied();
    let program = |protocol, from, mount| Way::Program {
        protocol,
        from,
        mount,
    };
    let Some(mount) = mount else {
        return program(None, 0, None);
    };
    match permitted(conns, wsi, web, mount) {
        Ok(true) => {}
        Ok(false) => return Way::Answered(true),
        Err(_) => return Way::Close,
    }
    let after = mount.mountpoint().to_bytes();
    let after = after.strip_suffix(b"/").unwrap_or(after).len();
    match mount.kind() {
        CALLBACK => {
            let name = mount.protocol().unwrap_or(mount.origin());
            let Some(protocol) = wsi.vhost.protocol(name) else {
                log_err!(wsi.log(), "a mount leads to {name:?}, which is no protocol");
                return page(conns, wsi, 500);
            };
            let from = if method == Method::Post { after } else { 0 };
            program(Some(protocol), from, Some(mount))
        }
        FILE => {
            let Ok(found) = file(mount, path.get(after..).unwrap_or(b"/")) else {
                let own = mount.protocol().and_then(|name| wsi.vhost.protocol(name));
                let from = if own.is_some() { after } else { 0 };
                return program(own.or_else(first), from, None);
            };
            web.txn(|t| t.ignore_body());
            if !matches!(method, Method::Get | Method::Head | Method::Post) {
                return page(conns, wsi, 405);
            }
            let Some(kind) = mime(&found.path, Some(mount)) else {
                return page(conns, wsi, 415);
            };
            if let Some(own) = mount.protocol().and_then(|name| wsi.vhost.protocol(name)) {
                if !bind(wsi, own) || wsi.is_closed() {
                    return Way::Close;
                }
                match access(wsi, mount, path) {
                    Access::Granted => {}
                    Access::Answered => return Way::Answered(false),
                    Access::Denied => return denied(conns, wsi),
                }
            }
            let interpreter = match interpreter(wsi, mount, &found.path) {
                Ok(interpreter) => interpreter,
                Err(name) => {
                    log_err!(wsi.log(), "interpret: {name:?} is no protocol");
                    return page(conns, wsi, 500);
                }
            };
            let missing = wsi.vhost.set.answers.not_found.as_deref();
            let terms = Terms {
                status: if missing.map(CStr::to_bytes) == Some(path) {
                    404
                } else {
                    200
                },
                kind: Some(kind.to_bytes()),
                extra: b"",
                mount: Some(mount),
                interpreter,
            };
            match files::send(conns, wsi, web, found.opened, &terms) {
                Sent::Begun => Way::Answered(false),
                Sent::Whole => Way::Answered(true),
                Sent::Failed => Way::Close,
            }
        }
        _ => program(None, 0, None),
    }
}

struct Found {
    path: Vec<u8>,
    opened: (std::fs::File, std::fs::Metadata),
}

/// The file that a path of a mount means.
fn file(mount: Mount, path: &[u8]) -> io::Result<Found> {
    let origin = mount.origin().to_bytes();
    let mut path = [origin, path].concat();
    let of = |path: &[u8]| {
        use std::os::unix::ffi::OsStrExt;
        std::fs::metadata(std::ffi::OsStr::from_bytes(path))
    };
    if of(&path)?.is_dir() {
        if !path.ends_with(b"/") {
            path.push(b'/');
        }
        path.extend_from_slice(mount.index().to_bytes());
    }
    let opened = files::open(&path)?;
    Ok(Found { path, opened })
}

/// The content type of a file: by the mount, else by its suffix.
pub(crate) fn mime(path: &[u8], mount: Option<Mount>) -> Option<&'static CStr> {
    let own = |wanted: &dyn Fn(&CStr) -> bool| {
        let mut all = mount.into_iter().flat_map(|m| m.types().each());
        all.find(|(suffix, _)| wanted(suffix)).map(|(_, kind)| kind)
    };
    own(&|s| s != c"*" && ends_with(path, s.to_bytes()))
        .or_else(|| type_of(path))
        .or_else(|| own(&|s| s == c"*"))
}

/// The protocol that processes a file of a mount while it is sent. An error names one that there is not.
fn interpreter(wsi: &Wsi, mount: Mount, path: &[u8]) -> Result<Option<Protocol>, &'static CStr> {
    let mut all = mount.interpreters().each();
    match all.find(|(suffix, _)| ends_with(path, suffix.to_bytes())) {
        Some((_, name)) => wsi.vhost.protocol(name).map(Some).ok_or(name),
        None => Ok(None),
    }
}

fn page(conns: &Conns, wsi: &Wsi, status: u32) -> Way {
    match answer::send_page(conns, wsi, status, b"") {
        Ok(()) => Way::Answered(true),
        Err(_) => Way::Close,
    }
}

fn denied(conns: &Conns, wsi: &Wsi) -> Way {
    // Whether it went or not, the connection closes.
    let _ = answer::send_page(conns, wsi, 401, b"");
    Way::Close
}

/// Whether a user may have what a mount leads to. False: the client has been told.
fn permitted(conns: &Conns, wsi: &Rc<Wsi>, web: &Web, mount: Mount) -> io::Result<bool> {
    let by_callback = mount.auth_mask() & BY_CALLBACK != 0;
    if !by_callback && mount.login_file().is_none() {
        return Ok(true);
    }
    let given = web.headers(|h| h.get(token::AUTHORIZATION).and_then(credentials));
    let good = given.flatten().filter(|given| {
        if by_callback {
            let text = [given.as_slice(), b"\0"].concat();
            let first = wsi.vhost.protocols().first();
            let user = wsi.user.get();
            let why = reason::VERIFY_BASIC_AUTHORIZATION;
            let (text, len) = (text.as_ptr().cast(), given.len());
            return first.is_some_and(|p| p.call(&**wsi, why, user, text, len) != 0);
        }
        use std::os::unix::ffi::OsStrExt;
        let file = mount.login_file().unwrap_or_default();
        let all = login_lines(std::ffi::OsStr::from_bytes(file.to_bytes()));
        let all = all.unwrap_or_else(|e| {
            log_err!(wsi.log(), "basic_auth_login_file: {file:?}: {e}");
            Vec::new()
        });
        let mut lines = all.split(|b| *b == b'\n');
        lines.any(|l| l.strip_suffix(b"\r").unwrap_or(l) == given.as_slice())
    });
    if wsi.is_closed() {
        return Err(io::ErrorKind::NotConnected.into());
    }
    if let Some(given) = good {
        let user = given.split(|b| *b == b':').next().unwrap_or(&[]);
        // It takes the place of something longer.
        let _ = web.headers(|h| h.replace(token::AUTHORIZATION, user));
        return Ok(true);
    }
    let challenge: &[u8] = b"Basic realm=\"lwsws\"";
    let headers = [
        (&b"www-authenticate:"[..], challenge),
        (b"content-length:", b"0"),
    ];
    web.txn(|t| t.ignore_body());
    answer::send_bare(conns, wsi, 401, &headers)?;
    Ok(false)
}

/// What is in a file of users: a regular one, not too long to be read at once.
fn login_lines(path: &std::ffi::OsStr) -> io::Result<Vec<u8>> {
    use std::io::Read;
    // Not what blocks when it is opened.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut all = Vec::new();
    let read = std::fs::File::open(path)?
        .take(LOGINS.saturating_add(1))
        .read_to_end(&mut all)?;
    match u64::try_from(read) {
        Ok(n) if n <= LOGINS => Ok(all),
        _ => Err(io::Error::other("longer than 1 MiB")),
    }
}

/// The `user:password` of a header.
fn credentials(value: &[u8]) -> Option<Vec<u8>> {
    let (scheme, rest) = value.split_at_checked(6)?;
    if !scheme.eq_ignore_ascii_case(b"basic ") {
        return None;
    }
    let text = rest.trim_ascii();
    let mut out = crate::sys::memory::zeroes(text.len()).ok()?;
    let (n, whole) = base64::decode(text, &mut out);
    out.truncate(n);
    let is_pair = whole && out.contains(&b':') && !out.iter().any(u8::is_ascii_control);
    is_pair.then_some(out)
}

/// What a protocol says of the access to a path.
pub(super) enum Access {
    Granted,
    Denied,
    /// It has answered the request.
    Answered,
}

/// Asks the bound protocol whether a request may have what it wants.
pub(super) fn access(wsi: &Wsi, mount: Mount, path: &[u8]) -> Access {
    let mut text = [path, b"\0"].concat();
    let mut args = lws_process_html_args {
        p: text.as_mut_ptr().cast(),
        len: i32::try_from(path.len()).unwrap_or(i32::MAX),
        max_len: (mount.auth_mask() & PROGRAMS) as i32,
        r#final: 0,
        chunked: 0,
    };
    if wsi.call(reason::CHECK_ACCESS_RIGHTS, from_mut(&mut args).cast(), 0) != 0 {
        return Access::Denied;
    }
    match args.r#final {
        0 => Access::Granted,
        _ => Access::Answered,
    }
}

/// Asks the protocol that a mount leads to, once it is bound. `Some`: there is nothing more to do.
pub(super) fn enter(conns: &Conns, wsi: &Rc<Wsi>, mount: Mount, path: &[u8]) -> Option<Way> {
    match access(wsi, mount, path) {
        Access::Granted => {}
        Access::Answered => return Some(Way::Answered(false)),
        Access::Denied => return Some(denied(conns, wsi)),
    }
    let options = mount.environment();
    let refused = !options.is_null() && wsi.call(reason::HTTP_PMO, options, 0) != 0;
    refused.then_some(Way::Close)
}

/// Ends a request that was answered here. False: the connection is to close.
pub(super) fn over(conns: &Conns, wsi: &Rc<Wsi>) -> bool {
    completed(conns, wsi) == 0
}
