"""Writes a model folder in the transformers.js / optimum layout, whole or not at all.

    config.json  generation_config.json  tokenizer.json  tokenizer_config.json  LICENSE
    onnx/model.onnx  onnx/model.onnx_data
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .config import ModelConfig

_ARCHITECTURE_CLASSES = {"llama": "LlamaForCausalLM", "qwen2": "Qwen2ForCausalLM"}


@contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """Yields `target` + ".partial" to be filled; it becomes `target` only if nothing fails.

    A process killed half-way leaves the old folder, or none, and a .partial that the next
    run clears away.
    """
    partial = target.with_name(target.name + ".partial")
    old = target.with_name(target.name + ".old")
    for leftover in (partial, old):
        shutil.rmtree(leftover, ignore_errors=True)
    partial.mkdir(parents=True)
    yield partial
    for path in sorted(partial.rglob("*")):
        if path.is_file():
            _sync(path)
    if target.exists():
        os.replace(target, old)
    os.replace(partial, target)
    shutil.rmtree(old, ignore_errors=True)


def write_json(path: Path, content: dict, indent: int | None = 2) -> None:
    """UTF-8, keys in the order given, a newline at the end."""
    text = json.dumps(content, ensure_ascii=False, indent=indent, separators=None if indent else (",", ":"))
    path.write_bytes(text.encode() + b"\n")


def model_config(config: ModelConfig, tied: bool, bos: int | None, ends: list[int], context: int) -> dict:
    """The content of config.json, with the names of Hugging Face's llama and qwen2."""
    return {
        "architectures": [_ARCHITECTURE_CLASSES[config.architecture]],
        "model_type": config.architecture,
        "hidden_size": config.hidden,
        "intermediate_size": config.intermediate,
        "num_hidden_layers": config.layers,
        "num_attention_heads": config.heads,
        "num_key_value_heads": config.kv_heads,
        "head_dim": config.head_size,
        "vocab_size": config.vocabulary,
        "max_position_embeddings": context,
        "rope_theta": config.rope_theta,
        "rms_norm_eps": config.norm_epsilon,
        "hidden_act": "silu",
        "tie_word_embeddings": tied,
        "bos_token_id": bos,
        "eos_token_id": ends[0],
        "use_cache": True,
    }


def generation_config(bos: int | None, pad: int | None, ends: list[int], sampling: dict) -> dict:
    """The content of generation_config.json; `sampling` is what the model's authors advise."""
    return {"bos_token_id": bos, "pad_token_id": pad, "eos_token_id": ends, "do_sample": True, **sampling}


def _sync(path: Path) -> None:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
