"""Writes what the model knows by name (a part of export.py): `known.json` and two graphs.

    finder       text f32 [1, 512] -> scores f32 [keys]: the cosine to each key of known.json
    references   rows i64 [n] -> latents f32 [n, 16, 8, 8]

Numbers are stored in 8 bits: the step is a hundredth of the latents' spread, far below the noise
that the decoder was taught to forgive.
"""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from config import Config
from references import References, key_texts
from training import load_index

OPSET = 17
LATENT_LIMIT = 5.0


def in_bytes(values: np.ndarray, limit: np.ndarray | float) -> np.ndarray:
    return np.clip(np.round(values / limit * 127), -127, 127).astype(np.int8)


def save(path: Path, nodes: list, given: tuple, made: tuple, constants: dict[str, np.ndarray]) -> None:
    model = helper.make_model(
        helper.make_graph(nodes, path.stem, [helper.make_tensor_value_info(*given)],
                          [helper.make_tensor_value_info(*made)],
                          [numpy_helper.from_array(value, name) for name, value in constants.items()]),
        opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def export_finder(keys: np.ndarray, path: Path) -> None:
    """`keys` float32 [keys, 512], of length 1; a text of zeros scores 0 everywhere."""
    limit = np.abs(keys).max(1).astype(np.float32)
    node = helper.make_node
    nodes = [
        node("Cast", ["keys"], ["wide"], to=TensorProto.FLOAT),
        node("MatMul", ["wide", "column"], ["raw"]),
        node("Transpose", ["text"], ["column"], perm=[1, 0]),
        node("Squeeze", ["raw", "last"], ["flat"]),
        node("Mul", ["flat", "steps"], ["products"]),
        node("ReduceL2", ["text"], ["length"], keepdims=0),
        node("Max", ["length", "tiny"], ["divisor"]),
        node("Div", ["products", "divisor"], ["scores"]),
    ]
    nodes[1], nodes[2] = nodes[2], nodes[1]
    save(path, nodes, ("text", TensorProto.FLOAT, [1, keys.shape[1]]),
         ("scores", TensorProto.FLOAT, [len(keys)]),
         {"keys": in_bytes(keys, limit[:, None]), "steps": limit / 127,
          "tiny": np.array(1e-6, np.float32), "last": np.array([1], np.int64)})


def export_references(latents: np.ndarray, path: Path) -> None:
    """`latents` float32 [pictures, C, 8, 8]."""
    node = helper.make_node
    nodes = [
        node("Gather", ["stored", "rows"], ["found"]),
        node("Cast", ["found"], ["wide"], to=TensorProto.FLOAT),
        node("Mul", ["wide", "step"], ["latents"]),
    ]
    save(path, nodes, ("rows", TensorProto.INT64, ["n"]),
         ("latents", TensorProto.FLOAT, ["n", *latents.shape[1:]]),
         {"stored": in_bytes(latents, LATENT_LIMIT),
          "step": np.array(LATENT_LIMIT / 127, np.float32)})


def catalogue(config: Config, known: References) -> dict:
    """The content of known.json; its keys are in the order of the finder's scores."""
    index = load_index(config)
    texts = set(index["texts"])
    things = [
        {"english": concept["label"], "chinese": concept["label_zh"],
         "rows": [None if row < 0 else row for row in known.row[thing].tolist()]}
        for thing, concept in enumerate(index["concepts"])
    ]
    keys = [{"word": text, "thing": thing, "penalty": penalty}
            for thing, concept in enumerate(index["concepts"])
            for text, penalty in key_texts(concept) if text in texts]
    return {"things": things, "keys": keys}


def export_known(config: Config, known: References, folder: Path) -> None:
    """Writes the three files."""
    export_finder(known.keys.numpy(), folder / "finder.onnx")
    export_references(known.latents.numpy(), folder / "references.onnx")
    content = json.dumps(catalogue(config, known), ensure_ascii=False, separators=(",", ":"))
    (folder / "known.json").write_text(content + "\n", encoding="utf-8")
