//! From `struct lws_client_connect_info` to what is to be connected.

use crate::abi::client::{lws_client_connect_info, lws_client_connect_ssl_connection_flags};
use crate::capi::convert::cstr;
use crate::capi::error::Error;
use crate::capi::{members, wsi_ref};
use crate::conn::client;
#[cfg(feature = "LWS_ROLE_H1")]
use crate::conn::redirect;
#[cfg(feature = "LWS_WITH_TLS")]
use crate::conn::secure;
use crate::context::{Context, Life};
use crate::log::{Log, log_info, log_warn};
#[cfg(feature = "LWS_ROLE_H1")]
use crate::roles::h1::goal::Goal;
use crate::sys::memory::{self, Mark};
use crate::sys::net::{self, Marks};
use crate::sys::policy::Policy;
#[cfg(feature = "LWS_WITH_TLS")]
use crate::tls::{alpn, verify::Forgives};
#[cfg(not(feature = "LWS_WITH_TLS"))]
use core::ffi::c_int;
use core::ffi::{CStr, c_char};
#[cfg(feature = "LWS_ROLE_H1")]
use std::ffi::CString;
#[cfg(any(feature = "LWS_ROLE_H1", feature = "LWS_WITH_TLS"))]
use std::rc::Rc;

const NAME: &str = "lws_client_connect_via_info";

