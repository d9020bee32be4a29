"""Tests of Glyph's recipe: `python -m unittest` in the folder above. No training data needed."""
