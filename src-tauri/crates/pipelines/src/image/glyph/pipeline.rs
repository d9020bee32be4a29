//! Glyph's pipeline: a folder opened once, then one prompt after another.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use quartet_runtime::{Cancel, Runtime, SessionOptions};

use super::{
    concepts::{ConceptIndex, NearWord},
    condition::Condition,
    config::GlyphConfig,
    networks::{Networks, OnnxNetworks},
    run::{GlyphPlan, GlyphRun, Start},
    text_encoder::{MAX_TOKENS, TextEncoder},
    variety,
};
use crate::{
    Error, Events, Result, check_choice, check_range,
    folder::ModelFolder,
    image::{
        Colour, ImageEvent, ImageModel, ImageModelInfo, ImageParameters, ImageRequest, ImageStats,
        MAX_COUNT, Mask, Picture, PromptReport, StyleInfo, Subject, SubjectChoice, recolour,
    },
    seed,
};

/// The sampling method, by its name in the field.
const SCHEDULER: &str = "Flow-matching Euler";

/// What a run of several pictures draws.
#[derive(Debug, Default)]
struct Wanted {
    /// Of each picture, or one for all.
    conditions: Vec<Condition>,
    mirrored: Vec<bool>,
    colour: Option<Colour>,
}

impl Wanted {
    /// One condition for every picture.
    fn one(condition: Condition) -> Self {
        Self {
            conditions: vec![condition],
            ..Self::default()
        }
    }
}

/// The networks of a Glyph folder, loaded.
#[derive(Debug)]
pub struct GlyphPipeline {
    config: GlyphConfig,
    text_encoder: TextEncoder,
    networks: OnnxNetworks,
    concepts: Option<ConceptIndex>,
    folder: PathBuf,
    device: String,
}

impl GlyphPipeline {
    /// Opens a folder as the recipe of Glyph makes it.
    ///
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of
    /// the runtime.
    pub fn open(
        runtime: &Runtime,
        folder: &Path,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let root = folder;
        let folder = ModelFolder::new(root);
        let config = GlyphConfig::read(folder)?;
        let session = SessionOptions {
            memory_pattern: true,
            ..options.clone()
        };
        let networks = OnnxNetworks::open(runtime, folder, config.clone(), &session, cancel)?;
        let concepts = ConceptIndex::open(runtime, folder, &config, &session, cancel)?;
        if networks.looks() && concepts.is_none() {
            return Err(folder.broken("known.json", "the denoiser needs it to look at things"));
        }
        let encoder = SessionOptions {
            // Prompts are of every length.
            memory_pattern: false,
            ..session
        };
        let dimension = config.text_dimension;
        let text_encoder = TextEncoder::open(runtime, folder, dimension, &encoder, cancel)?;
        Ok(Self {
            device: runtime.device_name(&options.device),
            config,
            text_encoder,
            networks,
            concepts,
            folder: root.to_owned(),
        })
    }

    /// A prompt's vector, of length `sqrt(dimension)`; all zeros for an empty one.
    ///
    /// # Errors
    /// `UnsupportedGraph`, `NotFinite`, `Cancelled`, and those of the runtime.
    pub fn vector(&mut self, prompt: &str, cancel: &Cancel) -> Result<Vec<f32>> {
        Ok(self.text_encoder.encode(prompt, cancel)?.0)
    }

    fn style(&self, name: Option<&str>) -> Result<i64> {
        let Some(name) = name else { return Ok(0) };
        let place = self.config.styles.iter().position(|one| one == name);
        let place = place.and_then(|place| i64::try_from(place).ok());
        place.ok_or_else(|| Error::parameter("style", name, self.config.offered().to_vec()))
    }

