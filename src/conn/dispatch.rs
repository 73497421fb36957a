//! What happens when a descriptor is ready, and who may write.

use super::life::Event as Happened;
use super::wsi::{Phase, Role, Wsi};
use super::{client, close, drive, linger, listen, race, reason, transport, udp, write};
use crate::conn::conns::Conns;
use crate::log::log_err;
use crate::sys::memory::Mark;
use crate::sys::poll::{Event, Interest};
use crate::sys::protocol::PollChange;
use std::io;
use std::rc::Rc;

/// Brings what the kernel watches of a connection in line with what the connection wants. Where the
/// kernel refuses, the connection closes soon.
pub(crate) fn update_interest(conns: &Conns, wsi: &Wsi) {
    if watch(conns, wsi).is_err() {
        // Later, in the pass of the loop: closing it makes callbacks, and the caller may be a
        // function of the program's that goes on using it.
        let mut unwatched = conns.table.unwatched.borrow_mut();
        unwatched.push_back(wsi.token.get());
        drop(unwatched);
        conns.rearm();
    }
}

/// Has the kernel watch a connection's descriptor for what the connection wants now.
pub(super) fn watch(conns: &Conns, wsi: &Wsi) -> io::Result<()> {
    let wanted = wsi.life.interest(wsi.has_output(), conns.external());
    let before = wsi.interest.get();
    let fd = wsi.fd();
    if before == wanted || fd < 0 || wsi.always_ready.get() || wsi.leaving.get() {
        return Ok(());
    }
    match conns.poll_set(fd, wsi.token.get(), before, wanted) {
        Ok(()) => {
            wsi.interest.set(wanted);
            if conns.external() {
                let known = wsi.polled.replace(true);
                let why = if known {
                    reason::CHANGE_MODE_POLL_FD
                } else {
                    reason::ADD_POLL_FD
                };
                tell_poll(
                    wsi,
                    why,
                    if known { before } else { Interest::NONE },
                    wanted,
                );
            }
        }
        // What epoll(7) says of regular files: they are ready at all times.
        Err(e) if wsi.role() == Role::File && e.raw_os_error() == Some(libc::EPERM) => {
            if !wsi.always_ready.replace(true) {
                conns.table.readers.borrow_mut().push_back(wsi.token.get());
                conns.rearm();
            }
        }
        Err(e) => return Err(e),
    }
    Ok(())
}

/// After fork() the child has a new epoll set: adds the descriptors of all connections to it.
pub(crate) fn forked(conns: &Conns) {
    for wsi in conns.table.all() {
        let (token, wanted) = (wsi.token.get(), wsi.interest.replace(Interest::NONE));
        match conns.poll_set(wsi.fd(), token, Interest::NONE, wanted) {
            Ok(()) => wsi.interest.set(wanted),
            Err(_) => conns.table.unwatched.borrow_mut().push_back(token),
        }
    }
}

/// Closes a connection that the kernel refuses to watch: it would never hear anything again.
fn unwatched(conns: &Conns, wsi: &Rc<Wsi>) {
    let Err(e) = watch(conns, wsi) else {
        return;
    };
    let why = format!("cannot watch descriptor {}: {e}", wsi.fd());
    log_err!(wsi.log(), "{why}");
    match (wsi.role(), wsi.phase()) {
        (Role::Listen, _) => listen::pause(conns, wsi),
        (_, Phase::Racing) => race::unwatched(conns, wsi, &why),
        (_, Phase::Connecting) => close::failed(conns, wsi, &why),
        _ => close::now(conns, wsi),
    }
}

/// The program has a poll loop of its own from now on, and gets LWS_CALLBACK_ADD_POLL_FD for each
/// descriptor.
pub(crate) fn goes_external(conns: &Conns) {
    if !conns.go_external() {
        return;
    }
    for wsi in conns.table.all() {
        if wsi.interest.get() != Interest::NONE && !wsi.polled.replace(true) {
            tell_poll(
                &wsi,
                reason::ADD_POLL_FD,
                Interest::NONE,
                wsi.interest.get(),
            );
        }
        update_interest(conns, &wsi);
    }
}

