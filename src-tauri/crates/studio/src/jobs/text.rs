//! A text generation as a job: load, run, keep, tell.

use quartet_pipelines::text::{TextEvent, TextRequest, TextStats};
use quartet_runtime::Cancel;

use super::{Outlet, Task};
use crate::{
    Code, Failure, Modality, Result,
    bench::Bench,
    labels::{self, Provenance},
    models::Model,
    recipe::{self, Recipe, RecipeModel, RecipeRuntime, TextRecipe},
    wire::TextJobEvent,
    works::{Draft, Work},
};

pub(crate) struct TextJob {
    pub(crate) model: Model,
    pub(crate) request: TextRequest,
    /// Whether the result goes into the library.
    pub(crate) keep: bool,
    pub(crate) outlet: Outlet,
}

impl Task for TextJob {
    fn run(&mut self, bench: &mut Bench, cancel: &Cancel) -> Result<()> {
        let model = bench.text(&self.model, &mut self.outlet, cancel)?;
        let device = model.info().device;
        // A fork's answer begins with tokens that are not sent again. Half a character at their end
        // is shown whole with the first new token.
        let mut content = model.decode(&self.request.answer_start);
        content.truncate(content.trim_end_matches(char::REPLACEMENT_CHARACTER).len());
        let mut finished = None;
        for event in model.run(self.request.clone(), cancel)? {
            match event? {
                TextEvent::Prompt {
                    done,
                    total,
                    reused,
                } => self.outlet.prompt(done, total, reused),
                TextEvent::Token(token) => {
                    content.push_str(&token.text);
                    self.outlet.token(token);
                }
                TextEvent::Done(stats) => finished = Some(stats),
            }
        }
        // Shown before the disk is waited for.
        self.outlet.flush();
        let stats =
            finished.ok_or_else(|| Failure::new(Code::Internal, "a generation without an end"))?;
        let kept = self
            .keep
            .then(|| self.keep(bench, &content, &stats, device))
            .transpose();
        let (work, keep_failure) = match kept {
            Ok(work) => (work.map(|work| work.id), None),
            Err(failure) => (None, Some(failure)),
        };
        self.outlet.send(TextJobEvent::Done {
            stats,
            work,
            keep_failure,
        });
        Ok(())
    }

    fn fail(&mut self, failure: Failure) {
        self.outlet.fail(failure);
    }

    fn ahead(&mut self, jobs: u32) {
        self.outlet.send(TextJobEvent::Queued { ahead: jobs });
    }
}

impl TextJob {
    fn keep(
        &self,
        bench: &Bench,
        content: &str,
        stats: &TextStats,
        device: String,
    ) -> Result<Work> {
        let library = bench.library()?;
        let mut request = self.request.clone();
        request.parameters.seed = Some(stats.seed);
        let title = recipe::title(&request);
        let prompt = recipe::prompt(&request);
        let recipe = Recipe {
            quartet: env!("CARGO_PKG_VERSION").to_owned(),
            modality: Modality::Text,
            model: RecipeModel {
                id: self.model.id.clone(),
                digest: self.model.digest(),
                licence: self.model.licence.clone(),
            },
            runtime: RecipeRuntime {
                version: bench.runtime_version(),
                device,
                threads: bench.settings().threads,
            },
            seconds: stats.prompt_seconds + stats.decode_seconds,
            text: Some(TextRecipe {
                request,
                stats: stats.clone(),
            }),
        };
        let seconds = recipe.seconds;
        let recipe =
            serde_json::to_string(&recipe).map_err(|error| Failure::new(Code::Internal, error))?;
        let draft = Draft {
            modality: Modality::Text,
            title: &title,
            model: &self.model.id,
            seconds,
            prompt: &prompt,
            content,
            recipe: &recipe,
            extension: "md",
        };
        library.keep(&draft, |stamp, out| {
            let provenance = Provenance {
                title: Some(title.clone()),
                created: stamp.created_at.clone(),
                model: self.model.id.clone(),
                recipe: Some(recipe.clone()),
            };
            labels::write_text(out, &stamp.id, &provenance, content)
        })
    }
}
