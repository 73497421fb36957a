//! Connections on pairs of sockets, each end with certificates of its own.

use super::settings::{Client, Common, Server, Source};
use super::test_certs::{file, folder};
use super::verify::{Forgives, why};
use super::{alpn, hello};
use crate::log::Log;
use crate::sys::tls::ctx::{Asks, SslCtx};
use crate::sys::tls::ssl::{Failed, Hooks, Ssl, Step, Verifying};
use std::cell::Cell;
use std::ffi::{CStr, CString};
use std::io::{self, Read, Write};
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::rc::Rc;

#[derive(Default)]
struct Told {
    forgives: Forgives,
    verified: Rc<Cell<u32>>,
    other: Option<(CString, Rc<SslCtx>)>,
    alpn: Vec<u8>,
    steps: Rc<Cell<u32>>,
}

impl Hooks for Told {
    fn verify(&self, at: &mut Verifying) -> bool {
        self.verified.set(self.verified.get() + 1);
        if !at.good && self.forgives.allow(at.error()).is_some() {
            at.forgive();
        }
        at.error() == 0
    }

    fn server_name(&self, name: &CStr) -> Option<Rc<SslCtx>> {
        let (host, ctx) = self.other.as_ref()?;
        (**host == *name).then(|| Rc::clone(ctx))
    }

    fn select_alpn(&self, offered: &[u8]) -> Option<Range<usize>> {
        alpn::choose(&self.alpn, offered)
    }

    fn info(&self, _: i32, _: i32) {
        self.steps.set(self.steps.get() + 1);
    }
}

fn path(name: &str) -> Option<Source> {
    let at = folder().join(name);
    Some(Source::File(CString::new(at.to_str().unwrap()).unwrap()))
}

fn memory(name: &str) -> Option<Source> {
    Some(Source::Memory(file(name)))
}

fn pair_of(name: &str) -> Common {
    Common {
        certificate: path(&format!("{name}.pem")),
        key: path(&format!("{name}.key")),
        ..Common::default()
    }
}

fn server_of(common: Common, asks: Asks) -> Server {
    Server {
        common,
        groups: None,
        asks,
        ignores_missing: false,
    }
}

fn server(name: &str) -> SslCtx {
    let set = server_of(pair_of(name), Asks::No);
    set.make(c"vhost", Log::GLOBAL).unwrap()
}

fn client(common: Common) -> SslCtx {
    let common = Common {
        ca: common.ca.or(path("ca.pem")),
        ..common
    };
    let set = Client {
        common,
        system: false,
    };
    set.make(Log::GLOBAL).unwrap()
}

/// Two ends and the sockets under them.
struct Ends {
    near: Ssl,
    far: Ssl,
    sockets: (UnixStream, UnixStream),
}

fn ends(client: &SslCtx, server: &SslCtx, near: Told, far: Told) -> Ends {
    let sockets = UnixStream::pair().unwrap();
    sockets.0.set_nonblocking(true).unwrap();
    sockets.1.set_nonblocking(true).unwrap();
    Ends {
        near: Ssl::new(client, sockets.0.as_raw_fd(), false, Box::new(near)).unwrap(),
        far: Ssl::new(server, sockets.1.as_raw_fd(), true, Box::new(far)).unwrap(),
        sockets,
    }
}

impl Ends {
    /// Lets both go on until each is done, or failed.
    fn shake(&self) -> (Step, Step) {
        let (mut near, mut far) = (Step::Read, Step::Read);
        for _ in 0..20 {
            if matches!(near, Step::Read | Step::Write) {
                near = self.near.handshake();
            }
            if matches!(far, Step::Read | Step::Write) {
                far = self.far.handshake();
            }
        }
        (near, far)
    }

    /// What the client's program is told; empty when all is well.
    fn fault(&self, forgives: Forgives) -> String {
        match self.shake().0 {
            Step::Done => String::new(),
            Step::Failed(failed) => why(failed, forgives),
            waits => format!("{waits:?}"),
        }
    }
}

