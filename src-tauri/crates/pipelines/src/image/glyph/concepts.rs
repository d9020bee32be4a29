//! What a model knows by name: the words nearest to a prompt, and what is shown of a thing.
//!
//! `known.json` lists things and the words for them; `finder.onnx` compares a prompt's vector with
//! every word's; `references.onnx` holds the latents of the pictures that the model was taught with.

use quartet_runtime::{Cancel, Runtime, Session, SessionOptions, Tensor};
use serde::{Deserialize, Serialize};

use super::{
    config::GlyphConfig,
    lexicon::{Lexicon, Reading},
};
use crate::{
    Error, Result,
    folder::ModelFolder,
    image::{Subject, TakenBy, Thing},
};

const FILE: &str = "known.json";
const FINDER: &str = "finder.onnx";
const REFERENCES: &str = "references.onnx";

/// So many other things are offered.
const OTHERS: usize = 6;

/// A word near a prompt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct NearWord {
    /// The word as the model was taught it: `red apple`, `红苹果`.
    pub word: String,
    /// The name of the thing it stands for, in English and in Chinese.
    pub english: String,
    pub chinese: String,
    /// The cosine of the angle between the vectors: 1 is the same.
    pub similarity: f32,
}

#[derive(Debug, Deserialize)]
struct ConceptFile {
    #[serde(rename = "things")]
    concepts: Vec<Concept>,
    keys: Vec<Key>,
}

#[derive(Debug, Deserialize)]
struct Concept {
    english: String,
    chinese: String,
    /// For each style the row of `references.onnx` that shows it.
    rows: Vec<Option<u32>>,
}

/// A word by which a thing is found.
#[derive(Debug, Deserialize)]
struct Key {
    word: String,
    #[serde(rename = "thing")]
    concept: usize,
    /// Taken off the similarity when a thing is chosen: a tag says less than a name.
    penalty: f32,
}

#[derive(Debug)]
pub(super) struct ConceptIndex {
    file: ConceptFile,
    lexicon: Lexicon,
    finder: Session,
    references: Session,
    latents_len: usize,
}

