"""The denoiser: a transformer over the cells of a latent, conditioned on time, text and style.

After "Scalable Diffusion Models with Transformers" (Peebles and Xie, 2022): adaptive layer
norms with zero-initialised gates. The text vector enters twice, in the adaptive norms and as a
few tokens in front of the cells; references (see references.py) lie under the noise as more
channels. It predicts the clean latents, not the velocity. With `patch` 2, two by two cells are
one token: a quarter of the tokens, each four times as deep.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SIDE = 8
TIME_FEATURES = 128
# How alike two pictures of one thing in two styles are: the correlation of their latents, measured
# over all training things (3d, flat, noto, twemoji, blob). A style that is not given is like none.
LIKENESS = (
    (0.00, 0.84, 0.32, 0.23, 0.20),
    (0.84, 0.00, 0.33, 0.25, 0.21),
    (0.32, 0.33, 0.00, 0.29, 0.30),
    (0.23, 0.25, 0.29, 0.00, 0.24),
    (0.20, 0.21, 0.30, 0.24, 0.00),
    (0.00, 0.00, 0.00, 0.00, 0.00),
)
# Weighs the likest reference most: the others would lie over it like ghosts.
SHARPNESS = 12.0


def time_features(time: Tensor) -> Tensor:
    """Sines and cosines of the time in 0..1: [batch] -> [batch, 128]."""
    half = TIME_FEATURES // 2
    steps = torch.arange(half, device=time.device, dtype=torch.float32)
    angles = time.float()[:, None] * 1000.0 * torch.exp(-math.log(10_000.0) * steps / half)
    return torch.cat([angles.cos(), angles.sin()], dim=1)


def expected(references: Tensor, style: Tensor, channels: int) -> tuple[Tensor, Tensor]:
    """What the references alone let one expect: the latents' mean [B, C, 8, 8], and the variance
    that is left [B, 1, 1, 1] (1 where nothing is shown, since latents have variance 1)."""
    slots = references.unflatten(1, (-1, channels))
    shown = slots.abs().amax((2, 3, 4)) > 0
    likeness = torch.tensor(LIKENESS, device=slots.device)[style, : slots.shape[1]] * shown
    weight = torch.softmax(SHARPNESS * likeness, dim=1) * shown
    alike = (weight * likeness).sum(1)[:, None, None, None]
    weight = weight / weight.sum(1, keepdim=True).clamp(min=1e-6)
    mean = (slots * weight[:, :, None, None, None]).sum(1)
    return alike * mean, 1 - alike.square()


def linear_estimate(latents: Tensor, time: Tensor, mean: Tensor, variance: Tensor):
    """The best linear guess of the clean latents from noisy ones, and how far off it is (standard
    deviation): with x_t = t x + (1 - t) n and x ~ N(mean, variance). After the preconditioning of
    "Elucidating the Design Space" (Karras et al., 2022): the network learns only what is left."""
    t = time.float()[:, None, None, None]
    noise = (1 - t).square()
    total = t.square() * variance + noise + 1e-6
    return mean + t * variance / total * (latents - t * mean), (variance * noise / total).sqrt()


def two_layers(inputs: int, width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, width))


class Block(nn.Module):
    """Self-attention and a feed-forward layer, each shifted, scaled and gated by the condition."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width, elementwise_affine=False)
        self.feed_norm = nn.LayerNorm(width, elementwise_affine=False)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)
        self.up = nn.Linear(width, 3 * width)
        self.down = nn.Linear(3 * width, width)
        self.modulation = nn.Linear(width, 6 * width)
        nn.init.zeros_(self.modulation.weight)
        nn.init.zeros_(self.modulation.bias)

    def attend(self, x: Tensor) -> Tensor:
        batch, tokens, width = x.shape
        split = self.query_key_value(x).reshape(batch, tokens, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4).unbind(0)
        mixed = F.scaled_dot_product_attention(query, key, value)
        return self.projection(mixed.transpose(1, 2).reshape(batch, tokens, width))

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        scale, shift, gate, scale2, shift2, gate2 = self.modulation(condition)[:, None].chunk(6, 2)
        x = x + gate * self.attend(self.attention_norm(x) * (1 + scale) + shift)
        hidden = self.up(self.feed_norm(x) * (1 + scale2) + shift2)
        return x + gate2 * self.down(F.gelu(hidden, approximate="tanh"))


class Transformer(nn.Module):
    """`forward(latents [B, C, 8, 8], time [B] in 0..1, text [B, 512], style [B],
    references [B, styles * C, 8, 8])` -> clean latents.

    Time 0 is pure noise and 1 the picture. Style `styles` (one past the last), an all-zero text
    vector and all-zero references mean "anything": the unconditional branch of classifier-free
    guidance.
    """

    def __init__(self, latent_channels: int, width: int, layers: int, heads: int,
                 text_tokens: int, styles: int, text_dimension: int = 512, patch: int = 1):
        super().__init__()
        self.patch = patch
        self.cells = SIDE // patch
        self.text_tokens = text_tokens
        self.any_style = styles
        self.time = two_layers(TIME_FEATURES, width)
        self.text = two_layers(text_dimension, width)
        self.style = nn.Embedding(styles + 1, width)
        self.text_as_tokens = nn.Linear(text_dimension, text_tokens * width)
        self.entry = nn.Linear(latent_channels * (1 + styles) * patch**2, width)
        self.position = nn.Parameter(torch.randn(1, self.cells**2, width) * 0.02)
        self.blocks = nn.ModuleList([Block(width, heads) for _ in range(layers)])
        self.final_norm = nn.LayerNorm(width, elementwise_affine=False)
        self.final_modulation = nn.Linear(width, 2 * width)
        self.exit = nn.Linear(width, latent_channels * patch**2)
        nn.init.zeros_(self.exit.weight)
        nn.init.zeros_(self.exit.bias)

    def forward(self, latents: Tensor, time: Tensor, text: Tensor, style: Tensor,
                references: Tensor) -> Tensor:
        batch = latents.shape[0]
        condition = F.silu(self.time(time_features(time)) + self.text(text) + self.style(style))
        mean, variance = expected(references, style, latents.shape[1])
        estimate, doubt = linear_estimate(latents, time, mean, variance)
        seen = torch.cat([latents, references], dim=1)
        folded = F.pixel_unshuffle(seen, self.patch) if self.patch > 1 else seen
        cells = self.entry(folded.flatten(2).transpose(1, 2)) + self.position
        words = self.text_as_tokens(text).reshape(batch, self.text_tokens, -1)
        x = torch.cat([words, cells], dim=1)
        for block in self.blocks:
            x = block(x, condition)
        scale, shift = self.final_modulation(condition)[:, None].chunk(2, 2)
        x = self.exit(self.final_norm(x[:, self.text_tokens :]) * (1 + scale) + shift)
        x = x.transpose(1, 2).reshape(batch, -1, self.cells, self.cells)
        return estimate + doubt * (F.pixel_shuffle(x, self.patch) if self.patch > 1 else x)
