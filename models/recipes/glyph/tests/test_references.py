"""What the denoiser is shown, what the references let one expect, and beginning from graphs."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from export import export_all
from export_references import export_finder, export_references
from references import References
from transformer import expected, linear_estimate
from warm_start import load_exported

from .test_models import small_autoencoder, small_transformer


def two_things() -> References:
    """Thing 0 in styles 0 and 1, thing 1 in style 1; found by one key each."""
    return References(
        latents=torch.stack([torch.full((16, 8, 8), float(value)) for value in (1, 2, 3)]),
        row=torch.tensor([[0, 1, -1, -1, -1], [-1, 2, -1, -1, -1]]),
        keys=torch.eye(2, 512), key_thing=torch.tensor([0, 1]), key_penalty=torch.tensor([0.0, 0.9]))


class ReferencesTest(unittest.TestCase):
    def test_the_picture_that_is_to_be_drawn_is_never_shown(self):
        shown = two_things().shown(torch.tensor([0, 0, 1]), torch.tensor([0, 1, 1]))
        slots = shown.unflatten(1, (5, 16)).mean((2, 3, 4))
        self.assertEqual(slots.tolist(), [[0, 2, 0, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]])

    def test_the_nearest_thing_is_found_and_tags_count_less(self):
        text = torch.zeros(2, 512)
        text[0, 0], text[1, 0], text[1, 1] = 3.0, 1.0, 2.0
        self.assertEqual(two_things().nearest(text).tolist(), [0, 0])

    def test_without_references_nothing_is_expected(self):
        mean, variance = expected(torch.zeros(1, 80, 8, 8), torch.tensor([2]), 16)
        self.assertEqual((mean.abs().max().item(), variance.item()), (0.0, 1.0))

    def test_the_likest_style_weighs_most(self):
        references = torch.zeros(1, 5, 16, 8, 8)
        references[:, 1], references[:, 3] = 1.0, -1.0
        mean, variance = expected(references.flatten(1, 2), torch.tensor([0]), 16)
        self.assertGreater(mean.mean().item(), 0.7)
        self.assertLess(variance.item(), 0.4)

    def test_the_estimate_begins_with_the_mean_and_ends_with_the_picture(self):
        latents, mean = torch.randn(2, 16, 8, 8), torch.ones(2, 16, 8, 8)
        estimate, doubt = linear_estimate(latents, torch.tensor([0.0, 1.0]), mean, torch.full((2, 1, 1, 1), 0.5))
        torch.testing.assert_close(estimate[0], mean[0])
        torch.testing.assert_close(estimate[1], latents[1], atol=1e-4, rtol=1e-4)
        self.assertLess(doubt[1].item(), 1e-3)


class GraphsTest(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(1)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_graph(self, name: str, **feeds: np.ndarray) -> np.ndarray:
        return onnxruntime.InferenceSession(str(self.folder / name)).run(None, feeds)[0]

    def test_the_finder_gives_cosines_and_the_references_their_rows(self):
        keys = torch.nn.functional.normalize(torch.randn(7, 512)).numpy()
        export_finder(keys, self.folder / "finder.onnx")
        text = np.random.default_rng(2).normal(0, 1, (1, 512)).astype(np.float32)
        found = self.run_graph("finder.onnx", text=text)
        np.testing.assert_allclose(found, keys @ text[0] / np.linalg.norm(text), atol=2e-3)
        latents = np.random.default_rng(3).normal(0, 1, (4, 16, 8, 8)).astype(np.float32)
        export_references(latents, self.folder / "references.onnx")
        found = self.run_graph("references.onnx", rows=np.array([2, 0]))
        np.testing.assert_allclose(found, latents[[2, 0]], atol=0.021)

    def test_a_model_goes_on_from_its_own_graphs(self):
        autoencoder, transformer = small_autoencoder(), small_transformer(2)
        export_all(autoencoder, transformer, 16, self.folder)
        other, fresh = small_transformer(2), small_autoencoder()
        load_exported(other, self.folder / "denoiser.onnx")
        load_exported(fresh, self.folder / "encoder.onnx", "encoder.")
        load_exported(fresh, self.folder / "decoder.onnx", "decoder.")
        for mine, theirs in ((transformer, other), (autoencoder, fresh)):
            for (name, wanted), found in zip(mine.named_parameters(), theirs.parameters()):
                torch.testing.assert_close(found, wanted, atol=2e-3, rtol=2e-3, msg=name)
