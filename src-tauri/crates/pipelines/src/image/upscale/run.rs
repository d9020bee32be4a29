//! A picture being upscaled, tile by tile, as an iterator of events.

use std::time::Instant;

use quartet_runtime::Cancel;
use serde::{Deserialize, Serialize};

use super::{
    Upscaler,
    tiles::{Area, Tile, tiles},
    upscaler::check_size,
};
use crate::{Error, Result, image::Picture, run};

/// Pixels on a side that a tile keeps: with its margin about 70 MB of activations.
const TILE: usize = 256;

/// What making a picture of `pixels` pixels `factor` times as large takes, in bytes: a session with
/// `weights`, a tile in the network, and both pictures. Measured with ONNX Runtime 1.27 on a CPU.
pub fn memory(weights: u64, pixels: u64, factor: u32) -> u64 {
    const SESSION: u64 = 20 << 20;
    /// Bytes a pixel in the widest layer, and of the pictures on their way.
    const LAYER: u64 = 1330;
    const PICTURES: u64 = 10;
    let tile = pixels.min((TILE * TILE) as u64);
    let factor = u64::from(factor);
    let large = pixels.saturating_mul(factor.saturating_mul(factor));
    let computing = (tile * LAYER).saturating_add(large.saturating_mul(PICTURES));
    (SESSION + weights).saturating_add(computing)
}

/// What is to be upscaled.
#[derive(Debug, Clone, PartialEq)]
pub struct UpscaleRequest {
    pub picture: Picture,
    /// One of the model's factors.
    pub factor: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub enum UpscaleEvent {
    /// `done` of `total` tiles are done; the first event says 0.
    Tile {
        done: u32,
        total: u32,
    },
    Picture(Picture),
    /// Always the last event.
    Done(UpscaleStats),
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct UpscaleStats {
    pub factor: u32,
    /// Of the result.
    pub width: u32,
    pub height: u32,
    pub tiles: u32,
    pub seconds: f64,
}

enum State {
    Beginning,
    /// The tile with this index is next.
    Tiles(usize),
    Ending,
    Finished,
}

/// Yields a [`UpscaleEvent::Tile`] before the first and after each tile.
pub(super) struct UpscaleRun<'a> {
    upscaler: &'a mut dyn Upscaler,
    cancel: &'a Cancel,
    picture: Picture,
    factor: u32,
    tiles: Vec<Tile>,
    rgb: Vec<u8>,
    started: Instant,
    state: State,
}

impl<'a> UpscaleRun<'a> {
    /// # Errors
    /// `Parameter` for a factor that the network does not have, `ResultTooLarge` where the result
    /// could not be read again.
    pub(super) fn new(
        upscaler: &'a mut dyn Upscaler,
        request: UpscaleRequest,
        cancel: &'a Cancel,
    ) -> Result<Self> {
        let UpscaleRequest { picture, factor } = request;
        if !upscaler.factors().contains(&factor) {
            return Err(super::upscaler::unknown_factor(factor, &upscaler.factors()));
        }
        let size = (picture.width(), picture.height());
        check_size(size, factor, &upscaler.factors())?;
        let (width, height) = (size.0 * factor, size.1 * factor);
        // The network sees the surroundings of each pixel: also those that nobody is to see.
        let picture = picture.without_hidden_colours();
        let (from_width, from_height) = (picture.width() as usize, picture.height() as usize);
        Ok(Self {
            tiles: tiles(from_width, from_height, TILE, upscaler.margin()),
            rgb: vec![0; width as usize * height as usize * 3],
            upscaler,
            cancel,
            picture,
            factor,
            started: Instant::now(),
            state: State::Beginning,
        })
    }

    pub(super) fn events(mut self) -> impl Iterator<Item = Result<UpscaleEvent>> {
        run::events(move || self.step())
    }

