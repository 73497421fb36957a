//! Which buttons had an edge, noted from any thread.
//!
//! What a pin's callback gets is a number that is never used again and never followed. One that
//! comes late finds nobody.

use super::lock::Mutex;
use super::poll::Wake;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// The low bits of a number are the button's.
pub(crate) const STEP: usize = 16;

struct Noted {
    bits: u16,
    wake: Arc<Wake>,
    at: At,
}

/// Where the controller is, for the thread that services its context.
#[derive(Clone, Copy)]
struct At(*const ());
// SAFETY: other threads only carry it.
unsafe impl Send for At {}

struct Table {
    last: usize,
    live: BTreeMap<usize, Noted>,
}

static TABLE: std::sync::OnceLock<Mutex<Table>> = std::sync::OnceLock::new();

fn table() -> &'static Mutex<Table> {
    TABLE.get_or_init(|| {
        Mutex::new(Table {
            last: 0,
            live: BTreeMap::new(),
        })
    })
}

/// A new number for as many buttons as a step has; `wake` is signalled when one is pressed.
pub(crate) fn number(wake: &Arc<Wake>) -> Option<usize> {
    let mut t = table().lock();
    t.last = t.last.checked_add(STEP)?;
    let number = t.last;
    let noted = Noted {
        bits: 0,
        wake: Arc::clone(wake),
        at: At(core::ptr::null()),
    };
    t.live.insert(number, noted);
    Some(number)
}

/// Says where the controller of a number is.
pub(crate) fn place<T>(number: usize, at: &Rc<T>) {
    if let Some(noted) = table().lock().live.get_mut(&number) {
        noted.at = At(Rc::as_ptr(at).cast());
    }
}

/// The controller of a number. None for a number that is nobody's.
///
/// # Safety
///
/// What was placed was an `Rc<T>`, and lives as long as its number; this is the thread that made it
/// or has it now.
pub(crate) unsafe fn find<T>(number: usize) -> Option<Rc<T>> {
    let at = table().lock().live.get(&number).map(|noted| noted.at.0)?;
    if at.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    unsafe {
        Rc::increment_strong_count(at.cast::<T>());
        Some(Rc::from_raw(at.cast::<T>()))
    }
}

/// A button had an edge: `number` is that of its controller and its own.
pub(crate) fn note(number: usize) {
    let bit = number % STEP;
    let mut t = table().lock();
    if let Some(noted) = t.live.get_mut(&number.saturating_sub(bit)) {
        noted.bits |= 1 << bit;
        noted.wake.signal();
    }
}

/// The buttons that had an edge since the last time.
pub(crate) fn take(number: usize) -> u16 {
    let mut t = table().lock();
    let noted = t.live.get_mut(&number);
    noted.map_or(0, |noted| core::mem::take(&mut noted.bits))
}

/// The number is nobody's any more.
pub(crate) fn forget(number: usize) {
    table().lock().live.remove(&number);
}
