//! Chat templates: the Jinja program in a model's folder that writes a conversation out.
//!
//! The program is not trusted: [`sandbox`] runs it.

mod guard;
mod sandbox;

use minijinja::context;

use self::sandbox::Sandbox;
use super::{
    Message, TokenId,
    tokenizer::{ControlTokens, Tokenizer},
};
use crate::{Error, ModelFolder, Result};

/// Templates are a few pages of text.
const MAX_FILE_BYTES: u64 = 4 << 20;

#[derive(Debug)]
pub(super) struct ChatTemplate {
    program: Sandbox,
    /// `bos_token` and `eos_token`, which templates write out themselves.
    begin: String,
    end: String,
}

impl ChatTemplate {
    /// # Errors
    /// `Template` when the source does not parse.
    pub(super) fn new(source: &str, begin: &str, end: &str) -> Result<Self> {
        Ok(Self {
            program: Sandbox::new(source).map_err(failed)?,
            begin: begin.to_owned(),
            end: end.to_owned(),
        })
    }

    /// The conversation as text, ending where the model's answer begins.
    pub(super) fn render(&self, messages: &[Message]) -> Result<String> {
        let messages: Vec<_> = messages
            .iter()
            .map(|message| context! { role => message.role.as_str(), content => message.content.as_str() })
            .collect();
        let context = context! {
            messages,
            add_generation_prompt => true,
            bos_token => self.begin.as_str(),
            eos_token => self.end.as_str(),
        };
        self.program.render(context).map_err(failed)
    }

    /// The conversation as token ids. What people wrote never becomes a control token.
    pub(super) fn encode(
        &self,
        messages: &[Message],
        tokenizer: &mut Tokenizer,
    ) -> Result<Vec<TokenId>> {
        let Some(marks) = Marks::for_forgeries(messages, tokenizer) else {
            // The usual case, token for token what `apply_chat_template` gives.
            return tokenizer.encode(&self.render(messages)?, ControlTokens::Recognised, false);
        };
        let rendered = self.render(&marks.replaced)?;
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

/// The template of a folder: `chat_template.jinja`, or the field of `tokenizer_config.json`, which is
/// a text or a list of named ones.
///
/// # Errors
/// `EscapingPath`, `ModelFile`.
pub(super) fn find(folder: ModelFolder<'_>, config: &serde_json::Value) -> Result<Option<String>> {
    let own = folder.text_within("chat_template.jinja", MAX_FILE_BYTES)?;
    Ok(own.or_else(|| named(config)))
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
mod tests;
