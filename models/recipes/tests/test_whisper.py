"""Whisper's file read and its graphs against the float32 forward pass."""

import struct
import tempfile
import unittest
from pathlib import Path

import numpy as np

from quartet_recipes.ctranslate2_file import CTranslate2Error, CTranslate2File
from quartet_recipes.session import open_session
from quartet_recipes.tiny_whisper import seeded
from quartet_recipes.whisper_graph import decoder, encoder
from quartet_recipes.whisper_mel import filters, log_mel
from quartet_recipes.whisper_reference import Reference
from quartet_recipes.whisper_weights import WhisperConfig, WhisperWeights, read_weights

CONFIG = WhisperConfig(80, 64, 2, 1, 2, 300, 1500, 64)
KINDS = {np.dtype(np.float16): 4, np.dtype(np.int16): 2}


def string(text: str) -> bytes:
    return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"


def ctranslate2(weights: WhisperWeights, version: int = 6) -> bytes:
    """A file as CTranslate2's converter writes it."""
    variables: dict[str, np.ndarray] = {}

    def norm(target: str, name: str) -> None:
        variables[f"{target}/gamma"], variables[f"{target}/beta"] = weights[f"{name}.scale"], weights[f"{name}.shift"]

    def linear(target: str, *names: str) -> None:
        biases = [weights.bias(name) for name in names]
        rows = [np.zeros(len(weights[name]), np.float32) if bias is None else bias for name, bias in zip(names, biases)]
        variables[f"{target}/weight"] = np.concatenate([weights[name] for name in names])
        variables[f"{target}/bias"] = np.concatenate(rows)

    for name in ("conv1", "conv2"):
        variables[f"encoder/{name}/weight"], variables[f"encoder/{name}/bias"] = weights[name], weights[f"{name}.bias"]
    for part, layers in (("encoder", weights.config.encoder_layers), ("decoder", weights.config.decoder_layers)):
        for index in range(layers):
            target, name = f"{part}/layer_{index}", f"{part}.{index}"
            norm(f"{target}/self_attention/layer_norm", f"{name}.self_norm")
            linear(f"{target}/self_attention/linear_0", *(f"{name}.self.{x}" for x in "qkv"))
            linear(f"{target}/self_attention/linear_1", f"{name}.self.o")
            if part == "decoder":
                norm(f"{target}/attention/layer_norm", f"{name}.cross_norm")
                linear(f"{target}/attention/linear_0", f"{name}.cross.q")
                linear(f"{target}/attention/linear_1", f"{name}.cross.k", f"{name}.cross.v")
                linear(f"{target}/attention/linear_2", f"{name}.cross.o")
            norm(f"{target}/ffn/layer_norm", f"{name}.mlp_norm")
            linear(f"{target}/ffn/linear_0", f"{name}.up")
            linear(f"{target}/ffn/linear_1", f"{name}.down")
        norm(f"{part}/layer_norm", f"{part}.norm")
        variables[f"{part}/position_encodings/encodings"] = weights[f"{part}.positions"]
    variables["decoder/embeddings/weight"] = weights["tokens"]
    content = struct.pack("<I", version) + string("WhisperSpec") + struct.pack("<II", 3, len(variables) + 1)
    heads = np.array(weights.config.heads, np.int16)
    for name, value in {**variables, "encoder/num_heads": heads}.items():
        value = value if value.dtype == np.int16 else value.astype(np.float16)
        content += string(name) + struct.pack(f"<B{value.ndim}I", value.ndim, *value.shape)
        content += struct.pack("<BI", KINDS[value.dtype], value.nbytes) + value.tobytes()
    return content + struct.pack("<I", 1) + string("decoder/projection/weight") + string("decoder/embeddings/weight")


class Reading(unittest.TestCase):
    def test_what_was_written_is_read(self):
        weights = seeded(CONFIG)
        read = read_weights(CTranslate2File(ctranslate2(weights)))
        self.assertEqual(read.config, CONFIG)
        for name in ("conv2", "encoder.0.self.v", "decoder.1.cross.k", "decoder.0.mlp_norm.shift", "tokens"):
            np.testing.assert_array_equal(read[name], weights[name])
        self.assertIsNone(read.bias("decoder.0.self.k"))
        np.testing.assert_array_equal(read.bias("decoder.0.cross.v"), weights.bias("decoder.0.cross.v"))

    def test_other_files_are_refused(self):
        whole = ctranslate2(seeded(CONFIG))
        for content in (whole[:-1], whole + b"\0", whole[: len(whole) // 2], ctranslate2(seeded(CONFIG), version=5)):
            with self.assertRaises(CTranslate2Error):
                CTranslate2File(content)


class Graphs(unittest.TestCase):
    def logits(self, half: bool) -> tuple[np.ndarray, np.ndarray]:
        """Of the last of some tokens that were read two at a time: the graphs' and the reference's."""
        weights, ids = seeded(CONFIG), [1, 20, 3, 44, 5, 60]
        mel = np.random.default_rng(4).normal(0, 0.5, (80, 120)).astype(np.float32)
        reference = Reference(weights)
        expected = reference.logits(reference.encode(mel), ids)[-1]
        with tempfile.TemporaryDirectory() as folder:
            paths = {name: Path(folder) / f"{name}.onnx" for name in ("encoder", "decoder")}
            encoder(weights, half).save(paths["encoder"], "encoder", {})
            decoder(weights, half).save(paths["decoder"], "decoder", {})
            session = open_session(paths["encoder"], 1)
            names = [output.name.split(".") for output in session.get_outputs()]
            given = session.run(None, {"input_features": mel[None]})
            feeds = {f"past_key_values.{layer}.encoder.{part}": value for (_, layer, part), value in zip(names, given)}
            session = open_session(paths["decoder"], 1)
            presents = [output.name for output in session.get_outputs()][1:]
            empty = np.zeros((1, CONFIG.heads, 0, CONFIG.head_size), np.float32)
            feeds |= {name.replace("present", "past_key_values"): empty for name in presents}
            for start in range(0, len(ids), 2):
                logits, *past = session.run(None, {"input_ids": np.array([ids[start : start + 2]], np.int64), **feeds})
                feeds |= {name.replace("present", "past_key_values"): value for name, value in zip(presents, past)}
        return logits[0, 0], expected

    def test_half_precision_is_the_reference(self):
        actual, expected = self.logits(half=True)
        np.testing.assert_allclose(actual, expected, atol=1e-3)

    def test_8_bits_are_near_it(self):
        actual, expected = self.logits(half=False)
        error = np.square(actual - expected).mean() / np.square(expected).mean()
        self.assertLess(error, 0.02)


class Mel(unittest.TestCase):
    def test_filters_cover_the_spectrum_once(self):
        bank = filters(80)
        self.assertEqual(bank.shape, (80, 201))
        self.assertTrue((bank.sum(1) > 0).all() and (np.diff(bank.argmax(1)) >= 0).all())

    def test_silence_is_flat(self):
        mel = log_mel(np.zeros(100, np.float32), 10)
        self.assertEqual(mel.shape, (80, 10))
        self.assertEqual(float(np.ptp(mel)), 0.0)


if __name__ == "__main__":
    unittest.main()
