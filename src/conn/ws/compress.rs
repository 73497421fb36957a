//! Connections whose messages are compressed (permessage-deflate).

use super::{Socket, checks, most, socket};
use crate::conn::wsi::Wsi;
use crate::roles::ws::Side;
use crate::roles::ws::deflate::{Deflater, Inflater};
use crate::roles::ws::inbound::Inbound;
use crate::roles::ws::offer::Terms;
use crate::roles::ws::outbound::Compressing;

/// Bytes of a frame's payload and of a piece of a message where messages are compressed.
const BUFFER: usize = 1024;

/// Frames are read, and messages compressed, as both sides have agreed. `None`: there is no memory.
pub(in crate::conn) fn begin_compressed(wsi: &Wsi, s: &Socket, terms: &Terms) -> Option<()> {
    let server = s.side == Side::Server;
    let (ours, theirs, bits) = match server {
        true => (
            terms.server_no_takeover,
            terms.client_no_takeover,
            terms.server_bits,
        ),
        false => (
            terms.client_no_takeover,
            terms.server_no_takeover,
            terms.client_bits,
        ),
    };
    let deflater = Deflater::new(!ours, bits.unwrap_or(15));
    s.compressing
        .replace(Some(Box::new(Compressing::new(deflater, BUFFER))));
    // The largest power of two that the program takes, and no more than lws's buffer.
    let most = match most(wsi).min(BUFFER) {
        0 => BUFFER,
        n => 1usize << n.ilog2(),
    };
    let inbound = Inbound::inflating(s.side, checks(wsi), Inflater::new(!theirs), most).ok()?;
    s.begin(inbound);
    Some(())
}

/// Changes an option of permessage-deflate. False: there is none, or not with this value now.
pub(crate) fn set_option(wsi: &Wsi, name: &[u8], value: u8) -> bool {
    let Some(s) = socket(wsi) else { return false };
    let mut compressing = s.compressing.borrow_mut();
    let Some(compressing) = compressing.as_mut() else {
        return false;
    };
    let size = (7..=16).contains(&value).then(|| 1usize << value);
    match (name, size) {
        (b"tx_buf_size", Some(size)) => compressing.set_most(size),
        (b"rx_buf_size", Some(size)) => {
            let mut inbound = s.inbound.borrow_mut();
            return inbound.as_mut().is_some_and(|i| i.set_most(size));
        }
        (b"compression_level", _) if value <= 9 => compressing.deflater().set_level(value),
        (b"mem_level", _) if (1..=9).contains(&value) => {}
        _ => return false,
    }
    true
}
