//! Whom the copy believes, what it needs no rights for, how it checks itself, and that it sleeps.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod route;

use relws::capi::service::{lws_cancel_service, lws_service};
use relws::capi::types::lws_context;
use route::dump::{difference, of_kernel};
use route::flow::{Answer, Flow};
use route::model::Model;
use route::op::{Device, Leg, Op, Route, UNICAST, Verb};
use route::socket::Nl;
use route::wire::Msg;
use route::{kernel, space};
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::{AsRawFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    space::run(&[
        ("lies_are_ignored_and_counted", lies),
        ("lies_do_not_end_a_dump", lies_in_a_dump),
        ("nobody_can_use_it_too", nobody),
        ("the_audit_finds_what_was_lost", audit),
        ("a_quiet_network_wakes_nobody", idle),
    ])
}

fn dst(last: u8) -> IpAddr {
    Ipv4Addr::new(192, 0, 2, last).into()
}

fn route() -> Route {
    Route {
        table: 254,
        dst: (dst(0), 24),
        src: None,
        tos: 0,
        metric: 0,
        kind: UNICAST,
        prefsrc: None,
        legs: vec![Leg {
            index: 10,
            gateway: Some(Ipv4Addr::new(10, 0, 0, 2).into()),
            ..Leg::default()
        }],
        nexthop: 0,
        pref: 0,
    }
}

fn network(nl: &mut Nl) {
    for op in [
        Op::Create(10, Device::Veth(11)),
        Op::Up(1, true),
        Op::Up(11, true),
        Op::Up(10, true),
        Op::Addr {
            add: true,
            index: 10,
            ip: Ipv4Addr::new(10, 0, 0, 1).into(),
            len: 24,
            peer: None,
        },
        Op::Route(Verb::Add, route()),
    ] {
        op.apply(nl).unwrap();
    }
}

/// Sends to a port, or to a group, as only root can.
fn lie(nl: &Nl, bytes: &[u8], port: u32, groups: u32) {
    // SAFETY: address and bytes are as long as said.
    unsafe {
        let mut to: libc::sockaddr_nl = std::mem::zeroed();
        to.nl_family = libc::AF_NETLINK as u16;
        to.nl_pid = port;
        to.nl_groups = groups;
        let sent = libc::sendto(
            nl.fd().as_raw_fd(),
            bytes.as_ptr().cast(),
            bytes.len(),
            0,
            (&raw const to).cast(),
            size_of_val(&to) as libc::socklen_t,
        );
        assert_eq!(
            sent,
            bytes.len() as isize,
            "{}",
            std::io::Error::last_os_error()
        );
    }
}

/// The port of a netlink socket.
fn port(fd: i32) -> u32 {
    // SAFETY: the address is room for what is asked.
    unsafe {
        let mut sa: libc::sockaddr_nl = std::mem::zeroed();
        let mut len = size_of_val(&sa) as libc::socklen_t;
        assert_eq!(libc::getsockname(fd, (&raw mut sa).cast(), &raw mut len), 0);
        sa.nl_pid
    }
}

/// As the kernel would say it: no request.
fn forged(msg: Msg, seq: u32) -> Vec<u8> {
    let mut bytes = msg.finish(seq);
    bytes[6] = 0;
    bytes[7] = 0;
    bytes
}

fn lies() {
    let mut nl = Nl::open();
    network(&mut nl);
    let model = Model::new();
    model.sync();
    let flow = Flow::to(dst(9));
    let truth = kernel::ask(&mut nl, &flow);
    assert!(matches!(truth, Answer::Goes { .. }));
    let before = model.stats();
    let list = model.routes();
    let liar = Nl::open();
    let mut lies = 0;
    for port in space::listening_netlink().into_iter().map(port) {
        for seq in [0, 1, 1000] {
            let gone = route().message(Verb::Delete);
            lie(&liar, &forged(gone, seq), port, 0);
            let down = Op::Up(10, false).message();
            lie(&liar, &forged(down, seq), port, 0);
            // neither are answers
            lie(&liar, &forged(Msg::new(3, 0, &[0; 4]), seq), port, 0);
            lie(&liar, &forged(Msg::new(2, 0, &[0xff; 20]), seq), port, 0);
            // and nobody reads what he says in a way that cannot be read
            lie(&liar, &[7; 33], port, 0);
            lies += 5;
        }
        // RTMGRP_IPV4_ROUTE; to the kernel as well, which does not listen
        lie(&liar, &forged(route().message(Verb::Delete), 0), 0, 0x40);
        lies += 1;
    }
    assert!(model.until(|m| m.stats().ignored >= before.ignored + lies));
    let stats = model.stats();
    assert_eq!(stats.ignored, before.ignored + lies);
    assert_eq!(stats.malformed, before.malformed);
    assert_eq!(stats.messages, before.messages);
    assert_eq!(stats.resyncs, before.resyncs);
    assert!(model.synced());
    assert!(model.copy(&flow).agrees(&truth));
    assert_eq!(difference(&list, &model.routes()), None);
    // it still hears the truth
    nl.run(route().message(Verb::Delete)).unwrap();
    assert_eq!(model.copy(&flow), Answer::Fails(libc::ENETUNREACH));
}

