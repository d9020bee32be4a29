"""transformers with PyTorch, on the GGUF file that our graph was made from, as float32.

usage: transformers_peer.py MODEL.gguf THREADS
"""

import pathlib

import torch
from contender import serve
from transformers import AutoModelForCausalLM


class Peer:
    def __init__(self, path, threads):
        torch.set_num_threads(threads)
        path = pathlib.Path(path)
        self.model = AutoModelForCausalLM.from_pretrained(
            path.parent, gguf_file=path.name, dtype=torch.float32
        ).eval()

    def reset(self):
        self.cache = None

    @torch.inference_mode()
    def read(self, ids):
        answer = self.model(
            torch.tensor([ids]), past_key_values=self.cache, use_cache=True, logits_to_keep=1
        )
        self.cache = answer.past_key_values
        return int(answer.logits[0, -1].argmax())

    def step(self, token):
        return self.read([token])


serve(lambda arguments: Peer(arguments[0], int(arguments[1])))
