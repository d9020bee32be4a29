//! What a folder's graphs take in memory, reckoned from their bytes on the disk.

use std::path::Path;

use super::{folder::DiffusionFolder, parts::Part};
use crate::Result;

/// What a picture takes while it is computed, told before it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageEstimate {
    /// Graphs in memory at the same time, and what they compute with; in bytes.
    pub memory: u64,
    /// Rows the denoiser computes, times cells of the latents: what time is proportional to.
    pub work: u64,
}

/// A folder's graphs, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderSize {
    /// With their weights, on the disk.
    pub disk: u64,
    /// In memory all together, with what a guided picture of the model's own size is computed with.
    pub together: u64,
    /// The same where each stage's graphs are let go before the next stage's are loaded.
    pub in_turn: u64,
}

impl FolderSize {
    /// Of the folder at `root`.
    ///
    /// # Errors
    /// `MissingPart`, `BrokenFile`, `EscapingPath`, `UnsupportedGraph`.
    pub fn of(root: &Path) -> Result<Self> {
        Ok(Self::of_folder(&DiffusionFolder::open(root)?))
    }

    pub(super) fn of_folder(folder: &DiffusionFolder) -> Self {
        let bytes = |path: &Path| Part::new(path.to_owned()).bytes();
        let text: u64 = folder.text.iter().map(|text| bytes(&text.graph)).sum();
        let encoder = folder.encoder.as_deref().map_or(0, bytes);
        let stages = [text, bytes(&folder.unet), bytes(&folder.decoder), encoder];
        let disk = stages.into_iter().sum();
        let (width, height) = folder.size;
        let activations = activations(width, height, 2, folder.space.cell);
        Self {
            disk,
            together: resident(disk) + activations,
            in_turn: resident(stages.into_iter().max().unwrap_or(0)) + activations,
        }
    }
}

/// Graphs of so many bytes once they are loaded: ONNX Runtime packs some weights a second time.
pub(super) fn resident(bytes: u64) -> u64 {
    bytes + bytes / 10
}

/// What the widest layers compute with: the decoder's 512 channels at half the picture's size, or
/// the denoiser's first block for all `rows`.
pub(super) fn activations(width: u32, height: u32, rows: u64, cell: u32) -> u64 {
    let pixels = u64::from(width) * u64::from(height);
    let cell = u64::from(cell.max(1));
    let cells = pixels / (cell * cell);
    (pixels * 512 * 4 / 2).max(rows * cells * 320 * 4 * 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_of_stable_diffusion_takes_some_hundred_megabytes() {
        let taken = activations(512, 512, 2, 8);
        assert!((200 << 20..400 << 20).contains(&taken), "{taken}");
        assert!(activations(512, 512, 8, 8) > taken);
        assert_eq!(resident(100), 110);
    }
}
