//! Close codes (RFC 6455, section 7.4), and the life of the closing handshake.

use super::frame::CONTROL_MAX;

/// The most a reason has, bytes.
const REASON_MAX: usize = CONTROL_MAX - 2;

/// How long the peer has to answer a close frame, microseconds.
pub(crate) const ANSWER_US: i64 = 5_000_000;
/// How long a client that has answered the server's close frame waits for the server to end the
/// connection, microseconds (RFC 6455, section 7.1.1).
pub(crate) const SERVER_ENDS_US: i64 = 1_000_000;

/// The payload of a close frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payload {
    bytes: [u8; CONTROL_MAX],
    len: usize,
}

impl Payload {
    const EMPTY: Self = Self {
        bytes: [0; CONTROL_MAX],
        len: 0,
    };

    /// A code and as much of a text as fits.
    pub(crate) fn new(code: u16, text: &[u8]) -> Self {
        let mut payload = Self::EMPTY;
        let text = text.get(..text.len().min(REASON_MAX)).unwrap_or(&[]);
        let all = code.to_be_bytes().into_iter().chain(text.iter().copied());
        for (to, byte) in payload.bytes.iter_mut().zip(all) {
            *to = byte;
        }
        payload.len = text.len().saturating_add(2);
        payload
    }

    fn copy(bytes: &[u8]) -> Self {
        let mut payload = Self::EMPTY;
        for (to, byte) in payload.bytes.iter_mut().zip(bytes) {
            *to = *byte;
        }
        payload.len = bytes.len().min(CONTROL_MAX);
        payload
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }
}

/// How the program wants to end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Words {
    /// With a close frame.
    Frame(Payload),
    /// Without one.
    Silent,
}

/// What a program's code and reason mean. `None` for a code that says nothing (below 1000).
pub(crate) fn words(code: u16, reason: &[u8]) -> Option<Words> {
    match code {
        0 | 1006 => Some(Words::Silent),
        // "No status" is said by an empty frame.
        1005 => Some(Words::Frame(Payload::EMPTY)),
        1..=999 => None,
        _ => Some(Words::Frame(Payload::new(code, reason))),
    }
}

/// Whether a peer may send this code: those that are registered and meant for the wire, and those
/// that libraries and applications choose.
fn may_be_sent(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..)
}

/// What the close frame of a peer comes to: what the program is shown and the peer is answered with.
/// `None`: `checked` text is not UTF-8.
pub(crate) fn from_peer(payload: &[u8], checked: bool) -> Option<Payload> {
    let (Some(code), text) = (payload.first_chunk::<2>(), payload.get(2..).unwrap_or(&[])) else {
        return Some(match payload {
            [] => Payload::EMPTY,
            _ => Payload::new(1002, b""),
        });
    };
    if !may_be_sent(u16::from_be_bytes(*code)) {
        return Some(Payload::new(1002, b""));
    }
    if checked && core::str::from_utf8(text).is_err() {
        return None;
    }
    Some(Payload::copy(payload))
}

/// Where the closing handshake is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    #[default]
    Open,
    /// The peer's close frame is being shown to the program.
    Asking,
    /// Our close frame is out, and the peer's is to come.
    Waiting,
    /// Both are; the peer is to end the connection.
    Ending,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// The program ends it, with what it has said before.
    Program(Option<Words>),
    /// The peer has broken the protocol; how to say so.
    Violation(Words),
    /// The peer's close frame has come.
    PeerCloses,
    /// The program has seen that, and has nothing against an answer.
    Agreed { client: bool },
    /// The program wants no answer.
    Refused,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Action {
    Nothing,
    /// Ends the connection when what is queued has gone out.
    Drop,
    /// Sends a close frame, and ends the connection if the peer has not after so many microseconds.
    Close(Payload, i64),
    /// Shows the peer's close frame to the program.
    Ask,
    /// Sends the peer's payload back, and ends the connection.
    Answer,
    /// The same, but leaves ending to the peer for so many microseconds.
    AnswerAndWait(i64),
}

