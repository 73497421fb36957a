//! Names of peers: looked up by the system, on a thread that lives as long as
//! the look-up, and handed to the loop.

use super::client;
use crate::context::Context;
use crate::sys::lock::Mutex;
use crate::sys::poll::Wake;
use crate::sys::resolve::{Unresolved, resolve};
use crate::sys::thread;
use std::ffi::CString;
use std::net::SocketAddr;
use std::sync::Arc;

type Answer = Result<Vec<SocketAddr>, Unresolved>;

/// Answers that the loop has not taken yet, with the token of who asked. A connection that closed
/// meanwhile has no token any more.
pub(crate) struct Done(Mutex<Vec<(u64, Answer)>>);

impl Default for Done {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

/// Starts to look a name up for the connection `token`.
pub(super) fn start(cx: &Context, token: u64, name: CString, port: u16) -> std::io::Result<()> {
    let done = Arc::clone(&cx.conns.lookups);
    let wake: Arc<Wake> = cx.wake();
    thread::spawn(Box::new(move || {
        let answer = resolve(&name, port);
        let mut answers = done.0.lock();
        answers.push((token, answer));
        // With the lock held: after it the context may end, and the wake-up with it.
        wake.signal();
    }))
}

/// Goes on with the connections whose answers have come.
pub(crate) fn take(cx: &Context) {
    let answers = core::mem::take(&mut *cx.conns.lookups.0.lock());
    for (token, answer) in answers {
        if let Some(wsi) = cx.conns.get(token) {
            client::resolved(cx, &wsi, answer);
        }
    }
}

impl Drop for super::table::Table {
    /// Whoever looks something up still, or has just done, is done with the lock first.
    fn drop(&mut self) {
        drop(self.lookups.0.lock());
    }
}
