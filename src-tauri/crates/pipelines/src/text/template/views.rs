//! What `keys()`, `values()` and `items()` of a dictionary give, and a method that is not called.

use std::sync::Arc;

use minijinja::{
    Error, State, Value,
    value::{Enumerator, Object, ObjectRepr},
};

/// A look at a dictionary as it was: nothing here changes one.
#[derive(Debug)]
pub(super) struct DictView {
    name: &'static str,
    items: Vec<Value>,
}

impl DictView {
    pub(super) fn value(name: &'static str, items: Vec<Value>) -> Value {
        Value::from_object(Self { name, items })
    }

    /// What Python calls it: `dict_keys`.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }
}

impl Object for DictView {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Iterable
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.items.clone())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.items.len())
    }
}

/// The names under which a dictionary has a method: `d.items` is that method, whatever it holds
/// under the key "items".
pub(super) const DICT_METHODS: &[&str] = &[
    "clear",
    "copy",
    "fromkeys",
    "get",
    "items",
    "keys",
    "pop",
    "popitem",
    "setdefault",
    "update",
    "values",
];

/// A method that is looked up, and may be called later.
#[derive(Debug)]
pub(super) struct Method {
    of: Value,
    name: String,
}

impl Method {
    pub(super) fn value(of: Value, name: &str) -> Value {
        Value::from_object(Self {
            of,
            name: name.to_owned(),
        })
    }
}

impl Object for Method {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        arguments: &[Value],
    ) -> Result<Value, Error> {
        self.of.call_method(state, &self.name, arguments)
    }
}
