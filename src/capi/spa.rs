//! `lws-spa.h`: forms that browsers post.
//!
//! A reader gets the body of a request piece by piece, from LWS_CALLBACK_HTTP_BODY. It keeps the values
//! of the fields that the program names, and hands on the content of files.

use core::cell::{Cell, RefCell};
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::{NonNull, null, null_mut};

pub use crate::abi::spa::*;

use super::convert::need;
use super::own_wsi;
use crate::abi::types::{lws, lws_spa};
use crate::log::{Log, log_err, log_info};
use crate::roles::form::{Broken, Field, Form, NAME_LIMIT, Receiver};
use crate::roles::headers::token;
use crate::sys::memory;
use crate::sys::zeroed::Zeroed;

/// Room for values where the program does not say how much.
const USUAL_STORAGE: usize = 512;
/// How much of a file is handed on at once, bytes.
const PIECE: usize = 4096;

/// What the field that arrives is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Arrives {
    Nothing,
    /// The field of this number, whose value begins there.
    Value(usize, usize),
    File,
}

struct Spa {
    info: lws_spa_create_info,
    /// Not there while it works.
    form: Cell<Option<Form>>,
    /// Where the values are, and how many bytes of it are used.
    room: NonNull<u8>,
    size: usize,
    used: Cell<usize>,
    /// Where each value begins, and how long it is.
    values: Vec<Cell<Option<(usize, usize)>>>,
    arrives: Cell<Arrives>,
    /// The names of the field and file that arrive, with NULs, and a piece of the latter.
    name: RefCell<Vec<u8>>,
    file: RefCell<Vec<u8>>,
    piece: RefCell<Vec<u8>>,
    over: Cell<bool>,
    broken: Cell<bool>,
    /// Holds `room`, unless an arena does.
    _memory: Option<Zeroed>,
}

impl Spa {
    /// The number of a field.
    fn number(&self, name: &[u8]) -> Option<usize> {
        let step = match self.info.param_names_stride {
            0 => size_of::<*const c_char>(),
            n => n,
        };
        (0..self.values.len()).find(|n| {
            let at = self
                .info
                .param_names
                .cast::<u8>()
                .wrapping_add(n.saturating_mul(step));
            // SAFETY: the promise of lws_spa_create_via_info(): there are as many names, that far apart.
            unsafe {
                let known = at.cast::<*const c_char>().read_unaligned();
                !known.is_null() && CStr::from_ptr(known).to_bytes() == name
            }
        })
    }

    /// Tells the program of a file.
    fn tell(&self, bytes: &[u8], state: lws_spa_fileupload_states) -> Result<(), Broken> {
        let Some(cb) = self.info.opt_cb else {
            return Ok(());
        };
        let mut piece = self.piece.take();
        piece.clear();
        piece.extend_from_slice(bytes);
        piece.push(0);
        let ends = state == lws_spa_fileupload_states::LWS_UFS_CLOSE;
        let buf = if ends {
            null_mut()
        } else {
            piece.as_mut_ptr().cast()
        };
        let at = |text: &RefCell<Vec<u8>>| text.borrow().as_ptr().cast::<c_char>();
        let (name, file) = (at(&self.name), at(&self.file));
        let len = c_int::try_from(bytes.len()).unwrap_or(c_int::MAX);
        // SAFETY: the promise of lws_spa_create_via_info(); the texts are not touched while it runs.
        let result = unsafe { cb(self.info.opt_data, name, file, buf, len, state) };
        self.piece.replace(piece);
        if result < 0 {
            Err(Broken::Refused)
        } else {
            Ok(())
        }
    }

