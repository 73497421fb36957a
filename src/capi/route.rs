//! `lws-route.h`: the routing table, what it decides, and what it does to connections.

pub use crate::abi::route::*;

use super::types::{lws, lws_context};
use super::{arg, conn_of, context_of, end_if_over, tagged, wsi_ref};
use crate::capi::convert::need;
use crate::context::{Context, Life};
use crate::log::log_err;
use crate::route::monitor::{CullMode, Seen, Settings};
use crate::route::types::{Flow, Leg, Path, Prefix, RouteInfo, Verdict};
use crate::sys::callbacks::{RouteNotify, RouteVisit};
use crate::sys::sa46;
use core::ffi::{c_int, c_void};
use core::mem::MaybeUninit;
use core::net::SocketAddr;
use core::ptr::null;

/// The context behind a pointer of C's, whose routing belongs to the thread that services it.
///
/// # Safety
///
/// `context` is NULL or a live context.
unsafe fn routing_of<'a>(function: &str, context: *mut lws_context) -> Option<&'a Context> {
    // SAFETY: the caller's promise.
    let cx = unsafe { context_of(function, context) }?;
    cx.check_thread(function).then_some(cx)
}

/// The question behind a flow of C's; `None` for one that is none.
fn flow_of(f: &lws_route_flow) -> Option<Flow> {
    let dst = sa46::to_std(&f.dest)?;
    let src = sa46::to_std(&f.source);
    if src.is_some_and(|s| s.is_ipv4() != dst.is_ipv4()) {
        return None;
    }
    let mut oif = u32::try_from(f.ifindex).ok()?;
    if let SocketAddr::V6(v6) = dst {
        if oif == 0 {
            oif = v6.scope_id();
        }
    }
    Some(Flow {
        dst: dst.ip(),
        src: src.map(|s| s.ip()).filter(|ip| !ip.is_unspecified()),
        oif,
        mark: f.mark,
        tos: f.tos,
        uid: Some(f.uid).filter(|uid| *uid != LWS_ROUTE_UID_SELF),
        protocol: f.protocol,
        sport: src.map_or(0, |s| s.port()),
        dport: dst.port(),
    })
}

#[inline(always)]
fn hop(leg: &Leg) -> lws_route_hop {
    lws_route_hop {
        ifindex: i32::try_from(leg.index).unwrap_or(0),
        weight: u32::from(leg.weight.max(1)),
        gateway: sa46::from_ip(leg.gateway),
    }
}

/// Writes an answer where C wants it.
///
/// # Safety
///
/// `d.hops` is NULL or has room for `d.hops_max`.
unsafe fn give(d: &mut lws_route_decision, flow: &Flow, seen: Seen<'_>) -> c_int {
    let (source, verdict) = match seen {
        Seen::Copy(v) => (lws_route_source::LWS_ROUTE_FROM_COPY, v),
        Seen::Kernel(v) => (lws_route_source::LWS_ROUTE_FROM_KERNEL, v),
    };
    d.source = source as u8;
    d.hops_count = 0;
    d.error = 0;
    d.reserved = 0;
    let Path {
        kind,
        table,
        prefix,
        metric,
        legs,
        prefsrc,
        ..
    } = match verdict {
        Verdict::Reachable(path) => path,
        Verdict::Unreachable(errno) => {
            d.error = *errno;
            (d.r#type, d.table, d.metric, d.prefix_len) = (0, 0, 0, 0);
            (d.prefix, d.prefsrc) = (sa46::from_ip(Some(flow.dst)), sa46::from_ip(None));
            return 0;
        }
        Verdict::Unknown(_) => return -2,
    };
    d.r#type = u32::from(*kind);
    d.table = *table;
    d.metric = *metric;
    d.prefix_len = prefix.len;
    d.prefix = sa46::from_ip(Some(prefix.address));
    d.prefsrc = sa46::from_ip(*prefsrc);
    let legs = legs.as_slice();
    d.hops_count = u32::try_from(legs.len()).unwrap_or(u32::MAX);
    if !d.hops.is_null() {
        let room = usize::try_from(d.hops_max).unwrap_or(0);
        for (at, leg) in legs.iter().take(room).enumerate() {
            // SAFETY: the caller's promise; `at` is below `hops_max`.
            unsafe { d.hops.add(at).write(hop(leg)) };
        }
    }
    0
}

/// Tells where the kernel would send a packet, from the context's copy of its tables; where the
/// copy cannot know, or is being read again, the kernel is asked. What the kernel has announced is
/// taken in first, so that an answer is at most 20 microseconds old. A flow without a source goes as
/// one of a socket that connects without an address: with IPv6 the kernel may take one and look
/// again, which also fails with EADDRNOTAVAIL where there is none to take. For the thread that
/// services the context.
///
/// # Returns
///
/// 0: `decision` has the answer, also when that is an error. -1: an argument is NULL or makes no
/// sense. -2: the answer is not to be had: the copy cannot know and the kernel was not to be asked,
/// or could not be, as about an IPv6 flow without a source where routes or rules are for certain
/// sources, and no socket of this process can stand in for the flow's.
///
/// # Safety
///
/// The arguments are NULL or valid; `decision->hops` is NULL or has room for `hops_max`.
#[cfg(feature = "LWS_WITH_NETLINK")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_route_decide(
    context: *mut lws_context,
    flow: *const lws_route_flow_t,
    decision: *mut lws_route_decision_t,
) -> c_int {
    const NAME: &str = "lws_route_decide";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = routing_of(NAME, context) else {
            return -1;
        };
        let (mut asked, mut answer) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        let Some(f) = tagged::read_into(NAME, "flow", flow, &mut asked) else {
            return -1;
        };
        let Some(d) = tagged::read_into(NAME, "decision", decision, &mut answer) else {
            return -1;
        };
        let question = need!("flow", flow_of(f), -1);
        let flags = c_int::from(f.flags);
        let given = if flags & LWS_ROUTE_ASK_KERNEL != 0 {
            let verdict = cx.route.ask_kernel(&question);
            verdict.map(|verdict| give(d, &question, Seen::Kernel(&verdict)))
        } else if flags & LWS_ROUTE_COPY_ONLY != 0 {
            let give = |verdict: &Verdict| give(d, &question, Seen::Copy(verdict));
            cx.route.ask_copy(&question, give)
        } else {
            cx.route.ask(&question, |seen| give(d, &question, seen))
        };
        if given.is_some() {
            tagged::write(decision, d);
        }
        given.unwrap_or(-2)
    }
}

