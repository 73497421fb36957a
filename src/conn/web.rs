//! The part of a connection that only HTTP and WebSocket use.

use crate::roles::h1::head::Head;
use crate::roles::h1::txn::Txn;
use crate::roles::headers::Store;
use core::cell::{Cell, OnceCell, RefCell};

/// See the module; raw connections have none.
pub(crate) struct Web {
    /// The head of the request or response under way, with its headers. Between two there is none:
    /// an idle connection takes no memory for them.
    pub(super) head: RefCell<Option<Box<Head>>>,
    /// The file that is being sent.
    pub(super) file: RefCell<Option<super::files::Sending>>,
    /// What a client asks for, and from whom.
    pub(super) way: OnceCell<Box<super::redirect::Way>>,
    /// What a client asks, and is answered.
    pub(super) exchange: OnceCell<Box<super::h1_client::Exchange>>,
    /// Its request counts among those that have headers, or waits to (`max_http_header_pool`).
    pub(super) counted: Cell<bool>,
    pub(super) waits: Cell<bool>,
    /// What has come of a first request that may turn out to be none.
    pub(super) first: RefCell<Option<super::fallback::First>>,
    /// What a server is busy with.
    txn: Cell<Txn>,
}

/// Lets the program write behind `head`, into `room` bytes: `ask` gives it the room and tells how much it
/// used. `Some(false)`: it refuses. `None`: there is no memory.
pub(super) fn append(
    head: &mut Vec<u8>,
    room: usize,
    ask: impl FnOnce(&mut [u8]) -> Option<usize>,
) -> Option<bool> {
    let begin = head.len();
    // The line that ends the head follows.
    head.try_reserve_exact(room.saturating_add(2)).ok()?;
    head.resize(begin.saturating_add(room), 0);
    let used = ask(head.get_mut(begin..)?);
    head.truncate(begin.saturating_add(used.unwrap_or(0)));
    Some(used.is_some())
}

impl Default for Web {
    fn default() -> Self {
        Self {
            head: RefCell::new(None),
            file: RefCell::new(None),
            way: OnceCell::new(),
            exchange: OnceCell::new(),
            counted: Cell::new(false),
            waits: Cell::new(false),
            first: RefCell::new(None),
            txn: Cell::new(Txn::new()),
        }
    }
}

impl Web {
    /// Asks, or changes, the transaction of a server.
    pub(crate) fn txn<R>(&self, f: impl FnOnce(&mut Txn) -> R) -> R {
        let mut txn = self.txn.get();
        let result = f(&mut txn);
        self.txn.set(txn);
        result
    }

    /// Looks at the headers of the request or response under way; `None` where there are none.
    pub(crate) fn headers<R>(&self, f: impl FnOnce(&mut Store) -> R) -> Option<R> {
        self.head.borrow_mut().as_mut().map(|h| f(&mut h.store))
    }

    /// Whether a file is being sent.
    pub(super) fn has_file(&self) -> bool {
        self.file.borrow().is_some()
    }
}
