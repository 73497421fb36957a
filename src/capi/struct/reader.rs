//! What reads JSON into the program's structs: the machine of `util::structs` says what is to be done.

use core::ffi::{c_char, c_int, c_schar, c_void};
use core::ptr::{NonNull, null_mut};

use super::lws_struct_default_lejp_cb;
use crate::abi::dll2::lws_dll2;
use crate::abi::lejp::{LEJP_MAX_PARSING_STACK_DEPTH, lejp_callback, lejp_ctx};
use crate::abi::r#struct::{lws_struct_args, lws_struct_map};
use crate::capi::convert::{cstr, need, room};
use crate::capi::lejp::{lejp_parser_pop, lejp_parser_push};
use crate::log::{Log, log_notice};
use crate::sys::dll2;
use crate::sys::lwsac::Arena;
use crate::util::structs::Kind;
use crate::util::structs::read::{self, Act, Mark, Place, Refused};
use crate::util::text::until_nul;

/// A parser of LEJP's, and what it reads structs with.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    ctx: NonNull<lejp_ctx>,
    args: NonNull<lws_struct_args>,
}

/// Of a parser, where it is and what is there.
#[derive(Clone, Copy)]
pub(super) struct Level {
    /// The struct, NULL where there is none.
    pub(super) object: *mut c_void,
    pub(super) map: *const lws_struct_map,
    pub(super) entries: usize,
}

type Or<T> = Result<T, Refused>;

impl Level {
    pub(super) fn member(&self, at: usize) -> Option<lws_struct_map> {
        if at >= self.entries || self.map.is_null() {
            return None;
        }
        // SAFETY: a map of the program's has so many entries as it says.
        Some(unsafe { self.map.wrapping_add(at).read() })
    }

    /// The member of a path that LEJP counts from 1; 0 is none.
    fn matching(&self, path: u8) -> Option<lws_struct_map> {
        self.member(usize::from(path).checked_sub(1)?)
    }

    fn members(&self) -> impl Iterator<Item = lws_struct_map> + '_ {
        (0..self.entries).map_while(|at| self.member(at))
    }
}

