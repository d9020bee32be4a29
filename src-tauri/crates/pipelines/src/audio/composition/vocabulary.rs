//! `config.json`: the tokens of a melody model, its chords and its instruments.
//!
//! The file is not trusted: everything is counted before it is used.

use std::collections::HashMap;

use serde::Deserialize;

use super::{
    TICKS_PER_QUARTER,
    types::{InstrumentInfo, Metre, Mode, Mood, NoteKind},
};
use crate::{Error, Result, folder::ModelFolder, text::TokenId};

pub(super) const DESCRIPTION: &str = "config.json";

/// More than these describe no melody model.
const MAX_TOKENS: usize = 4096;
const MAX_INSTRUMENTS: usize = 128;
const MAX_CHORD_NOTES: usize = 8;
const MAX_LAYERS: usize = 16;
const MAX_WIDTH: usize = 8192;

/// `left:16` stands for 16 bars and more.
pub(super) const MOST_LEFT: u32 = 16;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MelodyConfig {
    version: u32,
    pub(super) layers: usize,
    pub(super) width: usize,
    ticks_per_quarter: u32,
    tokens: Vec<String>,
    chords: HashMap<String, Vec<i32>>,
    pub(super) sampling: Sampling,
    pub(super) instruments: Vec<InstrumentInfo>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sampling {
    pub(super) temperature: f32,
    pub(super) top_p: f32,
}

impl MelodyConfig {
    /// # Errors
    /// `MissingPart`, `EscapingPath`, `ModelFile` where it says what no melody model can be.
    pub(super) fn read(folder: &ModelFolder<'_>) -> Result<(Self, Vocabulary)> {
        let description: Self = folder.json(DESCRIPTION, DESCRIPTION)?;
        let vocabulary = description
            .check()
            .and_then(|()| Vocabulary::new(&description.tokens, &description.chords))
            .map_err(|reason| folder.broken(DESCRIPTION, reason))?;
        Ok((description, vocabulary))
    }

    fn check(&self) -> Result<(), String> {
        let known = self.version == 1 && self.ticks_per_quarter == TICKS_PER_QUARTER;
        let sized =
            (1..=MAX_LAYERS).contains(&self.layers) && (1..=MAX_WIDTH).contains(&self.width);
        let Sampling { temperature, top_p } = self.sampling;
        let sampled = (0.0..=2.0).contains(&temperature) && top_p > 0.0 && top_p <= 1.0;
        let played = (1..=MAX_INSTRUMENTS).contains(&self.instruments.len())
            && self.instruments.iter().all(|one| one.program < 128);
        match (known, sized, sampled, played) {
            (true, true, true, true) => Ok(()),
            (false, ..) => Err(format!(
                "version {} with {} ticks a quarter is not known here",
                self.version, self.ticks_per_quarter
            )),
            (_, false, ..) => Err(format!("{} layers of {}", self.layers, self.width)),
            (_, _, false, _) => Err(format!("sampling {temperature}, {top_p}")),
            (.., false) => Err(format!("{} instruments", self.instruments.len())),
        }
    }
}

/// A token's meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    Chord(String),
    Note(NoteKind),
    /// In ticks.
    Length(u32),
    /// What is fed and never chosen.
    Other,
}

/// What each token stands for.
#[derive(Debug)]
pub(super) struct Vocabulary {
    meanings: Vec<Meaning>,
    ids: HashMap<String, TokenId>,
    /// In semitones from the tonic, the root first.
    chords: HashMap<String, Vec<i32>>,
    /// In ticks, shortest first.
    lengths: Vec<u32>,
}

