//! What a folder takes in memory, estimated before it is loaded: from its graphs' bytes on the disk and
//! from what its widest layers compute with.
//!
//! The factors are measured, with ONNX Runtime 1.27 on a CPU and graphs from some kilobytes to some
//! hundred megabytes at 32 to 512 pixels; estimates and measurements differ by about a fifth.

use std::path::Path;

use super::{config::Widths, folder::DiffusionFolder, parts::Part};
use crate::Result;

/// What sessions take that have next to no weights: threads, kernels, tokenizers.
const RUNTIME: u64 = 40 << 20;

/// Copies of a layer's attention scores that are in memory at the same time.
const SCORES: u64 = 3;

/// Copies of the autoencoder's widest layer, and of the denoiser's first, in memory at the same time.
const DECODED: u64 = 6;
const DENOISED: u64 = 16;

const FLOAT: u64 = 4;

/// What a picture takes while it is computed, estimated before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageFootprint {
    /// Graphs in memory at the same time, and what they compute with; in bytes.
    pub memory: u64,
    /// Rows the denoiser computes, times cells of the latents: what time is proportional to.
    pub work: u64,
}

/// The graphs of one stage, in bytes on the disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Stage {
    bytes: u64,
    /// The largest file that is parsed as a whole: while it is, its weights are there twice. Weights
    /// beside their graph are read only once.
    parsed: u64,
}

impl Stage {
    fn of<'a>(graphs: impl IntoIterator<Item = &'a Path>) -> Self {
        let mut stage = Self::default();
        for graph in graphs {
            stage.bytes += Part::new(graph.to_owned()).bytes();
            let parsed = graph.metadata().map_or(0, |metadata| metadata.len());
            stage.parsed = stage.parsed.max(parsed);
        }
        stage
    }

    /// Loaded: ONNX Runtime packs some weights a second time.
    fn resident(self) -> u64 {
        self.bytes + self.bytes / 10
    }
}

/// A folder's graphs and the shapes they compute with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderSize {
    text: Stage,
    denoiser: Stage,
    decoder: Stage,
    encoder: Stage,
    widths: Widths,
    cell: u64,
    /// Of a picture of the model's own size.
    own_pixels: u64,
}

impl FolderSize {
    /// Of the folder at `root`.
    ///
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `UnsupportedGraph`.
    pub fn of(root: &Path) -> Result<Self> {
        Ok(Self::of_folder(&DiffusionFolder::open(root)?))
    }

    pub(super) fn of_folder(folder: &DiffusionFolder) -> Self {
        let (width, height) = folder.size;
        Self {
            text: Stage::of(folder.text.iter().map(|text| text.graph.as_path())),
            denoiser: Stage::of([folder.unet.as_path()]),
            decoder: Stage::of([folder.decoder.as_path()]),
            encoder: Stage::of(folder.encoder.as_deref()),
            widths: folder.widths,
            cell: u64::from(folder.space.cell.max(1)),
            own_pixels: u64::from(width) * u64::from(height),
        }
    }

    /// All graphs with their weights on the disk, in bytes.
    pub fn disk(&self) -> u64 {
        self.stages().iter().map(|stage| stage.bytes).sum()
    }

    /// Bytes that a guided picture of the model's own size takes.
    pub fn own(&self, in_turn: bool) -> u64 {
        self.picture(self.own_pixels, 2, in_turn)
    }

    /// Bytes that pictures of `pixels` pixels take, of which the denoiser computes `rows` at a time: with
    /// all graphs together, or with only one stage's where they go `in_turn`.
    pub fn picture(&self, pixels: u64, rows: u32, in_turn: bool) -> u64 {
        let (denoising, decoding) = (self.denoising(pixels, rows), self.decoding(pixels));
        let taken = if in_turn {
            let alone = |stage: Stage, computing: u64| {
                stage.resident().saturating_add(stage.parsed.max(computing))
            };
            let stages = [
                alone(self.text, 0),
                alone(self.encoder, 0),
                alone(self.denoiser, denoising),
                alone(self.decoder, decoding),
            ];
            stages.into_iter().max().unwrap_or(0)
        } else {
            // What a session has computed with stays with it.
            let computing = denoising.saturating_add(decoding);
            let parsed = self.stages().iter().map(|stage| stage.parsed).max();
            let weights: u64 = self.stages().iter().map(|stage| stage.resident()).sum();
            weights.saturating_add(computing.max(parsed.unwrap_or(0)))
        };
        taken.saturating_add(RUNTIME)
    }

    fn stages(&self) -> [Stage; 4] {
        [self.text, self.denoiser, self.decoder, self.encoder]
    }

    fn denoising(&self, pixels: u64, rows: u32) -> u64 {
        let cells = pixels / (self.cell * self.cell);
        let tokens = cells >> (2 * self.widths.halvings);
        let scores = scores(tokens).saturating_mul(self.widths.heads);
        let first = cells.saturating_mul(self.widths.denoiser * FLOAT * DENOISED);
        scores.saturating_add(first).saturating_mul(u64::from(rows))
    }

    fn decoding(&self, pixels: u64) -> u64 {
        let widest = pixels.saturating_mul(self.widths.decoder * FLOAT * DECODED);
        // In the middle of the autoencoder every cell looks at every other.
        widest.saturating_add(scores(pixels / (self.cell * self.cell)))
    }
}

fn scores(tokens: u64) -> u64 {
    tokens.saturating_mul(tokens).saturating_mul(FLOAT * SCORES)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1 << 20;

    fn stage(megabytes: u64) -> Stage {
        Stage {
            bytes: megabytes * MB,
            parsed: megabytes * MB,
        }
    }

    /// The widths of Stable Diffusion 1.5, with weights of some hundred megabytes.
    fn size() -> FolderSize {
        FolderSize {
            text: stage(100),
            denoiser: stage(400),
            decoder: stage(200),
            encoder: stage(100),
            widths: Widths {
                denoiser: 320,
                decoder: 256,
                heads: 8,
                halvings: 0,
            },
            cell: 8,
            own_pixels: 512 * 512,
        }
    }

    #[test]
    fn attention_decides_what_a_large_picture_takes() {
        let of = |side: u64| size().picture(side * side, 2, false) / MB;
        // 880 MB of weights; 16 pairs of a row and a head with 4096² scores each are 3 GB.
        assert!((5_000..7_000).contains(&of(512)), "{}", of(512));
        assert!(of(1024) > 10 * of(512));
        // While a small one is drawn, less is computed with than the largest graph took to be read.
        assert_eq!(of(64), 880 + 400 + 40);
    }

    #[test]
    fn stages_in_turn_take_what_the_largest_takes() {
        let (together, in_turn) = (size().own(false), size().own(true));
        assert!(in_turn < together);
        assert!(in_turn > size().denoising(512 * 512, 2) + 440 * MB);
        assert_eq!(size().disk(), 800 * MB);
    }

    #[test]
    fn weights_beside_their_graph_are_not_there_twice() {
        let beside = FolderSize {
            denoiser: Stage {
                parsed: MB,
                ..stage(400)
            },
            ..size()
        };
        assert!(beside.picture(64 * 64, 2, true) < size().picture(64 * 64, 2, true));
    }

    #[test]
    fn no_size_overflows() {
        assert_eq!(size().picture(u64::MAX, u32::MAX, false), u64::MAX);
    }
}
