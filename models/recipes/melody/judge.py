"""Judges the exported graph and writes `figures.json` beside it.

    python -m melody.judge ../melody      (in models/recipes)

Bits a token on the held-out tunes, beside unigrams and bigrams (add 0.1) of the other tunes; and of made tunes:
how many keep the grammar without masks, end on the tonic's chord or the tonic, the longest runs of notes
(intervals and lengths) that lie in a tune it was trained on, and how far their pitch classes are from the
tunes' (half the sum of differences, 0 to 1). The SHA-256 of what is installed is written too. No torch needed.
"""

import argparse
import collections
import hashlib
import json
import math
import random
import statistics
from pathlib import Path

import numpy as np

from . import abc, tokens
from .abc import METRES, MODES, MOODS
from .sample import Sampler, notes

MADE = 60
SMOOTHING = 0.1
LONG_RUN = 12
PINNED = ("melody.onnx", "config.json", "instruments.sf2")


def bits_of_graph(sampler: Sampler, rows: list[list[str]]) -> float:
    total, count = 0.0, 0
    for row in rows:
        state = np.zeros((sampler.config["layers"], 1, sampler.config["width"]), np.float32)
        for name, after in zip(row, row[1:]):
            token = np.array([[sampler.ids[name]]], np.int64)
            logits, state = sampler.session.run(["logits", "next"], {"token": token, "state": state})
            scores = logits[0].astype(np.float64)
            total += np.log(np.exp(scores - scores.max()).sum()) + scores.max() - scores[sampler.ids[after]]
            count += 1
    return total / count / math.log(2)


def bits_of_counts(known: list[list[str]], rows: list[list[str]], size: int, order: int) -> float:
    counts: dict = collections.defaultdict(collections.Counter)
    for row in known:
        for place in range(1, len(row)):
            counts[tuple(row[place - order : place])][row[place]] += 1
    total, count = 0.0, 0
    for row in rows:
        for place in range(1, len(row)):
            seen = counts[tuple(row[place - order : place])]
            total -= math.log2((seen[row[place]] + SMOOTHING) / (seen.total() + SMOOTHING * size))
            count += 1
    return total / count


def steps(row: list[str]) -> list[tuple[int, int]]:
    """Of each note: the interval from the one before, and its length."""
    sounding = [(pitch, length) for pitch, length in notes(row) if pitch is not None]
    return [(second[0] - first[0], second[1]) for first, second in zip(sounding, sounding[1:])]


class Runs:
    """All runs of notes of the known tunes, by how many they are."""

    def __init__(self, known: list[list[str]]):
        self.rows = [steps(row) for row in known]
        self.of: dict[int, set[tuple]] = {}

    def has(self, run: tuple) -> bool:
        length = len(run)
        if length not in self.of:
            self.of[length] = {tuple(row[at : at + length]) for row in self.rows for at in range(len(row) - length + 1)}
        return run in self.of[length]

    def longest(self, row: list[str]) -> int:
        """Notes in a row that a known tune has too."""
        ours, length = steps(row), 0
        while any(self.has(tuple(ours[at : at + length + 1])) for at in range(len(ours) - length)):
            length += 1
        return length + 1 if length else 0


def classes(rows: list[list[str]]) -> np.ndarray:
    """The share of each pitch class, by length."""
    made = np.zeros(12)
    for row in rows:
        for pitch, length in notes(row):
            if pitch is not None:
                made[pitch % 12] += length
    return made / made.sum()


def ends_well(row: list[str]) -> tuple[bool, bool]:
    """On the tonic; on a tone of its chord."""
    last = next((pitch for pitch, _ in reversed(notes(row)) if pitch is not None), None)
    return last is not None and last % 12 == 0, last is not None and last % 12 in (0, 3, 4, 7)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("--made", type=int, default=MADE)
    options = parser.parse_args()
    everything, sampler = abc.tunes(), Sampler(options.model)
    known = [tokens.texts(tune) for tune in everything if not tokens.is_held_out(tune.title)]
    held = [tokens.texts(tune) for tune in everything if tokens.is_held_out(tune.title)]
    chance = random.Random(1)
    # As the tunes are: what they ask for is asked for.
    asked = [chance.choice(everything) for _ in range(options.made)]
    free, masked = [], []
    for tune in asked:
        what = (tune.metre, tune.mode, tune.mood, chance.choice((8, 16)))
        free.append(sampler.tune(*what, chance, free=True))
        masked.append(sampler.tune(*what, chance))
    known_runs = Runs(known)
    runs, held_runs = ([known_runs.longest(row) for row in rows] for rows in (masked, held))
    size = len(sampler.names)
    figures = {
        "tunes": {"all": len(everything), "held out": len(held), "tokens": sum(map(len, known + held)),
                  "metres": {metre: sum(tune.metre == metre for tune in everything) for metre in METRES},
                  "modes": {mode: sum(tune.mode == mode for tune in everything) for mode in MODES},
                  "moods": {mood: sum(tune.mood == mood for tune in everything) for mood in MOODS}},
        "bits a token, held out": {"ours": round(bits_of_graph(sampler, held), 3),
                                   "bigrams": round(bits_of_counts(known, held, size, 1), 3),
                                   "unigrams": round(bits_of_counts(known, held, size, 0), 3)},
        "made": {"count": options.made,
                 "whole by the grammar, without masks": round(np.mean([not tokens.well_formed(r) for r in free]), 3),
                 "end on the tonic": round(np.mean([ends_well(row)[0] for row in masked]), 3),
                 "end on the tonic's chord": round(np.mean([ends_well(row)[1] for row in masked]), 3),
                 "longest run of a known tune, median notes": statistics.median(runs),
                 f"share with more than {LONG_RUN} notes of one": round(np.mean([run > LONG_RUN for run in runs]), 3),
                 "the same of held-out tunes, median notes": statistics.median(held_runs),
                 "distance of pitch classes": round(float(np.abs(classes(masked) - classes(known)).sum() / 2), 3)},
        "sha256": {name: hashlib.sha256((options.model / name).read_bytes()).hexdigest() for name in PINNED},
    }
    text = json.dumps(figures, indent=1, default=float) + "\n"
    print(text)
    (options.model / "figures.json").write_text(text)


if __name__ == "__main__":
    main()
