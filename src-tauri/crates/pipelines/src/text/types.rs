//! What goes into a text generation and what comes out, as it crosses to the window.

use serde::{Deserialize, Serialize};

use super::TokenId;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Role {
    System,
    User,
    Assistant,
}

impl Role {
    /// The name chat templates know it by.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Message {
    pub role: Role,
    pub content: String,
}

/// How the next token is chosen. Applied in this order: repetition penalty, temperature, top-k,
/// top-p, min-p.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", default)]
pub struct TextParameters {
    /// 0 always takes the likeliest token; 1 samples the model's own distribution; at most 5.
    pub temperature: f32,
    /// Keep the `top_k` likeliest tokens; 0 keeps all.
    pub top_k: u32,
    /// Keep the likeliest tokens that together hold this much probability; in (0, 1], 1 keeps all.
    pub top_p: f32,
    /// Drop tokens less likely than this share of the likeliest one; in [0, 1), 0 keeps all.
    pub min_p: f32,
    /// Makes tokens of the last 256 less likely (CTRL, Keskar et al. 2019); 1 is off, in [0.5, 3].
    pub repetition_penalty: f32,
    /// Stop after this many tokens; at least 1.
    pub max_tokens: u32,
    /// Random seed: with the same request it gives the same text; none draws one.
    pub seed: Option<u32>,
    /// Stop before any of these texts would appear; at most 8.
    pub stop: Vec<String>,
}

impl Default for TextParameters {
    fn default() -> Self {
        Self {
            temperature: 0.7,
            top_k: 40,
            top_p: 0.9,
            min_p: 0.0,
            repetition_penalty: 1.0,
            max_tokens: 1024,
            seed: None,
            stop: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct TextRequest {
    pub messages: Vec<Message>,
    /// Tokens that the answer must begin with: a fork of an earlier answer. They are not sent
    /// again as events.
    #[serde(default)]
    pub answer_start: Vec<TokenId>,
    #[serde(default)]
    pub parameters: TextParameters,
    /// How many alternatives to give for each token; at most 10.
    #[serde(default)]
    pub alternatives: u32,
    /// The day and time that the model's template writes, as `2026-03-01T09:15:00`; none: now. A recipe
    /// has it where the template asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_time: Option<String>,
}

/// A token that might have come instead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Alternative {
    pub id: TokenId,
    /// The tokeniser's own view of it; half a character is shown as U+FFFD.
    pub piece: String,
    /// Natural logarithm of its probability in the model's own distribution.
    pub logprob: f32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Token {
    pub id: TokenId,
    /// The text that became visible with this token: empty while a character that spans several
    /// tokens, or the beginning of a stop sequence, is held back.
    pub text: String,
    /// The tokeniser's own view of this token.
    pub piece: String,
    /// Natural logarithm of its probability in the model's own distribution.
    pub logprob: f32,
    /// Natural logarithm of its probability after penalties and filters, from which it was drawn.
    pub chosen_logprob: f32,
    /// The likeliest tokens of the model's own distribution, likeliest first.
    pub alternatives: Vec<Alternative>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum FinishReason {
    /// The model ended its turn.
    EndOfTurn,
    StopSequence,
    MaxTokens,
    ContextFull,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct TextStats {
    pub reason: FinishReason,
    /// The seed that was used, also when the request named none.
    pub seed: u32,
    pub prompt_tokens: u32,
    /// Of those, the ones whose keys and values were still in the cache.
    pub reused_tokens: u32,
    pub generated_tokens: u32,
    pub prompt_seconds: f64,
    pub decode_seconds: f64,
    /// In tokens: what the model can read, and what this conversation takes of it.
    pub context_length: u32,
    pub context_used: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TextEvent {
    /// Tokens of the prompt read so far; `reused` of them came from the cache.
    Prompt {
        done: u32,
        total: u32,
        reused: u32,
    },
    Token(Token),
    /// Always the last event.
    Done(TextStats),
}

/// One piece of a tokenised text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct TokenPiece {
    pub id: TokenId,
    pub piece: String,
    /// A control token such as `<|im_start|>`, not text.
    pub special: bool,
}

/// What a loaded text model says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct TextModelInfo {
    pub context_length: u32,
    pub vocabulary_size: u32,
    pub layers: u32,
    /// From `generation_config.json`, the model's own.
    pub defaults: TextParameters,
    /// Whether keys and values are appended in place or concatenated at each step.
    pub cache_in_place: bool,
    /// Whether its template may write the day, which a recipe then keeps.
    pub is_dated: bool,
    /// The device the graph runs on, for people: `CPU`.
    pub device: String,
}
