"""The Python package of Hibari, on one thread or more.

usage: hibari_peer.py THREADS
"""

import time

from contender import answer
from hibari import SAMPLE_RATE, Hibari


class Peer:
    def __init__(self, threads):
        self.voice = Hibari(threads=threads)
        # It reads its tables when they are first asked for.
        self.voice.phonemize("Ready.")

    def play(self, command):
        started, first, samples = time.perf_counter(), None, 0
        for sound in self.voice.stream(command["say"], seed=1):
            first = first or time.perf_counter() - started
            samples += len(sound)
        return {
            "first_sound_seconds": first,
            "seconds": time.perf_counter() - started,
            "audio_seconds": samples / SAMPLE_RATE,
        }


answer(lambda arguments: Peer(int(arguments[0])), lambda peer, command: peer.play(command))
