"""faster-whisper on the weights that our graphs were made from.

usage: faster_whisper_peer.py FOLDER THREADS COMPUTE_TYPE

Greedy, every window for itself, as ours: what was written before does not go into the prompt.
"""

import time

from contender import answer
from faster_whisper import WhisperModel


class Peer:
    def __init__(self, folder, threads, compute_type):
        self.model = WhisperModel(folder, device="cpu", cpu_threads=threads, compute_type=compute_type)

    def play(self, command):
        started = time.perf_counter()
        segments, _ = self.model.transcribe(
            command["hear"], language=command["language"], beam_size=1, condition_on_previous_text=False
        )
        text = " ".join(segment.text.strip() for segment in segments)
        return {"seconds": time.perf_counter() - started, "text": text}


answer(lambda arguments: Peer(arguments[0], int(arguments[1]), arguments[2]), lambda peer, command: peer.play(command))
