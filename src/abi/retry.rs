//! `lws-retry.h`: retry and idle policy.

/// How long to wait between retries, and when an idle connection is checked or closed.
#[repr(C)]
pub struct lws_retry_bo {
    /// Milliseconds to wait before each retry; the last entry serves all later ones.
    pub retry_ms_table: *const u32,
    /// Entries of `retry_ms_table`.
    pub retry_ms_table_count: u16,
    /// Retries that are made before the failure is reported; LWS_RETRY_CONCEAL_ALWAYS for no end.
    pub conceal_count: u16,
    /// Seconds without proof that the connection works before it is checked; 0 for never.
    pub secs_since_valid_ping: u16,
    /// Seconds without proof that the connection works before it is closed; 0 for never.
    pub secs_since_valid_hangup: u16,
    /// Percent of the delay that is added at random at most; 0 for 30.
    pub jitter_percent: u8,
}

/// See `struct lws_retry_bo`.
pub type lws_retry_bo_t = lws_retry_bo;

/// As `conceal_count`: failures are never reported, retries have no end.
pub const LWS_RETRY_CONCEAL_ALWAYS: u16 = 0xffff;

// The layout of lws 4.3.5 in the frozen profile (x86-64).
#[cfg(target_pointer_width = "64")]
const _: () = {
    use core::mem::{align_of, offset_of, size_of};
    assert!(size_of::<lws_retry_bo>() == 24);
    assert!(align_of::<lws_retry_bo>() == 8);
    assert!(offset_of!(lws_retry_bo, retry_ms_table) == 0);
    assert!(offset_of!(lws_retry_bo, retry_ms_table_count) == 8);
    assert!(offset_of!(lws_retry_bo, conceal_count) == 10);
    assert!(offset_of!(lws_retry_bo, secs_since_valid_ping) == 12);
    assert!(offset_of!(lws_retry_bo, secs_since_valid_hangup) == 14);
    assert!(offset_of!(lws_retry_bo, jitter_percent) == 16);
};
