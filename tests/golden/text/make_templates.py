"""Makes templates.json and jinja.json: what jinja2, set up as transformers' `apply_chat_template` sets
it up, writes for the templates beside this file and for each name that jinja2 offers.

    pip install jinja2==3.1.6 && python make_templates.py

The templates are written anew from the formats that the models' makers document. Also writes the
table in docs/chat-templates.md. Where our answer is not the reference's, REFUSED says why.
"""

import json
import pathlib
from datetime import datetime

import jinja2
import jinja2.ext
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

HERE = pathlib.Path(__file__).parent
DOC = HERE.parents[2] / "docs" / "chat-templates.md"
NOW = datetime(2026, 3, 1, 9, 5, 7)


class Generation(jinja2.ext.Extension):
    """Blocks that mark what the model said: passed through when nothing is trained."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return nodes.CallBlock(self.call_method("_pass"), [], [], body).set_lineno(line)

    def _pass(self, caller):
        return caller()


def environment():
    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    made = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    made.filters["tojson"] = tojson
    made.globals["raise_exception"] = raise_exception
    made.globals["strftime_now"] = lambda format: NOW.strftime(format)
    return made


ENVIRONMENT = environment()
TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}


def render(source, variables):
    """The text; None where the reference refuses."""
    try:
        return ENVIRONMENT.from_string(source).render(**{**TOKENS, "tools": None, "documents": None, **variables})
    except Exception:
        return None


def message(role, content):
    return {"role": role, "content": content}


WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather <now> & \"later\" in a town: 天气.",
        "parameters": {
            "type": "object",
            "properties": {
                "town": {"type": "string", "description": "The town's name"},
                "days": {"type": "integer", "description": "How many days", "default": 1},
                "units": {"type": "string", "enum": ["C", "F"], "description": "Degrees"},
                "hours": {"type": "array", "items": {"type": "number"}, "description": "When"},
                "place": {"type": "object", "description": "Where", "properties": {"lat": {"type": "number"}}, "required": ["lat"]},
            },
            "required": ["town"],
        },
    },
}
CLOCK = {
    "type": "function",
    "function": {"name": "clock", "description": "tell the time", "parameters": {"type": "object", "properties": {}, "required": []}},
}
CALL = {
    "id": "abc123def",
    "type": "function",
    "function": {"name": "get_weather", "arguments": {"town": "O'Fallon", "days": 2, "exact": True, "near": None, "hours": [1.5, 2e16]}},
}
USED = [
    message("user", "Will it rain in O'Fallon?"),
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "name": "get_weather", "tool_call_id": "abc123def", "content": '{"rain": "no", "°C": 21}'},
    message("assistant", "No."),
    message("user", " And tomorrow? "),
]
CASES = {
    "one turn": {"messages": [message("user", "Why is the sky blue?")], "add_generation_prompt": True},
    "system": {"messages": [message("system", "Be brief. "), message("user", "你好, \"world\" & 'all' <b>\n\n")], "add_generation_prompt": True},
    "turns": {
        "messages": [
            message("system", "You teach."),
            message("user", "1 + 1?"),
            message("assistant", "<think>\nEasy.\n</think>\n\nTwo."),
            message("user", "😀 2 + 2?\\n"),
        ],
        "add_generation_prompt": True,
    },
    "answered": {"messages": [message("user", "Hi"), message("assistant", "Hello\n")], "add_generation_prompt": False},
    "roles": {"messages": [message("user", "a"), message("user", "b")], "add_generation_prompt": True},
    "tools": {"messages": [message("user", "Will it rain?")], "tools": [WEATHER, CLOCK], "add_generation_prompt": True},
    "tools with system": {"messages": [message("system", "Help."), *USED[:1]], "tools": [WEATHER], "add_generation_prompt": True},
    "tools used": {"messages": USED, "tools": [WEATHER, CLOCK], "add_generation_prompt": True},
    "documents": {
        "messages": [message("user", "Who?")],
        "documents": [{"title": "A", "text": "Ann."}, {"title": "B", "text": "Bob: 'b'."}],
        "add_generation_prompt": True,
    },
    "parts": {"messages": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": " What is it? "}]}], "add_generation_prompt": True},
    "no thinking": {"messages": [message("user", "Hi")], "enable_thinking": False, "add_generation_prompt": True},
}


def templates():
    rendered = {}
    for path in sorted((HERE / "templates").glob("*.jinja")):
        source = path.read_text(encoding="utf-8")
        ENVIRONMENT.from_string(source)
        rendered[path.stem] = {name: render(source, variables) for name, variables in CASES.items()}
        assert rendered[path.stem]["one turn"], path
    return {"made_by": "make_templates.py", "now": NOW.isoformat(), "tokens": TOKENS, "cases": CASES, "rendered": rendered}


# Names refused on purpose, and why.
CHANGES = "it changes a value; the sandbox that transformers uses refuses it too"
REFUSED = {
    "filter": {
        "pprint": "it lays data out for those who write programs",
        "random": "a recipe must give the same text again",
        "striptags": "it takes pages apart, with HTML's table of entities; no chat holds pages",
        "urlize": "it makes links for pages",
        "wordwrap": "it lays text out for terminals",
    },
    "function": {"lipsum": "random text; a recipe must give the same text again"},
    "str": {
        "encode": "it gives bytes, which templates cannot use",
        "maketrans": "it serves `translate` alone",
        "translate": "its tables are made by `maketrans`, which the sandbox does not show",
    },
    "list": {name: CHANGES for name in ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"]},
    "dict": {name: CHANGES for name in ["clear", "pop", "popitem", "setdefault", "update"]},
}

# For each name one or more expressions, run by both.
EXAMPLES = json.loads((HERE / "jinja_examples.json").read_text(encoding="utf-8"))


def names():
    public = lambda kind: [name for name in dir(kind) if not name.startswith("_")]
    functions = [*ENVIRONMENT.globals]
    return {
        "filter": sorted(ENVIRONMENT.filters),
        "test": sorted(ENVIRONMENT.tests),
        "function": sorted(functions),
        "str": public(str),
        "list": public(list),
        "dict": public(dict),
        "syntax": sorted(EXAMPLES["syntax"]),
    }


def jinja():
    made = []
    for kind, all_names in names().items():
        for name in all_names:
            refused = REFUSED.get(kind, {}).get(name)
            examples = EXAMPLES[kind][name]
            runs = [{"source": source, "expected": render(source, EXAMPLES["variables"])} for source in examples]
            for run in runs:
                raises = run["source"].startswith("{#raises#}")
                assert refused or (run["expected"] is None) == raises, (kind, name, run)
            made.append({"kind": kind, "name": name, "refused": refused, "runs": runs})
    return {"made_by": "make_templates.py", "variables": EXAMPLES["variables"], "names": made}


HEAD = """# What chat templates may use