/// Tells a poll loop of the program's what a connection's descriptor is to be watched for.
fn tell_poll(wsi: &Wsi, why: core::ffi::c_uint, before: Interest, after: Interest) {
    let change = PollChange {
        fd: wsi.fd(),
        before,
        after,
    };
    if let Some(first) = wsi.vhost.protocols().first() {
        change.tell(*first, wsi, wsi.user.get(), why);
    }
}

/// Tells the first vhost what a descriptor that is no connection's is to be watched for.
pub(crate) fn tell_own(conns: &Conns, fd: core::ffi::c_int, before: Interest, after: Interest) {
    let why = match (before == Interest::NONE, after == Interest::NONE) {
        (true, _) => reason::ADD_POLL_FD,
        (_, true) => reason::DEL_POLL_FD,
        _ => reason::CHANGE_MODE_POLL_FD,
    };
    let Some(v) = conns.first_vhost() else { return };
    if let Some(p) = v.protocols().first() {
        let wsi = Wsi::fake(conns, &v, *p);
        PollChange { fd, before, after }.tell(*p, &wsi, core::ptr::null_mut(), why);
    }
}

/// A connection's descriptor is about to close.
pub(super) fn stop_watching(conns: &Conns, wsi: &Wsi) {
    let before = wsi.interest.get();
    if before != Interest::NONE {
        // It leaves the set by closing as well, so an error here means nothing.
        let _ = conns.poll_set(wsi.fd(), wsi.token.get(), before, Interest::NONE);
        wsi.interest.set(Interest::NONE);
    }
    if wsi.polled.replace(false) {
        // What is asked for in that callback does not bring the descriptor back.
        wsi.leaving.set(true);
        tell_poll(wsi, reason::DEL_POLL_FD, before, Interest::NONE);
        wsi.leaving.set(false);
    }
}

/// Handles one ready descriptor.
pub(crate) fn ready(conns: &Conns, event: Event) {
    let Some(wsi) = conns.table.get(event.token) else {
        return;
    };
    if !(event.readable || event.writable || event.hung_up) {
        return;
    }
    let mark = Mark::now();
    match (wsi.role(), wsi.phase()) {
        (Role::Listen, _) => listen::accept(conns, &wsi),
        (_, Phase::Lingering) => linger::ready(conns, &wsi),
        (_, Phase::Racing) => race::progress(conns, &wsi),
        (_, Phase::Connecting) => client::progress(conns, &wsi),
        (_, Phase::Handshaking) => drive::shake_on(conns, &wsi),
        (_, Phase::Flushing) => flush(conns, &wsi, event),
        (_, Phase::Open) => open(conns, &wsi, event),
        _ => {}
    }
    close::lacking(conns, &wsi, mark);
}

/// Sends the queued output of a connection that is closing.
fn flush(conns: &Conns, wsi: &Rc<Wsi>, event: Event) {
    if event.readable && wsi.role() == Role::Raw {
        if let Some(io) = wsi.io() {
            if linger::discard(&io) == linger::Input::Ended {
                wsi.life.peer_ended();
            }
        }
    }
    if write::drain(conns, wsi).is_err() || event.hung_up {
        return close::now(conns, wsi);
    }
    if !wsi.has_output() {
        return drive::step(conns, wsi, Happened::Flushed);
    }
    update_interest(conns, wsi);
}

