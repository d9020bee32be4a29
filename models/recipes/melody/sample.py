"""Makes tunes with the exported graph and writes each as MIDI and as its tokens, to be looked at and heard.

    python -m melody.sample ../melody --out FOLDER [--count 8] [--metre 3/4] [--mode major] [--mood calm] [--bars 16]

The grammar is kept by masks, as the app does; `--free` leaves them out.
"""

import argparse
import json
import random
import struct
from pathlib import Path

import numpy as np
import onnxruntime

from .abc import METRES, MODES, MOODS

STEPS_LIMIT = 1500


class Sampler:
    def __init__(self, folder: Path):
        self.config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.names: list[str] = self.config["tokens"]
        self.ids = {name: index for index, name in enumerate(self.names)}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(folder / "melody.onnx"), options,
                                                    providers=["CPUExecutionProvider"])

    def allowed(self, row: list[str], bars: int, ticks: int, whole: int, left: int) -> list[str]:
        """What the grammar lets follow."""
        kind = row[-1].partition(":")[0]
        starts = [name for name in self.names if name.startswith("pitch:") or name == "rest"]
        if any(name.startswith("pitch:") for name in row):
            starts.append("hold")
        if kind in ("pitch", "hold", "rest"):
            return [name for name in self.names if name.startswith("length:") and ticks + int(name[7:]) <= whole
                    and whole - ticks - int(name[7:]) != 1]
        if kind in ("left", "chord"):
            chords = [name for name in self.names if name.startswith("chord:")] if kind == "left" else []
            return starts + chords
        if kind == "length" and ticks < whole:
            return starts + [name for name in self.names if name.startswith("chord:")]
        if kind == "length" and left == 1:
            return ["end"]
        return [f"left:{min(16, bars if kind != 'length' else left - 1)}"]

    def tune(self, metre: str, mode: str, mood: str, bars: int, chance: random.Random, free: bool = False) -> list[str]:
        state = np.zeros((self.config["layers"], 1, self.config["width"]), np.float32)
        row = ["begin", f"metre:{metre}", f"mode:{mode}", f"mood:{mood}"]
        if free:
            row.append(f"left:{min(16, bars)}")
        sampling, whole, ticks, left = self.config["sampling"], METRES[metre], 0, bars
        fed = 0
        while row[-1] != "end" and len(row) < STEPS_LIMIT:
            while fed < len(row):
                token = np.array([[self.ids[row[fed]]]], np.int64)
                logits, state = self.session.run(["logits", "next"], {"token": token, "state": state})
                fed += 1
            scores = logits[0].astype(np.float64) / sampling["temperature"]
            if not free:
                mask = np.full(len(scores), -np.inf)
                mask[[self.ids[name] for name in self.allowed(row, bars, ticks, whole, left)]] = 0
                scores = scores + mask
            odds = np.exp(scores - scores.max())
            odds /= odds.sum()
            order = np.argsort(-odds)
            kept = order[: int(np.searchsorted(np.cumsum(odds[order]), sampling["topP"])) + 1]
            name = self.names[chance.choices(kept.tolist(), odds[kept].tolist())[0]]
            if name.startswith("left:"):
                left = left - 1 if row[-1].startswith("length:") else bars
                ticks = 0
            elif name.startswith("length:"):
                ticks += int(name[7:])
            row.append(name)
        return row


def notes(row: list[str]) -> list[tuple[int | None, int]]:
    """Pitches from the tonic (None is a rest) and ticks; what is held is one note."""
    found: list[tuple[int | None, int]] = []
    for name, after in zip(row, row[1:]):
        length = int(after[7:]) if after.startswith("length:") else 0
        if name == "hold" and found:
            found[-1] = (found[-1][0], found[-1][1] + length)
        elif name == "rest":
            found.append((None, length))
        elif name.startswith("pitch:"):
            found.append((int(name[6:]), length))
    return found


def variable(value: int) -> bytes:
    made = [value & 127]
    while value := value >> 7:
        made.insert(0, value & 127 | 128)
    return bytes(made)


def midi(row: list[str], tonic: int = 60) -> bytes:
    """A file of one track, 12 ticks a quarter."""
    track, waiting = bytearray(), 0
    for pitch, length in notes(row):
        if pitch is None:
            waiting += length
            continue
        track += variable(waiting) + bytes((0x90, tonic + pitch, 90))
        track += variable(length) + bytes((0x80, tonic + pitch, 0))
        waiting = 0
    track += b"\0\xff\x2f\0"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, 12) + b"MTrk" + struct.pack(">I", len(track)) + bytes(track)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--metre", choices=METRES, default="4/4")
    parser.add_argument("--mode", choices=MODES, default="major")
    parser.add_argument("--mood", choices=MOODS, default="calm")
    parser.add_argument("--bars", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--free", action="store_true")
    options = parser.parse_args()
    sampler = Sampler(options.model)
    options.out.mkdir(parents=True, exist_ok=True)
    for number in range(options.count):
        chance = random.Random(f"{options.seed} {number}")
        row = sampler.tune(options.metre, options.mode, options.mood, options.bars, chance, options.free)
        (options.out / f"{number + 1}.mid").write_bytes(midi(row))
        (options.out / f"{number + 1}.txt").write_text(" ".join(row) + "\n")


if __name__ == "__main__":
    main()
