"""Trains the network; may be killed and started again at any time.

    nice -n 19 python -m inbetween.train --until 08:30 [--threads 2]     (in models/recipes)

Every batch is half real triplets (two frames of a clip and one between them, at whatever time that
is), half made-up motion; one in twenty of the real ones is a dissolve of two strangers, so that what
matches nothing is blended and not torn. The learning rate falls to nought by the end of the session.
"""

import argparse
import copy
import datetime
import json
import math
import os
import signal
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from glyph.muon import new_optimisers, set_rate

from . import synthetic
from .data import folder
from .losses import total
from .network import Inbetween

CROP = 96
BATCH = 16
RATE, MUON_RATE = 1e-3, 4e-3
CHECKPOINT_SECONDS = 240.0
TELL_SECONDS = 120.0
# The widest gap between the two frames of a triplet, in frames of the clip.
WIDEST = 10
DISSOLVES = 0.05


class Clips:
    """Triplets of real clips; the frames stay on the disk."""

    def __init__(self, where: Path, held_out: bool):
        self.frames = np.load(where / "frames.npy", mmap_mode="r")
        clips = json.loads((where / "clips.json").read_text())
        self.clips = [clip for clip in clips if clip["held_out"] == held_out and clip["count"] >= 3]

    def triplet(self, chance: np.random.Generator) -> tuple[np.ndarray, float]:
        """Three frames [3, 3, S, S] and the time of the middle one; still ones are mostly passed over."""
        for _ in range(8):
            clip = self.clips[chance.integers(len(self.clips))]
            gap = int(chance.integers(2, min(WIDEST, clip["count"] - 1) + 1))
            begin = clip["first"] + int(chance.integers(clip["count"] - gap))
            middle = int(chance.integers(1, gap))
            frames = self.frames[[begin, begin + middle, begin + gap]]
            if np.abs(frames[0].astype(np.int16) - frames[2]).mean() > 1.0:
                break
        return frames, middle / gap

    def batch(self, chance: np.random.Generator, count: int, dissolves: float = DISSOLVES
              ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """As `synthetic.batch` without ways: cut out, mirrored, turned, played backwards, in other
        colours; a share of them `dissolves`."""
        picked = [self.triplet(chance) for _ in range(count)]
        frames = torch.from_numpy(np.stack([frames for frames, _ in picked])).float() / 255
        times = torch.tensor([time for _, time in picked])
        for index in range(count):
            if chance.random() < dissolves:
                stranger = frames[(index + 1) % count, 2].clone()
                share = times[index]
                frames[index, 2] = stranger
                frames[index, 1] = frames[index, 0] * (1 - share) + stranger * share
            if chance.random() < 0.5:
                frames[index] = frames[index].flip(0).clone()
                times[index] = 1 - times[index]
            if chance.random() < 0.5:
                frames[index] = frames[index].flip(-1)
            if chance.random() < 0.3:
                frames[index] = frames[index].transpose(-1, -2).clone()
            if chance.random() < 0.5:
                frames[index] = frames[index][:, torch.from_numpy(chance.permutation(3))]
            if chance.random() < 0.3:
                frames[index] = 1 - frames[index]
        left, top = chance.integers(0, frames.shape[-1] - CROP + 1, 2)
        frames = frames[..., top : top + CROP, left : left + CROP]
        return frames[:, 0], frames[:, 2], frames[:, 1], times.float().view(-1, 1, 1, 1)


def quality(found: Tensor, wanted: Tensor) -> Tensor:
    """Peak signal-to-noise ratio of each frame, in dB."""
    error = ((found.clamp(0, 1) - wanted) ** 2).mean((1, 2, 3)).clamp(min=1e-6)
    return -10 * torch.log10(error)


@torch.no_grad()
def judge(model: Inbetween, clips: Clips, count: int = 64) -> tuple[float, float]:
    """PSNR on held-out triplets: the network's, and that of blending."""
    chance = np.random.default_rng(0)
    ours, blends = [], []
    for _ in range(count // BATCH):
        first, second, wanted, at = clips.batch(chance, BATCH, dissolves=0)
        ours.append(quality(model(first, second, at)["frame"], wanted))
        blends.append(quality(first * (1 - at) + second * at, wanted))
    return torch.cat(ours).mean().item(), torch.cat(blends).mean().item()


def seconds_until(clock: str) -> float:
    """Until that time of the day, UTC."""
    now = datetime.datetime.now(datetime.UTC)
    hour, minute = map(int, clock.split(":"))
    end = now.replace(hour=hour, minute=minute, second=0)
    return (end - now).total_seconds() % 86_400


def spare_threads(before: int) -> int:
    """So that a step does not wait for the one thread that gets no turn."""
    others = os.getloadavg()[0] - before
    return max(1, min(os.cpu_count() or 1, round((os.cpu_count() or 1) - others)))


def hidden(model: Inbetween) -> list[torch.nn.Parameter]:
    """The convolutions that neither read pixels nor write answers: Muon's."""
    ends = {id(model.features.halved[0].weight), id(model.correction.down[0].weight)}
    ends |= {id(part.answer.weight) for part in (*model.estimators, model.correction)}
    return [p for p in model.parameters() if p.dim() == 4 and id(p) not in ends]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--until", required=True, help="HH:MM, UTC")
    parser.add_argument("--threads", type=int, default=0, help="0: as many as nothing else runs on")
    parser.add_argument("--bfloat16", action="store_true")
    parser.add_argument("--stop-after", type=int, help="steps, for trying it out")
    options = parser.parse_args()
    torch.set_num_threads(options.threads or 1)
    where = folder()
    (where / "pid").write_text(str(os.getpid()))
    clips, held = Clips(where, held_out=False), Clips(where, held_out=True)
    sprites = torch.from_numpy(np.load(where / "sprites.npy"))
    model = Inbetween()
    average = copy.deepcopy(model)
    optimisers = new_optimisers(model, hidden(model), RATE, MUON_RATE)
    step, path = 0, where / "training.pt"
    if path.exists():
        state = torch.load(path)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        for optimiser, kept in zip(optimisers, state["optimisers"]):
            optimiser.load_state_dict(kept)
        step = state["step"]
    chance = np.random.default_rng(1 + step)
    generator = torch.Generator().manual_seed(1 + step)

    def keep() -> None:
        part = path.with_suffix(".part")
        torch.save({"model": model.state_dict(), "average": average.state_dict(),
                    "optimisers": [o.state_dict() for o in optimisers], "step": step}, part)
        os.replace(part, path)

    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    length = seconds_until(options.until)
    began = saved = told = time.monotonic()
    first_step = step
    while (passed := time.monotonic() - began) < length and step - first_step != options.stop_after and not stopped:
        set_rate(optimisers, min(1, (step - first_step + 1) / 50) * (0.505 + 0.495 * math.cos(math.pi * passed / length)))
        real = clips.batch(chance, BATCH // 2)
        made = synthetic.batch(sprites, generator, BATCH // 2, CROP)
        first, second, wanted, at = (torch.cat(pair) for pair in zip(real, made))
        # Where the processor multiplies bfloat16 faster; flows, warps and losses stay float32.
        with torch.autocast("cpu", torch.bfloat16, enabled=options.bfloat16):
            found = model(first, second, at)
        loss = total(found, first, second, wanted, at, made[4])
        model.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser in optimisers:
            optimiser.step()
        step += 1
        decay = min(0.998, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1 - decay)
        if options.threads == 0 and step % 20 == 0:
            torch.set_num_threads(spare_threads(torch.get_num_threads()))
        now = time.monotonic()
        if now - told > TELL_SECONDS:
            ours, blend = judge(average, held)
            line = {"at": time.strftime("%H:%M:%S"), "step": step, "samples_per_second":
                    round((step - first_step) * BATCH / (now - began), 1), "loss": round(loss.item(), 4),
                    "held_out_psnr": round(ours, 2), "blending": round(blend, 2)}
            print(json.dumps(line), flush=True)
            with (where / "log.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            told = time.monotonic()
        if now - saved > CHECKPOINT_SECONDS:
            keep()
            saved = time.monotonic()
    keep()
    part = where / "inbetween.part"
    torch.save(average.state_dict(), part)
    os.replace(part, where / "inbetween.pt")


if __name__ == "__main__":
    main()
