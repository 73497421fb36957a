//! How a connection ends: how long its peer has for what it is still owed, and who is told.

use super::{Action, Lifecycle, Phase, Role, Step};

/// How long the peer may take no output of a connection that closes before it is reset.
pub(super) const STALL_US: i64 = 5_000_000;

/// How often to look whether the peer has all that a closed connection wrote.
pub(super) const LOOK_US: i64 = 100_000;

/// What is owed at the end, in the order of [`Lifecycle::farewell`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Farewell {
    /// CLIENT_CONNECTION_ERROR.
    ConnectionError,
    /// RAW_SKT_DROP_PROTOCOL.
    Drop,
    /// RAW_CLOSE, or RAW_CLOSE_FILE.
    Close,
    /// CHILD_CLOSING, to the parent.
    TellParent,
    /// WSI_DESTROY.
    Destroy,
    /// Hand the socket over to one that lingers, if the peer has not everything yet.
    Linger,
}

/// How a connection ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    /// Its protocol is told.
    Told,
    /// Only its maker knows of it, and is told by the return value.
    Silent,
    /// Nothing reaches the peer any more, so there is nothing to linger for.
    Dead,
}

impl Lifecycle {
    pub(super) fn watch_peer(&self, left: u64, now: i64) {
        self.moved.set(now);
        self.left.set(left);
        self.deadline.set(Some(now.saturating_add(self.patience())));
    }

    /// How long to wait for the next look at what the peer has taken.
    fn patience(&self) -> i64 {
        match self.phase.get() {
            Phase::Lingering => LOOK_US,
            _ => STALL_US,
        }
    }

    /// Decides on a closing connection whose peer has not acknowledged `left` bytes.
    pub(super) fn judge(&self, left: u64, now: i64) -> Action {
        if self.phase.get() == Phase::Lingering && left == 0 {
            return Action::Close;
        }
        if left < self.left.get() {
            self.moved.set(now);
        } else if now.saturating_sub(self.moved.get()) >= STALL_US {
            return Action::Reset { left };
        }
        self.left.set(left);
        self.look_later(now);
        Action::Nothing
    }

    pub(super) fn look_later(&self, now: i64) {
        let stalled = self.moved.get().saturating_add(STALL_US);
        let look = now.saturating_add(self.patience());
        self.deadline.set(Some(look.min(stalled).max(now)));
    }

    /// Closes it, whatever its phase. Returns what is owed, in order; `None` for one that is closed
    /// already.
    pub(crate) fn farewell(&self, end: End) -> Option<[Option<Farewell>; 6]> {
        let phase = self.phase.replace(Phase::Closed);
        if phase == Phase::Closed || self.role == Role::Fake {
            return None;
        }
        self.step.set(Step::None);
        self.attempting.set(false);
        for at in [&self.deadline, &self.race_due, &self.timeout] {
            at.set(None);
        }
        let bound = self.bound.replace(false);
        let up = self.up.replace(false);
        let announced = self.announced.replace(false);
        let told = end != End::Silent;
        let trying = match phase {
            Phase::Connecting => true,
            Phase::Handshaking => self.client,
            // A client whose role's handshake is not over.
            Phase::Open | Phase::Flushing => self.client && !up,
            _ => false,
        };
        let flushed = end == End::Told && phase != Phase::Lingering;
        let lingers = flushed && self.role == Role::Raw && self.wrote.get() && !self.ended.get();
        let error = (told && trying).then_some(Farewell::ConnectionError);
        let close = (told && up).then_some(Farewell::Close);
        let parent = told.then_some(Farewell::TellParent);
        let drop = bound.then_some(Farewell::Drop);
        let destroy = (announced || self.client || !told).then_some(Farewell::Destroy);
        let linger = lingers.then_some(Farewell::Linger);
        Some(match self.role {
            // lws tells the parent of a file before the file's own protocol.
            Role::File => [parent, error, drop, close, destroy, linger],
            _ => [error, drop, close, parent, destroy, linger],
        })
    }
}