/// Walks through the copy: by family, table and destination, and within one destination in the
/// order in which the kernel looks at the routes. The callback may call anything, also
/// lws_context_destroy(): then it is not called again, and the context is gone when this returns. A
/// route that comes or goes meanwhile may be met or not; the others are met once. The walk ends
/// early when the copy is being read again. For the thread that services the context.
///
/// # Returns
///
/// What the callback returned last, 0 when there was no route; -1 when an argument is NULL, or there
/// is no memory.
///
/// # Safety
///
/// `context` is NULL or a live context; `cb` may be called with `user`.
#[cfg(feature = "LWS_WITH_NETLINK")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_route_foreach(
    context: *mut lws_context,
    cb: lws_route_cb_t,
    user: *mut c_void,
) -> c_int {
    const NAME: &str = "lws_route_foreach";
    // SAFETY: the caller's promise.
    let Some(cx) = (unsafe { routing_of(NAME, context) }) else {
        return -1;
    };
    let cb = need!("cb", cb, -1);
    // SAFETY: the caller's promise.
    let visit = unsafe { RouteVisit::new(cb, user) };
    let mut r = 0;
    cx.within(|| {
        let walked = cx.route.walk(&mut |table, prefix, info| {
            r = visit_one(&visit, table, prefix, info);
            r == 0 && cx.life() == Life::Serving
        });
        if walked.is_err() {
            r = no_memory(cx, NAME);
        }
    });
    // SAFETY: the caller's promise; nothing of the context is used after this.
    unsafe { end_if_over(context) };
    r
}

/// -1, and a log line.
fn no_memory(cx: &Context, name: &str) -> c_int {
    log_err!(cx.log, "{name}: no memory");
    -1
}

fn visit_one(visit: &RouteVisit, table: u32, prefix: Prefix, info: &RouteInfo) -> c_int {
    let legs = info.legs.as_slice();
    let mut hops: Vec<lws_route_hop> = Vec::new();
    if hops.try_reserve_exact(legs.len()).is_err() {
        return -1;
    }
    hops.extend(legs.iter().map(hop));
    // The copy keeps those of a leg with the leg.
    let leg_flags = match info.legs.as_slice() {
        [leg] => u32::from(leg.flags),
        _ => 0,
    };
    let route = lws_route_entry {
        size: size_of::<lws_route_entry>() as u32,
        table,
        dest: sa46::from_ip(Some(prefix.address)),
        source: sa46::from_ip(info.source.map(|s| s.address)),
        prefsrc: sa46::from_ip(info.prefsrc),
        metric: info.metric,
        flags: info.flags | leg_flags,
        nexthop_id: info.nexthop_id,
        dest_len: prefix.len,
        source_len: info.source.map_or(0, |s| s.len),
        r#type: info.kind,
        scope: info.scope,
        protocol: info.protocol,
        tos: info.tos,
        pref: info.pref,
        reserved: 0,
        hops: if hops.is_empty() {
            null()
        } else {
            hops.as_ptr()
        },
        hops_count: u32::try_from(hops.len()).unwrap_or(u32::MAX),
    };
    visit.call(&route)
}

