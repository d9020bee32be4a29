"""Flow matching: the straight path from noise to latents, its loss, and the sampler.

"Flow Matching for Generative Modeling" (Lipman et al., 2022), rectified-flow form:
x_t = t x + (1 - t) n with time t from 0 (noise n) to 1 (latents x). The model predicts x.
"""

from collections.abc import Callable

import torch
from torch import Tensor

# Guidance sharpens what the picture shows; in the last tenth it only oversaturates colours.
GUIDANCE_ENDS = 0.9
GUIDANCE = 1.5


def sample_times(count: int, device: torch.device) -> Tensor:
    """Logit-normal times, a little towards the noisy side, where the layout is decided."""
    return torch.sigmoid(torch.randn(count, device=device) - 0.2)


def mix(latents: Tensor, noise: Tensor, time: Tensor) -> Tensor:
    """x_t for times [batch]."""
    t = time[:, None, None, None]
    return t * latents + (1 - t) * noise


def loss_weight(time: Tensor) -> Tensor:
    """Turns the error of x into that of the velocity, capped: 1/(1-t)^2 grows without bound."""
    return (1 / (1 - time).clamp(min=1e-3).square()).clamp(max=20.0)


def flow_loss(predicted: Tensor, latents: Tensor, time: Tensor) -> Tensor:
    """The weighted squared error, a scalar."""
    error = (predicted.float() - latents).square().mean((1, 2, 3))
    return (error * loss_weight(time)).mean()


@torch.no_grad()
def sample(
    model: Callable[..., Tensor],
    noise: Tensor,
    text: Tensor,
    style: Tensor,
    references: Tensor,
    any_style: int,
    steps: int = 20,
    guidance: float = GUIDANCE,
) -> Tensor:
    """Euler steps from noise [B, C, 8, 8] to latents, with classifier-free guidance.

    Each step asks the model once, for a batch that holds the prompts and the null prompts.
    """
    times = torch.linspace(0, 1, steps + 1, device=noise.device)
    nothing, unseen = torch.zeros_like(text), torch.zeros_like(references)
    anything = torch.full_like(style, any_style)
    x = noise
    for now, after in zip(times[:-1], times[1:]):
        if guidance != 1 and now < GUIDANCE_ENDS:
            both = model(
                torch.cat([x, x]),
                now.expand(2 * len(x)),
                torch.cat([text, nothing]),
                torch.cat([style, anything]),
                torch.cat([references, unseen]),
            )
            wanted, plain = both.chunk(2)
            predicted = plain + guidance * (wanted - plain)
        else:
            predicted = model(x, now.expand(len(x)), text, style, references)
        x = x + (after - now) * (predicted - x) / (1 - now)
    return x