    /// The picture to start from at the size that is drawn, and where it may change.
    fn start(
        &self,
        picture: Option<Picture>,
        mask: Option<Mask>,
        strength: f32,
    ) -> Result<Option<Start>> {
        let Some(picture) = picture else {
            return match mask {
                Some(_) => Err(Error::parameter(
                    "mask",
                    "alone",
                    ("given with a picture to paint on", "与要修改的图片一起给出"),
                )),
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
            return Err(Error::parameter(
                "strength",
                strength,
                ("above 0 and at most 1", "大于 0，最大为 1"),
            ));
        }
        if mask.as_ref().is_some_and(Mask::is_empty) {
            return Err(Error::parameter(
                "mask",
                "empty",
                ("painted somewhere", "涂过的蒙版"),
            ));
        }
        let [_, height, width] = self.config.picture.map(|side| side as u32);
        let size = (picture.width(), picture.height());
        Ok(Some(Start {
            picture: picture.opaque().fitted(width, height),
            strength,
            mask: mask.map(|mask| mask.fitted(size, (width, height))),
            cell: self.config.cell(),
        }))
    }

    /// The condition of no prompt and no style: what guidance leads away from.
    fn nothing(&self) -> Condition {
        let slots = if self.networks.looks() {
            self.config.styles.len()
        } else {
            0
        };
        Condition {
            style: self.config.any_style,
            references: vec![0.0; slots * self.config.latents_len()],
            ..Condition::of_vector(vec![0.0; self.config.text_dimension])
        }
    }

    fn looking(&mut self, text: Vec<f32>, style: i64, cancel: &Cancel) -> Result<Condition> {
        let nothing = self.nothing();
        // No prompt is no thing: there is nothing to look at.
        let references = match &mut self.concepts {
            Some(concepts) if self.networks.looks() && text != nothing.text => {
                let nearest = concepts.nearest(&text, cancel)?;
                concepts.references(nearest, style, cancel)?
            }
            _ => nothing.references,
        };
        Ok(Condition {
            style,
            references,
            ..Condition::of_vector(text)
        })
    }

    /// What a request wants drawn, and how its prompt fitted.
    fn wanted(
        &mut self,
        request: &ImageRequest,
        style: i64,
        seed: u32,
        cancel: &Cancel,
    ) -> Result<(Wanted, PromptReport)> {
        let (text, report) = self.text_encoder.encode(&request.prompt, cancel)?;
        let choice = self.choice(&request.prompt, request.subject.as_ref(), cancel)?;
        let Some((english, colour)) = choice else {
            let condition = self.looking(text, style, cancel)?;
            return Ok((Wanted::one(condition), report));
        };
        let known = self.known(&english, style, cancel)?;
        let (slots, offered) = (self.config.styles.len(), self.config.offered_places());
        // A picture to paint on keeps its sides.
        let turns = request.start.is_none() && variety::may_be_mirrored(&english);
        let seeds = (0..request.parameters.count).map(|index| seed.wrapping_add(index));
        let wanted = Wanted {
            mirrored: seeds
                .clone()
                .map(|seed| turns && variety::is_mirrored(seed))
                .collect(),
            conditions: seeds
                .map(|seed| variety::of_seed(&known, slots, &offered, seed))
                .collect(),
            colour,
        };
        Ok((wanted, report))
    }

    /// The thing that is wanted, and its colour; none: what lies nearest to the prompt's vector.
    fn choice(
        &mut self,
        prompt: &str,
        subject: Option<&SubjectChoice>,
        cancel: &Cancel,
    ) -> Result<Option<(String, Option<Colour>)>> {
        let named = match subject {
            Some(SubjectChoice::Words) => self.subject(prompt, cancel)?,
            Some(SubjectChoice::Thing { english, colour }) => {
                return Ok(Some((english.clone(), *colour)));
            }
            None => None,
        };
        Ok(named.map(|subject| (subject.thing.english, subject.colour)))
    }

    /// The condition of a thing that it knows.
    fn known(&mut self, english: &str, style: i64, cancel: &Cancel) -> Result<Condition> {
        let concepts = self.concepts.as_mut();
        let Some((concepts, place)) = concepts.and_then(|concepts| {
            let place = concepts.place(english)?;
            Some((concepts, place))
        }) else {
            let wanted = (
                "the name of a thing that the model knows",
                "模型认识的事物的名称",
            );
            return Err(Error::parameter("subject", english, wanted));
        };
        let references = if self.networks.looks() {
            concepts.references(Some(place), style, cancel)?
        } else {
            Vec::new()
        };
        Ok(Condition {
            style,
            references,
            ..Condition::of_vector(self.text_encoder.encode(english, cancel)?.0)
        })
    }

    /// The statistics a run begins with.
    fn stats(&self, parameters: &ImageParameters) -> Result<ImageStats> {
        let [_, height, width] = self.config.picture.map(|side| side as u32);
        let guidance = parameters.guidance.unwrap_or(self.config.guidance);
        check_range("guidance", guidance, 0.0..=50.0)?;
        check_range("count", parameters.count, 1..=MAX_COUNT)?;
        let (asked_width, asked_height) = (parameters.width, parameters.height);
        for (asked, own) in [(asked_width, width), (asked_height, height)] {
            check_choice("size", asked.unwrap_or(own), &[own])?;
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
        wanted: Wanted,
        plain: Condition,
        parameters: &ImageParameters,
    ) -> Result<GlyphPlan> {
        let steps = parameters.steps.unwrap_or(self.config.steps);
        check_range("steps", steps, 1..=200)?;
        let stats = self.stats(parameters)?;
        Ok(GlyphPlan {
            prompt: PromptReport::default(),
            wanted: wanted.conditions,
            mirrored: wanted.mirrored,
            colour: wanted.colour,
            plain,
            start: None,
            latents_len: self.config.latents_len(),
            turn: 0.0,
            steps,
            guidance: stats.guidance,
            guidance_ends: self.config.guidance_ends,
            previews: parameters.previews,
            stats,
        })
    }
}

impl ImageModel for GlyphPipeline {
    fn info(&self) -> ImageModelInfo {
        let [_, height, width] = self.config.picture.map(|side| side as u32);
        ImageModelInfo {
            family: "Glyph".to_owned(),
            width,
            height,
            size_step: width,
            max_side: width.max(height),
            steps: self.config.steps,
            guidance: self.config.guidance,
            scheduler: SCHEDULER.to_owned(),
            schedulers: Vec::new(),
            styles: self
                .config
                .offered()
                .iter()
                .cloned()
                .map(style_info)
                .collect(),
            prompt_tokens: MAX_TOKENS as u32,
            negative_prompt: true,
            start: self.networks.encodes(),
            mask: self.networks.encodes(),
            device: self.device.clone(),
        }
    }

    fn near(&mut self, prompt: &str, count: usize, cancel: &Cancel) -> Result<Vec<NearWord>> {
        let text = self.vector(prompt, cancel)?;
        match &mut self.concepts {
            Some(concepts) if !prompt.trim().is_empty() => concepts.near(&text, count, cancel),
            _ => Ok(Vec::new()),
        }
    }

    fn subject(&mut self, prompt: &str, cancel: &Cancel) -> Result<Option<Subject>> {
        let Some(concepts) = self.concepts.as_mut().filter(|_| !prompt.trim().is_empty()) else {
            return Ok(None);
        };
        let mut reading = concepts.read(prompt);
        if reading.words.is_empty() {
            prompt.trim().clone_into(&mut reading.words);
        }
        let (text, _) = self.text_encoder.encode(&reading.words, cancel)?;
        concepts.subject(reading, &text, cancel).map(Some)
    }

    fn condition(
        &mut self,
        prompt: &str,
        subject: Option<&SubjectChoice>,
        parameters: &ImageParameters,
        cancel: &Cancel,
    ) -> Result<Option<Condition>> {
        let style = self.style(parameters.style.as_deref())?;
        let Some((english, colour)) = self.choice(prompt, subject, cancel)? else {
            let (text, _) = self.text_encoder.encode(prompt, cancel)?;
            return self.looking(text, style, cancel).map(Some);
        };
        let known = self.known(&english, style, cancel)?;
        let (slots, offered) = (self.config.styles.len(), self.config.offered_places());
        let seed = parameters.seed.unwrap_or_default();
        Ok(Some(Condition {
            colours: [colour; 2],
            mirrored: variety::may_be_mirrored(&english) && variety::is_mirrored(seed),
            ..variety::of_seed(&known, slots, &offered, seed)
        }))
    }

    fn draw(
        &mut self,
        condition: &Condition,
        turn: f32,
        parameters: &ImageParameters,
        cancel: &Cancel,
    ) -> Result<Picture> {
        let stats = ImageStats {
            seed: parameters.seed.unwrap_or_else(seed::draw),
            ..self.stats(parameters)?
        };
        let plan = GlyphPlan {
            stats: ImageStats { count: 1, ..stats },
            previews: false,
            turn,
            ..self.plan(Wanted::one(condition.clone()), self.nothing(), parameters)?
        };
        for event in GlyphRun::new(&mut self.networks, plan, cancel).events() {
            if let ImageEvent::Picture { picture, .. } = event? {
                let turned = condition.mirrored.then(|| variety::mirror(&picture));
                return Ok(coloured(&turned.unwrap_or(picture), condition));
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
        let style = self.style(parameters.style.as_deref())?;
        // Refused before the encoder runs.
        let nothing = self.nothing();
        self.plan(Wanted::default(), nothing.clone(), parameters)?;
        let (start, mask) = (request.start.clone(), request.mask.clone());
        let start = self.start(start, mask, parameters.strength)?;
        let began = Instant::now();
        let seed = parameters.seed.unwrap_or_else(seed::draw);
        let (wanted, report) = self.wanted(&request, style, seed, cancel)?;
        let (negative, rest) = self.text_encoder.encode(&request.negative_prompt, cancel)?;
        let plain = Condition {
            text: negative,
            ..nothing
        };
        let mut plan = self.plan(wanted, plain, parameters)?;
        plan.prompt = PromptReport {
            cut_negative: rest.cut,
            ..report
        };
        plan.stats.seed = seed;
        plan.stats.encode_seconds = began.elapsed().as_secs_f64();
        plan.start = start;
        let networks: &mut dyn Networks = &mut self.networks;
        Ok(Box::new(GlyphRun::new(networks, plan, cancel).events()))
    }
}

/// A drawn picture in the colours of its condition: on the way between two of them a mixture.
fn coloured(picture: &Picture, condition: &Condition) -> Picture {
    let [from, to] = condition.colours;
    let given = |colour: Option<Colour>| {
        colour.map_or_else(|| picture.clone(), |colour| recolour(picture, colour))
    };
    if from == to || condition.share <= 0.0 {
        return given(from);
    }
    let (from, to) = (given(from), given(to));
    let mixed = from.rgb().iter().zip(to.rgb());
    let mixed = mixed.map(|(from, to)| {
        let (from, to) = (f32::from(*from), f32::from(*to));
        (from + condition.share * (to - from)).round() as u8
    });
    Picture::new(picture.width(), picture.height(), mixed.collect()).unwrap_or(to)
}

fn style_info(id: String) -> StyleInfo {
    StyleInfo { id }
}
