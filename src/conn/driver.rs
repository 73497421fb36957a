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
    /// Whether the protocol may refuse the connection when it is told that it was made.
    fn may_refuse(&self) -> bool {
        false
    }

    /// Binds the protocol to the connection, allocates the program's memory for it, and tells the
    /// protocol. False: it refuses.
    fn bind(&self, conns: &Conns, wsi: &Rc<Wsi>, protocol: Protocol) -> bool;

    /// The protocol is about to be told that the connection was made.
    fn made(&self, _: &Wsi) {}

    /// The transport is connected and secured. False: the protocol refuses.
    fn up(&self, conns: &Conns, wsi: &Rc<Wsi>) -> bool;

    /// The most to receive at once, of `room` bytes that the buffer has.
    fn limit(&self, wsi: &Wsi, room: usize) -> usize;

    /// These bytes came. The driver puts what it cannot use yet into `held`, before what is there.
    fn received(&self, conns: &Conns, wsi: &Rc<Wsi>, bytes: &mut [u8]);

    /// The peer sends no more, and may still receive.
    fn ended(&self, conns: &Conns, wsi: &Rc<Wsi>);

    /// All that was written has gone to the kernel, which has room. `asked`: the program wants to
    /// write.
    fn writeable(&self, conns: &Conns, wsi: &Rc<Wsi>, asked: bool);

    /// The program sends `bytes`; `kind` (`enum lws_write_protocol`) says what they are. Returns the
    /// number that `lws_write()` returns. An error means that the connection is dead.
    fn write(&self, conns: &Conns, wsi: &Wsi, bytes: &[u8], kind: c_uint) -> io::Result<usize>;

    /// The protocol is told that the connection is taken away from it.
    fn dropped(&self, wsi: &Wsi);

    /// The protocol is told that the connection closes.
    fn closed(&self, wsi: &Wsi);

    /// The text of CLIENT_CONNECTION_ERROR for a time that was over before the connection was
    /// established.
    fn timed_out(&self, wsi: &Wsi) -> &'static str;
}