    fn step(&mut self) -> Result<Option<UpscaleEvent>> {
        self.cancel.check()?;
        let total = self.tiles.len();
        match self.state {
            State::Beginning => {
                self.state = State::Tiles(0);
                Ok(Some(self.progress(0)))
            }
            State::Tiles(index) if index < total => {
                let tile = self.tiles[index].clone();
                self.upscale(&tile)?;
                self.state = State::Tiles(index + 1);
                Ok(Some(self.progress(index + 1)))
            }
            State::Tiles(_) => {
                self.state = State::Ending;
                self.assembled().map(UpscaleEvent::Picture).map(Some)
            }
            State::Ending => {
                self.state = State::Finished;
                Ok(Some(UpscaleEvent::Done(UpscaleStats {
                    factor: self.factor,
                    width: self.picture.width() * self.factor,
                    height: self.picture.height() * self.factor,
                    tiles: total as u32,
                    seconds: self.started.elapsed().as_secs_f64(),
                })))
            }
            State::Finished => Ok(None),
        }
    }

    fn progress(&self, done: usize) -> UpscaleEvent {
        UpscaleEvent::Tile {
            done: done as u32,
            total: self.tiles.len() as u32,
        }
    }

    fn upscale(&mut self, tile: &Tile) -> Result<()> {
        let size = (tile.seen.width(), tile.seen.height());
        let planes = planes(&self.picture, &tile.seen);
        let made = self
            .upscaler
            .upscale(planes, size, self.factor, self.cancel)?;
        if made.iter().any(|value| !value.is_finite()) {
            return Err(Error::NotFinite);
        }
        self.put(tile, &made);
        Ok(())
    }

    /// Writes what the tile keeps into the result.
    fn put(&mut self, tile: &Tile, made: &[f32]) {
        let factor = self.factor as usize;
        let made_width = tile.seen.width() * factor;
        let plane = made_width * tile.seen.height() * factor;
        let result_width = self.picture.width() as usize * factor;
        let left = (tile.kept.columns.start - tile.seen.columns.start) * factor;
        let top = (tile.kept.rows.start - tile.seen.rows.start) * factor;
        let width = tile.kept.width() * factor;
        for row in 0..tile.kept.height() * factor {
            let from = (top + row) * made_width + left;
            let to = (tile.kept.rows.start * factor + row) * result_width
                + tile.kept.columns.start * factor;
            let pixels = self.rgb[to * 3..(to + width) * 3].chunks_exact_mut(3);
            for (column, pixel) in pixels.enumerate() {
                for (channel, byte) in pixel.iter_mut().enumerate() {
                    *byte = to_byte(made[channel * plane + from + column]);
                }
            }
        }
    }

    /// The result; transparency is scaled apart, as smoothly as it can be.
    fn assembled(&mut self) -> Result<Picture> {
        let factor = self.factor;
        let (width, height) = (
            self.picture.width() * factor,
            self.picture.height() * factor,
        );
        let rgb = std::mem::take(&mut self.rgb);
        let alpha = self.picture.alpha().and_then(|alpha| {
            // Grey in all channels: the picture's own way to scale does for one plane too.
            let grey = alpha.iter().flat_map(|&value| [value; 3]).collect();
            let grey = Picture::new(self.picture.width(), self.picture.height(), grey)?;
            let scaled = grey.scaled(width, height);
            Some(scaled.rgb().iter().copied().step_by(3).collect::<Vec<_>>())
        });
        let picture = Picture::new(width, height, rgb);
        match alpha {
            Some(alpha) => picture.and_then(|picture| picture.with_alpha(alpha)),
            None => picture,
        }
        .ok_or(Error::NotFinite)
    }
}

/// Bytes of an area as planes in 0..=1.
fn planes(picture: &Picture, area: &Area) -> Vec<f32> {
    let width = picture.width() as usize;
    let mut planes = Vec::with_capacity(3 * area.width() * area.height());
    for channel in 0..3 {
        for row in area.rows.clone() {
            let pixels = &picture.rgb()[(row * width + area.columns.start) * 3..];
            let values = pixels.iter().skip(channel).step_by(3).take(area.width());
            planes.extend(values.map(|&byte| f32::from(byte) / 255.0));
        }
    }
    planes
}

fn to_byte(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}

#[cfg(test)]
mod tests;
