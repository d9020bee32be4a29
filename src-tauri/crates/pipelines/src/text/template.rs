//! Chat templates: the Jinja program that a model's folder brings to write a conversation out.
//!
//! The program comes from strangers. It runs in `minijinja`, which has no file or network access,
//! with limits on instructions, memory (both as fuel) and recursion.

use std::{io::Write, path::Path};

use minijinja::{
    Environment, ErrorKind, State, UndefinedBehavior, Value, context, syntax::SyntaxConfig,
    value::ValueKind,
};

use super::{
    Message, TokenId,
    tokenizer::{ControlTokens, Tokenizer},
};
use crate::{Error, Result};

/// About half a million instructions or 30 MB of text; the longest template in use needs 2 % of it.
const FUEL: u64 = 500_000;
const MAX_TEMPLATE_BYTES: usize = 1 << 20;

#[derive(Debug)]
pub(super) struct ChatTemplate {
    environment: Environment<'static>,
    /// `bos_token` and `eos_token`, which templates write out themselves.
    begin: String,
    end: String,
}

impl ChatTemplate {
    /// # Errors
    /// `Template` when the source does not parse.
    pub(super) fn new(source: &str, begin: &str, end: &str) -> Result<Self> {
        if source.len() > MAX_TEMPLATE_BYTES {
            return Err(Error::Template {
                reason: format!("{} bytes is too long", source.len()),
            });
        }
        let mut environment = Environment::new();
        // As Hugging Face's `apply_chat_template` sets its Jinja up.
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build();
        environment.set_syntax(syntax.map_err(failed)?);
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(64);
        environment.set_undefined_behavior(UndefinedBehavior::Lenient);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment.set_unknown_method_callback(python_method);
        environment.add_function("raise_exception", |message: String| -> Result<(), _> {
            Err(minijinja::Error::new(ErrorKind::InvalidOperation, message))
        });
        environment.add_filter(
            "join",
            |state: &State, list: Value, joiner: Option<String>| {
                join(state, &list, joiner.as_deref().unwrap_or_default())
            },
        );
        environment.add_filter("tojson", to_json);
        environment.add_filter("string", scalar);
        environment.set_formatter(|out, state, value| {
            scalar(value)?;
            minijinja::escape_formatter(out, state, value)
        });
        environment
            .add_template_owned("chat", source.to_owned())
            .map_err(failed)?;
        Ok(Self {
            environment,
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
        let template = self.environment.get_template("chat").map_err(failed)?;
        template
            .render(context! {
                messages,
                add_generation_prompt => true,
                bos_token => self.begin.as_str(),
                eos_token => self.end.as_str(),
            })
            .map_err(failed)
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

/// The methods Python's strings, lists and dictionaries have; `join` is ours.
fn python_method(
    state: &mut State<'_, '_>,
    value: &Value,
    method: &str,
    args: &[Value],
) -> Result<Value, minijinja::Error> {
    if let ("join", Some(joiner), [list]) = (method, value.as_str(), args) {
        return join(state, list, joiner);
    }
    if method == "format" {
        // Its widths are not limited; `%` formatting's are.
        return Err(ErrorKind::UnknownMethod.into());
    }
    minijinja_contrib::pycompat::unknown_method_callback(state, value, method, args)
}

/// Refuses to write a list or a dictionary out as it stands: no chat needs it, and one that
/// contains itself over and over is small until it is written.
fn scalar(value: &Value) -> Result<Value, minijinja::Error> {
    match value.kind() {
        ValueKind::Seq | ValueKind::Map | ValueKind::Iterable => Err(refused("a list as text")),
        ValueKind::String => Ok(value.clone()),
        _ => Ok(value.to_string().into()),
    }
}

/// JSON as Python's `json.dumps(ensure_ascii=False)` but for spaces, up to a size.
fn to_json(value: &Value) -> Result<String, minijinja::Error> {
    let mut json = Limited(Vec::new());
    serde_json::to_writer(&mut json, &value).map_err(|_| refused("JSON this large"))?;
    String::from_utf8(json.0).map_err(|_| refused("JSON that is not text"))
}

/// A buffer that refuses to grow beyond `MAX_TEMPLATE_BYTES`.
struct Limited(Vec<u8>);

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_TEMPLATE_BYTES {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn refused(what: &str) -> minijinja::Error {
    minijinja::Error::new(
        ErrorKind::InvalidOperation,
        format!("{what} is not allowed here"),
    )
}

/// Joins while paying in fuel for each item: the engine's own pays for the result once it is
/// there, which for a list that repeats itself a million times is too late.
fn join(state: &State<'_, '_>, list: &Value, joiner: &str) -> Result<Value, minijinja::Error> {
    let mut joined = String::new();
    for (index, item) in list.try_iter()?.enumerate() {
        let item = if let Some(text) = item.as_str() {
            text.to_owned()
        } else {
            item.to_string()
        };
        state.consume_fuel(1 + (item.len() + joiner.len()) as u64 / 64)?;
        if index > 0 {
            joined.push_str(joiner);
        }
        joined.push_str(&item);
    }
    Ok(joined.into())
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
pub(super) fn find(folder: &Path, config: &serde_json::Value) -> Option<String> {
    if let Ok(source) = std::fs::read_to_string(folder.join("chat_template.jinja")) {
        return Some(source);
    }
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
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::text::Role;

    const CHATML: &str = "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' \
        + message['content'].strip() + '<|im_end|>' + '\n'}}{% endfor %}\
        {% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    fn user(content: &str) -> Vec<Message> {
        vec![Message {
            role: Role::User,
            content: content.to_owned(),
        }]
    }

    fn template(source: &str) -> ChatTemplate {
        ChatTemplate::new(source, "<s>", "</s>").unwrap()
    }

    #[test]
    fn python_methods_and_loops_work() {
        let text = template(CHATML).render(&user(" 你好 ")).unwrap();
        assert_eq!(
            text,
            "<|im_start|>user\n你好<|im_end|>\n<|im_start|>assistant\n"
        );
    }

    #[test]
    fn a_template_can_refuse_in_its_own_words() {
        let refused = template("{{ raise_exception('roles must alternate') }}").render(&user("x"));
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("roles must alternate")
        );
    }

    #[test]
    fn hostile_templates_end_soon_in_an_error() {
        for source in [
            "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
            "{% for a in range(10**12) %}x{% endfor %}",
            "{{ 'x' * 2000000000 }}",
            "{% set ns = namespace(s='xxxxxxxx') %}{% for a in range(64) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}",
            "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
            "{% include '/etc/passwd' %}",
            "{{ ''.join(['y' * 1000000] * 1000000) }}",
            "{{ ['y' * 1000000] * 1000000 }}",
            "{% set ns = namespace(s=[1]) %}{% for a in range(64) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s }}",
            "{{ (['y' * 1000000] * 1000000) | string }}",
            "{{ (['y' * 1000000] * 1000000) | tojson }}",
            "{{ ('y' * 1000000).replace('y', 'z' * 1000000) }}",
            "{{ '%099999999999d' | format(1) }}",
            "{{ '{:>99999999999}'.format(1) }}",
        ] {
            let started = Instant::now();
            let result = ChatTemplate::new(source, "", "").and_then(|t| t.render(&user("x")));
            assert!(matches!(result, Err(Error::Template { .. })), "{source}");
            assert!(started.elapsed() < Duration::from_secs(5), "{source}");
        }
        assert!(ChatTemplate::new("{% for %}", "", "").is_err());
        assert!(ChatTemplate::new(&"x".repeat(2 << 20), "", "").is_err());
    }

    #[test]
    fn json_is_written_as_python_readers_expect_it() {
        let text = template("{{ messages[0].content | tojson }}").render(&user("<a> \"猫\""));
        assert_eq!(text.unwrap(), "\"<a> \\\"猫\\\"\"");
    }
}
