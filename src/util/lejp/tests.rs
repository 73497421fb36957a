//! What the program is told of JSON, byte by byte.

use super::*;

fn text(bytes: &[c_char]) -> Vec<u8> {
    bytes
        .iter()
        .map(|c| *c as u8)
        .take_while(|c| *c != 0)
        .collect()
}

/// What is told of a text: reason, path and value of each call; and the result, how many bytes are
/// left or an error.
fn told(json: &[u8]) -> (Vec<(i32, String, Vec<u8>)>, i32) {
    let mut ctx = parser();
    let mut told = Vec::new();
    for (at, c) in json.iter().enumerate() {
        let mut step = feed(&mut ctx, *c);
        loop {
            match step {
                Step::Next => break,
                Step::Complete => return (told, i32::try_from(json.len() - at - 1).unwrap()),
                Step::Reject(error) => return (told, error),
                Step::Call(call) => {
                    let path = String::from_utf8_lossy(&text(&ctx.path)).into_owned();
                    let value = call.reason & LEJP_FLAG_CB_IS_VALUE != 0;
                    let value = if value {
                        ctx.buf[..usize::from(ctx.npos)]
                            .iter()
                            .map(|c| *c as u8)
                            .collect()
                    } else {
                        Vec::new()
                    };
                    told.push((call.reason, path, value));
                    step = resume(&mut ctx, *c, call.then);
                }
            }
        }
    }
    (told, lejp_reasons::LEJP_CONTINUE as i32)
}

/// The values in a text that is all JSON, by path.
fn values(json: &str) -> Vec<(String, String)> {
    let (told, result) = told(json.as_bytes());
    assert_eq!(result, 0, "{json}");
    let values = told
        .into_iter()
        .filter(|t| t.0 & LEJP_FLAG_CB_IS_VALUE != 0);
    values
        .map(|(_, path, value)| (path, String::from_utf8(value).unwrap()))
        .collect()
}

fn result(json: &str) -> i32 {
    told(json.as_bytes()).1
}

#[test]
fn values_have_paths() {
    let all = values("#x\n{\"a\":1,\"b\":{\"c\":[true,{\"d\":\"e\"}],\"f\":null},\"\":-1.5e+3}");
    let want = [
        ("a", "1"),
        ("b.c[]", "1"),
        ("b.c[].d", "e"),
        ("b.f", ""),
        ("", "-1.5e+3"),
    ];
    let want = want.map(|(path, value)| (path.to_string(), value.to_string()));
    assert_eq!(all, want);
    let reasons: Vec<i32> = told(b"[{\"a\":[]}]").0.iter().map(|t| t.0).collect();
    assert_eq!(reasons, [2, 14, 16, 5, 14, 15, 17, 15, 3]);
}

#[test]
fn what_is_empty_is_json() {
    for (json, reasons) in [("{}", [2, 16, 17, 3]), ("[]", [2, 14, 15, 3])] {
        let (told, result) = told(json.as_bytes());
        assert_eq!(result, 0);
        assert_eq!(told.iter().map(|t| t.0).collect::<Vec<_>>(), reasons);
    }
}

#[test]
fn arrays_beside_each_other_are_not_in_each_other() {
    let many: Vec<String> = (0..20).map(|n| format!("\"a{n}\":[{n}]")).collect();
    assert_eq!(values(&format!("{{{}}}", many.join(","))).len(), 20);
    let deep = |n: usize| format!("{{\"a\":{}{}}}", "[".repeat(n), "]".repeat(n));
    assert_eq!(result(&deep(8)), 0);
    assert_eq!(
        result(&deep(9)),
        lejp_reasons::LEJP_REJECT_MP_DELIM_ISTACK as i32
    );
    let deep = |n: usize| format!("{}1{}", "{\"a\":".repeat(n), "}".repeat(n));
    // The innermost name is a level as well.
    assert_eq!(result(&deep(11)), 0);
    assert_eq!(
        result(&deep(12)),
        lejp_reasons::LEJP_REJECT_STACK_OVERFLOW as i32
    );
}

#[test]
fn names_have_room_or_are_refused() {
    let named = |n: usize| format!("{{\"{}\":1}}", "n".repeat(n));
    assert_eq!(values(&named(127))[0].0.len(), 127);
    assert_eq!(result(&named(128)), -22);
    let array = |n: usize| format!("{{\"{}\":[]}}", "n".repeat(n));
    assert_eq!(result(&array(124)), 0);
    assert_eq!(result(&array(125)), -22);
}

#[test]
fn strings_come_in_chunks() {
    let long = "x".repeat(600);
    let (told, _) = told(format!("{{\"a\":\"{long}\"}}").as_bytes());
    let chunks: Vec<_> = told.iter().filter(|t| t.0 >= 76).collect();
    let lens: Vec<_> = chunks.iter().map(|t| (t.0, t.2.len())).collect();
    assert_eq!(lens, [(76, 254), (76, 254), (77, 92)]);
}

