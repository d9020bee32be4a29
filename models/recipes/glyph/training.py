"""What both training steps share: checkpoints, the moving average, the log, the data on disk."""

import json
import os
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from config import Config


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def load_index(config: Config) -> dict:
    """What each picture shows: concepts, captions, styles and the split (see data.py)."""
    return json.loads((config.data_folder / "index.json").read_text())


def load_pictures(config: Config) -> tuple[Tensor, dict]:
    """All pictures as uint8 [N, 3, 64, 64], and the index that says what each shows."""
    pictures = np.load(config.data_folder / "pictures.npz")["pictures"]
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous(), load_index(config)


def load_composites(config: Config) -> dict[str, Tensor] | None:
    """Composed scenes: `pictures` uint8 [N, 3, 64, 64], `style` [N], `vectors` [N, 512]; None
    where the configuration asks for none."""
    if not config.data.composites:
        return None
    stored = np.load(config.data_folder / "composites.npz")
    return {
        "pictures": torch.from_numpy(stored["pictures"]).permute(0, 3, 1, 2).contiguous(),
        "style": torch.from_numpy(stored["style"]),
        "vectors": torch.from_numpy(stored["vectors"]),
    }


def to_unit(pictures: Tensor) -> Tensor:
    """uint8 -> float32 in -1..1."""
    return pictures.float() / 127.5 - 1


def split(index: dict) -> tuple[Tensor, Tensor]:
    """Row numbers of the training pictures and of the held-out ones."""
    held = torch.tensor([picture["held_out"] for picture in index["pictures"]])
    return (~held).nonzero()[:, 0], held.nonzero()[:, 0]


def save_atomically(state: object, path: Path) -> None:
    """Writes beside the file and renames: a kill in the middle leaves the old checkpoint."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, path)


@torch.no_grad()
def update_average(average: nn.Module, model: nn.Module, step: int, decay: float) -> None:
    """Exponential moving average of the weights, with a shorter memory at the beginning."""
    decay = min(decay, (1 + step) / (10 + step))
    torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1 - decay)


class Log:
    """Prints a line a minute, and appends it to log.jsonl."""

    def __init__(self, config: Config, step_name: str, every_seconds: float = 60.0):
        self.path = config.folder / "log.jsonl"
        self.step_name = step_name
        self.every = every_seconds
        self.last = time.monotonic()

    def due(self) -> bool:
        return time.monotonic() - self.last >= self.every

    def write(self, **figures: float) -> None:
        self.last = time.monotonic()
        line = {"at": time.strftime("%H:%M:%S"), "step_name": self.step_name}
        line |= {k: round(v, 5) if isinstance(v, float) else v for k, v in figures.items()}
        print(json.dumps(line), flush=True)
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")
