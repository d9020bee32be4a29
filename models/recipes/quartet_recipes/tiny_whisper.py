"""Makes the tiny Whisper models of `tests/golden/audio`: seeded, a few hundred kilobytes, in both layouts.

    python -m quartet_recipes.tiny_whisper --out ../../tests/golden/audio

What they write means nothing. `reference.json` holds what a float32 forward pass in numpy makes
of `mel.f32` beside them.
"""

import argparse
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper

from .folder import write_json
from .tiny import tokenizer_json
from .whisper import model_config
from .whisper_graph import WhisperGraph, decoder, encoder
from .whisper_reference import Reference
from .whisper_weights import WhisperConfig, WhisperWeights

FLOAT, BOOL = TensorProto.FLOAT, TensorProto.BOOL
CONTROL = ("endoftext", "startoftranscript", "en", "zh", "translate", "transcribe", "nospeech", "notimestamps")
TICKS = 1501
FRAMES = 200  # of mel.f32; silence follows up to a window of the model's own
STEPS = 6


def tiny_tokenizer() -> tuple[dict, dict[str, int]]:
    """The tiny text models' tokenizer with Whisper's control tokens, and their ids."""
    tokenizer = tokenizer_json()
    known = {**tokenizer["model"]["vocab"], **{token["content"]: token["id"] for token in tokenizer["added_tokens"]}}
    size = max(known.values()) + 1
    ids = {f"<|{name}|>": size + index for index, name in enumerate(CONTROL)}
    flags = dict(single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
    kept = [token for token in tokenizer["added_tokens"] if token["content"] not in ids]
    tokenizer["added_tokens"] = kept + [{"id": id, "content": text, **flags} for text, id in ids.items()]
    return tokenizer, ids


def seeded(config: WhisperConfig) -> WhisperWeights:
    random = np.random.default_rng(11)

    def normal(*shape: int, scale: float) -> np.ndarray:
        # As it will be stored, so that the reference computes with the same.
        return random.normal(0, scale, shape).astype(np.float16).astype(np.float32)

    width, floats = config.width, {}
    for name, inputs in (("conv1", config.mels), ("conv2", width)):
        floats[name], floats[f"{name}.bias"] = normal(width, inputs, 3, scale=0.1), normal(width, scale=0.1)
    for part, layers in (("encoder", config.encoder_layers), ("decoder", config.decoder_layers)):
        for index in range(layers):
            layer = f"{part}.{index}"
            kinds = ("self", "cross") if part == "decoder" else ("self",)
            shapes = {f"{layer}.{kind}.{x}": (width, width) for kind in kinds for x in "qkvo"}
            shapes |= {f"{layer}.up": (2 * width, width), f"{layer}.down": (width, 2 * width)}
            for name, shape in shapes.items():
                floats[name] = normal(*shape, scale=shape[1] ** -0.5)
                if not name.endswith(".k"):
                    floats[f"{name}.bias"] = normal(shape[0], scale=0.1)
            for kind in (*kinds, "mlp"):
                floats[f"{layer}.{kind}_norm.scale"], floats[f"{layer}.{kind}_norm.shift"] = 1 + normal(width, scale=0.1), normal(width, scale=0.1)
        floats[f"{part}.norm.scale"], floats[f"{part}.norm.shift"] = 1 + normal(width, scale=0.1), normal(width, scale=0.1)
    floats["encoder.positions"] = normal(config.encoder_positions, width, scale=0.5)
    floats["decoder.positions"] = normal(config.decoder_positions, width, scale=0.5)
    floats["tokens"] = normal(config.vocabulary, width, scale=1.0)
    return WhisperWeights(config, floats)


def merged_encoder(weights: WhisperWeights) -> WhisperGraph:
    """As optimum exports it: hidden states come out."""
    graph = encoder(weights, half=True)
    graph.outputs.clear()
    graph.node("Identity", ["encoded"], graph.output("last_hidden_state", FLOAT, [1, "positions", weights.config.width]))
    return graph


def merged_decoder(weights: WhisperWeights) -> WhisperGraph:
    """As optimum exports it: the first run projects the hidden states, later ones take the past."""
    graph, config = decoder(weights, half=True), weights.config
    graph.input("encoder_hidden_states", FLOAT, [1, "positions", config.width])
    graph.input("use_cache_branch", BOOL, [1])
    for index in range(config.decoder_layers):
        for part, letter in (("key", "k"), ("value", "v")):
            name = f"{index}.encoder.{part}"
            present = graph.output(f"present.{name}", FLOAT, [1, config.heads, "positions", config.head_size])
            graph.product("encoder_hidden_states", f"decoder.{index}.cross.{letter}", f"{name}.flat")
            fresh = graph.heads(f"{name}.flat", f"{name}.fresh")
            branches = {}
            for branch, source in (("then_branch", f"past_key_values.{name}"), ("else_branch", fresh)):
                chosen = helper.make_tensor_value_info(f"{name}.{branch}", FLOAT, None)
                node = helper.make_node("Identity", [source], [chosen.name])
                branches[branch] = helper.make_graph([node], f"{name}.{branch}.graph", [], [chosen])
            graph.node("If", ["use_cache_branch"], present, **branches)
            _reroute(graph, f"past_key_values.{name}", present)
    graph.sort()
    return graph


def _reroute(graph: WhisperGraph, old: str, new: str) -> None:
    """Attention takes what the branch chose."""
    for node in graph.nodes:
        if node.op_type == "MultiHeadAttention":
            names = [new if name == old else name for name in node.input]
            node.input[:] = names


def reference(weights: WhisperWeights, mel: np.ndarray, ids: dict[str, int]) -> dict:
    model = Reference(weights)
    encoded = model.encode(mel)
    tokens = [ids["<|startoftranscript|>"], ids["<|en|>"], ids["<|transcribe|>"], 5, 17, 40, 9, 33]
    logits = model.logits(encoded, tokens)
    return {
        "made_by": "python -m quartet_recipes.tiny_whisper",
        "tokens": tokens,
        "likeliest": [int(row.argmax()) for row in logits],
        "logits": [[round(float(value), 4) for value in row[:16]] for row in logits],
    }


def main() -> None:
    arguments = argparse.ArgumentParser(prog="quartet_recipes.tiny_whisper", description=__doc__.splitlines()[0])
    arguments.add_argument("--out", type=Path, required=True)
    out = arguments.parse_args().out
    tokenizer, ids = tiny_tokenizer()
    vocabulary = max(ids.values()) + 1 + TICKS
    config = WhisperConfig(80, 32, 2, 1, 2, vocabulary, 1500, 448)
    weights = seeded(config)
    mel = np.fromfile(out / "mel.f32", "<f4").reshape(80, FRAMES)
    # A whole window: other people's encoders take nothing shorter.
    mel = np.pad(mel, ((0, 0), (0, 3000 - FRAMES)), constant_values=mel.min())
    layouts = {
        "tiny-whisper": (("encoder", encoder(weights, True)), ("decoder", decoder(weights, True))),
        "tiny-whisper-merged": (
            ("encoder_model", merged_encoder(weights)),
            ("decoder_model_merged", merged_decoder(weights)),
        ),
    }
    for name, graphs in layouts.items():
        folder = out / name
        (folder / "onnx").mkdir(parents=True, exist_ok=True)
        for file, graph in graphs:
            graph.save(folder / "onnx" / f"{file}.onnx", file, {})
        write_json(folder / "config.json", model_config(config, ids))
        write_json(folder / "tokenizer.json", tokenizer, indent=None)
        write_json(folder / "reference.json", reference(weights, mel, ids), indent=None)


if __name__ == "__main__":
    main()
