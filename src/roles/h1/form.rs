//! The body of a form with several parts, as a client sends it (RFC 7578).

/// How many bytes the boundary between parts has.
pub(crate) const BOUNDARY_LEN: usize = 12;

/// Makes a boundary of random bytes: letters and digits.
pub(crate) fn boundary(random: [u8; BOUNDARY_LEN]) -> [u8; BOUNDARY_LEN] {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    random.map(|b| DIGITS.get(usize::from(b & 31)).copied().unwrap_or(b'0'))
}

/// What is said of a part.
pub(crate) struct Part<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) file: Option<&'a [u8]>,
    pub(crate) kind: Option<&'a [u8]>,
}

/// What stands before a part, and after the last one (`None`). `first`: there is none before it.
pub(crate) fn delimit(boundary: &[u8], part: Option<&Part>, first: bool) -> Vec<u8> {
    let mut text = Vec::new();
    if !first {
        text.extend_from_slice(b"\r\n");
    }
    for piece in [b"--", boundary] {
        text.extend_from_slice(piece);
    }
    let Some(part) = part else {
        text.extend_from_slice(b"--\r\n");
        return text;
    };
    text.extend_from_slice(b"\r\nContent-Disposition: form-data; name=\"");
    quote(&mut text, part.name);
    text.push(b'"');
    if let Some(file) = part.file {
        text.extend_from_slice(b"; filename=\"");
        quote(&mut text, file);
        text.push(b'"');
    }
    text.extend_from_slice(b"\r\n");
    if let Some(kind) = part.kind {
        text.extend_from_slice(b"Content-Type: ");
        let is_line = |b: &&u8| !matches!(**b, b'\r' | b'\n');
        text.extend(kind.iter().filter(is_line));
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(b"\r\n");
    text
}

/// Adds a name, with escapes for what would end it or its line, as browsers make them.
fn quote(text: &mut Vec<u8>, name: &[u8]) {
    for b in name {
        match b {
            b'"' => text.extend_from_slice(b"%22"),
            b'\r' => text.extend_from_slice(b"%0D"),
            b'\n' => text.extend_from_slice(b"%0A"),
            b => text.push(*b),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_delimited_as_rfc_7578_says() {
        let text = |part: Option<&Part>, first| {
            String::from_utf8_lossy(&delimit(b"B", part, first)).into_owned()
        };
        let field = Part {
            name: b"t",
            file: None,
            kind: None,
        };
        let file = Part {
            name: b"f",
            file: Some(b"f.txt"),
            kind: Some(b"image/x"),
        };
        let head = "Content-Disposition: form-data; name=";
        assert_eq!(
            text(Some(&field), true),
            format!("--B\r\n{head}\"t\"\r\n\r\n")
        );
        assert_eq!(
            text(Some(&file), false),
            format!("\r\n--B\r\n{head}\"f\"; filename=\"f.txt\"\r\nContent-Type: image/x\r\n\r\n")
        );
        assert_eq!(text(None, false), "\r\n--B--\r\n");
    }

    #[test]
    fn a_name_ends_neither_its_quotes_nor_its_line() {
        let part = Part {
            name: b"a\"\r\nX: y",
            file: None,
            kind: Some(b"a\r\nb"),
        };
        let text = delimit(b"B", Some(&part), true);
        let text = String::from_utf8_lossy(&text).into_owned();
        assert!(text.contains("name=\"a%22%0D%0AX: y\"\r\nContent-Type: ab\r\n\r\n"));
    }

    #[test]
    fn a_boundary_is_of_letters_and_digits() {
        let all = boundary([0, 31, 32, 255, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert!(all.iter().all(u8::is_ascii_alphanumeric));
    }
}