    /// Puts bytes behind the values.
    fn keep(&self, bytes: &[u8]) -> Result<(), Broken> {
        let used = self.used.get();
        let end = used
            .checked_add(bytes.len())
            .filter(|end| *end <= self.size);
        let end = end.ok_or(Broken::TooLong)?;
        // SAFETY: there is room for them.
        unsafe {
            let to = self.room.as_ptr().add(used);
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len());
        }
        self.used.set(end);
        Ok(())
    }

    /// Tells, once, that no more files come.
    fn close(&self) -> Result<(), Broken> {
        if self.over.replace(true) {
            return Ok(());
        }
        self.tell(&[], lws_spa_fileupload_states::LWS_UFS_CLOSE)
    }

    /// Works on the form, unless it is broken or being worked on.
    fn with(&self, work: impl FnOnce(&mut Form, &mut dyn Receiver) -> Result<(), Broken>) -> c_int {
        let form = self.form.take().filter(|_| !self.broken.get());
        let Some(mut form) = form else {
            return -1;
        };
        let result = work(&mut form, &mut To(self));
        self.form.set(Some(form));
        if let Err(why) = result {
            self.broken.set(true);
            log_info!(Log::GLOBAL, "a form cannot be read: {why:?}");
            return -1;
        }
        0
    }
}

struct To<'a>(&'a Spa);

/// Keeps a name with a NUL, for which there is room.
fn set(to: &RefCell<Vec<u8>>, name: &[u8]) {
    let mut to = to.borrow_mut();
    to.clear();
    to.extend_from_slice(name.get(..NAME_LIMIT).unwrap_or(name));
    to.push(0);
}

impl Receiver for To<'_> {
    fn begin(&mut self, field: Field) -> Result<(), Broken> {
        let spa = self.0;
        set(&spa.name, field.name);
        set(&spa.file, field.file.unwrap_or(&[]));
        if field.file.is_some() {
            spa.arrives.set(Arrives::File);
            return spa.tell(&[], lws_spa_fileupload_states::LWS_UFS_OPEN);
        }
        // The first value of a name counts.
        let free = |n: &usize| spa.values.get(*n).is_some_and(|v| v.get().is_none());
        spa.arrives.set(match spa.number(field.name).filter(free) {
            Some(n) => Arrives::Value(n, spa.used.get()),
            None => Arrives::Nothing,
        });
        Ok(())
    }

    fn piece(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        match self.0.arrives.get() {
            Arrives::Nothing => Ok(()),
            Arrives::Value(..) => self.0.keep(bytes),
            Arrives::File => {
                let content = lws_spa_fileupload_states::LWS_UFS_CONTENT;
                let mut pieces = bytes.chunks(PIECE);
                pieces.try_for_each(|piece| self.0.tell(piece, content))
            }
        }
    }

    fn end(&mut self) -> Result<(), Broken> {
        let spa = self.0;
        match spa.arrives.replace(Arrives::Nothing) {
            Arrives::Nothing => Ok(()),
            // As in lws, a field without a value is as one that is absent.
            Arrives::Value(_, from) if from == spa.used.get() => Ok(()),
            Arrives::Value(n, from) => {
                let len = spa.used.get().saturating_sub(from);
                spa.keep(b"\0")?;
                if let Some(value) = spa.values.get(n) {
                    value.set(Some((from, len)));
                }
                Ok(())
            }
            Arrives::File => spa.tell(&[], lws_spa_fileupload_states::LWS_UFS_FINAL_CONTENT),
        }
    }
}

/// # Safety
///
/// `spa` is NULL or a live reader.
unsafe fn spa_ref<'a>(spa: *mut lws_spa) -> Option<&'a Spa> {
    // SAFETY: every `lws_spa` of C's is a `Spa`.
    unsafe { spa.cast::<Spa>().as_ref() }
}

/// Makes a reader of the form that a request posts: `multipart/form-data` where its Content-Type says
/// so, else `application/x-www-form-urlencoded`. As lws_spa_create_via_info() with these members.
///
/// # Returns
///
/// The reader, for lws_spa_destroy(); NULL when an argument is no good, the boundary is missing, or
/// there is no memory.
///
/// # Safety
///
/// `wsi` is NULL or a live connection; the rest is what lws_spa_create_via_info() needs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_spa_create(
    wsi: *mut lws,
    param_names: *const *const c_char,
    count_params: c_int,
    max_storage: c_int,
    opt_cb: lws_spa_fileupload_cb,
    opt_data: *mut c_void,
) -> *mut lws_spa {
    const NAME: &str = "lws_spa_create";
    let info = lws_spa_create_info {
        param_names,
        count_params,
        max_storage,
        opt_cb,
        opt_data,
        param_names_stride: 0,
        ac: null_mut(),
        ac_chunk_size: 0,
    };
    // SAFETY: the caller's promise.
    unsafe { create(NAME, wsi, Some(&info)) }
}

