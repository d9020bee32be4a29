"""Every shape of graph against the float32 reference, through ONNX Runtime."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from quartet_recipes.reference import logits
from quartet_recipes.session import Decoder, open_session
from quartet_recipes.tiny import CONTEXT, STEPS, VARIANTS, settled_weights, write_variant


class Concatenating:
    """Runs a graph that returns a longer cache each time; the merged form begins without one."""

    def __init__(self, path: Path):
        self._session = open_session(path, 1)
        self._inputs = {value.name: value for value in self._session.get_inputs()}
        self._outputs = [value.name for value in self._session.get_outputs()]
        caches = [value for name, value in self._inputs.items() if name.startswith("past_key_values.")]
        # A merged graph must not look at what it is given for its first run: one row of rubbish.
        rows = 1 if "use_cache_branch" in self._inputs else 0
        self._past = {v.name: np.full((1, v.shape[1], rows, v.shape[3]), 9, np.float32) for v in caches}
        self._length = 0

    def run(self, ids: list[int]) -> np.ndarray:
        begin, self._length = self._length, self._length + len(ids)
        feeds = {
            "input_ids": np.array([ids], np.int64),
            "attention_mask": np.ones((1, self._length), np.int64),
            "position_ids": np.arange(begin, self._length, dtype=np.int64)[None],
            **self._past,
        }
        if "use_cache_branch" in self._inputs:
            feeds["use_cache_branch"] = np.array([begin > 0])
        results = dict(zip(self._outputs, self._session.run(None, feeds)))
        self._past = {name: results[name.replace("past_key_values", "present")] for name in self._past}
        return results["logits"][0]


class TinyModels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._temporary = tempfile.TemporaryDirectory()
        cls.root = Path(cls._temporary.name)
        for name, variant in VARIANTS.items():
            write_variant(cls.root / name, variant)

    @classmethod
    def tearDownClass(cls):
        cls._temporary.cleanup()

    def runner(self, name: str):
        path = self.root / name / "onnx" / "model.onnx"
        return Concatenating(path) if VARIANTS[name].plain else Decoder(path, CONTEXT, threads=1)

    def reference(self, name: str) -> dict:
        return json.loads((self.root / name / "reference.json").read_text())

    def test_greedy_continuation_token_by_token(self):
        for name, variant in VARIANTS.items():
            with self.subTest(name):
                reference, model = self.reference(name), self.runner(name)
                last = model.run(reference["prompt_ids"])[-1]
                np.testing.assert_allclose(last, reference["prompt_logits"], atol=variant.tolerance)
                answer = []
                for _ in range(STEPS):
                    answer.append(int(last.argmax()))
                    last = model.run(answer[-1:])[-1]
                self.assertEqual(answer, reference["greedy_ids"])
                np.testing.assert_allclose(last, reference["final_logits"], atol=variant.tolerance)

    def test_a_prompt_in_pieces_gives_the_same_logits(self):
        for name, variant in VARIANTS.items():
            with self.subTest(name):
                reference, model = self.reference(name), self.runner(name)
                ids = reference["prompt_ids"]
                model.run(ids[:5])
                model.run(ids[5:12])
                np.testing.assert_allclose(model.run(ids[12:])[-1], reference["prompt_logits"], atol=variant.tolerance)

    def test_all_kept_positions_equal_the_reference(self):
        variant = VARIANTS["tiny-qwen2"]
        ids = self.reference("tiny-qwen2")["prompt_ids"]
        weights, _, _ = settled_weights(variant.config, ids)
        kept = self.runner("tiny-qwen2").run(ids, keep=len(ids))
        np.testing.assert_allclose(kept, logits(weights, ids), atol=variant.tolerance)

    def test_a_truncated_cache_forgets(self):
        reference, model = self.reference("tiny-llama"), self.runner("tiny-llama")
        ids = reference["prompt_ids"]
        model.run(ids[:8] + [70, 71, 72])
        model.truncate(8)
        np.testing.assert_allclose(model.run(ids[8:])[-1], reference["prompt_logits"], atol=1e-3)

    def test_the_same_bytes_each_time(self):
        with tempfile.TemporaryDirectory() as again:
            folder = Path(again) / "tiny-qwen2"
            write_variant(folder, VARIANTS["tiny-qwen2"])
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                first = self.root / "tiny-qwen2" / path.relative_to(folder)
                self.assertEqual(path.read_bytes(), first.read_bytes(), path.name)


if __name__ == "__main__":
    unittest.main()