fn fault_of(server_cert: &str, host: &CStr, forgives: Forgives) -> String {
    let told = Told {
        forgives,
        ..Told::default()
    };
    let e = ends(
        &client(Common::default()),
        &server(server_cert),
        told,
        Told::default(),
    );
    match host.to_str().unwrap().parse() {
        Ok(ip) => assert!(forgives.other_host || e.near.expect_ip(ip)),
        Err(_) => {
            assert!(e.near.ask_for(host) && (forgives.other_host || e.near.expect_host(host)))
        }
    }
    e.fault(forgives)
}

#[test]
fn certificates_of_servers() {
    let nothing = Forgives::default();
    let own = Forgives {
        self_signed: true,
        ..nothing
    };
    let host = Forgives {
        other_host: true,
        ..nothing
    };
    let old = Forgives {
        expired: true,
        ..nothing
    };
    let unknown = Forgives {
        unknown_issuer: true,
        ..nothing
    };
    let look = "server's cert didn't look good, ";
    for (cert, asked, forgives, expected) in [
        ("good", c"localhost", nothing, String::new()),
        ("good", c"good.test", nothing, String::new()),
        ("good", c"127.0.0.1", nothing, String::new()),
        ("good", c"::1", nothing, String::new()),
        (
            "good",
            c"127.0.0.2",
            nothing,
            format!("{look} X509_V_ERR = 64: "),
        ),
        (
            "good",
            c"bad.test",
            nothing,
            "tls: hostname mismatch".into(),
        ),
        ("good", c"bad.test", host, String::new()),
        (
            "other-host",
            c"localhost",
            nothing,
            "tls: hostname mismatch".into(),
        ),
        (
            "other-host",
            c"localhost",
            own,
            format!("{look}tls=hostname X509_V_ERR = 62: "),
        ),
        ("other-host", c"localhost", host, String::new()),
        (
            "expired",
            c"localhost",
            nothing,
            format!("{look}tls=expired X509_V_ERR = 10: "),
        ),
        (
            "expired",
            c"localhost",
            own,
            format!("{look}tls=expired X509_V_ERR = 10: "),
        ),
        ("expired", c"localhost", old, String::new()),
        (
            "self-signed",
            c"localhost",
            nothing,
            format!("{look}tls=invalidca X509_V_ERR = 18: "),
        ),
        (
            "self-signed",
            c"localhost",
            unknown,
            format!("{look}tls=invalidca X509_V_ERR = 18: "),
        ),
        ("self-signed", c"localhost", own, String::new()),
        (
            "self-signed",
            c"bad.test",
            own,
            format!("{look}tls=hostname X509_V_ERR = 62: "),
        ),
        (
            "self-signed",
            c"bad.test",
            Forgives {
                self_signed: true,
                ..host
            },
            String::new(),
        ),
        (
            "other",
            c"localhost",
            nothing,
            format!("{look} X509_V_ERR = 20: "),
        ),
        (
            "other",
            c"localhost",
            own,
            format!("{look} X509_V_ERR = 20: "),
        ),
        (
            "other",
            c"localhost",
            host,
            format!("{look} X509_V_ERR = 20: "),
        ),
        ("other", c"localhost", unknown, String::new()),
        (
            "below",
            c"localhost",
            nothing,
            format!("{look} X509_V_ERR = 20: "),
        ),
        ("chain", c"localhost", nothing, String::new()),
    ] {
        let fault = fault_of(cert, asked, forgives);
        let fits = fault.starts_with(&expected) && fault.is_empty() == expected.is_empty();
        assert!(fits, "{cert} {asked:?}: {fault:?}, not {expected:?}");
    }
}