A chat template is a Jinja program from a stranger's folder. It runs in a sandbox with limits (half a
million steps, texts of 4 MB, lists of 65,536 values, 32 deep) and writes what jinja2 3.1 writes when
transformers' `apply_chat_template` sets it up: `trim_blocks`, `lstrip_blocks`, loop controls,
`{% generation %}`, `tojson` without HTML escapes, `strftime_now`, `raise_exception`; `tools` and
`documents` are `none`. A recipe keeps the day and time that `strftime_now` gave.

This table lists every filter, test, function, and method of `str`, `list` and `dict` that jinja2 and
transformers offer. `tests/golden/text/make_templates.py` makes it and the numbers that the tests compare
with; each name is run there and here.

Also refused: `a < b < c` and `loop.changed` (they would look into lists unmeasured; write `a < b and
b < c`), `include`, `import`, `extends` and `block` (there are no other templates), and writing out a
`range`, a macro or a loop (Python shows where it lies in memory). What `map`, `select` and their like give
is a list here, where Python has a generator.

"""
TITLES = {
    "filter": "Filters",
    "test": "Tests",
    "function": "Functions",
    "str": "Methods of texts",
    "list": "Methods of lists",
    "dict": "Methods of dictionaries",
    "syntax": "Syntax and operators",
}


def table(rows):
    text = HEAD
    for kind, title in TITLES.items():
        text += f"## {title}\n\n| name | |\n|---|---|\n"
        for row in (row for row in rows if row["kind"] == kind):
            name = row["name"].replace("|", "\\|")
            text += f"| `{name}` | {'refused: ' + row['refused'] if row['refused'] else 'there'} |\n"
        text += "\n"
    return text.rstrip("\n") + "\n"


def write(name, value):
    (HERE / name).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write("templates.json", templates())
    rows = jinja()
    write("jinja.json", rows)
    DOC.write_text(table(rows["names"]), encoding="utf-8")
