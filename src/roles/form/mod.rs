//! The body of a form that a browser posts, piece by piece, as it arrives.
//!
//! - [`url`]: `application/x-www-form-urlencoded` (the URL standard, section 5.1);
//! - [`parts`]: `multipart/form-data` (RFC 7578).

mod parts;
mod url;

use core::ops::Range;

/// How long the name of a field, or of a file, may be, bytes.
pub(crate) const NAME_LIMIT: usize = 255;

/// Why a form cannot be read any further.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Broken {
    /// It is no form of its kind.
    Malformed,
    TooLong,
    NoMemory,
    /// Who receives it refuses.
    Refused,
}

/// A field that begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a [u8],
    /// What the browser calls the file whose content follows; `None` for an ordinary field.
    pub(crate) file: Option<&'a [u8]>,
}

/// Receives a form: for each field its beginning, its value in pieces, its end. An error ends it.
pub(crate) trait Receiver {
    fn begin(&mut self, field: Field) -> Result<(), Broken>;
    fn piece(&mut self, bytes: &[u8]) -> Result<(), Broken>;
    fn end(&mut self) -> Result<(), Broken>;
}

/// A form that arrives.
pub(crate) enum Form {
    Url(url::Url),
    Parts(parts::Parts),
}

impl Form {
    /// By the Content-Type of the request: what is no `multipart/form-data` is taken for the other kind.
    pub(crate) fn new(content_type: &[u8]) -> Result<Self, Broken> {
        let mut params = content_type.split(|b| *b == b';');
        let kind = params.next().unwrap_or(&[]).trim_ascii();
        if !kind.eq_ignore_ascii_case(b"multipart/form-data") {
            return Ok(Self::Url(url::Url::default()));
        }
        let boundary = parameter(content_type, b"boundary").ok_or(Broken::Malformed)?;
        let bytes = content_type.get(boundary).unwrap_or(&[]);
        parts::Parts::new(bytes).map(Self::Parts)
    }

    /// Takes bytes of the body.
    pub(crate) fn feed(&mut self, bytes: &[u8], to: &mut dyn Receiver) -> Result<(), Broken> {
        match self {
            Self::Url(f) => f.feed(bytes, to),
            Self::Parts(f) => f.feed(bytes, to),
        }
    }

    /// The body is whole.
    pub(crate) fn finish(&mut self, to: &mut dyn Receiver) -> Result<(), Broken> {
        match self {
            Self::Url(f) => f.finish(to),
            Self::Parts(f) => f.finish(),
        }
    }
}

