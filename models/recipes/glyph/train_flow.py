"""Trains the transformer on precomputed latents and text vectors (a step of train.py).

Resumable, with a later end. The learning rate is constant until the last part of the session
(`fall_share`) and then falls to zero. `flow-stable.pt` keeps the state from before the fall: a
later session continues from there, and only a finished session's average is exported.
"""

import argparse
import copy
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from config import Config
from flow import flow_loss, mix, sample_times
from muon import new_optimisers, set_rate
from references import References
from training import (
    Log, device, load_composites, load_index, save_atomically, split, update_average,
)
from transformer import Transformer
from warm_start import knows_references, load_exported

COMMON = Path(__file__).with_name("common.txt")
CHECKPOINT_SECONDS = 240.0
VALIDATION_SECONDS = 240.0


def new_transformer(config: Config) -> Transformer:
    t = config.transformer
    return Transformer(config.autoencoder.latent_channels, t.width, t.layers, t.heads,
                       t.text_tokens, len(config.data.style_weights), patch=t.patch)


def load_composite_latents(config: Config, where: torch.device):
    """Latents, caption vectors and styles of the composed scenes, or None."""
    if (composites := load_composites(config)) is None:
        return None
    latents = torch.load(config.folder / "composite-latents.pt")
    return tuple(part.to(where) for part in (latents, composites["vectors"], composites["style"]))


def common_weights(config: Config, index: dict) -> Tensor:
    """How often each picture is drawn for what it shows: everyday things `common_weight` times
    as often, so that a short training does at least those well. float32 [N]."""
    lines = COMMON.read_text().splitlines()
    common = {name.strip() for line in lines if not line.startswith("#")
              for name in line.split(";")}
    of_concept = torch.tensor([config.data.common_weight if concept["label"] in common else 1.0
                               for concept in index["concepts"]])
    return of_concept[torch.tensor([picture["concept"] for picture in index["pictures"]])]


