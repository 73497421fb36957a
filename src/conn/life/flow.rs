//! What a connection receives and sends, and what the kernel is to watch its descriptor for.

use super::{Lifecycle, Phase, Role, Step};
use crate::sys::poll::Interest;

impl Lifecycle {
    /// It gets another transport: nothing has come or gone there yet.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(super) fn forget_traffic(&self) {
        self.handshake.set(Interest::NONE);
        self.crossed.set(Interest::NONE);
        for flag in [&self.ended, &self.hung, &self.choked, &self.wrote] {
            flag.set(false);
        }
    }

    /// Notes what the handshake waits for: to read, or to write.
    pub(crate) fn set_handshake(&self, wants: Interest) {
        self.handshake.set(wants);
    }

    /// Adds reasons not to receive, as bits.
    pub(crate) fn pause(&self, reasons: u32) {
        self.paused.set(self.paused.get() | reasons);
    }

    /// Takes reasons not to receive away.
    pub(crate) fn resume(&self, reasons: u32) {
        self.paused.set(self.paused.get() & !reasons);
    }

    /// Whether the program receives, and the peer may still send.
    pub(crate) fn receives(&self) -> bool {
        self.paused.get() == 0 && !self.ended.get()
    }

    /// Whether the program takes what was received.
    pub(crate) fn accepts(&self) -> bool {
        self.paused.get() == 0
    }

    /// Whether the peer has said that no more comes.
    pub(crate) fn is_ended(&self) -> bool {
        self.ended.get()
    }

    /// The peer sends no more.
    pub(crate) fn peer_ended(&self) {
        self.ended.set(true);
    }

    /// Notes whether the peer has gone while the program does not receive.
    pub(crate) fn set_hung(&self, hung: bool) {
        self.hung.set(hung);
    }

    /// Whether lws_write() takes bytes now.
    pub(crate) fn may_write(&self) -> bool {
        matches!(self.phase.get(), Phase::Opening | Phase::Open) && self.role != Role::Listen
    }

    /// The program asks for a WRITEABLE callback. Returns whether it can be made now; otherwise it is
    /// made when the connection is open.
    pub(crate) fn ask_write(&self) -> bool {
        self.wants_write.set(self.phase.get() <= Phase::Open);
        self.phase.get() == Phase::Open && self.step.get() != Step::Upping
    }

    pub(crate) fn wants_write(&self) -> bool {
        self.wants_write.get()
    }

    /// The WRITEABLE callback is about to be made.
    pub(crate) fn writes_now(&self) {
        self.wants_write.set(false);
    }

    /// Whether a WRITEABLE callback is due.
    pub(crate) fn writeable(&self, queued: bool) -> bool {
        self.phase.get() == Phase::Open && self.wants_write.get() && !queued && !self.choked.get()
    }

    /// The program has written.
    pub(crate) fn has_written(&self) {
        self.wrote.set(true);
    }

    /// The kernel has no room, or has room again.
    pub(crate) fn set_choked(&self, choked: bool) {
        self.choked.set(choked);
    }

    pub(crate) fn is_choked(&self) -> bool {
        self.choked.get()
    }

    /// Notes that the transport has to send before it can receive on (`write`), or to receive before
    /// it can send on (`read`), as TLS may.
    pub(crate) fn set_crossed(&self, wants: Interest) {
        self.crossed.set(wants);
    }

    pub(crate) fn crossed(&self) -> Interest {
        self.crossed.get()
    }

    pub(crate) fn set_late(&self, late: bool) {
        self.late.set(late);
    }

    pub(crate) fn is_late(&self) -> bool {
        self.late.get()
    }

    /// Whether only the kernel knows that there is room to write. The program writes to files
    /// itself, and an external poll loop is to see POLLOUT. All other descriptors count as writable
    /// until they return EAGAIN, which saves an epoll_ctl().
    pub(crate) fn waits_for_room(&self, external: bool) -> bool {
        (self.role == Role::File || external) && !self.hung.get()
    }

    /// What its descriptor is to be watched for. `queued`: output waits; `external`: the program
    /// waits for descriptors itself.
    pub(crate) fn interest(&self, queued: bool, external: bool) -> Interest {
        let (read, write) = match self.phase.get() {
            _ if self.role == Role::Fake => (false, false),
            Phase::New | Phase::Opening | Phase::Closed => (false, false),
            Phase::Handshaking => (self.handshake.get().read, self.handshake.get().write),
            Phase::Connecting => (false, self.attempting.get()),
            Phase::Open if self.role == Role::Listen => (self.paused.get() == 0, false),
            Phase::Open if self.hung.get() && !self.receives() => (false, false),
            Phase::Open => {
                let asked = self.wants_write.get() && self.waits_for_room(external);
                let crossed = self.crossed.get();
                let write = self.choked.get() || self.late.get() || queued || asked;
                (self.receives() || crossed.read, write || crossed.write)
            }
            // What the peer sends is read and discarded: unread input would turn close() into a
            // reset.
            Phase::Flushing => (self.role == Role::Raw && !self.ended.get(), true),
            Phase::Lingering => (true, false),
            // Until it is connected; then what its handshake waits for.
            Phase::Racing if self.handshake.get() == Interest::NONE => (false, true),
            Phase::Racing => (self.handshake.get().read, self.handshake.get().write),
        };
        Interest { read, write }
    }
}
