//! `getaddrinfo()`: the one call that may block, so it has a thread of its own.

use std::ffi::CStr;
use std::net::SocketAddr;

/// Why a name has no address.
pub(crate) enum Unresolved {
    /// There is no such name.
    NoName,
    /// Something else, in words.
    Failed(String),
}

/// Looks a name up, in the order of preference that the system has. Blocks.
pub(crate) fn resolve(name: &CStr, port: u16) -> Result<Vec<SocketAddr>, Unresolved> {
    let mut list: *mut libc::addrinfo = core::ptr::null_mut();
    // SAFETY: all zeroes are hints that ask for anything.
    let mut hints: libc::addrinfo = unsafe { core::mem::zeroed() };
    hints.ai_family = libc::AF_UNSPEC;
    hints.ai_socktype = libc::SOCK_STREAM;
    // SAFETY: the name is NUL-terminated, the other places are valid.
    let r = unsafe {
        libc::getaddrinfo(
            name.as_ptr(),
            core::ptr::null(),
            &raw const hints,
            &raw mut list,
        )
    };
    if r != 0 {
        return Err(match r {
            libc::EAI_NONAME | libc::EAI_NODATA => Unresolved::NoName,
            // SAFETY: gai_strerror's texts are static.
            _ => Unresolved::Failed(unsafe {
                CStr::from_ptr(libc::gai_strerror(r))
                    .to_string_lossy()
                    .into_owned()
            }),
        });
    }
    let mut found = Vec::new();
    // SAFETY: the list is walked until its end, and freed; its addresses are as long as they say.
    unsafe {
        let mut at = list;
        while let Some(entry) = at.as_ref() {
            at = entry.ai_next;
            let address = socket2::SockAddr::try_init(|storage, len| {
                core::ptr::copy_nonoverlapping(
                    entry.ai_addr.cast::<u8>(),
                    storage.cast::<u8>(),
                    entry.ai_addrlen as usize,
                );
                *len = entry.ai_addrlen;
                Ok(())
            });
            if let Ok(((), address)) = address {
                if let Some(mut a) = address.as_socket() {
                    a.set_port(port);
                    // Those that there is memory for.
                    if found.try_reserve(1).is_err() {
                        break;
                    }
                    found.push(a);
                }
            }
        }
        libc::freeaddrinfo(list);
    }
    if found.is_empty() {
        Err(Unresolved::NoName)
    } else {
        Ok(found)
    }
}