#[test]
fn each_certificate_of_the_chain_is_shown() {
    let told = Told::default();
    let verified = Rc::clone(&told.verified);
    let e = ends(
        &client(Common::default()),
        &server("chain"),
        told,
        Told::default(),
    );
    assert_eq!(e.shake(), (Step::Done, Step::Done));
    assert!(verified.get() >= 3, "{}", verified.get());
    let peer = e.near.peer().unwrap();
    assert_eq!(peer.common_name().unwrap(), b"below");
    assert_eq!(peer.issuer().unwrap(), b"/CN=middle");
    assert!(e.near.is_verified());
    assert!(e.far.peer().is_none());
}

#[test]
fn facts_of_a_certificate() {
    let ctx = server("good");
    let cert = ctx.certificate().unwrap();
    assert_eq!(cert.common_name().unwrap(), b"good");
    assert_eq!(cert.issuer().unwrap(), b"/CN=ca");
    assert_eq!(cert.der().unwrap(), file("good.der"));
    assert_eq!(cert.authority_key().unwrap().len(), 20);
    assert_eq!(cert.subject_key().unwrap().len(), 20);
    assert_eq!(cert.authority(), (None, None));
    // a key of P-256 with its kind
    assert_eq!(cert.public_key().unwrap().len(), 91);
    assert_eq!(cert.usage(), u32::MAX);
    let (from, to) = (cert.not_before().unwrap(), cert.not_after().unwrap());
    assert_eq!(to - from, 3650 * 86_400);
    let cert = server("expired").certificate().unwrap();
    assert_eq!(cert.not_before(), Some(1_577_836_800));
    assert_eq!(cert.not_after(), Some(1_580_515_200));
}

#[test]
fn certificates_of_clients() {
    let good = || pair_of("client");
    let ask = |asks| {
        let common = Common {
            ca: path("ca.pem"),
            ..pair_of("good")
        };
        server_of(common, asks).make(c"vhost", Log::GLOBAL).unwrap()
    };
    for (asks, own, works) in [
        (Asks::No, Common::default(), true),
        (Asks::Optional, Common::default(), true),
        (Asks::Required, Common::default(), false),
        (Asks::Required, good(), true),
        (Asks::Optional, good(), true),
        (Asks::Optional, pair_of("other"), false),
        (Asks::Required, pair_of("self-signed"), false),
    ] {
        let shown = own.certificate.is_some();
        let e = ends(&client(own), &ask(asks), Told::default(), Told::default());
        let far = e.shake().1;
        assert_eq!(far == Step::Done, works, "{asks:?} {shown} {far:?}");
        assert_eq!(
            works && shown && asks != Asks::No,
            works && e.far.peer().is_some()
        );
    }
}

#[test]
fn hosts_and_protocols() {
    let other = Rc::new(server("other-host"));
    let far = Told {
        other: Some((c"other.test".to_owned(), other)),
        alpn: alpn::wire(b"http/1.1").unwrap(),
        ..Told::default()
    };
    let e = ends(
        &client(Common::default()),
        &server("good"),
        Told::default(),
        far,
    );
    assert!(e.near.ask_for(c"other.test") && e.near.expect_host(c"other.test"));
    assert!(e.near.offer(&alpn::wire(b"h2,http/1.1").unwrap()));
    assert_eq!(e.shake(), (Step::Done, Step::Done));
    assert_eq!(e.near.alpn(), b"http/1.1");
    assert_eq!(e.far.alpn(), b"http/1.1");
    assert_eq!(e.near.peer().unwrap().common_name().unwrap(), b"other-host");

    // nothing fits: there is none, and the handshake goes on
    let far = Told {
        alpn: alpn::wire(b"h1").unwrap(),
        ..Told::default()
    };
    let e = ends(
        &client(Common::default()),
        &server("good"),
        Told::default(),
        far,
    );
    assert!(e.near.offer(&alpn::wire(b"http/1.1").unwrap()));
    assert_eq!(e.shake(), (Step::Done, Step::Done));
    assert_eq!(e.near.alpn(), b"");
}

fn open() -> Ends {
    let e = ends(
        &client(Common::default()),
        &server("good"),
        Told::default(),
        Told::default(),
    );
    assert_eq!(e.shake(), (Step::Done, Step::Done));
    e
}

