"""Exports the best weights as an ONNX graph of one step, checked against torch, and writes config.json.

    python -m melody.export ../melody      (in models/recipes)

    token int64 [1, 1], state f32 [layers, 1, width] -> logits f32 [1, vocabulary], next f32 [layers, 1, width]

Weights are stored as float16 and widened by the graph itself; the arithmetic is float32.
"""

import argparse
import json
import random
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from glyph.graphs import new_session, rounded_to_half, store_as_half

from .abc import MODES, TICKS, chord_tones
from .network import LAYERS, WIDTH, Melody
from .soundfont import INSTRUMENTS
from .train import folder

LARGEST_DIFFERENCE = 1e-4
STEPS = 200


class Step(nn.Module):
    def __init__(self, melody: Melody):
        super().__init__()
        self.melody = melody

    def forward(self, token: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        logits, after = self.melody(token, state)
        return logits[0], after


def export(melody: Melody, path: Path) -> float:
    """Writes the graph; returns the largest difference to torch over a long row of tokens."""
    step = rounded_to_half(Step(melody).eval())
    count = melody.answer.out_features
    torch.onnx.export(step, (torch.zeros(1, 1, dtype=torch.int64), melody.start(1)), str(path), opset_version=17,
                      input_names=["token", "state"], output_names=["logits", "next"], dynamo=False)
    store_as_half(path)
    session, chance, worst = new_session(path), random.Random(1), 0.0
    state, ours = melody.start(1), melody.start(1).numpy()
    for _ in range(STEPS):
        token = chance.randrange(count)
        with torch.no_grad():
            wanted, state = step(torch.tensor([[token]]), state)
        logits, ours = session.run(["logits", "next"], {"token": np.array([[token]], np.int64), "state": ours})
        worst = max(worst, float(np.abs(logits - wanted.numpy()).max()), float(np.abs(ours - state.numpy()).max()))
    return worst


def config(names: list[str]) -> dict:
    chords = [name.partition(":")[2] for name in names if name.startswith("chord:")]
    return {"version": 1, "layers": LAYERS, "width": WIDTH, "ticksPerQuarter": TICKS, "tokens": names,
            "sampling": {"temperature": 1.0, "topP": 0.95},
            "chords": {chord: chord_tones(chord) for chord in chords},
            "modes": {mode: list(steps) for mode, steps in MODES.items()},
            "instruments": [{"program": i.program, "id": i.id, "name": {"en": i.en, "zh": i.zh}} for i in INSTRUMENTS]}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    kept = torch.load(folder() / "melody.pt")
    melody = Melody(len(kept["tokens"]))
    melody.load_state_dict(kept["weights"])
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / "melody.onnx"
        if (difference := export(melody, made)) > LARGEST_DIFFERENCE:
            raise SystemExit(f"the graph differs from torch by up to {difference}")
        (options.out / made.name).write_bytes(made.read_bytes())
    text = json.dumps(config(kept["tokens"]), ensure_ascii=False)
    (options.out / "config.json").write_text(text + "\n", encoding="utf-8")
    print(json.dumps({"largest difference to torch": difference, "bytes": (options.out / "melody.onnx").stat().st_size,
                      "parameters": sum(p.numel() for p in melody.parameters()), "passes": kept.get("best epoch", kept.get("passes"))}))


if __name__ == "__main__":
    main()
