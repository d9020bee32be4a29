//! A text generation as a job: load, run, keep, tell.

use quartet_pipelines::text::{TextEvent, TextRequest, TextStats};
use quartet_runtime::Cancel;

use super::{Outlet, Task};
use crate::{
    Code, Failure, JobEvent, Modality, Result,
    bench::Bench,
    labels,
    models::Model,
    recipe::{self, Recipe, TextRecipe},
    wire::TextJobEvent,
    works::{Draft, Work},
};

pub(crate) struct TextJob {
    pub(crate) model: Model,
    pub(crate) request: TextRequest,
    /// Whether the result goes into the library.
    pub(crate) keep: bool,
    pub(crate) outlet: Outlet<TextJobEvent>,
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
                } => self.read(done, total, reused),
                TextEvent::Token(token) => {
                    content.push_str(&token.text);
                    self.outlet.gather(TextJobEvent::Tokens {
                        tokens: vec![token],
                    });
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
        self.outlet.send(TextJobEvent::failed(failure));
    }

    fn ahead(&mut self, jobs: u32) {
        self.outlet.send(TextJobEvent::queued(jobs));
    }
}

impl TextJob {
    /// So much of the prompt was read; the end of it is told at once.
    fn read(&mut self, done: u32, total: u32, reused: u32) {
        let event = TextJobEvent::Prompt {
            done,
            total,
            reused,
        };
        if done == total {
            self.outlet.send(event);
        } else {
            self.outlet.gather(event);
        }
    }

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
        let title = recipe::title(recipe::asked_last(&request));
        let prompt = recipe::prompt(&request);
        let seconds = stats.prompt_seconds + stats.decode_seconds;
        let recipe = Recipe {
            text: Some(TextRecipe {
                request,
                stats: stats.clone(),
            }),
            ..bench.recipe(Modality::Text, &self.model, device, seconds)
        }
        .json()?;
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
            let provenance = draft.provenance(stamp);
            labels::text::write(out, &stamp.id, &provenance, content)
        })
    }
}
