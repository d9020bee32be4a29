"""Whisper's parameters under the names of OpenAI's paper, whatever file they lie in."""

from dataclasses import dataclass

import numpy as np

from .ctranslate2_file import CTranslate2Error, CTranslate2File


@dataclass(frozen=True)
class WhisperConfig:
    """Sides of a Whisper model; every one of them has 64 numbers a head."""

    mels: int
    width: int
    heads: int
    encoder_layers: int
    decoder_layers: int
    vocabulary: int
    encoder_positions: int
    decoder_positions: int

    @property
    def head_size(self) -> int:
        return self.width // self.heads


class WhisperWeights:
    """float32 parameters by name.

    `conv1`, `conv2`; `encoder.N.` and `decoder.N.` with `self.q|k|v|o`, `cross.q|k|v|o`,
    `up`, `down` (matrices, `[out, in]`) and `self_norm`,
    `cross_norm`, `mlp_norm` (with `.scale`, `.shift`); `encoder.norm`, `decoder.norm`;
    `encoder.positions`, `decoder.positions`, `tokens`.
    """

    def __init__(self, config: WhisperConfig, floats: dict[str, np.ndarray]):
        self.config = config
        self._floats = floats

    def __getitem__(self, name: str) -> np.ndarray:
        return self._floats[name]

    def bias(self, name: str) -> np.ndarray | None:
        """A matrix's bias; k's, and what files write as noughts, is none."""
        bias = self._floats.get(f"{name}.bias")
        return bias if bias is not None and bias.any() else None


def read_weights(file: CTranslate2File) -> WhisperWeights:
    """The parameters of a Whisper model that CTranslate2 converted."""
    if file.specification != "WhisperSpec":
        raise CTranslate2Error(f"the file holds a {file.specification}, not a Whisper model")
    names = file.variables
    layers = {
        part: sum(name.startswith(f"{part}/layer_") and name.endswith("/ffn/linear_0/weight") for name in names)
        for part in ("encoder", "decoder")
    }
    floats: dict[str, np.ndarray] = {}

    def norm(name: str, source: str) -> None:
        floats[f"{name}.scale"] = file.floats(f"{source}/gamma")
        floats[f"{name}.shift"] = file.floats(f"{source}/beta")

    def linear(source: str, *targets: str) -> None:
        """A matrix that may hold several, one below the other."""
        weight, bias = file.floats(f"{source}/weight"), file.floats(f"{source}/bias")
        for target, rows, offset in zip(targets, np.split(weight, len(targets)), np.split(bias, len(targets))):
            floats[target], floats[f"{target}.bias"] = rows, offset

    for name in ("conv1", "conv2"):
        floats[name], floats[f"{name}.bias"] = file.floats(f"encoder/{name}/weight"), file.floats(f"encoder/{name}/bias")
    for part, count in layers.items():
        for index in range(count):
            source, target = f"{part}/layer_{index}", f"{part}.{index}"
            norm(f"{target}.self_norm", f"{source}/self_attention/layer_norm")
            linear(f"{source}/self_attention/linear_0", *(f"{target}.self.{x}" for x in "qkv"))
            linear(f"{source}/self_attention/linear_1", f"{target}.self.o")
            if part == "decoder":
                norm(f"{target}.cross_norm", f"{source}/attention/layer_norm")
                linear(f"{source}/attention/linear_0", f"{target}.cross.q")
                linear(f"{source}/attention/linear_1", f"{target}.cross.k", f"{target}.cross.v")
                linear(f"{source}/attention/linear_2", f"{target}.cross.o")
            norm(f"{target}.mlp_norm", f"{source}/ffn/layer_norm")
            linear(f"{source}/ffn/linear_0", f"{target}.up")
            linear(f"{source}/ffn/linear_1", f"{target}.down")
        norm(f"{part}.norm", f"{part}/layer_norm")
        floats[f"{part}.positions"] = file.floats(f"{part}/position_encodings/encodings")
    floats["tokens"] = file.floats("decoder/embeddings/weight")
    width, mels, _ = floats["conv1"].shape
    config = WhisperConfig(
        mels=mels,
        width=width,
        heads=int(names["encoder/num_heads"]),
        encoder_layers=layers["encoder"],
        decoder_layers=layers["decoder"],
        vocabulary=len(floats["tokens"]),
        encoder_positions=len(floats["encoder.positions"]),
        decoder_positions=len(floats["decoder.positions"]),
    )
    return WhisperWeights(config, floats)
