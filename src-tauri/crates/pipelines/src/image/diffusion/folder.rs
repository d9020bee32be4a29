//! Reads a folder in the layout of diffusers' ONNX exports (optimum's, and diffusers' own script):
//! `model_index.json` and one folder a part.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{super::schedulers::SchedulerConfig, footprint::Widths};
use crate::{Error, Result};

const INDEX: &str = "model_index.json";

/// No description, vocabulary or list of merges is larger.
const MAX_TEXT_BYTES: u64 = 64 << 20;

/// Graph files in the order they are preferred: float32 before float16, which most CPUs emulate.
const GRAPHS: &[&str] = &["model.onnx", "model_fp16.onnx"];

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

/// Whether a folder is meant to be one, before anything in it is checked.
pub fn is_diffusion_folder(folder: &Path) -> bool {
    folder.join(INDEX).is_file()
}

#[derive(Debug, Deserialize)]
struct Index {
    #[serde(rename = "_class_name", default)]
    class_name: String,
    /// XL: an empty negative prompt means zeros, not the encoding of nothing.
    #[serde(default)]
    force_zeros_for_empty_prompt: Option<bool>,
    #[serde(default)]
    requires_aesthetics_score: Option<bool>,
}

/// `config.json` of the denoiser.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct UnetConfig {
    pub(super) sample_size: Option<SampleSize>,
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
pub(super) enum SampleSize {
    Square(u32),
    Sides([u32; 2]),
}

/// `config.json` of the autoencoder.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct VaeConfig {
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

/// The files of one text encoder.
#[derive(Debug)]
pub(super) struct TextParts {
    pub(super) graph: PathBuf,
    pub(super) tokenizer: PathBuf,
}

/// What the folder says, before anything large is read.
#[derive(Debug)]
pub(super) struct DiffusionFolder {
    pub(super) family: DiffusionFamily,
    pub(super) text: Vec<TextParts>,
    pub(super) unet: PathBuf,
    pub(super) decoder: PathBuf,
    pub(super) encoder: Option<PathBuf>,
    pub(super) scheduler: SchedulerConfig,
    pub(super) space: LatentSpace,
    /// The side it was trained for, in pixels.
    pub(super) size: (u32, u32),
    /// Width and height must be multiples of this, in pixels.
    pub(super) size_step: u32,
    pub(super) zeros_for_empty: bool,
    /// The width of the guidance embedding of consistency models.
    pub(super) guidance_embedding: Option<usize>,
    /// Whether the denoiser sees a mask and what is to be kept, besides the latents.
    pub(super) inpaints: bool,
    pub(super) widths: Widths,
}

impl DiffusionFolder {
    /// # Errors
    /// `MissingPart`, `BrokenFile`, `EscapingPath`, `UnsupportedGraph`.
    pub(super) fn open(root: &Path) -> Result<Self> {
        let files = Files { root };
        let index: Index = files.json(INDEX)?.ok_or_else(|| files.missing(INDEX))?;
        if let Some(reason) = refusal(&index, root) {
            return Err(Error::unsupported(reason));
        }
        let mut text = vec![files.text("text_encoder", "tokenizer", "text_encoder")?];
        if root.join("text_encoder_2").is_dir() {
            text.push(files.text("text_encoder_2", "tokenizer_2", "text_encoder_2")?);
        }
        let family = if text.len() == 2 {
            DiffusionFamily::StableDiffusionXl
        } else {
            DiffusionFamily::StableDiffusion
        };
        let unet_config: UnetConfig = files.json("unet/config.json")?.unwrap_or_default();
        let vae: VaeConfig = match files.json("vae_decoder/config.json")? {
            Some(config) => config,
            None => files.json("vae/config.json")?.unwrap_or_default(),
        };
        let space = latent_space(&vae, family);
        let seen = unet_config.in_channels.unwrap_or(space.channels);
        let inpaints = seen == 2 * space.channels + 1;
        if !inpaints && seen != space.channels {
            return Err(Error::unsupported(format!(
                "its denoiser reads {seen} channels, its autoencoder has {}",
                space.channels
            )));
        }
        let name = "scheduler/scheduler_config.json";
        let scheduler = files
            .read(name)?
            .ok_or_else(|| files.missing("scheduler"))?;
        let scheduler =
            SchedulerConfig::parse(&scheduler).map_err(|reason| files.broken(name, reason))?;
        let (height, width) = match unet_config.sample_size {
            Some(SampleSize::Square(side)) => (side, side),
            Some(SampleSize::Sides([height, width])) => (height, width),
            None if family == DiffusionFamily::StableDiffusionXl => (128, 128),
            None => (64, 64),
        };
        // Each level of the denoiser but the last halves the latents, and exported graphs cannot
        // mend an odd half.
        let halvings = unet_config.block_out_channels.len().clamp(1, 8) as u32 - 1;
        let halvings = if unet_config.block_out_channels.is_empty() {
            3
        } else {
            halvings
        };
        Ok(Self {
            family,
            text,
            unet: files.graph("unet")?.ok_or_else(|| files.missing("unet"))?,
            decoder: files
                .graph("vae_decoder")?
                .ok_or_else(|| files.missing("vae_decoder"))?,
            encoder: files.graph("vae_encoder")?,
            scheduler,
            space,
            size: (
                width.clamp(1, 512) * space.cell,
                height.clamp(1, 512) * space.cell,
            ),
            size_step: space.cell << halvings,
            zeros_for_empty: index.force_zeros_for_empty_prompt.unwrap_or(false),
            guidance_embedding: unet_config.time_cond_proj_dim,
            inpaints,
            widths: widths(&unet_config, &vae, family),
        })
    }
}

