//! `lws-cao.h`: attempts to connect, what they have shown, and settings.

pub use crate::abi::cao::*;

mod rules;
mod stored;

use super::types::{lws, lws_context};
use super::{arg, context_of, own_wsi, tagged, wsi_ref};
use crate::abi::adopt::lws_sockaddr46;
use crate::abi::conmon::lws_conmon;
use crate::cao::aggregate::Level;
use crate::cao::attempt::{Attempt, Outcome, Path};
use crate::capi::convert::need;
use crate::conn::history;
use crate::context::Context;
use crate::sys::{clock, sa46};
use core::ffi::{c_int, c_uint, c_void};
use core::net::{IpAddr, SocketAddr};
use core::ptr::null;
use std::rc::Rc;

/// The context behind a pointer of C's, for the thread that services it.
///
/// # Safety
///
/// `context` is NULL or a live context.
unsafe fn races_of<'a>(function: &str, context: *mut lws_context) -> Option<&'a Context> {
    // SAFETY: the caller's promise.
    let cx = unsafe { context_of(function, context) }?;
    cx.check_thread(function);
    Some(cx)
}

fn handle(attempt: &Rc<Attempt>) -> *const lws_cao_t {
    Rc::as_ptr(attempt).cast()
}

fn ip_of(sa: &lws_sockaddr46) -> Option<IpAddr> {
    sa46::to_std(sa).map(|a| a.ip())
}

fn level_of(function: &str, level: c_uint) -> Option<Level> {
    let found = Level::ALL.into_iter().find(|l| *l as c_uint == level);
    if found.is_none() {
        arg::bad(function, "level");
    }
    found
}

fn info_of(size: u32, a: &Attempt) -> lws_cao_info {
    lws_cao_info {
        size,
        outcome: a.outcome as u8,
        won: u8::from(a.won),
        reserved: 0,
        id: a.id,
        race: a.race,
        dest: sa46::from_std(a.path.dest),
        source: sa46::from_ip(a.path.source),
        gateway: sa46::from_ip(a.path.gateway),
        dns_server: sa46::from_ip(a.path.dns),
        ifindex: i32::try_from(a.path.ifindex).unwrap_or(0),
        error: a.errno,
        started: a.started,
        took_us: a.took_us,
        rtt_us: a.rtt_us,
        rttvar_us: a.rttvar_us,
        retransmits: a.retransmits,
        network: a.path.network,
        partition: a.path.partition,
        tls_us: a.tls_us,
        reserved2: 0,
    }
}

/// The path that C describes; what it leaves out is filled in as routing has it now.
fn path_of(cx: &Context, info: &lws_cao_info) -> Option<Path> {
    let dest = sa46::to_std(&info.dest)?;
    let given = Path {
        source: ip_of(&info.source),
        gateway: ip_of(&info.gateway),
        dns: ip_of(&info.dns_server),
        ifindex: u32::try_from(info.ifindex).unwrap_or(0),
        network: info.network,
        partition: info.partition,
        ..Path::to(dest)
    };
    Some(history::filled(&cx.conns, given))
}

/// The attempt that became a connection; while it connects, or where it failed, the first one that
/// ended. What has been tried besides follows it: see lws_cao_next().
///
/// # Returns
///
/// NULL if there is none, as for connections that the program did not open. It is the connection's,
/// and stays as long as that or the history has it.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_wsi_cao(wsi: *mut lws) -> *const lws_cao_t {
    const NAME: &str = "lws_wsi_cao";
    // SAFETY: the caller's promise.
    let Some(w) = (unsafe { wsi_ref(wsi) }) else {
        arg::bad(NAME, "wsi");
        return null();
    };
    w.attempts.borrow().first().map_or(null(), handle)
}

