"""Trains the autoencoder, then encodes every picture once (a step of train.py).

Resumable. The budget is CPU time, not wall-clock time, so a busy machine or a SIGSTOP costs
patience, not quality.
"""

import copy
import math
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from autoencoder import Autoencoder, peak_signal_to_noise, reconstruction_loss
from config import Config
from muon import new_optimisers, set_rate
from training import (
    Log, device, load_composites, load_pictures, save_atomically, split, to_unit, update_average,
)
from warm_start import load_exported

SHIFT = 4
CHECKPOINT_SECONDS = 240.0


def new_autoencoder(config: Config) -> Autoencoder:
    c = config.autoencoder
    return Autoencoder(c.latent_channels, c.encoder_channels, c.decoder_channels)


def hidden_convolutions(model: Autoencoder) -> list[torch.nn.Parameter]:
    """The convolutions that neither read pixels or latents nor write them."""
    ends = (model.encoder[0], model.encoder[-1], model.decoder[0], model.decoder[-2])
    return [m.weight for m in model.modules()
            if isinstance(m, torch.nn.Conv2d) and not any(m is end for end in ends)]


def shifted(pictures: torch.Tensor) -> torch.Tensor:
    """The batch moved by up to four pixels each way, white coming in from the edge."""
    down, across = torch.randint(0, 2 * SHIFT + 1, (2,)).tolist()
    padded = F.pad(pictures, (SHIFT, SHIFT, SHIFT, SHIFT), value=1.0)
    return padded[:, :, down : down + 64, across : across + 64]


def train(config: Config, exported: Path | None) -> Autoencoder:
    """Runs (or continues) the training and returns the averaged weights. Exported graphs, where there
    is no checkpoint yet, are taken as they are: the denoiser beside them knows these latents."""
    settings, where = config.autoencoder, device()
    pictures, index = load_pictures(config)
    training_rows, held_rows = split(index)
    held = to_unit(pictures[held_rows[:64]].to(where))
    pictures = pictures[training_rows]
    if (composites := load_composites(config)) is not None:
        pictures = torch.cat([pictures, composites["pictures"]])
    model = new_autoencoder(config).to(where)
    path = config.folder / "autoencoder-training.pt"
    is_taken = exported is not None and not path.exists()
    if is_taken:
        load_exported(model, exported / "encoder.onnx", "encoder.")
        load_exported(model, exported / "decoder.onnx", "decoder.")
    average = copy.deepcopy(model)
    optimisers = new_optimisers(model, hidden_convolutions(model), settings.learning_rate,
                                settings.muon_learning_rate)
    step, used = 0, 0.0
    if path.exists():
        state = torch.load(path, map_location=where)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        for optimiser, saved_state in zip(optimisers, state["optimisers"]):
            optimiser.load_state_dict(saved_state)
        step, used = state["step"], state["used"]

    def checkpoint() -> None:
        save_atomically(
            {"model": model.state_dict(), "average": average.state_dict(),
             "optimisers": [o.state_dict() for o in optimisers], "step": step, "used": used}, path)

    log, budget = Log(config, "autoencoder"), 0.0 if is_taken else settings.core_minutes * 60
    saved, clock = time.monotonic(), time.process_time()
    while used < budget:
        rate = min(1, (step + 1) / 30) * (0.52 + 0.48 * math.cos(math.pi * used / budget))
        set_rate(optimisers, rate)
        rows = torch.randint(0, len(pictures), (settings.batch,))
        wanted = shifted(to_unit(pictures[rows].to(where)))
        latents = model.encode(wanted)
        found = model.decode(latents + torch.randn_like(latents) * settings.latent_noise)
        loss = reconstruction_loss(found, wanted)
        model.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser in optimisers:
            optimiser.step()
        step += 1
        update_average(average, model, step, 0.99)
        now = time.process_time()
        used, clock = used + now - clock, now
        if log.due():
            with torch.no_grad():
                quality = peak_signal_to_noise(average.decode(average.encode(held)), held)
            log.write(step=step, used=used, loss=loss.item(), held_out_psnr=quality)
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            checkpoint()
            saved = time.monotonic()
    checkpoint()
    return average.eval()


@torch.no_grad()
def encode_all(model: Autoencoder, pictures: torch.Tensor) -> torch.Tensor:
    """Latents of uint8 pictures, float32 [N, C, 8, 8]."""
    return torch.cat([model.encode(to_unit(b.to(device()))).cpu() for b in pictures.split(128)])


def run(config: Config, exported: Path | None = None) -> None:
    """Trains, and writes autoencoder.pt and the latents of everything drawn."""
    trained = train(config, exported)
    save_atomically(trained.state_dict(), config.folder / "autoencoder.pt")
    if (composites := load_composites(config)) is not None:
        save_atomically(encode_all(trained, composites["pictures"]),
                        config.folder / "composite-latents.pt")
    pictures, _ = load_pictures(config)
    # Written last: that it is there says that this step is done.
    save_atomically(encode_all(trained, pictures), config.folder / "latents.pt")