/// Why a folder of diffusers is not one of ours, if it is not.
fn refusal(index: &Index, root: &Path) -> Option<String> {
    if !root.join("unet").exists() && root.join("transformer").exists() {
        return Some(format!(
            "{}: its denoiser is a transformer, and only unets are known here",
            index.class_name
        ));
    }
    if index.requires_aesthetics_score == Some(true) {
        return Some("it is a refiner, which needs another model's latents".to_owned());
    }
    None
}

/// Those of the published models where the folder does not say.
fn widths(unet: &UnetConfig, vae: &VaeConfig, family: DiffusionFamily) -> Widths {
    const MOST: usize = 1 << 16;
    let width = |given: Option<&usize>, usual: usize| given.map_or(usual, |&w| w.min(MOST)) as u64;
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
    Widths {
        denoiser: width(unet.block_out_channels.first(), 320),
        decoder: width(vae.block_out_channels.get(1), 256),
        heads: u64::from(heads.unwrap_or(usual_heads).min(1 << 10)),
        halvings: halvings as u32,
    }
}

fn latent_space(vae: &VaeConfig, family: DiffusionFamily) -> LatentSpace {
    let usual = match family {
        DiffusionFamily::StableDiffusion => 0.18215,
        DiffusionFamily::StableDiffusionXl => 0.13025,
    };
    let usable = |value: &f32| value.is_finite() && *value > 0.0;
    LatentSpace {
        channels: vae.latent_channels.unwrap_or(4),
        cell: match vae.block_out_channels.len() {
            0 => 8,
            levels => 1 << (levels.min(6) - 1),
        },
        scale: vae.scaling_factor.filter(usable).unwrap_or(usual),
        shift: vae.shift_factor.filter(|s| s.is_finite()).unwrap_or(0.0),
    }
}

/// Files of the folder: sizes and paths are checked before anything is trusted.
struct Files<'a> {
    root: &'a Path,
}