#[test]
fn bytes_and_goodbyes() {
    let e = open();
    let mut buf = [0; 3];
    assert_eq!(
        e.far.read(&mut buf).unwrap_err().kind(),
        io::ErrorKind::WouldBlock
    );
    assert!(!e.far.wants_room());
    assert_eq!(e.near.write(b"hello").unwrap(), 5);
    assert_eq!(e.far.read(&mut buf).unwrap(), 3);
    // the kernel knows nothing of these
    assert_eq!(e.far.pending(), 2);
    assert_eq!(e.far.read(&mut buf).unwrap(), 2);
    assert_eq!(e.far.pending(), 0);
    e.near.goodbye();
    assert_eq!(e.far.read(&mut buf).unwrap(), 0);
    assert_eq!(e.far.write(b"late").unwrap(), 4);
}

#[test]
fn a_peer_that_leaves_is_an_error_and_no_signal() {
    let Ends { near, far, sockets } = open();
    drop(far);
    drop(sockets.1);
    let mut buf = [0; 3];
    // what the server had to say after the handshake, then the end
    assert_eq!(
        near.read(&mut buf).unwrap_err().kind(),
        io::ErrorKind::UnexpectedEof
    );
    assert!(near.write(b"gone").is_err());
    near.goodbye();
}

#[test]
fn what_does_not_fit_is_taken_later() {
    let e = open();
    let bytes: Vec<u8> = (0..400_000u32).map(|n| n as u8).collect();
    let (mut sent, mut got) = (0, Vec::new());
    let mut blocked = 0;
    let mut buf = vec![0; 4096];
    while got.len() < bytes.len() {
        while sent < bytes.len() {
            // from other memory each time, as a queue gives it
            let other = bytes[sent..].to_vec();
            match e.near.write(&other) {
                Ok(n) => sent += n,
                Err(err) => {
                    assert_eq!(err.kind(), io::ErrorKind::WouldBlock);
                    assert!(e.near.wants_room());
                    blocked += 1;
                    break;
                }
            }
        }
        while let Ok(n) = e.far.read(&mut buf) {
            got.extend_from_slice(&buf[..n]);
        }
    }
    assert!(blocked > 0);
    assert_eq!(got, bytes);
}

#[test]
fn peers_that_do_not_speak_tls() {
    let e = ends(
        &client(Common::default()),
        &server("good"),
        Told::default(),
        Told::default(),
    );
    (&e.sockets.0).write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    assert!(matches!(
        e.far.handshake(),
        Step::Failed(Failed::Protocol(_))
    ));
    assert_eq!(hello::begins(b"GET"), hello::Begins::Plain);

    let e = ends(
        &client(Common::default()),
        &server("good"),
        Told::default(),
        Told::default(),
    );
    (&e.sockets.1).write_all(b"220 plain\r\n").unwrap();
    let fault = e.fault(Forgives::default());
    assert!(
        fault.starts_with("tls: error:0A00010B:SSL routines::wrong version number"),
        "{fault}"
    );

    let Ends { near, far, sockets } = ends(
        &client(Common::default()),
        &server("good"),
        Told::default(),
        Told::default(),
    );
    assert_eq!(near.handshake(), Step::Read);
    // all of it, which has keys of some thousand bytes: what is left unread would reset the connection
    let mut hello = [0; 16_384];
    assert!((&sockets.1).read(&mut hello).unwrap() > 100);
    drop((far, sockets.1));
    let Step::Failed(failed) = near.handshake() else {
        panic!("no end");
    };
    let fault = why(failed, Forgives::default());
    assert!(
        fault.starts_with("tls: error:0A000126:SSL routines::unexpected eof while reading"),
        "{fault}"
    );
}

