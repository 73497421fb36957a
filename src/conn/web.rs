//! What a connection has beside the rest while it speaks HTTP or WebSocket.

use crate::roles::h1::head::Head;
use crate::roles::h1::txn::Txn;
use crate::roles::headers::Store;
use core::cell::{Cell, OnceCell, RefCell};

/// See the module. A raw connection has none.
pub(crate) struct Web {
    /// The head of the request or response under way, with its headers. Between two there is none:
    /// an idle connection takes no memory for them.
    pub(super) head: RefCell<Option<Box<Head>>>,
    /// The file that is being sent.
    pub(super) file: RefCell<Option<super::files::Sending>>,
    /// What a client asks, and is answered.
    pub(super) exchange: OnceCell<Box<super::h1_client::Exchange>>,
    /// What a server is busy with.
    txn: Cell<Txn>,
}

impl Web {
    pub(super) fn new() -> Self {
        Self {
            head: RefCell::new(None),
            file: RefCell::new(None),
            exchange: OnceCell::new(),
            txn: Cell::new(Txn::new()),
        }
    }

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

    /// Gives the headers up before the transaction is over.
    pub(crate) fn detach(&self) {
        self.head.replace(None);
    }

    /// Whether a file is being sent.
    pub(super) fn has_file(&self) -> bool {
        self.file.borrow().is_some()
    }
}
