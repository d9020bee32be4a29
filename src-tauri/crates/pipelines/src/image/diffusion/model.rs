//! The model's graphs: which a stage needs, and what its text encoders make of a prompt.

use quartet_runtime::Cancel;

use super::{
    super::ImageStage,
    config::DiffusionFamily,
    folder::DiffusionFolder,
    parts::{Part, PartLoader},
    prompt::Span,
    text_encoder::{self, Encoded},
    tokenizer::ClipTokenizer,
    unet::Prompt,
};
use crate::Result;

/// The stages that have graphs of their own.
const STAGES: [ImageStage; 4] = [
    ImageStage::ReadingPrompt,
    ImageStage::ReadingPicture,
    ImageStage::Denoising,
    ImageStage::Decoding,
];

/// The model's graphs and tokenizers.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) loader: PartLoader,
    pub(super) folder: DiffusionFolder,
    pub(super) tokenizers: Vec<ClipTokenizer>,
    pub(super) text: Vec<Part>,
    pub(super) unet: Part,
    pub(super) decoder: Part,
    pub(super) encoder: Option<Part>,
}

impl Model {
    /// The graphs a stage needs.
    fn parts(&mut self, stage: ImageStage) -> Vec<&mut Part> {
        match stage {
            ImageStage::ReadingPrompt => self.text.iter_mut().collect(),
            ImageStage::ReadingPicture => self.encoder.iter_mut().collect(),
            ImageStage::Denoising => vec![&mut self.unet],
            ImageStage::Decoding => vec![&mut self.decoder],
            ImageStage::Loading => Vec::new(),
        }
    }

    /// Whether the graphs a stage needs are in memory.
    pub(super) fn is_ready(&mut self, stage: ImageStage) -> bool {
        self.parts(stage).iter().all(|part| part.is_loaded())
    }

    /// Loads every stage's graphs; none where they go in turn.
    pub(super) fn load_all(&mut self, cancel: &Cancel) -> Result<()> {
        if self.loader.in_turn {
            return Ok(());
        }
        for stage in STAGES {
            self.load(stage, cancel)?;
        }
        Ok(())
    }

    /// Loads what a stage needs; lets go of all else first where memory is short.
    pub(super) fn load(&mut self, stage: ImageStage, cancel: &Cancel) -> Result<()> {
        if self.loader.in_turn {
            for other in STAGES.into_iter().filter(|&other| other != stage) {
                self.parts(other).into_iter().for_each(Part::unload);
            }
        }
        let Self {
            loader,
            text,
            unet,
            decoder,
            encoder,
            ..
        } = self;
        match stage {
            ImageStage::ReadingPrompt => {
                for part in text {
                    part.load(loader, cancel)?;
                }
            }
            ImageStage::ReadingPicture => {
                if let Some(part) = encoder {
                    part.load(loader, cancel)?;
                }
            }
            ImageStage::Denoising => drop(unet.load(loader, cancel)?),
            ImageStage::Decoding => drop(decoder.load(loader, cancel)?),
            ImageStage::Loading => {}
        }
        Ok(())
    }

    /// The most tokens of a prompt that every text encoder reads.
    pub(super) fn prompt_tokens(&self) -> u32 {
        let limits = self.tokenizers.iter().map(ClipTokenizer::limit);
        limits.min().unwrap_or(0) as u32
    }

    /// What all text encoders make of a prompt, token beside token.
    ///
    /// # Errors
    /// Those of the tokenizers and of the runtime, `UnsupportedGraph`, `Cancelled`.
    pub(super) fn encode(&mut self, spans: &[Span], cancel: &Cancel) -> Result<Reading> {
        let is_xl = self.folder.family == DiffusionFamily::StableDiffusionXl;
        let mut encoded: Vec<Encoded> = Vec::new();
        let mut reading = Reading::default();
        for (part, tokenizer) in self.text.iter_mut().zip(&self.tokenizers) {
            let tokens = tokenizer.tokens(spans)?;
            let session = part.load(&self.loader, cancel)?;
            encoded.push(text_encoder::encode(session, &tokens, is_xl, cancel)?);
            reading.tokens = tokens.words as u32;
            reading.limit = tokenizer.limit() as u32;
            reading.cut = tokens.cut;
        }
        reading.width = encoded.iter().map(|one| one.width).sum();
        let rows = encoded
            .iter()
            .map(|one| one.hidden.len() / one.width.max(1))
            .min()
            .unwrap_or(0);
        let row = |row: usize, one: &Encoded| one.hidden[row * one.width..][..one.width].to_vec();
        reading.prompt.hidden = (0..rows)
            .flat_map(|index| encoded.iter().flat_map(move |one| row(index, one)))
            .collect();
        // XL is led by the second encoder's vector for the whole prompt.
        reading.prompt.pooled = encoded.pop().map(|one| one.pooled).unwrap_or_default();
        Ok(reading)
    }
}

/// A prompt as the text encoders understood it.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) prompt: Prompt,
    /// Numbers a token, of all encoders together.
    pub(super) width: usize,
    /// Length of the prompt as the last encoder counts it, without the marks at both ends.
    pub(super) tokens: u32,
    pub(super) limit: u32,
    /// The end of the prompt that is beyond the limit and was not read.
    pub(super) cut: String,
}