/// The attempt for a connection that comes after `cao`.
///
/// # Returns
///
/// NULL after the last, and if `cao` is none of the connection's.
///
/// # Safety
///
/// `wsi` is NULL or a live connection; `cao` may be any pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_next(wsi: *mut lws, cao: *const lws_cao_t) -> *const lws_cao_t {
    const NAME: &str = "lws_cao_next";
    // SAFETY: the caller's promise.
    let Some(w) = (unsafe { wsi_ref(wsi) }) else {
        arg::bad(NAME, "wsi");
        return null();
    };
    let all = w.attempts.borrow();
    let at = all.iter().position(|a| handle(a) == cao);
    let next = at.and_then(|at| all.get(at + 1));
    next.map_or(null(), handle)
}

/// Tells what is known of an attempt.
///
/// # Returns
///
/// 0; -1 when an argument is NULL or `info->size` is too small.
///
/// # Safety
///
/// The arguments are NULL or valid: `cao` is one that a connection, the history or the program has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_get_info(
    cao: *const lws_cao_t,
    info: *mut lws_cao_info_t,
) -> c_int {
    const NAME: &str = "lws_cao_get_info";
    // SAFETY: the caller's promise; every `lws_cao_t` of C's is an `Attempt`.
    unsafe {
        let a = need!("cao", cao.cast::<Attempt>().as_ref(), -1);
        let Some(theirs) = tagged::read(NAME, "info", info) else {
            return -1;
        };
        tagged::write(info, &info_of(theirs.size, a));
        0
    }
}

/// Takes what an attempt of the program's own has shown into the history, and makes an object of it.
/// `info` has at least the destination and the outcome; what it leaves out of the source, the gateway
/// and the interface is as routing has it now.
///
/// # Returns
///
/// An object that stays until lws_cao_destroy() or the end of the context; NULL when an argument is
/// NULL or makes no sense.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_create(
    context: *mut lws_context,
    info: *const lws_cao_info_t,
) -> *const lws_cao_t {
    const NAME: &str = "lws_cao_create";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = races_of(NAME, context) else {
            return null();
        };
        let Some(i) = tagged::read(NAME, "info", info) else {
            return null();
        };
        let path = need!("dest", path_of(cx, &i), null());
        let outcome = need!("outcome", Outcome::from_number(i.outcome), null());
        let attempt = Attempt {
            id: 0,
            race: 0,
            path,
            started: match i.started {
                0 => clock::now_us(),
                us => us,
            },
            took_us: i.took_us,
            tls_us: i.tls_us,
            outcome,
            errno: i.error,
            won: i.won != 0,
            rtt_us: i.rtt_us,
            rttvar_us: i.rttvar_us,
            retransmits: i.retransmits,
        };
        handle(&history::feed(&cx.conns, attempt))
    }
}

/// Gives up an object of lws_cao_create(), and sets the pointer to NULL. What it has shown stays in
/// the history.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_destroy(context: *mut lws_context, cao: *mut *const lws_cao_t) {
    const NAME: &str = "lws_cao_destroy";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = races_of(NAME, context) else {
            return;
        };
        let cao = need!("cao", cao.as_mut());
        if cao.is_null() {
            return;
        }
        if !cx.conns.races().give_up(cao.cast()) {
            arg::bad(NAME, "cao");
        }
        *cao = null();
    }
}

/// As lws_cao_destroy(), if nothing but the program has it any more.
///
/// # Returns
///
/// 1: it is gone; 0: the history has it still.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_destroy_if_unreferenced(
    context: *mut lws_context,
    cao: *mut *const lws_cao_t,
) -> c_int {
    const NAME: &str = "lws_cao_destroy_if_unreferenced";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = races_of(NAME, context) else {
            return 0;
        };
        let at = need!("cao", cao.as_mut().filter(|at| !at.is_null()), 0);
        if cx.conns.races().is_shared(at.cast()) {
            return 0;
        }
        lws_cao_destroy(context, cao);
        1
    }
}

/// Forgets the attempts of a connection. What they have shown stays in the history.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_remove_all(wsi: *mut lws) {
    const NAME: &str = "lws_cao_remove_all";
    // SAFETY: the caller's promise.
    let Some(w) = (unsafe { wsi_ref(wsi) }) else {
        return arg::bad(NAME, "wsi");
    };
    w.attempts.take();
}