impl Files<'_> {
    fn missing(&self, what: &'static str) -> Error {
        Error::MissingPart {
            folder: self.root.to_owned(),
            what,
        }
    }

    fn broken(&self, name: &str, reason: String) -> Error {
        Error::BrokenFile {
            path: self.root.join(name),
            reason,
        }
    }

    /// A link that leads out of the folder would let a model read what its owner never meant to
    /// show. None where there is no such file.
    fn inside(&self, name: &str) -> Result<Option<PathBuf>> {
        let path = self.root.join(name);
        if !path.is_file() {
            return Ok(None);
        }
        let root = self.root.canonicalize();
        let real = path.canonicalize();
        match (root, real) {
            (Ok(root), Ok(real)) if real.starts_with(&root) => Ok(Some(path)),
            _ => Err(Error::EscapingPath { path }),
        }
    }

    fn read(&self, name: &str) -> Result<Option<String>> {
        let Some(path) = self.inside(name)? else {
            return Ok(None);
        };
        let bytes = path.metadata().map_or(u64::MAX, |data| data.len());
        if bytes > MAX_TEXT_BYTES {
            return Err(self.broken(name, format!("{bytes} bytes is too large")));
        }
        fs::read_to_string(&path)
            .map(Some)
            .map_err(|error| self.broken(name, error.to_string()))
    }

    fn json<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let Some(text) = self.read(name)? else {
            return Ok(None);
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| self.broken(name, error.to_string()))
    }

    fn graph(&self, part: &str) -> Result<Option<PathBuf>> {
        for name in GRAPHS {
            if let Some(path) = self.inside(&format!("{part}/{name}"))? {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    fn text(&self, part: &str, tokenizer: &'static str, what: &'static str) -> Result<TextParts> {
        let folder = self.root.join(tokenizer);
        let whole = self
            .inside(&format!("{tokenizer}/tokenizer.json"))?
            .is_some()
            || (self.inside(&format!("{tokenizer}/vocab.json"))?.is_some()
                && self.inside(&format!("{tokenizer}/merges.txt"))?.is_some());
        if !whole {
            return Err(self.missing(tokenizer));
        }
        Ok(TextParts {
            graph: self.graph(part)?.ok_or_else(|| self.missing(what))?,
            tokenizer: folder,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: &[&str] = &["text_encoder", "unet", "vae_decoder", "vae_encoder"];

    fn folder(index: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for part in PARTS.iter().chain(&["tokenizer", "scheduler"]) {
            fs::create_dir(root.path().join(part)).unwrap();
        }
        for part in PARTS {
            fs::write(root.path().join(part).join("model.onnx"), "").unwrap();
        }
        fs::write(root.path().join("tokenizer/tokenizer.json"), "{}").unwrap();
        let scheduler = r#"{"_class_name": "DDIMScheduler"}"#;
        fs::write(
            root.path().join("scheduler/scheduler_config.json"),
            scheduler,
        )
        .unwrap();
        fs::write(root.path().join(INDEX), index).unwrap();
        root
    }

    #[test]
    fn a_folder_without_configurations_is_taken_for_stable_diffusion() {
        let root = folder("{}");
        let read = DiffusionFolder::open(root.path()).unwrap();
        assert_eq!(read.family, DiffusionFamily::StableDiffusion);
        assert_eq!((read.size, read.size_step), ((512, 512), 64));
        assert!((read.space.scale - 0.18215).abs() < 1e-6 && read.space.channels == 4);
        assert_eq!((read.widths.denoiser, read.widths.heads), (320, 8));
    }

    #[test]
    fn heads_are_those_of_the_first_level_with_attention() {
        let root = folder("{}");
        let config = r#"{"down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D"],
            "attention_head_dim": [5, 10], "block_out_channels": [32, 64]}"#;
        fs::write(root.path().join("unet/config.json"), config).unwrap();
        let widths = DiffusionFolder::open(root.path()).unwrap().widths;
        assert_eq!(
            (widths.heads, widths.halvings, widths.denoiser),
            (10, 1, 32)
        );
    }

    #[test]
    fn each_part_that_is_missing_is_named() {
        for (gone, what) in [
            ("text_encoder/model.onnx", "text_encoder"),
            ("unet/model.onnx", "unet"),
            ("vae_decoder/model.onnx", "vae_decoder"),
            ("tokenizer/tokenizer.json", "tokenizer"),
            ("scheduler/scheduler_config.json", "scheduler"),
            (INDEX, INDEX),
        ] {
            let root = folder("{}");
            fs::remove_file(root.path().join(gone)).unwrap();
            let error = DiffusionFolder::open(root.path()).unwrap_err();
            assert!(
                matches!(error, Error::MissingPart { what: found, .. } if found == what),
                "{gone}: {error}"
            );
        }
        let root = folder("{}");
        fs::remove_file(root.path().join("vae_encoder/model.onnx")).unwrap();
        assert!(
            DiffusionFolder::open(root.path())
                .unwrap()
                .encoder
                .is_none()
        );
    }

    #[test]
    fn models_of_other_kinds_are_refused_with_the_reason() {
        let root = folder(r#"{"_class_name": "FluxPipeline"}"#);
        fs::rename(root.path().join("unet"), root.path().join("transformer")).unwrap();
        let error = DiffusionFolder::open(root.path()).unwrap_err();
        assert!(error.to_string().contains("transformer"), "{error}");
        let root = folder(r#"{"requires_aesthetics_score": true}"#);
        let error = DiffusionFolder::open(root.path()).unwrap_err();
        assert!(error.to_string().contains("refiner"), "{error}");
    }

    #[test]
    fn a_denoiser_for_other_latents_is_refused() {
        let root = folder("{}");
        let config = root.path().join("unet/config.json");
        fs::write(&config, r#"{"in_channels": 9}"#).unwrap();
        assert!(DiffusionFolder::open(root.path()).unwrap().inpaints);
        fs::write(&config, r#"{"in_channels": 16}"#).unwrap();
        let error = DiffusionFolder::open(root.path()).unwrap_err();
        assert!(error.to_string().contains("reads 16 channels"), "{error}");
    }

    #[test]
    fn a_broken_description_names_its_file() {
        let root = folder("{}");
        fs::write(
            root.path().join("unet/config.json"),
            "{\"sample_size\": \"big\"}",
        )
        .unwrap();
        let error = DiffusionFolder::open(root.path()).unwrap_err();
        assert!(
            matches!(&error, Error::BrokenFile { path, .. } if path.ends_with("unet/config.json")),
            "{error}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_refused() {
        let root = folder("{}");
        let secret = tempfile::NamedTempFile::new().unwrap();
        let graph = root.path().join("unet/model.onnx");
        fs::remove_file(&graph).unwrap();
        std::os::unix::fs::symlink(secret.path(), graph).unwrap();
        let error = DiffusionFolder::open(root.path()).unwrap_err();
        assert!(matches!(error, Error::EscapingPath { .. }), "{error}");
    }
}
