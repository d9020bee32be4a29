"""Exports the averaged weights as one ONNX graph with float16 weights, and checks it against torch.

    python -m inbetween.export ../inbetween [--weights FILE]      (in models/recipes)

    in0, in1   frames f32 [1, 3, h, w], RGB in 0..1, sides multiples of 16
    in2        time f32 [1, 1, 1, 1]: 0 is in0, 1 is in1
    -> out0    frame f32 [1, 3, h, w], RGB in 0..1
       flow    f32 [1, 4, h, w]: where each pixel of it lies in in0 and in in1 (right, down; right,
               down), in pixels

The signature is RIFE 4's, with the flow besides. Weights are stored as float16 and widened by the
graph itself; the arithmetic is float32.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from glyph.graphs import new_session, rounded_to_half, store_as_half

from .data import folder
from .network import Inbetween

# The first with a bilinear GridSample.
OPSET = 16
# Of a value in 0..1, and of a flow in pixels.
LARGEST_DIFFERENCE = 1e-3
# Sizes that are checked: square, wide, tall, the smallest one.
SIZES = ((128, 128), (64, 160), (176, 48), (32, 32))
TIMED = 256


class Graph(nn.Module):
    def __init__(self, network: Inbetween):
        super().__init__()
        self.network = network

    def forward(self, in0: Tensor, in1: Tensor, in2: Tensor) -> tuple[Tensor, Tensor]:
        made = self.network(in0, in1, in2)
        return made["frame"].clamp(0, 1), made["flow"]


def frames(height: int, width: int, seed: int) -> tuple[Tensor, Tensor]:
    """Two smooth frames; the second is the first, moved by 3 pixels and a little other."""
    generator = torch.Generator().manual_seed(seed)
    small = torch.rand(1, 3, height // 8 + 2, width // 8 + 2, generator=generator)
    large = nn.functional.interpolate(small, (height + 8, width + 8), mode="bicubic").clamp(0, 1)
    return large[..., 4 : 4 + height, 4 : 4 + width], large[..., 5 : 5 + height, 7 : 7 + width] * 0.98


def export(network: Inbetween, path: Path) -> float:
    """Writes the graph; returns the largest difference to torch with the same rounded weights."""
    graph = rounded_to_half(Graph(network).eval())
    half = torch.full((1, 1, 1, 1), 0.5)
    axes = {name: {2: "height", 3: "width"} for name in ("in0", "in1", "out0", "flow")}
    torch.onnx.export(graph, (*frames(96, 128, 0), half), str(path), input_names=["in0", "in1", "in2"],
                      output_names=["out0", "flow"], dynamic_axes=axes, opset_version=OPSET, dynamo=False)
    store_as_half(path)
    session, worst = new_session(path), 0.0
    for seed, (height, width) in enumerate(SIZES):
        first, second = frames(height, width, seed)
        at = torch.full((1, 1, 1, 1), (seed + 1) / (len(SIZES) + 1))
        with torch.no_grad():
            wanted = graph(first, second, at)
        found = session.run(None, {"in0": first.numpy(), "in1": second.numpy(), "in2": at.numpy()})
        worst = max(worst, *(float(np.abs(ours - theirs.numpy()).max()) for ours, theirs in zip(found, wanted)))
    return worst


def milliseconds(path: Path, side: int = TIMED, threads: int = 2, times: int = 15) -> float:
    """The median time of one frame of `side` x `side`."""
    session = new_session(path, threads)
    first, second = (frame.numpy() for frame in frames(side, side, 1))
    inputs = {"in0": first, "in1": second, "in2": np.full((1, 1, 1, 1), 0.5, np.float32)}
    taken = []
    for _ in range(times + 2):
        began = time.perf_counter()
        session.run(None, inputs)
        taken.append(time.perf_counter() - began)
    return float(np.median(taken[2:]) * 1000)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--weights", type=Path, default=folder() / "inbetween.pt")
    options = parser.parse_args()
    network = Inbetween()
    state = torch.load(options.weights, map_location="cpu")
    # A checkpoint of a training that still runs holds its average too.
    network.load_state_dict(state.get("average", state))
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / "inbetween.onnx"
        if (difference := export(network, made)) > LARGEST_DIFFERENCE:
            raise SystemExit(f"the graph differs from torch by up to {difference}")
        options.out.mkdir(parents=True, exist_ok=True)
        path = options.out / made.name
        path.write_bytes(made.read_bytes())
    print(json.dumps({"largest difference to torch": difference, "bytes": path.stat().st_size,
                      "parameters": sum(parameter.numel() for parameter in network.parameters()),
                      f"milliseconds at {TIMED} x {TIMED}": round(milliseconds(path), 1)}, indent=1))


if __name__ == "__main__":
    main()
