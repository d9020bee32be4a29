//! Stop sequences in a stream of text: nothing that may become one is shown too early.

/// What to do with a piece of text that just became visible.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// Show this much; the rest may be the beginning of a stop sequence.
    Show(String),
    /// A stop sequence is complete; show this, then end.
    Stop(String),
}

#[derive(Debug, Default)]
pub(super) struct StopScanner {
    sequences: Vec<String>,
    held: String,
}

impl StopScanner {
    /// Empty sequences are ignored: they would stop everything at once.
    pub(super) fn new(sequences: &[String]) -> Self {
        let sequences = sequences
            .iter()
            .filter(|s| !s.is_empty())
            .cloned()
            .collect();
        Self {
            sequences,
            held: String::new(),
        }
    }

    pub(super) fn push(&mut self, text: &str) -> Scan {
        self.held.push_str(text);
        let found = self
            .sequences
            .iter()
            .filter_map(|stop| self.held.find(stop.as_str()))
            .min();
        if let Some(at) = found {
            self.held.truncate(at);
            return Scan::Stop(std::mem::take(&mut self.held));
        }
        let keep = self.longest_beginning();
        Scan::Show(self.held.drain(..self.held.len() - keep).collect())
    }

    /// What was held when no more text comes: it did not become a stop sequence.
    pub(super) fn finish(&mut self) -> String {
        std::mem::take(&mut self.held)
    }

    pub(super) fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// Bytes at the end of `held` that are the beginning of some sequence.
    fn longest_beginning(&self) -> usize {
        let longest = |stop: &String| {
            let beginnings = stop.char_indices().map(|(at, _)| &stop[..at]).skip(1);
            beginnings
                .filter(|part| self.held.ends_with(part))
                .map(str::len)
                .max()
                .unwrap_or(0)
        };
        self.sequences.iter().map(longest).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scanner(stops: &[&str]) -> StopScanner {
        StopScanner::new(&stops.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn a_sequence_split_over_tokens_is_found_and_never_shown() {
        let mut scanner = scanner(&["\n\nUser:"]);
        assert_eq!(scanner.push("Yes.\n"), Scan::Show("Yes.".into()));
        assert_eq!(scanner.push("\nUs"), Scan::Show(String::new()));
        assert_eq!(scanner.push("er: no"), Scan::Stop(String::new()));
    }

    #[test]
    fn a_beginning_that_leads_nowhere_is_shown() {
        let mut scanner = scanner(&["END"]);
        assert_eq!(scanner.push("E"), Scan::Show(String::new()));
        assert_eq!(scanner.push("N"), Scan::Show(String::new()));
        assert_eq!(scanner.push("tropy E"), Scan::Show("ENtropy ".into()));
        assert_eq!(scanner.finish(), "E");
    }

    #[test]
    fn the_earliest_of_several_wins() {
        let mut scanner = scanner(&["。", "止", ""]);
        assert_eq!(scanner.push("到此为止。好"), Scan::Stop("到此为".into()));
    }

    proptest! {
        #[test]
        fn text_is_cut_exactly_where_the_first_sequence_stands(
            text in "[ab猫]{0,20}", stop in "[ab猫]{1,3}", sizes in proptest::collection::vec(1..4_usize, 20)
        ) {
            let mut scanner = scanner(&[&stop]);
            let (mut shown, mut stopped) = (String::new(), false);
            let mut characters = text.chars();
            for size in sizes {
                let part: String = characters.by_ref().take(size).collect();
                match scanner.push(&part) {
                    Scan::Show(visible) => shown += &visible,
                    Scan::Stop(visible) => { shown += &visible; stopped = true; break; }
                }
            }
            if !stopped { shown += &scanner.finish(); }
            let whole = text.split(stop.as_str()).next().unwrap_or_default();
            prop_assert_eq!(shown, whole);
            prop_assert_eq!(stopped, text.contains(stop.as_str()));
        }
    }
}
