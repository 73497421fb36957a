//! The life of a connection: a state machine without clock, descriptor or callback.
//!
//! [`Lifecycle::on`] takes what has happened and the time, and returns the one thing to do next.
//! [`super::drive`] does it and reports how it went as the next event. [`Lifecycle::interest`] says
//! what the kernel is to watch the descriptor for, [`Lifecycle::expires`] when the next
//! [`Event::Expired`] is due, [`Lifecycle::farewell`] what is owed to whom at the end.
//!
//! ```text
//! client   New -> Connecting -> Handshaking -> Opening -> Open
//! adopted  New ----------------------------> Opening -> Open
//!          New -> Opening -> Handshaking --> Opening -> Open     (accepted, to be secured)
//! UDP      New -> Connecting --------------> Opening -> Open     (Connecting: a name is looked up)
//! elsewhere     Open -> Connecting -> ...  (a client that is redirected)
//! end      Open -> Flushing -> Closed        any phase -> Closed
//!          New -> Lingering -> Closed        (the socket of a connection that has closed)
//!          New -> Racing -> Closed           (an attempt to connect a client)
//! ```
//!
//! All times are microseconds of the monotonic clock.

mod end;
mod flow;

pub(crate) use end::{End, Farewell};

use crate::sys::poll::Interest;
use core::cell::Cell;

/// What kind of connection it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// No connection: only shows a callback which vhost and protocol it is about.
    Fake,
    Listen,
    /// A stream socket.
    Raw,
    /// A pipe, a terminal or another file that can be waited for.
    File,
    Udp,
}

/// Where a connection is in its life.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Phase {
    /// Being made: what goes wrong is told to its maker by a return value.
    New,
    /// A client that looks its peer up, or tries its addresses.
    Connecting,
    /// The socket is connected or accepted; what its transport has to agree on with the peer before
    /// anything else, as TLS has, is under way.
    Handshaking,
    /// Its protocol is being told of it. It may write, and receives nothing.
    Opening,
    Open,
    /// It closes once the kernel has taken what it wrote. Its protocol hears nothing meanwhile.
    Flushing,
    /// The socket of a closed connection, until the peer has everything.
    Lingering,
    /// The socket of an attempt to connect a client, which is another connection.
    Racing,
    Closed,
}

/// What has happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Event {
    /// A client begins. It has `limit_us` for look-up, attempts and handshake together.
    Connect { limit_us: i64 },
    /// A client is redirected to another server before its role's handshake was over, and has `limit_us`
    /// to get there. Its transport is gone, its protocol is bound.
    #[cfg(feature = "LWS_ROLE_H1")]
    Again { limit_us: i64 },
    /// The name of the peer is being looked up.
    Looking { limit_us: i64 },
    /// The kernel connects its own socket, as that of a client of a unix socket.
    Trying,
    /// A race for it is under way, with sockets that are not its own. At `until` that has something
    /// to do.
    Racing { until: Option<i64> },
    /// No address could be connected to.
    Unreachable,
    /// The transport is connected.
    Connected,
    /// A descriptor is there that needs no connecting.
    Adopt,
    /// The last action succeeded.
    Done,
    /// The last action failed, or the program refused it.
    Refused,
    /// It is to close after its output. `queued`: the kernel has not taken all of that; `left`:
    /// bytes that the peer has not acknowledged.
    Leave { queued: bool, left: u64 },
    /// The kernel has taken all output.
    Flushed,
    /// This many bytes the peer has not acknowledged. Answers [`Action::Measure`].
    Left(u64),
    /// The peer of a socket that lingers sends still.
    PeerSends,
    /// The peer of a socket that lingers is through.
    PeerDone,
    /// The time that [`Lifecycle::expires`] gave has come.
    Expired,
}

