//! A prompt to pictures: by a folder in diffusers' layout, or by Glyph with the upscaler beside it.
//!
//! `{"request": {...}, "enlarge": n}` makes the pictures of a request (as the window asks for them)
//! and tells the seconds, how many of them were spent inside the library's runs, and how large the
//! first picture is.

use std::{path::Path, time::Instant};

use quartet_pipelines::image::{
    ImageEvent, ImageModel, ImageRequest, Picture,
    diffusion::DiffusionPipeline,
    glyph::GlyphPipeline,
    upscale::{UpscaleEvent, UpscaleModel, UpscalePipeline, UpscaleRequest},
};
use quartet_runtime::{Cancel, Runtime, SessionOptions, time_in_runs};
use serde::{Deserialize, Serialize};
use serde_json::to_value;

use crate::protocol::{self, Asked, Outcome};

/// The folder of the upscaler, beside Glyph's.
const UPSCALER: &str = "realesr-animevideov3";

#[derive(Deserialize)]
struct Command {
    request: ImageRequest,
    /// How many times as large the pictures are made afterwards; 1: not at all.
    enlarge: u32,
}

#[derive(Serialize)]
struct Round {
    seconds: f64,
    run_seconds: f64,
    width: u32,
    height: u32,
}

enum Painter {
    Diffusion(Box<DiffusionPipeline>),
    Glyph(Box<GlyphPipeline>, UpscalePipeline),
}

pub fn serve(asked: &Asked) -> Outcome<()> {
    protocol::serve(
        |runtime| Painter::open(runtime, asked),
        |painter, command: Command| Ok(to_value(painter.round(command)?)?),
    )
}

impl Painter {
    fn open(runtime: &Runtime, asked: &Asked) -> Outcome<Self> {
        let cancel = Cancel::new();
        let Asked {
            ref folder,
            threads,
            spinning,
        } = *asked;
        let options = SessionOptions {
            threads,
            spinning,
            ..SessionOptions::default()
        };
        if folder.join("model_index.json").is_file() {
            let mut pipeline = DiffusionPipeline::open(runtime, folder, &options, None, &cancel)?;
            pipeline.prepare(&cancel)?;
            return Ok(Self::Diffusion(Box::new(pipeline)));
        }
        let glyph = GlyphPipeline::open(runtime, folder, &options, &cancel)?;
        let upscaler = folder.parent().unwrap_or(Path::new(".")).join(UPSCALER);
        let upscaler = UpscalePipeline::open(runtime, &upscaler, &options, &cancel)?;
        Ok(Self::Glyph(Box::new(glyph), upscaler))
    }

    fn round(&mut self, command: Command) -> Outcome<Round> {
        let (began, before) = (Instant::now(), time_in_runs());
        let mut pictures = self.pictures(command)?;
        let seconds = began.elapsed().as_secs_f64();
        let run_seconds = time_in_runs().saturating_sub(before).as_secs_f64();
        let picture = pictures.pop().ok_or("no picture")?;
        Ok(Round {
            seconds,
            run_seconds,
            width: picture.width(),
            height: picture.height(),
        })
    }

    fn pictures(&mut self, command: Command) -> Outcome<Vec<Picture>> {
        let Command { request, enlarge } = command;
        let cancel = Cancel::new();
        let events = match self {
            Self::Diffusion(pipeline) => pipeline.run(request, &cancel)?,
            Self::Glyph(pipeline, _) => pipeline.run(request, &cancel)?,
        };
        let mut pictures = Vec::new();
        for event in events {
            if let ImageEvent::Picture { picture, .. } = event? {
                pictures.push(picture);
            }
        }
        match self {
            Self::Glyph(_, upscaler) if enlarge > 1 => pictures
                .into_iter()
                .map(|picture| enlarged(upscaler, picture, enlarge))
                .collect(),
            _ => Ok(pictures),
        }
    }
}

fn enlarged(upscaler: &mut UpscalePipeline, picture: Picture, factor: u32) -> Outcome<Picture> {
    let cancel = Cancel::new();
    for event in upscaler.run(UpscaleRequest { picture, factor }, &cancel)? {
        if let UpscaleEvent::Picture(picture) = event? {
            return Ok(picture);
        }
    }
    Err("an enlargement without an end".into())
}