/// Gives the copy as JSON: an object with `synced`, `links`, `addrs`, `rules` and `routes`. The
/// callback may call anything, also lws_context_destroy(): then it is not called again, and the
/// context is gone when this returns. For the thread that services the context.
///
/// # Returns
///
/// 0; what the callback returned, if that was not 0; -1 when an argument is NULL, or there is no memory.
///
/// # Safety
///
/// `context` is NULL or a live context; `emit` may be called with `user`.
#[cfg(feature = "LWS_WITH_NETLINK")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_route_dump_json(
    context: *mut lws_context,
    emit: lws_route_emit_t,
    user: *mut c_void,
) -> c_int {
    const NAME: &str = "lws_route_dump_json";
    // SAFETY: the caller's promise.
    let Some(cx) = (unsafe { routing_of(NAME, context) }) else {
        return -1;
    };
    let emit = need!("emit", emit, -1);
    let mut r = 0;
    cx.within(|| {
        let dumped = crate::route::json::dump(&cx.route, &mut |text: &str| {
            // SAFETY: the caller's promise; the text is as long as stated.
            r = unsafe { emit(text.as_ptr().cast(), text.len(), user) };
            r == 0 && cx.life() == Life::Serving
        });
        if dumped.is_err() {
            r = no_memory(cx, NAME);
        }
    });
    // SAFETY: the caller's promise; nothing of the context is used after this.
    unsafe { end_if_over(context) };
    r
}

/// Tells the counters. For the thread that services the context.
///
/// # Returns
///
/// 0; -1 when an argument is NULL or `stats->size` is too small.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[cfg(feature = "LWS_WITH_NETLINK")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_route_get_stats(
    context: *mut lws_context,
    stats: *mut lws_route_stats_t,
) -> c_int {
    const NAME: &str = "lws_route_get_stats";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = routing_of(NAME, context) else {
            return -1;
        };
        let Some(theirs) = tagged::read(NAME, "stats", stats) else {
            return -1;
        };
        let s = cx.route.stats();
        let out = lws_route_stats {
            size: theirs.size,
            synced: u32::from(s.synced),
            messages: s.messages,
            ignored: s.ignored,
            malformed: s.malformed,
            overflows: s.overflows,
            resyncs: s.resyncs,
            candidates: s.candidates,
            culls: s.culls,
            refused: s.refused,
            asked: s.asked,
            unknown: s.unknown,
            audit_samples: s.audit_samples,
            audit_mismatches: s.audit_mismatches,
            routes4: s.routes4,
            routes6: s.routes6,
            watched: s.watched,
        };
        tagged::write(stats, &out);
        0
    }
}

/// Tells how routing treats connections now. For the thread that services the context.
///
/// # Returns
///
/// 0; -1 when an argument is NULL or `settings->size` is too small.
///
/// # Safety
///
/// The arguments are NULL or valid.
#[cfg(feature = "LWS_WITH_NETLINK")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_route_get_settings(
    context: *mut lws_context,
    settings: *mut lws_route_settings_t,
) -> c_int {
    const NAME: &str = "lws_route_get_settings";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = routing_of(NAME, context) else {
            return -1;
        };
        let Some(theirs) = tagged::read(NAME, "settings", settings) else {
            return -1;
        };
        let s = cx.route.settings();
        let (notify, user) = s
            .notify
            .map_or((None, core::ptr::null_mut()), |n| n.parts());
        let out = lws_route_settings {
            size: theirs.size,
            cull: s.cull as i32,
            settle_us: s.settle_us,
            audit_per_s: s.audit_per_s,
            takeover: u32::from(s.takeover),
            notify,
            user,
        };
        tagged::write(settings, &out);
        0
    }
}