/// What is to be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    Nothing,
    /// Bind its protocol to it. Report [`Event::Done`] or [`Event::Refused`].
    Bind,
    /// Begin to look for the peer. Report what came of it.
    Find,
    /// Go on with the race for it. Report what came of it.
    Race,
    /// Do the transport's handshake. Report [`Event::Done`] or [`Event::Refused`] when it is over.
    Handshake,
    /// Tell its protocol that it was made. Report [`Event::Done`] or [`Event::Refused`].
    Announce,
    /// Tell its protocol that it may be used. Report [`Event::Done`] or [`Event::Refused`].
    Up,
    /// It is open: watch it, and do what had to wait for that.
    Ready,
    /// Close it after its output: report [`Event::Leave`].
    Leave,
    /// Watch its descriptor for [`Lifecycle::interest`].
    Watch,
    /// Find out how much the peer has not acknowledged: report [`Event::Left`].
    Measure,
    /// Close it.
    Close,
    /// Close it: its time is over.
    TimeOut,
    /// An attempt that lost its race has used up the time to finish its handshake: close it.
    GiveUp,
    /// Close it and tell its protocol why it could not be connected.
    Fail(Failure),
    /// Close it without a CONNECTION_ERROR: its maker is told by the return value.
    Withdraw,
    /// Reset it: the peer takes nothing, and these bytes are lost.
    Reset {
        left: u64,
    },
}

/// Why a client could not be connected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Failure {
    /// The last attempt says why.
    Attempt,
    TimedOut,
    Handshake,
}

/// How far [`Phase::New`] and [`Phase::Opening`] have come: the action that is not reported yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    None,
    Binding,
    Announcing,
    BindingAdopted,
    Upping,
}

pub(crate) struct Lifecycle {
    role: Role,
    client: bool,
    phase: Cell<Phase>,
    step: Cell<Step>,
    /// The kernel connects its socket.
    attempting: Cell<bool>,
    /// When the phase has to be over.
    deadline: Cell<Option<i64>>,
    /// When the race for it has something to do.
    race_due: Cell<Option<i64>>,
    /// When the program wants it closed.
    timeout: Cell<Option<i64>>,
    /// When the peer was last seen to take output, and what was left then.
    moved: Cell<i64>,
    left: Cell<u64>,

    /// How long the handshake of an accepted connection may take, microseconds; `None`: it has none.
    secures: Cell<Option<i64>>,
    /// What its handshake waits for.
    handshake: Cell<Interest>,

    // What the protocol was told of; at the end it is told of the end of each.
    announced: Cell<bool>,
    bound: Cell<bool>,
    up: Cell<bool>,

    // Receiving.
    /// The program's reasons not to receive, as bits.
    paused: Cell<u32>,
    /// The peer has said that no more comes.
    ended: Cell<bool>,
    /// The peer has gone. The program is told when it receives again.
    hung: Cell<bool>,

    // Writing.
    wants_write: Cell<bool>,
    /// The kernel took less than it was given: wait until it says that there is room.
    choked: Cell<bool>,
    wrote: Cell<bool>,
    /// Where TLS has to send before it can receive more, or to receive before it can send more: which.
    crossed: Cell<Interest>,
    /// The descriptor was adopted before it was connected.
    late: Cell<bool>,
}

impl Lifecycle {
    pub(crate) fn new(role: Role, client: bool) -> Self {
        Self {
            role,
            client,
            phase: Cell::new(Phase::New),
            step: Cell::new(Step::None),
            attempting: Cell::new(false),
            deadline: Cell::new(None),
            race_due: Cell::new(None),
            timeout: Cell::new(None),
            moved: Cell::new(0),
            left: Cell::new(0),
            secures: Cell::new(None),
            handshake: Cell::new(Interest::NONE),
            announced: Cell::new(false),
            bound: Cell::new(false),
            up: Cell::new(false),
            paused: Cell::new(0),
            ended: Cell::new(false),
            hung: Cell::new(false),
            wants_write: Cell::new(false),
            choked: Cell::new(false),
            wrote: Cell::new(false),
            crossed: Cell::new(Interest::NONE),
            late: Cell::new(false),
        }
    }

    /// The life of a socket whose connection has closed with `left` bytes not acknowledged.
    pub(crate) fn lingering(left: u64, now: i64) -> Self {
        let life = Self::new(Role::Raw, false);
        life.phase.set(Phase::Lingering);
        life.watch_peer(left, now);
        life
    }

    /// The life of an attempt to connect. Nobody is told of it.
    pub(crate) fn racing() -> Self {
        let life = Self::new(Role::Raw, false);
        life.phase.set(Phase::Racing);
        life
    }

    /// The life of a socket that listens. At its end its first protocol is told, as of any
    /// connection.
    pub(crate) fn listening() -> Self {
        let life = Self::new(Role::Listen, false);
        life.phase.set(Phase::Open);
        life.announced.set(true);
        life
    }

