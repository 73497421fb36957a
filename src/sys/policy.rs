//! Retry and idle policies, in the memory of the program.

use crate::abi::retry::lws_retry_bo;

/// A policy for retries and silence, or none.
#[derive(Clone, Copy)]
pub(crate) struct Policy(*const lws_retry_bo);

impl Policy {
    /// # Safety
    ///
    /// `p` is NULL or a policy that stays valid as long as what has it.
    pub(crate) unsafe fn new(p: *const lws_retry_bo) -> Self {
        Self(p)
    }

    /// As C knows it.
    pub(crate) fn raw(self) -> *const lws_retry_bo {
        self.0
    }

    /// This one, or `other` where it is none.
    pub(crate) fn or(self, other: Self) -> Self {
        if self.0.is_null() { other } else { self }
    }

    /// Seconds without proof that the peer is there until it is asked, and until the connection
    /// closes; 0: never. `None`: there is no policy.
    pub(crate) fn validity(self) -> Option<(u16, u16)> {
        // SAFETY: the promise of `new`.
        let policy = unsafe { self.0.as_ref() };
        policy.map(|p| (p.secs_since_valid_ping, p.secs_since_valid_hangup))
    }
}
