//! Messages made smaller and large again (RFC 7692, section 7).

use core::fmt;
use miniz_oxide::deflate::core::{CompressorOxide, create_comp_flags_from_zip_params};
use miniz_oxide::deflate::stream::deflate;
use miniz_oxide::inflate::stream::{InflateState, MinReset, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

/// What ends each message's data and is not sent (RFC 7692, section 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
/// What the compressor allocates, at most, bytes.
const DEFLATER_SIZE: usize = 512 << 10;
/// What the decompressor allocates, at most, bytes.
const INFLATER_SIZE: usize = 64 << 10;
/// How much memory its output grows by, bytes.
const STEP: usize = 1024;

/// The level that is used where the program names none: zlib's.
pub(crate) const LEVEL: u8 = 6;

/// There is no memory for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoMemory;

/// Why a message cannot be made large again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// It is not what DEFLATE (RFC 1951) makes.
    Data,
    Memory,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Data => "invalid deflate data",
            Self::Memory => "no memory to inflate",
        })
    }
}

/// The crate's own boxes abort where there is no memory, and are larger than what the library's
/// reserve has.
fn has_room(size: usize) -> bool {
    Vec::<u8>::new().try_reserve_exact(size).is_ok()
}

/// The compressor of one direction. It has its memory from the first message on.
pub(crate) struct Deflater {
    state: Option<Box<CompressorOxide>>,
    level: u8,
    /// Messages refer to those before.
    takeover: bool,
    /// How far back the peer can refer, bytes.
    window: usize,
    /// Bytes since nothing could be referred to.
    since: usize,
}

impl Deflater {
    /// `window_bits`: 8 to 15.
    pub(crate) fn new(takeover: bool, window_bits: u8) -> Self {
        Self {
            state: None,
            level: LEVEL,
            takeover,
            window: 1usize << window_bits.clamp(8, 15),
            since: 0,
        }
    }

    /// 0 to 9; for what is compressed from the next context on.
    pub(crate) fn set_level(&mut self, level: u8) {
        self.level = level.min(9);
    }

    /// Adds what `input` becomes to `out`; what is held back follows with the last piece of the
    /// message. After an error the peer cannot follow any more.
    pub(crate) fn add(
        &mut self,
        input: &[u8],
        last: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), NoMemory> {
        let begun = out.len();
        let mut rest = input;
        // The crate's window is the largest there is. A smaller one is kept to by forgetting what
        // came before each time it is full, which a full flush does.
        while self.window < 1 << 15 {
            let room = self.window.saturating_sub(self.since);
            if rest.len() <= room {
                break;
            }
            let (now, later) = rest.split_at(room);
            self.run(now, MZFlush::Full, out)?;
            self.since = 0;
            rest = later;
        }
        self.since = self.since.saturating_add(rest.len());
        if !last {
            return self.run(rest, MZFlush::None, out);
        }
        self.run(rest, MZFlush::Sync, out)?;
        let made = out.get(begun..).unwrap_or(&[]);
        let kept = out.len().saturating_sub(TAIL.len());
        if made.ends_with(&TAIL) {
            out.truncate(kept);
        }
        if out.is_empty() {
            // An empty block, but for its end (RFC 7692, section 7.2.3.6).
            out.push(0);
        }
        if !self.takeover {
            self.state = None;
            self.since = 0;
        }
        Ok(())
    }

    fn run(&mut self, input: &[u8], flush: MZFlush, out: &mut Vec<u8>) -> Result<(), NoMemory> {
        let state = match &mut self.state {
            Some(state) => state,
            None if !has_room(DEFLATER_SIZE) => return Err(NoMemory),
            none => {
                let level = i32::from(self.level);
                let flags = create_comp_flags_from_zip_params(level, -15, 0);
                none.insert(Box::new(CompressorOxide::new(flags)))
            }
        };
        let mut rest = input;
        loop {
            let at = out.len();
            out.try_reserve(STEP).map_err(|_| NoMemory)?;
            out.resize(at.saturating_add(STEP), 0);
            let room = out.get_mut(at..).unwrap_or(&mut []);
            let result = deflate(state, rest, room, flush);
            rest = rest.get(result.bytes_consumed..).unwrap_or(&[]);
            out.truncate(at.saturating_add(result.bytes_written));
            // Room is left where all is done.
            if result.bytes_written < STEP {
                return Ok(());
            }
        }
    }
}

/// The decompressor of one direction. It has its memory from the first message on.
pub(crate) struct Inflater {
    state: Option<Box<InflateState>>,
    /// Messages refer to those before.
    takeover: bool,
    /// How much of what ends the message's data was read.
    tail: usize,
}

/// What a step of the decompressor did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) used: usize,
    pub(crate) written: usize,
    /// Nothing more comes of what was given so far.
    pub(crate) drained: bool,
}

impl Inflater {
    pub(crate) fn new(takeover: bool) -> Self {
        Self {
            state: None,
            takeover,
            tail: 0,
        }
    }

    /// Makes as much large again as `out` has room for.
    pub(crate) fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Step, Error> {
        let state = match &mut self.state {
            Some(state) => state,
            None if !has_room(INFLATER_SIZE) => return Err(Error::Memory),
            none => none.insert(InflateState::new_boxed(DataFormat::Raw)),
        };
        let (mut used, mut written) = (0usize, 0usize);
        loop {
            let rest = input.get(used..).unwrap_or(&[]);
            let room = out.get_mut(written..).unwrap_or(&mut []);
            if room.is_empty() {
                break;
            }
            let result = inflate(state, rest, room, MZFlush::None);
            used = used.saturating_add(result.bytes_consumed);
            written = written.saturating_add(result.bytes_written);
            match result.status {
                // A last block, after which another stream may begin (RFC 7692, section 7.2.3.4).
                Ok(MZStatus::StreamEnd) => state.reset_as(MinReset),
                Ok(_) => {}
                // It wants more input.
                Err(MZError::Buf) => break,
                Err(_) => return Err(Error::Data),
            }
            if result.bytes_consumed == 0 && result.bytes_written == 0 {
                break;
            }
        }
        Ok(Step {
            used,
            written,
            drained: used == input.len() && written < out.len(),
        })
    }

    /// The message's data has ended: makes the rest of it large again. `drained`: that was all.
    pub(crate) fn end(&mut self, out: &mut [u8]) -> Result<Step, Error> {
        let step = self.step(TAIL.get(self.tail..).unwrap_or(&[]), out)?;
        self.tail = self.tail.saturating_add(step.used);
        if step.drained {
            self.tail = 0;
            if !self.takeover {
                self.state = None;
            }
        }
        Ok(step)
    }
}

#[cfg(test)]
#[path = "deflate_tests.rs"]
mod tests;
