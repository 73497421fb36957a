//! What a client of HTTP or WebSocket asks for, and from whom; and redirects, which change that while
//! the program keeps its connection.

use super::client::{self, Origin};
use super::error::Error;
use super::life::Event;
use super::wsi::{Phase, Wsi};
use super::{close, dispatch, drive, reason, transport};
use crate::conn::conns::Conns;
use crate::roles::h1::goal::Goal;
use crate::roles::headers::token;
use core::cell::{Cell, RefCell};
use std::ffi::CString;
use std::rc::Rc;

/// How many redirects of one connection are followed.
const MOST: u8 = 4;

/// What the program asks for.
pub(crate) struct Wanted {
    pub(crate) goal: Rc<Goal>,
    /// Redirects are followed; otherwise the program gets them as answers.
    pub(crate) follows: bool,
    /// Also from a server with TLS to one without.
    pub(crate) downgrades: bool,
    /// How it is secured, where it is.
    #[cfg(feature = "LWS_WITH_TLS")]
    pub(crate) tls: Option<Rc<super::secure::Wanted>>,
}

/// Where a client has come to.
pub(crate) struct Way {
    goal: RefCell<Rc<Goal>>,
    wanted: Wanted,
    origin: Origin,
    followed: Cell<u8>,
    /// The last redirect wants GET, whatever the method was.
    to_get: Cell<bool>,
}

/// The connection is going to ask for this.
pub(super) fn prepare(wsi: &Wsi, wanted: Wanted, origin: Origin) {
    let web = wsi.web.get_or_init(Box::default);
    // It is new, so it has none.
    let _ = web.way.set(Box::new(Way {
        goal: RefCell::new(Rc::clone(&wanted.goal)),
        wanted,
        origin,
        followed: Cell::new(0),
        to_get: Cell::new(false),
    }));
}

fn way(wsi: &Wsi) -> Option<&Way> {
    wsi.web.get()?.way.get().map(|w| &**w)
}

/// What it asks for now.
pub(super) fn goal(wsi: &Wsi) -> Option<Rc<Goal>> {
    Some(Rc::clone(&way(wsi)?.goal.borrow()))
}

/// Whether a redirect wants GET instead of what had a body (RFC 9110, section 15.4.4).
pub(super) fn is_to_get(wsi: &Wsi) -> bool {
    way(wsi).is_some_and(|w| w.to_get.get())
}

/// Whether an answer with this status is a redirect that is followed.
pub(super) fn is_followed(wsi: &Wsi, status: u16) -> bool {
    matches!(status, 301..=303 | 307 | 308) && way(wsi).is_some_and(|w| w.wanted.follows)
}

/// Follows the redirect that the head of the answer is. Where that cannot be the connection fails.
pub(super) fn follow(conns: &Conns, wsi: &Rc<Wsi>, status: u16) {
    if let Err(why) = try_to(conns, wsi, status) {
        close::failed(conns, wsi, &why.to_string());
    }
}

fn try_to(conns: &Conns, wsi: &Rc<Wsi>, status: u16) -> Result<(), Error> {
    let w = way(wsi).ok_or(Error::Redirect)?;
    let web = wsi.web.get().ok_or(Error::Redirect)?;
    let location = web.headers(|h| h.get(token::LOCATION).map(<[u8]>::to_vec));
    let location = location.flatten().unwrap_or_default();
    if location.is_empty() {
        return Err(Error::NoLocation);
    }
    let text = CString::new(location).map_err(|_| Error::Redirect)?;
    let is_refused = wsi.call(
        reason::CLIENT_HTTP_REDIRECT,
        text.as_ptr().cast(),
        usize::from(status),
    ) != 0;
    if wsi.phase() != Phase::Open {
        return Ok(());
    }
    if is_refused {
        return Err(Error::RedirectRefused);
    }
    let before = goal(wsi).ok_or(Error::Redirect)?;
    let goal = before.elsewhere(text.as_bytes()).ok_or(Error::Redirect)?;
    if w.followed.get() >= MOST {
        return Err(Error::Redirect);
    }
    if before.secured && !goal.secured && !w.wanted.downgrades {
        return Err(Error::Downgrade);
    }
    if cfg!(not(feature = "LWS_WITH_TLS")) && goal.secured {
        return Err(Error::NotSecured);
    }
    w.followed.set(w.followed.get().saturating_add(1));
    w.to_get.set(w.to_get.get() || status == 303);
    go(conns, wsi, w, goal)
}

/// Leaves the server that it has for another one.
fn go(conns: &Conns, wsi: &Rc<Wsi>, w: &Way, goal: Goal) -> Result<(), Error> {
    let address = CString::new(goal.address.clone()).map_err(|_| Error::NoMemory)?;
    let peer = (address, goal.port);
    wsi.driver().dropped(wsi);
    if wsi.phase() != Phase::Open {
        return Ok(());
    }
    #[cfg(feature = "LWS_WITH_CAO")]
    let partition = wsi.attempts.borrow().first().map(|a| a.path.partition);
    leave(conns, wsi);
    if wsi.phase() != Phase::Open {
        return Ok(());
    }
    if !wsi.forget_user() {
        return Err(Error::NoMemory);
    }
    #[cfg(feature = "LWS_WITH_TLS")]
    let tls = w.wanted.tls.as_ref().filter(|_| goal.secured).map(|tls| {
        // The same server keeps the name that the program gave it.
        if goal.address == w.wanted.goal.address {
            return Rc::clone(tls);
        }
        Rc::new(super::secure::Wanted {
            host: peer.0.clone(),
            ..(**tls).clone()
        })
    });
    w.goal.replace(Rc::new(goal));
    client::seek(
        wsi,
        peer,
        w.origin.clone(),
        #[cfg(feature = "LWS_WITH_TLS")]
        tls,
    );
    // What is learned of the next server belongs to the same user.
    #[cfg(feature = "LWS_WITH_CAO")]
    super::race::set_partition(wsi, partition.unwrap_or(0));
    if !wsi.driver().bind(conns, wsi, wsi.protocol.get()) {
        return Err(Error::Unbound);
    }
    if wsi.phase() == Phase::Open {
        let limit_us = i64::from(wsi.vhost.set.connect_timeout_secs) * 1_000_000;
        drive::step(conns, wsi, Event::Again { limit_us });
    }
    Ok(())
}

/// Gives up its transport, with what has come and was to go there.
fn leave(conns: &Conns, wsi: &Rc<Wsi>) {
    transport::shutdown(wsi);
    dispatch::stop_watching(conns, wsi);
    conns.forget_route(wsi);
    wsi.timeout_reason.set(0);
    wsi.session.replace(None);
    conns.table.set_io(wsi, None);
    wsi.held.take();
    wsi.out.take();
    let attempts = wsi.attempts.take();
    drop(attempts);
    if let Some(web) = wsi.web.get() {
        web.head.take();
    }
}
