"""Kokoro's graph in ONNX Runtime for Python, on the phonemes that it is given.

usage: kokoro_peer.py FOLDER THREADS
"""

import json
import time
from pathlib import Path

import numpy
import onnxruntime
from contender import answer


class Peer:
    def __init__(self, folder, threads):
        self.folder = folder
        description = json.loads((folder / "kokoro.json").read_text())
        self.vocabulary, self.rate = description["vocabulary"], description["sample_rate"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(folder / "kokoro.onnx", options, providers=["CPUExecutionProvider"])

    def play(self, command):
        ids = [self.vocabulary[one] for one in command["phonemes"] if one in self.vocabulary]
        styles = numpy.fromfile(self.folder / "voices" / f"{command['voice']}.bin", "<f4").reshape(-1, 256)
        started = time.perf_counter()
        feeds = {
            "tokens": numpy.array([[0, *ids, 0]], numpy.int64),
            "style": styles[min(len(ids), len(styles) - 1)][None],
            "speed": numpy.ones(1, numpy.float32),
        }
        sound = self.session.run(["audio"], feeds)[0]
        return {"seconds": time.perf_counter() - started, "audio_seconds": sound.size / self.rate}


answer(lambda arguments: Peer(Path(arguments[0]), int(arguments[1])), lambda peer, command: peer.play(command))
