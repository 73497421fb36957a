//! What mounts decide: which one a path belongs to, and what a file's answer says of it.

use core::ffi::CStr;

/// Whether a path belongs to a mount. `/` takes every path.
pub(crate) fn covers(mountpoint: &[u8], path: &[u8]) -> bool {
    let Some(rest) = path.strip_prefix(mountpoint) else {
        return false;
    };
    rest.is_empty() || mountpoint.ends_with(b"/") || rest.starts_with(b"/")
}

/// The type of a file by its suffix, in any case; `None` where it is not known.
pub(crate) fn type_of(path: &[u8]) -> Option<&'static CStr> {
    const TYPES: &[(&str, &CStr)] = &[
        (".html", c"text/html"),
        (".htm", c"text/html"),
        (".js", c"text/javascript"),
        (".mjs", c"text/javascript"),
        (".css", c"text/css"),
        (".png", c"image/png"),
        (".jpg", c"image/jpeg"),
        (".jpeg", c"image/jpeg"),
        (".ico", c"image/x-icon"),
        (".gif", c"image/gif"),
        (".svg", c"image/svg+xml"),
        (".ttf", c"application/x-font-ttf"),
        (".otf", c"application/font-woff"),
        (".woff", c"application/font-woff"),
        (".woff2", c"application/font-woff2"),
        (".gz", c"application/gzip"),
        (".txt", c"text/plain"),
        (".xml", c"application/xml"),
        (".json", c"application/json"),
        (".wasm", c"application/wasm"),
        (".mp4", c"video/mp4"),
        (".pdf", c"application/pdf"),
        (".webp", c"image/webp"),
    ];
    let mut all = TYPES.iter();
    let found = all.find(|(suffix, _)| ends_with(path, suffix.as_bytes()))?;
    Some(found.1)
}

/// Whether a path ends with a suffix, in any case.
pub(crate) fn ends_with(path: &[u8], suffix: &[u8]) -> bool {
    let at = path.len().checked_sub(suffix.len());
    let end = at.and_then(|at| path.get(at..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(suffix))
}

/// How a file may be kept.
#[derive(Clone, Copy, Default)]
pub(crate) struct Caching {
    pub(crate) max_age: u32,
    pub(crate) reusable: bool,
    pub(crate) revalidate: bool,
    pub(crate) intermediaries: bool,
}

impl Caching {
    /// What `cache-control:` says.
    pub(crate) fn control(self) -> String {
        if self.max_age == 0 || !self.reusable {
            return "no-store".into();
        }
        let before = if self.revalidate {
            "must-revalidate, "
        } else {
            ""
        };
        let who = if self.intermediaries {
            "public"
        } else {
            "private"
        };
        format!("{before}{who}, max-age={}", self.max_age)
    }
}

/// The tag of a file of this size that was changed then, with its quotes.
pub(crate) fn etag(size: u64, changed: i64) -> String {
    format!("\"{:08X}{:08X}\"", size as u32, changed as u32)
}

/// Whether If-None-Match names a tag: quoted or not, weak or not, or `*` (RFC 9110 13.1.2).
pub(crate) fn names<'a>(mut items: impl Iterator<Item = &'a [u8]>, etag: &str) -> bool {
    let bare = etag.trim_matches('"').as_bytes();
    items.any(|item| {
        let strong = item.strip_prefix(b"W/").unwrap_or(item);
        let inner = strong
            .strip_prefix(b"\"")
            .and_then(|s| s.strip_suffix(b"\""));
        item == b"*" || inner.unwrap_or(strong) == bare
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_ends_at_a_slash() {
        for (mountpoint, path, expected) in [
            ("/", "/", true),
            ("/", "/x", true),
            ("/f", "/f", true),
            ("/f", "/f/", true),
            ("/f", "/f/x", true),
            ("/f", "/fx", false),
            ("/f", "/F", false),
            ("/f/", "/f/x", true),
            ("/f/", "/f", false),
            ("", "/x", true),
        ] {
            let r = covers(mountpoint.as_bytes(), path.as_bytes());
            assert_eq!(r, expected, "{mountpoint} {path}");
        }
    }

    #[test]
    fn types_go_by_suffix() {
        assert_eq!(type_of(b"/a/B.HTML"), Some(c"text/html"));
        assert_eq!(type_of(b"x.woff2"), Some(c"application/font-woff2"));
        assert_eq!(type_of(b"x.tar.gz"), Some(c"application/gzip"));
        assert_eq!(type_of(b"html"), None);
        assert_eq!(type_of(b""), None);
    }

    #[test]
    fn caches_are_told() {
        let c = |max_age, reusable, revalidate, intermediaries| {
            Caching {
                max_age,
                reusable,
                revalidate,
                intermediaries,
            }
            .control()
        };
        assert_eq!(c(0, true, true, true), "no-store");
        assert_eq!(c(3600, false, true, true), "no-store");
        assert_eq!(c(3600, true, false, false), "private, max-age=3600");
        assert_eq!(
            c(3600, true, true, false),
            "must-revalidate, private, max-age=3600"
        );
        assert_eq!(
            c(3600, true, true, true),
            "must-revalidate, public, max-age=3600"
        );
    }

    #[test]
    fn tags_are_named_in_every_form() {
        let tag = etag(19, 0x6543_21AB);
        assert_eq!(tag, "\"00000013654321AB\"");
        let is = |items: &[&str]| names(items.iter().map(|i| i.as_bytes()), &tag);
        assert!(is(&["00000013654321AB"]));
        assert!(is(&["\"x\"", "\"00000013654321AB\""]));
        assert!(is(&["W/\"00000013654321AB\""]));
        assert!(is(&["*"]));
        assert!(!is(&["\"00000013654321AC\""]));
        assert!(!is(&[]));
    }
}
