"""Makes the ready model folder of the tracked graph.

    python -m inbetween.install --graph FILE --out FOLDER     (in models/recipes)

Needs nothing besides Python. Prints JSON progress lines.
"""

import argparse
import json
import shutil
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(options.graph, options.out / "inbetween.onnx")
    print(json.dumps({"step": "copy", "done": 1, "total": 1}), flush=True)


if __name__ == "__main__":
    main()