/// What the program asks for, or what is wrong with that.
///
/// # Safety
///
/// What `info` points to is valid.
pub(super) unsafe fn wanted(
    cx: &Context,
    info: &lws_client_connect_info,
) -> Result<client::Wanted, Error> {
    use lws_client_connect_ssl_connection_flags::*;
    // SAFETY: the caller's promise, in the whole function.
    unsafe {
        let mark = Mark::now();
        // A text that could not be copied is missing.
        let owned = |p: *const c_char| cstr(p).and_then(|text| memory::copy(text).ok());
        let raw = cstr(info.method) == Some(c"RAW");
        let ws = cfg!(feature = "LWS_ROLE_WS") && info.method.is_null();
        let http =
            cfg!(feature = "LWS_ROLE_H1") && !raw && cstr(info.method).is_some_and(is_method);
        if !raw && !ws && !http {
            return Err(Error::Method);
        }
        #[cfg(not(feature = "LWS_WITH_TLS"))]
        if info.ssl_connection & LCCSCF_USE_SSL as c_int != 0 {
            return Err(Error::NoTls("ssl_connection"));
        }
        let Some(address) = owned(info.address) else {
            return Err(Error::Missing("address"));
        };
        let unix = address.to_bytes().first() == Some(&b'+');
        let Some(port) = u16::try_from(info.port).ok().filter(|p| *p != 0 || unix) else {
            return Err(Error::Value("port", info.port.into()));
        };
        if info.priority > net::MOST_PRIORITY {
            return Err(Error::Value("priority", info.priority.into()));
        }
        members::of_connect(info, http, &mut |member, why, detail| {
            if detail {
                log_info!(cx.log, "{NAME}: {member} has no effect: {why}");
            } else {
                log_warn!(cx.log, "{NAME}: {member} has no effect: {why}");
            }
        });
        let flags = info.ssl_connection as u32;
        let unknown = members::unknown_flags(flags);
        if unknown != 0 {
            log_warn!(
                cx.log,
                "{NAME}: ssl_connection: 0x{unknown:x} has no effect: not built"
            );
        }
        let has = |flag: lws_client_connect_ssl_connection_flags| flags & flag as u32 != 0;
        let vhost = if info.vhost.is_null() {
            cx.conns.first_vhost()
        } else {
            cx.conns.vhost_at(info.vhost.cast())
        };
        let vhost = vhost.filter(|v| !v.gone.get() && cx.life() != Life::Ending);
        let Some(vhost) = vhost else {
            return Err(Error::NoVhost);
        };
        let v6 = net::parse(&address, 0).is_some_and(|a| a.is_ipv6());
        if v6 && !vhost.set.ipv6 {
            return Err(Error::NoIpv6);
        }
        let named = cstr(info.local_protocol_name).or_else(|| cstr(info.protocol));
        let protocol = match named {
            // Of WebSocket it is what is offered, which the vhost need not know; programs name that twice.
            Some(name) if raw || (!ws && !info.local_protocol_name.is_null()) => vhost
                .protocol(name)
                .ok_or_else(|| Error::Protocol(Some(name.to_owned())))?,
            _ => named
                .and_then(|name| vhost.protocol(name))
                .or_else(|| vhost.default_protocol())
                .ok_or(Error::Protocol(None))?,
        };
        // A redirect may lead one of HTTP or WebSocket to TLS, a raw one stays where it is.
        #[cfg(feature = "LWS_WITH_TLS")]
        let secured = if has(LCCSCF_USE_SSL) || !raw {
            let offered = cstr(info.alpn).or(raw.then_some(c""));
            let offered = offered.map(|list| alpn::wire(list.to_bytes()));
            Some(Rc::new(secure::Wanted {
                host: owned(info.host).unwrap_or_else(|| address.clone()),
                alpn: offered.transpose().map_err(|_| Error::NoMemory)?,
                forgives: Forgives {
                    self_signed: has(LCCSCF_ALLOW_SELFSIGNED),
                    other_host: has(LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK),
                    expired: has(LCCSCF_ALLOW_EXPIRED),
                    unknown_issuer: has(LCCSCF_ALLOW_INSECURE),
                },
            }))
        } else {
            None
        };
        #[cfg(feature = "LWS_ROLE_H1")]
        let goal = if raw {
            None
        } else {
            let all = [info.path, info.host, info.origin, info.address];
            let longs = all.iter().map(|p| cstr(*p).map_or(0, |t| t.count_bytes()));
            if longs.sum::<usize>() > cx.conns.header_limit.get() {
                return Err(Error::Path);
            }
            let bytes = |p| owned(p).map(CString::into_bytes);
            let mut target = bytes(info.path).unwrap_or_default();
            if target.first() != Some(&b'/') {
                target.insert(0, b'/');
            }
            Some(redirect::Wanted {
                goal: Rc::new(Goal {
                    secured: has(LCCSCF_USE_SSL),
                    address: address.clone().into_bytes(),
                    port,
                    target,
                    host: bytes(info.host).unwrap_or_else(|| address.clone().into_bytes()),
                    origin: bytes(info.origin),
                }),
                follows: !has(LCCSCF_HTTP_NO_FOLLOW_REDIRECT),
                downgrades: has(LCCSCF_ACCEPT_TLS_DOWNGRADE_REDIRECTS),
                #[cfg(feature = "LWS_WITH_TLS")]
                tls: secured.clone(),
            })
        };
        #[cfg(feature = "LWS_ROLE_H1")]
        let wanted_http = http.then(|| crate::conn::h1_client::Wanted {
            method: owned(info.method).unwrap_or_default(),
            keeps: has(LCCSCF_PIPELINE),
            form: has(LCCSCF_HTTP_X_WWW_FORM_URLENCODED),
            multipart: has(LCCSCF_HTTP_MULTIPART_MIME),
            keep_warm_secs: info.keep_warm_secs,
        });
        #[cfg(feature = "LWS_ROLE_WS")]
        let wanted_ws = ws.then(|| crate::conn::ws_client::Wanted {
            protocols: owned(info.protocol),
            named: named.is_some(),
            local: cstr(info.local_protocol_name)
                .is_some_and(|name| vhost.protocol(name).is_some()),
        });
        let wanted = client::Wanted {
            #[cfg(feature = "LWS_ROLE_H1")]
            http: wanted_http,
            #[cfg(feature = "LWS_ROLE_WS")]
            ws: wanted_ws,
            #[cfg(feature = "LWS_ROLE_H1")]
            goal,
            #[cfg(feature = "LWS_WITH_TLS")]
            tls: secured.filter(|_| has(LCCSCF_USE_SSL)),
            protocol,
            vhost,
            address,
            port,
            origin: client::Origin {
                iface: owned(info.iface),
                marks: Marks {
                    priority: info.priority,
                    tos: members::tos(flags),
                },
            },
            reads_first: has(LCCSCF_PRIORITIZE_READS),
            keeps_addresses: has(LCCSCF_CONMON),
            wakes: has(LCCSCF_WAKE_SUSPEND__VALIDITY),
            user: info.userdata,
            opaque: info.opaque_user_data,
            policy: Policy::new(info.retry_and_idle_policy),
            log: Log::from_ptr(info.log_cx),
            parent: wsi_ref(info.parent_wsi).map_or(0, |w| w.token.get()),
        };
        if mark.failed() {
            mark.forgive();
            return Err(Error::NoMemory);
        }
        Ok(wanted)
    }
}

/// Whether a method is one that HTTP clients may send.
fn is_method(name: &CStr) -> bool {
    let known: [&[u8]; 7] = [
        b"GET", b"POST", b"PUT", b"PATCH", b"DELETE", b"HEAD", b"OPTIONS",
    ];
    known.contains(&name.to_bytes())
}
