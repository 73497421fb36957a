//! Maps as C holds them: items in lists by the hash of their key, in memory of the program's choice.
//!
//! A program knows an item by its pointer and gives it back by that alone, so an item says which map
//! and which list it is in. Behind that are its key and, aligned for a pointer, its value.

use crate::abi::map::{lws_map_info_t, lws_map_key_t};
use crate::abi::types::{lws_map, lws_map_item};
use crate::sys::alloc;
use core::cell::Cell;
use core::ffi::c_void;
use core::ptr::{NonNull, null_mut};

/// Lists of a map for which no number was given.
const USUAL: usize = 8;
const ALIGN: usize = align_of::<*mut u8>();

#[repr(C)]
struct Item {
    map: *const Map,
    next: *mut Item,
    list: usize,
    key_len: usize,
    value_len: usize,
}

/// A map with its items.
pub(crate) struct Map {
    info: lws_map_info_t,
    lists: Box<[Cell<*mut Item>]>,
    /// How many functions of the program's run that the map has called.
    busy: Cell<u32>,
}

/// Why nothing is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// One of the map's own functions runs.
    Busy,
    NoMemory,
}

impl Refused {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Busy => "map: called by a function of its own",
            Self::NoMemory => "map: no memory",
        }
    }
}

/// FNV-1a.
fn hash_of(key: &[u8]) -> u32 {
    key.iter().fold(0x811c_9dc5, |h, b| {
        (h ^ u32::from(*b)).wrapping_mul(0x0100_0193)
    })
}

/// # Safety
///
/// `p` points to `len` bytes that do not change while the result is used, or `len` is 0.
unsafe fn bytes<'a>(p: *const c_void, len: usize) -> &'a [u8] {
    if len == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(p.cast(), len) }
}

impl Map {
    /// An empty map. `None` when there is no memory for its lists.
    ///
    /// # Safety
    ///
    /// The functions of `info` may be called as long as the map lives.
    pub(crate) unsafe fn new(info: lws_map_info_t) -> Option<Box<Self>> {
        let count = if info.modulo == 0 { USUAL } else { info.modulo };
        let mut lists = Vec::new();
        lists.try_reserve_exact(count).ok()?;
        lists.resize_with(count, || Cell::new(null_mut()));
        Some(Box::new(Self {
            info,
            lists: lists.into_boxed_slice(),
            busy: Cell::new(0),
        }))
    }

    pub(crate) fn info(&self) -> &lws_map_info_t {
        &self.info
    }

    /// Runs a function of the program's, which may not change the map.
    fn call<R>(&self, f: impl FnOnce() -> R) -> R {
        self.busy.set(self.busy.get().saturating_add(1));
        let result = f();
        self.busy.set(self.busy.get().saturating_sub(1));
        result
    }

    /// Whether it may be changed now.
    pub(crate) fn may_change(&self) -> Result<(), Refused> {
        if self.busy.get() == 0 {
            Ok(())
        } else {
            Err(Refused::Busy)
        }
    }

    /// # Safety
    ///
    /// `key` has `len` bytes.
    unsafe fn list_of(&self, key: lws_map_key_t, len: usize) -> usize {
        let hash = match self.info._hash {
            // SAFETY: the caller's promise, and that of `new`.
            Some(f) => self.call(|| unsafe { f(key, len) }),
            // SAFETY: the caller's promise.
            None => hash_of(unsafe { bytes(key, len) }),
        };
        usize::try_from(hash)
            .unwrap_or(0)
            .checked_rem(self.lists.len())
            .unwrap_or(0)
    }

    /// # Safety
    ///
    /// `key` has `len` bytes, `item` is one of the map's.
    unsafe fn is(&self, item: *mut Item, key: lws_map_key_t, len: usize) -> bool {
        // SAFETY: the caller's promises, and that of `new`.
        unsafe {
            let (other, other_len) = (key_of(item), (*item).key_len);
            match self.info._compare {
                Some(f) => self.call(|| f(key, len, other.cast(), other_len) == 0),
                None => bytes(key, len) == bytes(other.cast(), other_len),
            }
        }
    }

    /// # Safety
    ///
    /// As [`Map::find`].
    unsafe fn find_in(&self, list: usize, key: lws_map_key_t, len: usize) -> Option<NonNull<Item>> {
        // SAFETY: items in the lists are live, and none goes while one of the functions runs.
        unsafe {
            let mut at = self.lists.get(list)?.get();
            while !at.is_null() && !self.is(at, key, len) {
                at = (*at).next;
            }
            NonNull::new(at)
        }
    }

    /// The item with this key.
    ///
    /// # Safety
    ///
    /// `key` has `len` bytes.
    pub(crate) unsafe fn find(
        &self,
        key: lws_map_key_t,
        len: usize,
    ) -> Option<NonNull<lws_map_item>> {
        // SAFETY: the caller's promise.
        unsafe { self.find_in(self.list_of(key, len), key, len) }.map(NonNull::cast)
    }

