"""Makes the folders of `tests/golden/text/exported-*`: tiny models as other people's exporter writes them.

    python -m quartet_recipes.exported --out ../../tests/golden/text

The models are `transformers`' own, seeded and untrained; `optimum` exports them unchanged, and
`reference.json` holds what PyTorch computes. Nothing of Quartet has a part in the graphs, so
that they show whether folders from elsewhere run. This needs PyTorch, which nothing else here
does: `pip install --require-hashes -r requirements-exported.txt`.
"""

import argparse
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import transformers
from optimum.exporters.onnx.convert import export_pytorch
from optimum.exporters.tasks import TasksManager
from optimum.onnx import merge_decoders
from tokenizers import Tokenizer

from .folder import write_json
from .tiny import CONTEXT, PROMPT, STEPS, TEMPLATE, SPECIALS, rounded, tokenizer_json, tokens

_SETTLED = 0.2  # logits: more than twice the widest tolerance below
_OPSET = 18
_KEEP = "num_logits_to_keep"
_SHAPE = dict(
    vocab_size=len(tokens()),
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=CONTEXT,
    bos_token_id=0,
    eos_token_id=2,
    pad_token_id=0,
    tie_word_embeddings=True,
)


@dataclass(frozen=True)
class Variant:
    """One folder: whose architecture, and what its graph takes and gives."""

    model_type: str
    config: dict = field(default_factory=dict)
    merged: bool = False  # two graphs behind `use_cache_branch`
    positions: bool = True
    keep_logits: bool = False
    half: bool = False
    tolerance: float = 1e-3  # of logits against the reference


VARIANTS = {
    "exported-llama": Variant("llama"),
    "exported-llama-merged": Variant("llama", merged=True),
    "exported-qwen2": Variant("qwen2", positions=False),
    # Its heads are wider than its hidden size shared among them.
    "exported-qwen3": Variant("qwen3", {"head_dim": 16}, keep_logits=True),
    "exported-qwen3-half": Variant("qwen3", {"head_dim": 16}, keep_logits=True, half=True, tolerance=8e-2),
    # Layers that see eight tokens beside one that sees all, and logits that are bent.
    "exported-gemma3": Variant(
        "gemma3_text",
        {
            "head_dim": 16,
            "num_hidden_layers": 3,
            "num_key_value_heads": 1,
            "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
            "sliding_window": 8,
            "query_pre_attn_scalar": 16,
            "final_logit_softcapping": 30.0,
        },
        positions=False,
    ),
    "exported-phi3": Variant("phi3", {"sliding_window": 16, "partial_rotary_factor": 0.5}),
}  # fmt: skip


class _Keeping:
    """Mixed into a model class: logits of the last `num_logits_to_keep` positions only, as
    transformers.js' conversions have it."""

    def forward(self, input_ids, attention_mask, past_key_values, num_logits_to_keep, position_ids=None):
        read = self.model(
            input_ids=input_ids,
            attention_mask=attention_mask,
            past_key_values=past_key_values,
            position_ids=position_ids,
            use_cache=True,
        )
        logits = self.lm_head(read.last_hidden_state[:, -num_logits_to_keep:, :])
        return {"logits": logits, "past_key_values": read.past_key_values}


def build(variant: Variant, seed: int) -> torch.nn.Module:
    """An untrained model whose layers weigh enough to matter."""
    config = transformers.AutoConfig.for_model(variant.model_type, **{**_SHAPE, **variant.config})
    config._attn_implementation = "eager"
    model = transformers.AutoModelForCausalLM.from_config(config).eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() == 2:
                weight.normal_(0, 1.0 if "embed" in name else 0.35, generator=generator)
            elif name.endswith("bias"):
                weight.normal_(0, 0.5, generator=generator)
            else:
                weight.normal_(_norm_centre(variant, name), 0.1, generator=generator)
    if variant.half:
        model = model.half().float()  # what the file will hold, computed with in float32
    return model


def _norm_centre(variant: Variant, name: str) -> float:
    if not variant.model_type.startswith("gemma"):
        return 1.0
    # Gemma's norms multiply by 1 + weight, and its embedding by the root of the hidden size: its
    # layers would hardly be heard.
    return 9.0 if "post_" in name else 0.0


