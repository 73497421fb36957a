//! `lws-route.h`: questions, answers, routes, settings and counters.

use super::adopt::lws_sockaddr46;
use super::types::{lws, lws_usec_t};
use core::ffi::{c_char, c_int, c_longlong, c_void};

/// Who gave an answer.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lws_route_source {
    /// The copy of the kernel's table that the context keeps.
    LWS_ROUTE_FROM_COPY = 0,
    /// The kernel, which was asked because the copy cannot know or is being read again.
    LWS_ROUTE_FROM_KERNEL = 1,
}

/// Why routing ended a connection.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum lws_route_cull_reasons {
    /// It did not.
    LWS_ROUTE_CULL_NONE = 0,
    /// The kernel has no route from its source to its destination any more.
    LWS_ROUTE_CULL_NO_ROUTE = 1,
    /// Its local address was taken from the host.
    LWS_ROUTE_CULL_SOURCE_GONE = 2,
    /// The interface it is bound to is gone or down.
    LWS_ROUTE_CULL_INTERFACE_GONE = 3,
    /// The route it used was removed, and the kernel sends by another interface or gateway now.
    LWS_ROUTE_CULL_ROUTE_CHANGED = 4,
    /// A better route leads through another interface, and the settings do not allow that
    /// (`takeover` of `lws_route_settings_t`).
    LWS_ROUTE_CULL_TAKEN_OVER = 5,
}

/// An `enum lws_route_cull_reasons`.
pub type lws_route_cull_reasons_int = core::ffi::c_uint;

/// As `uid`: that of the process.
pub const LWS_ROUTE_UID_SELF: u32 = 0xffff_ffff;
/// As flag of a question: ask the kernel, whatever the copy says.
pub const LWS_ROUTE_ASK_KERNEL: c_int = 1 << 0;
/// As flag of a question: do not ask the kernel.
pub const LWS_ROUTE_COPY_ONLY: c_int = 1 << 1;

/// In the options of a context's creation info: routing leaves its connections alone.
pub const LWS_SERVER_OPTION_ROUTE_CULL_OFF: c_longlong = 1i64 << 61;
/// In the options of a context's creation info: routing only tells of connections it would close.
pub const LWS_SERVER_OPTION_ROUTE_CULL_NOTIFY: c_longlong = 1i64 << 62;

/// As `cull`: connections are left alone.
pub const LWS_ROUTE_CULL_OFF: c_int = 0;
/// As `cull`: the callback hears of those that would be closed, and they stay.
pub const LWS_ROUTE_CULL_NOTIFY: c_int = 1;
/// As `cull`: connections that routing has ended are closed.
pub const LWS_ROUTE_CULL_CLOSE: c_int = 2;

/// A question: where would this host send a packet? Zero it, then fill in what is wanted.
#[repr(C)]
pub struct lws_route_flow {
    /// sizeof(lws_route_flow_t), so that it can grow.
    pub size: u32,
    /// The interface the socket is bound to, by number; 0 for none. An IPv6 link-local destination
    /// may give it in its sin6_scope_id instead.
    pub ifindex: i32,
    /// Where to. Its port counts where rules look at ports; 0: not known.
    pub dest: lws_sockaddr46,
    /// Where from; of family 0: not settled yet, the kernel takes an address when it connects.
    pub source: lws_sockaddr46,
    /// The socket's mark (SO_MARK).
    pub mark: u32,
    /// The socket's user, or LWS_ROUTE_UID_SELF; 0 is root. Counts where rules look at users.
    pub uid: u32,
    /// The DS field of its packets (IP_TOS, IPV6_TCLASS).
    pub tos: u8,
    /// IPPROTO_TCP, IPPROTO_UDP, ...; 0: not known.
    pub protocol: u8,
    /// LWS_ROUTE_ASK_KERNEL or LWS_ROUTE_COPY_ONLY, or 0.
    pub flags: u16,
}

/// See `struct lws_route_flow`.
pub type lws_route_flow_t = lws_route_flow;

/// One way out.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lws_route_hop {
    /// The interface by number.
    pub ifindex: i32,
    /// Its share among several: 1 to 65536.
    pub weight: u32,
    /// The gateway, of either family; of family 0: the destination is on the link.
    pub gateway: lws_sockaddr46,
}

/// See `struct lws_route_hop`.
pub type lws_route_hop_t = lws_route_hop;

/// An answer. Set size, hops and hops_max before the call.
#[repr(C)]
pub struct lws_route_decision {
    /// sizeof(lws_route_decision_t), so that it can grow.
    pub size: u32,
    /// 0: the packet goes out; otherwise the errno that connect() fails with. Then only this and
    /// `source` mean something.
    pub error: i32,
    /// What kind of route it is (RTN_UNICAST is 1, RTN_LOCAL 2, see linux/rtnetlink.h).
    pub r#type: u32,
    /// The table that has it; 0 where the kernel assumed that the destination is on the link.
    pub table: u32,
    /// Its metric.
    pub metric: u32,
    /// Who answered: an `enum lws_route_source`.
    pub source: u8,
    /// Bits of `prefix`.
    pub prefix_len: u8,
    /// 0.
    pub reserved: u16,
    /// The route's destination; the flow's where the kernel answered and did not say which route.
    pub prefix: lws_sockaddr46,
    /// The source address the route asks for, of family 0 for none. When the kernel answered about an
    /// IPv6 flow without a source, the address it would take.
    pub prefsrc: lws_sockaddr46,
    /// The caller's room for the ways out that packets may take; may be NULL.
    pub hops: *mut lws_route_hop_t,
    /// How many fit there.
    pub hops_max: u32,
    /// How many there are, which may be more.
    pub hops_count: u32,
}