impl Stage {
    /// Whether messages and pings go both ways.
    pub(crate) fn is_open(self) -> bool {
        self == Self::Open
    }

    pub(crate) fn on(&mut self, event: Event) -> Action {
        match (*self, event) {
            (Self::Open, Event::Program(Some(Words::Frame(payload))))
            | (Self::Open, Event::Violation(Words::Frame(payload))) => {
                *self = Self::Waiting;
                Action::Close(payload, ANSWER_US)
            }
            (_, Event::Program(_) | Event::Refused) => Action::Drop,
            (Self::Open, Event::PeerCloses) => {
                *self = Self::Asking;
                Action::Ask
            }
            (Self::Asking, Event::Agreed { client }) => {
                *self = Self::Ending;
                if client {
                    Action::AnswerAndWait(SERVER_ENDS_US)
                } else {
                    Action::Answer
                }
            }
            (Self::Waiting, Event::PeerCloses) => Action::Drop,
            // It speaks no protocol any more.
            (Self::Open | Self::Waiting, Event::Violation(_)) => Action::Drop,
            _ => Action::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_may_not_be_sent_become_1002() {
        for code in 0..=u16::MAX {
            let refused = matches!(code, 0..=999 | 1004..=1006 | 1015..=2999);
            let payload = Payload::new(code, b"why");
            let seen = from_peer(payload.bytes(), true).unwrap();
            if refused {
                assert_eq!(seen.bytes(), [3, 0xea], "{code}");
            } else {
                assert_eq!(seen.bytes(), payload.bytes(), "{code}");
            }
        }
    }

    #[test]
    fn odd_payloads_of_a_peer() {
        assert_eq!(from_peer(b"", true).unwrap().bytes(), b"");
        assert_eq!(from_peer(b"\x03", true).unwrap().bytes(), b"\x03\xea");
        assert!(from_peer(b"\x03\xe8\xff", true).is_none());
        assert_eq!(from_peer(b"\x03\xe8\xff", false).unwrap().bytes().len(), 3);
    }

    #[test]
    fn what_a_program_says() {
        let frame = |code, text: &[u8]| match words(code, text) {
            Some(Words::Frame(payload)) => Some(payload.bytes().to_vec()),
            _ => None,
        };
        assert_eq!(frame(1000, b"bye").unwrap(), b"\x03\xe8bye");
        assert_eq!(frame(1005, b"bye").unwrap(), b"");
        assert_eq!(frame(4000, &[b'x'; 300]).unwrap().len(), 125);
        assert!(matches!(words(0, b""), Some(Words::Silent)));
        assert!(matches!(words(1006, b""), Some(Words::Silent)));
        assert!(words(999, b"").is_none());
    }

    #[test]
    fn each_end_of_the_handshake() {
        let said = Words::Frame(Payload::new(1000, b""));
        let mut stage = Stage::Open;
        assert!(matches!(stage.on(Event::Program(None)), Action::Drop));

        let mut stage = Stage::Open;
        let first = stage.on(Event::Program(Some(said)));
        assert!(matches!(first, Action::Close(_, ANSWER_US)));
        assert!(!stage.is_open());
        let mut again = stage;
        assert!(matches!(again.on(Event::Program(Some(said))), Action::Drop));
        assert!(matches!(stage.on(Event::PeerCloses), Action::Drop));

        for (client, refused) in [(false, false), (false, true), (true, false)] {
            let mut stage = Stage::Open;
            assert!(matches!(stage.on(Event::PeerCloses), Action::Ask));
            let event = if refused {
                Event::Refused
            } else {
                Event::Agreed { client }
            };
            let action = stage.on(event);
            match (client, refused) {
                (_, true) => assert!(matches!(action, Action::Drop)),
                (false, _) => assert!(matches!(action, Action::Answer)),
                (true, _) => assert!(matches!(action, Action::AnswerAndWait(_))),
            }
        }

        let mut stage = Stage::Open;
        let broken = Event::Violation(said);
        assert!(matches!(stage.on(broken), Action::Close(..)));
        assert!(matches!(stage.on(broken), Action::Drop));
    }
}
