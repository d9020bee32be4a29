//! What a template may call, each measuring what it is handed before it works on it.
//!
//! The work itself is done by `minijinja`'s own operators, filters and tests in an environment of
//! their own, or by ours: what reaches them there is small, so they need no more care.

use std::sync::LazyLock;

use minijinja::{
    Environment, Error, ErrorKind, State, UndefinedBehavior, Value, context, functions,
    value::{Kwargs, Rest, Tuple, ValueKind, ValueOrKwargs, from_args},
};

use super::{
    arguments::bind,
    checks, filters, formatting,
    functions::{cycler, joiner},
    limits::{FUEL, MAX_VALUES, measure_all, pay_for_text, refused},
    methods,
    objects::is_dictionary,
    text,
    views::{DICT_METHODS, DictView, Method},
};

/// What else the program's instructions are exchanged for.
pub(super) const LIST: &str = "[a,b]";
pub(super) const TUPLE: &str = "(a,b)";
pub(super) const MAP: &str = "{a:b}";
pub(super) const ITEM: &str = "a[b]";
/// 1, which the compiler does not know.
pub(super) const ONE: &str = " __one";

/// The operators, as the expressions that compute them.
const OPERATORS: &[&str] = &[
    "a + b", "a * b", "a % b", "a ~ b", "a in b", "a == b", "a != b", "a < b", "a <= b", "a > b",
    "a >= b", "a[b:c:d]",
];

/// Filters of the engine; [`filters::OURS`] are the rest.
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
    "first",
    "groupby",
    "items",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
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
    "sum",
    "unique",
    "upper",
    "zip",
];

/// Tests of the engine; [`checks::OURS`] are the rest.
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
    "escaped",
    "even",
    "false",
    "filter",
    "float",
    "ge",
    "greaterthan",
    "gt",
    "in",
    "int",
    "integer",
    "le",
    "lessthan",
    "lt",
    "ne",
    "none",
    "odd",
    "sameas",
    "startingwith",
    "string",
    "test",
    "true",
    "undefined",
];

type Arguments = Rest<ValueOrKwargs>;

/// Where the work is done.
static INNER: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut inner = Environment::new();
    inner.set_fuel(Some(FUEL));
    inner.set_undefined_behavior(UndefinedBehavior::Lenient);
    filters::register(&mut inner);
    checks::register(&mut inner);
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
    environment.set_unknown_method_callback(|state, value, name, arguments| {
        methods::call(state, value, name, arguments)
    });
    environment.set_formatter(|out, state, value| {
        let text = text::text(state, value)?;
        minijinja::escape_formatter(out, state, &text)
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
                let (a, b, c, d) = (operand(0), operand(1), operand(2), operand(3));
                match (*expression, a.as_str()) {
                    ("a ~ b", _) => concatenated(state, &a, &b),
                    ("a % b", Some(format)) => {
                        formatting::percent(state, format, &b).map(Value::from)
                    }
                    _ => settle(state, operator.eval(context! { a, b, c, d })?),
                }
            },
        );
    }
    Ok(())
}

fn concatenated(state: &State, a: &Value, b: &Value) -> Result<Value, Error> {
    let (a, b) = (text::text(state, a)?, text::text(state, b)?);
    let parts = [
        a.as_str().unwrap_or_default(),
        b.as_str().unwrap_or_default(),
    ];
    pay_for_text(state, parts[0].len() + parts[1].len())?;
    Ok(parts.concat().into())
}

fn register_filters_and_tests(environment: &mut Environment<'static>) {
    for name in filter_names() {
        environment.add_filter(name, move |state: &State, arguments: Arguments| {
            let arguments = named(name, arguments.into_values())?;
            measure_all(state, &arguments)?;
            let mut inner = INNER.empty_state();
            let result = inner.apply_filter(name, &arguments);
            charge_for(state, &inner)?;
            settle(state, result?)
        });
    }
    for name in TESTS.iter().copied().chain(checks::names()) {
        environment.add_test(name, move |state: &State, arguments: Arguments| {
            let arguments = arguments.into_values();
            measure_all(state, &arguments)?;
            let mut inner = INNER.empty_state();
            let result = inner.perform_test(name, &arguments);
            charge_for(state, &inner)?;
            result
        });
    }
}

/// Parameters that the engine knows by name only, and that Python takes by place as well.
const PARAMETERS: &[(&str, &[&str])] = &[
    ("dictsort", &["case_sensitive", "by", "reverse"]),
    ("max", &["case_sensitive", "attribute"]),
    ("min", &["case_sensitive", "attribute"]),
    ("sort", &["reverse", "case_sensitive", "attribute"]),
    ("unique", &["case_sensitive", "attribute"]),
];

/// A filter's arguments as the engine takes them; the first is what it is applied to.
fn named(filter: &str, arguments: Vec<Value>) -> Result<Vec<Value>, Error> {
    let Some((value, given)) = arguments.split_first() else {
        return Ok(arguments);
    };
    if matches!(filter, "default" | "d") {
        let bound = bind(&["default_value", "boolean"], given)?;
        let otherwise = bound.get(0).cloned().unwrap_or_else(|| "".into());
        return Ok(vec![
            value.clone(),
            otherwise,
            bound.is_true(1, false).into(),
        ]);
    }
    let Some((_, names)) = PARAMETERS.iter().find(|(name, _)| *name == filter) else {
        return Ok(arguments);
    };
    let bound = bind(names, given)?;
    let pairs = names.iter().enumerate();
    let pairs = pairs.filter_map(|(index, name)| Some((*name, bound.some(index)?.clone())));
    Ok(vec![value.clone(), pairs.collect::<Kwargs>().into()])
}

