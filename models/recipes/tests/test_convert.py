"""The recipe from end to end, on GGUF files written here as llama.cpp writes them."""

import contextlib
import io
import json
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from unittest import mock

import gguf
import numpy as np
from tokenizers import Tokenizer

from quartet_recipes import text
from quartet_recipes.config import ModelConfig
from quartet_recipes.reference import logits
from quartet_recipes.session import Decoder
from quartet_recipes.tiny import VARIANTS, TinyWeights, tokenizer_json, tokens

LAYER_TENSORS = {
    "q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down",
}  # fmt: skip
CONTROL, NORMAL, UNUSED = 3, 1, 5
PADDING = 4  # rows without a token, as Qwen's files have them
LIMIT = 1e-2  # of the relative error: Q8_0 weights and 8-bit activations in a random network


def interleaved(matrix: np.ndarray, heads: int) -> np.ndarray:
    """llama.cpp's order of rows: convert_hf_to_gguf.py, LlamaModel.permute."""
    rows = matrix.shape[0]
    return matrix.reshape(heads, 2, rows // heads // 2, *matrix.shape[1:]).swapaxes(1, 2).reshape(matrix.shape)


def write_gguf(path: Path, weights: TinyWeights, tied: bool = True, **overrides) -> None:
    config: ModelConfig = weights.config
    arch = config.architecture
    writer = gguf.GGUFWriter(path, arch)
    writer.add_block_count(config.layers)
    writer.add_context_length(config.context)
    writer.add_embedding_length(config.hidden)
    writer.add_feed_forward_length(config.intermediate)
    writer.add_head_count(config.heads)
    writer.add_head_count_kv(config.kv_heads)
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_layer_norm_rms_eps(config.norm_epsilon)
    words = [*tokens(), *(f"[PAD{i}]" for i in range(config.vocabulary - len(tokens())))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(overrides.get("pre", "gpt-2"))
    writer.add_token_list(words)
    writer.add_token_types([CONTROL if i < 3 else NORMAL if i < len(tokens()) else UNUSED for i in range(len(words))])
    writer.add_token_merges([" ".join(pair) for pair in tokenizer_json()["model"]["merges"]])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(2)
    writer.add_chat_template("{% for m in messages %}{{ m.content }}{% endfor %}")

    kind = overrides.get("kind", gguf.GGMLQuantizationType.Q8_0)
    # How a matrix is stored, its rows in the order they are to be written in.
    stored = overrides.get("stored", lambda name: gguf.quants.quantize(weights.floats(name), kind))

    def matrix(name: str, data: np.ndarray) -> None:
        writer.add_tensor(name, data, raw_dtype=kind)

    matrix("token_embd.weight", stored("embedding"))
    if not tied:
        matrix("output.weight", gguf.quants.quantize(-weights.floats("head"), kind))
    writer.add_tensor("output_norm.weight", weights.vector("final_norm"))
    for layer in range(config.layers):
        for part, name in LAYER_TENSORS.items():
            data = stored(f"{layer}.{part}")
            if arch == "llama" and part in "qk":
                data = interleaved(data, config.heads if part == "q" else config.kv_heads)
            matrix(f"blk.{layer}.{name}.weight", data)
            if arch == "qwen2" and part in "qkv":
                writer.add_tensor(f"blk.{layer}.{name}.bias", weights.vector(f"{layer}.{part}_bias"))
        writer.add_tensor(f"blk.{layer}.attn_norm.weight", weights.vector(f"{layer}.attention_norm"))
        writer.add_tensor(f"blk.{layer}.ffn_norm.weight", weights.vector(f"{layer}.mlp_norm"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def run(*arguments: str | Path) -> tuple[int, str]:
    """The recipe's exit status and what it printed."""
    output = io.StringIO()
    with mock.patch("sys.argv", ["text", *map(str, arguments)]), contextlib.redirect_stdout(output):
        with contextlib.redirect_stderr(output):
            return text.main(), output.getvalue()


class Converting(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = Path(temporary.name)
        self.gguf, self.out = self.root / "model.gguf", self.root / "model"

    def weights(self, variant: str) -> TinyWeights:
        config = VARIANTS[variant].config
        return TinyWeights(replace(config, vocabulary=config.vocabulary + PADDING), seed=5)

    def convert(self, *more: str) -> str:
        status, output = run("convert", "--gguf", self.gguf, "--out", self.out, *more)
        self.assertEqual(status, 0, output)
        return output

    def test_both_architectures_compute_what_was_written(self):
        ids = [1, 286, 13, 40, 41, 42, 2, 13]
        for variant in ("tiny-llama", "tiny-qwen2"):
            with self.subTest(variant):
                weights = self.weights(variant)
                write_gguf(self.gguf, weights)
                self.convert()
                actual = Decoder(self.out / "onnx" / "model.onnx", 64, threads=1).run(ids, keep=len(ids))
                expected = logits(weights, ids)
                error = np.square(actual - expected).mean() / np.square(expected).mean()
                self.assertLess(error, LIMIT)

    def test_a_separate_head_is_kept(self):
        weights = self.weights("tiny-qwen2")
        write_gguf(self.gguf, weights, tied=False)
        self.convert()
        actual = Decoder(self.out / "onnx" / "model.onnx", 64, threads=1).run([5, 6, 7])
        expected = -logits(weights, [5, 6, 7])[-1:]
        self.assertLess(np.square(actual - expected).mean() / np.square(expected).mean(), LIMIT)
        self.assertFalse(json.loads((self.out / "config.json").read_text())["tie_word_embeddings"])

    def test_descriptions(self):
        write_gguf(self.gguf, self.weights("tiny-qwen2"), pre="qwen2")
        licence = self.root / "licence.txt"
        licence.write_text("Do as you like.\n")
        sampling = ("--temperature", "0.7", "--top-p", "0.8", "--top-k", "20", "--repetition-penalty", "1.1")
        self.convert("--max-context", "128", "--licence", str(licence), *sampling)
        config, generation, names = (
            json.loads((self.out / name).read_text())
            for name in ("config.json", "generation_config.json", "tokenizer_config.json")
        )
        self.assertEqual((config["model_type"], config["max_position_embeddings"]), ("qwen2", 128))
        self.assertEqual((generation["eos_token_id"], generation["top_k"]), ([2, 0], 20))
        self.assertIn("messages", names["chat_template"])
        self.assertEqual((self.out / "LICENSE").read_text(), "Do as you like.\n")
        tokenizer = Tokenizer.from_file(str(self.out / "tokenizer.json"))
        self.assertEqual(tokenizer.get_vocab_size(), len(tokens()))
        written = "Hello, the user!\n\n  1234 don't 你好 😀 <|im_end|>"
        encoded = tokenizer.encode(written).ids
        self.assertEqual(tokenizer.decode(encoded, skip_special_tokens=False), written)
        self.assertEqual(encoded[-1], 2)

    def test_progress_is_json_by_line_and_bytes_repeat(self):
        write_gguf(self.gguf, self.weights("tiny-llama"))
        lines = [json.loads(line) for line in self.convert().splitlines()]
        self.assertIn({"step": "layers", "done": 2, "total": 2}, lines)
        first = (self.out / "onnx" / "model.onnx").read_bytes(), (self.out / "onnx" / "model.onnx_data").read_bytes()
        self.convert()  # over the folder that is there
        again = (self.out / "onnx" / "model.onnx").read_bytes(), (self.out / "onnx" / "model.onnx_data").read_bytes()
        self.assertEqual(first, again)
        self.assertEqual(sorted(path.name for path in self.root.iterdir()), ["model", "model.gguf"])

    def test_a_failure_leaves_the_old_folder_as_it_was(self):
        write_gguf(self.gguf, self.weights("tiny-llama"))
        self.convert()
        with mock.patch.object(text.GraphBuilder, "save", side_effect=OSError("the disk is full")):
            status, output = run("convert", "--gguf", self.gguf, "--out", self.out)
        self.assertEqual(status, 2)
        self.assertIn("the disk is full", output)
        self.assertTrue((self.out / "onnx" / "model.onnx").is_file())

    def test_what_cannot_be_converted_is_named(self):
        self.gguf.write_bytes(b"GGUF but not really")
        self.assertEqual(run("convert", "--gguf", self.gguf, "--out", self.out)[0], 2)
        write_gguf(self.gguf, self.weights("tiny-llama"), pre="unheard-of")
        status, output = run("convert", "--gguf", self.gguf, "--out", self.out)
        self.assertEqual(status, 2)
        self.assertIn("unheard-of", output)
        self.assertFalse(self.out.exists())


if __name__ == "__main__":
    unittest.main()
