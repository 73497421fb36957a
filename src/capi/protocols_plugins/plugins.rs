//! `lws-protocols-plugins.h`: plugins, shared objects of which a program loads those of a class.

use crate::abi::protocols_plugins::{
    LWS_PLUGIN_API_MAGIC, each_plugin_cb_t, lws_plugin, lws_plugin_header, lws_plugin_u,
};
use crate::capi::convert::{cstr, need};
use crate::log::{Log, log_info, log_notice, log_warn};
use crate::sys::{alloc, dl};
use crate::util::file::{self, Kind};
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::{NonNull, null_mut};
use std::ffi::CString;
use std::os::unix::ffi::OsStringExt;

/// LWS_BUILD_HASH of `lws_config.h`, which is that of Debian's package.
const BUILD_HASH: &CStr = c"unknown";

/// What to look for.
struct Wanted<'a> {
    pplugin: *mut *mut lws_plugin,
    class: &'a CStr,
    filter: Option<&'a CStr>,
    each: each_plugin_cb_t,
    user: *mut c_void,
}

/// The name that a file's plugin is exported by: from after the first `-` or `_` up to the next dot.
fn export_of(file: &CStr) -> Option<CString> {
    let file = file.to_bytes();
    let start = file.iter().position(|b| matches!(b, b'-' | b'_'))?;
    let name = file.get(start..)?.get(1..)?;
    let end = name.iter().position(|b| *b == b'.')?;
    let (name, rest) = name.split_at_checked(end)?;
    let shared = rest == b".so" || rest.starts_with(b".so.");
    (shared && !name.is_empty())
        .then(|| CString::new(name).ok())
        .flatten()
}

impl Wanted<'_> {
    /// What a header that cannot be used lacks.
    ///
    /// # Safety
    ///
    /// The header's texts are valid, and so is the list.
    unsafe fn refusal(&self, hdr: &lws_plugin_header) -> Option<&'static str> {
        // SAFETY: the caller's promise. What follows the magic number depends on it.
        unsafe {
            if hdr.api_magic != LWS_PLUGIN_API_MAGIC {
                return Some("made for another version of plugins");
            }
            if cstr(hdr.lws_build_hash) != Some(BUILD_HASH) {
                return Some("made for another build of the library");
            }
            if cstr(hdr._class) != Some(self.class) {
                return Some("of another class");
            }
            let Some(name) = cstr(hdr.name) else {
                return Some("without a name");
            };
            let mut at = *self.pplugin;
            while let Some(plugin) = at.as_ref() {
                if cstr((*plugin.hdr).name) == Some(name) {
                    return Some("there already");
                }
                at = plugin.list;
            }
        }
        None
    }

    /// Takes the plugin of one file in front of the list. Was there one to take?
    ///
    /// # Safety
    ///
    /// As lws_plugins_init().
    unsafe fn take(&self, path: &CStr, export: &CStr) -> bool {
        let object = match dl::open(path) {
            Ok(object) => object,
            Err(why) => {
                log_info!(Log::GLOBAL, "lws_plugins_init: {why}");
                return false;
            }
        };
        let export = dl::symbol(object, export).map(NonNull::cast::<lws_plugin_header>);
        // SAFETY: the object is loaded, and what it exports by that name is a plugin: the promise of
        // who put it into the directory. It is unloaded where nothing of it was kept.
        unsafe {
            let refusal = match export {
                Some(hdr) => self.refusal(hdr.as_ref()),
                None => Some("without an export of its name"),
            };
            let room = if refusal.is_none() {
                alloc::alloc(size_of::<lws_plugin>(), c"plugin")
            } else {
                None
            };
            let (Some(hdr), Some(room)) = (export, room) else {
                let why = refusal.unwrap_or("no memory");
                log_info!(
                    Log::GLOBAL,
                    "lws_plugins_init: {}: {why}",
                    path.to_string_lossy()
                );
                dl::close(object);
                return false;
            };
            let plugin = room.cast::<lws_plugin>().as_ptr();
            plugin.write(lws_plugin {
                list: *self.pplugin,
                hdr: hdr.as_ptr(),
                u: lws_plugin_u { l: object.as_ptr() },
            });
            *self.pplugin = plugin;
            log_notice!(Log::GLOBAL, "lws_plugins_init: {}", path.to_string_lossy());
            if let Some(each) = self.each {
                each(plugin, self.user);
            }
        }
        true
    }

    /// Takes what there is in a directory. Is there something of it, with a filter what was looked for?
    ///
    /// # Safety
    ///
    /// As lws_plugins_init().
    unsafe fn look(&self, dir: &CStr) -> bool {
        let found = match file::list(dir) {
            Ok(found) => found,
            Err(e) => {
                log_warn!(
                    Log::GLOBAL,
                    "lws_plugins_init: {}: {e}",
                    dir.to_string_lossy()
                );
                return false;
            }
        };
        let mut any = false;
        for (name, kind) in found {
            let Some(export) = export_of(&name) else {
                continue;
            };
            let kind_fits = matches!(kind, Kind::File | Kind::Link | Kind::Unknown);
            if !kind_fits || self.filter.is_some_and(|f| f != export.as_c_str()) {
                continue;
            }
            let path = [dir.to_bytes(), b"/", name.to_bytes()].concat();
            let Ok(path) = CString::new(path) else {
                continue;
            };
            // SAFETY: the caller's promise.
            any |= unsafe { self.take(&path, &export) };
            if any && self.filter.is_some() {
                break;
            }
        }
        any
    }
}

