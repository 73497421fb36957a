//! Each test runs in a process of its own, in network namespaces of its own: nothing outside is
//! seen or changed. In there it is root.

use std::io::{Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{Command, ExitCode, Stdio};

pub type Test = (&'static str, fn());

/// The main function of a test program: the named tests one after the other, or all.
pub fn run(tests: &[Test]) -> ExitCode {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|a| a == "--in-namespace") {
        enter();
        let name = args.pop().unwrap_or_default();
        let (_, test) = tests.iter().find(|(n, _)| *n == name).unwrap();
        test();
        return ExitCode::SUCCESS;
    }
    if args.iter().any(|a| a == "--list") {
        for (name, _) in tests {
            println!("{name}: test");
        }
        return ExitCode::SUCCESS;
    }
    let wanted: Vec<&String> = args.iter().filter(|a| !a.starts_with('-')).collect();
    let mut failed = 0;
    for (name, _) in tests {
        if !wanted.is_empty() && !wanted.iter().any(|w| name.contains(w.as_str())) {
            continue;
        }
        let ok = child(name);
        println!("test {name} ... {}", if ok { "ok" } else { "FAILED" });
        failed += u32::from(!ok);
    }
    println!("{failed} failed");
    ExitCode::from(u8::from(failed > 0))
}

fn child(name: &str) -> bool {
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let mut child = Command::new("/proc/self/exe")
        .args(["--in-namespace", name])
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .spawn()
        .unwrap();
    let mut byte = [0];
    // It says that it has left; its users can then only be named from here, if at all.
    if ours.read_exact(&mut byte).is_ok() {
        let pid = child.id();
        let mapped = ["0 0 4294967295", "0 0 65536"].iter().any(|map| {
            std::fs::write(format!("/proc/{pid}/uid_map"), map).is_ok()
                && std::fs::write(format!("/proc/{pid}/gid_map"), map).is_ok()
        });
        let _ = ours.write_all(if mapped { b"y" } else { b"n" });
    }
    child.wait().unwrap().success()
}

fn enter() {
    // SAFETY: these take no memory of ours; there is one thread yet.
    let (uid, gid, left) = unsafe {
        (
            libc::geteuid(),
            libc::getegid(),
            libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNET),
        )
    };
    if left != 0 {
        println!(
            "no namespaces, no test: unshare: {}",
            std::io::Error::last_os_error()
        );
        std::process::exit(1);
    }
    // SAFETY: the standard input is the socket that `child` gave.
    let mut parent = unsafe { UnixStream::from_raw_fd(0) };
    parent.write_all(b"l").unwrap();
    let mut mapped = [0];
    parent.read_exact(&mut mapped).unwrap();
    // the number 0 stays taken
    std::mem::forget(parent);
    if mapped != *b"y" {
        let _ = std::fs::write("/proc/self/setgroups", "deny");
        std::fs::write("/proc/self/uid_map", format!("0 {uid} 1")).unwrap();
        std::fs::write("/proc/self/gid_map", format!("0 {gid} 1")).unwrap();
    }
    // A test that hangs does not outlive the program that started it.
    // SAFETY: plain numbers.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    quiet();
}

/// Are there more users than root in this namespace?
pub fn many_users() -> bool {
    let map = std::fs::read_to_string("/proc/self/uid_map").unwrap();
    map.split_whitespace()
        .nth(2)
        .is_some_and(|n| n.parse::<u64>().unwrap() > 60000)
}

/// Leaves for a new, empty network.
pub fn fresh() {
    // SAFETY: a plain number.
    let left = unsafe { libc::unshare(libc::CLONE_NEWNET) };
    assert_eq!(left, 0, "{}", std::io::Error::last_os_error());
    quiet();
}

/// Nothing happens by itself: no duplicate address detection, no router solicitation, no link-local
/// addresses that nobody asked for.
fn quiet() {
    for which in ["default", "all"] {
        for (name, value) in [
            ("accept_dad", "0"),
            ("dad_transmits", "0"),
            ("router_solicitations", "0"),
            ("addr_gen_mode", "1"),
            ("accept_ra", "0"),
        ] {
            let _ = sysctl(&format!("ipv6/conf/{which}/{name}"), value);
        }
    }
}

/// Writes a file under /proc/sys/net.
pub fn sysctl(name: &str, value: &str) -> std::io::Result<()> {
    std::fs::write(format!("/proc/sys/net/{name}"), value)
}

/// The netlink sockets of this process that are members of groups: their descriptors.
pub fn listening_netlink() -> Vec<i32> {
    (3..256)
        .filter(|fd| {
            // SAFETY: the address is room for what is asked.
            unsafe {
                let mut sa: libc::sockaddr_nl = std::mem::zeroed();
                let mut len = size_of_val(&sa) as libc::socklen_t;
                libc::getsockname(*fd, (&raw mut sa).cast(), &raw mut len) == 0
                    && i32::from(sa.nl_family) == libc::AF_NETLINK
                    && sa.nl_groups != 0
            }
        })
        .collect()
}

/// Whether there is something to read.
pub fn readable(fd: i32) -> bool {
    let mut wanted = libc::pollfd {
        fd,
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: one entry, as said.
    unsafe { libc::poll(&raw mut wanted, 1, 0) == 1 }
}

/// How much of the room of a socket's queue is taken, percent.
pub fn queued(fd: i32) -> u32 {
    const SO_MEMINFO: i32 = 55;
    let mut info = [0u32; 9];
    let mut len = size_of_val(&info) as libc::socklen_t;
    // SAFETY: the room is as long as said.
    let r = unsafe {
        libc::getsockopt(
            fd,
            libc::SOL_SOCKET,
            SO_MEMINFO,
            info.as_mut_ptr().cast(),
            &raw mut len,
        )
    };
    let [used, room, ..] = info;
    match (r, room) {
        (0, 1..) => (u64::from(used) * 100 / u64::from(room)) as u32,
        _ => 0,
    }
}

/// Sets an option of a socket that is a number.
pub fn set_option(fd: &impl AsRawFd, level: i32, name: i32, value: i32) -> i32 {
    // SAFETY: the value is room for an int.
    unsafe {
        libc::setsockopt(
            fd.as_raw_fd(),
            level,
            name,
            (&raw const value).cast(),
            size_of::<i32>() as libc::socklen_t,
        )
    }
}