/// Somebody who ends each dump before it has begun.
fn lies_in_a_dump() {
    let mut nl = Nl::open();
    network(&mut nl);
    let liar = Nl::open();
    let model = Model::new();
    for _ in 0..5 {
        let before = model.stats().ignored;
        for fd in space::listening_netlink() {
            for seq in 0..100 {
                lie(&liar, &forged(Msg::new(3, 0, &[0; 4]), seq), port(fd), 0);
            }
        }
        model.resync();
        model.sync();
        assert!(model.stats().ignored >= before + 100);
        assert_eq!(difference(&of_kernel(&mut nl), &model.routes()), None);
    }
}

/// A process for what only root can do: each byte it gets stands for one more operation.
fn root(ops: &[Op]) -> UnixStream {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    // SAFETY: there is one thread, so the child may do anything.
    if unsafe { libc::fork() } != 0 {
        return ours;
    }
    drop(ours);
    let mut nl = Nl::open();
    let mut byte = [0];
    for op in ops {
        if theirs.read_exact(&mut byte).is_err() {
            break;
        }
        byte[0] = op.apply(&mut nl).map_or(1, |()| 0);
        theirs.write_all(&byte).unwrap();
    }
    std::process::exit(0);
}

/// Gives up every right over the network.
fn become_nobody() {
    // SAFETY: plain numbers, and a struct of the kernel's.
    unsafe {
        if space::many_users() {
            assert_eq!(libc::setresgid(65534, 65534, 65534), 0);
            assert_eq!(libc::setresuid(65534, 65534, 65534), 0);
        } else {
            // in a namespace of users of its own, whose root is nobody here
            assert_eq!(libc::unshare(libc::CLONE_NEWUSER), 0);
            let header = [0x2008_0522_u32, 0];
            let none = [0u32; 6];
            let r = libc::syscall(libc::SYS_capset, header.as_ptr(), none.as_ptr());
            assert_eq!(r, 0);
        }
        assert_eq!(libc::getuid(), 65534);
    }
}

fn nobody() {
    let mut nl = Nl::open();
    network(&mut nl);
    let ops = [
        Op::Up(10, false),
        Op::Up(10, true),
        Op::Route(Verb::Add, route()),
        Op::Destroy(10),
    ];
    let mut root = root(&ops);
    become_nobody();
    let mut nl = Nl::open();
    assert_eq!(Op::Up(10, false).apply(&mut nl), Err(libc::EPERM));
    let model = Model::new();
    model.sync();
    let flows = [9, 10, 11].map(|n| {
        let mut flow = Flow::to(dst(n));
        flow.uid = 65534;
        flow
    });
    for step in 0..=ops.len() {
        for flow in &flows {
            let truth = kernel::ask(&mut nl, flow);
            assert!(model.copy(flow).agrees(&truth), "{step}");
            assert!(model.decide(flow, 1).answer.agrees(&truth), "{step}");
            assert!(!model.decide(flow, 0).from_kernel);
        }
        assert_eq!(difference(&of_kernel(&mut nl), &model.routes()), None);
        if step < ops.len() {
            root.write_all(&[0]).unwrap();
            let mut done = [1];
            root.read_exact(&mut done).unwrap();
            assert_eq!(done, [0]);
            model.service();
        }
    }
    assert_eq!(model.stats().resyncs, Model::new_resyncs());
}