#[test]
fn escapes_are_what_they_stand_for() {
    for (json, want) in [
        (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r"\u0041\u00e9\u20ac", "A\u{e9}\u{20ac}"),
        (r"\ud83d\ude00!", "\u{1f600}!"),
    ] {
        assert_eq!(values(&format!("{{\"a\":\"{json}\"}}"))[0].1, want);
    }
    // A half stays one, whatever follows it.
    for (json, want) in [
        (r"\ud83d", &b"\xed\xa0\xbd"[..]),
        (r"\ud83dx", b"\xed\xa0\xbdx"),
        (r"\ud83d\n", b"\xed\xa0\xbd\n"),
        (r"\ud83d\u0041", b"\xed\xa0\xbdA"),
        (r"\ud83d\ud83d\ude00", b"\xed\xa0\xbd\xf0\x9f\x98\x80"),
        (r"\ude00", b"\xed\xb8\x80"),
    ] {
        let (told, _) = told(format!("{{\"a\":\"{json}\"}}").as_bytes());
        assert_eq!(told[4].2, want, "{json}");
    }
    // Wherever a chunk ends, all bytes come.
    for before in 248..256 {
        let string = "x".repeat(before);
        let (told, _) = told(format!("{{\"a\":\"{string}\\ud83d\\ude00\"}}").as_bytes());
        let all: Vec<u8> = told
            .into_iter()
            .filter(|t| t.0 >= 76)
            .flat_map(|t| t.2)
            .collect();
        assert_eq!(all, format!("{string}\u{1f600}").into_bytes());
    }
}

#[test]
fn what_is_not_json_is_refused() {
    for (json, want) in [
        ("x", -2),
        ("\"a\"", -2),
        ("{a:1}", -4),
        ("{,}", -4),
        ("{\"a\":1,}", -4),
        ("{\"a\":\"\n\"}", -6),
        ("{\"a\":\"\\x\"}", -7),
        ("{\"a\":\"\\u12g4\"}", -8),
        ("{\"a\" 1}", -9),
        ("{\"a\":x}", -10),
        ("{\"a\":+1}", -10),
        ("[,]", -10),
        ("{\"a\":1.}", -11),
        ("{\"a\":1.e5}", -11),
        ("{\"a\":-}", -12),
        ("{\"a\":1.5.6}", -12),
        ("{\"a\":1e5.5}", -12),
        ("{\"a\":1e5e5}", -12),
        ("{\"a\":1e}", -13),
        ("{\"a\":1e+}", -13),
        ("{\"a\":-e1}", -13),
        ("{\"a\":trux}", -14),
        ("{\"a\":nul}", -14),
        ("{\"a\":]}", -15),
        ("{\"a\":1]", -15),
        ("{\"a\":{\"b\":1]}", -16),
        ("{\"a\":[1}}", -17),
        ("[1}", -17),
        ("[\"a\"}", -17),
        ("{\"a\":1 2}", -21),
        ("{\"a\":truex}", -21),
        ("{\"a\":\"b", -1),
        ("", -1),
    ] {
        assert_eq!(result(json), want, "{json}");
    }
    let long = |n: usize| format!("{{\"a\":{}}}", "1".repeat(n));
    assert_eq!(values(&long(254))[0].1.len(), 254);
    assert_eq!(result(&long(255)), -20);
    assert_eq!(result("{\"a\":1}}x"), 2);
}

#[test]
fn paths_match_as_they_are_asked_for() {
    for (path, asked, wild) in [
        ("a.b", "a.b", Some(vec![])),
        ("a.b", "a", None),
        ("a", "a.b", None),
        ("", "", Some(vec![])),
        ("a.b.c", "a.*.c", Some(vec!["b"])),
        ("a.b[].c", "a.*.c", Some(vec!["b[]"])),
        ("a.b[].c", "a.*[].c", None),
        ("a.b.c", "a.*", Some(vec!["b"])),
        ("a.b", "*.*", Some(vec!["a", "b"])),
        ("a.", "a.*", None),
        (".a", "*.a", Some(vec![".a"])),
    ] {
        let found = path::matches(path.as_bytes(), asked.as_bytes());
        let found = found.map(|wild| {
            let at = wild.at[..usize::from(wild.count)].iter();
            at.map(|at| std::str::from_utf8(path::stood_for(path.as_bytes(), *at)).unwrap())
                .collect::<Vec<_>>()
        });
        assert_eq!(found, wild, "{path} {asked}");
    }
    let many = "*.".repeat(20);
    let found = path::matches("a.".repeat(20).as_bytes(), many.as_bytes());
    assert_eq!(found.unwrap().count, 8);
}
