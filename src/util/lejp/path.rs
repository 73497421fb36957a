//! Paths of values against those a program asks for.

/// Where the asterisks of a path stand for something, and how many they are.
pub(crate) struct Wild {
    pub(crate) at: [u16; 8],
    pub(crate) count: u8,
}

/// Whether `path` is what `asked` says, in which a `*` stands for anything up to the next `.`, and a
/// last one for anything that is not empty.
pub(crate) fn matches(path: &[u8], asked: &[u8]) -> Option<Wild> {
    let mut wild = Wild {
        at: [0; 8],
        count: 0,
    };
    let mut rest = path;
    let mut asked = asked.iter();
    while let Some(want) = asked.next() {
        if *want != b'*' {
            let (c, behind) = rest.split_first()?;
            if c != want {
                return None;
            }
            rest = behind;
            continue;
        }
        if rest.is_empty() {
            return None;
        }
        // More than there is room for match all the same.
        if let Some(at) = wild.at.get_mut(usize::from(wild.count)) {
            *at = u16::try_from(path.len().saturating_sub(rest.len())).unwrap_or(u16::MAX);
            wild.count = wild.count.saturating_add(1);
        }
        let len = match asked.as_slice() {
            [] => rest.len(),
            _ => segment(rest).len(),
        };
        rest = rest.get(len..)?;
    }
    rest.is_empty().then_some(wild)
}

/// What comes before the next `.`.
fn segment(path: &[u8]) -> &[u8] {
    path.split(|c| *c == b'.').next().unwrap_or_default()
}

/// What an asterisk stood for as a program is told it: up to the next `.`, be the first byte one or not.
pub(crate) fn stood_for(path: &[u8], at: u16) -> &[u8] {
    let rest = path.get(usize::from(at)..).unwrap_or_default();
    let behind = segment(rest.get(1..).unwrap_or_default());
    rest.get(..=behind.len()).unwrap_or_default()
}
