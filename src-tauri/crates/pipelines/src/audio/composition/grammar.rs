//! What may stand where in a melody: bars are exactly full, and the last note is one of the tonic's chord.

use super::{
    types::{Mode, NoteKind},
    vocabulary::{Meaning, Vocabulary, fills},
};
use crate::text::TokenId;

/// A last note that is not the tonic itself is held so much less likely, as a logarithm.
const PREFERENCE: f32 = 2.0;

/// Where in a bar the next token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own about a place"
)]
pub(super) struct BarPosition {
    /// Ticks of the bar that are not filled yet; above 0.
    pub(super) left: u32,
    /// Nothing stands in the bar yet.
    pub(super) first: bool,
    /// The tune ends with this bar.
    pub(super) last_bar: bool,
    /// A part of the form begins with this bar: whatever stood before, it can be repeated.
    pub(super) fresh: bool,
    /// What sounds before it, if anything does, in semitones from the tonic.
    pub(super) before: Option<i32>,
    /// The note before it is a rest.
    pub(super) after_rest: bool,
}

pub(super) struct Grammar<'a> {
    vocabulary: &'a Vocabulary,
    mode: Mode,
}

impl<'a> Grammar<'a> {
    pub(super) fn new(vocabulary: &'a Vocabulary, mode: Mode) -> Self {
        Self { vocabulary, mode }
    }

    /// What is added to the logit of each token that may stand at `place`; `chord`: one may.
    pub(super) fn notes(&self, place: BarPosition, chord: bool) -> Vec<(TokenId, f32)> {
        let allowed = self.vocabulary.tokens().filter_map(|(id, meaning)| {
            let bias = match meaning {
                Meaning::Chord(_) => chord.then_some(0.0),
                Meaning::Note(what) => self.note(place, *what),
                _ => None,
            };
            bias.map(|bias| (id, bias))
        });
        allowed.collect()
    }

    /// What is added to the logit of a note at `place`; None where it may not stand.
    pub(super) fn note(&self, place: BarPosition, what: NoteKind) -> Option<f32> {
        let sounding = match what {
            NoteKind::Pitch { pitch } => Some(pitch),
            NoteKind::Hold => {
                let goes_on = place.first && !place.fresh && !place.after_rest;
                Some(place.before.filter(|_| goes_on)?)
            }
            // A part that is repeated may begin with a rest, whatever the one before ended with.
            NoteKind::Rest if place.after_rest && !(place.first && place.fresh) => return None,
            NoteKind::Rest => None,
        };
        if !place.last_bar {
            return Some(0.0);
        }
        // Whether another note fits after it.
        let goes_on = self.fitting(place.left).any(|length| length < place.left);
        if goes_on {
            return Some(0.0);
        }
        self.ending(sounding)
    }

    /// The lengths that the note `what` may have at `place`, each with what is added to its logit.
    pub(super) fn lengths(&self, place: BarPosition, what: NoteKind) -> Vec<(TokenId, f32)> {
        let sounding = match what {
            NoteKind::Pitch { pitch } => Some(pitch),
            NoteKind::Hold => place.before,
            NoteKind::Rest => None,
        };
        let allowed = self.vocabulary.tokens().filter_map(|(id, meaning)| {
            let Meaning::Length(length) = *meaning else {
                return None;
            };
            if !self.fitting(place.left).any(|fitting| fitting == length) {
                return None;
            }
            let ends = place.last_bar && length == place.left;
            let bias = if ends { self.ending(sounding)? } else { 0.0 };
            Some((id, bias))
        });
        allowed.collect()
    }

    /// Lengths after which the rest of `left` ticks can still be filled.
    fn fitting(&self, left: u32) -> impl Iterator<Item = u32> {
        let lengths = self.vocabulary.lengths();
        let fits = move |length: &u32| *length <= left && fills(lengths, left - length);
        lengths.iter().copied().filter(fits)
    }

