use super::*;

/// Feeds a head in two pieces, cut anywhere, and byte by byte; all have to give the same.
fn cut(make: fn() -> Head, bytes: &[u8]) -> Result<(Head, usize), Fault> {
    let feed = |pieces: &[&[u8]]| {
        let mut head = make();
        let mut taken = 0;
        for piece in pieces {
            taken += head.feed(piece)?;
        }
        Ok((head, taken))
    };
    let whole = feed(&[bytes]);
    let show = |r: &Result<(Head, usize), Fault>| match r {
        Ok((h, n)) => Ok((h.at, h.method, h.http11, h.status, *n, all(&h.store))),
        Err(f) => Err(*f),
    };
    let expected = show(&whole);
    for at in 0..bytes.len() {
        let (a, b) = bytes.split_at(at);
        assert_eq!(show(&feed(&[a, b])), expected, "cut at {at}");
    }
    let single: Vec<_> = bytes.chunks(1).collect();
    assert_eq!(show(&feed(&single)), expected, "byte by byte");
    whole
}

fn all(s: &Store) -> String {
    let mut text = String::new();
    for n in 0..token::COUNT {
        for f in s.fragments(n) {
            text += &format!("{n}={} ", String::from_utf8_lossy(f));
        }
    }
    for (n, v) in s.customs() {
        let (n, v) = (String::from_utf8_lossy(n), String::from_utf8_lossy(v));
        text += &format!("{n}{v} ");
    }
    text.trim_end().to_string()
}

fn request(text: &str) -> Result<(Request, String), Fault> {
    let (mut head, taken) = cut(|| Head::for_request(4096), text.as_bytes())?;
    assert_eq!(taken, text.len(), "{text:?}");
    assert!(head.is_done(), "{text:?}");
    Ok((head.request()?, all(&head.store)))
}

fn response(text: &str, to_head: bool) -> Result<Response, Fault> {
    let (head, taken) = cut(|| Head::for_response(4096), text.as_bytes())?;
    assert_eq!(taken, text.len(), "{text:?}");
    assert!(head.is_done(), "{text:?}");
    head.response(to_head)
}

#[test]
fn a_request_says_what_it_wants() {
    let (r, headers) = request("GET /a?b=1&c HTTP/1.1\r\nHost: x:80 \r\nX-Y:  z\r\n\r\n").unwrap();
    assert_eq!(
        r,
        Request {
            method: Method::Get,
            http11: true,
            keep_alive: true,
            body: Framing::None,
            expects_continue: false,
            upgrade: Upgrade::None,
        }
    );
    assert_eq!(headers, "0=/a 3=x:80 15=HTTP/1.1 76=b=1 76=c x-y:z");
}

#[test]
fn lines_may_end_with_a_line_feed_alone_and_begin_after_empty_ones() {
    let (_, headers) = request("\r\n\nget /x HTTP/1.1\nHost: a\n\n").unwrap();
    assert_eq!(headers, "0=/x 3=a 15=HTTP/1.1");
    let many = "\r\n".repeat(9) + "GET / HTTP/1.1\r\n\r\n";
    assert_eq!(request(&many), Err(BAD));
}

#[test]
fn versions_and_connection_decide_on_keep_alive() {
    for (version, connection, http11, keep) in [
        (" HTTP/1.1", "", true, true),
        (" HTTP/1.1", "keep-alive", true, true),
        (" HTTP/1.1", "Close", true, false),
        (" HTTP/1.1", "foo, close", true, false),
        (" HTTP/1.1", "closed", true, true),
        (" HTTP/1.0", "", false, false),
        (" HTTP/1.0", "Keep-Alive, x", false, true),
        (" HTTP/2.7", "", false, false),
        ("", "", false, false),
    ] {
        let text = format!("GET /{version}\r\nConnection: {connection}\r\n\r\n");
        let (r, _) = request(&text).unwrap();
        assert_eq!((r.http11, r.keep_alive), (http11, keep), "{text:?}");
    }
}

#[test]
fn bodies_are_announced() {
    for (head, body) in [
        ("GET / HTTP/1.1\r\n", Framing::None),
        ("GET / HTTP/1.1\r\ncontent-length: 0\r\n", Framing::None),
        (
            "GET / HTTP/1.1\r\ncontent-length: 3\r\n",
            Framing::Length(3),
        ),
        ("POST / HTTP/1.1\r\n", Framing::Length(0)),
        ("PUT / HTTP/1.0\r\n", Framing::Length(0)),
        (
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n",
            Framing::Length(5),
        ),
        (
            "POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n",
            Framing::Length(5),
        ),
        (
            "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n",
            Framing::Chunked,
        ),
    ] {
        let (r, _) = request(&format!("{head}\r\n")).unwrap();
        assert_eq!(r.body, body, "{head:?}");
    }
}