fn filter_names() -> impl Iterator<Item = &'static str> {
    let ours = filters::OURS.iter().map(|(name, _)| *name);
    FILTERS.iter().copied().chain(ours)
}

/// Literals of lists and maps, and looking into either.
fn register_containers(environment: &mut Environment<'static>) {
    environment.add_filter(LIST, |state: &State, items: Rest<Value>| {
        measure_all(state, &items)?;
        Ok::<_, Error>(Value::from(items.0))
    });
    environment.add_filter(TUPLE, |state: &State, items: Rest<Value>| {
        measure_all(state, &items)?;
        Ok::<_, Error>(Value::from(Tuple::from(items.0)))
    });
    environment.add_filter(MAP, |state: &State, pairs: Rest<Value>| {
        measure_all(state, &pairs)?;
        let pairs = pairs.chunks_exact(2);
        let pairs = pairs.map(|pair| Ok((key(&pair[0])?, pair[1].clone())));
        Ok::<_, Error>(Value::from_pairs(pairs.collect::<Result<Vec<_>, Error>>()?))
    });
    environment.add_filter(ITEM, |state: &State, container: Value, name: Value| {
        if container.kind() == ValueKind::Iterable {
            state.consume_fuel(container.len().unwrap_or(MAX_VALUES) as u64)?;
        }
        match container.get_item(&key(&name)?)? {
            // What is no key may be the name of a method.
            found if found.is_undefined() => Ok(name
                .as_str()
                .and_then(|name| method_of(&container, name))
                .unwrap_or(found)),
            found => Ok(found),
        }
    });
    for name in DICT_METHODS {
        environment.add_filter(attribute(name), move |container: Value| {
            method_of(&container, name).map_or_else(|| container.get_attr(name), Ok)
        });
    }
}

/// What `d.items` and its like are exchanged for; None for attributes that are only looked up.
pub(super) fn attribute_filter(name: &str) -> Option<&'static str> {
    static NAMES: LazyLock<Vec<String>> =
        LazyLock::new(|| DICT_METHODS.iter().map(|name| attribute(name)).collect());
    let index = DICT_METHODS.iter().position(|known| *known == name)?;
    NAMES.get(index).map(String::as_str)
}

fn attribute(name: &str) -> String {
    format!("a.{name}")
}

/// A dictionary's method of that name: it goes before what the dictionary holds.
fn method_of(container: &Value, name: &str) -> Option<Value> {
    (is_dictionary(container) && DICT_METHODS.contains(&name))
        .then(|| Method::value(container.clone(), name))
}

/// A key of a dictionary, which a list cannot be.
fn key(value: &Value) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::Seq | ValueKind::Iterable | ValueKind::Map | ValueKind::Plain => {
            Err(refused(&format!("a key of the type {}", value.kind())))
        }
        _ => Ok(value.clone()),
    }
}

fn register_functions(environment: &mut Environment<'static>) {
    for (name, function) in [
        ("range", Value::from_function(functions::range)),
        (
            "dict",
            Value::from_function(|given: Arguments| dictionary(&given.into_values())),
        ),
        (
            "namespace",
            Value::from_function(|state: &mut State, given: Arguments| {
                let given = dictionary(&given.into_values())?;
                Value::from_function(functions::namespace).call(state, &[given])
            }),
        ),
        ("raise_exception", Value::from_function(raise)),
    ] {
        environment.add_function(name, move |state: &mut State, arguments: Arguments| {
            let arguments = arguments.into_values();
            measure_all(state, &arguments)?;
            function.call(state, &arguments)
        });
    }
    environment.add_function("cycler", |state: &State, arguments: Arguments| {
        let arguments = arguments.into_values();
        measure_all(state, &arguments)?;
        cycler(&arguments)
    });
    environment.add_function("joiner", |arguments: Arguments| {
        joiner(&arguments.into_values())
    });
}

/// `dict(mapping or pairs, **more)`.
fn dictionary(arguments: &[Value]) -> Result<Value, Error> {
    let (placed, more): (&[Value], Kwargs) = from_args(arguments)?;
    let mut pairs = Vec::new();
    for value in placed {
        for item in value.try_iter()?.checked() {
            let item = item?;
            pairs.push(if value.kind() == ValueKind::Map {
                (item.clone(), value.get_item(&item)?)
            } else {
                (key(&item.get_item(&0.into())?)?, item.get_item(&1.into())?)
            });
        }
    }
    for name in more.args() {
        pairs.push((name.into(), more.get(name)?));
    }
    if placed.len() > 1 {
        return Err(ErrorKind::TooManyArguments.into());
    }
    Ok(Value::from_pairs(pairs))
}

fn raise(message: &str) -> Result<Value, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, message.to_owned()))
}

/// A constant whose lists are there: sums of lists that the compiler computed are lazy.
pub(super) fn whole(value: &Value) -> Result<Value, Error> {
    let listed = matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable);
    if !listed || value.is_tuple() {
        return Ok(value.clone());
    }
    let items = value.try_iter()?.checked();
    let items: Vec<Value> = items.map(|item| whole(&item?)).collect::<Result<_, _>>()?;
    Ok(items.into())
}

/// Makes a list that computes its items when asked into one that has them: such lists can be
/// chained without end, each a frame on the stack when the last is asked.
fn settle(state: &State, value: Value) -> Result<Value, Error> {
    let listed = matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable);
    let is_whole = value.is_tuple()
        || value.downcast_object_ref::<Vec<Value>>().is_some()
        || value.downcast_object_ref::<DictView>().is_some();
    if !listed || is_whole {
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
