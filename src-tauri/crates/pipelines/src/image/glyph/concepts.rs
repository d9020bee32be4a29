//! What a model knows by name: the words nearest to a prompt, and what is shown of a thing.
//!
//! `known.json` lists things and the words for them; `finder.onnx` compares a prompt's vector with
//! every word's; `references.onnx` holds the latents of the pictures that the model was taught with.

use quartet_runtime::{Cancel, Runtime, Session, SessionOptions, Tensor};
use serde::{Deserialize, Serialize};

use super::config::GlyphConfig;
use crate::{Error, Result, folder::ModelFolder};

const FILE: &str = "known.json";
const FINDER: &str = "finder.onnx";
const REFERENCES: &str = "references.onnx";

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
        Ok(Some(Self {
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

    /// What is shown when the thing nearest to a prompt is drawn in `style`: its latents in each of
    /// the other styles, zeros in the place of this one. It never sees what it is to draw.
    ///
    /// # Errors
    /// As [`ConceptIndex::near`].
    pub(super) fn references(
        &mut self,
        text: &[f32],
        style: i64,
        cancel: &Cancel,
    ) -> Result<Vec<f32>> {
        let scores = self.scores(text, cancel)?;
        let keys = self.file.keys.iter().zip(&scores);
        let best = keys.max_by(|(a, x), (b, y)| (*x - a.penalty).total_cmp(&(*y - b.penalty)));
        let rows = best.map_or(&[][..], |(key, _)| &self.file.concepts[key.concept].rows);
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
