//! The text pipeline: a folder opened once, then one conversation turn after another.

use std::path::Path;

use quartet_runtime::{Cancel, Runtime, SessionOptions};

use super::{
    Alternative, Message, TextEvent, TextModel, TextModelInfo, TextParameters, TextRequest,
    TokenId, TokenPiece,
    folder::TextFolder,
    generation::{
        Context, Generation, GenerationPlan, PrefixCache, Vocabulary, likelihood, next_token,
    },
    local_time,
    onnx::OnnxLanguageModel,
    sampler::SeededSampler,
    template::ChatTemplate,
    tokenizer::{ControlTokens, Tokenizer},
};
use crate::{Error, Events, Result, seed};

/// The most alternatives given for a token.
const MAX_ALTERNATIVES: u32 = 10;

/// Beyond this many tokens of context the keys and values outgrow old laptops.
const CONTEXT_LIMIT: usize = 8192;

#[derive(Debug)]
pub struct TextPipeline {
    model: OnnxLanguageModel,
    prefix: PrefixCache,
    vocabulary: TokenVocabulary,
    template: Option<ChatTemplate>,
    defaults: TextParameters,
    device: String,
}

/// The tokenizer with the ids that end a turn.
#[derive(Debug)]
struct TokenVocabulary {
    tokenizer: Tokenizer,
    end_ids: Vec<TokenId>,
}

impl Vocabulary for TokenVocabulary {
    fn decode(&self, ids: &[TokenId]) -> String {
        self.tokenizer.decode(ids)
    }

    fn piece(&self, id: TokenId) -> String {
        self.tokenizer.piece(id)
    }

    fn ends(&self, id: TokenId) -> bool {
        self.end_ids.contains(&id)
    }
}

impl TextPipeline {
    /// Opens a folder in the layout of transformers.js or optimum.
    ///
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `UnsupportedGraph`, `Template`, `Cancelled`,
    /// and those of the runtime.
    pub fn open(
        runtime: &Runtime,
        folder: &Path,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let parts = TextFolder::open(folder)?;
        let tokenizer = Tokenizer::open(&parts.tokenizer)?;
        cancel.check()?;
        let template = parts
            .template
            .as_deref()
            .map(|source| ChatTemplate::new(source, &parts.special_tokens))
            .transpose()?;
        let session = SessionOptions {
            // Each run has another length: planning for it costs more than it saves.
            memory_pattern: false,
            ..options.clone()
        };
        let model = OnnxLanguageModel::open(
            runtime,
            &parts.graph,
            &session,
            parts.context_length.min(CONTEXT_LIMIT),
            (parts.kv_heads, parts.head_dim),
            cancel,
        )?;
        let mut end_ids = parts.end_ids;
        let mut tokens = parts.special_tokens.iter();
        let end_token = tokens.find(|(name, _)| name == "eos_token");
        end_ids.extend(end_token.and_then(|(_, token)| tokenizer.id(token)));
        Ok(Self {
            prefix: PrefixCache::default(),
            vocabulary: TokenVocabulary { tokenizer, end_ids },
            template,
            defaults: parts.defaults,
            device: runtime.device_name(&options.device),
            model,
        })
    }

    /// The conversation as the model reads it today.
    ///
    /// # Errors
    /// `EmptyPrompt`, `PromptTooLong`, `Template`.
    pub fn render(&mut self, messages: &[Message]) -> Result<Vec<TokenId>> {
        self.render_at(messages, None)
    }

    /// The conversation as the model reads it at a time as [`TextRequest::local_time`] has it.
    ///
    /// # Errors
    /// As [`Self::render`], and `Parameter` where it is no time.
    pub fn render_at(
        &mut self,
        messages: &[Message],
        local_time: Option<&str>,
    ) -> Result<Vec<TokenId>> {
        let now = local_time::read(local_time)?;
        if messages
            .iter()
            .all(|message| message.content.trim().is_empty())
        {
            return Err(Error::EmptyPrompt);
        }
        self.check_size(messages.iter().map(|message| message.content.as_str()))?;
        if let Some(template) = &self.template {
            return template.encode(messages, &mut self.vocabulary.tokenizer, now);
        }
        // A model without a template continues plain text.
        let contents: Vec<_> = messages
            .iter()
            .map(|message| message.content.as_str())
            .collect();
        self.vocabulary
            .tokenizer
            .encode(&contents.join("\n"), ControlTokens::Spelled, true)
    }

