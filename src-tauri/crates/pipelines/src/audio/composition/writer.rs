//! A melody written bar by bar: the network expects, the grammar allows, a seed decides.

use quartet_runtime::Cancel;

use super::{
    grammar::{BarPosition, Grammar},
    melody_model::MelodyModel,
    plan::BarPlan,
    types::{
        ComposedChord, ComposedNote, CompositionRequest, GivenNote, NoteAlternative, NoteKind,
    },
    vocabulary::{MOST_LEFT, Meaning, Vocabulary},
};
use crate::{
    Error, Result,
    text::{Sampler, SeededSampler, TextParameters, TokenId},
};

/// How many alternatives are given.
const ALTERNATIVES: usize = 6;
/// Probabilities are rounded to one in this many.
const PARTS: f32 = 10_000.0;

/// The key of the tonic, as MIDI counts: the one from the G below middle C to the F sharp above it.
pub(super) fn tonic(key: u8) -> i32 {
    let key = i32::from(key);
    if key < 7 { 60 + key } else { 48 + key }
}

pub(super) struct Writer<'a> {
    model: &'a mut dyn MelodyModel,
    vocabulary: &'a Vocabulary,
    cancel: &'a Cancel,
    request: CompositionRequest,
    plan: Vec<BarPlan>,
    sampler: SeededSampler,
    given: std::vec::IntoIter<GivenNote>,
    /// The first bar after the part of the form in which given notes end: from here on bars repeat.
    repeating_from: u32,
    bars: Vec<Vec<ComposedNote>>,
    /// What sounds, in semitones from the tonic.
    sounding: Option<i32>,
    after_rest: bool,
    tokens: u32,
}

impl<'a> Writer<'a> {
    /// `request` leaves nothing open.
    ///
    /// # Errors
    /// `Parameter`, `Cancelled`, and those of the model.
    pub(super) fn new(
        model: &'a mut dyn MelodyModel,
        vocabulary: &'a Vocabulary,
        request: &CompositionRequest,
        plan: Vec<BarPlan>,
        cancel: &'a Cancel,
    ) -> Result<Self> {
        let parameters = TextParameters {
            temperature: request.temperature.unwrap_or(1.0),
            top_k: 0,
            top_p: request.top_p.unwrap_or(1.0),
            ..TextParameters::default()
        };
        let sampler = SeededSampler::new(&parameters, request.seed.unwrap_or_default())?;
        let given: u32 = request.start.iter().map(|note| note.length.min(9999)).sum();
        let full = given / request.metre.ticks();
        // Bars of the part that is being forked are written anew.
        let after = plan.iter().enumerate().skip(full as usize + 1);
        let mut part_ends = after.filter(|(_, bar)| bar.fresh).map(|(at, _)| at as u32);
        let repeating_from = if request.start.is_empty() {
            0
        } else {
            part_ends.next().unwrap_or(plan.len() as u32)
        };
        let mut writer = Self {
            model,
            vocabulary,
            cancel,
            given: request.start.clone().into_iter(),
            request: request.clone(),
            plan,
            sampler,
            repeating_from,
            bars: Vec::new(),
            sounding: None,
            after_rest: false,
            tokens: 0,
        };
        writer.model.restart()?;
        let CompositionRequest {
            metre, mode, mood, ..
        } = *request;
        writer.feed_text("begin", "model")?;
        writer.feed_text(&format!("metre:{}", metre.as_str()), "metre")?;
        writer.feed_text(&format!("mode:{}", mode.as_str()), "mode")?;
        writer.feed_text(&format!("mood:{}", mood.as_str()), "mood")?;
        Ok(writer)
    }

    pub(super) fn bars(&self) -> &[Vec<ComposedNote>] {
        &self.bars
    }

    pub(super) fn tokens(&self) -> u32 {
        self.tokens
    }

    pub(super) fn is_finished(&self) -> bool {
        self.bars.len() == self.plan.len()
    }

    /// The bar that the next one repeats.
    pub(super) fn repeats(&self) -> Option<u32> {
        let at = self.bars.len();
        let plan = self.plan.get(at)?;
        plan.repeats.filter(|_| at as u32 >= self.repeating_from)
    }

    pub(super) fn part(&self) -> u32 {
        self.plan.get(self.bars.len()).map_or(0, |bar| bar.part)
    }

