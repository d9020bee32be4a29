"""Muon: momentum whose update matrices are orthogonalised, for hidden matrices and convolutions.

Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024). It needs far
fewer steps than Adam here, which counts when a step takes a second. torch has one of its own,
for matrices only; this one also takes convolutions, as [out, in * height * width].
"""

import math

import torch
from torch import Tensor, nn

# Coefficients of the quintic Newton-Schulz iteration, from the same source.
A, B, C = 3.4445, -4.7750, 2.0315
ITERATIONS = 5


def orthogonalise(matrix: Tensor) -> Tensor:
    """The nearest matrix with all singular values about 1 (between 0.7 and 1.2).

    In bfloat16: the iteration corrects its own rounding, and it would otherwise cost as much as
    a good part of the training step.
    """
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = (x / (x.norm() + 1e-7)).bfloat16().contiguous()
    for _ in range(ITERATIONS):
        gram = x @ x.T
        x = A * x + (B * gram + C * gram @ gram) @ x
    return (x.T if tall else x).to(matrix.dtype)


class Muon(torch.optim.Optimizer):
    """For parameters of two or more dimensions. Updates have AdamW's usual size (root mean
    square 0.2 times the rate), so that AdamW's learning rates and weight decay carry over."""

    def __init__(self, parameters, lr: float, momentum: float = 0.95, weight_decay: float = 0.0):
        super().__init__(parameters, {"lr": lr, "momentum": momentum,
                                      "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for parameter in group["params"]:
                gradient = parameter.grad
                state = self.state[parameter]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(gradient)
                state["momentum"].lerp_(gradient, 1 - group["momentum"])
                update = gradient.lerp(state["momentum"], group["momentum"]).flatten(1)
                size = 0.2 * math.sqrt(max(update.shape))
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.add_(orthogonalise(update).view_as(parameter), alpha=-group["lr"] * size)


def new_optimisers(model: nn.Module, hidden: list[Tensor], rate: float, muon_rate: float,
                   weight_decay: float = 0.01) -> list[torch.optim.Optimizer]:
    """Muon for `hidden`, AdamW for every other parameter; each group remembers its full rate."""
    taken = {id(parameter) for parameter in hidden}
    rest = [p for p in model.parameters() if id(p) not in taken]
    optimisers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(rest, rate, betas=(0.9, 0.99), weight_decay=weight_decay, fused=True)
    ]
    if hidden:
        optimisers.append(Muon(hidden, muon_rate, weight_decay=weight_decay))
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["full_rate"] = group["lr"]
    return optimisers


def set_rate(optimisers: list[torch.optim.Optimizer], factor: float) -> None:
    """Sets every learning rate to its full rate times `factor`."""
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = group["full_rate"] * factor
