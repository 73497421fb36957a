//! SMD messages about routing: how many changes there are in one window, there is one
//! message of each kind at its beginning or its end, so that bursts never fill the bus.

/// How close to each other messages of one kind are at most, microseconds.
pub(crate) const WINDOW_US: i64 = 20_000;

/// The kinds, with lws's own texts.
pub(crate) const ADDED: &str = "{\"rt\":\"add\"}\n";
pub(crate) const REMOVED: &str = "{\"rt\":\"del\"}\n";
pub(crate) const GATEWAY: &str = "{\"trigger\": \"cpdcheck\", \"src\":\"gw-change\"}";

#[derive(Default)]
pub(crate) struct News {
    waiting: [bool; 3],
    /// When each may be sent again.
    next: [i64; 3],
}

impl News {
    pub(crate) fn note(&mut self, added: bool, removed: bool, gateway: bool) {
        for (w, n) in self.waiting.iter_mut().zip([added, removed, gateway]) {
            *w |= n;
        }
    }

    /// Whether there is anything to send.
    pub(crate) fn waiting(&self) -> bool {
        self.waiting.contains(&true)
    }

    /// What to send now, and when to come back for the rest.
    pub(crate) fn take(&mut self, now: i64) -> (Vec<&'static str>, Option<i64>) {
        let mut texts = Vec::new();
        let mut again: Option<i64> = None;
        let kinds = [ADDED, REMOVED, GATEWAY];
        for ((waiting, next), text) in self.waiting.iter_mut().zip(&mut self.next).zip(kinds) {
            if !*waiting {
                continue;
            }
            if *next <= now {
                *waiting = false;
                *next = now.saturating_add(WINDOW_US);
                texts.push(text);
            } else {
                again = Some(again.map_or(*next, |a| a.min(*next)));
            }
        }
        (texts, again)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_two_messages_of_each_kind() {
        let mut news = News::default();
        let mut sent = Vec::new();
        let mut due = None;
        for now in 0..15_000 {
            news.note(now % 2 == 0, now % 2 == 1, false);
            let (texts, again) = news.take(now);
            sent.extend(texts);
            due = again;
        }
        assert_eq!(sent, [ADDED, REMOVED]);
        assert_eq!(due, Some(WINDOW_US));
        assert_eq!(news.take(WINDOW_US), (vec![ADDED], Some(WINDOW_US + 1)));
        assert_eq!(news.take(WINDOW_US + 1), (vec![REMOVED], None));
        assert_eq!(news.take(i64::MAX), (vec![], None));
    }

    #[test]
    fn the_texts_are_those_of_lws() {
        assert_eq!((ADDED.len(), REMOVED.len(), GATEWAY.len()), (13, 13, 42));
    }
}
