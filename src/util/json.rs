//! Fishing one value out of short, flat JSON without parsing it.
#![forbid(unsafe_code)]

use super::text::find;
use core::ops::Range;

fn blank(c: u8) -> bool {
    matches!(c, b' ' | b'\t' | b'\n' | b'\r')
}

/// Where the value is that follows the first `name` in `json`; `name` comes
/// with its quotes and colon. Of a string it is what is between the quotes, with its
/// escapes; of anything else the text up to a `,`, `}` or `]`, without the
/// blanks around it. `None` when `name` is not there or nothing follows it.
pub(crate) fn value(json: &[u8], name: &[u8]) -> Option<Range<usize>> {
    let after = find(json, name)?.checked_add(name.len())?;
    let blanks = json.get(after..)?.iter().take_while(|c| blank(**c)).count();
    let start = after.checked_add(blanks)?;
    let body = json.get(start..)?;
    match body {
        [] => None,
        [b'"', string @ ..] => {
            let start = start.checked_add(1)?;
            Some(start..start.checked_add(string_len(string))?)
        }
        _ => {
            let len = body
                .iter()
                .take_while(|c| !matches!(c, b',' | b'}' | b']'))
                .count();
            let len = body
                .get(..len)?
                .iter()
                .rposition(|c| !blank(*c))
                .map_or(0, |last| last + 1);
            Some(start..start.checked_add(len)?)
        }
    }
}

/// How far a string goes: to the quote that no backslash is in front of, or
/// the end when it is not closed.
fn string_len(string: &[u8]) -> usize {
    let mut escaped = false;
    string
        .iter()
        .position(|c| {
            let ends = *c == b'"' && !escaped;
            escaped = *c == b'\\' && !escaped;
            ends
        })
        .unwrap_or(string.len())
}

/// `text` as it stands between the quotes of a string in JSON.
#[cfg(any(feature = "LWS_WITH_SYS_DHCP_CLIENT", feature = "LWS_WITH_BUTTON"))]
pub(crate) fn escaped(text: &[u8]) -> String {
    let mut room = vec![0; super::purify::json_len(text).saturating_add(1)];
    super::purify::json(text, &mut room);
    // The NUL.
    room.pop();
    String::from_utf8_lossy(&room).into_owned()
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    #[cfg(feature = "LWS_WITH_BUTTON")]
    fn text_becomes_the_inside_of_a_string() {
        assert_eq!(super::escaped(b""), "");
        assert_eq!(super::escaped(b"eth0"), "eth0");
        assert_eq!(super::escaped(b"\"a\"\\b"), "\\u0022a\\u0022\\\\b");
    }

    fn found<'a>(json: &'a str, name: &str) -> Option<&'a str> {
        json.get(value(json.as_bytes(), name.as_bytes())?)
    }

    #[test]
    fn values() {
        for (json, want) in [
            (r#"{"a":"b"}"#, Some("b")),
            (r#"{"a": "bcd", "x":1}"#, Some("bcd")),
            (r#"{"a":true}"#, Some("true")),
            (r#"{"a":  null }"#, Some("null")),
            (r#"{"a":12,"b":3}"#, Some("12")),
            ("{\"a\":\n \"z\"}", Some("z")),
            (r#"{"a":""}"#, Some("")),
            (r#"{"a":"q\"r"}"#, Some(r#"q\"r"#)),
            (r#"{"a":"x\\","b":1}"#, Some(r"x\\")),
            (r#"{"a":"a\\\"b","b":1}"#, Some(r#"a\\\"b"#)),
            (r#"{"a":"open"#, Some("open")),
            (r#"{"a":"#, None),
            (r#"{"a": "#, None),
            (r#"{"a":}"#, Some("")),
            (r#"{"b":1}"#, None),
            ("", None),
        ] {
            assert_eq!(found(json, "\"a\":"), want, "{json}");
        }
        assert_eq!(found("{}", ""), None);
    }
}