#[test]
fn what_can_be_read_in_two_ways_is_refused() {
    for (head, status) in [
        (
            "POST / HTTP/1.1\r\ncontent-length: 5\r\ncontent-length: 6\r\n",
            400,
        ),
        ("POST / HTTP/1.1\r\ncontent-length: 5, 6\r\n", 400),
        ("POST / HTTP/1.1\r\ncontent-length: -1\r\n", 400),
        ("POST / HTTP/1.1\r\ncontent-length: +1\r\n", 400),
        ("POST / HTTP/1.1\r\ncontent-length: ,\r\n", 400),
        ("POST / HTTP/1.1\r\ncontent-length: 0x5\r\n", 400),
        (
            "POST / HTTP/1.1\r\ncontent-length: 99999999999999999999\r\n",
            400,
        ),
        (
            "POST / HTTP/1.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n",
            400,
        ),
        ("POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n", 400),
        (
            "POST / HTTP/1.1\r\ntransfer-encoding: gzip, chunked\r\n",
            501,
        ),
        (
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked, chunked\r\n",
            501,
        ),
        ("POST / HTTP/1.1\r\ntransfer-encoding: xchunked\r\n", 501),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n", 400),
        ("GET http://a/ HTTP/1.1\r\nHost: b\r\n", 400),
        ("GET / HTTP/1.1\r\nName : v\r\n", 400),
        ("GET / HTTP/1.1\r\nA: b\r\n c\r\n", 400),
        ("GET / HTTP/1.1\r\n A: b\r\n", 400),
        ("GET / HTTP/1.1\r\nA\r\n", 400),
        ("GET / HTTP/1.1\r\n: b\r\n", 400),
        ("GET / HTTP/1.1\r\nA: b\rc: d\r\n", 400),
        ("GET / HTTP/1.1\r\nA: b\0\r\n", 400),
        ("GET /a b HTTP/1.1\r\n", 400),
        ("GET  / HTTP/1.1\r\n", 400),
        ("GET / HTTP/1.1 \r\n", 400),
        ("GET /\tb\r\n", 400),
        ("GET\r\n", 400),
        ("GET x HTTP/1.1\r\n", 400),
        ("GET * HTTP/1.1\r\n", 400),
        ("GET /%zz HTTP/1.1\r\n", 403),
        ("GET /%00 HTTP/1.1\r\n", 400),
        ("PROPFIND / HTTP/1.1\r\n", 501),
        ("GETX / HTTP/1.1\r\n", 501),
        ("CONNECT a:1 HTTP/1.1\r\n", 501),
        ("\u{16}\u{3}\u{1}\r\n", 400),
    ] {
        let text = format!("{head}\r\n");
        assert_eq!(
            request(&text).err(),
            Some(Fault::status(status)),
            "{head:?}"
        );
    }
}

#[test]
fn junk_is_refused_before_its_line_ends() {
    let mut head = Head::for_request(4096);
    assert_eq!(head.feed(b"\x16\x03\x01"), Err(BAD));
    let mut head = Head::for_request(4096);
    assert_eq!(head.feed(&[b'a'; 33]), Err(BAD));
    let mut head = Head::for_request(4096);
    assert_eq!(head.feed(b"GET"), Ok(3));
}

