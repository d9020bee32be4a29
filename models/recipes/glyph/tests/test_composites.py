"""Composed scenes: grounds, placement, captions."""

import unittest

import numpy as np

from composites import GROUNDS, Composer, compose_all, paint_ground, put, tinted

DISC = np.full((64, 64, 3), 255, np.uint8)
DISC[16:48, 16:48] = (200, 30, 30)
OPACITY = np.zeros((64, 64), np.uint8)
OPACITY[16:48, 16:48] = 255
INDEX = {
    "concepts": [{"label": "cube", "label_zh": "方块"}, {"label": "box", "label_zh": ""}],
    "pictures": [{"concept": i, "style": 0, "held_out": held}
                 for i, held in ((0, False), (1, False), (0, False), (1, True))],
}


class CompositesTest(unittest.TestCase):
    def test_a_thing_covers_the_ground_and_nothing_else(self):
        canvas = paint_ground(GROUNDS[2])
        before = canvas.copy()
        put(canvas, DISC, OPACITY, (0.5, 0.5), 64)
        np.testing.assert_allclose(canvas[32, 32], (200, 30, 30), atol=1)
        np.testing.assert_allclose(canvas[2, 2], before[2, 2], atol=1)

    def test_a_tint_keeps_white_white(self):
        blue = tinted(DISC, 215)
        self.assertTrue((blue[0, 0] == 255).all())
        self.assertGreater(blue[32, 32, 2], blue[32, 32, 0])

    def test_scenes_are_repeatable_and_use_no_held_out_picture(self):
        drawings = np.stack([DISC] * 3 + [255 - DISC]), np.stack([OPACITY] * 4)
        first = compose_all(Composer(*drawings, INDEX, 5), 30)
        second = compose_all(Composer(*drawings, INDEX, 5), 30)
        np.testing.assert_array_equal(first[0], second[0])
        self.assertEqual(first[2], second[2])
        self.assertTrue(all("cube" in c or "box" in c or "方块" in c for c in first[2]))
        self.assertNotIn(3, Composer(*drawings, INDEX, 5).by_style[0])
