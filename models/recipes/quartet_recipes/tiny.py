"""Makes the tiny models of `tests/golden/text`: seeded, a few hundred kilobytes, all shapes.

    python -m quartet_recipes.tiny --out ../../tests/golden/text

Their words mean nothing. They have the interfaces that real folders have, and a
`reference.json` of what a float32 forward pass in numpy makes of them.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from .config import ModelConfig
from .decoder import DecoderBuilder, DecoderOptions
from .encodings import Encoded, encode_floats
from .folder import generation_config, model_config, write_json
from .graph import GraphBuilder
from .plain import PlainBuilder
from .reference import logits

CONTEXT = 256
STEPS = 16
_SETTLED = 0.2  # logits: more than twice the widest tolerance below
PROMPT = "<|im_start|>user\nHello there, 你好!<|im_end|>\n<|im_start|>assistant\n"
SPECIALS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
_MERGES = (
    "t h", "th e", "Ġ the", "i n", "e r", "a n", "an d", "Ġ and", "o n", "r e", "e n", "a t", "o r", "e s", "i s",
    "i t", "o u", "Ġ t", "Ġ a", "Ġ s", "Ġ w", "l l", "H e", "He ll", "Hell o", "in g", "u s", "us er", "a s",
    "as s", "ass is", "assis t", "assist an", "assistan t", "s y", "sy s", "sys t", "syst e", "syste m", "l o", "o f",
)  # fmt: skip
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_LLAMA = ModelConfig("llama", 2, 64, 64, 4, 2, 16, len(SPECIALS) + 256 + len(_MERGES), CONTEXT, 10000.0, 1e-5)
_QWEN2 = replace(_LLAMA, architecture="qwen2", rope_theta=1e6, norm_epsilon=1e-6)


@dataclass(frozen=True)
class Variant:
    """One folder: whose shape, and what its graph takes and gives."""

    config: ModelConfig
    tolerance: float  # of logits against the reference
    plain: bool = False
    merged: bool = False
    half_cache: bool = False
    keep_logits: bool = True
    external_data: bool = False


VARIANTS = {
    "tiny-llama": Variant(_LLAMA, 1e-3),
    "tiny-qwen2": Variant(_QWEN2, 1e-3, external_data=True),
    "tiny-half-cache": Variant(_LLAMA, 8e-2, half_cache=True),
    "tiny-all-logits": Variant(_QWEN2, 1e-3, keep_logits=False),
    "tiny-plain": Variant(_QWEN2, 1e-3, plain=True),
    "tiny-merged": Variant(_LLAMA, 1e-3, plain=True, merged=True),
}


class TinyWeights:
    """Random weights; `floats` gives back what their encoding holds, so that graphs and the
    reference compute with the same numbers."""

    tied = True

    def __init__(self, config: ModelConfig, seed: int):
        self.config = config
        generator = np.random.default_rng(seed)
        query, key = config.heads * config.head_size, config.kv_heads * config.head_size
        shapes = {
            "q": (query, config.hidden),
            "k": (key, config.hidden),
            "v": (key, config.hidden),
            "o": (config.hidden, query),
            "gate": (config.intermediate, config.hidden),
            "up": (config.intermediate, config.hidden),
            "down": (config.hidden, config.intermediate),
        }
        # Layers weigh more than the embedding, or a tied head would only repeat its input.
        self._matrices = {"head": encode_floats(generator.normal(0, 0.4, (config.vocabulary, config.hidden)))}
        self._vectors = {"final_norm": _norm(generator, config.hidden)}
        for layer in range(config.layers):
            for name, shape in shapes.items():
                self._matrices[f"{layer}.{name}"] = encode_floats(generator.normal(0, 0.25, shape))
            for name in "qkv":
                self._vectors[f"{layer}.{name}_bias"] = generator.normal(0, 0.5, shapes[name][0]).astype(np.float32)
            for name in ("attention_norm", "mlp_norm"):
                self._vectors[f"{layer}.{name}"] = _norm(generator, config.hidden)
        self._floats = {name: matrix.dequantize() for name, matrix in self._matrices.items()}

    def matrix(self, name: str) -> Encoded:
        return self._matrices["head" if name == "embedding" else name]

    def floats(self, name: str) -> np.ndarray:
        return self._floats["head" if name == "embedding" else name]

    def vector(self, name: str) -> np.ndarray:
        return self._vectors[name]


def _norm(generator: np.random.Generator, size: int) -> np.ndarray:
    return generator.normal(1, 0.1, size).astype(np.float32)


def tokens() -> list[str]:
    """Control tokens, the 256 bytes in GPT-2's printable spelling, then the merges' results."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spelled = {byte: chr(byte) for byte in printable}
    others = [byte for byte in range(256) if byte not in spelled]
    spelled |= {byte: chr(256 + place) for place, byte in enumerate(others)}
    return [*SPECIALS, *(spelled[byte] for byte in range(256)), *(merge.replace(" ", "") for merge in _MERGES)]


