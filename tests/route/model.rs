//! The library, through its C interface.

use super::dump::Listed;
use super::flow::{Answer, Flow, Hop};
use core::ffi::{c_int, c_void};
use relws::capi::adopt::lws_sockaddr46;
use relws::capi::context_vhost::{
    lws_context_creation_info, lws_context_destroy, relws_create_context,
};
use relws::capi::logs::lws_set_log_level;
use relws::capi::route::*;
use relws::capi::service::lws_service;
use relws::capi::types::lws_context;
use std::mem::{MaybeUninit, zeroed};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ptr::null_mut;
use std::time::{Duration, Instant};

/// Long enough for any machine.
pub const LONG: Duration = Duration::from_secs(60);

/// A context whose audit and culling are off, so that nothing but its own reading keeps the copy
/// right.
pub struct Model {
    pub cx: *mut lws_context,
}

/// An answer with where it comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    pub answer: Answer,
    pub table: u32,
    pub metric: u32,
    pub prefix: Option<(IpAddr, u8)>,
    pub prefsrc: Option<IpAddr>,
    pub from_kernel: bool,
}

pub fn sockaddr(ip: IpAddr, port: u16) -> lws_sockaddr46 {
    // SAFETY: C programs zero it as well.
    let mut sa: lws_sockaddr46 = unsafe { zeroed() };
    match ip {
        IpAddr::V4(a) => {
            sa.sa4.sin_family = libc::AF_INET as u16;
            sa.sa4.sin_port = port.to_be();
            sa.sa4.sin_addr.s_addr = u32::from_ne_bytes(a.octets());
        }
        IpAddr::V6(a) => {
            sa.sa6.sin6_family = libc::AF_INET6 as u16;
            sa.sa6.sin6_port = port.to_be();
            sa.sa6.sin6_addr.s6_addr = a.octets();
        }
    }
    sa
}

pub fn ip_of(sa: &lws_sockaddr46) -> Option<IpAddr> {
    // SAFETY: the family says which it is.
    unsafe {
        match i32::from(sa.sa4.sin_family) {
            libc::AF_INET => Some(Ipv4Addr::from(sa.sa4.sin_addr.s_addr.to_ne_bytes()).into()),
            libc::AF_INET6 => Some(Ipv6Addr::from(sa.sa6.sin6_addr.s6_addr).into()),
            _ => None,
        }
    }
}

impl Model {
    /// A context in the namespace of the thread. Its copy is not read yet.
    pub fn new() -> Self {
        let model = Self::with_culling();
        model.set(|s| s.cull = LWS_ROUTE_CULL_OFF);
        model
    }

    pub fn with_culling() -> Self {
        // SAFETY: C programs zero it as well; it has no pointers then.
        let cx = unsafe {
            let mut info: lws_context_creation_info = MaybeUninit::zeroed().assume_init();
            info.port = -1;
            // errors and warnings
            lws_set_log_level(super::env("RELWS_ROUTE_LOG", 3) as c_int, None);
            relws_create_context(&info)
        };
        assert!(!cx.is_null());
        let model = Self { cx };
        model.set(|s| s.audit_per_s = 0);
        model
    }

    pub fn set(&self, change: impl FnOnce(&mut lws_route_settings)) {
        // SAFETY: the context lives; the struct may be zero.
        unsafe {
            let mut s: lws_route_settings = zeroed();
            s.size = size_of::<lws_route_settings>() as u32;
            assert_eq!(lws_route_get_settings(self.cx, &mut s), 0);
            change(&mut s);
            assert_eq!(lws_route_set_settings(self.cx, &s), 0);
        }
    }

    /// One pass of the loop that does not wait. The next answer is of this moment.
    pub fn service(&self) {
        // an answer may be that old
        std::thread::sleep(Duration::from_micros(30));
        // SAFETY: the context lives.
        assert_eq!(unsafe { lws_service(self.cx, -1) }, 0);
    }

    /// Services until it is so; says whether that came.
    pub fn until(&self, done: impl FnMut(&Self) -> bool) -> bool {
        self.until_for(LONG, done)
    }

    pub fn until_for(&self, limit: Duration, mut done: impl FnMut(&Self) -> bool) -> bool {
        let end = Instant::now() + limit;
        loop {
            self.service();
            if done(self) {
                return true;
            }
            if Instant::now() > end {
                return false;
            }
            std::thread::yield_now();
        }
    }

    pub fn synced(&self) -> bool {
        // SAFETY: the context lives.
        unsafe { lws_route_synced(self.cx) == 1 }
    }

    /// Until the copy is whole.
    pub fn sync(&self) {
        assert!(
            self.until(Self::synced),
            "the copy was never whole: {:?}",
            self.stats()
        );
    }

    pub fn resync(&self) {
        // SAFETY: the context lives.
        assert_eq!(unsafe { lws_route_resync(self.cx) }, 0);
    }

