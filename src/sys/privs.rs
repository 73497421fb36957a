//! Users, groups and limits of the process.

use core::ffi::CStr;
use std::io;

/// Whom the process shall become. -1 (`u32::MAX`) or 0: as it is.
#[derive(Clone, Copy, Default)]
pub(crate) struct Identity {
    pub(crate) uid: libc::uid_t,
    pub(crate) gid: libc::gid_t,
}

fn asked(id: u32) -> bool {
    id != 0 && id != u32::MAX
}

/// Looks a user up: their uid and main group.
pub(crate) fn user(name: &CStr) -> Option<Identity> {
    let mut entry = core::mem::MaybeUninit::<libc::passwd>::zeroed();
    let mut found = core::ptr::null_mut();
    let mut buf = vec![0; 16 * 1024];
    // SAFETY: all places are valid and as long as stated.
    let r = unsafe {
        libc::getpwnam_r(
            name.as_ptr(),
            entry.as_mut_ptr(),
            buf.as_mut_ptr(),
            buf.len(),
            &raw mut found,
        )
    };
    // SAFETY: the entry was zeroed, and filled in where one was found.
    let entry = unsafe { entry.assume_init_ref() };
    (r == 0 && !found.is_null()).then_some(Identity {
        uid: entry.pw_uid,
        gid: entry.pw_gid,
    })
}

/// Looks a group up.
pub(crate) fn group(name: &CStr) -> Option<libc::gid_t> {
    let mut entry = core::mem::MaybeUninit::<libc::group>::zeroed();
    let mut found = core::ptr::null_mut();
    let mut buf = vec![0; 16 * 1024];
    // SAFETY: all places are valid and as long as stated.
    let r = unsafe {
        libc::getgrnam_r(
            name.as_ptr(),
            entry.as_mut_ptr(),
            buf.as_mut_ptr(),
            buf.len(),
            &raw mut found,
        )
    };
    // SAFETY: the entry was zeroed, and filled in where one was found.
    let entry = unsafe { entry.assume_init_ref() };
    (r == 0 && !found.is_null()).then_some(entry.gr_gid)
}

/// The identity the process has now where none is asked for.
pub(crate) fn effective(asked_for: Identity) -> Identity {
    // SAFETY: these take no argument and cannot fail.
    let (uid, gid) = unsafe { (libc::geteuid(), libc::getegid()) };
    Identity {
        uid: if asked(asked_for.uid) {
            asked_for.uid
        } else {
            uid
        },
        gid: if asked(asked_for.gid) {
            asked_for.gid
        } else {
            gid
        },
    }
}

/// Becomes `to`: group first, then the other groups, then the user. The other groups are those of
/// the user, or none for a user without a name and where only a group is asked for. What the
/// process is already is left alone.
pub(crate) fn become_identity(to: Identity) -> io::Result<()> {
    let check = |r| {
        if r == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    };
    let now = effective(Identity::default());
    let goal = effective(to);
    if (goal.uid, goal.gid) == (now.uid, now.gid) {
        return Ok(());
    }
    // SAFETY: these take numbers, a NUL-terminated name and a list of one.
    unsafe {
        if goal.gid != now.gid {
            check(libc::setgid(goal.gid))?;
        }
        match name_of(goal.uid).filter(|_| asked(to.uid)) {
            Some(name) => check(libc::initgroups(name.as_ptr(), goal.gid))?,
            None => check(libc::setgroups(1, &raw const goal.gid))?,
        }
        if goal.uid != now.uid {
            check(libc::setuid(goal.uid))?;
        }
    }
    Ok(())
}

fn name_of(uid: libc::uid_t) -> Option<std::ffi::CString> {
    let mut entry = core::mem::MaybeUninit::<libc::passwd>::zeroed();
    let mut found = core::ptr::null_mut();
    let mut buf = vec![0; 16 * 1024];
    // SAFETY: all places are valid and as long as stated.
    unsafe {
        libc::getpwuid_r(
            uid,
            entry.as_mut_ptr(),
            buf.as_mut_ptr(),
            buf.len(),
            &raw mut found,
        );
        if found.is_null() {
            return None;
        }
        Some(CStr::from_ptr((*found).pw_name).to_owned())
    }
}

/// Raises or lowers how many descriptors the process may have open.
pub(crate) fn limit_descriptors(n: u64) -> io::Result<()> {
    let limit = libc::rlimit {
        rlim_cur: n as libc::rlim_t,
        rlim_max: n as libc::rlim_t,
    };
    // SAFETY: `limit` is valid.
    match unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// The user that this process is for the kernel now.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) fn own_uid() -> u32 {
    // SAFETY: takes nothing.
    unsafe { libc::geteuid() }
}

/// A write to a connection whose peer has gone is an error, not the end of the process.
pub(crate) fn ignore_sigpipe() {
    // SAFETY: SIG_IGN is a valid disposition.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_IGN) };
}
