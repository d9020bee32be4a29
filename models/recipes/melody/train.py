"""Trains the network; may be killed and started again at any time.

    nice -n 10 python -m melody.train --minutes 8      (in models/recipes)

Each pass sees every tune once, as `tokens.varied` makes it. One tune in eight, by a checksum of its title, is
held out as it is written; the weights that do best on those are kept. Writes to $QUARTET_CACHE/training/melody.
"""

import argparse
import json
import math
import os
import random
import time
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy

from . import abc, tokens
from .network import Melody

BATCH = 24
RATE, DECAY = 5e-3, 0.05
PATIENCE = 25
PADDING = -100
PIECE = 48


def folder() -> Path:
    where = Path(os.environ.get("QUARTET_CACHE", Path.home() / ".cache" / "quartet")) / "training" / "melody"
    where.mkdir(parents=True, exist_ok=True)
    return where


def padded(rows: list[list[int]]) -> torch.Tensor:
    made = torch.full((max(map(len, rows)), len(rows)), PADDING)
    for index, row in enumerate(rows):
        made[: len(row), index] = torch.tensor(row)
    return made


def loss_of(model: Melody, rows: torch.Tensor, state: torch.Tensor, reduction: str = "mean"
            ) -> tuple[torch.Tensor, torch.Tensor]:
    """Of what follows each token, in nats; and the state after them."""
    logits, after = model(rows[:-1].clamp(min=0), state)
    loss = cross_entropy(logits.flatten(0, 1), rows[1:].flatten(), ignore_index=PADDING, reduction=reduction)
    return loss, after


def keep(path: Path, values: dict) -> None:
    """Whole or not at all."""
    part = path.with_suffix(".part")
    torch.save(values, part)
    os.replace(part, path)


@torch.no_grad()
def bits(model: Melody, rows: list[list[int]]) -> float:
    """A token of the held-out tunes, in bits."""
    model.eval()
    total = loss_of(model, padded(rows), model.start(len(rows)), "sum")[0].item()
    model.train()
    return total / sum(len(row) - 1 for row in rows) / math.log(2)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--afresh", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    everything = abc.tunes()
    names = tokens.vocabulary(everything)
    ids = {name: index for index, name in enumerate(names)}
    known = [tune for tune in everything if not tokens.is_held_out(tune.title)]
    held = [[ids[name] for name in tokens.texts(tune)] for tune in everything if tokens.is_held_out(tune.title)]
    torch.manual_seed(1)
    model = Melody(len(names))
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    state = {"epoch": 0, "best": math.inf, "best epoch": 0, "weights": None, "tokens": names}
    path = folder() / "training.pt"
    if path.exists() and not options.afresh:
        kept = torch.load(path)
        if kept["tokens"] == names:
            model.load_state_dict(kept.pop("model"))
            optimiser.load_state_dict(kept.pop("optimiser"))
            state = kept
    began = time.monotonic()
    while time.monotonic() - began < options.minutes * 60 and state["epoch"] - state["best epoch"] < PATIENCE:
        epoch = state["epoch"]
        chance = random.Random(f"pass {epoch}")
        torch.manual_seed(epoch)
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1, (epoch + 1) / 2) * 0.97 ** epoch
        rows = [[ids[name] for name in tokens.texts(tokens.varied(tune, chance))] for tune in known]
        # Alike in length, so that little is padding; the order of batches is by chance.
        rows.sort(key=lambda row: len(row) + chance.random() * 40)
        batches = [rows[begin : begin + BATCH] for begin in range(0, len(rows), BATCH)]
        chance.shuffle(batches)
        losses = []
        for batch in batches:
            whole, state_of = padded(batch), model.start(len(batch))
            # Piece by piece, the state going on: more steps in the same time.
            for begin in range(0, len(whole) - 1, PIECE):
                piece = whole[begin : begin + PIECE + 1]
                loss, state_of = loss_of(model, piece, state_of.detach())
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimiser.step()
                losses.append(loss.item())
        found = bits(model, held)
        state["epoch"] = epoch + 1
        if found < state["best"]:
            state |= {"best": found, "best epoch": epoch + 1,
                      "weights": {name: value.clone() for name, value in model.state_dict().items()}}
        print(json.dumps({"pass": epoch + 1, "loss, bits": round(sum(losses) / len(losses) / math.log(2), 3),
                          "held out, bits": round(found, 3), "best": round(state["best"], 3),
                          "seconds": round(time.monotonic() - began)}), flush=True)
        keep(path, state | {"model": model.state_dict(), "optimiser": optimiser.state_dict()})
        keep(folder() / "melody.pt", {name: state[name] for name in ("weights", "tokens", "best epoch")})


if __name__ == "__main__":
    main()