/// Sets how routing treats connections from now on. For the thread that services the context.
///
/// # Returns
///
/// 0; -1 when an argument is NULL or makes no sense: nothing is changed then.
///
/// # Safety
///
/// The arguments are NULL or valid; `notify` may be called with `user` as long as the context lives.
#[cfg(feature = "LWS_WITH_NETLINK")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_route_set_settings(
    context: *mut lws_context,
    settings: *const lws_route_settings_t,
) -> c_int {
    const NAME: &str = "lws_route_set_settings";
    // SAFETY: the caller's promise.
    unsafe {
        let Some(cx) = routing_of(NAME, context) else {
            return -1;
        };
        let Some(s) = tagged::read(NAME, "settings", settings) else {
            return -1;
        };
        let cull = match s.cull {
            LWS_ROUTE_CULL_OFF => CullMode::Off,
            LWS_ROUTE_CULL_NOTIFY => CullMode::Notify,
            LWS_ROUTE_CULL_CLOSE => CullMode::Close,
            _ => {
                arg::bad(NAME, "cull");
                return -1;
            }
        };
        if s.settle_us < 0 {
            arg::bad(NAME, "settle_us");
            return -1;
        }
        if s.takeover > 1 {
            arg::bad(NAME, "takeover");
            return -1;
        }
        cx.route.set(Settings {
            cull,
            settle_us: s.settle_us,
            audit_per_s: s.audit_per_s,
            takeover: s.takeover == 1,
            notify: s.notify.map(|cb| RouteNotify::new(cb, s.user)),
        });
        0
    }
}

/// Asks where the packets of a connection would go now, with the source, the mark, the interface
/// and the rest as its socket has them. For the thread that services the context.
///
/// # Returns
///
/// As lws_route_decide(); -2 also for what has no peer on a network: files, unix sockets, sockets
/// that listen or are not connected.
///
/// # Safety
///
/// The arguments are NULL or valid; `decision->hops` is NULL or has room for `hops_max`.
#[cfg(feature = "LWS_WITH_NETLINK")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_route_check(
    wsi: *mut lws,
    decision: *mut lws_route_decision_t,
) -> c_int {
    const NAME: &str = "lws_route_check";
    // SAFETY: the caller's promise.
    unsafe {
        let Some((cx, w)) = conn_of(NAME, wsi) else {
            return -1;
        };
        let Some(mut d) = tagged::read(NAME, "decision", decision) else {
            return -1;
        };
        cx.route.look(w.token.get());
        let Some(question) = crate::conn::routing::flow_of(w) else {
            return -2;
        };
        let given = cx
            .route
            .ask(&question, |seen| give(&mut d, &question, seen));
        if given.is_some() {
            tagged::write(decision, &d);
        }
        given.unwrap_or(-2)
    }
}

/// Tells why routing ended a connection: in its close callback, or in any callback where
/// connections are only notified about. LWS_ROUTE_CULL_NONE for one that works, or that ended for
/// another reason, and for NULL.
///
/// # Safety
///
/// `wsi` is NULL or a live connection, or one that a callback is about.
#[cfg(feature = "LWS_WITH_NETLINK")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_route_cull_reason(wsi: *mut lws) -> lws_route_cull_reasons_int {
    const NAME: &str = "lws_route_cull_reason";
    // SAFETY: the caller's promise.
    let w = need!("wsi", unsafe { wsi_ref(wsi) }, 0);
    lws_route_cull_reasons_int::from(w.cull.get())
}

/// Whether the copy is whole and follows the kernel. For the thread that services the context.
///
/// # Returns
///
/// 1; 0 while it is read, where netlink is refused, where a route is too large to be read, while
/// routes may be missing that changed too fast when it was read (they are read by themselves when
/// the changes have calmed down; until then the kernel is asked about them), and for NULL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[cfg(feature = "LWS_WITH_NETLINK")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_route_synced(context: *mut lws_context) -> c_int {
    const NAME: &str = "lws_route_synced";
    // SAFETY: the caller's promise.
    match unsafe { routing_of(NAME, context) } {
        Some(cx) => c_int::from(cx.route.stats().synced),
        None => 0,
    }
}

/// Has the copy read again, which needs no more than a moment of the loop; until it is whole the
/// kernel is asked instead. For the thread that services the context.
///
/// # Returns
///
/// 0; 1 when netlink is refused, or `context` is NULL.
///
/// # Safety
///
/// `context` is NULL or a live context.
#[cfg(feature = "LWS_WITH_NETLINK")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_route_resync(context: *mut lws_context) -> c_int {
    const NAME: &str = "lws_route_resync";
    // SAFETY: the caller's promise.
    match unsafe { routing_of(NAME, context) } {
        Some(cx) => c_int::from(!cx.route.resync()),
        None => 1,
    }
}
