//! Requests and answers, each with one fault.

use super::*;

/// RFC 6455, section 1.3.
const KEY: &[u8; KEY_LEN] = b"dGhlIHNhbXBsZSBub25jZQ==";

#[test]
fn the_example_of_the_rfc() {
    assert_eq!(&accept(KEY), b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assert_eq!(&key(*b"the sample nonce"), KEY);
}

#[test]
fn which_subprotocol() {
    let known = |name: &[u8]| [&b"p1"[..], b"p2"].iter().position(|k| *k == name);
    for (offered, wanted) in [
        (None, Choice::Default),
        (Some(""), Choice::Default),
        (Some("p2"), Choice::Known(1)),
        (Some("zzz, p2"), Choice::Known(1)),
        (Some("p2,p1"), Choice::Known(1)),
        (Some("  p1"), Choice::Known(0)),
        (Some("P1"), Choice::Unknown),
        (Some("p1;q"), Choice::Known(0)),
        (Some("p1x, ,"), Choice::Unknown),
    ] {
        assert_eq!(
            choose(offered.map(str::as_bytes), known),
            wanted,
            "{offered:?}"
        );
    }
}

#[test]
fn what_a_server_refuses() {
    let good = Request {
        get: true,
        http_1_1: true,
        upgrade: Some(b"WebSocket"),
        connection: Some(b"keep-alive, Upgrade"),
        version: Some(b"13"),
    };
    assert_eq!(check(&good), Ok(()));
    let check = |change: &dyn Fn(&mut Request<'static>)| {
        let mut request = good;
        change(&mut request);
        check(&request)
    };
    assert_eq!(check(&|r| r.version = None), Ok(()));
    let version = Err(Refusal::Version);
    assert_eq!(check(&|r| r.version = Some(b"8")), version);
    assert_eq!(check(&|r| r.version = Some(b"12")), version);
    assert_eq!(check(&|r| r.get = false), Err(Refusal::BadRequest));
    assert_eq!(check(&|r| r.http_1_1 = false), Err(Refusal::BadRequest));
    let none = Err(Refusal::NoConnection);
    assert_eq!(check(&|r| r.connection = None), none);
    assert_eq!(check(&|r| r.connection = Some(b"keep-alive")), none);
    let other = Err(Refusal::OtherProtocol);
    assert_eq!(check(&|r| r.upgrade = Some(b"foo")), other);
    assert_eq!(check(&|r| r.upgrade = None), other);
}

#[test]
fn the_answer_in_bytes() {
    let text = answer(KEY, Some("permessage-deflate"), Some(b"p2")).unwrap();
    assert_eq!(
        String::from_utf8(text).unwrap(),
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
         Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: p2\r\n"
    );
    let text = String::from_utf8(answer(KEY, None, None).unwrap()).unwrap();
    assert!(text.ends_with("xOo=\r\n"));
}

#[test]
fn the_request_in_bytes() {
    let mut wanted = Wanted {
        path: b"p/q?a=b",
        host: b"h",
        origin: None,
        raw_origin: false,
        key: KEY,
        extensions: None,
        protocol: None,
    };
    let text = |wanted: &Wanted| String::from_utf8(request(wanted).unwrap()).unwrap();
    assert_eq!(
        text(&wanted),
        "GET /p/q?a=b HTTP/1.1\r\nPragma: no-cache\r\nCache-Control: no-cache\r\nHost: h\r\n\
         Upgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    );
    wanted.extensions = Some(b"permessage-deflate; client_max_window_bits");
    wanted.protocol = Some(b"p1, p2");
    let tail = "Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\
                Sec-WebSocket-Protocol: p1, p2\r\nSec-WebSocket-Version: 13\r\n";
    assert!(text(&wanted).ends_with(tail));
    for (origin, raw, line) in [
        ("o", false, "Host: h\r\nOrigin: http://o\r\nUpgrade"),
        ("http://o", false, "\r\nOrigin: http://o\r\n"),
        ("https://o", false, "\r\nOrigin: https://o\r\n"),
        ("o", true, "\r\nOrigin: o\r\n"),
    ] {
        wanted.origin = Some(origin.as_bytes());
        wanted.raw_origin = raw;
        assert!(text(&wanted).contains(line), "{origin}");
    }
}

#[test]
fn what_a_client_refuses() {
    let good = Response {
        status: 101,
        upgrade: Some(b"websocket"),
        connection: Some(b"keep-alive, Upgrade"),
        accept: Some(b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        protocol: None,
    };
    let offered = Some(&b"p1, p2"[..]);
    assert_eq!(agreed(&good, KEY, offered), Ok(()));
    let refused = |change: &dyn Fn(&mut Response<'static>)| {
        let mut response = good;
        change(&mut response);
        agreed(&response, KEY, offered)
    };
    assert_eq!(refused(&|r| r.protocol = Some(b"p2")), Ok(()));
    for (change, error) in [
        (
            &(|r: &mut Response<'static>| r.status = 401) as &dyn Fn(&mut Response<'static>),
            Error::Unauthorized,
        ),
        (&|r| r.status = 404, Error::Status),
        (&|r| r.accept = None, Error::NoAccept),
        (&|r| r.accept = Some(b"x"), Error::Accept),
        (&|r| r.upgrade = None, Error::NoUpgrade),
        (&|r| r.upgrade = Some(b"foo"), Error::OtherUpgrade),
        (&|r| r.connection = None, Error::Connection),
        (&|r| r.connection = Some(b"close"), Error::Connection),
        (&|r| r.protocol = Some(b"p3"), Error::Protocol),
    ] {
        assert_eq!(refused(change), Err(error));
    }
    let mut named = good;
    named.protocol = Some(b"p1");
    assert_eq!(agreed(&named, KEY, None), Err(Error::Protocol));
}
