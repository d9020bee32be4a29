//! Glyph's pipeline: a folder opened once, then one prompt after another.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    path::{Path, PathBuf},
    time::Instant,
};

use quartet_runtime::{Cancel, DeviceId, Runtime, SessionOptions};

use super::{
    condition::Condition,
    drawing::{Drawing, Plan, Start},
    known::{Known, NearWord},
    networks::{Networks, OnnxNetworks},
    settings::Settings,
    words::TextEncoder,
};
use crate::{
    Error, Events, Result,
    folder::ModelFolder,
    image::{
        ImageEvent, ImageModel, ImageModelInfo, ImageParameters, ImageRequest, ImageStats, Mask,
        Picture, PromptReport, StyleInfo,
    },
};

/// The sampling method, by its name in the field.
const SCHEDULER: &str = "Flow-matching Euler";

/// How to open a model.
#[derive(Debug, Clone, Default)]
pub struct GlyphOptions {
    /// 0 takes the physical cores.
    pub threads: usize,
    pub spinning: bool,
    pub device: DeviceId,
}

/// The networks of a Glyph folder, loaded.
#[derive(Debug)]
pub struct GlyphPipeline {
    settings: Settings,
    words: TextEncoder,
    networks: OnnxNetworks,
    known: Option<Known>,
    folder: PathBuf,
    device: String,
}

impl GlyphPipeline {
    /// Opens a folder as the recipe of Glyph makes it.
    ///
    /// # Errors
    /// `MissingPart`, `BrokenFile`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of
    /// the runtime.
    pub fn open(
        runtime: &Runtime,
        folder: &Path,
        options: &GlyphOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let root = folder;
        let folder = ModelFolder::new(root);
        let settings = Settings::read(folder)?;
        let session = SessionOptions {
            threads: options.threads,
            spinning: options.spinning,
            memory_pattern: true,
            device: options.device.clone(),
        };
        let networks = OnnxNetworks::open(runtime, folder, settings.clone(), &session, cancel)?;
        let known = Known::open(runtime, folder, &settings, &session, cancel)?;
        if networks.looks() && known.is_none() {
            return Err(folder.broken("known.json", "the denoiser needs it to look at things"));
        }
        let encoder = SessionOptions {
            // Prompts are of every length.
            memory_pattern: false,
            ..session
        };
        let dimension = settings.text_dimension;
        let words = TextEncoder::open(runtime, folder, dimension, &encoder, cancel)?;
        let mut devices = runtime.devices().into_iter();
        let device = devices.find(|device| device.id == options.device);
        Ok(Self {
            device: device.map_or_else(|| options.device.as_str().to_owned(), |one| one.name),
            settings,
            words,
            networks,
            known,
            folder: root.to_owned(),
        })
    }

    /// A prompt's vector, of length `sqrt(dimension)`; all zeros for an empty one.
    ///
    /// # Errors
    /// `UnsupportedGraph`, `NotFinite`, `Cancelled`, and those of the runtime.
    pub fn vector(&mut self, prompt: &str, cancel: &Cancel) -> Result<Vec<f32>> {
        Ok(self.words.encode(prompt, cancel)?.0)
    }

    fn style(&self, name: Option<&str>) -> Result<i64> {
        let Some(name) = name else { return Ok(0) };
        let place = self.settings.styles.iter().position(|one| one == name);
        let place = place.and_then(|place| i64::try_from(place).ok());
        place.ok_or_else(|| Error::Parameter {
            name: "style",
            found: name.to_owned(),
            allowed: "one of the model's styles",
        })
    }

    /// The picture to start from at the size that is drawn, and where it may change.
    fn start(
        &self,
        picture: Option<Picture>,
        mask: Option<Mask>,
        strength: f32,
    ) -> Result<Option<Start>> {
        let refused = |name, found: &str, allowed| {
            Err(Error::Parameter {
                name,
                found: found.to_owned(),
                allowed,
            })
        };
        let Some(picture) = picture else {
            return match mask {
                Some(_) => refused("mask", "alone", "given with a picture to paint on"),
                None => Ok(None),
            };
        };
        if !self.networks.encodes() {
            return Err(Error::MissingPart {
                folder: self.folder.clone(),
                what: "encoder.onnx",
            });
        }
        if !(strength > 0.0 && strength <= 1.0) {
            return refused(
                "strength",
                &strength.to_string(),
                "greater than 0, at most 1",
            );
        }
        if mask.as_ref().is_some_and(Mask::is_empty) {
            return refused("mask", "empty", "painted somewhere");
        }
        let [_, height, width] = self.settings.picture.map(|side| side as u32);
        let size = (picture.width(), picture.height());
        Ok(Some(Start {
            picture: picture.opaque().fitted(width, height),
            strength,
            mask: mask.map(|mask| mask.fitted(size, (width, height))),
            cell: self.settings.cell(),
        }))
    }

    /// The condition of no prompt and no style: what guidance leads away from.
    fn nothing(&self) -> Condition {
        let slots = if self.networks.looks() {
            self.settings.styles.len()
        } else {
            0
        };
        Condition {
            text: vec![0.0; self.settings.text_dimension],
            style: self.settings.any_style,
            references: vec![0.0; slots * self.settings.latents_len()],
        }
    }

    fn looking(&mut self, text: Vec<f32>, style: i64, cancel: &Cancel) -> Result<Condition> {
        let nothing = self.nothing();
        // No prompt is no thing: there is nothing to look at.
        let references = match &mut self.known {
            Some(known) if self.networks.looks() && text != nothing.text => {
                known.references(&text, style, cancel)?
            }
            _ => nothing.references,
        };
        Ok(Condition {
            text,
            style,
            references,
        })
    }

