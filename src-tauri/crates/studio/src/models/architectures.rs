//! The one table of architectures: what each can be asked for, how its folders are opened and recognised,
//! and what it takes. `docs/adding-a-model.md` says how a row is added.

use std::path::{Path, PathBuf};

use quartet_pipelines::{
    Result as PipelineResult,
    audio::{
        SpeechPipeline, composition::CompositionPipeline, transcription::TranscriptionPipeline,
    },
    image::{
        diffusion::{DiffusionPipeline, FolderSize},
        glyph::GlyphPipeline,
        upscale::{self, UpscalePipeline},
    },
    text::TextPipeline,
    video::FrameInterpolatorPipeline,
};
use quartet_runtime::{Cancel, Runtime, SessionOptions};

use super::{
    loaded::{LoadOptions, Loaded},
    manifest::{Architecture, Skill},
    model::Model,
    recognise,
};

/// What the studio knows of an architecture.
pub(crate) struct Facts {
    architecture: Architecture,
    pub(crate) skill: Skill,
    /// Opens a folder of it.
    pub(super) open: fn(&Opening<'_>) -> PipelineResult<Loaded>,
    /// Describes a folder that carries no manifest; None for one of another layout.
    pub(super) recognise: fn(&Path) -> Option<Model>,
    /// Bytes of it that are in memory at a time where the whole does not fit: those of its largest part,
    /// where parts are loaded in turn. None where it is loaded whole.
    in_turn: fn(&Model) -> Option<u64>,
    /// Estimated bytes that some work takes within its budget.
    memory: fn(&Model, Work) -> u64,
    /// Whether several pictures are computed in one run.
    draws_together: bool,
    /// Whether there are pictures between two prompts.
    travels: bool,
}

/// What a model is opened with.
pub(super) struct Opening<'a> {
    pub(super) runtime: &'a Runtime,
    pub(super) model: &'a Model,
    /// Each holds model folders of ours.
    pub(super) roots: &'a [PathBuf],
    pub(super) options: &'a LoadOptions,
    pub(super) cancel: &'a Cancel,
}

impl Opening<'_> {
    /// Opens the model's folder as a pipeline does.
    fn open<P>(
        &self,
        open: impl FnOnce(&Runtime, &Path, &SessionOptions, &Cancel) -> PipelineResult<P>,
    ) -> PipelineResult<P> {
        let session = &self.options.session;
        open(self.runtime, &self.model.folder, session, self.cancel)
    }
}

/// Work whose memory is to be estimated.
#[derive(Debug, Clone, Copy)]
struct Work {
    /// What models may take together, in bytes.
    budget: u64,
    /// Computed at a time; of a model that enlarges, the factor.
    rows: u32,
    pixels: u64,
}

const NONE: Facts = Facts {
    architecture: Architecture::Unknown,
    skill: Skill::Text,
    open: |_| unsupported(),
    recognise: |_| None,
    in_turn: |_| None,
    memory: |model, _| model.memory_bytes(),
    draws_together: false,
    travels: false,
};

/// In the order in which folders without a manifest are tried.
const TABLE: &[Facts] = &[
    Facts {
        architecture: Architecture::Kokoro,
        skill: Skill::Speech,
        open: speech,
        recognise: recognise::kokoro_folder,
        ..NONE
    },
    Facts {
        architecture: Architecture::Hibari,
        skill: Skill::Speech,
        open: speech,
        ..NONE
    },
    Facts {
        architecture: Architecture::CausalLm,
        skill: Skill::Text,
        open: |with| Ok(Loaded::Text(Box::new(with.open(TextPipeline::open)?))),
        recognise: recognise::text_folder,
        ..NONE
    },
    Facts {
        architecture: Architecture::Whisper,
        skill: Skill::Transcription,
        open: |with| {
            Ok(Loaded::Transcription(Box::new(
                with.open(TranscriptionPipeline::open)?,
            )))
        },
        recognise: recognise::whisper_folder,
        ..NONE
    },
    Facts {
        architecture: Architecture::Melody,
        skill: Skill::Composition,
        open: |with| {
            Ok(Loaded::Composition(Box::new(
                with.open(CompositionPipeline::open)?,
            )))
        },
        ..NONE
    },
    Facts {
        architecture: Architecture::Glyph,
        skill: Skill::Image,
        open: |with| Ok(Loaded::Image(Box::new(with.open(GlyphPipeline::open)?))),
        travels: true,
        ..NONE
    },
    Facts {
        architecture: Architecture::Diffusion,
        skill: Skill::Image,
        open: |with| {
            let budget = with.options.memory_budget;
            let mut pipeline = with.open(|runtime, folder, session, cancel| {
                DiffusionPipeline::open(runtime, folder, session, budget, cancel)
            })?;
            pipeline.prepare(with.cancel)?;
            Ok(Loaded::Image(Box::new(pipeline)))
        },
        recognise: recognise::diffusion_folder,
        in_turn: |model| Some(FolderSize::of(&model.folder).ok()?.own(true)),
        memory: |model, work| {
            let whole = model.memory_bytes();
            let in_turn = whole > work.budget;
            FolderSize::of(&model.folder)
                .map_or(whole, |size| size.picture(work.pixels, work.rows, in_turn))
        },
        draws_together: true,
        ..NONE
    },
    Facts {
        architecture: Architecture::Upscaler,
        skill: Skill::Upscale,
        open: |with| {
            Ok(Loaded::Upscaler(Box::new(
                with.open(UpscalePipeline::open)?,
            )))
        },
        memory: |model, work| upscale::memory(model.bytes, work.pixels, work.rows),
        ..NONE
    },
    Facts {
        architecture: Architecture::Inbetween,
        skill: Skill::Inbetween,
        open: |with| {
            Ok(Loaded::Inbetween(Box::new(
                with.open(FrameInterpolatorPipeline::open)?,
            )))
        },
        recognise: recognise::inbetween_folder,
        ..NONE
    },
];

