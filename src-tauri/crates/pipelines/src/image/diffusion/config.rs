//! What a folder's JSON files say of its networks, and what the published models have where they say
//! nothing.

use serde::Deserialize;

use crate::{Error, Result};

/// What kind of model a folder holds; decides guidance, size and the way to preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffusionFamily {
    /// Stable Diffusion 1 and 2, one text encoder.
    StableDiffusion,
    /// Two text encoders, pooled embeddings and sizes as conditions (Podell et al., 2023).
    StableDiffusionXl,
}

impl DiffusionFamily {
    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Self::StableDiffusion => "Stable Diffusion",
            Self::StableDiffusionXl => "Stable Diffusion XL",
        }
    }
}

/// `model_index.json`.
#[derive(Debug, Deserialize)]
pub(super) struct Index {
    #[serde(rename = "_class_name", default)]
    class_name: String,
    /// XL: an empty negative prompt means zeros, not the encoding of nothing.
    #[serde(default)]
    pub(super) force_zeros_for_empty_prompt: Option<bool>,
    #[serde(default)]
    requires_aesthetics_score: Option<bool>,
}

impl Index {
    /// # Errors
    /// `UnsupportedGraph` for what diffusers has and this pipeline cannot run.
    pub(super) fn check(&self, is_transformer: bool) -> Result<()> {
        if is_transformer {
            return Err(Error::unsupported(format!(
                "{}: its denoiser is a transformer, and only unets are known here",
                self.class_name
            )));
        }
        if self.requires_aesthetics_score == Some(true) {
            let reason = "it is a refiner, which needs another model's latents";
            return Err(Error::unsupported(reason));
        }
        Ok(())
    }
}

/// `config.json` of the denoiser.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct UnetConfig {
    sample_size: Option<SampleSize>,
    pub(super) time_cond_proj_dim: Option<usize>,
    in_channels: Option<usize>,
    block_out_channels: Vec<usize>,
    down_block_types: Vec<String>,
    /// Of each level, or of all. Folders say heads under the second name too.
    num_attention_heads: Option<Heads>,
    attention_head_dim: Option<Heads>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Heads {
    Same(u32),
    Levels(Vec<u32>),
}

/// One side, or height and width.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum SampleSize {
    Square(u32),
    Sides([u32; 2]),
}

impl UnetConfig {
    /// Width and height it was trained for, in cells of the latents.
    pub(super) fn sample_size(&self, family: DiffusionFamily) -> (u32, u32) {
        let (height, width) = match self.sample_size {
            Some(SampleSize::Square(side)) => (side, side),
            Some(SampleSize::Sides([height, width])) => (height, width),
            None if family == DiffusionFamily::StableDiffusionXl => (128, 128),
            None => (64, 64),
        };
        (width.clamp(1, 512), height.clamp(1, 512))
    }

    /// How often it halves the latents: each level but the last does, and exported graphs cannot mend
    /// an odd half.
    pub(super) fn halvings(&self) -> u32 {
        match self.block_out_channels.len() {
            0 => 3,
            levels => levels.min(8) as u32 - 1,
        }
    }

    /// Whether it reads a mask and what is to be kept, besides the latents.
    ///
    /// # Errors
    /// `UnsupportedGraph` for a number of channels that nothing here fills.
    pub(super) fn inpaints(&self, space: &LatentSpace) -> Result<bool> {
        let channels = space.channels;
        match self.in_channels.unwrap_or(channels) {
            reads if reads == 2 * channels + 1 => Ok(true),
            reads if reads == channels => Ok(false),
            reads => Err(Error::unsupported(format!(
                "its denoiser reads {reads} channels, its autoencoder has {channels}"
            ))),
        }
    }
}

/// `config.json` of the autoencoder.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct VaeConfig {
    scaling_factor: Option<f32>,
    shift_factor: Option<f32>,
    latent_channels: Option<usize>,
    block_out_channels: Vec<usize>,
}

/// How latents and pixels hang together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LatentSpace {
    pub(super) channels: usize,
    /// Pixels a latent cell is wide.
    pub(super) cell: u32,
    /// Latents the denoiser sees = (latents the decoder takes - shift) * scale.
    pub(super) scale: f32,
    pub(super) shift: f32,
}

impl VaeConfig {
    pub(super) fn latent_space(&self, family: DiffusionFamily) -> LatentSpace {
        let usual = match family {
            DiffusionFamily::StableDiffusion => 0.18215,
            DiffusionFamily::StableDiffusionXl => 0.13025,
        };
        let usable = |value: &f32| value.is_finite() && *value > 0.0;
        LatentSpace {
            channels: self.latent_channels.unwrap_or(4),
            cell: match self.block_out_channels.len() {
                0 => 8,
                levels => 1 << (levels.min(6) - 1),
            },
            scale: self.scaling_factor.filter(usable).unwrap_or(usual),
            shift: self.shift_factor.filter(|s| s.is_finite()).unwrap_or(0.0),
        }
    }
}

/// The widths that decide what is computed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Widths {
    /// Of the denoiser's first layer.
    pub(super) denoiser: u64,
    /// Of the autoencoder's widest layer at the picture's full size.
    pub(super) decoder: u64,
    /// Heads of the denoiser's first layer with attention, and how often the latents were halved
    /// before it.
    pub(super) heads: u64,
    pub(super) halvings: u32,
}

impl Widths {
    /// Those of the published models where the folder does not say.
    pub(super) fn new(unet: &UnetConfig, vae: &VaeConfig, family: DiffusionFamily) -> Self {
        const MOST: usize = 1 << 16;
        let width =
            |given: Option<&usize>, usual: usize| given.map_or(usual, |&w| w.min(MOST)) as u64;
        let (usual_heads, usual_halvings) = match family {
            DiffusionFamily::StableDiffusion => (8, 0),
            DiffusionFamily::StableDiffusionXl => (10, 1),
        };
        let attends = |kind: &String| kind.contains("CrossAttn");
        let halvings = unet.down_block_types.iter().position(attends);
        let halvings = halvings.map_or(usual_halvings, |level| level.min(8));
        let heads = unet.num_attention_heads.as_ref();
        let heads = match heads.or(unet.attention_head_dim.as_ref()) {
            Some(Heads::Same(heads)) => Some(*heads),
            Some(Heads::Levels(levels)) => levels.get(halvings).copied(),
            None => None,
        };
        Self {
            denoiser: width(unet.block_out_channels.first(), 320),
            decoder: width(vae.block_out_channels.get(1), 256),
            heads: u64::from(heads.unwrap_or(usual_heads).min(1 << 10)),
            halvings: halvings as u32,
        }
    }
}