    pub(crate) fn role(&self) -> Role {
        self.role
    }

    pub(crate) fn is_client(&self) -> bool {
        self.client
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase.get()
    }

    /// Takes an event and returns what to do. One that does not belong to the phase changes
    /// nothing.
    pub(crate) fn on(&self, event: Event, now: i64) -> Action {
        match (self.phase.get(), event) {
            (Phase::Closed, _) => Action::Nothing,

            (Phase::New, Event::Connect { limit_us }) => {
                self.deadline.set(Some(now.saturating_add(limit_us)));
                self.step.set(Step::Binding);
                self.bound.set(true);
                Action::Bind
            }
            (Phase::New, Event::Done) if self.step.get() == Step::Binding => {
                self.step.set(Step::None);
                Action::Find
            }
            (Phase::New, Event::Refused | Event::Unreachable) => Action::Withdraw,

            #[cfg(feature = "LWS_ROLE_H1")]
            (Phase::Open, Event::Again { limit_us }) if self.is_asking() => {
                self.phase.set(Phase::Connecting);
                self.step.set(Step::None);
                self.bound.set(true);
                self.deadline.set(Some(now.saturating_add(limit_us)));
                self.timeout.set(None);
                self.forget_traffic();
                Action::Find
            }

            (Phase::New | Phase::Connecting, Event::Looking { limit_us }) => {
                self.phase.set(Phase::Connecting);
                if self.deadline.get().is_none() {
                    self.deadline.set(Some(now.saturating_add(limit_us)));
                }
                Action::Nothing
            }
            (Phase::New | Phase::Connecting, Event::Trying) => {
                self.phase.set(Phase::Connecting);
                self.attempting.set(true);
                Action::Watch
            }
            (Phase::New | Phase::Connecting, Event::Racing { until }) => {
                self.phase.set(Phase::Connecting);
                self.race_due.set(until);
                Action::Nothing
            }
            (Phase::Connecting, Event::Unreachable) => Action::Fail(Failure::Attempt),
            (Phase::New | Phase::Connecting, Event::Connected) if self.client => {
                self.phase.set(Phase::Handshaking);
                self.attempting.set(false);
                self.race_due.set(None);
                Action::Handshake
            }
            (Phase::Handshaking, Event::Done) if self.client => self.begin_opening(),
            (Phase::Handshaking, Event::Refused) if self.client => Action::Fail(Failure::Handshake),
            (Phase::Handshaking, Event::Done) => {
                self.phase.set(Phase::Opening);
                self.deadline.set(None);
                self.begin_binding()
            }
            (Phase::Handshaking, Event::Refused) => Action::Close,
            (Phase::New | Phase::Connecting, Event::Adopt) if !self.client => self.begin_opening(),

            (Phase::Opening | Phase::Open, Event::Done) => self.next_step(now),
            (Phase::Opening | Phase::Open, Event::Refused) if self.step.get() != Step::None => {
                self.step.set(Step::None);
                // A client has had its RAW_CONNECTED, and may have written in it.
                if self.client {
                    Action::Leave
                } else {
                    Action::Close
                }
            }

            // It leaves already.
            (Phase::Flushing | Phase::Lingering, Event::Leave { .. }) => Action::Nothing,
            (Phase::Opening | Phase::Open, Event::Leave { queued: true, left }) => {
                self.phase.set(Phase::Flushing);
                self.watch_peer(left, now);
                Action::Watch
            }
            (_, Event::Leave { .. }) => Action::Close,
            (Phase::Flushing, Event::Flushed) => Action::Close,
            (Phase::Lingering, Event::PeerDone) => Action::Close,
            (Phase::Lingering, Event::PeerSends) => {
                self.look_later(now);
                Action::Nothing
            }
            (Phase::Flushing | Phase::Lingering, Event::Left(left)) => self.judge(left, now),

            (_, Event::Expired) => self.expired(now),
            _ => Action::Nothing,
        }
    }

    /// Connecting is over: its time limit ends.
    fn begin_opening(&self) -> Action {
        self.phase.set(Phase::Opening);
        self.deadline.set(None);
        self.timeout.set(None);
        self.step.set(Step::Announcing);
        self.announced.set(true);
        Action::Announce
    }

