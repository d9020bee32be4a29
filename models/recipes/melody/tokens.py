"""Tunes as rows of tokens, and what is made of a tune so that few of them teach more.

    begin metre mode mood { left (chord? (pitch | hold | rest) length)+ } end

Needs nothing besides Python.
"""

import copy
import random
import zlib

from .abc import METRES, MODES, MOODS, Note, Tune, chord_tones

LOWEST, HIGHEST = -12, 24
MOST_LEFT = 16
# All that may be: a note of another length is written as two, the second held.
LENGTHS = (2, 3, 4, 6, 8, 9, 12, 15, 16, 18, 24, 30, 36, 42, 48)
HELD_OUT_ONE_IN = 8

# What a chord becomes where a tune in major is played in minor.
IN_MINOR = {"I": "i", "IV": "iv", "V": "V", "V7": "V7", "vi": "bVI", "ii": "iv", "ii7": "iv", "iii": "bIII"}


def is_held_out(title: str) -> bool:
    return zlib.crc32(title.encode()) % HELD_OUT_ONE_IN == 0


def split_length(ticks: int) -> list[int]:
    parts = []
    while ticks:
        fitting = [length for length in LENGTHS if length <= ticks and ticks - length != 1]
        parts.append(max(fitting))
        ticks -= parts[-1]
    return parts


def texts(tune: Tune) -> list[str]:
    row = ["begin", f"metre:{tune.metre}", f"mode:{tune.mode}", f"mood:{tune.mood}"]
    for index, bar in enumerate(tune.bars):
        row.append(f"left:{min(MOST_LEFT, len(tune.bars) - index)}")
        for note in bar:
            if note.chord:
                row.append(f"chord:{note.chord}")
            for part, length in enumerate(split_length(note.length)):
                if note.pitch is None:
                    row.append("rest")
                else:
                    row.append("hold" if note.held or part else f"pitch:{note.pitch}")
                row.append(f"length:{length}")
    return [*row, "end"]


def vocabulary(all_tunes: list[Tune]) -> list[str]:
    """The same for the same tunes; chords as they occur."""
    chords = {note.chord for tune in all_tunes for bar in tune.bars for note in bar if note.chord}
    chords |= set(IN_MINOR.values())
    return (["begin", "end"] + [f"metre:{metre}" for metre in METRES] + [f"mode:{mode}" for mode in MODES]
            + [f"mood:{mood}" for mood in MOODS] + [f"left:{left}" for left in range(1, MOST_LEFT + 1)]
            + [f"chord:{chord}" for chord in sorted(chords, key=lambda chord: (chord_tones(chord), chord))]
            + [f"pitch:{pitch}" for pitch in range(LOWEST, HIGHEST + 1)] + ["hold", "rest"]
            + [f"length:{length}" for length in LENGTHS])


def well_formed(row: list[str]) -> str | None:
    """What is wrong with a row of tokens; None where it is a tune."""
    kinds = [text.partition(":")[0] for text in row]
    if kinds[:4] != ["begin", "metre", "mode", "mood"] or kinds[-1] != "end":
        return "no beginning or end"
    whole = METRES[row[1].partition(":")[2]]
    place, left, sounding = 4, None, False
    while kinds[place] == "left":
        bars = int(row[place][5:])
        if left is not None and bars != left - 1 and not (left == bars == MOST_LEFT):
            return f"{bars} bars left after {left}"
        left, place, ticks = bars, place + 1, 0
        while ticks < whole:
            place += kinds[place] == "chord"
            if kinds[place] not in ("pitch", "hold", "rest") or kinds[place + 1] != "length":
                return f"no note but {row[place]} {row[place + 1] if place + 1 < len(row) else ''}"
            if kinds[place] == "hold" and not sounding:
                return "nothing to hold"
            sounding = kinds[place] != "rest"
            ticks += int(row[place + 1][7:])
            place += 2
        if ticks > whole:
            return f"a bar of {ticks} ticks"
    if kinds[place] != "end" or place != len(row) - 1:
        return f"no bar but {row[place]}"
    return None if left == 1 else "bars are missing at the end"


def closes(bar: list[Note]) -> bool:
    """Whether a bar ends as a tune may end: on the tonic or a tone of its chord, no shorter than a quarter."""
    last = bar[-1]
    return last.pitch is not None and last.length >= 12 and last.pitch % 12 in (0, 3, 4, 7)


def chord_before(bars: list[list[Note]]) -> str | None:
    return next((note.chord for bar in reversed(bars) for note in reversed(bar) if note.chord), None)


