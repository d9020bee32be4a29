//! What a template may call, each measuring what it is handed before it works on it.
//!
//! The work itself is done by `minijinja`'s own operators, filters and tests in an environment of
//! their own: what reaches them there is small, so they need no more care.

use std::{io::Write, sync::LazyLock};

use minijinja::{
    Environment, Error, ErrorKind, State, UndefinedBehavior, Value, context, functions,
    value::{Rest, ValueKind, ValueOrKwargs},
};

/// About half a million instructions or 30 MB of text; the longest template in use needs 2 % of it.
pub(super) const FUEL: u64 = 500_000;
/// How deep lists and maps may be nested.
const MAX_DEPTH: usize = 32;
/// How many values a list or map may hold, at any depth: a conversation has four a message.
const MAX_VALUES: usize = 1 << 16;
/// How many bytes of text it may hold: many times what any model here reads.
const MAX_TEXT_BYTES: usize = 4 << 20;

/// What else the program's instructions are exchanged for.
pub(super) const LIST: &str = "[a,b]";
pub(super) const MAP: &str = "{a:b}";
pub(super) const ITEM: &str = "a[b]";
/// 1, which the compiler does not know.
pub(super) const ONE: &str = " __one";

/// The operators, as the expressions that compute them.
const OPERATORS: &[&str] = &[
    "a + b", "a * b", "a ~ b", "a in b", "a == b", "a != b", "a < b", "a <= b", "a > b", "a >= b",
    "a[b:c:d]",
];

const FILTERS: &[&str] = &[
    "abs",
    "attr",
    "batch",
    "bool",
    "capitalize",
    "count",
    "d",
    "default",
    "dictsort",
    "e",
    "escape",
    "first",
    "float",
    "format",
    "groupby",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "pprint",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "safe",
    "select",
    "selectattr",
    "slice",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "tojson",
    "trim",
    "unique",
    "upper",
    "zip",
];

const TESTS: &[&str] = &[
    "!=",
    "<",
    "<=",
    "==",
    ">",
    ">=",
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "equalto",
    "even",
    "false",
    "float",
    "ge",
    "greaterthan",
    "gt",
    "in",
    "int",
    "integer",
    "iterable",
    "le",
    "lessthan",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sameas",
    "sequence",
    "startingwith",
    "string",
    "true",
    "undefined",
    "upper",
];

type Arguments = Rest<ValueOrKwargs>;

/// Where the work is done.
static INNER: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut inner = Environment::new();
    inner.set_fuel(Some(FUEL));
    inner.set_undefined_behavior(UndefinedBehavior::Lenient);
    inner.add_filter(
        "join",
        |state: &State, list: Value, joiner: Option<String>| {
            join(state, &list, joiner.as_deref().unwrap_or_default())
        },
    );
    inner.add_filter("tojson", to_json);
    inner.add_filter("string", scalar);
    inner
});

/// Gives `environment` all that exists for a template.
///
/// # Errors
/// None but a slip in the tables above.
pub(super) fn register_builtins(environment: &mut Environment<'static>) -> Result<(), Error> {
    register_operators(environment)?;
    register_filters_and_tests(environment);
    register_containers(environment);
    register_functions(environment);
    environment.add_global(ONE.trim(), 1);
    environment.set_unknown_method_callback(method);
    environment.set_formatter(|out, state, value| {
        scalar(value)?;
        minijinja::escape_formatter(out, state, value)
    });
    Ok(())
}

fn register_operators(environment: &mut Environment<'static>) -> Result<(), Error> {
    for expression in OPERATORS {
        let operator = INNER.compile_expression(expression)?;
        // The engine leaves spaces out of the names it looks up.
        environment.add_filter(
            expression.replace(' ', ""),
            move |state: &State, operands: Rest<Value>| {
                let operand = |index| operands.get(index).cloned().unwrap_or_default();
                measure_all(state, &operands)?;
                if *expression == "a ~ b" {
                    scalar(&operand(0))?;
                    scalar(&operand(1))?;
                }
                let (a, b, c, d) = (operand(0), operand(1), operand(2), operand(3));
                settle(state, operator.eval(context! { a, b, c, d })?)
            },
        );
    }
    Ok(())
}

fn register_filters_and_tests(environment: &mut Environment<'static>) {
    for name in FILTERS {
        environment.add_filter(*name, |state: &State, arguments: Arguments| {
            let arguments = arguments.into_values();
            measure_all(state, &arguments)?;
            let mut inner = INNER.empty_state();
            let result = inner.apply_filter(name, &arguments);
            charge_for(state, &inner)?;
            settle(state, result?)
        });
    }
    for name in TESTS {
        environment.add_test(*name, |state: &State, arguments: Arguments| {
            let arguments = arguments.into_values();
            measure_all(state, &arguments)?;
            let mut inner = INNER.empty_state();
            let result = inner.perform_test(name, &arguments);
            charge_for(state, &inner)?;
            result
        });
    }
}

