//! Text from text: a chat model run token by token.
//!
//! A request goes round so: messages → chat template → token ids → language model (prompt in
//! chunks, then one token at a time, its KV cache kept between requests) → sampler → text.

mod types;

pub use types::{
    Alternative, FinishReason, Message, Role, TextEvent, TextModelInfo, TextParameters,
    TextRequest, TextStats, Token, TokenPiece,
};

/// An index into a model's vocabulary.
pub type TokenId = u32;
