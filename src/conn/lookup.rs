//! Look-ups of peers' names: by the resolver, or by `getaddrinfo()`, which blocks and so runs on
//! threads.
//!
//! A context has at most [`THREADS`] of them. They begin with the first name and end when no
//! name is left; names beyond that wait in a queue, in the order in which they were asked for.

use super::client;
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
use super::{race, wsi::Role};
use crate::conn::conns::Conns;
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
use crate::dns::cache::Fact;
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
use crate::dns::found::{Found, Status};
use crate::sys::lock::Mutex;
use crate::sys::poll::Wake;
use crate::sys::resolve::{Unresolved, resolve};
use crate::sys::thread;
use std::collections::VecDeque;
use std::ffi::CString;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

/// How many names of one context are looked up at the same time.
const THREADS: usize = 8;

type Answer = Result<Vec<SocketAddr>, Unresolved>;

/// A name to look up for the connection `token`. The name is `None` once the connection has closed.
struct Job {
    token: u64,
    name: Option<CString>,
    port: u16,
}

#[derive(Default)]
struct State {
    /// Names that no thread has taken yet, sorted by [`age`].
    queue: VecDeque<Job>,
    threads: usize,
    /// The process that has these threads: a child made by fork() has the number, but not them.
    process: u32,
    /// What the loop has not taken yet, with the token of the connection that asked.
    answers: VecDeque<(u64, Answer)>,
}

impl State {
    fn next(&mut self) -> Option<(u64, CString, u16)> {
        while let Some(job) = self.queue.pop_front() {
            if let Some(name) = job.name {
                return Some((job.token, name, job.port));
            }
        }
        None
    }
}

/// The look-ups of one context, shared with its threads.
pub(crate) struct Lookups(Mutex<State>);

impl Default for Lookups {
    fn default() -> Self {
        Self(Mutex::new(State::default()))
    }
}

/// Connections are numbered in the lower half of their tokens.
fn age(token: u64) -> u64 {
    token & u64::from(u32::MAX)
}

/// Starts to look a name up for the connection `token`. The answer reaches it through [`take`].
pub(super) fn start(conns: &Conns, token: u64, name: CString, port: u16) -> io::Result<()> {
    #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
    if let Some(names) = conns.names().filter(|n| !n.leaves_to_system()) {
        conns.table.asked.borrow_mut().insert(token, port);
        // A datagram socket has one peer, and waits for all addresses.
        let races = conns
            .table
            .get(token)
            .is_some_and(|w| w.role() == Role::Raw);
        names.ask(&name, token, races);
        return Ok(());
    }
    let shared = &conns.table.lookups;
    let mut s = shared.0.lock();
    let process = std::process::id();
    if s.process != process {
        s.process = process;
        s.threads = 0;
    }
    // Here rather than on a thread, which could not tell anybody that there is no room.
    let open = s.queue.len().saturating_add(s.threads).saturating_add(1);
    let no_room = |_| io::Error::from(io::ErrorKind::OutOfMemory);
    s.queue.try_reserve(1).map_err(no_room)?;
    s.answers.try_reserve(open).map_err(no_room)?;
    let at = s.queue.partition_point(|job| age(job.token) < age(token));
    s.queue.insert(
        at,
        Job {
            token,
            name: Some(name),
            port,
        },
    );
    if s.threads >= THREADS {
        return Ok(());
    }
    let theirs = Arc::clone(shared);
    let wake = conns.wake();
    match thread::spawn(Box::new(move || work(&theirs, &wake))) {
        Ok(()) => s.threads += 1,
        // One of the threads that there are gets to it.
        Err(_) if s.threads > 0 => {}
        Err(e) => {
            s.queue.remove(at);
            return Err(e);
        }
    }
    Ok(())
}

/// What each thread does until no name is left.
fn work(shared: &Lookups, wake: &Wake) {
    loop {
        let mut s = shared.0.lock();
        let Some((token, name, port)) = s.next() else {
            s.threads -= 1;
            return;
        };
        drop(s);
        let answer = resolve(&name, port);
        shared.0.lock().answers.push_back((token, answer));
        wake.signal();
    }
}

/// Goes on with the connections whose answers have come. Those that have closed meanwhile have no
/// token any more.
pub(crate) fn take(conns: &Conns) {
    let next = || conns.table.lookups.0.lock().answers.pop_front();
    while let Some((token, answer)) = next() {
        if let Some(wsi) = conns.table.get(token) {
            client::resolved(conns, &wsi, answer);
        }
    }
}

/// The resolver has found out about the name that the connection `token` asked for; `last`: there is
/// nothing more to come.
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
pub(crate) fn found(conns: &Conns, token: u64, found: &Found, last: bool) {
    let port = conns.table.asked.borrow().get(&token).copied();
    if last {
        conns.table.asked.borrow_mut().remove(&token);
    }
    let (Some(port), Some(wsi)) = (port, conns.table.get(token)) else {
        return;
    };
    let begun = race::has_begun(&wsi);
    let why = match found.status {
        Status::Found | Status::Stale => None,
        Status::None => Some(Unresolved::NoName),
        Status::Failed => Some(Unresolved::Failed("no name server answers".into())),
    };
    match why {
        Some(why) if !begun && last => client::resolved(conns, &wsi, Err(why)),
        // What came before counts.
        Some(_) if !last => {}
        _ if wsi.role() == Role::Udp => {
            let all = found.addresses.iter();
            let all = all.map(|ip| SocketAddr::new(*ip, port)).collect();
            client::resolved(conns, &wsi, Ok(all));
        }
        _ => client::found(conns, &wsi, named(conns, found, port)),
    }
}

/// What was found, by family.
#[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
fn named(conns: &Conns, found: &Found, port: u16) -> client::Named {
    let all = found.addresses.iter().map(|ip| SocketAddr::new(*ip, port));
    let mut named = client::Named::whole(all.collect());
    let server = |fact: &Option<Fact>| {
        let id = fact.as_ref().filter(|f| f.server != 0)?.server;
        Some(conns.names()?.address_of(id)?.ip())
    };
    named.servers = [server(&found.aaaa), server(&found.a)];
    if found.partial {
        if found.aaaa.is_none() {
            named.six = None;
        }
        if found.a.is_none() {
            named.four = None;
        }
    }
    named
}

/// The connection `token` has what it needs. What still comes of its name is for the next who asks.
pub(super) fn leave(conns: &Conns, token: u64) {
    #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
    if conns.table.asked.borrow_mut().remove(&token).is_some() {
        if let Some(names) = conns.names() {
            names.leave(token);
        }
    }
    #[cfg(not(feature = "LWS_WITH_SYS_ASYNC_DNS"))]
    let _ = (conns, token);
}

/// The connection `token` has closed: its name need not be looked up any more.
pub(super) fn forget(conns: &Conns, token: u64) {
    #[cfg(feature = "LWS_WITH_SYS_ASYNC_DNS")]
    conns.table.asked.borrow_mut().remove(&token);
    let mut s = conns.table.lookups.0.lock();
    let at = s.queue.partition_point(|job| age(job.token) < age(token));
    if let Some(job) = s.queue.get_mut(at).filter(|job| job.token == token) {
        job.name = None;
    }
}

impl Drop for super::table::Table {
    /// The threads end after the name they are at.
    fn drop(&mut self) {
        self.lookups.0.lock().queue.clear();
    }
}