    /// The statistics a run begins with.
    fn stats(&self, parameters: &ImageParameters) -> Result<ImageStats> {
        let [_, height, width] = self.settings.picture.map(|side| side as u32);
        let guidance = parameters.guidance.unwrap_or(self.settings.guidance);
        within("guidance", guidance, &(0.0..=50.0), "between 0 and 50")?;
        within("count", parameters.count, &(1..=4), "between 1 and 4")?;
        if parameters.width.is_some_and(|side| side != width) {
            return Err(size(parameters.width, "the width that the model draws"));
        }
        if parameters.height.is_some_and(|side| side != height) {
            return Err(size(parameters.height, "the height that the model draws"));
        }
        Ok(ImageStats {
            width,
            height,
            count: parameters.count,
            guidance,
            scheduler: SCHEDULER.to_owned(),
            ..ImageStats::default()
        })
    }

    fn plan(
        &self,
        wanted: Condition,
        plain: Condition,
        parameters: &ImageParameters,
    ) -> Result<Plan> {
        let steps = parameters.steps.unwrap_or(self.settings.steps);
        within("steps", steps, &(1..=200), "between 1 and 200")?;
        let stats = self.stats(parameters)?;
        Ok(Plan {
            prompt: PromptReport::default(),
            wanted,
            plain,
            start: None,
            latents_len: self.settings.latents_len(),
            turn: 0.0,
            steps,
            guidance: stats.guidance,
            guidance_ends: self.settings.guidance_ends,
            previews: parameters.previews,
            stats,
        })
    }
}

impl ImageModel for GlyphPipeline {
    fn info(&self) -> ImageModelInfo {
        let [_, height, width] = self.settings.picture.map(|side| side as u32);
        ImageModelInfo {
            family: "Glyph".to_owned(),
            width,
            height,
            size_step: width,
            max_side: width.max(height),
            steps: self.settings.steps,
            guidance: self.settings.guidance,
            scheduler: SCHEDULER.to_owned(),
            schedulers: Vec::new(),
            styles: self
                .settings
                .offered()
                .iter()
                .cloned()
                .map(style_info)
                .collect(),
            negative_prompt: true,
            start: self.networks.encodes(),
            mask: self.networks.encodes(),
            device: self.device.clone(),
        }
    }

    fn near(&mut self, prompt: &str, count: usize, cancel: &Cancel) -> Result<Vec<NearWord>> {
        let text = self.vector(prompt, cancel)?;
        match &mut self.known {
            Some(known) if !prompt.trim().is_empty() => known.near(&text, count, cancel),
            _ => Ok(Vec::new()),
        }
    }

    fn condition(
        &mut self,
        prompt: &str,
        style: Option<&str>,
        cancel: &Cancel,
    ) -> Result<Option<Condition>> {
        let style = self.style(style)?;
        let (text, _) = self.words.encode(prompt, cancel)?;
        self.looking(text, style, cancel).map(Some)
    }

    fn draw(
        &mut self,
        condition: &Condition,
        turn: f32,
        parameters: &ImageParameters,
        cancel: &Cancel,
    ) -> Result<Picture> {
        let stats = ImageStats {
            seed: parameters.seed.unwrap_or_else(random_seed),
            ..self.stats(parameters)?
        };
        let plan = Plan {
            stats: ImageStats { count: 1, ..stats },
            previews: false,
            turn,
            ..self.plan(condition.clone(), self.nothing(), parameters)?
        };
        for event in Drawing::new(&mut self.networks, plan, cancel) {
            if let ImageEvent::Picture { picture, .. } = event? {
                return Ok(picture);
            }
        }
        Err(Error::NotFinite)
    }

    fn run<'a>(
        &'a mut self,
        request: ImageRequest,
        cancel: &'a Cancel,
    ) -> Result<Events<'a, ImageEvent>> {
        let parameters = &request.parameters;
        let start = self.start(request.start, request.mask, parameters.strength)?;
        let style = self.style(parameters.style.as_deref())?;
        // Refused before the encoder runs.
        let nothing = self.nothing();
        self.plan(nothing.clone(), nothing.clone(), parameters)?;
        let began = Instant::now();
        let (text, report) = self.words.encode(&request.prompt, cancel)?;
        let wanted = self.looking(text, style, cancel)?;
        let (negative, rest) = self.words.encode(&request.negative_prompt, cancel)?;
        let plain = Condition {
            text: negative,
            ..nothing
        };
        let mut plan = self.plan(wanted, plain, parameters)?;
        plan.prompt = PromptReport {
            cut_negative: rest.cut,
            ..report
        };
        plan.stats.seed = parameters.seed.unwrap_or_else(random_seed);
        plan.stats.encode_seconds = began.elapsed().as_secs_f64();
        plan.start = start;
        let networks: &mut dyn Networks = &mut self.networks;
        Ok(Box::new(Drawing::new(networks, plan, cancel)))
    }
}

fn style_info(id: String) -> StyleInfo {
    StyleInfo { id }
}

fn within<T: PartialOrd + ToString + Copy>(
    name: &'static str,
    value: T,
    range: &std::ops::RangeInclusive<T>,
    allowed: &'static str,
) -> Result<()> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(Error::Parameter {
        name,
        found: value.to_string(),
        allowed,
    })
}

fn size(found: Option<u32>, allowed: &'static str) -> Error {
    Error::Parameter {
        name: "size",
        found: found.unwrap_or_default().to_string(),
        allowed,
    }
}

/// A seed nobody asked for: the standard library's own source of per-process randomness.
fn random_seed() -> u32 {
    RandomState::new().build_hasher().finish() as u32
}
