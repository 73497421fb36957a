//! One name that somebody waits for, and the questions that it takes.

use super::cache::{Fact, Want};
use super::name::Name;
use super::pool::Token;
use super::servers::Id;

/// Who waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Waiter {
    /// The driver's number for it.
    pub(crate) token: Token,
    /// It wants to hear of everything that comes, and not only once.
    pub(crate) watches: bool,
    /// It wants the services as well (RFC 9460), but waits for addresses only.
    pub(crate) services: bool,
    /// It wants to hear of one family's addresses at once, not when the other's are late.
    pub(crate) early: bool,
    /// It has heard of a part.
    pub(crate) heard: bool,
}

impl Waiter {
    pub(crate) fn new(token: Token, watches: bool, services: bool) -> Self {
        Self {
            token,
            watches,
            services,
            early: false,
            heard: false,
        }
    }

    /// The same one when it has heard of the addresses.
    pub(crate) fn after_a_part(self) -> Self {
        Self {
            heard: true,
            ..self
        }
    }
}

/// Where the question for one kind of records is.
pub(crate) enum State {
    /// It is not asked.
    Off,
    /// It is asked when the other one has its answer.
    Waiting,
    Asking,
    /// The records are another name's. Before that one is asked for, the other question's answer
    /// may show that it has none of this kind.
    Elsewhere(Name),
    Done(Fact),
}

pub(crate) struct Half {
    pub(crate) want: Want,
    pub(crate) state: State,
    /// The name that is asked for: the job's, or where it led.
    pub(crate) name: Name,
    /// The shortest time of what led there, seconds.
    pub(crate) ttl: u32,
    pub(crate) hops: u8,
    pub(crate) flights: Vec<Token>,
    /// Servers that cannot answer it.
    pub(crate) refused: Vec<Id>,
    /// Servers that were asked in this round.
    pub(crate) tried: Vec<Id>,
    pub(crate) rounds: u32,
    /// When another server is asked, or the same again.
    pub(crate) next_us: i64,
    /// A server whose answer over UDP was odd.
    pub(crate) odd: Option<Id>,
}

impl Half {
    fn new(want: Want, state: State, name: &Name) -> Self {
        Self {
            want,
            state,
            name: name.clone(),
            ttl: u32::MAX,
            hops: 0,
            flights: Vec::new(),
            refused: Vec::new(),
            tried: Vec::new(),
            rounds: 0,
            next_us: i64::MAX,
            odd: None,
        }
    }

    /// Nothing is to come.
    pub(crate) fn is_settled(&self) -> bool {
        matches!(self.state, State::Off | State::Done(_))
    }

    pub(crate) fn fact(&self) -> Option<&Fact> {
        match &self.state {
            State::Done(fact) => Some(fact),
            _ => None,
        }
    }

    pub(crate) fn has_addresses(&self) -> bool {
        self.fact().is_some_and(|f| !f.addresses().is_empty())
    }
}

pub(crate) struct Job {
    pub(crate) key: (Name, bool),
    names: Vec<Name>,
    at: usize,
    /// A, AAAA, HTTPS.
    pub(crate) halves: [Half; 3],
    pub(crate) waiters: Vec<Waiter>,
    pub(crate) deadline_us: i64,
    /// When those who wait get what has come.
    pub(crate) grace_us: Option<i64>,
    /// When its timer is.
    pub(crate) due_us: i64,
    /// One of the names before could not be looked up.
    pub(crate) failed: bool,
    /// An old answer was given; this is for the next who asks.
    pub(crate) refresh: bool,
    /// With which server to begin.
    pub(crate) start: usize,
}

impl Job {
    /// `names` are asked for in this order; there is one at least.
    pub(crate) fn new(
        key: (Name, bool),
        names: Vec<Name>,
        v6: bool,
        deadline_us: i64,
    ) -> Option<Self> {
        let first = names.first()?;
        let aaaa = if v6 { State::Asking } else { State::Off };
        Some(Self {
            key,
            halves: [
                Half::new(Want::A, State::Asking, first),
                Half::new(Want::Aaaa, aaaa, first),
                Half::new(Want::Https, State::Off, first),
            ],
            names,
            at: 0,
            waiters: Vec::new(),
            deadline_us,
            grace_us: None,
            due_us: i64::MAX,
            failed: false,
            refresh: false,
            start: 0,
        })
    }

    /// The name that is asked for now.
    pub(crate) fn name(&self) -> Name {
        let name = self.names.get(self.at).or(self.names.last());
        name.unwrap_or(&self.key.0).clone()
    }

    /// Goes on to the next name. False: there is none.
    pub(crate) fn next_name(&mut self) -> bool {
        let next = self.at.saturating_add(1);
        let Some(name) = self.names.get(next) else {
            return false;
        };
        for half in &mut self.halves {
            let state = match half.state {
                State::Off => State::Off,
                _ => State::Asking,
            };
            *half = Half::new(half.want, state, name);
        }
        self.at = next;
        true
    }

    pub(crate) fn half(&mut self, want: Want) -> &mut Half {
        let [a, aaaa, https] = &mut self.halves;
        match want {
            Want::A => a,
            Want::Aaaa => aaaa,
            Want::Https => https,
        }
    }

    /// The question for the other family's addresses.
    pub(crate) fn other(&self, want: Want) -> Option<&Half> {
        let [a, aaaa, _] = &self.halves;
        match want {
            Want::A => Some(aaaa),
            Want::Aaaa => Some(a),
            Want::Https => None,
        }
    }

    /// All about addresses is known.
    pub(crate) fn is_settled(&self) -> bool {
        let [a, aaaa, _] = &self.halves;
        a.is_settled() && aaaa.is_settled()
    }

    pub(crate) fn has_addresses(&self) -> bool {
        self.halves.iter().any(Half::has_addresses)
    }

    /// When it is to be looked at next.
    pub(crate) fn next_us(&self) -> i64 {
        let halves = self.halves.iter().filter(|h| !h.is_settled());
        let grace = self.grace_us.unwrap_or(i64::MAX);
        halves
            .map(|h| h.next_us)
            .fold(self.deadline_us.min(grace), i64::min)
    }
}
