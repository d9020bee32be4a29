//! Functions that jinja2 and transformers offer beside the engine's own.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use jiff::{civil::DateTime, fmt::strtime};
use minijinja::{
    Error, ErrorKind, State, Value,
    value::{Object, ObjectRepr},
};

use super::{
    arguments::bind,
    limits::{refused, wrong},
};

/// Longer than any date is written.
const MAX_FORMAT_BYTES: usize = 1024;

/// `cycler(*items)`.
///
/// # Errors
/// No items.
pub(super) fn cycler(items: &[Value]) -> Result<Value, Error> {
    if items.is_empty() || items.iter().any(Value::is_kwargs) {
        return Err(wrong("cycler wants values to go through"));
    }
    Ok(Value::from_object(Cycler {
        items: items.to_owned(),
        at: AtomicUsize::new(0),
    }))
}

#[derive(Debug)]
pub(super) struct Cycler {
    items: Vec<Value>,
    at: AtomicUsize,
}

impl Object for Cycler {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let at = self.at.load(Ordering::Relaxed);
        match key.as_str()? {
            "current" => self.items.get(at).cloned(),
            "items" => Some(minijinja::value::Tuple::from(self.items.as_slice()).into()),
            "pos" => Some(at.into()),
            _ => None,
        }
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        arguments: &[Value],
    ) -> Result<Value, Error> {
        bind(&[], arguments)?;
        match method {
            "next" | "__next__" => {
                let at = self.at.load(Ordering::Relaxed);
                self.at
                    .store((at + 1) % self.items.len(), Ordering::Relaxed);
                Ok(self.items.get(at).cloned().unwrap_or_default())
            }
            "reset" => {
                self.at.store(0, Ordering::Relaxed);
                Ok(Value::from(()))
            }
            _ => Err(ErrorKind::UnknownMethod.into()),
        }
    }
}

/// `joiner(sep=", ")`: nothing the first time it is called, then the separator.
///
/// # Errors
/// Other arguments.
pub(super) fn joiner(arguments: &[Value]) -> Result<Value, Error> {
    let given = bind(&["sep"], arguments)?;
    Ok(Value::from_object(Joiner {
        separator: given.get(0).cloned().unwrap_or_else(|| ", ".into()),
        used: AtomicBool::new(false),
    }))
}

#[derive(Debug)]
struct Joiner {
    separator: Value,
    used: AtomicBool,
}

impl Object for Joiner {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, arguments: &[Value]) -> Result<Value, Error> {
        bind(&[], arguments)?;
        if self.used.swap(true, Ordering::Relaxed) {
            Ok(self.separator.clone())
        } else {
            Ok("".into())
        }
    }
}

/// A date's format without what depends on the language of the computer, which is Python's own here, or
/// on the zone, which Python's local time does not carry.
fn spelled_out(format: &str) -> String {
    let mut out = String::with_capacity(format.len());
    let mut rest = format.chars();
    while let Some(character) = rest.next() {
        let directive = if character == '%' { rest.next() } else { None };
        match directive {
            Some('c') => out.push_str("%a %b %e %H:%M:%S %Y"),
            Some('x') => out.push_str("%m/%d/%y"),
            Some('X') => out.push_str("%H:%M:%S"),
            Some('r') => out.push_str("%I:%M:%S %p"),
            Some('f') => out.push_str("000000"),
            Some('z' | 'Z') => {}
            _ => {
                out.push(character);
                out.extend(directive);
            }
        }
    }
    out
}

/// `strftime_now(format)` at one moment, so that a template run again says the same.
#[derive(Debug)]
pub(super) struct Clock(pub(super) DateTime);

impl Object for Clock {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, arguments: &[Value]) -> Result<Value, Error> {
        let given = bind(&["format"], arguments)?;
        let format = given.text(0)?;
        if format.len() > MAX_FORMAT_BYTES {
            return Err(refused("a date format this long"));
        }
        let format = spelled_out(format);
        let unknown = |error: jiff::Error| wrong(format!("this date format is not known: {error}"));
        let config = strtime::Config::new().lenient(true);
        let text = strtime::BrokenDownTime::from(self.0).to_string_with_config(&config, &format);
        text.map(Value::from).map_err(unknown)
    }
}
