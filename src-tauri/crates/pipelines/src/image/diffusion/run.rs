//! Pictures being made, stage by stage and step by step, as an iterator of events.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use quartet_runtime::Cancel;

use super::{
    super::{ImageEvent, ImageStage, ImageStats, ImageStep, Latents, PromptReport, SeededNoise},
    config::DiffusionFamily,
    guidance::embedding,
    inpaint::{InpaintBlend, inpaint_condition},
    model::Model,
    plan::{DiffusionPlan, Start},
    preview::preview,
    unet::{Conditions, GuidedUnet, Prompt},
    vae,
};
use crate::{Error, Result, run};

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Say what is about to happen.
    Announce(ImageStage),
    Load(ImageStage),
    Work(ImageStage),
    Step(usize),
    Decode(usize),
    Finish,
    Nothing,
}

/// One run of the pipeline.
pub struct DiffusionRun<'a> {
    model: &'a mut Model,
    cancel: &'a Cancel,
    plan: DiffusionPlan,
    next: Next,
    pending: VecDeque<ImageEvent>,
    conditions: Conditions,
    noises: Vec<SeededNoise>,
    latents: Latents,
    /// What the picture to start from is, as latents, and the noise it was given: for blending it
    /// back in where it is not painted over.
    blend: Option<InpaintBlend>,
    stats: ImageStats,
}

impl std::fmt::Debug for DiffusionRun<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("DiffusionRun")
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

impl<'a> DiffusionRun<'a> {
    pub(super) fn new(model: &'a mut Model, plan: DiffusionPlan, cancel: &'a Cancel) -> Self {
        let noise = |index: usize| SeededNoise::new(plan.seed.wrapping_add(index as u32));
        Self {
            noises: (0..plan.count).map(noise).collect(),
            stats: ImageStats {
                seed: plan.seed,
                width: plan.width,
                height: plan.height,
                count: plan.count as u32,
                steps: 0,
                guidance: plan.guidance,
                scheduler: plan.kind.name().to_owned(),
                ..ImageStats::default()
            },
            model,
            cancel,
            plan,
            next: Next::Announce(ImageStage::ReadingPrompt),
            pending: VecDeque::new(),
            conditions: Conditions::default(),
            latents: Latents::default(),
            blend: None,
        }
    }

    /// The latents as the last step left them; empty before the first.
    pub fn latents(&self) -> &Latents {
        &self.latents
    }