    /// Writes the next bar.
    ///
    /// # Errors
    /// `Parameter` for given notes that do not fit, `Cancelled`, and those of the model.
    pub(super) fn bar(&mut self) -> Result<&[ComposedNote]> {
        let index = self.bars.len() as u32;
        let bars = self.plan.len() as u32;
        let ticks = self.request.metre.ticks();
        let repeated = self.repeats().and_then(|bar| self.bars.get(bar as usize));
        let mut repeated: std::vec::IntoIter<GivenNote> = repeated
            .map_or_else(Vec::new, |bar| bar.iter().map(given).collect())
            .into_iter();
        self.feed_text(&format!("left:{}", (bars - index).min(MOST_LEFT)), "bars")?;
        let mut notes = Vec::new();
        let mut left = ticks;
        while left > 0 {
            let place = BarPosition {
                left,
                first: left == ticks,
                last_bar: index + 1 == bars,
                fresh: index == 0 || self.plan[index as usize].fresh,
                before: self.sounding,
                after_rest: self.after_rest,
            };
            let at = index * ticks + ticks - left;
            let note = match self.given.next().or_else(|| repeated.next()) {
                Some(note) => self.given_note(place, note)?,
                None => self.sampled_note(place)?,
            };
            left -= note.length;
            notes.push(ComposedNote {
                bar: index,
                at,
                ..note
            });
        }
        self.bars.push(notes);
        Ok(self.bars.last().map_or(&[], Vec::as_slice))
    }

    fn sampled_note(&mut self, place: BarPosition) -> Result<ComposedNote> {
        let grammar = Grammar::new(self.vocabulary, self.request.mode);
        let mut chord = None;
        let mut id = self.choose(&grammar.notes(place, true));
        if let Meaning::Chord(name) = self.vocabulary.meaning(id) {
            chord = Some(name.clone());
            self.feed(id)?;
            id = self.choose(&grammar.notes(place, false));
        }
        let Meaning::Note(what) = *self.vocabulary.meaning(id) else {
            return Err(Error::NotFinite);
        };
        let alternatives = self.alternatives(place);
        self.feed(id)?;
        let length = self.choose(&grammar.lengths(place, what));
        let Meaning::Length(ticks) = *self.vocabulary.meaning(length) else {
            return Err(Error::NotFinite);
        };
        self.feed(length)?;
        Ok(self.note(what, ticks, chord, alternatives, false))
    }

    fn given_note(&mut self, place: BarPosition, note: GivenNote) -> Result<ComposedNote> {
        let refused = |found: String| {
            let allowed = ("notes that fit their bars", "放得进小节的音符");
            Error::parameter("start", found, allowed)
        };
        let GivenNote {
            chord,
            what,
            length,
        } = note;
        let placed = BarPosition {
            last_bar: false,
            ..place
        };
        let grammar = Grammar::new(self.vocabulary, self.request.mode);
        let fits = grammar.lengths(placed, what);
        let length_id = self.vocabulary.id(&format!("length:{length}"), "start")?;
        if !fits.iter().any(|(id, _)| *id == length_id) || grammar.note(placed, what).is_none() {
            return Err(refused(format!("{what:?} of {length} ticks")));
        }
        if let Some(name) = &chord {
            self.feed_text(&format!("chord:{name}"), "start")?;
        }
        let id = match what {
            NoteKind::Pitch { pitch } => self.vocabulary.id(&format!("pitch:{pitch}"), "start")?,
            NoteKind::Hold => self.vocabulary.id("hold", "start")?,
            NoteKind::Rest => self.vocabulary.id("rest", "start")?,
        };
        let alternatives = self.alternatives(place);
        self.feed(id)?;
        self.feed(length_id)?;
        Ok(self.note(what, length, chord, alternatives, true))
    }

    fn note(
        &mut self,
        what: NoteKind,
        length: u32,
        chord: Option<String>,
        mut alternatives: Vec<NoteAlternative>,
        given: bool,
    ) -> ComposedNote {
        let key = self.key(what);
        let chord = chord.map(|name| self.chord(name));
        match what {
            NoteKind::Pitch { pitch } => self.sounding = Some(pitch),
            NoteKind::Hold => {}
            NoteKind::Rest => self.sounding = None,
        }
        self.after_rest = what == NoteKind::Rest;
        let own = alternatives.iter().find(|other| other.what == what);
        let probability = own.map_or(0.0, |own| own.probability);
        alternatives.truncate(ALTERNATIVES);
        ComposedNote {
            bar: 0,
            at: 0,
            length,
            what,
            key,
            chord,
            probability,
            alternatives,
            given,
        }
    }

    fn key(&self, what: NoteKind) -> Option<u8> {
        let pitch = match what {
            NoteKind::Pitch { pitch } => pitch,
            NoteKind::Hold => self.sounding?,
            NoteKind::Rest => return None,
        };
        u8::try_from((tonic(self.request.key) + pitch).clamp(0, 127)).ok()
    }