/// Calls `visit` for the last attempts, the oldest first, as far as they are like `like`: members of
/// that which are not 0 or of family 0 have to be equal (dest, source, gateway, dns_server, ifindex,
/// race, network; a destination with port 0 is like those with any). NULL: for all. For the thread
/// that services the context.
///
/// # Returns
///
/// How many it was called for; -1 when an argument is NULL or makes no sense.
///
/// # Safety
///
/// The arguments are NULL or valid; `visit` may be called with `user`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_foreach(
    context: *mut lws_context,
    like: *const lws_cao_info_t,
    visit: lws_cao_visit_cb,
    user: *mut c_void,
) -> c_int {
    const NAME: &str = "lws_cao_foreach";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = races_of(NAME, context) else {
            return -1;
        };
        let visit = need!("visit", visit, -1);
        let like = if like.is_null() {
            None
        } else {
            match tagged::read(NAME, "like", like) {
                Some(like) => Some(like),
                None => return -1,
            }
        };
        let recent: Vec<_> = cx.conns.races().paths.borrow().recent().cloned().collect();
        let mut count: c_int = 0;
        for a in recent {
            if like.as_ref().is_none_or(|l| is_like(&a, l)) {
                count = count.saturating_add(1);
                if visit(handle(&a), user) != 0 {
                    break;
                }
            }
        }
        count
    }
}

fn is_like(a: &Attempt, like: &lws_cao_info) -> bool {
    let same = |wanted: Option<IpAddr>, has: Option<IpAddr>| {
        wanted.is_none_or(|w| has.map(|h| h.to_canonical()) == Some(w.to_canonical()))
    };
    let dest = sa46::to_std(&like.dest);
    same(dest.map(|d| d.ip()), Some(a.path.dest.ip()))
        && dest.is_none_or(|d| d.port() == 0 || d.port() == a.path.dest.port())
        && same(ip_of(&like.source), a.path.source)
        && same(ip_of(&like.gateway), a.path.gateway)
        && same(ip_of(&like.dns_server), a.path.dns)
        && (like.ifindex == 0 || u32::try_from(like.ifindex) == Ok(a.path.ifindex))
        && (like.race == 0 || like.race == a.race)
        && (like.network == 0 || like.network == a.path.network)
}

/// Tells what attempts have shown of what a path goes through. `level` is an `enum lws_cao_levels`;
/// of `path` the destination is needed, the rest is as routing has it now where it is left out.
///
/// # Returns
///
/// 0; 1 when nothing is known; -1 when an argument is NULL or makes no sense.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_get_score(
    context: *mut lws_context,
    level: c_uint,
    path: *const lws_cao_info_t,
    score: *mut lws_cao_score_t,
) -> c_int {
    const NAME: &str = "lws_cao_get_score";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = races_of(NAME, context) else {
            return -1;
        };
        let Some(level) = level_of(NAME, level) else {
            return -1;
        };
        let Some(info) = tagged::read(NAME, "path", path) else {
            return -1;
        };
        let Some(theirs) = tagged::read(NAME, "score", score) else {
            return -1;
        };
        let path = need!("dest", path_of(cx, &info), -1);
        let paths = cx.conns.races().paths.borrow();
        let Some(a) = paths.aggregate(level, &path) else {
            return 1;
        };
        let now = clock::now_us();
        let (ok, fail) = a.counts(now);
        let out = lws_cao_score {
            size: theirs.size,
            fails: a.fails.into(),
            ok_milli: (ok * 1000.0) as u32,
            fail_milli: (fail * 1000.0) as u32,
            srtt_us: a.srtt_us,
            rttvar_us: a.rttvar_us,
            p95_us: a.p95_us,
            last: a.last_outcome as u32,
            penalty_us: a.penalty_until.saturating_sub(now).max(0),
            tls_p95_us: a.tls_p95_us,
            reserved: 0,
        };
        tagged::write(score, &out);
        0
    }
}

