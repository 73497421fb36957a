//! What stays of attempts and races: with their client, in the history, and in a message.

use super::with;
use crate::cao::attempt::{Attempt, Outcome};
use crate::conn::{Conns, Wsi};
use crate::sys::{clock, tcp};
use std::rc::Rc;

/// A race has ended: it is counted, and told of if the program wants that.
#[cfg(feature = "LWS_WITH_CAO")]
pub(super) fn count(conns: &Conns, wsi: &Wsi, winner: Option<&Attempt>) {
    {
        let mut paths = conns.races().paths.borrow_mut();
        let c = &mut paths.counters;
        c.races = c.races.saturating_add(1);
        let which = if winner.is_some() {
            &mut c.won
        } else {
            &mut c.lost
        };
        *which = which.saturating_add(1);
    }
    #[cfg(feature = "LWS_WITH_SYS_SMD")]
    if conns.races().announce.get() {
        tell(conns, wsi, winner);
    }
    #[cfg(not(feature = "LWS_WITH_SYS_SMD"))]
    let _ = wsi;
}

#[cfg(not(feature = "LWS_WITH_CAO"))]
pub(super) fn count(_conns: &Conns, _wsi: &Wsi, _winner: Option<&Attempt>) {}

#[cfg(all(feature = "LWS_WITH_CAO", feature = "LWS_WITH_SYS_SMD"))]
fn tell(conns: &Conns, wsi: &Wsi, winner: Option<&Attempt>) {
    let Some((id, began, tried)) = with(wsi, |r| (r.id, r.began, r.started())) else {
        return;
    };
    let won = winner.map_or("null".into(), |a| format!("\"{}\"", a.path.dest));
    let us = clock::now_us().saturating_sub(began);
    let text =
        format!("{{\"type\":\"race\",\"race\":{id},\"won\":{won},\"tried\":{tried},\"us\":{us}}}");
    conns.publish(crate::abi::smd::LWSSMDCL_NETWORK as u32, &text);
}

/// Notes an attempt that has ended, in the history and with its client.
pub(super) fn ended(conns: &Conns, client: &Wsi, attempt: &Attempt) {
    let mut attempt = *attempt;
    let now = clock::now_us();
    if attempt.took_us == 0 {
        attempt.took_us = took(&attempt, now);
    }
    let kept = keep(conns, &attempt);
    let dest = attempt.path.dest;
    if let Some(conmon) = client.conmon.get().filter(|_| !is_won(client)) {
        conmon.tried(dest, &attempt);
    }
    with(client, |r| {
        r.racers.retain(|(d, _)| *d != dest);
        r.race.failed(now, dest);
        r.over.push(Rc::clone(&kept));
    });
    client.attempts.borrow_mut().push(kept);
}

/// Whether one of its attempts has become the connection.
fn is_won(client: &Wsi) -> bool {
    client.attempts.borrow().first().is_some_and(|a| a.won)
}

pub(super) fn keep(conns: &Conns, attempt: &Attempt) -> Rc<Attempt> {
    let attempt = Rc::new(*attempt);
    let mut paths = conns.races().paths.borrow_mut();
    paths.ended(&attempt, clock::now_us());
    attempt
}

fn took(attempt: &Attempt, now: i64) -> u32 {
    u32::try_from(now.saturating_sub(attempt.started)).unwrap_or(u32::MAX)
}

/// What the kernel and the clock say of an attempt. `up`: when its TLS handshake began, 0 for never.
pub(super) fn measure(racer: &Wsi, attempt: &mut Attempt, up: i64) {
    let now = clock::now_us();
    attempt.took_us = took(attempt, now);
    if up != 0 {
        let us = u32::try_from(now.saturating_sub(up)).unwrap_or(u32::MAX);
        attempt.tls_us = us.max(1);
    }
    if let Some(m) = racer.io().and_then(|io| Some(tcp::measured(io.socket()?))) {
        // Before there is an answer the kernel only assumes something.
        if attempt.outcome == Outcome::Connected || up != 0 {
            attempt.rtt_us = m.rtt_us;
            attempt.rttvar_us = m.rttvar_us;
        }
        attempt.retransmits = m.retransmits;
    }
}