    fn chord(&self, name: String) -> ComposedChord {
        let notes = self.vocabulary.chord(&name).iter();
        let class = |step: &i32| (step + i32::from(self.request.key)).rem_euclid(12) as u8;
        let mut classes: Vec<u8> = Vec::new();
        for class in notes.map(class) {
            if !classes.contains(&class) {
                classes.push(class);
            }
        }
        ComposedChord { name, classes }
    }

    /// What the network expects at a place, among the notes that may stand there, likeliest first.
    fn alternatives(&self, place: BarPosition) -> Vec<NoteAlternative> {
        let logits = self.model.logits();
        let grammar = Grammar::new(self.vocabulary, self.request.mode);
        let allowed = self
            .vocabulary
            .tokens()
            .filter_map(|(id, meaning)| match meaning {
                Meaning::Note(what) => {
                    grammar.note(place, *what)?;
                    Some((*what, logits.get(id as usize).copied()?))
                }
                _ => None,
            });
        let mut allowed: Vec<_> = allowed.collect();
        let best = allowed
            .iter()
            .fold(f32::MIN, |best, (_, logit)| best.max(*logit));
        let total: f32 = allowed.iter().map(|(_, logit)| (logit - best).exp()).sum();
        // The order of the vocabulary decides between equals.
        allowed.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let alternatives = allowed.into_iter().map(|(what, logit)| NoteAlternative {
            what,
            key: self.key(what),
            probability: ((logit - best).exp() / total * PARTS).round() / PARTS,
        });
        alternatives.collect()
    }

    /// Draws among what is allowed.
    fn choose(&mut self, allowed: &[(TokenId, f32)]) -> TokenId {
        let mut logits = vec![f32::NEG_INFINITY; self.vocabulary.len()];
        for (id, bias) in allowed {
            let at = *id as usize;
            if let (Some(masked), Some(logit)) = (logits.get_mut(at), self.model.logits().get(at)) {
                *masked = logit + bias;
            }
        }
        self.sampler.sample(&logits, &[]).id
    }

    fn feed_text(&mut self, text: &str, name: &'static str) -> Result<()> {
        let id = self.vocabulary.id(text, name)?;
        self.feed(id)
    }

    fn feed(&mut self, id: TokenId) -> Result<()> {
        self.cancel.check()?;
        self.tokens += 1;
        self.model.read(id, self.cancel)?;
        if self.model.logits().len() == self.vocabulary.len() {
            return Ok(());
        }
        Err(Error::unsupported(format!(
            "{} logits",
            self.model.logits().len()
        )))
    }
}

