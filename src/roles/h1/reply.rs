//! The head of an answer, line by line.

/// Why a line was not written; nothing of it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    NoRoom,
    /// What was given has the end of a line in it, and would begin another one.
    Split,
}

/// Room for lines. Two bytes are kept for the empty line.
pub(crate) struct Lines<'a> {
    room: &'a mut [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(room: &'a mut [u8]) -> Self {
        Self { room, at: 0 }
    }

    /// How many bytes were written.
    pub(crate) fn len(&self) -> usize {
        self.at
    }

    /// Writes a line of these parts, with its end.
    fn line(&mut self, parts: &[&[u8]]) -> Result<(), Refused> {
        if parts
            .iter()
            .any(|p| p.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)))
        {
            return Err(Refused::Split);
        }
        let sum: usize = parts.iter().map(|p| p.len()).sum();
        let end = self.at.saturating_add(sum).saturating_add(2);
        if end.saturating_add(2) > self.room.len() {
            return Err(Refused::NoRoom);
        }
        for part in parts {
            self.put(part);
        }
        self.put(b"\r\n");
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) {
        let end = self.at.saturating_add(bytes.len());
        if let Some(room) = self.room.get_mut(self.at..end) {
            room.copy_from_slice(bytes);
            self.at = end;
        }
    }

    /// Writes a header. A name without its colon gets one.
    pub(crate) fn header(&mut self, name: &[u8], value: &[u8]) -> Result<(), Refused> {
        let colon: &[u8] = if name.ends_with(b":") { b" " } else { b": " };
        self.line(&[name, colon, value])
    }

    /// Writes a line that has only a value.
    pub(crate) fn bare(&mut self, value: &[u8]) -> Result<(), Refused> {
        self.line(&[value])
    }

    /// Writes the status line.
    pub(crate) fn status(&mut self, http11: bool, code: u16) -> Result<(), Refused> {
        let version: &[u8] = if http11 { b"HTTP/1.1 " } else { b"HTTP/1.0 " };
        let mut digits = [0; 20];
        let digits = decimal(u64::from(code), &mut digits);
        self.line(&[version, digits, b" ", phrase(code).as_bytes()])
    }

    /// Writes how long the content is.
    pub(crate) fn length(&mut self, n: u64) -> Result<(), Refused> {
        let mut digits = [0; 20];
        self.header(b"content-length:", decimal(n, &mut digits))
    }

    /// Writes the empty line, which needs three bytes.
    pub(crate) fn finish(&mut self) -> Result<(), Refused> {
        if self.room.len().saturating_sub(self.at) < 3 {
            return Err(Refused::NoRoom);
        }
        self.put(b"\r\n");
        Ok(())
    }
}

/// The digits of a number.
pub(crate) fn decimal(n: u64, room: &mut [u8; 20]) -> &[u8] {
    let (mut n, mut at) = (n, room.len());
    loop {
        at = at.saturating_sub(1);
        if let Some(b) = room.get_mut(at) {
            *b = b'0'.saturating_add((n % 10) as u8);
        }
        n /= 10;
        if n == 0 {
            return room.get(at..).unwrap_or(&[]);
        }
    }
}

/// What follows a status code. Those that lws has no phrase for have none.
pub(crate) fn phrase(code: u16) -> &'static str {
    match code {
        100 => "Continue",
        200 => "OK",
        304 => "Not Modified",
        300..=399 => "Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Auth Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Request Entity Too Large",
        414 => "Request URI too Long",
        415 => "Unsupported Media Type",
        416 => "Requested Range Not Satisfiable",
        417 => "Expectation Failed",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}

/// The page for a status, as lws has it. What the program adds is not escaped.
pub(crate) fn page(code: u16, added: &[u8]) -> Vec<u8> {
    let mut digits = [0; 20];
    let parts: [&[u8]; 5] = [
        b"<html><head><meta charset=utf-8 http-equiv=\"Content-Language\" content=\"en\"/>\
          <link rel=\"stylesheet\" type=\"text/css\" href=\"/error.css\"/></head><body><h1>",
        decimal(u64::from(code), &mut digits),
        b"</h1>",
        added,
        b"</body></html>",
    ];
    parts.concat()
}

/// Headers that make browsers careful (LWS_SERVER_OPTION_HTTP_HEADERS_SECURITY_BEST_PRACTICES_ENFORCE).
pub(crate) const CAREFUL: [(&[u8], &[u8]); 5] = [
    (
        b"content-security-policy:",
        b"default-src 'none'; img-src 'self' data: ; script-src 'self'; font-src 'self'; \
          style-src 'self'; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none';\
          form-action 'self';",
    ),
    (b"x-content-type-options:", b"nosniff"),
    (b"x-xss-protection:", b"1; mode=block"),
    (b"x-frame-options:", b"deny"),
    (b"referrer-policy:", b"no-referrer"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn written(
        n: usize,
        f: impl FnOnce(&mut Lines) -> Result<(), Refused>,
    ) -> Result<Vec<u8>, Refused> {
        let mut room = vec![0; n];
        let mut lines = Lines::new(&mut room);
        f(&mut lines)?;
        let len = lines.len();
        room.truncate(len);
        Ok(room)
    }

    #[test]
    fn lines_are_those_of_lws() {
        let all = written(200, |l| {
            l.status(true, 200)?;
            l.header(b"X-Foo:", b"v")?;
            l.header(b"X-NoColon", b"v")?;
            l.length(u64::MAX)?;
            l.bare(b"x")?;
            l.finish()
        });
        let text: &[u8] = b"HTTP/1.1 200 OK\r\nX-Foo: v\r\nX-NoColon: v\r\n\
            content-length: 18446744073709551615\r\nx\r\n\r\n";
        assert_eq!(all.as_deref(), Ok(text));
        assert_eq!(
            written(99, |l| l.status(false, 429)).as_deref(),
            Ok(&b"HTTP/1.0 429 \r\n"[..])
        );
    }

    #[test]
    fn room_is_kept_for_the_end() {
        // 19 bytes with their end.
        let line = |n| written(n, |l| l.header(b"X-Header:", b"1234567"));
        assert_eq!(line(21).map(|l| l.len()), Ok(19));
        assert_eq!(line(20), Err(Refused::NoRoom));
        let end = |n| written(n, |l| l.finish());
        assert_eq!(end(2), Err(Refused::NoRoom));
        assert_eq!(end(3).as_deref(), Ok(&b"\r\n"[..]));
    }

    #[test]
    fn no_value_begins_another_line() {
        for (name, value) in [("a:", "b\r\nc: d"), ("a\n", "b"), ("a:", "b\0")] {
            let r = written(99, |l| l.header(name.as_bytes(), value.as_bytes()));
            assert_eq!(r, Err(Refused::Split));
        }
    }

    #[test]
    fn a_page_has_the_size_of_lws() {
        assert_eq!(page(404, b"").len(), 173);
        assert!(page(404, b"<b>").ends_with(b"<h1>404</h1><b></body></html>"));
    }
}