    /// The network behind this pipeline, for benches: what is read through it is forgotten by the
    /// next run.
    pub fn language_model(&mut self) -> &mut dyn super::LanguageModel {
        self.prefix = PrefixCache::default();
        &mut self.model
    }

    fn context(&mut self, request: &TextRequest) -> Result<Context> {
        let mut tokens = self.render_at(&request.messages, request.local_time.as_deref())?;
        let prompt = tokens.len();
        tokens.extend(&request.answer_start);
        // A tokenizer of another model, or a forged fork: the graph would read outside its table.
        let vocabulary_size = self.model.vocabulary_size();
        if let Some(&id) = tokens.iter().find(|id| **id as usize >= vocabulary_size) {
            return Err(Error::UnknownToken {
                id,
                vocabulary_size,
            });
        }
        Ok(Context { tokens, prompt })
    }

    /// Refuses a text that cannot fit, before it is tokenised: a million characters take minutes.
    fn check_size<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Result<()> {
        use super::LanguageModel;
        let tokens = texts
            .into_iter()
            .map(|text| self.vocabulary.tokenizer.at_least(text))
            .sum();
        let context_length = self.model.context_length();
        if tokens >= context_length {
            return Err(Error::PromptTooLong {
                tokens,
                context_length,
            });
        }
        Ok(())
    }
}

impl TextModel for TextPipeline {
    fn info(&self) -> TextModelInfo {
        use super::LanguageModel;
        TextModelInfo {
            context_length: self.model.context_length() as u32,
            vocabulary_size: self.model.vocabulary_size() as u32,
            layers: self.model.layers() as u32,
            defaults: self.defaults.clone(),
            cache_in_place: self.model.cache_in_place(),
            device: self.device.clone(),
            is_dated: self.template.as_ref().is_some_and(ChatTemplate::is_dated),
        }
    }

    fn tokenize(&mut self, text: &str) -> Result<Vec<TokenPiece>> {
        self.check_size([text])?;
        let ids = self
            .vocabulary
            .tokenizer
            .encode(text, ControlTokens::Spelled, false)?;
        Ok(self.vocabulary.tokenizer.pieces(&ids))
    }

    fn decode(&self, ids: &[TokenId]) -> String {
        self.vocabulary.tokenizer.decode(ids)
    }

    fn next_token(
        &mut self,
        request: &TextRequest,
        count: u32,
        cancel: &Cancel,
    ) -> Result<Vec<Alternative>> {
        let context = self.context(request)?;
        let count = count as usize;
        next_token(
            &mut self.model,
            &mut self.prefix,
            &self.vocabulary,
            &context,
            count,
            cancel,
        )
    }

    fn likelihood(
        &mut self,
        request: &TextRequest,
        answer: &str,
        cancel: &Cancel,
    ) -> Result<Vec<f32>> {
        self.check_size([answer])?;
        let context = self.context(request)?;
        let ids = self
            .vocabulary
            .tokenizer
            .encode(answer, ControlTokens::Spelled, false)?;
        likelihood(&mut self.model, &mut self.prefix, context, &ids, cancel)
    }

    fn run<'a>(
        &'a mut self,
        request: TextRequest,
        cancel: &'a Cancel,
    ) -> Result<Events<'a, TextEvent>> {
        let seed = request.parameters.seed.unwrap_or_else(seed::draw);
        let sampler = SeededSampler::new(&request.parameters, seed)?;
        let plan = GenerationPlan {
            context: self.context(&request)?,
            parameters: &request.parameters,
            alternatives: request.alternatives.min(MAX_ALTERNATIVES) as usize,
            seed,
        };
        let (model, prefix) = (&mut self.model, &mut self.prefix);
        let run = Generation::new(model, prefix, &self.vocabulary, sampler, plan, cancel)?;
        Ok(Box::new(run.events()))
    }
}
