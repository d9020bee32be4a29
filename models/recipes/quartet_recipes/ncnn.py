"""Reads ncnn networks (.param and .bin) and builds the same network as an ONNX graph.

Only the layers that super-resolution networks are made of; another one is an error, never a guess.
Formats: https://github.com/Tencent/ncnn/wiki/param-and-model-file-structure
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from onnx import TensorProto

from .graph import GraphBuilder

MAGIC = "7767517"
# Before a layer's weights: how they are stored.
FLOAT32, FLOAT16 = 0, 0x01306B47
BINARY_OPERATORS = ("Add", "Sub", "Mul", "Div", "Max", "Min", "Pow")
# ncnn's bicubic kernel, which is OpenCV's.
CUBIC_COEFFICIENT = -0.75


class NcnnError(Exception):
    """The network has something that this reader does not know."""


@dataclass(frozen=True)
class Layer:
    """One line of a .param file: `parameters` by their number in ncnn's documentation."""

    kind: str
    name: str
    inputs: list[str]
    outputs: list[str]
    parameters: dict[int, float] = field(default_factory=dict)

    def integer(self, number: int, default: int) -> int:
        return int(self.parameters.get(number, default))


def read_layers(param: str) -> list[Layer]:
    """The lines of a .param file."""
    lines = param.splitlines()
    if not lines or lines[0].strip() != MAGIC:
        raise NcnnError("this is no ncnn .param file in text form")
    layers = []
    for line in lines[2:]:
        words = line.split()
        if not words:
            continue
        kind, name, ins, outs = words[0], words[1], int(words[2]), int(words[3])
        pairs = (word.split("=") for word in words[4 + ins + outs :])
        layers.append(Layer(kind, name, words[4 : 4 + ins], words[4 + ins : 4 + ins + outs],
                            {int(number): float(value) for number, value in pairs}))  # fmt: skip
    return layers


class Weights:
    """The .bin file, read from its beginning to its end in the order of the layers."""

    def __init__(self, content: bytes):
        self._content, self._at = content, 0

    def plain(self, count: int) -> np.ndarray:
        """float32 numbers without a mark before them (biases, slopes)."""
        return self._take(count, "<f4").copy()

    def marked(self, count: int) -> np.ndarray:
        """Numbers whose type is marked: float32, whatever they are stored as."""
        mark = int(self._take(1, "<u4")[0])
        if mark == FLOAT32:
            return self.plain(count)
        if mark == FLOAT16:
            values = self._take(count, "<f2").astype(np.float32)
            self._at += -2 * count % 4
            return values
        raise NcnnError(f"weights are stored in a way not known here: {mark:#x}")

    def finish(self) -> None:
        """Raises NcnnError unless everything was read."""
        if self._at != len(self._content):
            raise NcnnError(f"{len(self._content) - self._at} bytes of weights belong to no layer")

    def _take(self, count: int, kind: str) -> np.ndarray:
        size = count * np.dtype(kind).itemsize
        if self._at + size > len(self._content):
            raise NcnnError("the weights end too early")
        values = np.frombuffer(self._content, kind, count, self._at)
        self._at += size
        return values


def convolution(graph: GraphBuilder, layer: Layer, weights: Weights, source: list[str]) -> None:
    """Parameters: 0 outputs, 1 kernel, 2 dilation, 3 stride, 4 padding, 5 bias, 6 weights."""
    outputs, kernel = layer.integer(0, 0), layer.integer(1, 0)
    count, pad = layer.integer(6, 0), layer.integer(4, 0)
    if layer.parameters.keys() - {0, 1, 2, 3, 4, 5, 6}:
        raise NcnnError(f"{layer.name}: a convolution with {sorted(layer.parameters)}")
    stored = weights.marked(count).reshape(outputs, -1, kernel, kernel)
    bias = weights.plain(outputs) if layer.integer(5, 0) else np.zeros(outputs, np.float32)
    graph.node(
        "Conv",
        [*source, graph.constant(f"{layer.name}.weight", stored), graph.constant(f"{layer.name}.bias", bias)],
        layer.outputs[0],
        kernel_shape=[kernel, kernel],
        dilations=[layer.integer(2, 1)] * 2,
        strides=[layer.integer(3, 1)] * 2,
        pads=[pad] * 4,
    )


def prelu(graph: GraphBuilder, layer: Layer, weights: Weights, source: list[str]) -> None:
    slopes = weights.plain(layer.integer(0, 0)).reshape(-1, 1, 1)
    graph.node("PRelu", [*source, graph.constant(f"{layer.name}.slope", slopes)], layer.outputs[0])


def pixel_shuffle(graph: GraphBuilder, layer: Layer, _weights: Weights, source: list[str]) -> None:
    mode = "DCR" if layer.integer(1, 0) else "CRD"
    graph.node("DepthToSpace", source, layer.outputs[0], blocksize=layer.integer(0, 1), mode=mode)


def interpolation(graph: GraphBuilder, layer: Layer, _weights: Weights, source: list[str]) -> None:
    """Parameters: 0 the kind (1 nearest, 3 bicubic), 1 and 2 the factors of height and width."""
    kind, factors = layer.integer(0, 0), (layer.parameters.get(1), layer.parameters.get(2))
    if kind not in (1, 3) or None in factors or layer.integer(6, 0):
        raise NcnnError(f"{layer.name}: an interpolation with {layer.parameters}")
    how = (
        {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        if kind == 1
        else {
            "mode": "cubic",
            "coordinate_transformation_mode": "half_pixel",
            "cubic_coeff_a": CUBIC_COEFFICIENT,
        }
    )
    scales = graph.constant(f"{layer.name}.scales", np.array([1, 1, *factors], np.float32))
    graph.node("Resize", [*source, "", scales], layer.outputs[0], **how)


def binary(graph: GraphBuilder, layer: Layer, _weights: Weights, source: list[str]) -> None:
    operator = layer.integer(0, 0)
    if operator >= len(BINARY_OPERATORS) or len(source) != 2:
        raise NcnnError(f"{layer.name}: an operation with {layer.parameters}")
    graph.node(BINARY_OPERATORS[operator], source, layer.outputs[0])


BUILDERS: dict[str, Callable[[GraphBuilder, Layer, Weights, list[str]], None]] = {
    "Convolution": convolution,
    "PReLU": prelu,
    "PixelShuffle": pixel_shuffle,
    "Interp": interpolation,
    "BinaryOp": binary,
}


def to_onnx(param: str, weights: bytes, graph: GraphBuilder) -> None:
    """Adds a network of one picture in, one picture out: `input` and `output`, float32
    [1, 3, height, width]."""
    reader = Weights(weights)
    # ncnn copies a value for each of its readers; ONNX has no need of it.
    names: dict[str, str] = {}
    layers = read_layers(param)
    for layer in layers:
        source = [names.get(name, name) for name in layer.inputs]
        if layer.kind == "Input":
            names[layer.outputs[0]] = graph.input("input", TensorProto.FLOAT, [1, 3, "height", "width"])
        elif layer.kind == "Split":
            names.update(dict.fromkeys(layer.outputs, source[0]))
        elif layer.kind in BUILDERS:
            BUILDERS[layer.kind](graph, layer, reader, source)
        else:
            raise NcnnError(f"{layer.name}: a layer of kind {layer.kind}")
    reader.finish()
    last = layers[-1].outputs[0]
    if last != "output":
        graph.node("Identity", [last], "output")
    graph.output("output", TensorProto.FLOAT, [1, 3, "output_height", "output_width"])