    /// Adds an item in the place of one with the same key. Without a value its bytes are 0.
    ///
    /// # Safety
    ///
    /// `key` and `value` have `key_len` and `value_len` bytes; `value` may be NULL.
    pub(crate) unsafe fn add(
        &self,
        key: lws_map_key_t,
        key_len: usize,
        value: *const c_void,
        value_len: usize,
    ) -> Result<NonNull<lws_map_item>, Refused> {
        self.may_change()?;
        // SAFETY: the caller's promises; the block is as large as is asked for.
        unsafe {
            let list = self.list_of(key, key_len);
            let old = self.find_in(list, key, key_len);
            let value_at = value_at(key_len).ok_or(Refused::NoMemory)?;
            let size = value_at.checked_add(value_len).ok_or(Refused::NoMemory)?;
            let block = match self.info._alloc {
                Some(f) => {
                    let me: *const Self = self;
                    NonNull::new(
                        self.call(|| f(me.cast::<lws_map>().cast_mut(), size))
                            .cast(),
                    )
                }
                None => alloc::alloc(size, c"map item"),
            };
            let block = block.ok_or(Refused::NoMemory)?.as_ptr();
            let item = block.cast::<Item>();
            item.write(Item {
                map: self,
                next: null_mut(),
                list,
                key_len,
                value_len,
            });
            // They may lie in the old item.
            if key_len > 0 {
                key.cast::<u8>()
                    .copy_to_nonoverlapping(key_of(item), key_len);
            }
            let to = block.add(value_at);
            if value.is_null() {
                to.write_bytes(0, value_len);
            } else {
                value.cast::<u8>().copy_to_nonoverlapping(to, value_len);
            }
            if let Some(old) = old {
                self.remove(old);
            }
            if let Some(head) = self.lists.get(list) {
                (*item).next = head.replace(item);
            }
            Ok(NonNull::new_unchecked(item.cast()))
        }
    }

    /// # Safety
    ///
    /// `item` is one of the map's, not used afterwards, and the map may change.
    unsafe fn remove(&self, item: NonNull<Item>) {
        let item = item.as_ptr();
        // SAFETY: items in the lists are live.
        unsafe {
            let Some(head) = self.lists.get((*item).list) else {
                return;
            };
            let mut at = head.as_ptr();
            while !(*at).is_null() && *at != item {
                at = &raw mut (**at).next;
            }
            if *at == item {
                *at = (*item).next;
            }
            self.give_back(item);
        }
    }

    /// # Safety
    ///
    /// `item` is one of the map's, in none of its lists any more.
    unsafe fn give_back(&self, item: *mut Item) {
        // SAFETY: it came from `_alloc` or the heap, to which the other side belongs.
        unsafe {
            match self.info._free {
                Some(f) => self.call(|| f(item.cast())),
                None => alloc::free(NonNull::new_unchecked(item.cast())),
            }
        }
    }

    /// Gives all items back.
    pub(crate) fn clear(&self) {
        for list in &self.lists {
            let mut at = list.replace(null_mut());
            while !at.is_null() {
                // SAFETY: items in the lists are live.
                unsafe {
                    let next = (*at).next;
                    self.give_back(at);
                    at = next;
                }
            }
        }
    }
}

/// Where in an item its value is.
fn value_at(key_len: usize) -> Option<usize> {
    size_of::<Item>()
        .checked_add(key_len)?
        .checked_next_multiple_of(ALIGN)
}

/// # Safety
///
/// `item` is live.
unsafe fn key_of(item: *mut Item) -> *mut u8 {
    // SAFETY: the key is behind it.
    unsafe { item.add(1).cast() }
}

/// Takes an item out of its map.
///
/// # Safety
///
/// `item` is a live item, not used afterwards unless this is refused.
pub(crate) unsafe fn remove(item: NonNull<lws_map_item>) -> Result<(), Refused> {
    // SAFETY: the caller's promise; its map lives longer.
    unsafe {
        let item = item.cast::<Item>();
        let map = &*item.as_ref().map;
        map.may_change()?;
        map.remove(item);
    }
    Ok(())
}

/// Bytes of an item, and how many.
pub(crate) type Part = (*const c_void, usize);

/// The key and the value of an item, as pointers and lengths.
///
/// # Safety
///
/// `item` is a live item.
pub(crate) unsafe fn parts(item: NonNull<lws_map_item>) -> (Part, Part) {
    let item = item.as_ptr().cast::<Item>();
    // SAFETY: the caller's promise; the value is where it was put.
    unsafe {
        let (key_len, value_len) = ((*item).key_len, (*item).value_len);
        let value = item.cast::<u8>().add(value_at(key_len).unwrap_or(0));
        (
            (key_of(item).cast_const().cast(), key_len),
            (value.cast_const().cast(), value_len),
        )
    }
}