def logits(model: torch.nn.Module, ids: list[int]) -> np.ndarray:
    """Of the last position, from one pass over all of `ids`: no cache has a part in it."""
    with torch.no_grad():
        return model(torch.tensor([ids]), use_cache=False).logits[0, -1].float().numpy()


def settled(variant: Variant, prompt: list[int]) -> tuple[torch.nn.Module, list[int], float]:
    """The first seed whose greedy continuation leaves no choice to rounding, its tokens, and the
    least distance between the two highest logits on the way."""
    for seed in range(1000):
        model = build(variant, seed)
        answer, least = [], np.inf
        while len(answer) < STEPS and least > _SETTLED:
            last = logits(model, prompt + answer)
            second, first = np.argsort(last)[-2:]
            least = min(least, float(last[first] - last[second]))
            answer.append(int(first))
        if least > _SETTLED and min(answer) >= len(SPECIALS) and len(set(answer)) >= STEPS // 2:
            return model, answer, least
    raise RuntimeError("no seed gives a settled continuation")


def export(variant: Variant, model: torch.nn.Module, path: Path, **uses: bool) -> None:
    """One graph, written by optimum."""
    ordinary = TasksManager.get_exporter_config_constructor(
        "onnx", model=model, task="text-generation", library_name="transformers"
    )
    described = ordinary(model.config, float_dtype="fp16" if variant.half else "fp32", use_past=True, **uses)

    class Interface(type(described)):
        @property
        def inputs(self):
            inputs = dict(super().inputs)
            if not variant.positions:
                inputs.pop("position_ids", None)
            if variant.keep_logits:
                inputs[_KEEP] = {}
            return inputs

        def generate_dummy_inputs(self, framework="pt", **shapes):
            if not variant.keep_logits:
                return super().generate_dummy_inputs(framework, **shapes)
            # optimum knows no such input: it is taken out while it makes the others up.
            type(self).inputs, all_inputs = property(lambda own: {n: a for n, a in all_inputs.fget(own).items() if n != _KEEP}), type(self).inputs
            try:
                made = super().generate_dummy_inputs(framework, **shapes)
            finally:
                type(self).inputs = all_inputs
            return {**made, _KEEP: torch.tensor(2)}

    described.__class__ = Interface
    if variant.keep_logits:
        model.__class__ = type("Keeping", (_Keeping, type(model)), {})
    export_pytorch(model.half() if variant.half else model, described, _OPSET, path)


def write_variant(folder: Path, variant: Variant) -> None:
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    write_json(folder / "tokenizer.json", tokenizer_json(), indent=None)
    prompt = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(PROMPT).ids
    model, answer, margin = settled(variant, prompt)
    reference = {
        "made_by": "python -m quartet_recipes.exported",
        "messages": [{"role": "user", "content": "Hello there, 你好!"}],
        "prompt": PROMPT,
        "prompt_ids": prompt,
        "greedy_ids": answer,
        "least_margin": round(margin, 4),
        "tolerance": variant.tolerance,
        "prompt_logits": rounded(logits(model, prompt)),
        "final_logits": rounded(logits(model, prompt + answer)),
    }
    write_json(folder / "reference.json", reference, indent=None)
    model.generation_config.save_pretrained(folder)
    model.config.save_pretrained(folder)
    names = dict(bos_token=SPECIALS[0], eos_token=SPECIALS[2], pad_token=SPECIALS[0])
    write_json(folder / "tokenizer_config.json", {**names, "chat_template": TEMPLATE, "model_max_length": CONTEXT})
    if variant.merged:
        with tempfile.TemporaryDirectory() as parts:
            first, further = Path(parts, "decoder_model.onnx"), Path(parts, "decoder_with_past_model.onnx")
            export(variant, model, first, use_past_in_inputs=False)
            export(variant, model, further, use_past_in_inputs=True)
            merge_decoders(first, further, save_path=folder / "onnx" / "decoder_model_merged.onnx")
    else:
        export(variant, model, folder / "onnx" / ("model_fp16.onnx" if variant.half else "model.onnx"), use_past_in_inputs=True)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="quartet_recipes.exported", description=__doc__.splitlines()[0])
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--only", choices=VARIANTS, action="append")
    given = arguments.parse_args()
    for name in given.only or VARIANTS:
        write_variant(given.out / name, VARIANTS[name])


if __name__ == "__main__":
    main()