    pub fn stats(&self) -> Stats {
        // SAFETY: the context lives; the struct may be zero.
        unsafe {
            let mut s: lws_route_stats = zeroed();
            s.size = size_of::<lws_route_stats>() as u32;
            assert_eq!(lws_route_get_stats(self.cx, &mut s), 0);
            Stats(s)
        }
    }

    pub fn copy(&self, flow: &Flow) -> Answer {
        self.decide(flow, LWS_ROUTE_COPY_ONLY).answer
    }

    /// `flags` as in the flow.
    pub fn decide(&self, flow: &Flow, flags: c_int) -> Decision {
        // SAFETY: the context lives; the structs may be zero, and the room is as long as said.
        unsafe {
            let mut f: lws_route_flow = zeroed();
            f.size = size_of::<lws_route_flow>() as u32;
            f.dest = sockaddr(flow.dst, flow.dport);
            let none = match flow.dst {
                IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
                IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            };
            f.source = sockaddr(flow.src.unwrap_or(none), flow.sport);
            f.ifindex = flow.oif as i32;
            f.mark = flow.mark;
            f.uid = flow.uid;
            f.tos = flow.tos;
            f.protocol = flow.protocol;
            f.flags = flags as u16;
            let mut hops: Vec<lws_route_hop> = Vec::with_capacity(16);
            let mut d: lws_route_decision = zeroed();
            d.size = size_of::<lws_route_decision>() as u32;
            let r = loop {
                d.hops = hops.as_mut_ptr();
                d.hops_max = hops.capacity() as u32;
                let r = lws_route_decide(self.cx, &f, &mut d);
                assert_ne!(r, -1, "{flow}");
                if r != 0 || d.error != 0 {
                    break r;
                }
                let count = d.hops_count as usize;
                if count <= hops.capacity() {
                    hops.set_len(count);
                    break r;
                }
                hops.reserve(count);
            };
            let answer = match (r, d.error) {
                (-2, _) => Answer::Unknown,
                (_, 0) => Answer::Goes {
                    kind: d.r#type as u8,
                    hops: hops
                        .iter()
                        .map(|h| Hop {
                            index: h.ifindex as u32,
                            gateway: ip_of(&h.gateway),
                        })
                        .collect(),
                },
                (_, errno) => Answer::Fails(errno),
            };
            Decision {
                answer,
                table: d.table,
                metric: d.metric,
                prefix: ip_of(&d.prefix).map(|ip| (ip, d.prefix_len)),
                prefsrc: ip_of(&d.prefsrc),
                from_kernel: d.source != 0,
            }
        }
    }

    /// The whole copy, sorted as [`super::dump::of_kernel`].
    pub fn routes(&self) -> Vec<Listed> {
        let mut all: Vec<Listed> = Vec::new();
        // SAFETY: the context lives, and `take` gets what it expects.
        unsafe { lws_route_foreach(self.cx, Some(take), (&raw mut all).cast::<c_void>()) };
        super::dump::sort(&mut all);
        all
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        // SAFETY: it is not used any more.
        unsafe { lws_context_destroy(self.cx) };
        self.cx = null_mut();
    }
}

/// The counters.
pub struct Stats(pub lws_route_stats);

impl std::ops::Deref for Stats {
    type Target = lws_route_stats;
    fn deref(&self) -> &lws_route_stats {
        &self.0
    }
}

impl std::fmt::Debug for Stats {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let s = &self.0;
        write!(
            f,
            "synced {} messages {} ignored {} malformed {} overflows {} resyncs {} asked {} \
             unknown {} audited {} differed {} routes {} + {}",
            s.synced,
            s.messages,
            s.ignored,
            s.malformed,
            s.overflows,
            s.resyncs,
            s.asked,
            s.unknown,
            s.audit_samples,
            s.audit_mismatches,
            s.routes4,
            s.routes6
        )
    }
}

unsafe extern "C" fn take(route: *const lws_route_entry_t, user: *mut c_void) -> c_int {
    // SAFETY: `Model::routes` gave the list, the library the route.
    let (r, all) = unsafe { (&*route, &mut *user.cast::<Vec<Listed>>()) };
    let hops = if r.hops_count == 0 {
        &[]
    } else {
        // SAFETY: there are as many.
        unsafe { std::slice::from_raw_parts(r.hops, r.hops_count as usize) }
    };
    let dst = ip_of(&r.dest).unwrap();
    let listed = Listed {
        v6: dst.is_ipv6(),
        table: r.table,
        dst: (dst, r.dest_len),
        src: ip_of(&r.source).map(|ip| (ip, r.source_len)),
        tos: r.tos,
        metric: r.metric,
        kind: r.r#type,
        scope: r.scope,
        protocol: r.protocol,
        pref: r.pref,
        flags: r.flags,
        nexthop: r.nexthop_id,
        prefsrc: ip_of(&r.prefsrc),
        hops: hops
            .iter()
            .map(|h| (h.ifindex as u32, ip_of(&h.gateway), h.weight))
            .collect(),
    };
    all.push(listed.settle());
    0
}