impl Vocabulary {
    /// # Errors
    /// Why no melody can be written with these.
    pub(super) fn new(
        tokens: &[String],
        chords: &HashMap<String, Vec<i32>>,
    ) -> Result<Self, String> {
        if tokens.len() > MAX_TOKENS {
            return Err(format!("{} tokens", tokens.len()));
        }
        let ids: HashMap<String, TokenId> = tokens.iter().cloned().zip(0..).collect();
        if ids.len() != tokens.len() {
            return Err("a token stands there twice".to_owned());
        }
        let meanings = tokens.iter().map(|text| meaning(text));
        let meanings = meanings.collect::<Result<Vec<_>, _>>()?;
        let mut lengths: Vec<u32> = meanings
            .iter()
            .filter_map(|meaning| match meaning {
                Meaning::Length(ticks) => Some(*ticks),
                _ => None,
            })
            .collect();
        lengths.sort_unstable();
        let mut known = HashMap::new();
        for meaning in &meanings {
            let Meaning::Chord(name) = meaning else {
                continue;
            };
            let notes = chords.get(name).cloned().unwrap_or_default();
            let sane = (1..=MAX_CHORD_NOTES).contains(&notes.len())
                && notes.iter().all(|note| (-12..=36).contains(note));
            if !sane {
                return Err(format!("the notes of the chord {name}"));
            }
            known.insert(name.clone(), notes);
        }
        let vocabulary = Self {
            meanings,
            ids,
            chords: known,
            lengths,
        };
        vocabulary.check()?;
        Ok(vocabulary)
    }

    /// That any bar can be filled and any tune ended.
    fn check(&self) -> Result<(), String> {
        let lefts = (1..=MOST_LEFT).map(|left| format!("left:{left}"));
        for needed in ["begin".to_owned(), "rest".to_owned()]
            .into_iter()
            .chain(lefts)
        {
            if !self.ids.contains_key(&needed) {
                return Err(format!("no token {needed}"));
            }
        }
        let ends = self
            .meanings
            .iter()
            .any(|meaning| matches!(meaning, Meaning::Note(NoteKind::Pitch { pitch }) if pitch.rem_euclid(12) == 0));
        if !ends {
            return Err("no pitch is the tonic".to_owned());
        }
        for (kind, count) in [
            ("metre", self.metres().len()),
            ("mode", self.modes().len()),
            ("mood", self.moods().len()),
        ] {
            if count == 0 {
                return Err(format!("no {kind}"));
            }
        }
        for metre in self.metres() {
            if !fills(&self.lengths, metre.ticks()) {
                return Err(format!("no lengths fill a bar of {}", metre.as_str()));
            }
        }
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.meanings.len()
    }

    pub(super) fn meaning(&self, id: TokenId) -> &Meaning {
        self.meanings.get(id as usize).unwrap_or(&Meaning::Other)
    }

    /// Every token with what it stands for.
    pub(super) fn tokens(&self) -> impl Iterator<Item = (TokenId, &Meaning)> {
        (0..).zip(&self.meanings)
    }

    /// # Errors
    /// `Parameter` with `name` where the model was not taught the token.
    pub(super) fn id(&self, text: &str, name: &'static str) -> Result<TokenId> {
        self.ids.get(text).copied().ok_or_else(|| {
            let allowed = ("one that the model was taught", "模型学过的内容");
            Error::parameter(name, text, allowed)
        })
    }

    /// The notes of a chord in semitones from the tonic, its root first.
    pub(super) fn chord(&self, name: &str) -> &[i32] {
        self.chords.get(name).map_or(&[], Vec::as_slice)
    }

    pub(super) fn lengths(&self) -> &[u32] {
        &self.lengths
    }

    pub(super) fn moods(&self) -> Vec<Mood> {
        self.taught("mood", Mood::ALL, Mood::as_str)
    }

    pub(super) fn metres(&self) -> Vec<Metre> {
        self.taught("metre", Metre::ALL, Metre::as_str)
    }

    pub(super) fn modes(&self) -> Vec<Mode> {
        self.taught("mode", Mode::ALL, Mode::as_str)
    }

    fn taught<T: Copy>(&self, kind: &str, all: &[T], text: fn(T) -> &'static str) -> Vec<T> {
        let known = |one: &T| self.ids.contains_key(&format!("{kind}:{}", text(*one)));
        all.iter().copied().filter(known).collect()
    }
}

/// Whether notes of these lengths can fill `ticks` exactly.
pub(super) fn fills(lengths: &[u32], ticks: u32) -> bool {
    let mut reached = vec![false; ticks as usize + 1];
    reached[0] = true;
    for at in 1..=ticks {
        reached[at as usize] = lengths
            .iter()
            .any(|&length| length <= at && reached[(at - length) as usize]);
    }
    reached[ticks as usize]
}

