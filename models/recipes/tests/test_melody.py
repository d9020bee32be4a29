"""The melody generator: the tunes, their reader, the tokens, the SoundFont and what is tracked."""

import json
import random
import tempfile
import unittest
from pathlib import Path

import numpy as np

from melody import abc, soundfont, tokens
from melody.install import install
from melody.sample import Sampler, midi, notes

FOLDER = Path(__file__).parents[2] / "melody"
HEADER = "X:1\nT:t\nO:o\nC:trad.\nM:3/4\nL:1/8\nK:G\nN:major calm\n"


def flat(tune: abc.Tune) -> list[tuple]:
    return [(note.pitch, note.length, note.held, note.chord) for bar in tune.bars for note in bar]


class Reading(unittest.TestCase):
    def test_lengths_accidentals_and_chords(self):
        tune = abc.read(HEADER + '"G"G2^F>E=F2|"Am7"(3ABcB4|]')
        self.assertEqual(flat(tune), [(0, 12, False, "I"), (-1, 9, False, None), (-3, 3, False, None),
                                      (-2, 12, False, None), (2, 4, False, "ii7"), (4, 4, False, None),
                                      (5, 4, False, None), (4, 24, False, None)])

    def test_ties_over_the_bar_line_are_held(self):
        self.assertEqual(flat(abc.read(HEADER + "G6-|G4A2|]"))[1], (0, 24, True, None))

    def test_a_pick_up_is_filled_before_and_the_end_after(self):
        tune = flat(abc.read(HEADER + "D2|G6|A6|G4|]"))
        self.assertEqual(tune[:2] + tune[-1:], [(None, 24, False, None), (-5, 12, False, None), (0, 36, False, None)])

    def test_what_is_wrong_is_refused(self):
        for body in ("G6|A5|G6|]", "G6|?6|]", '"H"G6|G6|]', "G6|G4|]", "G6|G8|]"):
            with self.assertRaises(abc.Wrong, msg=body):
                abc.read(HEADER + body)
        with self.assertRaises(abc.Wrong):
            abc.read(HEADER.replace("O:o\n", "") + "G6|G6|]")

    def test_numerals_are_by_the_major_scale(self):
        for name, tonic, numeral, tones in (("C", 9, "bIII", [3, 7, 10]), ("D7", 7, "V7", [7, 11, 14, 17]),
                                            ("F#m", 2, "iii", [4, 7, 11]), ("Bb", 0, "bVII", [10, 14, 17])):
            self.assertEqual((abc.roman(name, tonic), abc.chord_tones(numeral)), (numeral, tones))


class Tunes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # Reading checks that bars are full, chords are chords, pitches in range and fields there.
        cls.tunes = abc.tunes()

    def test_there_are_many_and_of_all_kinds(self):
        self.assertGreaterEqual(len(self.tunes), 100)
        for kinds, of in ((abc.METRES, "metre"), (abc.MODES, "mode"), (abc.MOODS, "mood")):
            for kind in kinds:
                self.assertGreaterEqual(sum(getattr(tune, of) == kind for tune in self.tunes), 3, kind)

    def test_titles_differ_and_tunes_are_of_some_length(self):
        self.assertEqual(len({tune.title for tune in self.tunes}), len(self.tunes))
        for tune in self.tunes:
            self.assertTrue(8 <= len(tune.bars) <= 36, tune.title)

    def test_no_composer_died_after_1925(self):
        for tune in self.tunes:
            if tune.composer not in ("trad.", "Quartet's makers"):
                self.assertLessEqual(int(tune.composer.partition("-")[2][:4]), 1925, tune.title)

    def test_all_of_them_and_what_is_made_of_them_are_well_formed(self):
        names, chance = set(tokens.vocabulary(self.tunes)), random.Random(1)
        for tune in self.tunes:
            for made in (tune, *(tokens.varied(tune, chance) for _ in range(8))):
                row = tokens.texts(made)
                self.assertIsNone(tokens.well_formed(row), tune.title)
                self.assertLessEqual(set(row), names, tune.title)

    def test_broken_rows_are_found(self):
        row = tokens.texts(abc.read(HEADER + "G6|A6|]"))
        self.assertIsNone(tokens.well_formed(row))
        self.assertIn("ticks", tokens.well_formed([*row[:6], "length:48", *row[7:]]))
        self.assertIn("left", tokens.well_formed([*row[:4], "left:3", *row[5:]]))


class SoundFont(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.file = (FOLDER / "instruments.sf2").read_bytes()
        cls.font = soundfont.Source(cls.file)

    def test_it_is_small_and_says_whose_it_is(self):
        self.assertLessEqual(len(self.file), 10_000_000)
        said = bytes(soundfont.chunks(memoryview(self.file))["ICMT"])
        self.assertIn(b"Frank Wen", said)
        self.assertIn(b"THE SOFTWARE IS PROVIDED", said)

    def test_every_instrument_sounds_on_every_key(self):
        for instrument in soundfont.INSTRUMENTS:
            zones = [soundfont.between(inner[soundfont.KEYS]) for _, inner in self.font.preset(instrument.program)]
            self.assertEqual(sorted(key for low, high in zones for key in range(low, high + 1)), list(range(128)))

    def test_loops_lie_in_their_samples_and_close(self):
        values = self.font.values.astype(np.int32)
        for instrument in soundfont.INSTRUMENTS:
            for _, inner in self.font.preset(instrument.program):
                name, start, end, first, last, *_ = self.font.headers[inner[soundfont.SAMPLE]]
                self.assertTrue(start <= first < last <= end, name)
                if inner[soundfont.MODES] % 2:
                    # Where the loop begins again, the step is hardly greater than the loop's own.
                    widest = np.abs(np.diff(values[first:last])).max()
                    self.assertLessEqual(abs(values[first] - values[last - 1]), 2 * widest + 8, name)

    def test_a_resampled_tone_is_the_tone(self):
        made = soundfont.resampled(np.sin(np.arange(4000) * 0.1), 0.6, 500, 1000)
        np.testing.assert_allclose(made, np.sin((500 + np.arange(1000) / 0.6) * 0.1), atol=1e-3)


@unittest.skipUnless((FOLDER / "melody.onnx").is_file(), "no weights of the melody generator are tracked")
class Made(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sampler = Sampler(FOLDER)

    def test_the_vocabulary_is_that_of_the_tunes(self):
        self.assertEqual(self.sampler.names, tokens.vocabulary(abc.tunes()))

    def test_every_wish_gives_a_whole_tune(self):
        for number, metre in enumerate(abc.METRES):
            for bars in (4, 18):
                row = self.sampler.tune(metre, "minor", "calm", bars, random.Random(number))
                self.assertIsNone(tokens.well_formed(row))
                self.assertEqual(sum(name.startswith("left:") for name in row), bars)
                self.assertEqual(sum(length for _, length in notes(row)), bars * abc.METRES[metre])
                self.assertTrue(midi(row).startswith(b"MThd"))

    def test_the_same_seed_gives_the_same_tune(self):
        first, second = (self.sampler.tune("4/4", "major", "dance", 4, random.Random(7)) for _ in range(2))
        self.assertEqual(first, second)

    def test_what_is_installed_is_what_is_pinned(self):
        with tempfile.TemporaryDirectory() as scratch:
            # Fails where a hash differs.
            install(FOLDER / "melody.onnx", FOLDER, Path(scratch))
            made = {path.name for path in Path(scratch).iterdir()}
        self.assertEqual(made, {"melody.onnx", *json.loads((FOLDER / "figures.json").read_text())["sha256"]})


if __name__ == "__main__":
    unittest.main()
