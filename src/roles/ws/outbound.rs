//! What a program writes, made into frames.

use super::frame::{CONTROL_MAX, FIN, Header, opcode};
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
use super::{
    deflate::{Deflater, NoMemory},
    frame::{Mask, RSV1, is_control},
};

/// What one call writes: one frame, unless it is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) opcode: u8,
    /// The message ends with it.
    pub(crate) fin: bool,
}

impl Frame {
    pub(crate) fn new(opcode: u8, fin: bool) -> Self {
        Self { opcode, fin }
    }

    pub(crate) fn is_data(self) -> bool {
        self.opcode < opcode::CLOSE
    }

    /// Its header. `None` for a control frame that carries too much.
    pub(crate) fn header(self, len: usize, key: Option<[u8; 4]>) -> Option<Header> {
        if !self.is_data() && len > CONTROL_MAX {
            return None;
        }
        let fin = if self.fin || !self.is_data() { FIN } else { 0 };
        let len = u64::try_from(len).ok()?;
        Some(Header::new(self.opcode | fin, len, key))
    }
}

/// Messages on their way through permessage-deflate.
#[cfg(feature = "LWS_WITH_EXTENSIONS")]
pub(crate) struct Compressing {
    deflater: Deflater,
    /// The most that a frame carries, bytes.
    most: usize,
    /// Compressed, and not in a frame yet.
    held: Vec<u8>,
    /// How the next frame begins.
    first: u8,
}

#[cfg(feature = "LWS_WITH_EXTENSIONS")]
impl Compressing {
    /// Makes frames of `most` bytes.
    pub(crate) fn new(deflater: Deflater, most: usize) -> Self {
        Self {
            deflater,
            most: most.max(1),
            held: Vec::new(),
            first: 0,
        }
    }

    /// Changes what a frame carries at most, bytes.
    pub(crate) fn set_most(&mut self, most: usize) {
        self.most = most.max(1);
    }

    pub(crate) fn deflater(&mut self) -> &mut Deflater {
        &mut self.deflater
    }

    /// Compresses a piece of a message, and adds the frames that are full to `out`; with the last
    /// piece all. `key` is asked for the key of each frame. What a message whose compression fails
    /// has left behind is no use to its peer: the connection ends.
    pub(crate) fn write(
        &mut self,
        frame: Frame,
        payload: &[u8],
        key: &mut dyn FnMut() -> Option<[u8; 4]>,
        out: &mut Vec<u8>,
    ) -> Result<(), NoMemory> {
        if frame.opcode != opcode::CONTINUATION {
            self.first = frame.opcode | RSV1;
        }
        debug_assert!(!is_control(frame.opcode));
        self.deflater.add(payload, frame.fin, &mut self.held)?;
        let held = core::mem::take(&mut self.held);
        let mut rest = held.as_slice();
        while rest.len() > self.most || (frame.fin && !rest.is_empty()) {
            let (now, later) = rest.split_at(rest.len().min(self.most));
            let fin = if frame.fin && later.is_empty() {
                FIN
            } else {
                0
            };
            let key = key();
            let len = u64::try_from(now.len()).unwrap_or(0);
            let header = Header::new(self.first | fin, len, key);
            self.first = opcode::CONTINUATION;
            out.try_reserve(header.bytes().len().saturating_add(now.len()))
                .map_err(|_| NoMemory)?;
            out.extend_from_slice(header.bytes());
            let at = out.len();
            out.extend_from_slice(now);
            if let (Some(key), Some(sent)) = (key, out.get_mut(at..)) {
                Mask::new(key).apply(sent);
            }
            rest = later;
        }
        self.held
            .try_reserve_exact(rest.len())
            .map_err(|_| NoMemory)?;
        self.held.extend_from_slice(rest);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes() {
        let first = |opcode, fin| Frame::new(opcode, fin).header(3, None).unwrap().bytes()[0];
        assert_eq!(first(opcode::TEXT, true), 0x81);
        assert_eq!(first(opcode::TEXT, false), 1);
        assert_eq!(first(opcode::CONTINUATION, true), 0x80);
        assert_eq!(first(opcode::PING, false), 0x89);
    }

    #[test]
    fn a_control_frame_carries_125_bytes() {
        let ping = Frame::new(opcode::PING, true);
        assert!(ping.header(125, None).is_some());
        assert!(ping.header(126, None).is_none());
        assert!(Frame::new(opcode::TEXT, true).header(126, None).is_some());
    }
}