impl ConceptIndex {
    /// None for a folder that names nothing.
    ///
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `Cancelled`, and those of the runtime.
    pub(super) fn open(
        runtime: &Runtime,
        folder: ModelFolder<'_>,
        config: &GlyphConfig,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Option<Self>> {
        if folder.part(FILE, FILE).is_err() {
            return Ok(None);
        }
        let file: ConceptFile = folder.json(FILE, FILE)?;
        let styles = config.styles.len();
        let whole = file
            .keys
            .iter()
            .all(|key| key.concept < file.concepts.len())
            && file.concepts.iter().all(|one| one.rows.len() == styles)
            && !file.keys.is_empty();
        if !whole {
            return Err(folder.broken(FILE, "its lists do not fit each other"));
        }
        let open = |name, what| {
            let path = folder.part(name, what)?;
            Ok::<_, Error>(Session::open(runtime, &path, options, cancel)?)
        };
        let names = file.concepts.iter();
        let names = names.map(|one| (one.english.as_str(), one.chinese.as_str()));
        Ok(Some(Self {
            lexicon: Lexicon::new(names),
            file,
            finder: open(FINDER, "finder of words")?,
            references: open(REFERENCES, "pictures to look at")?,
            latents_len: config.latents_len(),
        }))
    }

    /// The `count` words nearest to a prompt's vector, the nearest first.
    ///
    /// # Errors
    /// `UnsupportedGraph`, `Cancelled`, and those of the runtime.
    pub(super) fn near(
        &mut self,
        text: &[f32],
        count: usize,
        cancel: &Cancel,
    ) -> Result<Vec<NearWord>> {
        let scores = self.scores(text, cancel)?;
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        let words = order.into_iter().take(count).map(|index| {
            let key = &self.file.keys[index];
            let concept = &self.file.concepts[key.concept];
            NearWord {
                word: key.word.clone(),
                english: concept.english.clone(),
                chinese: concept.chinese.clone(),
                similarity: scores[index],
            }
        });
        Ok(words.collect())
    }

    /// What a prompt names.
    pub(super) fn read(&self, prompt: &str) -> Reading {
        self.lexicon.read(prompt)
    }

    /// What a prompt is taken for, which reads so; `text` is the vector of the words that it reads.
    ///
    /// # Errors
    /// As [`ConceptIndex::near`].
    pub(super) fn subject(
        &mut self,
        reading: Reading,
        text: &[f32],
        cancel: &Cancel,
    ) -> Result<Subject> {
        let by_nearness = self.by_nearness(text, cancel)?;
        let (by, named) = match reading.entry {
            Some(entry) if entry.is_kind => (TakenBy::Kind, entry.things),
            Some(entry) => (TakenBy::Name, entry.things),
            None => (TakenBy::Nearness, Vec::new()),
        };
        let mut order: Vec<usize> = Vec::new();
        for place in named.into_iter().chain(by_nearness) {
            if order.len() <= OTHERS && !order.contains(&place) {
                order.push(place);
            }
        }
        let mut things = order.into_iter().filter_map(|place| self.thing(place));
        let thing = things
            .next()
            .ok_or_else(|| Error::unsupported("it knows nothing"))?;
        Ok(Subject {
            thing,
            by,
            words: reading.words,
            colour: reading.colour,
            others: things.collect(),
            left_out: reading.left_out,
        })
    }

    fn thing(&self, place: usize) -> Option<Thing> {
        let concept = self.file.concepts.get(place)?;
        Some(Thing {
            english: concept.english.clone(),
            chinese: concept.chinese.clone(),
        })
    }

    /// The place of the thing with an English name.
    pub(super) fn place(&self, english: &str) -> Option<usize> {
        let mut concepts = self.file.concepts.iter();
        concepts.position(|one| one.english == english)
    }

    /// The places of the things nearest to a vector, the nearest first; some come again.
    fn by_nearness(&mut self, text: &[f32], cancel: &Cancel) -> Result<Vec<usize>> {
        let scores = self.scores(text, cancel)?;
        let keys = self.file.keys.iter().zip(scores);
        let mut keys: Vec<(f32, usize)> = keys
            .map(|(key, score)| (score - key.penalty, key.concept))
            .collect();
        keys.sort_by(|a, b| b.0.total_cmp(&a.0));
        keys.truncate(8 * OTHERS);
        Ok(keys.into_iter().map(|(_, concept)| concept).collect())
    }

    /// The place of the thing nearest to a prompt's vector.
    ///
    /// # Errors
    /// As [`ConceptIndex::near`].
    pub(super) fn nearest(&mut self, text: &[f32], cancel: &Cancel) -> Result<Option<usize>> {
        let scores = self.scores(text, cancel)?;
        let keys = self.file.keys.iter().zip(&scores);
        let best = keys.max_by(|(a, x), (b, y)| (*x - a.penalty).total_cmp(&(*y - b.penalty)));
        Ok(best.map(|(key, _)| key.concept))
    }

    /// What is shown when a thing is drawn in `style`: its latents in each of the other styles, zeros in
    /// the place of this one. It never sees what it is to draw.
    ///
    /// # Errors
    /// As [`ConceptIndex::near`].
    pub(super) fn references(
        &mut self,
        place: Option<usize>,
        style: i64,
        cancel: &Cancel,
    ) -> Result<Vec<f32>> {
        let concept = place.and_then(|place| self.file.concepts.get(place));
        let rows = concept.map_or(&[][..], |concept| &concept.rows);
        let shown: Vec<(usize, i64)> = rows
            .iter()
            .enumerate()
            .filter(|(slot, _)| i64::try_from(*slot) != Ok(style))
            .filter_map(|(slot, row)| Some((slot, i64::from((*row)?))))
            .collect();
        let mut references = vec![0.0; rows.len() * self.latents_len];
        if shown.is_empty() {
            return Ok(references);
        }
        let wanted = shown.iter().map(|(_, row)| *row).collect();
        let wanted = Tensor::new(&[shown.len()], wanted)?;
        let outputs = self.references.run(&[("rows", &wanted)], cancel)?;
        let latents = outputs.get("latents")?.data::<f32>()?;
        if latents.len() != shown.len() * self.latents_len {
            return Err(Error::unsupported("the references are of another shape"));
        }
        for ((slot, _), one) in shown.iter().zip(latents.chunks_exact(self.latents_len)) {
            let start = slot * self.latents_len;
            references[start..start + self.latents_len].copy_from_slice(one);
        }
        Ok(references)
    }

    /// The cosine between a prompt's vector and each word's.
    fn scores(&mut self, text: &[f32], cancel: &Cancel) -> Result<Vec<f32>> {
        let text = Tensor::new(&[1, text.len()], text.to_vec())?;
        let outputs = self.finder.run(&[("text", &text)], cancel)?;
        let scores = outputs.get("scores")?.data::<f32>()?;
        if scores.len() != self.file.keys.len() {
            return Err(Error::unsupported(
                "the finder knows other words than known.json",
            ));
        }
        Ok(scores.to_vec())
    }
}
