"""The recipe for text models: a llama or qwen2 GGUF file becomes an ONNX model folder.

    python -m quartet_recipes.text convert --gguf FILE --out DIR [--encoding u8|u4]
    python -m quartet_recipes.text check --gguf FILE --model DIR [--json]
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

from .config import read_config
from .decoder import DecoderBuilder, DecoderOptions
from .folder import generation_config, model_config, replaced_folder, write_json
from .gguf_file import GgufError, GgufFile
from .graph import GraphBuilder
from .tokenizer import end_tokens, tokenizer_config, tokenizer_json
from .weights import GgufWeights


def progress(step: str, done: int, total: int) -> None:
    """One line of JSON on stdout for whoever started the recipe."""
    print(json.dumps({"step": step, "done": done, "total": total}, separators=(",", ":")), flush=True)


def convert(arguments: argparse.Namespace) -> int:
    """Writes the model folder; nothing is left under its name unless all went well."""
    gguf = GgufFile(arguments.gguf)
    config = read_config(gguf)
    context = min(config.context, arguments.max_context or config.context)
    weights = GgufWeights(gguf, config, arguments.encoding)
    with replaced_folder(arguments.out) as folder:
        progress("tokenizer", 0, 1)
        _write_descriptions(folder, gguf, weights, context, arguments)
        progress("tokenizer", 1, 1)
        (folder / "onnx").mkdir()
        graph = GraphBuilder(folder / "onnx" / "model.onnx_data")
        options = DecoderOptions(max_context=context)
        progress("layers", 0, config.layers)
        DecoderBuilder(graph, weights, options).build(lambda done: progress("layers", done, config.layers))
        graph.save(folder / "onnx" / "model.onnx", config.architecture, {"past_present_share_buffer": "true"})
        progress("files", 0, 1)
    progress("files", 1, 1)
    return 0


def _write_descriptions(folder: Path, gguf: GgufFile, weights: GgufWeights, context: int, arguments) -> None:
    bos, pad = (gguf.field(f"tokenizer.ggml.{name}_token_id") for name in ("bos", "padding"))
    ends = end_tokens(gguf)
    advised = {
        "temperature": arguments.temperature,
        "top_k": arguments.top_k,
        "top_p": arguments.top_p,
        "repetition_penalty": arguments.repetition_penalty,
    }
    sampling = {name: value for name, value in advised.items() if value is not None}
    write_json(folder / "config.json", model_config(weights.config, weights.tied, bos, ends, context))
    write_json(folder / "generation_config.json", generation_config(bos, pad, ends, sampling))
    write_json(folder / "tokenizer.json", tokenizer_json(gguf), indent=None)
    write_json(folder / "tokenizer_config.json", tokenizer_config(gguf, context))
    if arguments.licence:
        shutil.copyfile(arguments.licence, folder / "LICENSE")


def check(arguments: argparse.Namespace) -> int:
    """Compares the folder with the float32 reference; 1 where it is not near enough."""
    # Only the check needs ONNX Runtime and the tokenizer library.
    from .check import compare

    report = compare(arguments.gguf, arguments.model, arguments.threads, arguments.least_top1)
    print(json.dumps(report.as_dict()) if arguments.json else report.as_text())
    return 0 if report.passed else 1


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="quartet_recipes.text", description=__doc__.splitlines()[0])
    commands = root.add_subparsers(required=True)
    make = commands.add_parser("convert", help="make a model folder from a GGUF file")
    make.add_argument("--gguf", type=Path, required=True)
    make.add_argument("--out", type=Path, required=True)
    make.add_argument("--encoding", choices=("u8", "u4"), default="u8")
    make.add_argument("--max-context", type=int, help="positions; the model's own number by default")
    make.add_argument("--licence", type=Path, help="the model's licence text, copied as LICENSE")
    make.add_argument("--temperature", type=float)
    make.add_argument("--top-k", type=int)
    make.add_argument("--top-p", type=float)
    make.add_argument("--repetition-penalty", type=float)
    make.set_defaults(run=convert)
    compare = commands.add_parser("check", help="compare a model folder with its GGUF file in float32")
    compare.add_argument("--gguf", type=Path, required=True)
    compare.add_argument("--model", type=Path, required=True)
    compare.add_argument("--threads", type=int, default=2)
    compare.add_argument("--least-top1", type=float, default=0.97, help="share of positions that must agree")
    compare.add_argument("--json", action="store_true", help="print the figures as JSON")
    compare.set_defaults(run=check)
    return root


def main() -> int:
    arguments = parser().parse_args()
    try:
        return arguments.run(arguments)
    except (GgufError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