/// Where the value of a parameter is in a header, without its quotes: `name=value` or `name="value"`
/// after a semicolon (RFC 9110 5.6.6). In quotes a backslash is kept, as browsers send it.
fn parameter(header: &[u8], name: &[u8]) -> Option<Range<usize>> {
    let mut at = header.iter().position(|b| *b == b';')?;
    loop {
        at = at.checked_add(1)?;
        let rest = header.get(at..)?;
        let blank = rest
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let begin = at.checked_add(blank)?;
        let rest = header.get(begin..)?;
        let equals = rest.iter().position(|b| matches!(b, b'=' | b';'))?;
        let found =
            rest.get(..equals)?.eq_ignore_ascii_case(name) && rest.get(equals) == Some(&b'=');
        at = begin.checked_add(equals)?;
        if header.get(at) == Some(&b';') {
            continue;
        }
        let mut start = at.checked_add(1)?;
        let end;
        if header.get(start) == Some(&b'"') {
            start = start.checked_add(1)?;
            let mut escaped = false;
            let closes = |b: &u8| {
                let closes = *b == b'"' && !escaped;
                escaped = *b == b'\\' && !escaped;
                closes
            };
            end = start.checked_add(header.get(start..)?.iter().position(closes)?)?;
            at = end;
        } else {
            let value = header.get(start..)?;
            let len = value.iter().position(|b| *b == b';').unwrap_or(value.len());
            let value = value.get(..len)?.trim_ascii_end();
            end = start.checked_add(value.len())?;
            at = start.checked_add(len)?;
        }
        if found {
            return Some(start..end);
        }
        if header.get(at) != Some(&b';') {
            let next = header.get(at..)?.iter().position(|b| *b == b';')?;
            at = at.checked_add(next)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes down what it receives.
    #[derive(Default)]
    struct Notes(Vec<u8>);

    impl Receiver for Notes {
        fn begin(&mut self, field: Field) -> Result<(), Broken> {
            self.0.extend_from_slice(field.name);
            if let Some(file) = field.file {
                self.0.push(b'@');
                self.0.extend_from_slice(file);
            }
            self.0.push(b'=');
            Ok(())
        }

        fn piece(&mut self, bytes: &[u8]) -> Result<(), Broken> {
            assert!(!bytes.is_empty());
            self.0.extend_from_slice(bytes);
            Ok(())
        }

        fn end(&mut self) -> Result<(), Broken> {
            self.0.push(b'|');
            Ok(())
        }
    }

    /// What a form says, the same however it is cut.
    fn read(kind: &str, body: &[u8]) -> Result<String, Broken> {
        let mut whole = None;
        for step in [1, 2, 3, 5, 7, 11, 100, body.len().max(1)] {
            let mut notes = Notes::default();
            let mut form = Form::new(kind.as_bytes())?;
            let mut fed = Ok(());
            for piece in body.chunks(step) {
                fed = fed.and_then(|()| form.feed(piece, &mut notes));
            }
            let read = fed
                .and_then(|()| form.finish(&mut notes))
                .map(|()| String::from_utf8(notes.0).unwrap());
            if let Some(whole) = whole.replace(read.clone()) {
                assert_eq!(read, whole, "pieces of {step}");
            }
        }
        whole.unwrap()
    }

    #[test]
    fn fields_of_urls() {
        let of = |body: &str| read("application/x-www-form-urlencoded", body.as_bytes());
        for (body, expected) in [
            ("", ""),
            ("a=b", "a=b|"),
            ("a=b&c=d%26e+f", "a=b|c=d&e f|"),
            ("a&b=&=c", "a=|b=||=c|"),
            ("a=b&&c=d&", "a=b|c=d|"),
            ("%61+b=%C3%A4", "a b=\u{e4}|"),
            ("a=b=c", "a=b=c|"),
            ("a=%00", "a=\0|"),
        ] {
            let expected = expected.replace("||=c", "|=c");
            assert_eq!(of(body), Ok(expected), "{body}");
        }
        for body in ["a=%", "a=%1", "a=%zz", "%x1=b", "a=%1&b=c"] {
            assert_eq!(of(body), Err(Broken::Malformed), "{body}");
        }
        let name = "n".repeat(NAME_LIMIT);
        assert_eq!(of(&name), Ok(format!("{name}=|")));
        assert_eq!(of(&format!("{name}n=")), Err(Broken::TooLong));
    }

    #[test]
    fn fields_and_files_of_parts() {
        let kind = "multipart/form-data; boundary=XyZ";
        let of = |body: &str| read(kind, body.as_bytes());
        let part = |head: &str, value: &str| {
            format!("--XyZ\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n")
        };
        let all = [
            part("name=\"a\"", "b"),
            part(
                "name=\"f\"; filename=\"c:\\d \\\"e.txt\"\r\nContent-Type: text/plain",
                "1\r\n--Xy\r2\r\n\r\n",
            ),
            part("name=none; filename=\"\"", ""),
            part("filename=z; name=\"empty\"", ""),
        ];
        let body = format!("preamble\r\n{}--XyZ--\r\nepilogue", all.concat());
        let expected = "a=b|f@c:\\d \\\"e.txt=1\r\n--Xy\r2\r\n\r\n|none=|empty@z=|";
        assert_eq!(of(&body), Ok(expected.into()));
        assert_eq!(of(&body[10..]), Ok(expected.into()));
        // Blanks may follow a boundary.
        assert_eq!(
            of("--XyZ \t\r\ncontent-disposition:form-data;name=a\r\n\r\n\r\n--XyZ--"),
            Ok("a=|".into())
        );
        assert_eq!(of("--XyZ--"), Ok(String::new()));
        for body in [
            "",
            "--XyZ",
            "--XyZ\r\n",
            "--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\nb",
            "--XyZx\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--XyZ--",
            "--XyZ\x0c\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--XyZ--",
            "--XyZ\r \r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--XyZ--",
            "--XyZ\r\nContent-Type: text/plain\r\n\r\nb\r\n--XyZ--",
            "--XyZ\r\nContent-Disposition: attachment; name=a\r\n\r\nb\r\n--XyZ--",
            "--XyZ\r\nContent-Disposition: form-data; n=a\r\n\r\nb\r\n--XyZ--",
        ] {
            assert_eq!(of(body), Err(Broken::Malformed), "{body}");
        }
        let long = format!("name={}", "n".repeat(NAME_LIMIT + 1));
        assert_eq!(of(&part(&long, "")), Err(Broken::TooLong));
        let long = |n| format!("name=n\r\nX: {}", "x".repeat(n));
        assert_eq!(of(&part(&long(5000), "")), Err(Broken::TooLong));
        assert_eq!(of(&part(&long(4094), "")), Err(Broken::TooLong));
        let longest = part(&long(4093), "v") + "--XyZ--";
        assert_eq!(of(&longest), Ok("n=v|".into()));
    }

    #[test]
    fn boundaries_of_content_types() {
        let of = |kind: &str| Form::new(kind.as_bytes()).map(|f| matches!(f, Form::Parts(_)));
        assert_eq!(of(""), Ok(false));
        assert_eq!(of("text/plain"), Ok(false));
        assert_eq!(
            of("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\""),
            Ok(true)
        );
        assert_eq!(of("multipart/form-data;boundary=a;x"), Ok(true));
        let longest = "b".repeat(70);
        assert_eq!(
            of(&format!("multipart/form-data; boundary={longest}")),
            Ok(true)
        );
        for kind in [
            "multipart/form-data".to_owned(),
            "multipart/form-data; boundary=".to_owned(),
            "multipart/form-data; boundary".to_owned(),
            "multipart/form-data; boundary=\"a".to_owned(),
            "multipart/form-data; xboundary=a".to_owned(),
            format!("multipart/form-data; boundary={longest}b"),
        ] {
            assert_eq!(of(&kind), Err(Broken::Malformed), "{kind}");
        }
    }
}
