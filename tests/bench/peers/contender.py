"""The line protocol that all contenders of `cargo xtask bench` speak.

A peer loads its model, tells how long that took, then answers one line for each. One of `text`
answers {"prompt": [ids], "decode": n} with the seconds of reading the prompt, of the first token,
and of each of n greedy tokens, whatever they are.
"""

import json
import sys
import time


def serve(load):
    """`load(argv)` returns an object with reset(), read(ids) -> next id and step(id) -> next id."""
    answer(load, lambda peer, command: play(peer, command["prompt"], command["decode"]))


def answer(load, play):
    """`play(peer, command)` does as one line says and returns what is told of it."""
    started = time.perf_counter()
    peer = load(sys.argv[1:])
    say({"load_seconds": time.perf_counter() - started})
    for line in sys.stdin:
        say(play(peer, json.loads(line)))


def play(peer, prompt, decode):
    peer.reset()
    started = time.perf_counter()
    token = peer.read(prompt)
    first = time.perf_counter() - started
    seconds = []
    for _ in range(decode):
        begin = time.perf_counter()
        token = peer.step(token)
        seconds.append(time.perf_counter() - begin)
    return {"prefill_seconds": first, "first_token_seconds": first, "decode_seconds": seconds}


def say(answer):
    print(json.dumps(answer), flush=True)
