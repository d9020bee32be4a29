"""The autoencoder: 64x64 RGB pictures <-> 8x8 latents of 16 channels.

Pictures are float32 [batch, 3, 64, 64] in -1..1; latents are float32 [batch, 16, 8, 8],
normalised per picture to mean 0 and variance 1, so that the flow needs no scale factor.
Deterministic: instead of a variational bottleneck, noise is added to the latents in training,
so that the decoder forgives the small errors a transformer makes.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Pixels are folded 2x2 into channels first: convolutions at 64x64 would cost four times as much.
FOLD = 2


class ResidualBlock(nn.Module):
    """Two normalised 3x3 convolutions around a shortcut."""

    def __init__(self, channels: int):
        super().__init__()
        self.layers = nn.Sequential(
            nn.GroupNorm(8, channels),
            nn.SiLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.GroupNorm(8, channels),
            nn.SiLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x)


def upsample(channels: int, out_channels: int) -> nn.Sequential:
    """Doubles the sides: a convolution to four times the channels, unfolded."""
    return nn.Sequential(nn.Conv2d(channels, 4 * out_channels, 3, padding=1), nn.PixelShuffle(2))


class Autoencoder(nn.Module):
    """Encoder and decoder; three channel widths each, from the picture's side to the latent's
    for the encoder and the other way round for the decoder."""

    def __init__(self, latent_channels: int, encoder_channels: list[int],
                 decoder_channels: list[int]):
        super().__init__()
        a, b, c = encoder_channels
        self.encoder = nn.Sequential(
            nn.Conv2d(3 * FOLD**2, a, 3, padding=1),
            ResidualBlock(a),
            nn.Conv2d(a, b, 3, stride=2, padding=1),
            ResidualBlock(b),
            nn.Conv2d(b, c, 3, stride=2, padding=1),
            ResidualBlock(c),
            ResidualBlock(c),
            nn.GroupNorm(8, c),
            nn.SiLU(),
            nn.Conv2d(c, latent_channels, 1),
        )
        self.normalise = nn.GroupNorm(1, latent_channels, affine=False)
        c, b, a = decoder_channels
        self.decoder = nn.Sequential(
            nn.Conv2d(latent_channels, c, 3, padding=1),
            ResidualBlock(c),
            ResidualBlock(c),
            ResidualBlock(c),
            upsample(c, b),
            ResidualBlock(b),
            ResidualBlock(b),
            upsample(b, a),
            ResidualBlock(a),
            nn.GroupNorm(8, a),
            nn.SiLU(),
            nn.Conv2d(a, 3 * FOLD**2, 3, padding=1),
            nn.PixelShuffle(FOLD),
        )

    def encode(self, pictures: Tensor) -> Tensor:
        """[batch, 3, 64, 64] in -1..1 -> latents [batch, channels, 8, 8]."""
        return self.normalise(self.encoder(F.pixel_unshuffle(pictures, FOLD)))

    def decode(self, latents: Tensor) -> Tensor:
        """Latents -> pictures, about -1..1, not clamped."""
        return self.decoder(latents)


def edges(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Differences between neighbouring pixels, down and across."""
    return pictures[:, :, 1:] - pictures[:, :, :-1], pictures[..., 1:] - pictures[..., :-1]


def reconstruction_loss(found: Tensor, wanted: Tensor) -> Tensor:
    """Squared error, absolute error, and the absolute error of edges (for sharp outlines)."""
    down, across = edges(found)
    down_wanted, across_wanted = edges(wanted)
    return (
        F.mse_loss(found, wanted)
        + 0.3 * F.l1_loss(found, wanted)
        + 0.3 * (F.l1_loss(down, down_wanted) + F.l1_loss(across, across_wanted))
    )


def peak_signal_to_noise(found: Tensor, wanted: Tensor) -> float:
    """Mean PSNR in dB over a batch, for values in -1..1."""
    error = ((found.clamp(-1, 1) - wanted) / 2).square().mean((1, 2, 3))
    return (-10 * error.log10()).mean().item()
