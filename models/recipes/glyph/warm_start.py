"""Begins from exported graphs where the checkpoints of their training are gone.

The weights are float16 and the optimisers start anew, but what the model had learned is kept:
`train.py --from FOLDER`.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn


def stored_weights(path: Path) -> tuple[dict[str, np.ndarray], list[np.ndarray]]:
    """A graph's constants: those that kept their parameter's name, and the others in the order
    in which the graph uses them (matrices, which the export transposes, and scales of norms)."""
    graph = onnx.load(path).graph
    values = {tensor.name.removesuffix(".half"): numpy_helper.to_array(tensor).astype(np.float32)
              for tensor in graph.initializer
              if numpy_helper.to_array(tensor).dtype in (np.float16, np.float32)}
    unnamed = [name for node in graph.node for name in node.input
               if name.startswith("onnx::") and name in values]
    named = {name.removeprefix("autoencoder."): value for name, value in values.items()
             if not name.startswith("onnx::")}
    return named, [values[name] for name in dict.fromkeys(unnamed)]


def knows_references(path: Path) -> bool:
    """Whether an exported denoiser was taught to look at references."""
    graph = onnx.load(path, load_external_data=False).graph
    return any(given.name == "references" for given in graph.input)


@torch.no_grad()
def load_exported(module: nn.Module, path: Path, prefix: str = "") -> None:
    """Copies a graph's weights into `module`'s parameters whose names begin with `prefix`.

    An input layer that has grown since (more input columns) keeps what it knew and takes no
    notice of what is new. Raises ValueError where the graph is of another shape.
    """
    named, unnamed = stored_weights(path)
    following = iter(unnamed)
    for name, parameter in module.named_parameters():
        if not name.startswith(prefix):
            continue
        value = named.get(name)
        if value is None and (value := next(following, None)) is not None:
            value = value.T if parameter.ndim == 2 else value
        if value is None:
            raise ValueError(f"{path} has nothing for {name}")
        value = torch.from_numpy(np.ascontiguousarray(value))
        if parameter.ndim == 2 and value.shape[1] < parameter.shape[1]:
            parameter.zero_()
            parameter[:, : value.shape[1]] = value
        elif value.numel() == parameter.numel():
            parameter.copy_(value.reshape(parameter.shape))
        else:
            raise ValueError(f"{path}: {name} is {tuple(value.shape)}, "
                             f"not {tuple(parameter.shape)}")
