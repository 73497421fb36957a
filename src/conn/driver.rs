//! What a connection speaks. A driver says which callbacks a connection makes, and gets its bytes.
//!
//! The machine of [`super::life`] decides when, [`super::dispatch`] and [`super::drive`] do the I/O;
//! a driver stands between them and the protocol. It has no state of its own: what it knows of a
//! connection is in the connection. A connection may change its driver, as an upgrade of HTTP does.

use super::wsi::Wsi;
use crate::conn::conns::Conns;
use crate::sys::protocol::Protocol;
use core::ffi::c_uint;
use std::io;
use std::rc::Rc;

/// What a connection speaks.
///
/// Each of the functions may call the program, and so may end in a connection that is closed. To
/// close it from here: [`super::close::after_output`] or [`super::close::now`].
pub(crate) trait Driver: Sync {
    /// Whether its protocol may refuse it when that is told of its making.
    fn may_refuse(&self) -> bool {
        false
    }

    /// Gives it its protocol, and memory of the program's, and tells that. False: it is refused.
    fn bind(&self, conns: &Conns, wsi: &Rc<Wsi>, protocol: Protocol) -> bool;

    /// It is about to be told that it was made.
    fn made(&self, _: &Wsi) {}

    /// The transport is there. False: it is refused.
    fn up(&self, conns: &Conns, wsi: &Rc<Wsi>) -> bool;

    /// The most to receive at once, of `room` bytes that the buffer has.
    fn limit(&self, wsi: &Wsi, room: usize) -> usize;

    /// These bytes came. What it cannot use yet it puts back into `held`, before what is there.
    fn received(&self, conns: &Conns, wsi: &Rc<Wsi>, bytes: &mut [u8]);

    /// The peer sends no more, and may still receive.
    fn ended(&self, conns: &Conns, wsi: &Rc<Wsi>);

    /// All that was written has gone to the kernel, which has room. `asked`: the program wants to
    /// write.
    fn writeable(&self, conns: &Conns, wsi: &Rc<Wsi>, asked: bool);

    /// The program sends `bytes`, which are what `kind` says (`enum lws_write_protocol`). Returns what
    /// it is told of how many those were. An error means that the connection is dead.
    fn write(&self, conns: &Conns, wsi: &Wsi, bytes: &[u8], kind: c_uint) -> io::Result<usize>;

    /// Its protocol loses it.
    fn dropped(&self, wsi: &Wsi);

    /// It closes.
    fn closed(&self, wsi: &Wsi);

    /// Why it failed when its time was over before it was established, for CLIENT_CONNECTION_ERROR.
    fn timed_out(&self, wsi: &Wsi) -> &'static str;
}
