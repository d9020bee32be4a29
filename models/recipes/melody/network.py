"""The network: an embedding, a GRU, and what comes next."""

import torch
from torch import Tensor, nn

LAYERS, WIDTH, EMBEDDING = 2, 256, 96


class Melody(nn.Module):
    def __init__(self, tokens: int, dropout: float = 0.4):
        super().__init__()
        self.embedding = nn.Embedding(tokens, EMBEDDING)
        self.gru = nn.GRU(EMBEDDING, WIDTH, LAYERS, dropout=dropout)
        self.dropout = nn.Dropout(dropout)
        self.answer = nn.Linear(WIDTH, tokens)

    def forward(self, tokens: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Tokens [time, batch], state [layers, batch, width] -> logits [time, batch, vocabulary], state."""
        out, after = self.gru(self.dropout(self.embedding(tokens)), state)
        return self.answer(self.dropout(out)), after

    def start(self, batch: int) -> Tensor:
        return torch.zeros(LAYERS, batch, WIDTH)
