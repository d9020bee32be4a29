"""What the denoiser is shown: the same thing as others have drawn it.

Retrieval-augmented, after "Retrieval-Augmented Diffusion Models" (Blattmann et al., 2022): the
prompt's vector finds the nearest known thing, and that thing's latents in the OTHER styles go to
the denoiser beside the noise. It never sees the picture it is to draw, neither in training nor in
use: it learns to draw a thing it sees in another hand, which a small network learns far sooner
than to know a thousand things by heart. Without references it draws from the text alone.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from config import Config
from training import load_index, split

# A tag ("fruit") says less of what is meant than a name ("red apple").
TAG_PENALTY = 0.04
KEPT = 0.8          # of the references, in training
NONE_SHARE = 0.1    # of the training pictures: no reference at all


@dataclass
class References:
    """The latents of all training pictures by thing and style, and the words that find them."""

    latents: Tensor        # float32 [pictures, C, 8, 8]
    row: Tensor            # int64 [things, styles]: a row of `latents`, -1 where there is none
    keys: Tensor           # float32 [keys, 512], of length 1
    key_thing: Tensor      # int64 [keys]
    key_penalty: Tensor    # float32 [keys]

    @classmethod
    def load(cls, config: Config, where: torch.device) -> "References":
        """From the latents and captions of the training pictures; held-out ones stay unseen."""
        index = load_index(config)
        rows, _ = split(index)
        row = torch.full((len(index["concepts"]), len(index["styles"])), -1)
        for number, picture in enumerate(rows.tolist()):
            shown = index["pictures"][picture]
            row[shown["concept"], shown["style"]] = number
        texts = {text: number for number, text in enumerate(index["texts"])}
        found = [(texts[text], thing, penalty)
                 for thing, concept in enumerate(index["concepts"])
                 for text, penalty in key_texts(concept) if text in texts]
        caption, thing, penalty = zip(*found)
        vectors = torch.from_numpy(np.load(config.data_folder / "captions.npz")["vectors"])
        return cls(
            latents=torch.load(config.folder / "latents.pt")[rows].to(where),
            row=row.to(where),
            keys=torch.nn.functional.normalize(vectors[list(caption)]).to(where),
            key_thing=torch.tensor(thing).to(where),
            key_penalty=torch.tensor(penalty).to(where),
        )

    def nearest(self, text: Tensor) -> Tensor:
        """The thing whose words are nearest to each text vector [B, 512]: int64 [B]."""
        scores = torch.nn.functional.normalize(text) @ self.keys.T - self.key_penalty
        return self.key_thing[scores.argmax(1)]

    def shown(self, thing: Tensor, style: Tensor, keep: Tensor | None = None) -> Tensor:
        """What is shown of each thing when it is drawn in a style: float32 [B, styles * C, 8, 8],
        a slot for each style, zeros where there is nothing, where `keep` (bool [B, styles]) is
        false, and in the slot of the style that is drawn."""
        row = self.row[thing]
        seen = (row >= 0) & (torch.arange(row.shape[1], device=row.device) != style[:, None])
        if keep is not None:
            seen &= keep
        return (self.latents[row.clamp(min=0)] * seen[:, :, None, None, None]).flatten(1, 2)

    def for_training(self, thing: Tensor, style: Tensor) -> Tensor:
        """The same with some slots left empty at random, and now and then all."""
        shape = (len(thing), self.row.shape[1])
        keep = torch.rand(shape, device=thing.device) < KEPT
        keep &= (torch.rand(len(thing), device=thing.device) >= NONE_SHARE)[:, None]
        return self.shown(thing, style, keep)


def key_texts(concept: dict) -> list[tuple[str, float]]:
    """The words that find a thing, each with what is taken off its similarity."""
    names = [concept["label"], concept["label_zh"]]
    tags = concept["tags"][:5] + concept["tags_zh"][:4]
    return [(name, 0.0) for name in names if name] + [(tag, TAG_PENALTY) for tag in tags]
