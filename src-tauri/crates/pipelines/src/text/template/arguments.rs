//! Arguments as Python hands them to a function that names its parameters.

use minijinja::{
    Error, ErrorKind, Value,
    value::{Kwargs, from_args},
};

use super::limits::wrong;

/// The values of named parameters, in their order; None for those that were not given.
#[derive(Debug)]
pub(super) struct Bound(Vec<Option<Value>>);

/// Gives each parameter its value, by place or by name.
///
/// # Errors
/// Too many values, names that there are not, one parameter given twice.
pub(super) fn bind(names: &[&str], arguments: &[Value]) -> Result<Bound, Error> {
    let (placed, named): (&[Value], Kwargs) = from_args(arguments)?;
    if placed.len() > names.len() {
        return Err(ErrorKind::TooManyArguments.into());
    }
    let mut bound = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let by_name: Option<Value> = named.get(name)?;
        let value = match (placed.get(index), by_name) {
            (Some(_), Some(_)) => return Err(wrong(format!("{name} is given twice"))),
            (Some(value), None) => Some(value.clone()),
            (None, value) => value,
        };
        bound.push(value);
    }
    named.assert_all_used()?;
    Ok(Bound(bound))
}

impl Bound {
    pub(super) fn get(&self, index: usize) -> Option<&Value> {
        self.0.get(index)?.as_ref()
    }

    /// A value that Python's function cannot do without.
    pub(super) fn needed(&self, index: usize) -> Result<&Value, Error> {
        self.get(index)
            .ok_or_else(|| ErrorKind::MissingArgument.into())
    }

    /// None where it was left out or is Python's `None`.
    pub(super) fn some(&self, index: usize) -> Option<&Value> {
        self.get(index).filter(|value| !value.is_none())
    }

    pub(super) fn text(&self, index: usize) -> Result<&str, Error> {
        let value = self.needed(index)?.as_str();
        value.ok_or_else(|| wrong("this must be a text"))
    }

    pub(super) fn text_or<'a>(
        &'a self,
        index: usize,
        otherwise: &'a str,
    ) -> Result<&'a str, Error> {
        match self.some(index) {
            Some(value) => value.as_str().ok_or_else(|| wrong("this must be a text")),
            None => Ok(otherwise),
        }
    }

    pub(super) fn number_or(&self, index: usize, otherwise: i64) -> Result<i64, Error> {
        match self.some(index) {
            Some(value) => value.as_i64().ok_or_else(|| wrong("this must be a number")),
            None => Ok(otherwise),
        }
    }

    /// Whether it counts as true; `otherwise` where it was left out.
    pub(super) fn is_true(&self, index: usize, otherwise: bool) -> bool {
        self.get(index).map_or(otherwise, Value::is_true)
    }
}
