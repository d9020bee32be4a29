"""Writes which emoji shows which of the things that Glyph knows, for prompts that are emoji.

    python lexicon.py

reads `../../glyph/known.json` and the pinned emojibase-data (CLDR's names), and writes `emoji.tsv`
beside the pipeline's tables of words, which are kept by hand: an emoji and the thing's English name on
each line, without variation selectors and skin tones. Clock faces, which Glyph was not taught, are clocks.
"""

import json
from pathlib import Path

from data import code_key, is_clock_time
from packages import fetch, pinned_packages, read_json

ROOT = Path(__file__).parents[3]
KNOWN = ROOT / "models/glyph/known.json"
TABLE = ROOT / "src-tauri/crates/pipelines/src/image/glyph/lexicon/emoji.tsv"
CACHE = Path.home() / ".cache/quartet/glyph"
CLOCK = "timer clock"


def emoji_of(code: str) -> str:
    """The characters of a code key."""
    return "".join(chr(int(part, 16)) for part in code_key(code).split("-"))


def rows(entries: list[dict], known: set[str]) -> list[tuple[str, str]]:
    """Emoji and names, in the order of emojibase."""
    found = []
    for entry in entries:
        label = CLOCK if is_clock_time(entry["label"]) else entry["label"]
        if label in known:
            found.append((emoji_of(entry["hexcode"]), label))
    return found


def main() -> None:
    package = next(p for p in pinned_packages() if p.name == "emojibase-data")
    entries = read_json(fetch(package, CACHE), "en/data.json")
    known = {thing["english"] for thing in json.loads(KNOWN.read_text(encoding="utf-8"))["things"]}
    lines = [f"{emoji}\t{name}\n" for emoji, name in rows(entries, known)]
    TABLE.write_text("# Made by models/recipes/glyph/lexicon.py.\n" + "".join(lines), encoding="utf-8")
    print(f"{len(lines)} emoji")


if __name__ == "__main__":
    main()
