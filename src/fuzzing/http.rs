//! Targets of HTTP.

/// The head of a request or response. The first byte says which; the second where the bytes are cut. The
/// result is the same in one piece.
pub fn heads(bytes: &[u8]) {
    use crate::roles::h1::goal::Goal;
    use crate::roles::h1::proxy::{Proxy, Reply};
    use crate::roles::h1::{date, range};
    let Some(([how, cut], sent)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let step = usize::from(*cut).max(1);
    let whole = head(*how, sent, sent.len().max(1));
    assert_eq!(whole, head(*how, sent, step));
    // What stands in some of the headers.
    let goal = Goal {
        secured: false,
        address: b"a".to_vec(),
        port: 80,
        target: b"/b/c?d".to_vec(),
        host: b"a".to_vec(),
        origin: None,
    };
    if let Some(goal) = goal.elsewhere(sent) {
        let odd = |b: &u8| *b <= b' ' || *b == 0x7f;
        assert!(goal.port != 0 && !goal.target.iter().any(odd) && !goal.host.iter().any(odd));
    }
    for size in [0, 10, u64::MAX] {
        if let range::Wanted::Parts(parts) = range::wanted(sent, size) {
            assert!(parts.iter().all(|p| p.start < p.end && p.end <= size));
        }
    }
    if let Some(unix) = date::parse(sent) {
        date::render(unix);
    }
    if let Some(proxy) = Proxy::parse(sent, Some(1)) {
        proxy.except(sent).serves(sent);
    }
    let mut reply = Reply::default();
    let _ = sent.iter().try_for_each(|b| match reply.feed(*b) {
        Ok(false) => Ok(()),
        _ => Err(()),
    });
}

/// What is made of a head that comes in pieces of `step` bytes.
fn head(how: u8, sent: &[u8], step: usize) -> Option<(usize, String)> {
    use crate::roles::h1::head::Head;
    use crate::roles::headers::token;
    let mut head = match how & 1 {
        0 => Head::for_request(1000),
        _ => Head::for_response(1000),
    };
    let mut taken = 0;
    for piece in sent.chunks(step) {
        match head.feed(piece) {
            Ok(n) => taken += n,
            // Which of several faults is seen first differs.
            Err(_) => return None,
        }
        if head.is_done() {
            break;
        }
    }
    if !head.is_done() {
        return Some((taken, String::new()));
    }
    let result = match how & 1 {
        0 => head.request().map(|r| format!("{r:?}")),
        _ => head.response(how & 2 != 0).map(|r| format!("{r:?}")),
    };
    let mut text = result.ok()?;
    for number in 0..token::COUNT {
        for fragment in head.store.fragments(number) {
            text += &format!("{number} {fragment:?} ");
        }
        let mut room = vec![0; head.store.total(number)];
        assert_eq!(head.store.copy(number, &mut room), Some(room.len()));
    }
    for custom in head.store.customs() {
        text += &format!("{custom:?}");
    }
    Some((taken, text))
}

/// A body. The first byte says how its end is found; the second where the bytes are cut. The result is the
/// same in one piece. So is that of a page whose names are replaced.
pub fn chunks(bytes: &[u8]) {
    let Some(([how, cut], sent)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let step = usize::from(*cut).max(1);
    let whole = body(*how, sent, sent.len().max(1));
    assert_eq!(whole, body(*how, sent, step));
    assert_eq!(replaced(sent, sent.len().max(1)), replaced(sent, step));
}

fn body(how: u8, sent: &[u8], step: usize) -> (Vec<u8>, Option<usize>) {
    use crate::roles::h1::Framing;
    use crate::roles::h1::body::Body;
    let mut body = Body::new(match how & 7 {
        0 => Framing::None,
        1 => Framing::UntilClose,
        2 => Framing::Length(u64::from(how)),
        _ => Framing::Chunked,
    });
    let mut data = Vec::new();
    let mut taken = 0;
    for piece in sent.chunks(step) {
        let mut rest = piece;
        while !rest.is_empty() && !body.is_done() {
            let Ok(got) = body.feed(rest) else {
                return (data, None);
            };
            assert!(got.data.end <= got.taken && got.taken <= rest.len());
            data.extend_from_slice(rest.get(got.data).unwrap_or(&[]));
            taken += got.taken;
            rest = rest.get(got.taken..).unwrap_or(&[]);
        }
    }
    (data, Some(taken))
}

fn replaced(sent: &[u8], step: usize) -> Vec<u8> {
    use crate::roles::h1::page::{Kept, process};
    let names: [&[u8]; 4] = [b"$a", b"$ab", b"$$", b"$0123456789abcde"];
    let words: [&[u8]; 4] = [b"1", b"", b"$a", b"long"];
    let mut kept = Kept::default();
    let mut all = Vec::new();
    let pieces = sent.chunks(step).map(|piece| (piece, false));
    for (piece, last) in pieces.chain([(&b""[..], true)]) {
        let out = process(&mut kept, piece, last, &names, usize::MAX, |n| {
            words.get(n).unwrap_or(&&[][..])
        });
        all.extend(out.unwrap_or_default());
    }
    all
}

/// A form that is posted. The first byte says of which kind it is; the second where the bytes are cut. The
/// result is the same in one piece.
pub fn forms(bytes: &[u8]) {
    let Some(([how, cut], sent)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let step = usize::from(*cut).max(1);
    let whole = form(*how, sent, sent.len().max(1));
    assert_eq!(whole, form(*how, sent, step));
    // A form by what a peer calls it.
    let _ = crate::roles::form::Form::new(sent);
}

fn form(how: u8, sent: &[u8], step: usize) -> Option<Vec<u8>> {
    use crate::roles::form::{Broken, Field, Form, Receiver};
    #[derive(Default)]
    struct Seen(Vec<u8>);
    impl Receiver for Seen {
        fn begin(&mut self, field: Field) -> Result<(), Broken> {
            self.0.extend_from_slice(format!("<{field:?}>").as_bytes());
            Ok(())
        }
        fn piece(&mut self, bytes: &[u8]) -> Result<(), Broken> {
            self.0.extend_from_slice(bytes);
            Ok(())
        }
        fn end(&mut self) -> Result<(), Broken> {
            self.0.extend_from_slice(b"</>");
            Ok(())
        }
    }
    let kind: &[u8] = match how & 3 {
        0 => b"application/x-www-form-urlencoded",
        1 => b"multipart/form-data; boundary=B",
        _ => b"multipart/form-data; boundary=\"--longer \"",
    };
    let mut form = Form::new(kind).ok()?;
    let mut seen = Seen::default();
    for piece in sent.chunks(step) {
        form.feed(piece, &mut seen).ok()?;
    }
    form.finish(&mut seen).ok()?;
    Some(seen.0)
}