/// Makes a reader of the form that a request posts; `info` says how, and is not needed afterwards.
///
/// # Returns
///
/// As lws_spa_create().
///
/// # Safety
///
/// `wsi` is NULL or a live connection, `info` NULL or valid. Its `param_names`, their texts and what
/// `opt_cb` needs stay valid as long as the reader; `ac` is NULL or an arena.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_spa_create_via_info(
    wsi: *mut lws,
    info: *const lws_spa_create_info_t,
) -> *mut lws_spa {
    const NAME: &str = "lws_spa_create_via_info";
    // SAFETY: the caller's promise.
    unsafe { create(NAME, wsi, info.as_ref()) }
}

/// # Safety
///
/// As lws_spa_create_via_info().
unsafe fn create(name: &str, wsi: *mut lws, info: Option<&lws_spa_create_info>) -> *mut lws_spa {
    let info = need!(in name, "info", info, null_mut());
    // SAFETY: the caller's promise.
    let w = need!(in name, "wsi", unsafe { own_wsi(name, wsi) }, null_mut());
    let count = usize::try_from(info.count_params).ok();
    let count = count.filter(|n| *n == 0 || !info.param_names.is_null());
    let count = need!(in name, "param_names", count, null_mut());
    let kind = w.web.get().and_then(|web| {
        web.headers(|h| h.get(token::CONTENT_TYPE).map(Form::new))
            .flatten()
    });
    let form = match kind.unwrap_or_else(|| Form::new(b"")) {
        Ok(form) => form,
        Err(why) => {
            log_err!(
                w.log(),
                "{name}: the form has no good Content-Type: {why:?}"
            );
            return null_mut();
        }
    };
    let size = match usize::try_from(info.max_storage) {
        Ok(n) if n > 0 => n,
        _ => USUAL_STORAGE,
    };
    let text = || memory::zeroes(NAME_LIMIT.saturating_add(1));
    let mut values = Vec::new();
    let texts = (text(), text(), memory::zeroes(PIECE.saturating_add(1)));
    let (Ok(mut name_room), Ok(mut file_room), Ok(piece), Ok(())) =
        (texts.0, texts.1, texts.2, values.try_reserve_exact(count))
    else {
        log_err!(w.log(), "{name}: no memory");
        return null_mut();
    };
    name_room.truncate(1);
    file_room.truncate(1);
    values.resize(count, Cell::new(None));
    let memory = if info.ac.is_null() {
        Zeroed::new(size)
    } else {
        None
    };
    let room = match &memory {
        Some(own) => NonNull::new(own.as_ptr().cast()),
        // SAFETY: the caller's promise.
        None => unsafe { in_arena(info, size) },
    };
    let Some(room) = room else {
        log_err!(w.log(), "{name}: no memory for {size} bytes of values");
        return null_mut();
    };
    let spa = Spa {
        info: *info,
        form: Cell::new(Some(form)),
        room,
        size,
        used: Cell::new(0),
        values,
        arrives: Cell::new(Arrives::Nothing),
        name: RefCell::new(name_room),
        file: RefCell::new(file_room),
        piece: RefCell::new(piece),
        over: Cell::new(false),
        broken: Cell::new(false),
        _memory: memory,
    };
    Box::into_raw(Box::new(spa)).cast()
}

/// Room in the arena of `info`; `None`: there is none, or no memory.
///
/// # Safety
///
/// `info.ac` is NULL or an arena.
unsafe fn in_arena(info: &lws_spa_create_info, size: usize) -> Option<NonNull<u8>> {
    #[cfg(feature = "LWS_WITH_LWSAC")]
    // SAFETY: the caller's promise.
    let room = unsafe { crate::sys::lwsac::Arena::new(info.ac) }
        .and_then(|mut arena| arena.take_zeroed(size, info.ac_chunk_size));
    #[cfg(not(feature = "LWS_WITH_LWSAC"))]
    let room = {
        let _ = (info, size);
        None
    };
    room
}

