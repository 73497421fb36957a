//! What `struct lws_smd_peer *` stands for.
//!
//! The pointer that a program gets is a number, which is given out once and never dereferenced. So a
//! handle that was unregistered already, or whose context has gone, is recognised instead of being a use
//! after free.

use super::bus::{Bus, Left, Receiver};
use crate::sys::lock::Mutex;
use crate::sys::memory::Mark;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, Weak};

/// Handles look like aligned addresses, so that a program may store flags in
/// the low bits as it may with any pointer.
const STEP: usize = 16;

struct Table {
    last: usize,
    live: BTreeMap<usize, Weak<Bus>>,
}

fn table() -> &'static Mutex<Table> {
    static TABLE: OnceLock<Mutex<Table>> = OnceLock::new();
    TABLE.get_or_init(|| {
        Mutex::new(Table {
            last: 0,
            live: BTreeMap::new(),
        })
    })
}

/// Registers at a bus and returns the handle, or `None` when the bus is closed, or there is no
/// memory.
pub(crate) fn register(bus: &Arc<Bus>, filter: u32, receiver: Receiver) -> Option<usize> {
    let mark = Mark::now();
    let handle = enter(bus, filter, receiver)?;
    if mark.failed() {
        unregister(handle);
        mark.forgive();
        return None;
    }
    Some(handle)
}

fn enter(bus: &Arc<Bus>, filter: u32, receiver: Receiver) -> Option<usize> {
    let handle = {
        let mut t = table().lock();
        t.last = t.last.checked_add(STEP)?;
        let handle = t.last;
        t.live.insert(handle, Arc::downgrade(bus));
        handle
    };
    if bus.register(handle as u64, filter, receiver).is_none() {
        table().lock().live.remove(&handle);
        return None;
    }
    Some(handle)
}

/// Ends a registration; see [`Bus::unregister`].
pub(crate) fn unregister(handle: usize) -> Left {
    let bus = table().lock().live.remove(&handle);
    match bus.and_then(|bus| bus.upgrade()) {
        Some(bus) => bus.unregister(handle as u64),
        None => Left::Unknown,
    }
}

/// Closes a bus and ends all its registrations.
pub(crate) fn close(bus: &Bus) {
    let ids = bus.close();
    let mut t = table().lock();
    for id in ids {
        t.live.remove(&(id as usize));
    }
}