/// Loads the plugins of a class: shared objects in the directories of the environment variable
/// LD_LIBRARY_PATH, then in those of `d`, an array that ends in NULL, or NULL.
///
/// A plugin is a file like `libmyapp-name.so`, which exports a constant `name` that begins with a
/// lws_plugin_header_t: the name is what stands after the first `-` or `_` up to the next dot. Its
/// header has LWS_PLUGIN_API_MAGIC and LWS_BUILD_HASH, and the class. Each that is loaded comes to the
/// front of `*pplugin`, a list that is NULL at first, unless one with the same name in its header is
/// in it, and `each`, if it is not NULL, is called for it with `each_user`; what it returns means
/// nothing. Files whose plugin is of another class are loaded to see that and unloaded again: their
/// constructors run.
///
/// With `filter` that is the one name to look for, and the first that is found is enough.
///
/// The directories are read and what is in them is run: nobody else may be able to write to them. Not
/// for several threads at a time on one list. What was not taken is told at LLL_INFO.
///
/// # Returns
///
/// 0 when there is one more in the list, 1 when not.
///
/// # Safety
///
/// `pplugin` is NULL or leads to a list of plugins or to NULL; the texts end in NUL; `each` may be
/// called with `each_user`; what the directories hold is as above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_plugins_init(
    pplugin: *mut *mut lws_plugin,
    d: *const *const c_char,
    _class: *const c_char,
    filter: *const c_char,
    each: each_plugin_cb_t,
    each_user: *mut c_void,
) -> c_int {
    const NAME: &str = "lws_plugins_init";
    need!("pplugin", (!pplugin.is_null()).then_some(()), 1);
    // SAFETY: the caller's promise, of all.
    unsafe {
        let wanted = Wanted {
            pplugin,
            class: need!("_class", cstr(_class), 1),
            filter: cstr(filter),
            each,
            user: each_user,
        };
        let mut any = false;
        let environment = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
        for dir in environment.into_vec().split(|b| *b == b':') {
            if any && wanted.filter.is_some() {
                break;
            }
            if !dir.is_empty() {
                any |= CString::new(dir).is_ok_and(|dir| wanted.look(&dir));
            }
        }
        let mut at = d;
        while !at.is_null() {
            if any && wanted.filter.is_some() {
                break;
            }
            let Some(dir) = cstr(*at) else {
                break;
            };
            any |= wanted.look(dir);
            at = at.add(1);
        }
        c_int::from(!any)
    }
}

/// Unloads the plugins of a list, the last loaded first, and empties it. Before that `each`, if it is
/// not NULL, is called for each with `each_user`; what it returns means nothing.
///
/// # Returns
///
/// 0, or 1 when `pplugin` is NULL.
///
/// # Safety
///
/// `pplugin` is NULL or leads to a list that lws_plugins_init() made; nothing of the plugins is used
/// afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lws_plugins_destroy(
    pplugin: *mut *mut lws_plugin,
    each: each_plugin_cb_t,
    each_user: *mut c_void,
) -> c_int {
    const NAME: &str = "lws_plugins_destroy";
    need!("pplugin", (!pplugin.is_null()).then_some(()), 1);
    // SAFETY: the caller's promise: plugins that lws_plugins_init() made, each in the list once.
    unsafe {
        while let Some(plugin) = NonNull::new(*pplugin) {
            if let Some(each) = each {
                each(plugin.as_ptr(), each_user);
            }
            let object = (*plugin.as_ptr()).u.l;
            *pplugin = (*plugin.as_ptr()).list;
            alloc::free(plugin.cast());
            if let Some(object) = NonNull::new(object) {
                dl::close(object);
            }
        }
        *pplugin = null_mut();
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_tell_the_export() {
        let of = |file| export_of(file).map(|name| name.into_string().unwrap_or_default());
        assert_eq!(of(c"libmyapp-one.so"), Some("one".into()));
        assert_eq!(of(c"libmy_two_b.so.1.2"), Some("two_b".into()));
        for none in [
            c"",
            c"-",
            c"libone.so",
            c"libmy-.so",
            c"libmy-one",
            c"libmy-one.txt",
            c"libmy-one.so1",
            c"libmy-one.o.so",
        ] {
            assert_eq!(of(none), None, "{none:?}");
        }
    }
}