/// Puts addresses in the order in which a race would try them now: RFC 6724 and what attempts have
/// shown. Those that are no internet addresses come last.
///
/// # Returns
///
/// How many of them the host has a way to; -1 when an argument is NULL.
///
/// # Safety
///
/// `context` is NULL or live; `list` is NULL or has `count` addresses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_order(
    context: *mut lws_context,
    list: *mut lws_sockaddr46,
    count: usize,
) -> c_int {
    const NAME: &str = "lws_cao_order";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = races_of(NAME, context) else {
            return -1;
        };
        if list.is_null() {
            arg::bad(NAME, "list");
            return -1;
        }
        let list = core::slice::from_raw_parts_mut(list, count);
        let internet: Vec<SocketAddr> = list.iter().filter_map(sa46::to_std).collect();
        let others: Vec<lws_sockaddr46> = list
            .iter()
            .filter(|sa| sa46::to_std(sa).is_none())
            .copied()
            .collect();
        let (ordered, reachable) = history::order(&cx.conns, &internet);
        let all = ordered.into_iter().map(sa46::from_std).chain(others);
        for (to, from) in list.iter_mut().zip(all) {
            *to = from;
        }
        c_int::try_from(reachable).unwrap_or(c_int::MAX)
    }
}

/// What was measured while a connection came about, as lws_conmon_wsi_take() gives it, without taking
/// anything.
///
/// # Returns
///
/// It is the connection's, and valid until the next call for that connection and its end; the
/// addresses in it are not to be freed. NULL when `wsi` is NULL or none that the program opened.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_wsi_conmon(wsi: *mut lws) -> *const lws_conmon {
    const NAME: &str = "lws_wsi_conmon";
    // SAFETY: the caller's promise.
    let w = unsafe { own_wsi(NAME, wsi) };
    w.and_then(|w| w.conmon.get()).map_or(null(), |c| c.view())
}

/// Tells what has happened so far. For the thread that services the context.
///
/// # Returns
///
/// 0; -1 when an argument is NULL or `stats->size` is too small.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_get_stats(
    context: *mut lws_context,
    stats: *mut lws_cao_stats_t,
) -> c_int {
    const NAME: &str = "lws_cao_get_stats";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = races_of(NAME, context) else {
            return -1;
        };
        let Some(theirs) = tagged::read(NAME, "stats", stats) else {
            return -1;
        };
        let paths = cx.conns.races().paths.borrow();
        let c = paths.counters;
        let out = lws_cao_stats {
            size: theirs.size,
            under_way: u32::try_from(cx.conns.races().under_way()).unwrap_or(u32::MAX),
            races: c.races,
            won: c.won,
            lost: c.lost,
            attempts: c.attempts,
            aggregates: paths.aggregates().len() as u64,
            evicted: c.evicted,
        };
        tagged::write(stats, &out);
        0
    }
}

/// Keeps the history of a connection's destination apart: connections with the same number share
/// it, those with another one learn nothing of it. What concerns gateways, DNS servers and families is
/// shared by all. To be called in the CONNECTING callback or before; it counts for what ends later.
///
/// # Returns
///
/// 0; -1 when `wsi` is NULL or not a client that connects.
///
/// # Safety
///
/// `wsi` is NULL or a live connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_cao_set_partition(wsi: *mut lws, partition: u64) -> c_int {
    const NAME: &str = "lws_cao_set_partition";
    // SAFETY: the caller's promise.
    let w = unsafe { wsi_ref(wsi) };
    match w {
        Some(w) if crate::conn::race::set_partition(w, partition) => 0,
        _ => {
            arg::bad(NAME, "wsi");
            -1
        }
    }
}

/// How many were taken, as C has it.
fn count(taken: Option<usize>) -> c_int {
    taken.map_or(-1, |n| c_int::try_from(n).unwrap_or(c_int::MAX))
}
