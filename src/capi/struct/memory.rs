//! The program's structs, as what writes JSON reads them.

use core::ffi::{c_char, c_void};
use core::ptr::NonNull;

use super::reader::{Level, kind};
use crate::abi::dll2::{lws_dll2, lws_dll2_owner};
use crate::abi::r#struct::{lws_struct_map, lws_struct_serialize_st};
use crate::capi::convert::{bytes, cstr};
use crate::util::structs::Kind;
use crate::util::structs::write::{self, Structs, Value};
use crate::util::text::until_nul;

/// The program's structs.
pub(super) struct Memory;

impl Memory {
    fn level(at: &lws_struct_serialize_st) -> Level {
        Level {
            object: at.obj.cast_mut().cast(),
            map: at.map,
            entries: at.map_entries,
        }
    }

    /// A struct of a list that has its place in it there.
    fn listed(
        place: *mut lws_dll2,
        size: usize,
        map: *const lws_struct_map,
        entries: usize,
    ) -> Option<lws_struct_serialize_st> {
        let place = NonNull::new(place)?;
        let object = place.as_ptr().cast::<c_char>().wrapping_byte_sub(size);
        let mut level = write::level(map, entries, object);
        level.dllpos = place.as_ptr();
        level.size = size;
        Some(level)
    }
}

impl Structs for Memory {
    fn member(&self, at: &lws_struct_serialize_st) -> (Kind, &[u8]) {
        let member = Self::level(at).member(at.map_entry);
        // SAFETY: the name lives as long as the map, which is the program's promise.
        let name = member.and_then(|member| unsafe { cstr(member.colname) });
        let kind = member.as_ref().map_or(Kind::Bad, kind);
        (kind, name.unwrap_or_default().to_bytes())
    }

    fn value(&self, at: &lws_struct_serialize_st) -> Value<'_> {
        let level = Self::level(at);
        let member = level.member(at.map_entry);
        let Some(member) = member.filter(|member| !member.colname.is_null()) else {
            return Value::Left;
        };
        let (map, entries) = (member.child_map, member.child_map_size);
        let from = level.object.wrapping_byte_add(member.ofs);
        // SAFETY: the program's map says what is there and how long that is; it stays as it is while it
        // is written.
        unsafe {
            match kind(&member) {
                Kind::Signed(len) => {
                    let number = signed(from, len);
                    Value::Number(number < 0, number.unsigned_abs())
                }
                Kind::Unsigned(len) => Value::Number(false, unsigned(from, len)),
                Kind::Boolean(len) => Value::Truth(unsigned(from, len) != 0),
                Kind::Array(len) => {
                    let text = bytes(from.cast(), len).unwrap_or_default();
                    Value::Text(until_nul(text))
                }
                Kind::Text => {
                    let text = cstr(from.cast::<*const c_char>().read_unaligned());
                    text.map_or(Value::Left, |text| Value::Text(text.to_bytes()))
                }
                Kind::Child => {
                    let child = NonNull::new(from.cast::<*mut c_char>().read_unaligned());
                    child.map_or(Value::Left, |child| {
                        Value::Child(write::level(map, entries, child.as_ptr()))
                    })
                }
                Kind::List => {
                    let head = (*from.cast::<lws_dll2_owner>()).head;
                    let first = Self::listed(head, member.ofs_clist, map, entries);
                    first.map_or(Value::Left, Value::List)
                }
                Kind::Schema | Kind::Blob | Kind::Bad => Value::Left,
            }
        }
    }

    fn behind(&self, at: &lws_struct_serialize_st) -> Option<lws_struct_serialize_st> {
        // SAFETY: a place in a list that stays as it is while it is written.
        let next = unsafe { at.dllpos.as_ref()?.next };
        Self::listed(next, at.size, at.map, at.map_entries)
    }
}

/// An integer of 1, 2, 4 or 8 bytes, aligned or not.
///
/// # Safety
///
/// So many bytes are there.
unsafe fn unsigned(from: *const c_void, len: usize) -> u64 {
    // SAFETY: the caller's promise.
    unsafe {
        match len {
            1 => u64::from(from.cast::<u8>().read()),
            2 => u64::from(from.cast::<u16>().read_unaligned()),
            4 => u64::from(from.cast::<u32>().read_unaligned()),
            _ => from.cast::<u64>().read_unaligned(),
        }
    }
}

/// As [`unsigned`].
///
/// # Safety
///
/// As [`unsigned`].
unsafe fn signed(from: *const c_void, len: usize) -> i64 {
    // SAFETY: the caller's promise.
    let bits = unsafe { unsigned(from, len) };
    match len {
        1 => i64::from(bits as i8),
        2 => i64::from(bits as i16),
        4 => i64::from(bits as i32),
        _ => bits as i64,
    }
}
