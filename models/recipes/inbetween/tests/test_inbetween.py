"""The mathematics, on shapes of a few pixels."""

import unittest

import torch

from inbetween import synthetic
from inbetween.losses import total
from inbetween.network import Inbetween, alike_nearby, warp


class Network(unittest.TestCase):
    def test_before_training_it_blends(self):
        first, second = torch.zeros(1, 3, 32, 48), torch.ones(1, 3, 32, 48)
        made = Inbetween()(first, second, torch.full((1, 1, 1, 1), 0.25))
        self.assertTrue(torch.allclose(made["frame"], torch.full_like(first, 0.25), atol=1e-3))
        self.assertEqual(made["flow"].shape, (1, 4, 32, 48))

    def test_a_flow_to_the_right_shows_what_lies_there(self):
        picture = torch.arange(8.0).view(1, 1, 1, 8).expand(1, 1, 4, 8)
        flow = torch.zeros(1, 2, 4, 8)
        flow[:, 0] = 2
        self.assertTrue(torch.allclose(warp(picture, flow)[0, 0, 0, :6], torch.arange(2.0, 8.0), atol=1e-4))

    def test_a_place_is_most_like_itself(self):
        features = torch.nn.functional.normalize(torch.randn(1, 16, 6, 6, generator=torch.Generator().manual_seed(1)), dim=1)
        alike = alike_nearby(features, features, 1)
        self.assertTrue((alike.argmax(1) == 4).all())


class Training(unittest.TestCase):
    def test_made_up_motion_begins_and_ends_with_its_frames(self):
        sprites = torch.randint(0, 256, (5, 4, 16, 16), dtype=torch.uint8)
        generator = torch.Generator().manual_seed(2)
        first, second, wanted, time, ways = synthetic.batch(sprites, generator, 3, 32)
        self.assertEqual(first.shape, (3, 3, 32, 32))
        self.assertEqual(time.shape, (3, 1, 1, 1))
        self.assertTrue(((wanted >= -1e-5) & (wanted <= 1 + 1e-5)).all())

    def test_a_step_lowers_the_loss(self):
        torch.manual_seed(0)
        model = Inbetween()
        first, wanted = torch.rand(2, 3, 32, 32), torch.rand(2, 3, 32, 32)
        time = torch.full((2, 1, 1, 1), 0.5)
        optimiser = torch.optim.Adam(model.parameters(), 1e-3)
        losses = []
        for _ in range(4):
            loss = total(model(first, wanted, time), first, wanted, wanted, time)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        self.assertLess(losses[-1], losses[0])


if __name__ == "__main__":
    unittest.main()