    fn next_step(&self, now: i64) -> Action {
        match self.step.get() {
            Step::Announcing if self.bound.get() => self.begin_up(),
            Step::Announcing => match self.secures.take() {
                Some(limit_us) => {
                    self.step.set(Step::None);
                    self.phase.set(Phase::Handshaking);
                    self.deadline.set(Some(now.saturating_add(limit_us)));
                    Action::Handshake
                }
                None => self.begin_binding(),
            },
            Step::BindingAdopted => self.begin_up(),
            Step::Upping => {
                self.step.set(Step::None);
                Action::Ready
            }
            Step::Binding | Step::None => Action::Nothing,
        }
    }

    fn begin_binding(&self) -> Action {
        self.step.set(Step::BindingAdopted);
        self.bound.set(self.role != Role::File);
        Action::Bind
    }

    fn begin_up(&self) -> Action {
        self.step.set(Step::Upping);
        self.up.set(true);
        self.phase.set(Phase::Open);
        Action::Up
    }

    fn expired(&self, now: i64) -> Action {
        let due = |at: &Cell<Option<i64>>| at.get().is_some_and(|at| at <= now);
        if due(&self.timeout) {
            self.timeout.set(None);
            return match self.phase.get() {
                Phase::Connecting => Action::Fail(Failure::TimedOut),
                Phase::Handshaking if self.client => Action::Fail(Failure::TimedOut),
                Phase::Handshaking => Action::TimeOut,
                Phase::Racing => Action::GiveUp,
                _ => Action::TimeOut,
            };
        }
        if due(&self.deadline) {
            return match self.phase.get() {
                Phase::Connecting => Action::Fail(Failure::TimedOut),
                Phase::Handshaking if self.client => Action::Fail(Failure::TimedOut),
                Phase::Handshaking => Action::TimeOut,
                Phase::Flushing | Phase::Lingering => Action::Measure,
                _ => Action::Nothing,
            };
        }
        if due(&self.race_due) {
            self.race_due.set(None);
            return Action::Race;
        }
        Action::Nothing
    }

    /// When [`Event::Expired`] is due next.
    pub(crate) fn expires(&self) -> Option<i64> {
        if matches!(self.phase.get(), Phase::New | Phase::Closed) {
            return None;
        }
        let all = [&self.deadline, &self.race_due, &self.timeout];
        all.into_iter().filter_map(Cell::get).min()
    }

    /// When connecting has to be over.
    pub(crate) fn deadline(&self) -> Option<i64> {
        self.deadline.get()
    }

    /// Notes when the program wants it closed; `None`: not any more. While it connects, such a time
    /// takes the place of the limit for that, which nothing but another one removes. A closing
    /// connection keeps its limits.
    pub(crate) fn set_timeout(&self, at: Option<i64>) {
        let connects = matches!(
            self.phase.get(),
            Phase::New | Phase::Connecting | Phase::Handshaking
        );
        match at {
            Some(_) if connects && self.deadline.get().is_some() => self.deadline.set(at),
            None if connects => {}
            _ => self.timeout.set(at),
        }
    }

    /// An accepted connection has a handshake of its transport to do, within `limit_us`
    /// microseconds.
    pub(crate) fn secure(&self, limit_us: i64) {
        self.secures.set(Some(limit_us));
    }

    /// Whether its protocol has it: so it hears of the drop when that ends. Drivers whose protocol
    /// changes from one transaction to the next say so each time.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) fn set_bound(&self, bound: bool) {
        self.bound.set(bound);
    }

    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) fn is_bound(&self) -> bool {
        self.bound.get()
    }

    /// Whether its role has come to terms with its peer: before that, the end of a client is that it
    /// could not connect. Drivers that shake hands say so.
    #[cfg(feature = "LWS_ROLE_H1")]
    pub(crate) fn set_up(&self, up: bool) {
        self.up.set(up);
    }

    /// Whether it is a client that is open, and whose role has not come to terms with its peer.
    pub(crate) fn is_asking(&self) -> bool {
        let open = matches!(self.phase.get(), Phase::Open | Phase::Flushing);
        open && self.client && !self.up.get()
    }

    /// Its protocol was told that it was made; so it will be told of the end.
    pub(crate) fn was_announced(&self) {
        self.announced.set(true);
    }
}

#[cfg(test)]
mod tests;
