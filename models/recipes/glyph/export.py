"""Exports the trained model as ONNX graphs with float16 weights, and checks them against torch.

    python export.py small.toml ../../glyph

writes `denoiser.onnx`, `decoder.onnx`, `encoder.onnx` and `config.json` (what a pipeline must know
to run them; flow.py shows how). Weights are stored as float16 and
widened by the graph itself (ONNX Runtime folds that when it loads), so every device computes in
float32 and the files are half as large.

    denoiser   latents f32 [B, 16, 8, 8], time f32 [B] in 0..1, text f32 [B, 512], style i64 [B],
               references f32 [B, styles * 16, 8, 8]
               -> clean f32 [B, 16, 8, 8]: the latents it expects at time 1
    decoder    latents -> picture f32 [B, 3, 64, 64], RGB in 0..1
    encoder    picture -> latents
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from autoencoder import Autoencoder
from config import Config, load_config
from data import STYLES
from export_references import export_known
from flow import GUIDANCE, GUIDANCE_ENDS
from graphs import new_session, rounded_to_half, store_as_half
from references import References
from train_autoencoder import new_autoencoder
from train_flow import new_transformer
from transformer import SIDE, Transformer

OPSET = 17
# The styles that the last training drew well enough to be offered; the others draw when named.
OFFERED = ("3d", "flat")


class Decoder(nn.Module):
    """Latents -> picture in 0..1."""

    def __init__(self, autoencoder: Autoencoder):
        super().__init__()
        self.autoencoder = autoencoder

    def forward(self, latents: Tensor) -> Tensor:
        return (self.autoencoder.decode(latents).clamp(-1, 1) + 1) / 2


class Encoder(nn.Module):
    """Picture in 0..1 -> latents."""

    def __init__(self, autoencoder: Autoencoder):
        super().__init__()
        self.autoencoder = autoencoder

    def forward(self, picture: Tensor) -> Tensor:
        return self.autoencoder.encode(picture * 2 - 1)


def load_models(config: Config) -> tuple[Autoencoder, Transformer]:
    """The trained autoencoder and the averaged transformer, on the CPU."""
    autoencoder, transformer = new_autoencoder(config), new_transformer(config)
    for model, name in ((autoencoder, "autoencoder.pt"), (transformer, "transformer.pt")):
        model.load_state_dict(torch.load(config.folder / name, map_location="cpu"))
        model.eval()
    return autoencoder, transformer


def export_module(module: nn.Module, inputs: dict[str, Tensor], output: str, path: Path) -> float:
    """Exports one module; returns the largest difference to torch on the given inputs."""
    rounded_to_half(module)
    axes = {name: {0: "batch"} for name in (*inputs, output)}
    torch.onnx.export(module, tuple(inputs.values()), str(path), input_names=list(inputs),
                      output_names=[output], dynamic_axes=axes, opset_version=OPSET,
                      dynamo=False)
    store_as_half(path)
    with torch.no_grad():
        wanted = module(*inputs.values()).numpy()
    found = new_session(path).run(None, {name: value.numpy() for name, value in inputs.items()})[0]
    return float(np.abs(found - wanted).max())


def export_all(autoencoder: Autoencoder, transformer: Transformer, channels: int,
               folder: Path) -> dict[str, float]:
    """Writes the three graphs into `folder`; returns each one's largest difference to torch."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(1)
    latents = torch.randn(3, channels, SIDE, SIDE, generator=generator)
    conditions = {
        "latents": latents,
        "time": torch.tensor([0.0, 0.4, 0.95]),
        "text": torch.randn(3, 512, generator=generator),
        "style": torch.tensor([0, 2, transformer.any_style]),
        "references": torch.randn(3, channels * transformer.any_style, SIDE, SIDE,
                                  generator=generator),
    }
    picture = torch.rand(3, 3, 64, 64, generator=generator)
    return {
        "denoiser": export_module(transformer, conditions, "clean", folder / "denoiser.onnx"),
        "decoder": export_module(Decoder(autoencoder), {"latents": latents}, "picture",
                                 folder / "decoder.onnx"),
        "encoder": export_module(Encoder(autoencoder), {"picture": picture}, "latents",
                                 folder / "encoder.onnx"),
    }


def seconds_a_picture(folder: Path, channels: int, steps: int = 20) -> float:
    """Median time of one picture: `steps` guided steps (a batch of two) and the decoder."""
    denoiser, decoder = new_session(folder / "denoiser.onnx"), new_session(folder / "decoder.onnx")
    random = np.random.default_rng(0)
    latents = random.standard_normal((2, channels, SIDE, SIDE)).astype(np.float32)
    text = random.standard_normal((2, 512)).astype(np.float32)
    references = np.repeat(latents, len(STYLES), axis=1)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        for step in range(steps):
            denoiser.run(None, {"latents": latents, "time": np.full(2, step / steps, np.float32),
                                "text": text, "style": np.zeros(2, np.int64),
                                "references": references})
        decoder.run(None, {"latents": latents[:1]})
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def pipeline_settings(config: Config) -> dict:
    """What a pipeline must know to run the graphs: sizes, styles, the sampler's defaults."""
    return {
        "latents": [config.autoencoder.latent_channels, SIDE, SIDE],
        "picture": [3, 64, 64],
        "text_dimension": 512,
        "styles": list(STYLES),
        "offered": list(OFFERED),
        "any_style": len(STYLES),
        "sampler": "euler",
        "steps": 20,
        "guidance": GUIDANCE,
        "guidance_ends": GUIDANCE_ENDS,
    }


if __name__ == "__main__":
    configuration = load_config(Path(sys.argv[1]))
    out = Path(sys.argv[2])
    torch.set_num_threads(configuration.threads)
    models = load_models(configuration)
    with tempfile.TemporaryDirectory() as scratch:
        differences = export_all(*models, configuration.autoencoder.latent_channels, Path(scratch))
        worst = max(differences.values())
        if worst > 1e-4:
            raise SystemExit(f"the graphs differ from torch by up to {worst}: {differences}")
        out.mkdir(parents=True, exist_ok=True)
        export_known(configuration, References.load(configuration, torch.device("cpu")), out)
        for name in differences:
            (out / f"{name}.onnx").write_bytes((Path(scratch) / f"{name}.onnx").read_bytes())
    settings = json.dumps(pipeline_settings(configuration), indent=1)
    (out / "config.json").write_text(settings + "\n")
    sizes = {path.name: path.stat().st_size for path in sorted(out.glob("*.onnx"))}
    print(json.dumps({"largest difference to torch": differences, "bytes": sizes,
                      "seconds a picture": seconds_a_picture(
                          out, configuration.autoencoder.latent_channels)}, indent=1))
