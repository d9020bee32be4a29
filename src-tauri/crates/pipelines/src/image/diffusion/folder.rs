//! Reads a folder in the layout of diffusers' ONNX exports (optimum's, and diffusers' own script):
//! `model_index.json` and one folder a part.

use std::path::{Path, PathBuf};

use super::{
    super::schedulers::SchedulerConfig,
    config::{DiffusionFamily, Index, LatentSpace, UnetConfig, VaeConfig, Widths},
};
use crate::{Error, Result, folder::ModelFolder};

const INDEX: &str = "model_index.json";

/// Graph files in the order they are preferred: float32 before float16, which most CPUs emulate.
const GRAPHS: &[&str] = &["model.onnx", "model_fp16.onnx"];

/// Whether a folder is meant to be one, before anything in it is checked.
pub fn is_diffusion_folder(folder: &Path) -> bool {
    folder.join(INDEX).is_file()
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
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `UnsupportedGraph`.
    pub(super) fn open(root: &Path) -> Result<Self> {
        let files = ModelFolder::new(root);
        let index: Index = files.json(INDEX, INDEX)?;
        let has_unet = root.join("unet").exists();
        index.check(!has_unet && root.join("transformer").exists())?;
        let mut text = vec![text_parts(files, "text_encoder", "tokenizer")?];
        if root.join("text_encoder_2").is_dir() {
            text.push(text_parts(files, "text_encoder_2", "tokenizer_2")?);
        }
        let family = if text.len() == 2 {
            DiffusionFamily::StableDiffusionXl
        } else {
            DiffusionFamily::StableDiffusion
        };
        let unet: UnetConfig = files.json_if_any("unet/config.json")?.unwrap_or_default();
        let vae: VaeConfig = match files.json_if_any("vae_decoder/config.json")? {
            Some(config) => config,
            None => files.json_if_any("vae/config.json")?.unwrap_or_default(),
        };
        let space = vae.latent_space(family);
        let inpaints = unet.inpaints(&space)?;
        let (width, height) = unet.sample_size(family);
        let name = "scheduler/scheduler_config.json";
        let scheduler = files.text(name, "scheduler")?;
        let scheduler =
            SchedulerConfig::parse(&scheduler).map_err(|reason| files.broken(name, reason))?;
        Ok(Self {
            family,
            text,
            unet: graph(files, "unet")?.ok_or_else(|| files.missing("unet"))?,
            decoder: graph(files, "vae_decoder")?.ok_or_else(|| files.missing("vae_decoder"))?,
            encoder: graph(files, "vae_encoder")?,
            scheduler,
            space,
            size: (width * space.cell, height * space.cell),
            size_step: space.cell << unet.halvings(),
            zeros_for_empty: index.force_zeros_for_empty_prompt.unwrap_or(false),
            guidance_embedding: unet.time_cond_proj_dim,
            inpaints,
            widths: Widths::new(&unet, &vae, family),
        })
    }
}

fn graph(files: ModelFolder<'_>, part: &str) -> Result<Option<PathBuf>> {
    let mut found = GRAPHS.iter().filter_map(|name| {
        let path = files.find(&format!("{part}/{name}"));
        path.transpose()
    });
    found.next().transpose()
}

fn text_parts(
    files: ModelFolder<'_>,
    part: &'static str,
    tokenizer: &'static str,
) -> Result<TextParts> {
    let has = |name: &str| Ok::<_, Error>(files.find(&format!("{tokenizer}/{name}"))?.is_some());
    let whole = has("tokenizer.json")? || has("vocab.json")? && has("merges.txt")?;
    // Read as well where they are there.
    for name in [
        "vocab.json",
        "merges.txt",
        "tokenizer_config.json",
        "special_tokens_map.json",
    ] {
        has(name)?;
    }
    if !whole {
        return Err(files.missing(tokenizer));
    }
    Ok(TextParts {
        graph: graph(files, part)?.ok_or_else(|| files.missing(part))?,
        tokenizer: files.path(tokenizer),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

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

    #[cfg(unix)]
    #[test]
    fn no_file_of_it_leads_out() {
        for name in [
            INDEX,
            "unet/config.json",
            "unet/model.onnx",
            "vae_decoder/config.json",
            "vae/config.json",
            "scheduler/scheduler_config.json",
            "tokenizer/tokenizer.json",
            "tokenizer/vocab.json",
            "tokenizer/merges.txt",
            "tokenizer/tokenizer_config.json",
            "tokenizer/special_tokens_map.json",
        ] {
            let root = folder("{}");
            let path = root.path().join(name);
            let theirs = tempfile::NamedTempFile::new().unwrap();
            fs::write(theirs.path(), "{}").unwrap();
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let _ = fs::remove_file(&path);
            if name == "vae/config.json" {
                let _ = fs::remove_file(root.path().join("vae_decoder/config.json"));
            }
            std::os::unix::fs::symlink(theirs.path(), &path).unwrap();
            let error = DiffusionFolder::open(root.path()).unwrap_err();
            assert!(
                matches!(error, Error::EscapingPath { .. }),
                "{name}: {error}"
            );
        }
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
            matches!(&error, Error::ModelFile { path, .. } if path.ends_with("unet/config.json")),
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