fn meaning(text: &str) -> Result<Meaning, String> {
    let wrong = || format!("the token {text:?}");
    let number = |digits: &str| digits.parse::<i32>().map_err(|_| wrong());
    Ok(match text.split_once(':') {
        Some(("chord", name)) if (1..=16).contains(&name.len()) => Meaning::Chord(name.to_owned()),
        Some(("pitch", pitch)) => {
            let pitch = number(pitch)?;
            if !(-36..=48).contains(&pitch) {
                return Err(wrong());
            }
            Meaning::Note(NoteKind::Pitch { pitch })
        }
        Some(("length", ticks)) => {
            let ticks = u32::try_from(number(ticks)?).map_err(|_| wrong())?;
            if !(1..=192).contains(&ticks) {
                return Err(wrong());
            }
            Meaning::Length(ticks)
        }
        None if text == "hold" => Meaning::Note(NoteKind::Hold),
        None if text == "rest" => Meaning::Note(NoteKind::Rest),
        _ => Meaning::Other,
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The vocabulary of a small model.
    pub(in super::super) fn small() -> Vocabulary {
        let (tokens, chords) = parts();
        Vocabulary::new(&tokens, &chords).unwrap()
    }

    pub(in super::super) fn parts() -> (Vec<String>, HashMap<String, Vec<i32>>) {
        let mut tokens: Vec<String> = ["begin", "end", "hold", "rest"].map(str::to_owned).to_vec();
        tokens.extend(
            Metre::ALL
                .iter()
                .map(|metre| format!("metre:{}", metre.as_str())),
        );
        tokens.extend(
            Mode::ALL
                .iter()
                .map(|mode| format!("mode:{}", mode.as_str())),
        );
        tokens.extend(
            Mood::ALL
                .iter()
                .map(|mood| format!("mood:{}", mood.as_str())),
        );
        tokens.extend((1..=16).map(|left| format!("left:{left}")));
        tokens.extend(["I", "IV", "V7"].map(|name| format!("chord:{name}")));
        tokens.extend((-5..=16).map(|pitch| format!("pitch:{pitch}")));
        tokens.extend([3, 6, 12, 18, 24, 36, 48].map(|ticks| format!("length:{ticks}")));
        let chords = [
            ("I", vec![0, 4, 7]),
            ("IV", vec![5, 9, 12]),
            ("V7", vec![7, 11, 14, 17]),
        ];
        let chords = chords.map(|(name, notes)| (name.to_owned(), notes));
        (tokens, chords.into_iter().collect())
    }

    type Chords = HashMap<String, Vec<i32>>;

    #[test]
    fn what_no_melody_can_be_written_with_is_refused() {
        let refused = |change: &dyn Fn(&mut Vec<String>, &mut Chords)| {
            let (mut tokens, mut chords) = parts();
            change(&mut tokens, &mut chords);
            Vocabulary::new(&tokens, &chords).unwrap_err()
        };
        let without = |text: &'static str| {
            refused(&move |tokens, _| tokens.retain(|token| !token.starts_with(text)))
        };
        assert_eq!(without("left:3"), "no token left:3");
        assert_eq!(without("mood"), "no mood");
        assert!(without("length").contains("fill"));
        assert_eq!(without("pitch"), "no pitch is the tonic");
        assert!(refused(&|tokens, _| tokens.push("rest".to_owned())).contains("twice"));
        assert!(refused(&|tokens, _| tokens.push("pitch:x".to_owned())).contains("pitch:x"));
        assert!(refused(&|tokens, _| tokens.push("length:9999".to_owned())).contains("9999"));
        assert!(refused(&|_, chords| drop(chords.remove("I"))).contains("chord I"));
        assert!(
            refused(&|_, chords| drop(chords.insert("I".to_owned(), vec![400])))
                .contains("chord I")
        );
        assert!(
            refused(&|tokens, _| tokens.extend((0..5000).map(|n| n.to_string())))
                .contains("tokens")
        );
    }

    #[test]
    fn lengths_fill_what_they_add_up_to() {
        assert!(fills(&[4, 18], 22) && fills(&[3], 36) && fills(&[], 0));
        assert!(!fills(&[4, 18], 6) && !fills(&[], 1));
    }
}