#[test]
fn sessions_are_resumed_where_they_were_made_and_steps_are_told() {
    let told = Told::default();
    let steps = Rc::clone(&told.steps);
    let e = ends(
        &client(Common::default()),
        &server("good"),
        told,
        Told::default(),
    );
    e.near.tell();
    assert_eq!(e.shake(), (Step::Done, Step::Done));
    assert!(steps.get() > 2);
    assert!(!e.near.is_resumed() && !e.far.is_resumed());
}

#[test]
fn files_and_memory_that_are_good_and_bad() {
    let make = |common| {
        server_of(common, Asks::No)
            .make(c"vhost", Log::GLOBAL)
            .map(|_| ())
    };
    let with = |certificate, key, password: Option<&CStr>| Common {
        certificate,
        key,
        password: password.map(CStr::to_owned),
        ..Common::default()
    };
    for good in [
        with(path("good.pem"), path("good.key"), None),
        with(memory("good.pem"), memory("good.key"), None),
        with(memory("good.der"), memory("good.key.der"), None),
        with(path("good.pem"), path("secret.key"), Some(c"sesame")),
        // the key may come from the program
        with(path("good.pem"), None, None),
        with(memory("chain.pem"), memory("chain.key"), None),
    ] {
        make(good).unwrap();
    }
    let garbage = || Some(Source::Memory(b"-----BEGIN CERTIFICATE-----\nx".to_vec()));
    for (bad, member) in [
        (
            with(path("absent.pem"), path("good.key"), None),
            "ssl_cert_filepath",
        ),
        (
            with(path("good.pem"), path("absent.key"), None),
            "ssl_private_key_filepath",
        ),
        (
            with(path("good.pem"), path("client.key"), None),
            "ssl_private_key_filepath",
        ),
        (
            with(path("good.pem"), path("secret.key"), None),
            "ssl_private_key_filepath",
        ),
        (
            with(path("good.pem"), path("secret.key"), Some(c"other")),
            "ssl_private_key_filepath",
        ),
        (
            with(path("good.key"), path("good.key"), None),
            "ssl_cert_filepath",
        ),
        (with(garbage(), path("good.key"), None), "ssl_cert_filepath"),
        (
            with(
                Some(Source::Memory(vec![0x30, 0x82])),
                path("good.key"),
                None,
            ),
            "ssl_cert_filepath",
        ),
        (
            with(path("good.pem"), garbage(), None),
            "ssl_private_key_filepath",
        ),
    ] {
        let why = make(bad).unwrap_err().to_string();
        assert!(why.starts_with(member), "{why}");
    }
    let mut lenient = server_of(with(path("absent.pem"), path("good.key"), None), Asks::No);
    lenient.ignores_missing = true;
    assert!(lenient.make(c"vhost", Log::GLOBAL).is_ok());
}

#[test]
fn options_of_the_program() {
    // SSL_OP_NO_TLSv1_3
    let old = Common {
        set: 0x2000_0000,
        ..pair_of("good")
    };
    let ctx = server_of(old, Asks::No)
        .make(c"vhost", Log::GLOBAL)
        .unwrap();
    let only_new = Common {
        set: 0x0800_0000, // SSL_OP_NO_TLSv1_2
        ..Common::default()
    };
    let e = ends(&client(only_new), &ctx, Told::default(), Told::default());
    assert!(matches!(e.shake().1, Step::Failed(_)));
    let e = ends(
        &client(Common::default()),
        &ctx,
        Told::default(),
        Told::default(),
    );
    assert_eq!(e.shake(), (Step::Done, Step::Done));
    // what is unknown has no effect
    let odd = Common {
        ciphers: Some(c"NO-SUCH-CIPHER".to_owned()),
        ciphersuites: Some(c"NO-SUCH-SUITE".to_owned()),
        ..pair_of("good")
    };
    let ctx = server_of(odd, Asks::No)
        .make(c"vhost", Log::GLOBAL)
        .unwrap();
    let e = ends(
        &client(Common::default()),
        &ctx,
        Told::default(),
        Told::default(),
    );
    assert_eq!(e.shake(), (Step::Done, Step::Done));
}