impl Model {
    /// What `resyncs` says when the tables were read once.
    fn new_resyncs() -> u64 {
        let model = Self::new();
        model.sync();
        model.stats().resyncs
    }
}

/// Has the kernel throw away what it says to the library, and not tell.
fn deaf(fd: i32, deaf: bool) {
    // SAFETY: the library's socket is open, and is not closed by this; the filter is copied.
    unsafe {
        let fd = BorrowedFd::borrow_raw(fd);
        if !deaf {
            assert_eq!(
                space::set_option(&fd, libc::SOL_SOCKET, libc::SO_DETACH_FILTER, 0),
                0
            );
            return;
        }
        // BPF_RET with 0
        let mut code = libc::sock_filter {
            code: 6,
            jt: 0,
            jf: 0,
            k: 0,
        };
        let filter = libc::sock_fprog {
            len: 1,
            filter: &raw mut code,
        };
        let r = libc::setsockopt(
            fd.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_ATTACH_FILTER,
            (&raw const filter).cast(),
            size_of_val(&filter) as libc::socklen_t,
        );
        assert_eq!(r, 0, "{}", std::io::Error::last_os_error());
    }
}

fn audit() {
    let mut nl = Nl::open();
    network(&mut nl);
    let model = Model::new();
    model.sync();
    let flow = Flow::to(dst(9));
    // While nothing is lost, it finds nothing. It looks when the network changes anyway.
    model.set(|s| s.audit_per_s = 1000);
    let mut nl2 = Nl::open();
    let mut stir = || {
        let mut other = route();
        other.table = 100;
        nl2.run(other.message(Verb::Add)).unwrap();
        nl2.run(other.message(Verb::Delete)).unwrap();
    };
    let end = Instant::now() + Duration::from_millis(500);
    model.until(|_| {
        stir();
        Instant::now() > end
    });
    let stats = model.stats();
    assert!(stats.audit_samples > 0);
    assert_eq!(stats.audit_mismatches, 0);

    let listening = space::listening_netlink();
    listening.iter().for_each(|fd| deaf(*fd, true));
    nl.run(route().message(Verb::Delete)).unwrap();
    listening.iter().for_each(|fd| deaf(*fd, false));
    let truth = kernel::ask(&mut nl, &flow);
    assert_eq!(truth, Answer::Fails(libc::ENETUNREACH));
    // without the audit it would stay wrong for ever
    assert!(!model.copy(&flow).agrees(&truth));
    assert!(model.until(|m| {
        stir();
        m.stats().audit_mismatches > 0
    }));
    model.sync();
    assert_eq!(model.copy(&flow), truth);
    assert!(model.stats().resyncs > stats.resyncs);
    assert_eq!(difference(&of_kernel(&mut nl), &model.routes()), None);
}

fn idle() {
    // a loop that never wakes fails as well
    // SAFETY: a plain number.
    unsafe { libc::alarm(120) };
    let mut nl = Nl::open();
    network(&mut nl);
    let model = Model::new();
    model.sync();
    // what begins with a context ends first
    let begin = Instant::now();
    model.until(|_| begin.elapsed() > Duration::from_secs(2));
    let passes = AtomicU32::new(0);
    let over = AtomicBool::new(false);
    let cx = model.cx.expose_provenance();
    std::thread::scope(|s| {
        s.spawn(|| {
            std::thread::sleep(Duration::from_secs(3));
            over.store(true, Ordering::Release);
            // SAFETY: the context lives until the thread has been waited for.
            unsafe {
                lws_cancel_service(core::ptr::with_exposed_provenance_mut::<lws_context>(cx));
            }
        });
        while !over.load(Ordering::Acquire) {
            // SAFETY: the context lives.
            assert_eq!(unsafe { lws_service(model.cx, 0) }, 0);
            passes.fetch_add(1, Ordering::Relaxed);
        }
    });
    // the first may have found something to do, the last was woken
    assert!(passes.load(Ordering::Relaxed) <= 2, "{passes:?}");
    // and it does wake for the network
    std::thread::scope(|s| {
        s.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            nl.run(route().message(Verb::Delete)).unwrap();
        });
        let before = model.stats().messages;
        while model.stats().messages == before {
            // SAFETY: the context lives.
            assert_eq!(unsafe { lws_service(model.cx, 0) }, 0);
        }
    });
}