@dataclass
class TrainingSet:
    """Latents and captions on the training device, and how to draw a batch of them."""

    latents: Tensor          # float32 [N, C, 8, 8]
    concept: Tensor          # int64 [N]
    style: Tensor            # int64 [N]
    likelihood: Tensor       # float32 [N]; 0 for held-out pictures
    vectors: Tensor          # float32 [captions, 512]
    caption_row: Tensor      # int64 [concepts, K]
    caption_weight: Tensor   # float32 [concepts, K]
    held_rows: Tensor        # int64: held-out pictures
    training_rows: Tensor    # int64
    references: References
    composites: tuple[Tensor, Tensor, Tensor] | None   # latents, vectors, styles of scenes
    composite_share: float

    @classmethod
    def load(cls, config: Config, where: torch.device) -> "TrainingSet":
        index = load_index(config)
        captions = np.load(config.data_folder / "captions.npz")
        style = torch.tensor([picture["style"] for picture in index["pictures"]])
        training_rows, held_rows = split(index)
        likelihood = torch.tensor(config.data.style_weights)[style] * common_weights(config, index)
        likelihood[held_rows] = 0
        return cls(
            latents=torch.load(config.folder / "latents.pt").to(where),
            concept=torch.tensor([p["concept"] for p in index["pictures"]]).to(where),
            style=style.to(where),
            likelihood=likelihood.to(where),
            vectors=torch.from_numpy(captions["vectors"]).to(where),
            caption_row=torch.from_numpy(captions["row"]).long().to(where),
            caption_weight=torch.from_numpy(captions["weight"]).to(where),
            held_rows=held_rows.to(where),
            training_rows=training_rows.to(where),
            references=References.load(config, where),
            composites=load_composite_latents(config, where),
            composite_share=getattr(config.data, "composite_share", 0.0),
        )

    def batch(self, size: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Latents, text vectors, styles and references of `size` pictures drawn at random."""
        scenes = round(size * self.composite_share) if self.composites else 0
        single = self.single_batch(size - scenes)
        if not scenes:
            return single
        rows = torch.randint(0, len(self.composites[0]), (scenes,), device=self.latents.device)
        *parts, references = single
        # A scene is shown no references: nothing known looks like it.
        return (*(torch.cat([a, b[rows]]) for a, b in zip(parts, self.composites)),
                torch.cat([references, references.new_zeros(scenes, *references.shape[1:])]))

    def single_batch(self, size: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The same for pictures of one thing, each with one of its captions."""
        rows = torch.multinomial(self.likelihood, size, replacement=True)
        weights = self.caption_weight[self.concept[rows]]
        column = torch.multinomial(weights, 1)
        caption = self.caption_row[self.concept[rows]].gather(1, column)[:, 0]
        references = self.references.for_training(self.concept[rows], self.style[rows])
        return self.latents[rows], self.vectors[caption], self.style[rows], references

    def labels(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Latents, the vector of the English label, styles and references of given pictures."""
        caption = self.caption_row[self.concept[rows], 0]
        references = self.references.shown(self.concept[rows], self.style[rows])
        return self.latents[rows], self.vectors[caption], self.style[rows], references


def hidden_matrices(model: Transformer) -> list[torch.nn.Parameter]:
    """The blocks' matrices that tokens pass through; the modulations stay with AdamW."""
    return [p for name, p in model.named_parameters()
            if name.startswith("blocks.") and p.ndim == 2 and "modulation" not in name]


def drop_conditions(text: Tensor, style: Tensor, references: Tensor, share: float,
                    any_style: int) -> tuple[Tensor, Tensor, Tensor]:
    """Replaces text, style and references by "anything" for a share of the batch, for guidance;
    and the style alone for half as many, so that a prompt without a style works too."""
    dice = torch.rand(len(text), device=text.device)
    text = text * (dice >= share)[:, None]
    references = references * (dice >= share)[:, None, None, None]
    style = torch.where(dice < 1.5 * share, torch.full_like(style, any_style), style)
    return text, style, references


@torch.no_grad()
def validate(model: Transformer, data: TrainingSet, rows: Tensor) -> float:
    """The loss on given pictures with fixed noise and evenly spread times: comparable figures."""
    generator = torch.Generator().manual_seed(7)
    rows = rows[torch.linspace(0, len(rows) - 1, 192).long()]
    latents, text, style, references = data.labels(rows)
    noise = torch.randn(latents.shape, generator=generator).to(latents.device)
    times = torch.sigmoid(torch.linspace(-2.2, 1.8, len(rows))).to(latents.device)
    with torch.autocast(latents.device.type, torch.bfloat16):
        predicted = model(mix(latents, noise, times), times, text, style, references)
    return flow_loss(predicted, latents, times).item()


def train(config: Config, end: float, exported: Path | None = None) -> None:
    """Trains until the wall clock (seconds since the epoch) says `end`; begins from exported
    graphs where there is no checkpoint yet."""
    flow, where = config.flow, device()
    data = TrainingSet.load(config, where)
    model = new_transformer(config).to(where)
    stable, path = config.folder / "flow-stable.pt", config.folder / "flow-training.pt"
    if exported is not None and not path.exists():
        denoiser = exported / "denoiser.onnx"
        load_exported(model, denoiser)
        if not knows_references(denoiser):
            # It learned to give the latents; it now gives what references and noise do not tell.
            torch.nn.init.zeros_(model.exit.weight)
            torch.nn.init.zeros_(model.exit.bias)
    average = copy.deepcopy(model)
    optimisers = new_optimisers(model, hidden_matrices(model), flow.learning_rate,
                                flow.muon_learning_rate, flow.weight_decay)
    step = 0
    if path.exists():
        state = torch.load(path, map_location=where)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        for optimiser, saved in zip(optimisers, state["optimisers"]):
            optimiser.load_state_dict(saved)
        step = state["step"]

    def checkpoint() -> None:
        save_atomically(
            {"model": model.state_dict(), "average": average.state_dict(),
             "optimisers": [o.state_dict() for o in optimisers], "step": step}, path)
        save_atomically(average.state_dict(), config.folder / "transformer.pt")

    log, losses = Log(config, "flow"), []
    begin = time.time()
    fall = max(1.0, flow.fall_share * (end - begin))
    saved = validated = begin
    first_step, fell = step, False
    while (now := time.time()) < end:
        remaining = end - now
        if remaining < fall and not fell:
            checkpoint()
            save_atomically(torch.load(path, map_location="cpu"), stable)
            fell = True
        rate = min(1, (step + 1) / flow.warmup_steps) * min(1, remaining / fall)
        set_rate(optimisers, rate)
        latents, *conditions = data.batch(flow.batch)
        text, style, references = drop_conditions(*conditions, flow.condition_dropout,
                                                  model.any_style)
        times, noise = sample_times(len(latents), where), torch.randn_like(latents)
        with torch.autocast(where.type, torch.bfloat16):
            predicted = model(mix(latents, noise, times), times, text, style, references)
        loss = flow_loss(predicted, latents, times)
        model.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser in optimisers:
            optimiser.step()
        step += 1
        update_average(average, model, step, flow.ema)
        losses.append(loss.detach())
        if log.due():
            figures = {"loss": torch.stack(losses[-200:]).mean().item()}
            if time.time() - validated > VALIDATION_SECONDS:
                figures["held_out_loss"] = validate(average, data, data.held_rows)
                figures["training_loss"] = validate(average, data, data.training_rows)
                validated = time.time()
            losses = losses[-200:]
            log.write(step=step, samples=step * flow.batch,
                      samples_a_second=(step - first_step) * flow.batch / (now - begin), **figures)
        if now - saved > CHECKPOINT_SECONDS:
            checkpoint()
            saved = now
    checkpoint()


def add_end_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--until", help="HH:MM, UTC")
    parser.add_argument("--minutes", type=float, default=120.0)


def end_of(options: argparse.Namespace) -> float:
    """The end as seconds since the epoch, from --until HH:MM (UTC) or --minutes."""
    now = datetime.now(timezone.utc)
    if options.until is None:
        return (now + timedelta(minutes=options.minutes)).timestamp()
    hour, minute = map(int, options.until.split(":"))
    end = now.replace(hour=hour, minute=minute, second=0)
    return (end if end > now else end + timedelta(days=1)).timestamp()
