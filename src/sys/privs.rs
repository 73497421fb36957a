//! Users, groups and limits of the process.

use core::ffi::{CStr, c_char, c_int};
use core::mem::MaybeUninit;
use std::ffi::CString;
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

/// Has the C library look an entry of the system's databases up, with as much room as it takes: a
/// group may have thousands of members. `None` when there is none, or no memory for it.
fn entry<T, R>(
    mut look_up: impl FnMut(*mut T, &mut [c_char], *mut *mut T) -> c_int,
    take: impl FnOnce(&T) -> R,
) -> Option<R> {
    let mut room = Vec::new();
    let mut len: usize = 1024;
    loop {
        room.try_reserve_exact(len).ok()?;
        room.resize(len, 0);
        let mut place = MaybeUninit::<T>::zeroed();
        let mut found = core::ptr::null_mut();
        match look_up(place.as_mut_ptr(), &mut room, &raw mut found) {
            0 if found.is_null() => return None,
            // SAFETY: `found` is `place`, which the C library filled in; its texts are in `room`.
            0 => return Some(take(unsafe { &*found })),
            libc::ERANGE if len < MOST => len = len.saturating_mul(4),
            libc::EINTR => {}
            _ => return None,
        }
        room.clear();
    }
}

/// What no sane entry of a database passes.
const MOST: usize = 1 << 26;

/// Looks a user up: their uid and main group.
pub(crate) fn user(name: &CStr) -> Option<Identity> {
    entry(
        // SAFETY: all places are valid and as long as stated.
        |place, room, found| unsafe {
            libc::getpwnam_r(name.as_ptr(), place, room.as_mut_ptr(), room.len(), found)
        },
        |entry: &libc::passwd| Identity {
            uid: entry.pw_uid,
            gid: entry.pw_gid,
        },
    )
}

/// Looks a group up.
pub(crate) fn group(name: &CStr) -> Option<libc::gid_t> {
    entry(
        // SAFETY: all places are valid and as long as stated.
        |place, room, found| unsafe {
            libc::getgrnam_r(name.as_ptr(), place, room.as_mut_ptr(), room.len(), found)
        },
        |entry: &libc::group| entry.gr_gid,
    )
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

/// The real, effective and saved user and group.
fn all_ids() -> ([libc::uid_t; 3], [libc::gid_t; 3]) {
    let (mut users, mut groups) = ([0; 3], [0; 3]);
    let ([r, e, s], [rg, eg, sg]) = (&mut users, &mut groups);
    // SAFETY: all are places of the right type; with those the calls cannot fail.
    unsafe {
        libc::getresuid(r, e, s);
        libc::getresgid(rg, eg, sg);
    }
    (users, groups)
}

/// Becomes `to`: group first, then the other groups, then the user; the real, effective and saved
/// ones. The other groups are those of the user, or none for a user without a name and where only a
/// group is asked for. A process that is all of it already is left alone.
pub(crate) fn become_identity(to: Identity) -> io::Result<()> {
    let check = |r| {
        if r == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    };
    let goal = effective(to);
    let (users, groups) = all_ids();
    // What is not asked for stays, also where it is not the same three times.
    let user = asked(to.uid) && users != [goal.uid; 3];
    let group = asked(to.gid) && groups != [goal.gid; 3];
    if !user && !group {
        return Ok(());
    }
    // SAFETY: these take numbers, a NUL-terminated name and a list of one.
    unsafe {
        if group {
            check(libc::setresgid(goal.gid, goal.gid, goal.gid))?;
        }
        match name_of(goal.uid).filter(|_| asked(to.uid)) {
            Some(name) => check(libc::initgroups(name.as_ptr(), goal.gid))?,
            None => check(libc::setgroups(1, &raw const goal.gid))?,
        }
        if user {
            check(libc::setresuid(goal.uid, goal.uid, goal.uid))?;
        }
    }
    Ok(())
}

fn name_of(uid: libc::uid_t) -> Option<CString> {
    entry(
        // SAFETY: all places are valid and as long as stated.
        |place, room, found| unsafe {
            libc::getpwuid_r(uid, place, room.as_mut_ptr(), room.len(), found)
        },
        // SAFETY: the name of an entry is NUL-terminated.
        |entry: &libc::passwd| unsafe { CStr::from_ptr(entry.pw_name) }.to_owned(),
    )
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