pub(super) fn kind(map: &lws_struct_map) -> Kind {
    Kind::new(map.r#type, map.aux)
}

/// The name of a member, empty where it has none.
pub(super) fn name(map: &lws_struct_map) -> &[u8] {
    // SAFETY: names in the program's maps are texts.
    let name = unsafe { cstr(map.colname) };
    name.unwrap_or_default().to_bytes()
}

/// What concerns the parser and its arguments is read and written in one go; no borrow of either lasts
/// while a function of the program's runs.
impl Reader {
    /// # Safety
    ///
    /// `ctx` is a parser, whose `user` is NULL or what lws_struct_json_init_parse() takes; both are valid
    /// as long as the result is used.
    pub(super) unsafe fn new(function: &str, ctx: *mut lejp_ctx) -> Option<Self> {
        let ctx = need!(in function, super::CTX, NonNull::new(ctx), None);
        // SAFETY: the caller's promise.
        let user = unsafe { ctx.as_ref().user };
        let args = need!(in function, "ctx->user", NonNull::new(user.cast()), None);
        Some(Self { ctx, args })
    }

    pub(super) fn ctx(&mut self) -> &mut lejp_ctx {
        // SAFETY: the promise of `new`.
        unsafe { self.ctx.as_mut() }
    }

    fn args(&mut self) -> &mut lws_struct_args {
        // SAFETY: the promise of `new`.
        unsafe { self.args.as_mut() }
    }

    /// The parser of a depth.
    fn level(&mut self, depth: u8) -> Level {
        let depth = usize::from(depth);
        let args = self.args();
        let map = args.map_st.get(depth).copied();
        let entries = args.map_entries_st.get(depth).copied();
        let object = self.ctx().pst.get(depth).map(|pst| pst.user);
        Level {
            object: object.unwrap_or(null_mut()),
            map: map.unwrap_or(core::ptr::null()),
            entries: entries.unwrap_or(0),
        }
    }

    fn now(&mut self) -> Level {
        let depth = self.ctx().pst_sp;
        self.level(depth)
    }

    /// What is marked at a level of the JSON.
    fn mark(&mut self, sp: Option<u8>) -> Mark {
        let st = sp.and_then(|sp| self.ctx().st.get(usize::from(sp)));
        st.map_or(Mark::None, |st| Mark::new(st.b))
    }

    fn set_mark(&mut self, mark: Mark) {
        let sp = usize::from(self.ctx().sp);
        if let Some(st) = self.ctx().st.get_mut(sp) {
            st.b = mark.byte();
        }
    }

    /// The member whose path matches.
    fn member(&mut self) -> Option<lws_struct_map> {
        let level = self.now();
        level.matching(self.ctx().path_match)
    }

    /// So many zeroed bytes of the arena.
    fn take(&mut self, len: usize) -> Or<*mut c_void> {
        let chunk = self.args().ac_block_size;
        // SAFETY: the promise of `new`.
        let arena = unsafe { Arena::new(&raw mut self.args().ac) };
        let taken = arena.and_then(|mut arena| arena.take_zeroed(len, chunk));
        Ok(taken.ok_or(Refused::NoMemory)?.as_ptr().cast())
    }

    /// Puts a parser on top that reads the members in `map` into `object`.
    fn push(&mut self, map: &lws_struct_map, object: *mut c_void) -> Or<()> {
        let count = u8::try_from(map.child_map_size).map_err(|_| Refused::Map)?;
        let sp = self.ctx().pst_sp.saturating_add(1);
        if i32::from(sp) >= LEJP_MAX_PARSING_STACK_DEPTH {
            return Err(Refused::Deep);
        }
        self.ctx().path_stride = size_of::<lws_struct_map>();
        let callback = map.lejp_cb.or(Some(lws_struct_default_lejp_cb));
        // The first member of an entry is its path.
        let paths = map.child_map.cast();
        // SAFETY: the parser is valid, and so is the program's map.
        if unsafe { lejp_parser_push(self.ctx.as_ptr(), object, paths, count, callback) } != 0 {
            return Err(Refused::Map);
        }
        let at = usize::from(sp);
        if let Some(to) = self.args().map_st.get_mut(at) {
            *to = map.child_map;
        }
        if let Some(to) = self.args().map_entries_st.get_mut(at) {
            *to = map.child_map_size;
        }
        Ok(())
    }

    /// A parser for a member: its path begins anew.
    fn inside(&mut self, map: &lws_struct_map, object: *mut c_void, mark: Mark) -> Or<()> {
        self.push(map, object)?;
        self.set_mark(mark);
        let ctx = self.ctx();
        ctx.path_match = 0;
        if let Some(first) = ctx.path.first_mut() {
            *first = 0;
        }
        Ok(())
    }

    /// Takes the parser on top away. The path is that of the member again that it was for.
    fn outside(&mut self) {
        self.set_mark(Mark::None);
        // SAFETY: the parser is valid.
        unsafe { lejp_parser_pop(self.ctx.as_ptr()) };
        let level = self.now();
        let ctx = self.ctx();
        let Some(pst) = ctx.pst.get(usize::from(ctx.pst_sp)).copied() else {
            return;
        };
        let member = level.matching(pst.path_match);
        let name = member.as_ref().map(name).unwrap_or_default();
        // Behind a name, there are only brackets of arrays.
        let whole = name.iter().chain(b"[]".iter().cycle());
        let len = usize::from(pst.ppos);
        for (to, from) in ctx.path.iter_mut().zip(whole).take(len) {
            *to = *from as c_char;
        }
        if let Some(end) = ctx.path.get_mut(len) {
            *end = 0;
        }
        ctx.path_match = pst.path_match;
        ctx.path_match_len = u8::try_from(name.len()).unwrap_or(u8::MAX);
    }

    /// A struct for the list that the parser below has found, at its end.
    fn item(&mut self) -> Or<()> {
        let depth = self.ctx().pst_sp;
        let below = depth.checked_sub(1).ok_or(Refused::NoStruct)?;
        let list = self.level(below);
        let pst = self.ctx().pst.get(usize::from(below));
        let member = pst.and_then(|pst| list.matching(pst.path_match));
        let member = member.ok_or(Refused::Map)?;
        let end = member.ofs_clist.checked_add(size_of::<lws_dll2>());
        if list.object.is_null() {
            return Err(Refused::NoStruct);
        }
        if end.is_none_or(|end| end > member.aux) {
            return Err(Refused::Map);
        }
        let object = self.take(member.aux)?;
        if let Some(pst) = self.ctx().pst.get_mut(usize::from(depth)) {
            pst.user = object;
        }
        // SAFETY: the struct has room for its place in the list, and the program's map says where its
        // owner is in the struct below.
        unsafe {
            let place = object.wrapping_byte_add(member.ofs_clist);
            let owner = list.object.wrapping_byte_add(member.ofs);
            dll2::add_tail(place.cast(), owner.cast());
        }
        Ok(())
    }

    /// Writes a value to its member.
    fn store(&mut self, act: Act) -> Or<()> {
        let level = self.now();
        let member = self.member().ok_or(Refused::Map)?;
        if level.object.is_null() {
            return Err(Refused::NoStruct);
        }
        let to = level.object.wrapping_byte_add(member.ofs);
        let kind = kind(&member);
        let ctx = self.ctx();
        let text = ctx.buf.each_ref().map(|c| *c as u8);
        let text = text.get(..usize::from(ctx.npos)).unwrap_or_default();
        match (act, kind) {
            (Act::Number, _) => {
                let (bits, len) = read::number(kind, text)?;
                let bytes = bits.to_ne_bytes();
                let low = if cfg!(target_endian = "big") {
                    bytes.len().saturating_sub(len)
                } else {
                    0
                };
                let bytes = bytes.get(low..).unwrap_or_default();
                // SAFETY: the program's map says that the member has so many bytes there, 8 at most.
                unsafe {
                    to.cast::<u8>()
                        .copy_from_nonoverlapping(bytes.as_ptr(), len.min(bytes.len()));
                }
                Ok(())
            }
            (Act::Text { first, .. }, Kind::Array(len)) => {
                self.begin(first);
                // SAFETY: the program's map says that the array has so many bytes.
                let to = unsafe { room(to.cast(), len) };
                self.array(to.unwrap_or_default(), text);
                Ok(())
            }
            (Act::Text { first, .. }, _) => {
                self.begin(first);
                self.text(to.cast(), text)
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, first: bool) {
        if first {
            self.args().chunks_length = 0;
        }
    }

    /// Adds to the text in an array as much as there is room for.
    fn array(&mut self, array: &mut [u8], more: &[u8]) {
        let before = self.args().chunks_length;
        let after = before.saturating_add(more.len());
        self.args().chunks_length = after;
        let last = array.len().saturating_sub(1);
        let Some(room) = array.get_mut(before..).filter(|_| before <= last) else {
            // It was full before.
            return;
        };
        for (to, from) in room.iter_mut().zip(more) {
            *to = *from;
        }
        let end = match array.get(..last) {
            Some(fits) if after > last => read::whole(fits),
            _ => after,
        };
        if let Some(rest) = array.get_mut(end..) {
            rest.fill(0);
        }
    }

    /// Adds to the text that `to` points to.
    fn text(&mut self, to: *mut *mut c_char, more: &[u8]) -> Or<()> {
        let before = self.args().chunks_length;
        let chunk = self.args().ac_block_size;
        let after = before.checked_add(more.len()).ok_or(Refused::NoMemory)?;
        let room = after.checked_add(1).ok_or(Refused::NoMemory)?;
        // SAFETY: the promise of `new`; the program's map says that a pointer is there, aligned or not,
        // and where a part of the text has come, it points to that in the arena.
        unsafe {
            let text = to.read_unaligned();
            let had = if before == 0 {
                0
            } else {
                before.saturating_add(1)
            };
            let mut arena = Arena::new(&raw mut self.args().ac).ok_or(Refused::NoMemory)?;
            let grown = match NonNull::new(text.cast()).filter(|_| had != 0) {
                Some(text) => arena.grow_last(text, had, room, chunk),
                None => arena.take(room, chunk, false),
            };
            let grown = grown.ok_or(Refused::NoMemory)?.cast::<c_char>().as_ptr();
            grown
                .add(before)
                .copy_from_nonoverlapping(more.as_ptr().cast(), more.len());
            grown.add(after).write(0);
            to.write_unaligned(grown);
        }
        self.args().chunks_length = after;
        Ok(())
    }

    /// Does what is to be done for a reason of LEJP's.
    pub(super) fn read(&mut self, reason: c_char) -> Or<()> {
        let sp = self.ctx().sp;
        let member = self.member();
        let act = read::act(
            reason,
            Place {
                member: member.as_ref().map(kind),
                here: self.mark(Some(sp)),
                around: self.mark(sp.checked_sub(1)),
            },
        );
        match (act, member) {
            (Act::Nothing, _) => (),
            (Act::Pop, _) => self.outside(),
            (Act::Item, _) => self.item()?,
            (Act::Begin, _) => self.begin(true),
            (Act::Refuse(why), _) => return Err(why),
            (Act::Child, Some(member)) => {
                let level = self.now();
                if level.object.is_null() {
                    return Err(Refused::NoStruct);
                }
                let object = self.take(member.aux)?;
                self.inside(&member, object, Mark::Object)?;
                let to = level.object.wrapping_byte_add(member.ofs);
                // SAFETY: the program's map says that a pointer is there, aligned or not.
                unsafe { to.cast::<*mut c_void>().write_unaligned(object) };
            }
            (Act::List, Some(member)) => self.inside(&member, null_mut(), Mark::Array)?,
            (Act::Single, Some(member)) => {
                self.inside(&member, null_mut(), Mark::Object)?;
                self.item()?;
            }
            _ => {
                self.store(act)?;
                let last = !matches!(act, Act::Text { last: false, .. });
                let args = self.args();
                let (cb, dest, arg) = (args.cb, args.dest, args.cb_arg);
                if let Some(cb) = cb.filter(|_| last) {
                    // SAFETY: the program's function and arguments; nothing is borrowed.
                    unsafe { cb(dest, arg) };
                }
            }
        }
        Ok(())
    }

    /// Begins with the struct that the program has set up, or one of the length that it has.
    pub(super) fn start(&mut self) -> Or<()> {
        let level = self.now();
        let count = u8::try_from(level.entries).map_err(|_| Refused::Map)?;
        let args = self.args();
        let dest = match (args.dest, args.dest_len) {
            (dest, len) if dest.is_null() && len != 0 => self.take(len)?,
            (dest, _) => dest,
        };
        self.args().dest = dest;
        let ctx = self.ctx();
        ctx.path_stride = size_of::<lws_struct_map>();
        if let Some(first) = ctx.pst.first_mut() {
            first.user = dest;
            if !level.map.is_null() {
                first.paths = level.map.cast();
                first.count_paths = count;
            }
        }
        Ok(())
    }

    /// Finds the schema that `fits`, and goes on with its struct and its callback.
    pub(super) fn schema(&mut self, fits: impl Fn(&lws_struct_map) -> bool) -> Or<lejp_callback> {
        let level = self.now();
        let found = level
            .members()
            .enumerate()
            .find(|(_, entry)| kind(entry) == Kind::Schema && fits(entry));
        let (at, entry) = found.ok_or(Refused::Schema)?;
        let object = self.take(entry.aux)?;
        let outermost = self.ctx().pst_sp == 0;
        self.push(&entry, object)?;
        if outermost {
            let args = self.args();
            args.dest = object;
            args.dest_len = entry.aux;
            args.top_schema_index = c_int::try_from(at).unwrap_or(c_int::MAX);
        }
        Ok(entry.lejp_cb.or(Some(lws_struct_default_lejp_cb)))
    }

    /// Finds the schema by the first member, which its struct then begins with.
    pub(super) fn implied(&mut self) -> Or<lejp_callback> {
        let path = path(self.ctx());
        let path = until_nul(&path);
        let callback = self.schema(|entry| {
            let level = Level {
                object: null_mut(),
                map: entry.child_map,
                entries: entry.child_map_size,
            };
            level.members().any(|member| name(&member) == path)
        })?;
        let len = u8::try_from(path.len()).unwrap_or(0);
        let ctx = self.ctx();
        ctx.path_match_len = len;
        if let Some(pst) = ctx.pst.get_mut(usize::from(ctx.pst_sp)) {
            // The same path goes on.
            pst.ppos = len;
        }
        Ok(callback)
    }

    /// Says why the JSON is refused.
    pub(super) fn refuse(&mut self, function: &str, why: Refused) -> c_schar {
        let path = path(self.ctx());
        let path = until_nul(&path);
        log_notice!(
            Log::GLOBAL,
            "{function}: {}: {}",
            path.escape_ascii(),
            why.text()
        );
        1
    }
}

/// The path of the parser, with what is behind its NUL.
fn path(ctx: &lejp_ctx) -> [u8; 128] {
    ctx.path.each_ref().map(|c| *c as u8)
}
