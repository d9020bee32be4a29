//! The denoiser of Stable Diffusion: a U-Net conditioned on the time and the prompt.

use quartet_runtime::{Cancel, Session, Tensor};

use super::{
    super::Latents,
    guidance::guide,
    tensors::{input, numbers, output, tensor},
};
use crate::{Error, Result};

const PART: &str = "denoiser";

/// What the denoiser reads besides the latents, constant over the steps of a run.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    /// Row-major `[tokens, width]`; first that of the negative prompt where there is guidance.
    pub(super) prompts: Vec<Prompt>,
    pub(super) width: usize,
    pub(super) guidance: f32,
    pub(super) guidance_rescale: f32,
    /// Consistency models: the embedding of the guidance.
    pub(super) guidance_embedding: Vec<f32>,
    /// XL: original size, offset and target size, `[height, width, top, left, height, width]`.
    pub(super) sizes: Vec<f32>,
    /// Inpainting: for each picture the channels after the latents, mask and masked latents.
    pub(super) inpainting: Option<Vec<f32>>,
}

#[derive(Debug, Default, Clone)]
pub(super) struct Prompt {
    pub(super) hidden: Vec<f32>,
    pub(super) pooled: Vec<f32>,
}

/// A U-Net under conditions.
pub(super) struct GuidedUnet<'a> {
    pub(super) session: &'a mut Session,
    pub(super) conditions: &'a Conditions,
}

impl GuidedUnet<'_> {
    /// How many rows one run takes: all, or what the graph was fixed to.
    fn rows(&self, wanted: usize) -> Result<usize> {
        let fixed = input(self.session, PART, &["sample"])?.fixed(0);
        match fixed {
            Some(rows) if rows > 0 && wanted.is_multiple_of(rows) => Ok(rows),
            Some(rows) => Err(Error::unsupported(format!(
                "it was exported for {rows} pictures at a time; choose guidance 1"
            ))),
            None => Ok(wanted),
        }
    }

    /// The conditions of these rows as tensors, by input name.
    fn inputs(&self, prompts: &[&Prompt], timestep: f32) -> Result<Vec<(&'static str, Tensor)>> {
        let rows = prompts.len();
        let mut inputs = Vec::with_capacity(5);
        let spec = input(self.session, PART, &["timestep"])?;
        let shape: Vec<usize> = spec
            .shape
            .iter()
            .map(|_| spec.fixed(0).unwrap_or(1))
            .collect();
        let count = shape.iter().product();
        inputs.push(("timestep", tensor(spec, &shape, &vec![timestep; count])?));
        let mut add = |name: &'static str, shape: &[usize], values: &[f32]| -> Result<()> {
            if let Some(spec) = self.session.input(name) {
                let needed: usize = shape.iter().product();
                if values.len() != needed {
                    return Err(Error::unsupported(format!(
                        "the {PART} asks for {name}, which the folder cannot give"
                    )));
                }
                inputs.push((name, tensor(spec, shape, values)?));
            }
            Ok(())
        };
        let joined = |part: fn(&Prompt) -> &Vec<f32>| -> Vec<f32> {
            prompts
                .iter()
                .flat_map(|prompt| part(prompt))
                .copied()
                .collect()
        };
        let hidden = joined(|prompt| &prompt.hidden);
        let width = self.conditions.width.max(1);
        let tokens = hidden.len() / (rows * width);
        add("encoder_hidden_states", &[rows, tokens, width], &hidden)?;
        let pooled = joined(|prompt| &prompt.pooled);
        add("text_embeds", &[rows, pooled.len() / rows], &pooled)?;
        let sizes = self.conditions.sizes.repeat(rows);
        add("time_ids", &[rows, 6], &sizes)?;
        let embedding = &self.conditions.guidance_embedding;
        add(
            "timestep_cond",
            &[rows, embedding.len()],
            &embedding.repeat(rows),
        )?;
        Ok(inputs)
    }

    /// What the network makes of `latents` at `timestep`: noise, velocity or the clean latents, as its
    /// scheduler's prediction type says; of the latents' shape. All pictures with the negative prompt
    /// come first, then all with the prompt, in one run where the graph allows.
    ///
    /// # Errors
    /// `UnsupportedGraph`, `NotFiniteIn`, `Cancelled`, and those of the runtime.
    pub(super) fn predict(
        &mut self,
        latents: &Latents,
        timestep: f32,
        cancel: &Cancel,
    ) -> Result<Latents> {
        let [count, channels, height, width] = latents.shape();
        let one = latents.picture_len();
        let prompts: Vec<&Prompt> = self
            .conditions
            .prompts
            .iter()
            .flat_map(|prompt| std::iter::repeat_n(prompt, count))
            .collect();
        let extra = self.conditions.inpainting.as_deref().unwrap_or_default();
        let extra_one = extra.len() / count.max(1);
        let seen = channels + extra_one / (height * width).max(1);
        let spec = input(self.session, PART, &["sample"])?;
        if let Some(expected) = spec.fixed(1).filter(|&expected| expected != seen) {
            return Err(Error::unsupported(format!(
                "the {PART} reads {expected} channels, not {seen}"
            )));
        }
        let mut rows = Vec::with_capacity(prompts.len() * (one + extra_one));
        for index in 0..prompts.len() {
            let picture = index % count;
            rows.extend_from_slice(&latents.data()[picture * one..][..one]);
            rows.extend_from_slice(&extra[picture * extra_one..][..extra_one]);
        }
        let at_once = self.rows(prompts.len())?;
        let mut predicted = Vec::with_capacity(prompts.len() * one);
        for (prompts, rows) in prompts
            .chunks(at_once)
            .zip(rows.chunks(at_once * (one + extra_one)))
        {
            let sample = tensor(
                input(self.session, PART, &["sample"])?,
                &[at_once, seen, height, width],
                rows,
            )?;
            let conditions = self.inputs(prompts, timestep)?;
            let mut inputs = vec![("sample", &sample)];
            inputs.extend(conditions.iter().map(|(name, tensor)| (*name, tensor)));
            let outputs = self.session.run(&inputs, cancel)?;
            predicted.extend(numbers(
                PART,
                output(&outputs, PART, &["out_sample", "sample"])?,
            )?);
        }
        if predicted.len() != prompts.len() * one {
            return Err(Error::unsupported(format!(
                "the {PART} gives another number of channels than it reads"
            )));
        }
        if self.conditions.prompts.len() == 2 {
            let (without, with) = predicted.split_at_mut(count * one);
            let Conditions {
                guidance,
                guidance_rescale,
                ..
            } = *self.conditions;
            for (with, without) in with.chunks_exact_mut(one).zip(without.chunks_exact(one)) {
                guide(with, without, guidance, guidance_rescale);
            }
            predicted.drain(..count * one);
        }
        // Its length was checked above.
        Latents::new(latents.shape(), predicted).ok_or(Error::NotFinite)
    }
}
