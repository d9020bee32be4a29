"""Makes the ready model folder of what is tracked.

    python -m melody.install --graph FILE --folder FOLDER --out FOLDER     (in models/recipes)

FOLDER holds `figures.json`, which pins the SHA-256 of the files beside the graph. Needs nothing besides
Python. Prints JSON progress lines.
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

FILES = ("config.json", "instruments.sf2")


def install(graph: Path, folder: Path, out: Path) -> None:
    pins = json.loads((folder / "figures.json").read_text(encoding="utf-8"))["sha256"]
    out.mkdir(parents=True, exist_ok=True)
    for done, source in enumerate([graph, *(folder / name for name in FILES)], start=1):
        found = hashlib.sha256(source.read_bytes()).hexdigest()
        if found != pins[source.name]:
            raise SystemExit(f"{source} is not what figures.json pins: its SHA-256 is {found}")
        shutil.copyfile(source, out / source.name)
        print(json.dumps({"step": "copy", "done": done, "total": 1 + len(FILES)}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    install(options.graph, options.folder, options.out)


if __name__ == "__main__":
    main()