/// Takes `len` bytes of the form, which are not needed afterwards. May call `opt_cb`, in which the
/// reader is not destroyed.
///
/// # Returns
///
/// 0; -1 when the form is malformed, its values have no room, `opt_cb` has refused a file, or an
/// argument is NULL. The form is over then.
///
/// # Safety
///
/// `spa` is NULL or a live reader; `in` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_spa_process(
    spa: *mut lws_spa,
    r#in: *const c_char,
    len: c_int,
) -> c_int {
    const NAME: &str = "lws_spa_process";
    // SAFETY: the caller's promise.
    unsafe {
        let spa = need!("spa", spa_ref(spa), -1);
        let Some(len) = usize::try_from(len).ok().filter(|n| *n > 0) else {
            return 0;
        };
        let from = need!("in", r#in.cast::<u8>().as_ref(), -1);
        let bytes = core::slice::from_raw_parts(from, len);
        spa.with(|form, to| form.feed(bytes, to))
    }
}

/// Tells that all of the form has come. `opt_cb` hears of LWS_UFS_CLOSE.
///
/// # Returns
///
/// 0; -1 when the form is not whole or was malformed, or `spa` is NULL.
///
/// # Safety
///
/// `spa` is NULL or a live reader.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_spa_finalize(spa: *mut lws_spa) -> c_int {
    const NAME: &str = "lws_spa_finalize";
    // SAFETY: the caller's promise.
    let spa = need!("spa", unsafe { spa_ref(spa) }, -1);
    if spa.over.get() {
        return 0;
    }
    let whole = spa.with(|form, to| form.finish(to));
    match spa.close() {
        Ok(()) => whole,
        Err(_) => -1,
    }
}

/// How long the value of a field is, without the NUL behind it.
///
/// # Returns
///
/// Its bytes; 0 when it is absent or empty, `n` is no field's number, or `spa` is NULL.
///
/// # Safety
///
/// `spa` is NULL or a live reader.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_spa_get_length(spa: *mut lws_spa, n: c_int) -> c_int {
    const NAME: &str = "lws_spa_get_length";
    // SAFETY: the caller's promise.
    let spa = need!("spa", unsafe { spa_ref(spa) }, 0);
    value(spa, n).map_or(0, |(_, len)| c_int::try_from(len).unwrap_or(c_int::MAX))
}

fn value(spa: &Spa, n: c_int) -> Option<(usize, usize)> {
    spa.values.get(usize::try_from(n).ok()?)?.get()
}

/// The value of a field, by its place in `param_names`. Of several values of one name it is the first
/// that is not empty.
///
/// # Returns
///
/// The value with a NUL behind it, which the reader keeps, or the arena; NULL when it is absent or
/// empty, `n` is no field's number, or `spa` is NULL.
///
/// # Safety
///
/// `spa` is NULL or a live reader.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_spa_get_string(spa: *mut lws_spa, n: c_int) -> *const c_char {
    const NAME: &str = "lws_spa_get_string";
    // SAFETY: the caller's promise; a value begins inside of the room.
    unsafe {
        let spa = need!("spa", spa_ref(spa), null());
        match value(spa, n) {
            Some((from, _)) => spa.room.as_ptr().add(from).cast(),
            None => null(),
        }
    }
}

/// Ends a reader and its values, but for those in an arena. `opt_cb` hears of LWS_UFS_CLOSE, unless
/// lws_spa_finalize() has told it. Not inside of `opt_cb`.
///
/// # Returns
///
/// 0; -1 when `spa` is NULL.
///
/// # Safety
///
/// `spa` is NULL or a live reader, not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_spa_destroy(spa: *mut lws_spa) -> c_int {
    const NAME: &str = "lws_spa_destroy";
    // SAFETY: the caller's promise; readers come from `Box::into_raw`.
    unsafe {
        let live = need!("spa", spa_ref(spa), -1);
        // What it returns has no effect any more.
        let _ = live.close();
        drop(Box::from_raw(spa.cast::<Spa>()));
    }
    0
}