    /// The events from here on.
    pub fn events(mut self) -> impl Iterator<Item = Result<ImageEvent>> + 'a {
        run::events(move || self.next_event())
    }

    /// The next event; none after [`ImageEvent::Done`]. After an error the run is over.
    ///
    /// # Errors
    /// `UnsupportedGraph`, `NotFiniteIn`, `Cancelled` and those of the runtime.
    pub fn next_event(&mut self) -> Result<Option<ImageEvent>> {
        loop {
            self.cancel.check()?;
            if let Some(event) = self.pending.pop_front() {
                return Ok(Some(event));
            }
            let began = Instant::now();
            match self.next {
                Next::Announce(stage) => {
                    let (started, next) = if self.model.is_ready(stage) {
                        (stage, Next::Work(stage))
                    } else {
                        (ImageStage::Loading, Next::Load(stage))
                    };
                    self.pending.push_back(ImageEvent::Stage(started));
                    self.next = next;
                }
                Next::Load(stage) => {
                    self.model.load(stage, self.cancel)?;
                    self.stats.load_seconds += seconds(began.elapsed());
                    self.pending.push_back(ImageEvent::Stage(stage));
                    self.next = Next::Work(stage);
                }
                Next::Work(ImageStage::ReadingPrompt) => {
                    let report = self.read_prompt()?;
                    self.stats.encode_seconds += seconds(began.elapsed());
                    self.pending.push_back(ImageEvent::Prompt(report));
                    let reads = self.plan.start.is_some() || self.model.folder.inpaints;
                    self.next = Next::Announce(if reads && self.model.encoder.is_some() {
                        ImageStage::ReadingPicture
                    } else {
                        ImageStage::Denoising
                    });
                }
                Next::Work(ImageStage::ReadingPicture) => {
                    self.read_picture()?;
                    self.stats.encode_seconds += seconds(began.elapsed());
                    self.next = Next::Announce(ImageStage::Denoising);
                }
                Next::Work(ImageStage::Denoising) => {
                    self.begin();
                    self.next = Next::Step(self.plan.first);
                }
                Next::Step(index) => {
                    self.step(index)?;
                    self.stats.denoise_seconds += seconds(began.elapsed());
                    let more = index + 1 < self.plan.first + self.plan.steps();
                    self.next = if more {
                        Next::Step(index + 1)
                    } else {
                        Next::Announce(ImageStage::Decoding)
                    };
                }
                Next::Work(ImageStage::Decoding) => self.next = Next::Decode(0),
                Next::Decode(index) => {
                    self.decode(index)?;
                    self.stats.decode_seconds += seconds(began.elapsed());
                    self.next = if index + 1 < self.plan.count {
                        Next::Decode(index + 1)
                    } else {
                        Next::Finish
                    };
                }
                Next::Finish => {
                    self.next = Next::Nothing;
                    return Ok(Some(ImageEvent::Done(self.stats.clone())));
                }
                Next::Work(ImageStage::Loading) | Next::Nothing => return Ok(None),
            }
        }
    }

    fn read_prompt(&mut self) -> Result<PromptReport> {
        let prompt = std::mem::take(&mut self.plan.prompt);
        let with = self.model.encode(&prompt, self.cancel)?;
        let mut report = PromptReport {
            tokens: with.tokens,
            limit: with.limit,
            cut: with.cut,
            ..PromptReport::default()
        };
        let is_xl = self.model.folder.family == DiffusionFamily::StableDiffusionXl;
        if self.plan.guided {
            let negative = std::mem::take(&mut self.plan.negative);
            let without = if negative.is_empty() && self.model.folder.zeros_for_empty && is_xl {
                Prompt {
                    hidden: vec![0.0; with.prompt.hidden.len()],
                    pooled: vec![0.0; with.prompt.pooled.len()],
                }
            } else {
                let without = self.model.encode(&negative, self.cancel)?;
                report.cut_negative = without.cut;
                without.prompt
            };
            self.conditions.prompts.push(without);
        }
        self.conditions.prompts.push(with.prompt);
        self.conditions.width = with.width;
        self.conditions.guidance = self.plan.guidance;
        self.conditions.guidance_rescale = self.plan.guidance_rescale;
        if let Some(width) = self.model.folder.guidance_embedding {
            self.conditions.guidance_embedding = embedding(self.plan.guidance, width);
        }
        if is_xl {
            let (height, width) = (self.plan.height as f32, self.plan.width as f32);
            self.conditions.sizes = vec![height, width, 0.0, 0.0, height, width];
        }
        Ok(report)
    }

    fn read_picture(&mut self) -> Result<()> {
        let Model {
            loader,
            encoder,
            folder,
            ..
        } = &mut *self.model;
        let Some(encoder) = encoder else {
            return Ok(());
        };
        let session = encoder.load(loader, self.cancel)?;
        if folder.inpaints {
            let one = inpaint_condition(session, &self.plan, &folder.space, self.cancel)?;
            self.conditions.inpainting = Some(one.repeat(self.plan.count));
        }
        if let Some(start) = &self.plan.start {
            let sides = self.plan.sides;
            self.blend = Some(InpaintBlend::read(
                session,
                start,
                &folder.space,
                sides,
                self.cancel,
            )?);
        }
        Ok(())
    }

    /// The noise to start from.
    fn begin(&mut self) {
        let [height, width] = self.plan.sides;
        let shape = [
            self.plan.count,
            self.model.folder.space.channels,
            height,
            width,
        ];
        let mut noise = Latents::zeros(shape);
        for (picture, source) in noise.pictures_mut().zip(&mut self.noises) {
            source.fill(picture);
        }
        let from_noise = match &self.plan.start {
            Some(start) => start.from_noise,
            None => true,
        };
        let mut latents = noise.clone();
        for (picture, scheduler) in latents.pictures_mut().zip(&self.plan.schedulers) {
            match &self.blend {
                Some(blend) if !from_noise => {
                    let noisy = scheduler.add_noise(self.plan.first, &blend.latents, picture);
                    picture.copy_from_slice(&noisy);
                }
                _ => {
                    let sigma = scheduler.initial_sigma();
                    for value in picture.iter_mut() {
                        *value *= sigma;
                    }
                }
            }
        }
        self.latents = latents;
        if let Some(blend) = &mut self.blend {
            blend.noise = noise;
        }
    }

    fn step(&mut self, index: usize) -> Result<()> {
        let Model {
            loader,
            unet,
            folder,
            ..
        } = &mut *self.model;
        let session = unet.load(loader, self.cancel)?;
        let mut denoiser = GuidedUnet {
            session,
            conditions: &self.conditions,
        };
        let Some(first) = self.plan.schedulers.first() else {
            return Ok(());
        };
        let (timestep, noise_level) = (first.timesteps()[index], first.noise_level(index));
        let scale = first.input_scale(index);
        let mut seen = self.latents.clone();
        for value in seen.data_mut() {
            *value *= scale;
        }
        let output = denoiser.predict(&seen, timestep, self.cancel)?;

        let [_, channels, height, width] = self.latents.shape();
        let last = index + 1 == self.plan.first + self.plan.steps();
        let mut previews = Vec::new();
        let outputs = output.pictures();
        let pictures = self.latents.pictures_mut().zip(outputs);
        let sources = self.plan.schedulers.iter_mut().zip(&mut self.noises);
        for (number, ((latents, output), (scheduler, source))) in pictures.zip(sources).enumerate()
        {
            let mut noise = |values: &mut [f32]| source.fill(values);
            let stepped = scheduler.step(index, output, latents, &mut noise);
            latents.copy_from_slice(&stepped.latents);
            // Denoisers that were not taught to keep what is unpainted have it put back.
            if let (Some(blend), false) = (&self.blend, folder.inpaints) {
                let next = (!last).then_some(index + 1);
                blend.blend(latents, number, next, scheduler.as_ref());
            }
            if self.plan.previews {
                let shape = [channels, height, width];
                previews.extend(preview(folder.family, &stepped.denoised, shape));
            }
        }
        if !self.latents.is_finite() {
            return Err(Error::NotFiniteIn {
                part: "sampling",
                half: false,
            });
        }
        self.stats.steps += 1;
        self.pending.push_back(ImageEvent::Step(ImageStep {
            index: (index - self.plan.first) as u32,
            total: self.plan.steps() as u32,
            timestep,
            noise_level,
            previews,
        }));
        Ok(())
    }

    fn decode(&mut self, index: usize) -> Result<()> {
        let Model {
            loader,
            decoder,
            folder,
            ..
        } = &mut *self.model;
        let session = decoder.load(loader, self.cancel)?;
        let Some(latents) = self.latents.pictures().nth(index) else {
            return Ok(());
        };
        let mut picture = vae::decode(
            session,
            latents,
            self.plan.sides,
            &folder.space,
            self.cancel,
        )?;
        // What was not painted over stays as it was, to the byte.
        if let Some(Start {
            picture: original,
            mask: Some(mask),
            ..
        }) = &self.plan.start
            && let Some(merged) = original.merged(&picture, mask)
        {
            picture = merged;
        }
        self.pending.push_back(ImageEvent::Picture {
            index: index as u32,
            picture,
        });
        Ok(())
    }
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}
