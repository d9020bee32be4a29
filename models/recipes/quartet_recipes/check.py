"""Judges a converted folder against the float32 reference on the GGUF file's own weights.

What is compared is the distribution over the next token at every position of the passages
in `samples.py`: whether the likeliest token is the same, and how well each predicts the text.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnx
from tokenizers import Tokenizer

from .config import read_config
from .gguf_file import GgufFile
from .reference import hidden_states, log_softmax
from .samples import PASSAGES
from .session import Decoder
from .weights import GgufWeights

LEAST_TOP1 = 0.97
MOST_PERPLEXITY_RATIO = 1.01
# The last tokens of each passage are fed one by one, so that the cache is judged as well.
_SINGLE_STEPS = 24


@dataclass(frozen=True)
class Agreement:
    """Figures over a set of positions."""

    positions: int
    top1_agreement: float  # share of positions with the same likeliest token
    perplexity_reference: float
    perplexity_model: float
    perplexity_ratio: float  # model / reference
    mean_divergence: float  # Kullback-Leibler, nats a token
    max_logit_error: float


@dataclass(frozen=True)
class Report:
    overall: Agreement
    by_passage: dict[str, Agreement]
    relative_mse: float  # of the encoded weights, weighted by size
    least_top1: float
    passed: bool

    def as_dict(self) -> dict:
        return asdict(self)

    def as_text(self) -> str:
        lines = ["passages   positions  top-1    perplexity (float32 -> model)   ratio    KL       max error"]
        for name, figures in {**self.by_passage, "all": self.overall}.items():
            lines.append(
                f"{name:10} {figures.positions:9d}  {figures.top1_agreement:6.2%}  "
                f"{figures.perplexity_reference:12.3f} -> {figures.perplexity_model:12.3f}   "
                f"{figures.perplexity_ratio:.4f}   {figures.mean_divergence:.5f}  {figures.max_logit_error:.3f}"
            )
        verdict = "passed" if self.passed else "FAILED"
        limits = f"top-1 >= {self.least_top1:.0%}, perplexity ratio <= {MOST_PERPLEXITY_RATIO}"
        return "\n".join([*lines, f"weights: relative MSE {self.relative_mse:.1e}", f"{verdict} ({limits})"])


def compare(gguf_path: Path, folder: Path, threads: int = 2, least_top1: float = LEAST_TOP1) -> Report:
    """Runs both over the passages. Memory: about a layer and a passage's logits in float32."""
    gguf = GgufFile(gguf_path)
    weights = GgufWeights(gguf, read_config(gguf), encoding_of(folder / "onnx" / "model.onnx"))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    sequences = [(name, tokenizer.encode(text).ids) for name, texts in PASSAGES.items() for text in texts]
    decoder = Decoder(folder / "onnx" / "model.onnx", max(len(ids) for _, ids in sequences), threads)
    states = hidden_states(weights, [ids for _, ids in sequences])
    head = weights.floats("head")
    measured: dict[str, list[_Positions]] = {}
    for (name, ids), state in zip(sequences, states):
        measured.setdefault(name, []).append(_Positions(state @ head.T, _model_logits(decoder, ids), ids))
    by_passage = {name: _agreement(parts) for name, parts in measured.items()}
    overall = _agreement([part for parts in measured.values() for part in parts])
    passed = overall.top1_agreement >= least_top1 and overall.perplexity_ratio <= MOST_PERPLEXITY_RATIO
    return Report(overall, by_passage, weight_error(weights), least_top1, passed)


def encoding_of(path: Path) -> str:
    """Which encoding a graph was made with."""
    nodes = onnx.load(path, load_external_data=False).graph.node
    widths = {attribute.i for node in nodes for attribute in node.attribute if attribute.name == "bits"}
    return "u4" if 4 in widths else "u8"


def weight_error(weights: GgufWeights) -> float:
    """Relative mean squared error of all encoded matrices, head included."""
    names = [f"{layer}.{part}" for layer in range(weights.config.layers) for part in ("q", "k", "v", "o", "gate", "up", "down")]
    error = power = 0.0
    for name in ["head", *names]:
        expected = weights.floats(name)
        error += float(np.square(weights.matrix(name).dequantize() - expected).sum(dtype=np.float64))
        power += float(np.square(expected).sum(dtype=np.float64))
    return error / power


class _Positions:
    """What is measured at each position of one passage."""

    def __init__(self, reference: np.ndarray, model: np.ndarray, ids: list[int]):
        self.same = reference.argmax(-1) == model.argmax(-1)
        self.error = float(np.abs(reference - model).max())
        reference, model = log_softmax(reference), log_softmax(model)
        self.divergence = (np.exp(reference) * (reference - model)).sum(-1)
        following = (np.arange(len(ids) - 1), ids[1:])
        self.reference_loss, self.model_loss = -reference[following], -model[following]


def _agreement(parts: list[_Positions]) -> Agreement:
    def mean(attribute: str) -> float:
        return float(np.concatenate([getattr(part, attribute) for part in parts]).mean())

    reference, model = np.exp(mean("reference_loss")), np.exp(mean("model_loss"))
    return Agreement(
        positions=sum(len(part.same) for part in parts),
        top1_agreement=mean("same"),
        perplexity_reference=float(reference),
        perplexity_model=float(model),
        perplexity_ratio=float(model / reference),
        mean_divergence=mean("divergence"),
        max_logit_error=max(part.error for part in parts),
    )


def _model_logits(decoder: Decoder, ids: list[int]) -> np.ndarray:
    decoder.truncate(0)
    prompt = len(ids) - _SINGLE_STEPS
    rows = [decoder.run(ids[:prompt], keep=prompt)]
    rows += [decoder.run([id]) for id in ids[prompt:]]
    return np.concatenate(rows)