fn open(conns: &Conns, wsi: &Rc<Wsi>, event: Event) {
    if wsi.life.is_late() {
        wsi.life.set_late(false);
        conns.watch_route(wsi);
    }
    wsi.life.set_hung(event.hung_up && !wsi.life.receives());
    let crossed = wsi.life.crossed();
    let event = Event {
        readable: event.readable || (event.writable && crossed.write),
        writable: event.writable || (event.readable && crossed.read),
        ..event
    };
    if wsi.reads_first.get() && event.readable && wsi.life.receives() {
        receive(conns, wsi);
        return update_interest(conns, wsi);
    }
    if event.writable || (event.hung_up && wsi.role() == Role::File) {
        wsi.life.set_choked(false);
        if write::drain(conns, wsi).is_err() {
            return close::now(conns, wsi);
        }
        if !wsi.has_output() && !wsi.life.is_choked() {
            wsi.driver().writeable(conns, wsi, wsi.life.wants_write());
        }
    }
    if wsi.phase() != Phase::Open {
        return;
    }
    let may_read = wsi.life.receives();
    if event.hung_up && !may_read {
        return hung_up(conns, wsi);
    }
    if wsi.role() == Role::File && event.hung_up && !event.readable {
        // Nothing is left to read, and nobody is left to write it.
        return close::now(conns, wsi);
    }
    if may_read && (event.readable || event.hung_up) {
        receive(conns, wsi);
    }
    update_interest(conns, wsi);
}

/// The peer has gone, and the program receives nothing now. What it said last waits until the
/// program does; meanwhile nobody watches the descriptor, which would be ready all the time.
fn hung_up(conns: &Conns, wsi: &Rc<Wsi>) {
    if wsi.role() == Role::Udp {
        // Where there is no error, the program has asked for what the kernel keeps beside them.
        return match wsi.io().and_then(|io| io.socket()?.take_error().ok()) {
            Some(None) => update_interest(conns, wsi),
            _ => close::now(conns, wsi),
        };
    }
    // Where neither side sends any more, nothing is left to wait for.
    if write::drain(conns, wsi).is_err() || wsi.life.is_ended() {
        return close::now(conns, wsi);
    }
    wsi.life.set_hung(true);
    update_interest(conns, wsi);
    if wsi.interest.get() == Interest::NONE && wsi.polled.replace(false) {
        tell_poll(wsi, reason::DEL_POLL_FD, Interest::NONE, Interest::NONE);
    }
    if wsi.life.wants_write() {
        want_write(conns, wsi);
    }
}

/// Receives once and hands it to the protocol.
fn receive(conns: &Conns, wsi: &Rc<Wsi>) {
    if !wsi.held.borrow().is_empty() {
        return receive_held(conns, wsi);
    }
    match wsi.role() {
        // The program reads files itself.
        Role::File => {
            if wsi.tell(reason::RAW_RX_FILE) != 0 {
                close::now(conns, wsi);
            }
        }
        Role::Udp => udp::receive(conns, wsi),
        _ => receive_stream(conns, wsi),
    }
}

fn receive_stream(conns: &Conns, wsi: &Rc<Wsi>) {
    let Some(io) = wsi.io() else { return };
    let Some(mut buffer) = conns.table.take_buffer() else {
        log_err!(wsi.log(), "no memory to receive with: connection closed");
        return close::now(conns, wsi);
    };
    let limit = wsi.driver().limit(wsi, buffer.len());
    let room = buffer.get_mut(..limit).unwrap_or(&mut []);
    let result = transport::read(wsi, &io, room);
    drop(io);
    match result {
        // A peer that has shut its side down may still read.
        Ok(0) => {
            wsi.life.peer_ended();
            wsi.driver().ended(conns, wsi);
        }
        Ok(n) => {
            let bytes = room.get_mut(..n).unwrap_or(&mut []);
            wsi.driver().received(conns, wsi, bytes);
            queue_held(conns, wsi);
        }
        Err(e) if again(&e) => {}
        Err(_) if wsi.life.is_asking() => close::failed(conns, wsi, "read failed"),
        Err(_) => close::now(conns, wsi),
    }
    conns.table.give_buffer(buffer);
}

