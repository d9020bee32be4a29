//! Text from text: a chat model run token by token.
//!
//! A request goes round so: messages → chat template → token ids → language model (prompt in
//! chunks, then one token at a time, its KV cache kept between requests) → sampler → text.

mod detokenizer;
mod distribution;
mod folder;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod generation;
mod kv_cache;
mod language_model;
mod local_time;
mod model;
mod onnx;
mod pipeline;
mod sampler;
mod stop;
mod template;
mod tokenizer;
mod types;

pub(crate) use detokenizer::Detokenizer;
pub use folder::find_graph;
pub use language_model::LanguageModel;
pub use local_time::local_time;
pub use model::TextModel;
pub use pipeline::TextPipeline;
pub use sampler::{Choice, Sampler, SeededSampler};

pub(crate) use tokenizer::Tokenizer;
pub use types::{
    Alternative, FinishReason, Message, Role, TextEvent, TextModelInfo, TextParameters,
    TextRequest, TextStats, Token, TokenPiece,
};

/// An index into a model's vocabulary.
pub type TokenId = u32;