#[test]
fn targets_may_be_absolute() {
    let (_, headers) = request("GET http://h:1/p?q HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(headers, "0=/p 3=h:1 15=HTTP/1.1 76=q");
    let (_, headers) = request("OPTIONS * HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(headers, "2=* 15=HTTP/1.1");
}

#[test]
fn what_is_too_long_is_told_from_what_is_too_much() {
    let head = |path: usize, header: usize| {
        let path = "a".repeat(path);
        let header = "b".repeat(header);
        request(&format!("GET /{path} HTTP/1.1\r\nX: {header}\r\n\r\n")).err()
    };
    assert_eq!(head(4059, 1), None);
    assert_eq!(head(5000, 1), Some(TOO_LONG_TARGET));
    assert_eq!(head(1, 5000), Some(TOO_LONG));
    assert_eq!(head(2100, 2100), Some(TOO_LONG));
    let args = |n: usize| {
        let args = "a&".repeat(n);
        request(&format!("GET /?{args} HTTP/1.1\r\nHost: x\r\n\r\n")).err()
    };
    assert_eq!(args(92), None);
    assert_eq!(args(96), Some(TOO_LONG_TARGET));
    // A line without end, and one of which nothing is kept.
    let mut head = Head::for_request(100);
    assert_eq!(
        head.feed(&[b"GET /".as_slice(), &[b'a'; 400]].concat()),
        Err(TOO_LONG_TARGET)
    );
    let mut head = Head::for_request(100);
    let empty = b"GET / HTTP/1.1\r\n".to_vec();
    let empty = [empty, b"Accept:\r\n".repeat(200)].concat();
    assert_eq!(head.feed(&empty), Err(TOO_LONG));
}

#[test]
fn a_long_line_is_too_long_however_little_is_kept_of_it() {
    let dots = "/.".repeat(2500);
    let status = |text: String| request(&text).err().map(|f| f.status);
    assert_eq!(status(format!("GET {dots} HTTP/1.1\r\n\r\n")), Some(414));
    let blanks = " ".repeat(5000);
    let field = format!("GET / HTTP/1.1\r\nA:{blanks}b\r\n\r\n");
    assert_eq!(status(field), Some(431));
}

#[test]
fn expectations_and_upgrades_are_seen() {
    let head = "POST / HTTP/1.1\r\nExpect: 100-Continue\r\nUpgrade: foo, WebSocket\r\n\r\n";
    let (r, _) = request(head).unwrap();
    assert!(r.expects_continue);
    assert_eq!(r.upgrade, Upgrade::WebSocket);
    let (r, _) = request("GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\n").unwrap();
    assert_eq!(r.upgrade, Upgrade::H2c);
    let (r, _) = request("GET / HTTP/1.1\r\nUpgrade: TLS/1.0\r\n\r\n").unwrap();
    assert_eq!(r.upgrade, Upgrade::None);
}

#[test]
fn a_head_ends_at_its_empty_line() {
    let mut head = Head::for_request(4096);
    let text = b"GET / HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n";
    assert_eq!(head.feed(text), Ok(18));
    assert!(head.is_done());
    assert_eq!(head.feed(&text[18..]), Ok(0));
}

#[test]
fn responses_say_where_their_body_ends() {
    let r = |fields: &str| response(&format!("HTTP/1.1 200 OK\r\n{fields}\r\n"), false).unwrap();
    for (fields, body, keep) in [
        ("content-length: 5\r\n", Framing::Length(5), true),
        ("content-length: 0\r\n", Framing::Length(0), true),
        (
            "content-length: 5\r\nconnection: close\r\n",
            Framing::Length(5),
            false,
        ),
        ("transfer-encoding: Chunked\r\n", Framing::Chunked, true),
        (
            "transfer-encoding: gzip, chunked\r\n",
            Framing::Chunked,
            true,
        ),
        (
            "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
            Framing::Chunked,
            true,
        ),
        ("transfer-encoding: gzip\r\n", Framing::UntilClose, false),
        ("", Framing::UntilClose, false),
    ] {
        let r = r(fields);
        assert_eq!((r.body, r.keep_alive), (body, keep), "{fields:?}");
    }
    for (line, to_head) in [
        ("200 OK", true),
        ("204 No", false),
        ("304", false),
        ("101 S", false),
    ] {
        let text = format!("HTTP/1.1 {line}\r\ncontent-length: 9\r\n\r\n");
        assert_eq!(
            response(&text, to_head).unwrap().body,
            Framing::None,
            "{line}"
        );
    }
    let r = response("HTTP/1.0 404\nA: b\n\n", false).unwrap();
    assert_eq!((r.status, r.http11, r.keep_alive), (404, false, false));
    assert!(
        response("HTTP/1.1 100 Continue\r\n\r\n", false)
            .unwrap()
            .is_interim()
    );
    assert!(
        !response("HTTP/1.1 101 Switching\r\n\r\n", false)
            .unwrap()
            .is_interim()
    );
}

#[test]
fn what_is_no_response_is_refused() {
    for text in [
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 2000 x\r\n\r\n",
        "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 099 x\r\n\r\n",
        "SSH-2.0-x\r\n\r\n",
        "\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: a\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
    ] {
        assert_eq!(response(text, false), Err(BAD), "{text:?}");
    }
}
