"""Makes the tiny Kokoro of `tests/golden/audio`, in the layout of transformers.js: seeded, a few kilobytes.

    python -m quartet_recipes.tiny_kokoro --out ../../tests/golden/audio

It says nothing: every symbol is 100 samples of one number, its own times the mean of the style, divided by the
speed, so that a test can tell what was fed. `jf_tiny` speaks Japanese, which nobody here reads.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .folder import replaced_folder, write_json

SYMBOLS = "$;:,.!? abdefhijklmnopstuvwzæðŋɑɔəɛɡɪɹɾʃʊʌʒˈˌːθᵻ"
SAMPLES = 100
STYLES = 8
VOICES = ("af_tiny", "bm_tiny", "zf_tiny", "jf_tiny")


def graph(random: np.random.Generator) -> onnx.ModelProto:
    table = random.uniform(-1, 1, len(SYMBOLS)).astype(np.float32)
    constants = {
        "table": table,
        "shape": np.array([1, 1, SAMPLES], np.int64),
        "last": np.array([2], np.int64),
        "flat": np.array([1, -1], np.int64),
    }
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["own"]),
        helper.make_node("ReduceMean", ["style"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Div", ["mean", "speed"], ["factor"]),
        helper.make_node("Mul", ["own", "factor"], ["level"]),
        helper.make_node("Unsqueeze", ["level", "last"], ["column"]),
        helper.make_node("Expand", ["column", "shape"], ["samples"]),
        helper.make_node("Reshape", ["samples", "flat"], ["waveform"]),
    ]
    value = helper.make_tensor_value_info
    made = helper.make_graph(
        nodes,
        "tiny-kokoro",
        [
            value("input_ids", TensorProto.INT64, [1, "L"]),
            value("style", TensorProto.FLOAT, [1, 256]),
            value("speed", TensorProto.FLOAT, [1]),
        ],
        [value("waveform", TensorProto.FLOAT, [1, "N"])],
        [numpy_helper.from_array(content, name) for name, content in constants.items()],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def make(out: Path) -> None:
    random = np.random.default_rng(4)
    with replaced_folder(out / "tiny-kokoro") as folder:
        (folder / "onnx").mkdir()
        (folder / "voices").mkdir()
        (folder / "onnx" / "model.onnx").write_bytes(graph(random).SerializeToString())
        for number, voice in enumerate(VOICES, 1):
            # The row for so many symbols, so that its mean tells which was taken.
            rows = np.repeat(np.arange(STYLES, dtype="<f4") + number, 256)
            (folder / "voices" / f"{voice}.bin").write_bytes(rows.tobytes())
        write_json(folder / "config.json", {"model_type": "style_text_to_speech_2"})
        vocabulary = {symbol: index for index, symbol in enumerate(SYMBOLS)}
        write_json(folder / "tokenizer.json", {"version": "1.0", "model": {"vocab": vocabulary}})


def main() -> None:
    parser = argparse.ArgumentParser(prog="quartet_recipes.tiny_kokoro", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    make(parser.parse_args().out)


if __name__ == "__main__":
    main()