/// Whether an error says only that the call is to be made again later (EAGAIN, EINTR).
pub(super) fn again(e: &io::Error) -> bool {
    matches!(
        e.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}

/// Asks for a WRITEABLE callback, once.
pub(crate) fn want_write(conns: &Conns, wsi: &Wsi) {
    if !wsi.life.ask_write() {
        return;
    }
    let external = conns.external();
    if wsi.life.waits_for_room(external) || wsi.life.is_choked() || wsi.has_output() {
        update_interest(conns, wsi);
    } else if !wsi.queued.replace(true) {
        conns.table.writers.borrow_mut().push_back(wsi.token.get());
        conns.rearm();
    }
}

/// Once a pass: closes connections that the kernel refuses to watch, hands out input that was read
/// already, and makes the WRITEABLE callbacks that were asked for before this. What is asked for
/// meanwhile waits for the next pass.
pub(crate) fn run_queues(conns: &Conns) {
    let count = conns.table.unwatched.borrow().len();
    for _ in 0..count {
        let Some(token) = conns.table.unwatched.borrow_mut().pop_front() else {
            break;
        };
        if let Some(wsi) = conns.table.get(token) {
            unwatched(conns, &wsi);
        }
    }
    let count = conns.table.readers.borrow().len();
    for _ in 0..count {
        let Some(token) = conns.table.readers.borrow_mut().pop_front() else {
            break;
        };
        if let Some(wsi) = conns.table.get(token) {
            let mark = Mark::now();
            if wsi.always_ready.get() {
                read_and_write(conns, &wsi);
            } else {
                wsi.listed.set(false);
                receive_held(conns, &wsi);
            }
            close::lacking(conns, &wsi, mark);
        }
    }
    let count = conns.table.writers.borrow().len();
    for _ in 0..count {
        let Some(token) = conns.table.writers.borrow_mut().pop_front() else {
            break;
        };
        let Some(wsi) = conns.table.get(token) else {
            continue;
        };
        wsi.queued.set(false);
        let mark = Mark::now();
        if wsi.life.writeable(wsi.has_output()) {
            wsi.driver().writeable(conns, &wsi, true);
        } else if wsi.phase() == Phase::Open && wsi.life.wants_write() {
            update_interest(conns, &wsi);
        }
        close::lacking(conns, &wsi, mark);
    }
}

/// Lets the protocol of a file that is always ready read and write, and comes back for more.
fn read_and_write(conns: &Conns, wsi: &Rc<Wsi>) {
    if wsi.phase() == Phase::Open && wsi.life.wants_write() {
        wsi.driver().writeable(conns, wsi, true);
    }
    if wsi.phase() == Phase::Open && wsi.life.receives() {
        receive(conns, wsi);
    }
    if wsi.phase() == Phase::Open {
        conns.table.readers.borrow_mut().push_back(wsi.token.get());
    }
}

/// Hands out input that was read already, of which no event will come: what is in `held`, or what TLS
/// has decrypted.
fn receive_held(conns: &Conns, wsi: &Rc<Wsi>) {
    if wsi.phase() != Phase::Open || !wsi.life.accepts() {
        return;
    }
    let mut bytes = wsi.held.take();
    if !bytes.is_empty() {
        wsi.driver().received(conns, wsi, &mut bytes);
    } else if transport::pending(wsi) {
        receive_stream(conns, wsi);
    }
    queue_held(conns, wsi);
}

/// Has the next pass hand out input that was read already, if there is any and the program receives.
pub(crate) fn queue_held(conns: &Conns, wsi: &Wsi) {
    if wsi.phase() == Phase::Open
        && wsi.life.accepts()
        && (!wsi.held.borrow().is_empty() || transport::pending(wsi))
        && !wsi.listed.replace(true)
    {
        conns.table.readers.borrow_mut().push_back(wsi.token.get());
        conns.rearm();
    }
}
