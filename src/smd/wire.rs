//! A message inside a Secure Streams payload: 8 bytes class, 8 bytes
//! timestamp in microseconds, both big-endian, then the text.

use super::MAX_PAYLOAD;

/// Length of what stands before the text, bytes.
pub(crate) const HEADER: usize = 16;

/// Writes a message of `class` that its receiver shall stamp. Returns its length, or `None` when
/// the text is too long or `buf` too short; a NUL has to fit, too.
pub(crate) fn put(buf: &mut [u8], class: u32, text: &[u8]) -> Option<usize> {
    if text.len() > MAX_PAYLOAD {
        return None;
    }
    let (header, rest) = buf.split_at_mut_checked(HEADER)?;
    let (class_bytes, timestamp) = header.split_at_mut(HEADER / 2);
    class_bytes.copy_from_slice(&u64::from(class).to_be_bytes());
    timestamp.fill(0);
    let (place, end) = rest.split_at_mut_checked(text.len())?;
    place.copy_from_slice(text);
    *end.first_mut()? = 0;
    Some(HEADER + text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_a_big_endian_header_and_its_text() {
        let mut b = [0xaa; 21];
        assert_eq!(put(&mut b, 0x0102_0304, b"abc"), Some(19));
        assert_eq!(&b[..16], [0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(&b[16..], b"abc\0\xaa");
    }

    #[test]
    fn header_text_and_nul_need_their_room() {
        let mut b = [0u8; 1000];
        assert_eq!(put(&mut b[..15], 1, b""), None);
        assert_eq!(put(&mut b[..16], 1, b""), None);
        assert_eq!(put(&mut b[..17], 1, b""), Some(16));
        assert_eq!(put(&mut b[..19], 1, b"abc"), None);
        assert_eq!(put(&mut b[..20], 1, b"abc"), Some(19));
        assert_eq!(put(&mut b, 1, &[b'x'; 384]), Some(400));
        assert_eq!(put(&mut b, 1, &[b'x'; 385]), None);
    }
}