def tokenizer_json() -> dict:
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": True}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": id, "content": content, **flags} for id, content in enumerate(SPECIALS)],
        "normalizer": None,
        "pre_tokenizer": byte_level,
        "post_processor": None,
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: id for id, token in enumerate(tokens())},
            "merges": [merge.split(" ") for merge in _MERGES],
        },
    }


def settled_weights(config: ModelConfig, prompt: list[int]) -> tuple[TinyWeights, list[int], float]:
    """The first seed whose greedy continuation leaves no choice to rounding, its tokens, and the
    least distance between the two highest logits on the way."""
    for seed in range(1000):
        weights = TinyWeights(config, seed)
        answer, least = [], np.inf
        while len(answer) < STEPS and least > _SETTLED:
            last = logits(weights, prompt + answer)[-1]
            second, first = np.argsort(last)[-2:]
            least = min(least, float(last[first] - last[second]))
            answer.append(int(first))
        # Control tokens would end the answer early, and a loop would hide a broken cache.
        if least > _SETTLED and min(answer) >= len(SPECIALS) and len(set(answer)) >= STEPS // 2:
            return weights, answer, least
    raise RuntimeError("no seed gives a settled continuation")


def write_graph(folder: Path, variant: Variant, weights: TinyWeights) -> None:
    """onnx/model.onnx, and its data file where the variant has one."""
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    graph = GraphBuilder(folder / "onnx" / "model.onnx_data" if variant.external_data else None)
    if variant.plain:
        PlainBuilder(graph, weights, CONTEXT, variant.merged).build()
    else:
        # Float32 activations: the numbers are then near enough to find a slip in the cache.
        options = DecoderOptions(CONTEXT, variant.half_cache, variant.keep_logits, accuracy=1)
        DecoderBuilder(graph, weights, options).build()
    metadata = {} if variant.plain else {"past_present_share_buffer": "true"}
    graph.save(folder / "onnx" / "model.onnx", folder.name, metadata)


def write_variant(folder: Path, variant: Variant) -> None:
    from tokenizers import Tokenizer

    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "tokenizer.json", tokenizer_json(), indent=None)
    prompt = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(PROMPT).ids
    weights, answer, margin = settled_weights(variant.config, prompt)
    write_graph(folder, variant, weights)
    begin, end = 0, 2
    write_json(folder / "config.json", model_config(variant.config, True, begin, [end], CONTEXT))
    sampling = {"temperature": 0.8, "top_k": 40, "top_p": 0.95}
    write_json(folder / "generation_config.json", generation_config(begin, begin, [end, begin], sampling))
    names = dict(bos_token=SPECIALS[begin], eos_token=SPECIALS[end], pad_token=SPECIALS[begin])
    write_json(folder / "tokenizer_config.json", {**names, "chat_template": TEMPLATE, "model_max_length": CONTEXT})
    reference = {
        "made_by": "python -m quartet_recipes.tiny",
        "messages": [{"role": "user", "content": "Hello there, 你好!"}],
        "prompt": PROMPT,
        "prompt_ids": prompt,
        "greedy_ids": answer,
        "least_margin": round(margin, 4),
        "tolerance": variant.tolerance,
        "prompt_logits": rounded(logits(weights, prompt)[-1]),
        "final_logits": rounded(logits(weights, prompt + answer)[-1]),
    }
    write_json(folder / "reference.json", reference, indent=None)


def rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 5) for value in values]


def main() -> None:
    arguments = argparse.ArgumentParser(prog="quartet_recipes.tiny", description=__doc__.splitlines()[0])
    arguments.add_argument("--out", type=Path, required=True)
    out = arguments.parse_args().out
    for name, variant in VARIANTS.items():
        write_variant(out / name, variant)


if __name__ == "__main__":
    main()