/// See `struct lws_route_decision`.
pub type lws_route_decision_t = lws_route_decision;

/// One route of the copy.
#[repr(C)]
pub struct lws_route_entry {
    /// sizeof(lws_route_entry_t) of the library, which may be more than the program's.
    pub size: u32,
    /// The table.
    pub table: u32,
    /// Where to.
    pub dest: lws_sockaddr46,
    /// For packets from here only (IPv6), or of family 0.
    pub source: lws_sockaddr46,
    /// The source address it asks for, or of family 0.
    pub prefsrc: lws_sockaddr46,
    /// The lower, the better.
    pub metric: u32,
    /// RTNH_F_... of a route with one way out, and RTM_F_...
    pub flags: u32,
    /// The nexthop object it uses, 0 for none.
    pub nexthop_id: u32,
    /// Bits of `dest`.
    pub dest_len: u8,
    /// Bits of `source`.
    pub source_len: u8,
    /// RTN_...
    pub r#type: u8,
    /// RT_SCOPE_...
    pub scope: u8,
    /// RTPROT_...: who made it.
    pub protocol: u8,
    /// The DS field it is for, 0 for all.
    pub tos: u8,
    /// IPv6: the preference of the router (0 medium, 1 high, 3 low).
    pub pref: u8,
    /// 0.
    pub reserved: u8,
    /// Its ways out; valid in the callback only.
    pub hops: *const lws_route_hop_t,
    /// How many.
    pub hops_count: u32,
}

/// See `struct lws_route_entry`.
pub type lws_route_entry_t = lws_route_entry;

/// What lws_route_foreach() calls for each route. Nonzero ends the walk.
pub type lws_route_cb_t =
    Option<unsafe extern "C" fn(route: *const lws_route_entry_t, user: *mut c_void) -> c_int>;

/// What lws_route_dump_json() gives its text to, in pieces of `len` bytes. Nonzero ends the dump.
pub type lws_route_emit_t =
    Option<unsafe extern "C" fn(text: *const c_char, len: usize, user: *mut c_void) -> c_int>;

/// What is called, on the thread that services the context, when routing has found that a
/// connection cannot work any more, before it is closed, if it is.
pub type lws_route_notify_t = Option<
    unsafe extern "C" fn(wsi: *mut lws, reason: lws_route_cull_reasons_int, user: *mut c_void),
>;

/// What has happened since the context was made, and how much there is.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lws_route_stats {
    /// sizeof(lws_route_stats_t) of the program: members that the library does not know become 0.
    pub size: u32,
    /// 1 when the copy is whole and follows the kernel; 0 while it is read, where netlink is
    /// refused, where a route is too large to be read, and while routes may be missing that changed
    /// too fast when it was read. These are read when the changes have calmed down; until then the
    /// kernel is asked about them, and lws_route_foreach() may not show them.
    pub synced: u32,
    /// Messages of the kernel's, dumps included.
    pub messages: u64,
    /// Messages that somebody else sent, or that answer nothing we asked.
    pub ignored: u64,
    /// Messages that could not be read.
    pub malformed: u64,
    /// Times the kernel had to throw away messages because we were too slow.
    pub overflows: u64,
    /// Times the copy was read again.
    pub resyncs: u64,
    /// Connections that looked ended at the time of a change.
    pub candidates: u64,
    /// Connections that routing ended.
    pub culls: u64,
    /// Candidates that the kernel, when asked, still had a way for, though nothing more was announced
    /// for 200 milliseconds.
    pub refused: u64,
    /// Questions that the kernel was asked.
    pub asked: u64,
    /// Questions that the copy could not answer.
    pub unknown: u64,
    /// Answers of the copy that were compared with the kernel's.
    pub audit_samples: u64,
    /// Those that differed.
    pub audit_mismatches: u64,
    /// IPv4 routes there are.
    pub routes4: u64,
    /// IPv6 routes there are.
    pub routes6: u64,
    /// Connections that are watched.
    pub watched: u64,
}

/// See `struct lws_route_stats`.
pub type lws_route_stats_t = lws_route_stats;

/// How routing treats connections. Get it, change it, set it.
#[repr(C)]
pub struct lws_route_settings {
    /// sizeof(lws_route_settings_t), so that it can grow.
    pub size: u32,
    /// LWS_ROUTE_CULL_CLOSE (as it is at first), _NOTIFY or _OFF.
    pub cull: i32,
    /// How long a connection has to look ended before it is, microseconds: what is deleted and
    /// added again within that time does no harm. 20,000 at first, 0 allowed.
    pub settle_us: lws_usec_t,
    /// Answers of the copy that are compared with the kernel's at most, for each second in which
    /// the loop is awake anyway; 20 at first, 0 for none.
    pub audit_per_s: u32,
    /// 1: a connection has ended, too, when a better route takes its packets over to another
    /// interface, although its own route is still there. It is for programs that must not go on
    /// outside a tunnel, or inside one that is not theirs. 0, as it is at first: such connections go
    /// on. It counts for routes that come from then on, and does what `cull` says.
    pub takeover: u32,
    /// What is called about each connection that routing ends; may be NULL.
    pub notify: lws_route_notify_t,
    /// What it is called with.
    pub user: *mut c_void,
}

/// See `struct lws_route_settings`.
pub type lws_route_settings_t = lws_route_settings;
