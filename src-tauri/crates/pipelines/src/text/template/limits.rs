//! What a template may spend, and how values are measured before anything works on them.

use minijinja::{Error, ErrorKind, State, Value, value::ValueKind};

/// About half a million instructions or 30 MB of text; the longest template in use needs 2 % of it.
pub(super) const FUEL: u64 = 500_000;
/// How deep lists and maps may be nested.
const MAX_DEPTH: usize = 32;
/// How many values a list or map may hold, at any depth: a conversation has four a message.
pub(super) const MAX_VALUES: usize = 1 << 16;
/// How many bytes of text it may hold: many times what any model here reads.
pub(super) const MAX_TEXT_BYTES: usize = 4 << 20;

pub(super) fn refused(what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidOperation,
        format!("{what} is not allowed here"),
    )
}

/// What Python refuses as well.
pub(super) fn wrong(what: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}

/// What is left to spend on looking at one value.
struct Budget {
    values: usize,
    text: usize,
}

impl Budget {
    /// Goes through a value and all that it holds.
    fn spend(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        let too_large = || refused("a list this large");
        self.values = self.values.checked_sub(1).ok_or_else(too_large)?;
        if let Some(text) = value.as_str() {
            self.text = self.text.checked_sub(text.len()).ok_or_else(too_large)?;
            return Ok(());
        }
        let kind = value.kind();
        if !matches!(kind, ValueKind::Seq | ValueKind::Iterable | ValueKind::Map) {
            return Ok(());
        }
        if depth == MAX_DEPTH {
            return Err(refused("a list this deep"));
        }
        // Known beforehand, so that a list that only says it is long is not gone through.
        if value.len().is_none_or(|length| length > self.values) {
            return Err(too_large());
        }
        for item in value.try_iter()?.checked() {
            let item = item?;
            self.spend(&item, depth + 1)?;
            if kind == ValueKind::Map {
                self.spend(&value.get_item(&item)?, depth + 1)?;
            }
        }
        Ok(())
    }
}

/// Refuses values too large or deep for what looks inside them, and pays for having looked.
pub(super) fn measure_all(state: &State, values: &[Value]) -> Result<(), Error> {
    let mut left = Budget {
        values: MAX_VALUES,
        text: MAX_TEXT_BYTES,
    };
    for value in values {
        left.spend(value, 0)?;
    }
    let (seen, read) = (MAX_VALUES - left.values, MAX_TEXT_BYTES - left.text);
    state.consume_fuel((seen / 16 + read / 1024) as u64)
}

/// Pays for text before it is made.
///
/// # Errors
/// Where it would be too large, or the fuel is spent.
pub(super) fn pay_for_text(state: &State, bytes: usize) -> Result<(), Error> {
    if bytes > MAX_TEXT_BYTES {
        return Err(refused("a text this long"));
    }
    state.consume_fuel(bytes as u64 / 64)
}

/// A text that refuses to grow beyond `MAX_TEXT_BYTES`.
#[derive(Debug, Default)]
pub(super) struct Bounded(String);

impl Bounded {
    pub(super) fn push(&mut self, text: &str) -> Result<(), Error> {
        self.push_times(text, 1)
    }

    pub(super) fn push_times(&mut self, text: &str, times: usize) -> Result<(), Error> {
        let bytes = text.len().saturating_mul(times);
        if self.0.len().saturating_add(bytes) > MAX_TEXT_BYTES {
            return Err(refused("a text this long"));
        }
        (0..times).for_each(|_| self.0.push_str(text));
        Ok(())
    }

    /// The text, once it is paid for.
    pub(super) fn paid(self, state: &State) -> Result<String, Error> {
        pay_for_text(state, self.0.len())?;
        Ok(self.0)
    }
}
