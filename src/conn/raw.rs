//! Raw connections: the protocol gets every byte as it came. Files and datagrams as well.

use super::driver::Driver;
use super::wsi::{Role, Wsi};
use super::{close, reason, write};
use crate::conn::conns::Conns;
use crate::sys::protocol::Protocol;
use core::ffi::c_uint;
use std::io;
use std::rc::Rc;

pub(crate) struct Raw;

impl Driver for Raw {
    fn may_refuse(&self) -> bool {
        true
    }

    fn bind(&self, _: &Conns, wsi: &Rc<Wsi>, protocol: Protocol) -> bool {
        if !wsi.life.is_client() {
            wsi.protocol.set(protocol);
        }
        wsi.ensure_user()
            && (wsi.role() == Role::File || wsi.tell(reason::RAW_SKT_BIND_PROTOCOL) == 0)
    }

    fn up(&self, _: &Conns, wsi: &Rc<Wsi>) -> bool {
        let why = match wsi.role() {
            _ if wsi.life.is_client() => reason::RAW_CONNECTED,
            Role::File => reason::RAW_ADOPT_FILE,
            _ => reason::RAW_ADOPT,
        };
        wsi.tell(why) == 0
    }

    fn limit(&self, wsi: &Wsi, room: usize) -> usize {
        match wsi.protocol.get().rx_buffer_size() {
            0 => room,
            n => n.min(room),
        }
    }

    fn received(&self, conns: &Conns, wsi: &Rc<Wsi>, bytes: &mut [u8]) {
        if wsi.call(reason::RAW_RX, bytes.as_ptr().cast(), bytes.len()) < 0 {
            close::after_output(conns, wsi);
        }
    }

    fn ended(&self, conns: &Conns, wsi: &Rc<Wsi>) {
        close::after_output(conns, wsi);
    }

    fn writeable(&self, conns: &Conns, wsi: &Rc<Wsi>, asked: bool) {
        if !asked {
            return;
        }
        wsi.life.writes_now();
        let why = match wsi.role() {
            Role::File => reason::RAW_WRITEABLE_FILE,
            _ => reason::RAW_WRITEABLE,
        };
        if wsi.tell(why) < 0 {
            close::after_output(conns, wsi);
        }
    }

    fn write(&self, conns: &Conns, wsi: &Wsi, bytes: &[u8], _: c_uint) -> io::Result<usize> {
        write::write(conns, wsi, bytes).map(|()| bytes.len())
    }

    fn dropped(&self, wsi: &Wsi) {
        if !wsi.user.get().is_null() {
            wsi.tell(reason::RAW_SKT_DROP_PROTOCOL);
        }
    }

    fn closed(&self, wsi: &Wsi) {
        wsi.tell(match wsi.role() {
            Role::File => reason::RAW_CLOSE_FILE,
            _ => reason::RAW_CLOSE,
        });
    }

    fn timed_out(&self, _: &Wsi) -> &'static str {
        "connect timed out"
    }
}
