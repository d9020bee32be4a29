//! Chat templates: the Jinja program in a model's folder that writes a conversation out.
//!
//! The program is not trusted: [`sandbox`] runs it.

mod arguments;
mod checks;
mod filters;
mod formatting;
mod functions;
mod guard;
mod json;
mod limits;
mod methods;
mod objects;
mod sandbox;
mod strings;
mod text;
mod views;

use jiff::civil::DateTime;
use minijinja::Value;

use self::{functions::Clock, sandbox::Sandbox};
use super::{
    Message, TokenId,
    tokenizer::{ControlTokens, Tokenizer},
};
use crate::{Error, Result};

const DATE_FUNCTION: &str = "strftime_now";

#[derive(Debug)]
pub(super) struct ChatTemplate {
    program: Sandbox,
    /// `bos_token`, `eos_token` and their like, which templates write out themselves.
    tokens: Vec<(String, String)>,
    is_dated: bool,
}

impl ChatTemplate {
    /// # Errors
    /// `Template` when the source does not parse.
    pub(super) fn new(source: &str, tokens: &[(String, String)]) -> Result<Self> {
        Ok(Self {
            program: Sandbox::new(source).map_err(failed)?,
            tokens: tokens.to_owned(),
            is_dated: source.contains(DATE_FUNCTION),
        })
    }

    /// Whether the day may stand in what it writes.
    pub(super) fn is_dated(&self) -> bool {
        self.is_dated
    }

    /// The conversation as text, ending where the model's answer begins.
    pub(super) fn render(&self, messages: &[Message], now: DateTime) -> Result<String> {
        let message = |message: &Message| {
            let content = Value::from(message.content.as_str());
            Value::from_pairs([("role", message.role.as_str().into()), ("content", content)])
        };
        let messages: Vec<Value> = messages.iter().map(message).collect();
        self.write(vec![("messages", messages.into())], now)
    }

    /// What the program writes with these variables beside those that it always has: as
    /// `apply_chat_template` hands them over.
    fn write(&self, variables: Vec<(&str, Value)>, now: DateTime) -> Result<String> {
        let tokens = self.tokens.iter();
        let always = [
            ("tools", Value::from(())),
            ("documents", Value::from(())),
            ("add_generation_prompt", true.into()),
            (DATE_FUNCTION, Value::from_object(Clock(now))),
        ];
        let context = always
            .into_iter()
            .chain(tokens.map(|(name, token)| (name.as_str(), token.as_str().into())))
            .chain(variables);
        let context = Value::from_pairs(context);
        self.program.render(context).map_err(failed)
    }

    /// The conversation as token ids. What people wrote never becomes a control token.
    pub(super) fn encode(
        &self,
        messages: &[Message],
        tokenizer: &mut Tokenizer,
        now: DateTime,
    ) -> Result<Vec<TokenId>> {
        let Some(marks) = Marks::for_forgeries(messages, tokenizer) else {
            // The usual case, token for token what `apply_chat_template` gives.
            return tokenizer.encode(
                &self.render(messages, now)?,
                ControlTokens::Recognised,
                false,
            );
        };
        let rendered = self.render(&marks.replaced, now)?;
        let mut ids = Vec::new();
        let mut rest = rendered.as_str();
        while let Some(at) = rest.find(Marks::OPEN) {
            let (written, after) = rest.split_at(at);
            ids.extend(tokenizer.encode(written, ControlTokens::Recognised, false)?);
            let after = &after[Marks::OPEN.len_utf8()..];
            let (index, after) = after.split_once(Marks::CLOSE).unwrap_or((after, ""));
            let message = index
                .parse()
                .ok()
                .and_then(|index: usize| messages.get(index));
            if let Some(message) = message {
                ids.extend(tokenizer.encode(&message.content, ControlTokens::Spelled, false)?);
            }
            rest = after;
        }
        ids.extend(tokenizer.encode(rest, ControlTokens::Recognised, false)?);
        Ok(ids)
    }
}

/// Stands in for messages that spell a control token while the template runs, so that their text
/// can be tokenised apart from what the template writes.
struct Marks {
    replaced: Vec<Message>,
}

impl Marks {
    /// Private-use characters; a message that contains one is replaced as well.
    const OPEN: char = '\u{f0000}';
    const CLOSE: char = '\u{f0001}';

    fn for_forgeries(messages: &[Message], tokenizer: &Tokenizer) -> Option<Self> {
        let forged = |message: &Message| {
            message.content.contains([Self::OPEN, Self::CLOSE])
                || tokenizer
                    .control_tokens()
                    .iter()
                    .any(|(_, token)| !token.is_empty() && message.content.contains(token))
        };
        if !messages.iter().any(forged) {
            return None;
        }
        let mark = |(index, message): (usize, &Message)| {
            let mut message = message.clone();
            if forged(&message) {
                message.content = format!("{}{index}{}", Self::OPEN, Self::CLOSE);
            }
            message
        };
        Some(Self {
            replaced: messages.iter().enumerate().map(mark).collect(),
        })
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err takes"
)]
fn failed(error: minijinja::Error) -> Error {
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        reason = format!("{reason}: {inner}");
        source = inner.source();
    }
    Error::Template { reason }
}

/// The template that `tokenizer_config.json` holds.
pub(super) fn named(config: &serde_json::Value) -> Option<String> {
    let field = config.get("chat_template")?;
    if let Some(source) = field.as_str() {
        return Some(source.to_owned());
    }
    let named = field.as_array()?;
    let default = named
        .iter()
        .find(|entry| entry["name"] == "default")
        .or(named.first())?;
    default["template"].as_str().map(ToOwned::to_owned)
}

#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
