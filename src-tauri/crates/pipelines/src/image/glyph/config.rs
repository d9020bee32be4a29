//! `config.json`: what a Glyph folder says of its graphs and its sampler.

use serde::Deserialize;

use crate::{Result, folder::ModelFolder};

const FILE: &str = "config.json";

/// Sides, channels and styles beyond these are no Glyph's.
const MAX_SIDE: usize = 1024;
const MAX_CHANNELS: usize = 256;
const MAX_STYLES: usize = 64;

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct GlyphConfig {
    /// Channels, height, width.
    pub(super) latents: [usize; 3],
    /// Channels (3), height, width.
    pub(super) picture: [usize; 3],
    pub(super) text_dimension: usize,
    /// Names in the order of their numbers; the first is taken where none is asked for.
    pub(super) styles: Vec<String>,
    /// Those of them that are good enough to be offered; empty: all.
    #[serde(default)]
    pub(super) offered: Vec<String>,
    /// The number that means no style in particular.
    pub(super) any_style: i64,
    pub(super) steps: u32,
    pub(super) guidance: f32,
    /// The time from which on a step is not guided.
    pub(super) guidance_ends: f32,
}

impl GlyphConfig {
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`.
    pub(super) fn read(folder: ModelFolder<'_>) -> Result<Self> {
        let config: Self = folder.json(FILE, FILE)?;
        config
            .flaw()
            .map_or(Ok(config), |flaw| Err(folder.broken(FILE, flaw)))
    }

    fn flaw(&self) -> Option<&'static str> {
        let sides = |sides: &[usize]| sides.iter().all(|side| (1..=MAX_SIDE).contains(side));
        if !sides(&self.latents[1..]) || !(1..=MAX_CHANNELS).contains(&self.latents[0]) {
            return Some("the latents' shape is out of bounds");
        }
        if self.picture[0] != 3 || !sides(&self.picture[1..]) {
            return Some("the pictures' shape is out of bounds");
        }
        if !(1..=MAX_STYLES).contains(&self.styles.len()) {
            return Some("there must be between 1 and 64 styles");
        }
        if !(1..=1 << 16).contains(&self.text_dimension) {
            return Some("the text's dimension is out of bounds");
        }
        if !(1..=200).contains(&self.steps) || !(0.0..=50.0).contains(&self.guidance) {
            return Some("steps or guidance are out of bounds");
        }
        None
    }

    /// The styles that people are offered; the others can be asked for by name.
    pub(super) fn offered(&self) -> &[String] {
        if self.offered.is_empty() {
            &self.styles
        } else {
            &self.offered
        }
    }

    /// The numbers of the styles that people are offered.
    pub(super) fn offered_places(&self) -> Vec<usize> {
        let places = 0..self.styles.len();
        let is_offered = |place: &usize| self.offered().contains(&self.styles[*place]);
        places.filter(is_offered).collect()
    }

    /// Pixels on a side that one cell of the latents stands for.
    pub(super) fn cell(&self) -> u32 {
        (self.picture[2] / self.latents[2]).max(1) as u32
    }

    /// How many numbers the latents of one picture are.
    pub(super) fn latents_len(&self) -> usize {
        self.latents.iter().product()
    }

    /// The shape of a tensor of `count` pictures' latents, with `times` as many channels.
    pub(super) fn latents_shape(&self, count: usize, times: usize) -> [usize; 4] {
        let [channels, height, width] = self.latents;
        [count, channels * times, height, width]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repositorys_own_settings_are_read_and_wild_ones_refused() {
        let own = include_str!("../../../../../../models/glyph/config.json");
        let config: GlyphConfig = serde_json::from_str(own).unwrap();
        assert_eq!(config.flaw(), None);
        assert_eq!(config.latents_shape(2, 1), [2, 16, 8, 8]);
        for change in [
            |s: &mut GlyphConfig| s.latents[1] = 1 << 40,
            |s: &mut GlyphConfig| s.picture[0] = 4,
            |s: &mut GlyphConfig| s.styles.clear(),
            |s: &mut GlyphConfig| s.steps = 0,
            |s: &mut GlyphConfig| s.guidance = f32::NAN,
        ] {
            let mut wild = config.clone();
            change(&mut wild);
            assert!(wild.flaw().is_some());
        }
    }
}
