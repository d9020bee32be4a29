"""Shapes, invariants and the ONNX export of small models with random weights."""

import tempfile
import unittest
from pathlib import Path

import torch

from autoencoder import Autoencoder
from export import export_all
from flow import flow_loss, loss_weight, mix, sample, sample_times
from muon import Muon, orthogonalise
from transformer import Transformer


def small_transformer(patch: int) -> Transformer:
    model = Transformer(16, width=32, layers=2, heads=2, text_tokens=2, styles=5, patch=patch)
    for parameter in model.parameters():  # gates and exit begin at zero and would hide mistakes
        torch.nn.init.normal_(parameter, std=0.1)
    return model.eval()


def small_autoencoder() -> Autoencoder:
    return Autoencoder(16, [8, 16, 16], [16, 16, 8]).eval()


class ModelsTest(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)

    def test_latents_are_normalised_for_each_picture(self):
        latents = small_autoencoder().encode(torch.rand(2, 3, 64, 64) * 2 - 1)
        self.assertEqual(latents.shape, (2, 16, 8, 8))
        for one in latents:
            self.assertAlmostEqual(one.mean().item(), 0, places=4)
            self.assertAlmostEqual(one.var().item(), 1, places=2)

    def test_a_picture_does_not_depend_on_its_neighbours_in_the_batch(self):
        for patch in (1, 2):
            model = small_transformer(patch)
            inputs = (torch.randn(2, 16, 8, 8), torch.tensor([0.2, 0.7]), torch.randn(2, 512),
                      torch.tensor([1, 5]), torch.randn(2, 80, 8, 8))
            together = model(*inputs)
            alone = model(*(value[1:] for value in inputs))
            torch.testing.assert_close(together[1:], alone, atol=1e-5, rtol=1e-4)

    def test_text_time_and_style_change_the_prediction(self):
        model = small_transformer(2)
        latents, text = torch.randn(1, 16, 8, 8), torch.randn(1, 512)
        time, style = torch.tensor([0.5]), torch.tensor([0])
        seen = torch.randn(1, 80, 8, 8)
        base = model(latents, time, text, style, seen)
        for changed in ((latents, time + 0.3, text, style, seen), (latents, time, -text, style, seen),
                        (latents, time, text, style + 1, seen), (latents, time, text, style, -seen)):
            self.assertGreater((model(*changed) - base).abs().max().item(), 1e-3)

    def test_graphs_equal_torch(self):
        with tempfile.TemporaryDirectory() as folder:
            for patch in (1, 2):
                found = export_all(small_autoencoder(), small_transformer(patch), 16, Path(folder))
                self.assertLess(max(found.values()), 1e-4, found)


class FlowTest(unittest.TestCase):
    def test_a_model_that_knows_the_answer_is_sampled_exactly(self):
        target = torch.randn(2, 16, 8, 8)
        model = lambda x, *_: target.repeat(len(x) // len(target), 1, 1, 1)
        noise = torch.randn_like(target)
        found = sample(model, noise, torch.ones(2, 512), torch.zeros(2, dtype=torch.long),
                       torch.zeros(2, 80, 8, 8), 5)
        torch.testing.assert_close(found, target, atol=1e-5, rtol=1e-5)

    def test_guidance_moves_away_from_the_null_prompt(self):
        def model(x, _time, text, _style, _seen):
            return torch.ones_like(x) * text[:, :1, None, None]

        found = sample(model, torch.zeros(1, 1, 8, 8), torch.ones(1, 512),
                       torch.zeros(1, dtype=torch.long), torch.zeros(1, 80, 8, 8), 5, steps=10,
                       guidance=2.0)
        # The last tenth of the way is unguided and leads exactly to the model's own answer.
        self.assertAlmostEqual(found.mean().item(), 1.0, places=4)

    def test_weights_are_capped_and_loss_is_zero_for_the_truth(self):
        self.assertEqual(loss_weight(torch.tensor([0.999])).item(), 20.0)
        self.assertAlmostEqual(loss_weight(torch.tensor([0.5])).item(), 4.0, places=5)
        x, t = torch.randn(4, 16, 8, 8), sample_times(4, torch.device("cpu"))
        self.assertEqual(flow_loss(x, x, t).item(), 0.0)
        torch.testing.assert_close(mix(x, -x, torch.ones(4)), x)


class MuonTest(unittest.TestCase):
    def test_singular_values_become_about_one(self):
        for shape in ((64, 32), (32, 64)):
            values = torch.linalg.svdvals(orthogonalise(torch.randn(*shape)))
            self.assertGreater(values.min().item(), 0.4)
            self.assertLess(values.max().item(), 1.4)

    def test_it_fits_a_matrix(self):
        torch.manual_seed(0)
        weight = torch.nn.Parameter(torch.zeros(16, 16))
        inputs, wanted = torch.randn(64, 16), torch.randn(16, 16)
        optimiser = Muon([weight], lr=0.05)
        for _ in range(200):
            weight.grad = None
            loss = ((inputs @ weight.T) - inputs @ wanted.T).square().mean()
            loss.backward()
            optimiser.step()
        self.assertLess(loss.item(), 0.5)
