//! One request and its answer, as a server sees them: what is under way, and what follows when the
//! program says that it is done.

use super::Framing;
use super::body::Body;
use super::head::Request;

/// What a server's connection is busy with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
    /// Between requests.
    Idle,
    /// In the head of one.
    Head,
    /// The program has the request, and answers it.
    Answer,
}

/// What is to be done about a transaction that the program calls complete.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Completion {
    /// There is none.
    Nothing,
    /// It is complete when the output has gone and the body has come.
    Later,
    /// The connection goes on with the next one.
    Next,
    Close,
}

/// A transaction of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Txn {
    stage: Stage,
    keeps: bool,
    /// Whether the program hears of the body.
    has_body: bool,
    body: Body,
    completed: bool,
    /// It is a HEAD request: how far the answer's empty line has come.
    only_head: Option<Line>,
}

/// How much of the end of a head has been seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Line {
    /// In a line.
    In,
    /// At the beginning of a line that is not the first.
    Begin,
    /// After a CR there.
    Cr,
    Over,
}

impl Txn {
    pub(crate) fn new() -> Self {
        Self {
            stage: Stage::Idle,
            keeps: true,
            has_body: false,
            body: Body::new(Framing::None),
            completed: false,
            only_head: None,
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        self.stage
    }

    /// The first byte of a head has come.
    pub(crate) fn begin_head(&mut self) {
        self.stage = Stage::Head;
    }

    /// The head is whole.
    pub(crate) fn begin(&mut self, request: &Request, is_head: bool) {
        *self = Self {
            stage: Stage::Answer,
            keeps: request.keep_alive,
            has_body: request.body != Framing::None,
            body: Body::new(request.body),
            completed: false,
            only_head: is_head.then_some(Line::In),
        };
    }

    /// The end of the answer is the end of the connection.
    pub(crate) fn close_after(&mut self) {
        self.keeps = false;
    }

    /// Whether the connection can have another request afterwards.
    pub(crate) fn keeps(&self) -> bool {
        self.keeps
    }

    /// The body that comes; `None` when all of it has.
    pub(crate) fn body(&mut self) -> Option<&mut Body> {
        let comes = self.stage == Stage::Answer && !self.body.is_done();
        comes.then_some(&mut self.body)
    }

    /// The program is not to hear of the body.
    pub(crate) fn ignore_body(&mut self) {
        self.has_body = false;
    }

    /// Whether the program is to hear of the body.
    pub(crate) fn tells_body(&self) -> bool {
        self.stage == Stage::Answer && self.has_body && !self.completed
    }

    /// Whether the program has called it complete, and that had to wait.
    pub(crate) fn waits(&self) -> bool {
        self.stage == Stage::Answer && self.completed
    }

    /// The program calls it complete. `queued`: output has not gone yet.
    pub(crate) fn complete(&mut self, queued: bool) -> Completion {
        if self.stage != Stage::Answer {
            return Completion::Nothing;
        }
        self.completed = true;
        self.go_on(queued)
    }

    /// As [`Txn::complete`], when something has changed since.
    pub(crate) fn go_on(&mut self, queued: bool) -> Completion {
        if !self.waits() {
            return Completion::Nothing;
        }
        if queued || (self.keeps && !self.body.is_done()) {
            return Completion::Later;
        }
        if !self.keeps {
            return Completion::Close;
        }
        self.stage = Stage::Idle;
        self.completed = false;
        self.only_head = None;
        Completion::Next
    }

    /// How many of these bytes of an answer go out: the answer to a HEAD request has no body.
    pub(crate) fn outgoing(&mut self, bytes: &[u8]) -> usize {
        let Some(mut line) = self.only_head else {
            return bytes.len();
        };
        let mut n = 0usize;
        for b in bytes {
            if line == Line::Over {
                break;
            }
            n = n.saturating_add(1);
            line = match (line, b) {
                (Line::Begin | Line::Cr, b'\n') => Line::Over,
                (_, b'\n') => Line::Begin,
                (Line::Begin, b'\r') => Line::Cr,
                _ => Line::In,
            };
        }
        self.only_head = Some(line);
        n
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roles::h1::Method;
    use crate::roles::h1::head::Upgrade;

    fn request(method: Method, keep_alive: bool, body: Framing) -> Request {
        Request {
            method,
            http11: true,
            keep_alive,
            body,
            expects_continue: false,
            upgrade: Upgrade::None,
        }
    }

    fn begun(keep_alive: bool, body: Framing) -> Txn {
        let mut txn = Txn::new();
        assert_eq!(txn.complete(false), Completion::Nothing);
        txn.begin_head();
        assert_eq!(txn.stage(), Stage::Head);
        assert_eq!(txn.complete(false), Completion::Nothing);
        txn.begin(&request(Method::Get, keep_alive, body), false);
        assert_eq!(txn.stage(), Stage::Answer);
        txn
    }

    #[test]
    fn an_answer_ends_with_the_next_request_or_the_connection() {
        let mut txn = begun(true, Framing::None);
        assert!(txn.body().is_none() && !txn.tells_body());
        assert_eq!(txn.complete(false), Completion::Next);
        assert_eq!(txn.stage(), Stage::Idle);
        assert_eq!(txn.complete(false), Completion::Nothing);

        let mut txn = begun(false, Framing::None);
        assert_eq!(txn.complete(false), Completion::Close);

        let mut txn = begun(true, Framing::None);
        txn.close_after();
        assert_eq!(txn.complete(false), Completion::Close);
    }

    #[test]
    fn an_answer_is_complete_when_its_output_has_gone() {
        for (keep_alive, end) in [(true, Completion::Next), (false, Completion::Close)] {
            let mut txn = begun(keep_alive, Framing::None);
            assert_eq!(txn.go_on(false), Completion::Nothing);
            assert_eq!(txn.complete(true), Completion::Later);
            assert!(txn.waits());
            assert_eq!(txn.go_on(true), Completion::Later);
            assert_eq!(txn.go_on(false), end);
        }
    }

    #[test]
    fn an_early_answer_waits_for_the_body_without_telling_of_it() {
        let mut txn = begun(true, Framing::Length(3));
        assert!(txn.tells_body());
        assert_eq!(txn.complete(false), Completion::Later);
        assert!(!txn.tells_body());
        assert_eq!(txn.body().unwrap().feed(b"ab").unwrap().taken, 2);
        assert_eq!(txn.go_on(false), Completion::Later);
        assert_eq!(txn.body().unwrap().feed(b"cGET").unwrap().taken, 1);
        assert!(txn.body().is_none());
        assert_eq!(txn.go_on(true), Completion::Later);
        assert_eq!(txn.go_on(false), Completion::Next);

        // One that closes does not wait for what nobody wants.
        let mut txn = begun(false, Framing::Length(3));
        assert_eq!(txn.complete(false), Completion::Close);
    }

    #[test]
    fn an_empty_body_is_told_of() {
        let mut txn = begun(true, Framing::Length(0));
        assert!(txn.body().is_none() && txn.tells_body());
    }

    #[test]
    fn the_answer_to_head_ends_with_its_empty_line_wherever_it_is_cut() {
        let answer = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody\r\n\r\nmore";
        let head = answer.len() - b"body\r\n\r\nmore".len();
        for step in 1..=answer.len() {
            let mut txn = Txn::new();
            txn.begin(&request(Method::Head, true, Framing::None), true);
            let sent: usize = answer.chunks(step).map(|c| txn.outgoing(c)).sum();
            assert_eq!(sent, head, "pieces of {step}");
        }
        let mut txn = Txn::new();
        txn.begin(&request(Method::Head, true, Framing::None), true);
        assert_eq!(txn.outgoing(b"HTTP/1.0 200\n\nx"), 14);
        let mut txn = begun(true, Framing::None);
        assert_eq!(txn.outgoing(answer), answer.len());
    }
}
