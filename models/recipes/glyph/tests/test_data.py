"""Captions, the split and the drawing of pictures, on made-up entries."""

import unittest

import numpy as np

from data import captions_of, code_key, draw_svg, held_out_pairs, is_clock_time

APPLE = {"label": "red apple", "label_zh": "红苹果", "tags": ["fruit", "red"], "tags_zh": ["水果"]}


class DataTest(unittest.TestCase):
    def test_code_points_have_one_spelling(self):
        self.assertEqual(code_key("2764_FE0F"), code_key("2764"))
        self.assertEqual(code_key("1F468-200D-1F469"), "1f468-200d-1f469")

    def test_caption_weights_sum_to_one_with_and_without_translations(self):
        for concept in (APPLE, APPLE | {"label_zh": "", "tags": [], "tags_zh": []}):
            captions = captions_of(concept)
            self.assertAlmostEqual(sum(weight for _, weight in captions), 1.0, places=6)
            self.assertTrue(all(text for text, _ in captions))

    def test_the_article_fits_the_label(self):
        self.assertIn("a red apple", [text for text, _ in captions_of(APPLE)])
        owl = APPLE | {"label": "owl"}
        self.assertIn("an owl", [text for text, _ in captions_of(owl)])

    def test_clock_faces_are_left_out_and_clocks_are_not(self):
        self.assertTrue(is_clock_time("one o’clock"))
        self.assertTrue(is_clock_time("one-thirty"))
        self.assertFalse(is_clock_time("alarm clock"))

    def test_held_out_pairs_leave_two_styles_of_each_concept(self):
        pairs = [(f"c{i}", style) for i in range(40) for style in "abc"] + [("lone", "a")]
        held = held_out_pairs(pairs, 0.2, seed=1)
        self.assertEqual(len(held), 25)
        self.assertEqual(len({key for key, _ in held}), len(held))
        self.assertNotIn(("lone", "a"), held)
        self.assertEqual(held, held_out_pairs(pairs, 0.2, seed=1))

    def test_an_icon_is_drawn_on_white(self):
        icon = {"body": '<rect x="8" width="8" height="16" fill="#f00"/>'}
        picture, alpha = draw_svg(icon, {"width": 16, "height": 16})
        self.assertEqual(picture.shape, (64, 64, 3))
        np.testing.assert_array_equal(picture[32, 4], [255, 255, 255])
        np.testing.assert_array_equal(picture[32, 60], [255, 0, 0])
        self.assertEqual((alpha[32, 4], alpha[32, 60]), (0, 255))
