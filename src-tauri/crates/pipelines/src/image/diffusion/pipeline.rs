//! The diffusion pipeline: a folder opened once, then one request after another.

use std::path::{Path, PathBuf};

use quartet_runtime::{Cancel, Runtime, SessionOptions};

use super::{
    super::{ImageEvent, ImageModel, ImageModelInfo, ImageRequest, schedulers::SchedulerKind},
    folder::DiffusionFolder,
    footprint::{FolderSize, ImageFootprint},
    model::Model,
    parts::{Part, PartLoader},
    plan::{Defaults, DiffusionPlan, MAX_SIDE},
    run::DiffusionRun,
    tokenizer::ClipTokenizer,
};
use crate::{Events, Result};

#[derive(Debug)]
pub struct DiffusionPipeline {
    model: Model,
    root: PathBuf,
    defaults: Defaults,
    device: String,
}

impl DiffusionPipeline {
    /// Opens a folder in the layout of diffusers' ONNX exports. Graphs are loaded by the first run
    /// that needs them; where they all together need more than `memory_budget` bytes, those of each stage
    /// are let go before those of the next are loaded.
    ///
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`.
    pub fn open(
        runtime: &Runtime,
        root: &Path,
        options: &SessionOptions,
        memory_budget: Option<u64>,
        cancel: &Cancel,
    ) -> Result<Self> {
        let folder = DiffusionFolder::open(root)?;
        let tokenizers = folder
            .text
            .iter()
            .map(|text| {
                cancel.check()?;
                ClipTokenizer::open(&text.tokenizer)
            })
            .collect::<Result<Vec<_>>>()?;
        let text: Vec<Part> = folder
            .text
            .iter()
            .map(|text| Part::new(text.graph.clone()))
            .collect();
        let unet = Part::new(folder.unet.clone());
        let decoder = Part::new(folder.decoder.clone());
        let encoder = folder.encoder.clone().map(Part::new);
        let session = SessionOptions {
            // Every step has the same shapes, but what is planned for them comes on top of what the first
            // step took: large pictures would need twice the memory.
            memory_pattern: false,
            ..options.clone()
        };
        let size = FolderSize::of_folder(&folder);
        Ok(Self {
            defaults: Defaults::of(&folder),
            model: Model {
                loader: PartLoader {
                    runtime: runtime.clone(),
                    options: session,
                    in_turn: memory_budget.is_some_and(|budget| size.own(false) > budget),
                },
                folder,
                tokenizers,
                text,
                unet,
                decoder,
                encoder,
            },
            root: root.to_owned(),
            device: runtime.device_name(&options.device),
        })
    }

    /// Reads all graphs into memory ahead of the first run; does nothing where memory is so short
    /// that they go in turn.
    ///
    /// # Errors
    /// `Cancelled`, and those of the runtime.
    pub fn prepare(&mut self, cancel: &Cancel) -> Result<()> {
        self.model.load_all(cancel)
    }

    /// What a request will take.
    ///
    /// # Errors
    /// As [`DiffusionPipeline::begin`].
    pub fn estimate(&self, request: ImageRequest) -> Result<ImageFootprint> {
        let plan = DiffusionPlan::new(request, &self.model.folder, self.defaults, &self.root)?;
        let rows = (plan.count * if plan.guided { 2 } else { 1 }) as u64;
        let cells = (plan.sides[0] * plan.sides[1]) as u64;
        let pixels = u64::from(plan.width) * u64::from(plan.height);
        let size = FolderSize::of_folder(&self.model.folder);
        Ok(ImageFootprint {
            memory: size.picture(pixels, rows as u32, self.model.loader.in_turn),
            work: rows * cells * plan.steps() as u64,
        })
    }

    /// As [`ImageModel::run`], with a look at the latents between events.
    ///
    /// # Errors
    /// `Parameter`, `UnknownScheduler`, `MissingPart`; the iterator ends in `UnsupportedGraph`,
    /// `NotFiniteIn`, `Cancelled` or an error of the runtime.
    pub fn begin<'a>(
        &'a mut self,
        request: ImageRequest,
        cancel: &'a Cancel,
    ) -> Result<DiffusionRun<'a>> {
        let plan = DiffusionPlan::new(request, &self.model.folder, self.defaults, &self.root)?;
        Ok(DiffusionRun::new(&mut self.model, plan, cancel))
    }
}

impl ImageModel for DiffusionPipeline {
    fn info(&self) -> ImageModelInfo {
        let folder = &self.model.folder;
        let own = folder.scheduler.kind().ok();
        let has_encoder = folder.encoder.is_some();
        ImageModelInfo {
            family: folder.family.name().to_owned(),
            width: folder.size.0,
            height: folder.size.1,
            size_step: folder.size_step,
            max_side: MAX_SIDE.max(folder.size.0).max(folder.size.1),
            steps: self.defaults.steps,
            guidance: self.defaults.guidance,
            scheduler: match own {
                Some(kind) => kind.name().to_owned(),
                None => folder.scheduler.class_name.clone(),
            },
            schedulers: SchedulerKind::choices(own).to_vec(),
            styles: Vec::new(),
            prompt_tokens: self.model.prompt_tokens(),
            negative_prompt: folder.guidance_embedding.is_none(),
            start: has_encoder,
            mask: has_encoder,
            device: self.device.clone(),
        }
    }

    fn run<'a>(
        &'a mut self,
        request: ImageRequest,
        cancel: &'a Cancel,
    ) -> Result<Events<'a, ImageEvent>> {
        Ok(Box::new(self.begin(request, cancel)?.events()))
    }
}