/// Literals of lists and maps, and looking into either.
fn register_containers(environment: &mut Environment<'static>) {
    environment.add_filter(LIST, |state: &State, items: Rest<Value>| {
        measure_all(state, &items)?;
        Ok::<_, Error>(Value::from(items.0))
    });
    environment.add_filter(MAP, |state: &State, pairs: Rest<Value>| {
        measure_all(state, &pairs)?;
        let pairs = pairs.chunks_exact(2);
        let pairs = pairs.map(|pair| Ok((scalar(&pair[0])?, pair[1].clone())));
        Ok::<_, Error>(Value::from_pairs(pairs.collect::<Result<Vec<_>, Error>>()?))
    });
    environment.add_filter(ITEM, |state: &State, container: Value, key: Value| {
        if container.kind() == ValueKind::Iterable {
            state.consume_fuel(container.len().unwrap_or(MAX_VALUES) as u64)?;
        }
        scalar(&key)?;
        container.get_item(&key)
    });
}

fn register_functions(environment: &mut Environment<'static>) {
    for (name, function) in [
        ("range", Value::from_function(functions::range)),
        ("dict", Value::from_function(functions::dict)),
        ("namespace", Value::from_function(functions::namespace)),
        ("raise_exception", Value::from_function(raise)),
    ] {
        environment.add_function(name, move |state: &mut State, arguments: Arguments| {
            let arguments = arguments.into_values();
            measure_all(state, &arguments)?;
            function.call(state, &arguments)
        });
    }
}

pub(super) fn refused(what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidOperation,
        format!("{what} is not allowed here"),
    )
}

fn raise(message: &str) -> Result<Value, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, message.to_owned()))
}

/// The methods Python's strings, lists and dictionaries have; `join` is ours.
fn method(
    state: &mut State<'_, '_>,
    value: &Value,
    method: &str,
    arguments: &[Value],
) -> Result<Value, Error> {
    measure_all(state, std::slice::from_ref(value))?;
    measure_all(state, arguments)?;
    if let ("join", Some(joiner), [list]) = (method, value.as_str(), arguments) {
        return join(state, list, joiner);
    }
    if method == "format" {
        // Its widths are not limited; `%` formatting's are.
        return Err(ErrorKind::UnknownMethod.into());
    }
    let result =
        minijinja_contrib::pycompat::unknown_method_callback(state, value, method, arguments)?;
    settle(state, result)
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
fn measure_all(state: &State, values: &[Value]) -> Result<(), Error> {
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

/// Makes a list that computes its items when asked into one that has them: such lists can be
/// chained without end, each a frame on the stack when the last is asked.
fn settle(state: &State, value: Value) -> Result<Value, Error> {
    let listed = matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable);
    if !listed || value.downcast_object_ref::<Vec<Value>>().is_some() {
        return Ok(value);
    }
    if value.len().is_none_or(|length| length > MAX_VALUES) {
        return Err(refused("a list this large"));
    }
    let items: Vec<Value> = value.try_iter()?.checked().collect::<Result<_, _>>()?;
    state.consume_fuel(items.len() as u64)?;
    Ok(items.into())
}

/// The program pays for what was spent on its behalf.
fn charge_for(state: &State, inner: &State) -> Result<(), Error> {
    let (spent, _) = inner.fuel_levels().unwrap_or_default();
    state.consume_fuel(spent)
}

/// Refuses to write a list or a dictionary out as it stands: no chat needs it.
fn scalar(value: &Value) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::String => Ok(value.clone()),
        ValueKind::Undefined | ValueKind::None | ValueKind::Bool | ValueKind::Number => {
            Ok(value.to_string().into())
        }
        kind => Err(refused(&format!("a value of the type {kind} as text"))),
    }
}

/// JSON as Python's `json.dumps(ensure_ascii=False)` but for spaces.
fn to_json(value: &Value) -> Result<String, Error> {
    let mut json = Limited(Vec::new());
    serde_json::to_writer(&mut json, &value).map_err(|_| refused("JSON this large"))?;
    String::from_utf8(json.0).map_err(|_| refused("JSON that is not text"))
}

/// A buffer that refuses to grow beyond `MAX_TEXT_BYTES`.
struct Limited(Vec<u8>);

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_TEXT_BYTES {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Joins while paying in fuel for each item: the engine's own pays for the result once it is
/// there, which for a long joiner is too late.
fn join(state: &State, list: &Value, joiner: &str) -> Result<Value, Error> {
    let mut joined = String::new();
    for (index, item) in list.try_iter()?.checked().enumerate() {
        let item = item?;
        let item = scalar(&item)?;
        let item = item.as_str().unwrap_or_default();
        state.consume_fuel(1 + (item.len() + joiner.len()) as u64 / 64)?;
        if index > 0 {
            joined.push_str(joiner);
        }
        joined.push_str(item);
    }
    Ok(joined.into())
}