    /// What a tune may end on.
    fn ending(&self, sounding: Option<i32>) -> Option<f32> {
        match sounding?.rem_euclid(12) {
            0 => Some(0.0),
            step if step == self.mode.third() || step == 7 => Some(-PREFERENCE),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::composition::vocabulary::tests::small;

    const START: BarPosition = BarPosition {
        left: 36,
        first: true,
        last_bar: false,
        fresh: false,
        before: Some(2),
        after_rest: false,
    };

    fn lengths(vocabulary: &Vocabulary, place: BarPosition, what: NoteKind) -> Vec<u32> {
        let allowed = Grammar::new(vocabulary, Mode::Major).lengths(place, what);
        let ticks = |(id, _): &(TokenId, f32)| match vocabulary.meaning(*id) {
            Meaning::Length(ticks) => *ticks,
            other => panic!("{other:?}"),
        };
        allowed.iter().map(ticks).collect()
    }

    #[test]
    fn a_rest_follows_a_rest_only_where_a_part_begins() {
        let vocabulary = small();
        let grammar = Grammar::new(&vocabulary, Mode::Major);
        let rests = |place| grammar.note(place, NoteKind::Rest).is_some();
        let after = BarPosition {
            after_rest: true,
            ..START
        };
        assert!(rests(START) && !rests(after));
        let begins = BarPosition {
            fresh: true,
            ..after
        };
        assert!(rests(begins));
        assert!(!rests(BarPosition {
            first: false,
            ..begins
        }));
    }

    #[test]
    fn a_bar_is_never_overfull_and_never_left_with_what_cannot_be_filled() {
        let vocabulary = small();
        let left = |left| BarPosition { left, ..START };
        let d = NoteKind::Pitch { pitch: 2 };
        assert_eq!(lengths(&vocabulary, left(36), d), [3, 6, 12, 18, 24, 36]);
        assert_eq!(lengths(&vocabulary, left(9), d), [3, 6]);
        assert_eq!(lengths(&vocabulary, left(3), d), [3]);
    }

    #[test]
    fn a_tune_ends_on_its_tonics_chord() {
        let vocabulary = small();
        let end = BarPosition {
            last_bar: true,
            left: 12,
            ..START
        };
        assert_eq!(
            lengths(&vocabulary, end, NoteKind::Pitch { pitch: 2 }),
            [3, 6]
        );
        assert_eq!(
            lengths(&vocabulary, end, NoteKind::Pitch { pitch: 12 }),
            [3, 6, 12]
        );
        assert_eq!(lengths(&vocabulary, end, NoteKind::Rest), [3, 6]);
        let forced = BarPosition { left: 3, ..end };
        let grammar = Grammar::new(&vocabulary, Mode::Minor);
        let pitch = |pitch| grammar.note(forced, NoteKind::Pitch { pitch });
        assert_eq!(
            (pitch(0), pitch(3), pitch(4)),
            (Some(0.0), Some(-PREFERENCE), None)
        );
        assert_eq!(grammar.note(forced, NoteKind::Rest), None);
        // A held D is none either.
        assert_eq!(grammar.note(forced, NoteKind::Hold), None);
    }

    #[test]
    fn notes_are_held_across_bar_lines_only_and_rests_do_not_follow_rests() {
        let vocabulary = small();
        let grammar = Grammar::new(&vocabulary, Mode::Major);
        let holds = |place| grammar.note(place, NoteKind::Hold).is_some();
        assert!(holds(START));
        assert!(!holds(BarPosition {
            first: false,
            ..START
        }));
        assert!(!holds(BarPosition {
            fresh: true,
            ..START
        }));
        assert!(!holds(BarPosition {
            before: None,
            ..START
        }));
        let rest = BarPosition {
            after_rest: true,
            ..START
        };
        assert!(!holds(rest) && grammar.note(rest, NoteKind::Rest).is_none());
        let with = grammar.notes(START, true).len();
        assert_eq!(with - grammar.notes(START, false).len(), 3);
    }
}
