"""llama.cpp through llama-cpp-python, on the GGUF file that our graph was made from.

usage: llama_cpp_peer.py MODEL.gguf THREADS
"""

import numpy
from contender import serve
from llama_cpp import Llama


class Peer:
    def __init__(self, path, threads):
        self.model = Llama(
            path, n_ctx=4096, n_batch=512, n_threads=threads, n_threads_batch=threads, verbose=False
        )

    def reset(self):
        self.model.reset()

    def read(self, ids):
        self.model.eval(ids)
        return self.best()

    def step(self, token):
        self.model.eval([token])
        return self.best()

    def best(self):
        # The C array itself: `eval_logits` would copy every row in Python.
        width = self.model.n_vocab()
        pointer = self.model._ctx.get_logits()
        return int(numpy.ctypeslib.as_array(pointer, shape=(width,)).argmax())


serve(lambda arguments: Peer(arguments[0], int(arguments[1])))