def excerpt(tune: Tune, chance: random.Random) -> Tune:
    """Its last bars from the beginning of a phrase on, or its first ones if they close."""
    count = len(tune.bars)
    choices = []
    for bars in (4, 8, 12, 16, 24):
        if bars >= count:
            break
        choices.append((count - bars, count))
        if closes(tune.bars[bars - 1]) and tune.bars[bars][0].pitch is not None:
            choices.append((0, bars))
    if not choices:
        return tune
    first, end = chance.choice(choices)
    made = copy.deepcopy(tune)
    made.bars = made.bars[first:end]
    opening = made.bars[0][0]
    if opening.held:
        opening.held = False
    if opening.chord is None and opening.pitch is not None:
        opening.chord = chord_before(tune.bars[:first])
    return made


def scaled(tune: Tune, over: int, under: int) -> Tune | None:
    """All lengths by a factor; None where one is none of LENGTHS then."""
    made = copy.deepcopy(tune)
    for bar in made.bars:
        for note in bar:
            note.length = note.length * over // under
            if note.length * under % over or note.length < 3 or note.length > 48:
                return None
    return made


def joined(tune: Tune, metre: str) -> Tune | None:
    """Two bars as one."""
    if len(tune.bars) % 2:
        return None
    made = copy.deepcopy(tune)
    made.metre = metre
    made.bars = [first + second for first, second in zip(made.bars[::2], made.bars[1::2])]
    for bar in made.bars:
        for before, after in zip(bar[:-1], bar[1:]):
            if after.held and after.chord is None and before.length + after.length <= 48:
                before.length += after.length
                after.length = 0
        bar[:] = [note for note in bar if note.length]
    return made


def in_other_metre(tune: Tune) -> Tune | None:
    """The same tune as it might be written otherwise."""
    if tune.metre == "2/4":
        wide = scaled(tune, 2, 1)
        if wide:
            wide.metre = "4/4"
        return wide
    if tune.metre == "4/4":
        narrow = scaled(tune, 1, 2)
        if narrow:
            narrow.metre = "2/4"
        return narrow
    if tune.metre == "3/4":
        narrow = scaled(tune, 1, 2)
        return joined(narrow, "6/8") if narrow else None
    return None


def in_minor(tune: Tune) -> Tune | None:
    """A tune in major, in minor; None where it does not go easily."""
    if tune.mode != "major":
        return None
    made = copy.deepcopy(tune)
    made.mode, made.mood = "minor", {"cheerful": "wistful", "calm": "wistful"}.get(tune.mood, tune.mood)
    notes = [note for bar in made.bars for note in bar]
    for note in notes:
        if note.chord and note.chord not in IN_MINOR:
            return None
        note.chord = note.chord and IN_MINOR[note.chord]
        if note.pitch is not None and note.pitch % 12 not in MODES["major"]:
            return None
    for note, after in zip(notes, [*notes[1:], notes[-1]]):
        if note.pitch is None:
            continue
        leads = note.pitch % 12 == 11 and not (after.pitch is not None and after.pitch % 12 == 9)
        if note.pitch % 12 in (4, 9) or note.pitch % 12 == 11 and not leads:
            note.pitch -= 1
    return made


def dotted(tune: Tune, chance: random.Random) -> Tune:
    """Pairs of equal notes on the beat made uneven, or uneven ones even: in the whole tune alike."""
    if tune.metre == "6/8":
        return tune
    made = copy.deepcopy(tune)
    even = chance.choice((6, 12))
    uneven = any(note.length == even * 3 // 2 for bar in made.bars for note in bar)
    for bar in made.bars:
        at, index = 0, 0
        while index < len(bar):
            first, second = bar[index], bar[index + 1] if index + 1 < len(bar) else None
            if second and not second.held and second.chord is None and at % (2 * even) == 0:
                lengths = (first.length, second.length)
                if uneven and lengths == (even * 3 // 2, even // 2):
                    first.length = second.length = even
                elif not uneven and lengths == (even, even) and first.pitch is not None:
                    first.length, second.length = even * 3 // 2, even // 2
            at += first.length
            index += 1
    return made


def varied(tune: Tune, chance: random.Random) -> Tune:
    """The tune or one like it; another each time."""
    made = tune
    if chance.random() < 0.12:
        made = in_minor(made) or made
    if chance.random() < 0.3:
        made = in_other_metre(made) or made
    if chance.random() < 0.12:
        made = dotted(made, chance)
    if chance.random() < 0.4:
        made = excerpt(made, chance)
    return made
