use super::Kind;
use super::read::{Refused, number, whole};

#[test]
fn numbers_fit_or_are_refused() {
    let fits = |kind, text: &str| number(kind, text.as_bytes()).map(|(bits, _)| bits as i64);
    for (kind, text, want) in [
        (Kind::Signed(1), "-128", Ok(-128)),
        (Kind::Signed(1), "128", Err(Refused::Range)),
        (Kind::Signed(8), "-9223372036854775808", Ok(i64::MIN)),
        (Kind::Signed(8), "-9223372036854775809", Err(Refused::Range)),
        (Kind::Signed(8), "9223372036854775808", Err(Refused::Range)),
        (Kind::Unsigned(8), "18446744073709551615", Ok(-1)),
        (
            Kind::Unsigned(8),
            "18446744073709551616",
            Err(Refused::Range),
        ),
        (Kind::Unsigned(2), "-0", Ok(0)),
        (Kind::Unsigned(2), "-1", Err(Refused::Range)),
        (Kind::Boolean(4), "true", Ok(1)),
        (Kind::Boolean(4), "-1", Err(Refused::Range)),
        (Kind::Signed(4), "1.0", Err(Refused::Value)),
        (Kind::Signed(4), "true", Err(Refused::Value)),
        (Kind::Signed(4), "", Err(Refused::Value)),
        (Kind::Text, "1", Err(Refused::Value)),
    ] {
        assert_eq!(fits(kind, text), want, "{kind:?} {text}");
    }
}

#[test]
fn texts_are_cut_between_characters() {
    for (text, want) in [
        (&b""[..], 0),
        (b"ab", 2),
        ("a\u{e9}".as_bytes(), 3),
        (b"a\xc3", 1),
        (b"a\xe2\x82", 1),
        (b"a\xf0\x9f\x98", 1),
        ("\u{1f600}".as_bytes(), 4),
        // What is no UTF-8 stays.
        (b"\x80\x80\x80\x80", 4),
        (b"\xff", 1),
        (b"\xc3\xa9\xa9", 3),
    ] {
        assert_eq!(whole(text), want, "{text:?}");
    }
}
