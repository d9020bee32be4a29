//! Text: loading a model, generating, and looking into it.

use quartet_pipelines::text::{Alternative, TextRequest, TokenPiece};
use quartet_runtime::Cancel;

use super::{Studio, replace};
use crate::{
    Result, Skill,
    bench::Bench,
    jobs::{Ask, JobId, Outlet, TextJob},
    wire::{CacheKind, LoadedText, TextJobEvent, TextSink},
};

impl Studio {
    /// Loads a model ahead of its use and waits for it; an older call that still waits is stopped.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelWrongKind`, `ModelTooLarge`, `Cancelled`, and whatever is wrong with the model.
    pub fn load_text(&self, model: &str, sink: TextSink) -> Result<LoadedText> {
        let model = self.model_that(model, Skill::Text)?;
        let cancel = replace(&self.preload);
        let mut outlet = Outlet::new(sink, cancel.clone());
        let (ask, answer) = Ask::new(move |bench: &mut Bench, cancel: &Cancel| {
            let info = bench.text(&model, &mut outlet, cancel)?.info();
            Ok(LoadedText {
                model: model.id,
                context_length: info.context_length,
                vocabulary_size: info.vocabulary_size,
                layers: info.layers,
                defaults: info.defaults,
                system_prompt: model.system_prompt,
                cache: if info.cache_in_place {
                    CacheKind::InPlace
                } else {
                    CacheKind::Concatenated
                },
                device: info.device,
            })
        });
        self.queue.start_with(ask, cancel);
        answer.wait()
    }

    /// Queues a generation whose result is kept in the library.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelWrongKind`, or the model's own problem; everything later goes to the
    /// sink.
    pub fn start_text(&self, model: &str, request: TextRequest, sink: TextSink) -> Result<JobId> {
        self.queue_text(model, request, sink, true)
    }

    /// The same, leaving no trace in the library.
    ///
    /// # Errors
    /// As [`Studio::start_text`].
    pub fn start_unkept_text(
        &self,
        model: &str,
        request: TextRequest,
        sink: TextSink,
    ) -> Result<JobId> {
        self.queue_text(model, request, sink, false)
    }

    fn queue_text(
        &self,
        model: &str,
        request: TextRequest,
        sink: TextSink,
        keep: bool,
    ) -> Result<JobId> {
        let model = self.model_that(model, Skill::Text)?;
        let cancel = Cancel::new();
        let job = TextJob {
            model,
            request,
            keep,
            outlet: Outlet::new(sink, cancel.clone()),
        };
        Ok(self.queue.start_with(job, cancel))
    }

    /// The tokeniser's view of a text. Waits for the job that is running, and loads the model if
    /// it is not.
    ///
    /// # Errors
    /// As [`Studio::load_text`]; `PromptTooLong`.
    pub fn tokenize(&self, model: &str, text: String) -> Result<Vec<TokenPiece>> {
        let model = self.model_that(model, Skill::Text)?;
        let (ask, answer) = Ask::new(move |bench: &mut Bench, cancel: &Cancel| {
            let loaded = bench.text(&model, &mut Outlet::<TextJobEvent>::silent(cancel), cancel)?;
            Ok(loaded.tokenize(&text)?)
        });
        self.queue.start(ask);
        answer.wait()
    }

    /// The likeliest next tokens before one is drawn. Waits as `tokenize` does; an older question
    /// that still waits is stopped.
    ///
    /// # Errors
    /// As [`Studio::load_text`]; `PromptEmpty`, `PromptTooLong`, `TokenUnknown`.
    pub fn next_token(
        &self,
        model: &str,
        request: TextRequest,
        top: u32,
    ) -> Result<Vec<Alternative>> {
        let model = self.model_that(model, Skill::Text)?;
        let (ask, answer) = Ask::new(move |bench: &mut Bench, cancel: &Cancel| {
            let loaded = bench.text(&model, &mut Outlet::<TextJobEvent>::silent(cancel), cancel)?;
            Ok(loaded.next_token(&request, top, cancel)?)
        });
        let cancel = replace(&self.probe);
        self.queue.start_with(ask, cancel);
        answer.wait()
    }
}
