"""faster-whisper on the weights that our graphs were made from.

usage: faster_whisper_peer.py FOLDER THREADS COMPUTE_TYPE

Greedy, every window for itself, as ours: what was written before does not go into the prompt.
Asked for the same mel, it hears as much silence behind a clip as ours does, where by itself it
fills 30 s with noughts, which in a log-mel spectrogram are no silence.
"""

import time
import wave

import faster_whisper.transcribe
import numpy as np
from contender import answer
from faster_whisper import WhisperModel
from faster_whisper.audio import decode_audio

LEAST_FRAMES, FRAMES_BEHIND, WHOLE = 1000, 100, 3000
# Levels are kept within 8 powers of ten of the loudest, and a fourth of that is a unit.
RANGE = 2.0
by_itself = faster_whisper.transcribe.pad_or_trim


def as_ours(mel, *_):
    frames = max(mel.shape[-1] + FRAMES_BEHIND, LEAST_FRAMES)
    frames = min(frames + frames % 2, WHOLE)
    silence = max(mel.max() - RANGE, -1.5)
    return np.pad(mel[:, :frames], ((0, 0), (0, max(0, frames - mel.shape[-1]))), constant_values=silence)


class Peer:
    def __init__(self, folder, threads, compute_type):
        self.model = WhisperModel(folder, device="cpu", cpu_threads=threads, compute_type=compute_type)

    def play(self, command):
        if "resample" in command:
            return resample(command["resample"], command["file"])
        faster_whisper.transcribe.pad_or_trim = as_ours if command.get("same_mel") else by_itself
        started = time.perf_counter()
        segments, _ = self.model.transcribe(
            command["hear"], language=command["language"], beam_size=1, condition_on_previous_text=False
        )
        text = " ".join(segment.text.strip() for segment in segments)
        return {"seconds": time.perf_counter() - started, "text": text}


def resample(source, target):
    """The sound as faster-whisper takes it in, 16 kHz, so that no two filters are compared."""
    samples = np.clip(decode_audio(source) * 32768, -32768, 32767).astype("<i2")
    with wave.open(target, "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return {"seconds": 0.0, "text": ""}


answer(lambda arguments: Peer(arguments[0], int(arguments[1]), arguments[2]), lambda peer, command: peer.play(command))