fn given(note: &ComposedNote) -> GivenNote {
    GivenNote {
        chord: note.chord.as_ref().map(|chord| chord.name.clone()),
        what: note.what,
        length: note.length,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::audio::composition::{
        plan::plan,
        types::{Accompaniment, Form, Metre, Mode, Mood},
        vocabulary::tests::small,
    };

    /// Expects something else after every token, the same for the same tokens.
    #[derive(Debug, Default)]
    pub(in super::super) struct Fake {
        read: Vec<TokenId>,
        logits: Vec<f32>,
    }

    impl MelodyModel for Fake {
        fn restart(&mut self) -> Result<()> {
            self.read.clear();
            Ok(())
        }

        fn read(&mut self, token: TokenId, _: &Cancel) -> Result<()> {
            self.read.push(token);
            let sum: u32 = self.read.iter().rev().take(3).sum();
            self.logits = (0..small().len() as u32)
                .map(|id| ((id * 37 + sum * 11) % 17) as f32 / 5.0)
                .collect();
            Ok(())
        }

        fn logits(&self) -> &[f32] {
            &self.logits
        }
    }

    pub(in super::super) fn request(metre: Metre, form: Form, bars: u32) -> CompositionRequest {
        CompositionRequest {
            title: None,
            mood: Mood::Calm,
            metre,
            mode: Mode::Major,
            key: 7,
            bars,
            tempo: Some(96.0),
            instrument: None,
            accompaniment: Accompaniment::Auto,
            form,
            temperature: Some(1.0),
            top_p: Some(0.95),
            seed: Some(7),
            start: Vec::new(),
        }
    }

    pub(in super::super) fn written(
        request: &CompositionRequest,
    ) -> Result<Vec<Vec<ComposedNote>>> {
        let (mut model, vocabulary, cancel) = (Fake::default(), small(), Cancel::new());
        let plan = plan(request.form, request.bars)?;
        let mut writer = Writer::new(&mut model, &vocabulary, request, plan, &cancel)?;
        while !writer.is_finished() {
            writer.bar()?;
        }
        Ok(writer.bars().to_vec())
    }

    #[test]
    fn every_tune_is_well_formed_whatever_the_network_expects() {
        for (metre, seed) in Metre::ALL
            .iter()
            .flat_map(|metre| (0..12).map(move |seed| (*metre, seed)))
        {
            let request = CompositionRequest {
                seed: Some(seed),
                ..request(metre, Form::Aaba, 16)
            };
            let bars = written(&request).unwrap();
            assert_eq!(bars.len(), 16);
            for (index, bar) in bars.iter().enumerate() {
                assert_eq!(
                    bar.iter().map(|note| note.length).sum::<u32>(),
                    metre.ticks()
                );
                assert_eq!(bar[0].at, index as u32 * metre.ticks());
                let held = |note: &ComposedNote| note.what == NoteKind::Hold;
                let fresh = index % 4 == 0 && held(&bar[0]);
                assert!(!fresh && !bar[1..].iter().any(held));
            }
            let end = bars[15].last().unwrap().key.unwrap();
            assert!(
                [0, 4, 7].contains(&((i32::from(end) - 55).rem_euclid(12))),
                "{end}"
            );
        }
    }

    #[test]
    fn the_same_seed_writes_the_same_tune_and_another_another() {
        let request = request(Metre::Three, Form::Aabb, 16);
        let tune = written(&request).unwrap();
        assert_eq!(tune, written(&request).unwrap());
        let other = CompositionRequest {
            seed: Some(8),
            ..request
        };
        assert_ne!(tune, written(&other).unwrap());
    }

    #[test]
    fn a_form_repeats_its_bars_and_ends_in_its_own_way() {
        let bars = written(&request(Metre::Four, Form::Aaba, 16)).unwrap();
        let notes = |bar: usize| bars[bar].iter().map(given).collect::<Vec<_>>();
        for (bar, repeated) in [(4, 0), (7, 3), (12, 0), (14, 2)] {
            assert_eq!(notes(bar), notes(repeated));
            assert!(bars[bar].iter().all(|note| note.given));
        }
        assert!(!bars[15].iter().any(|note| note.given));
    }

    #[test]
    fn a_fork_keeps_what_came_before_and_goes_on_in_its_own_way() {
        let request = request(Metre::Three, Form::Aaba, 16);
        let tune: Vec<_> = written(&request).unwrap().concat();
        let mut start: Vec<_> = tune[..9].iter().map(given).collect();
        let other = tune[8]
            .alternatives
            .iter()
            .find(|other| other.what != tune[8].what)
            .unwrap();
        start[8].what = other.what;
        let fork = CompositionRequest {
            start: start.clone(),
            seed: Some(99),
            ..request.clone()
        };
        let forked: Vec<_> = written(&fork).unwrap().concat();
        assert_eq!(forked[..9].iter().map(given).collect::<Vec<_>>(), start);
        assert_ne!(forked[9..], tune[9..]);
        // The part that was forked is repeated as it became.
        let bars = written(&fork).unwrap();
        assert_eq!(
            bars[4].iter().map(given).collect::<Vec<_>>(),
            bars[0].iter().map(given).collect::<Vec<_>>()
        );

        let misfit = |what, length| {
            let start = vec![GivenNote {
                chord: None,
                what,
                length,
            }];
            written(&CompositionRequest {
                start,
                ..request.clone()
            })
            .unwrap_err()
        };
        for (what, length) in [
            (NoteKind::Rest, 48),
            (NoteKind::Hold, 12),
            (NoteKind::Pitch { pitch: 99 }, 12),
            (NoteKind::Rest, 0),
            (NoteKind::Rest, u32::MAX),
        ] {
            assert!(matches!(
                misfit(what, length),
                Error::Parameter { name: "start", .. }
            ));
        }
    }

    #[test]
    fn probabilities_are_of_what_may_stand_there_and_alternatives_can_be_taken() {
        let tune = written(&request(Metre::Six, Form::Free, 5))
            .unwrap()
            .concat();
        for note in &tune {
            assert!(note.probability > 0.0 && note.alternatives.len() <= ALTERNATIVES);
            assert!(
                note.alternatives
                    .is_sorted_by(|a, b| a.probability >= b.probability)
            );
            let sum: f32 = note.alternatives.iter().map(|one| one.probability).sum();
            assert!(sum <= 1.001);
        }
    }
}
