//! An attempt whose transport is connected agrees on TLS with its peer before it wins.

use super::racer::{drop_racer, fail, is_of};
use super::with;
use crate::cao::attempt::Outcome;
use crate::conn::{Conns, Wsi, client, dispatch, secure, timeout, transport};
use crate::sys::clock;
use std::io;
use std::rc::Rc;

/// The transport of an attempt is connected: its handshake begins. False: it needs none.
pub(super) fn begin(conns: &Conns, racer: &Rc<Wsi>) -> bool {
    let now = clock::now_us();
    let begun = racer.racer.borrow_mut().as_mut().and_then(|r| {
        let wanted = r.tls.take()?;
        r.up = now;
        Some((wanted, r.attempt.path.dest))
    });
    let Some((wanted, dest)) = begun else {
        return false;
    };
    let client = is_of(conns, racer);
    if let Some(client) = &client {
        with(client, |r| r.race.secures(now, dest));
        let limit = i64::from(racer.vhost.set.timeout_secs) * 1_000_000;
        timeout::set(conns, racer, 0, limit);
    }
    let about = client.as_ref().unwrap_or(racer);
    match secure::connect(conns, racer, about, &wanted) {
        Ok(()) => go_on(conns, racer),
        Err(why) => {
            if let Some(client) = &client {
                client::note(client, why.to_string());
            }
            fail(conns, racer, Outcome::TlsFailed, 0);
        }
    }
    true
}

/// Goes on with the handshake of an attempt, and tells the race what came of it.
pub(super) fn go_on(conns: &Conns, racer: &Rc<Wsi>) {
    let client = is_of(conns, racer);
    let result = match &client {
        Some(client) => seen(client, racer),
        None => transport::handshake(racer),
    };
    let dest = racer.racer.borrow().as_ref().map(|r| r.attempt.path.dest);
    let Some(dest) = dest.filter(|_| !racer.is_closed()) else {
        return;
    };
    match (result, client) {
        (Ok(false), _) => dispatch::update_interest(conns, racer),
        (Ok(true), Some(client)) => {
            with(&client, |r| r.race.connected(dest));
        }
        (Ok(true), None) => drop_racer(conns, racer, Outcome::Connected),
        (Err(e), client) => {
            if let Some(client) = &client {
                client::note(client, e.to_string());
            }
            fail(conns, racer, Outcome::TlsFailed, 0);
        }
    }
}

/// Callbacks of the handshake are about the program's connection, which is this one meanwhile.
fn seen(client: &Wsi, racer: &Wsi) -> io::Result<bool> {
    let (session, io) = (racer.session.borrow().clone(), client.io());
    let session = client.session.replace(session);
    client.set_io(racer.io());
    let result = transport::handshake(racer);
    client.session.replace(session);
    if !client.is_closed() {
        client.set_io(io);
    }
    result
}
