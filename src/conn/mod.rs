//! Vhosts and their protocols.
#![forbid(unsafe_code)]

use crate::context::Context;
use crate::log::{Cx, log_err};
use crate::sys::protocol::{Finalize, Options, Protocol};
use core::cell::Cell;
use core::ffi::{CStr, c_uint, c_void};
use core::ptr::null;
use std::ffi::CString;

/// Reasons a protocol is called for (`enum lws_callback_reasons`).
pub(crate) mod reason {
    use core::ffi::c_uint;
    pub(crate) const PROTOCOL_INIT: c_uint = 27;
    pub(crate) const PROTOCOL_DESTROY: c_uint = 28;
    pub(crate) const GET_THREAD_ID: c_uint = 31;
    pub(crate) const EVENT_WAIT_CANCELLED: c_uint = 71;
}

/// A set of protocols.
pub(crate) struct Vhost {
    pub(crate) log: Cx,
    name: CString,
    protocols: Vec<Protocol>,
    options: Options,
    /// Whether its protocols are initialised at all.
    uses_init: bool,
    initialised: Cell<bool>,
    finalize: Option<Finalize>,
}

/// What a protocol is called about. Connections are not made yet, so all it tells is where it
/// belongs.
pub(crate) struct Wsi {
    pub(crate) context: *const Context,
    pub(crate) vhost: *const Vhost,
    pub(crate) protocol: Protocol,
}

impl Vhost {
    pub(crate) fn new(
        log: Cx,
        name: CString,
        protocols: Vec<Protocol>,
        options: Options,
        uses_init: bool,
        finalize: Option<Finalize>,
    ) -> Self {
        Self {
            log,
            name,
            protocols,
            options,
            uses_init,
            initialised: Cell::new(false),
            finalize,
        }
    }

    pub(crate) fn name(&self) -> &CStr {
        &self.name
    }

    fn call(&self, cx: &Context, protocol: Protocol, why: c_uint, input: *const c_void) -> bool {
        let wsi = Wsi {
            context: cx,
            vhost: self,
            protocol,
        };
        protocol.call(&wsi, why, input) != 0
    }

    /// Tells each protocol once that it begins. With options given, only those named in them. One
    /// that fails ends the initialisation of this vhost.
    pub(crate) fn init_protocols(&self, cx: &Context) {
        if !self.uses_init || self.initialised.get() {
            return;
        }
        for p in &self.protocols {
            let named = p.name().and_then(|n| self.options.of(n));
            if p.name().is_none() || (self.options.given() && named.is_none()) {
                continue;
            }
            if self.call(cx, *p, reason::PROTOCOL_INIT, named.unwrap_or(null())) {
                let name = p.name().unwrap_or(c"").to_string_lossy();
                let vhost = self.name.to_string_lossy();
                log_err!(
                    cx.log,
                    "vhost {vhost}: protocol {name} failed to initialise"
                );
                return;
            }
        }
        self.initialised.set(true);
    }

    /// Tells every protocol.
    pub(crate) fn broadcast(&self, cx: &Context, why: c_uint) {
        for p in &self.protocols {
            self.call(cx, *p, why, null());
        }
    }

    /// Tells the first protocol.
    pub(crate) fn tell_first(&self, cx: &Context, why: c_uint) {
        if let Some(p) = self.protocols.first() {
            self.call(cx, *p, why, null());
        }
    }

    /// Ends it: its protocols are told, if they were initialised, and its creator is.
    pub(crate) fn finish(&self, cx: &Context) {
        if self.initialised.replace(false) {
            self.broadcast(cx, reason::PROTOCOL_DESTROY);
        }
        if let Some(f) = self.finalize {
            f.call(self);
        }
    }
}