/// Models of ours whose tables of words a voice without its own borrows, the best first.
const WORD_TABLES: [&str; 2] = ["kokoro", "hibari-en"];

fn speech(with: &Opening<'_>) -> PipelineResult<Loaded> {
    let roots = with.roots.iter();
    let lenders: Vec<_> = roots
        .flat_map(|root| WORD_TABLES.map(|id| root.join(id)))
        .collect();
    let pipeline = with.open(|runtime, folder, session, cancel| {
        SpeechPipeline::open(runtime, folder, &lenders, session, cancel)
    })?;
    Ok(Loaded::Speech(Box::new(pipeline)))
}

fn unsupported() -> PipelineResult<Loaded> {
    let reason = "its architecture is unknown".to_owned();
    Err(quartet_pipelines::Error::UnsupportedGraph { reason })
}

impl Architecture {
    /// None for one that this version does not run.
    pub(crate) fn facts(&self) -> Option<&'static Facts> {
        TABLE.iter().find(|row| row.architecture == *self)
    }

    /// What it can be asked for; None for one that this version does not run.
    pub fn skill(&self) -> Option<Skill> {
        self.facts().map(|facts| facts.skill)
    }

    /// Whether several pictures are computed in one run.
    pub(crate) fn draws_together(&self) -> bool {
        self.facts().is_some_and(|facts| facts.draws_together)
    }

    /// Whether there are pictures between two prompts; those of such models are small.
    pub(crate) fn travels(&self) -> bool {
        self.facts().is_some_and(|facts| facts.travels)
    }
}

/// Describes a folder that carries no manifest; None where it is of no known layout.
pub(super) fn recognise(folder: &Path) -> Option<Model> {
    TABLE.iter().find_map(|row| (row.recognise)(folder))
}

impl Model {
    /// What it takes of a budget: a model whose parts do not fit together may be loaded part after part.
    pub(crate) fn memory_within(&self, budget: u64) -> u64 {
        let whole = self.memory_bytes();
        if whole <= budget {
            return whole;
        }
        let facts = self.architecture.facts();
        let part = facts.and_then(|facts| (facts.in_turn)(self));
        part.unwrap_or(whole)
    }

    /// Estimated bytes for pictures of `pixels` pixels, where that depends on them. Of a model
    /// that draws, `rows` are computed at a time; of one that enlarges, they are the factor.
    pub(crate) fn memory_for(&self, budget: u64, rows: u32, pixels: u64) -> u64 {
        let work = Work {
            budget,
            rows,
            pixels,
        };
        self.architecture
            .facts()
            .map_or_else(|| self.memory_bytes(), |facts| (facts.memory)(self, work))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_architecture_has_one_row() {
        for row in TABLE {
            let same = TABLE
                .iter()
                .filter(|one| one.architecture == row.architecture);
            assert_eq!(same.count(), 1, "{:?}", row.architecture);
            assert_eq!(row.architecture.skill(), Some(row.skill));
        }
        assert_eq!(Architecture::Unknown.skill(), None);
    }
}
