"""Reads the tunes: the part of ABC notation that they are written in.

    X: T: O: C: M: L: K:   as everywhere (C: the composer with his years, or `trad.`)
    N: MODE MOOD           one of MODES and one of MOODS
    "Am7"                  a chord, from the next note on
    ^ _ = A-G a-g , '      notes; accidentals last until the bar's end
    z 2 /2 3/2 > < - (3    rests, lengths, broken rhythm, ties, triplets
    | |: :| || |]          bar lines; repeats are not played

A pick-up may be the first bar, and the last one may be short by it. Everything else is refused: a tune that
is read has full bars. Needs nothing besides Python.
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

TICKS = 12
METRES = {"2/4": 24, "3/4": 36, "4/4": 48, "6/8": 36}
MODES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10), "dorian": (0, 2, 3, 5, 7, 9, 10),
         "mixolydian": (0, 2, 4, 5, 7, 9, 10), "pentatonic": (0, 2, 4, 7, 9)}
MOODS = ("cheerful", "calm", "wistful", "solemn", "dance", "lullaby")
FIELDS = "XTOCMLKN"

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
# Fifths from C of a key's major scale, taken from its tonic's.
SIGNATURES = {"": 0, "m": -3, "dor": -2, "mix": -1}
FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
SHARPS = "FCGDAEB"
DEGREES = ("I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "bVI", "VI", "bVII", "VII")
QUALITIES = {"": (0, 4, 7), "m": (0, 3, 7), "7": (0, 4, 7, 10), "m7": (0, 3, 7, 10), "dim": (0, 3, 6)}

TOKEN = re.compile(r"""
    "(?P<chord>[^"]*)" | (?P<bar>\|\]|\|\||\|:|:\|:?|\|) | \((?P<triplet>3)
  | (?P<accidental>\^|_|=)?(?P<note>[A-Ga-gz])(?P<octave>[,']*)(?P<over>\d+)?(?P<under>/\d*)?(?P<broken>[<>]?)(?P<tie>-?)
  | (?P<space>\s+)""", re.VERBOSE)
CHORD = re.compile(r"([A-G])([#b]?)(m7|m|7|dim|)")
KEY = re.compile(r"([A-G])([#b]?)(m|dor|mix|)")


class Wrong(ValueError):
    """A tune that is not written as the others are."""


@dataclass
class Note:
    """Of one bar; a note that goes on across the bar line is two, the second of which is `held`."""

    # Semitones from the tonic; None is a rest.
    pitch: int | None
    # Ticks.
    length: int
    held: bool = False
    # That takes effect with this note: Roman numerals, by the major scale on the tonic.
    chord: str | None = None


@dataclass
class Tune:
    title: str
    origin: str
    composer: str
    metre: str
    mode: str
    mood: str
    bars: list[list[Note]] = field(default_factory=list)

    def ticks(self) -> int:
        return METRES[self.metre]


def roman(name: str, tonic: int) -> str:
    match = CHORD.fullmatch(name)
    if not match:
        raise Wrong(f"no chord: {name}")
    letter, sign, quality = match.groups()
    degree = DEGREES[(STEPS[letter] + {"#": 1, "b": -1, "": 0}[sign] - tonic) % 12]
    if quality in ("m", "m7", "dim"):
        degree = "".join(letter.lower() if letter in "IV" else letter for letter in degree)
    return degree + {"m": "", "m7": "7"}.get(quality, quality)


def chord_tones(numeral: str) -> list[int]:
    """Semitones from the tonic of a chord's tones, its root first."""
    match = re.fullmatch(r"([#b]?[IViv]+)(7|dim|)", numeral)
    degree, quality = match.groups()
    minor = degree.lstrip("#b").islower()
    root = DEGREES.index("".join(letter.upper() if letter in "iv" else letter for letter in degree))
    name = quality if quality == "dim" else ("m" if minor else "") + quality
    return [root + tone for tone in QUALITIES[name]]


def signature(tonic: str, sign: str, scale: str) -> dict[str, int]:
    fifths = FIFTHS[tonic] + {"#": 7, "b": -7, "": 0}[sign] + SIGNATURES[scale]
    if fifths >= 0:
        return {letter: 1 for letter in SHARPS[:fifths]}
    return {letter: -1 for letter in SHARPS[::-1][:-fifths]}


def duration(over: str | None, under: str | None) -> Fraction:
    value = Fraction(int(over or 1))
    if under:
        value /= int(under[1:] or 2)
    return value


def read_body(body: str, fields: dict[str, str], tonic: int, marked: dict[str, int]) -> list[list[Note]]:
    """Bars as they are written: pitches in semitones from middle C, lengths as fractions of a bar line's unit."""
    numerator, denominator = fields["L"].split("/")
    unit = Fraction(4 * TICKS * int(numerator), int(denominator))
    bars: list[list[Note]] = [[]]
    chord, tied, broken, triplet, place = None, False, Fraction(1), 0, 0
    altered: dict[str, int] = {}
    while place < len(body):
        match = TOKEN.match(body, place)
        if not match:
            raise Wrong(f"cannot read on from {body[place:place + 20]!r}")
        place = match.end()
        if match["chord"] is not None:
            chord = roman(match["chord"], tonic)
        elif match["bar"]:
            altered = {}
            if bars[-1]:
                bars.append([])
        elif match["triplet"]:
            triplet = 3
        elif match["note"]:
            length = unit * duration(match["over"], match["under"]) * broken
            broken = Fraction(1)
            if match["broken"]:
                longer, shorter = Fraction(3, 2), Fraction(1, 2)
                length *= longer if match["broken"] == ">" else shorter
                broken = shorter if match["broken"] == ">" else longer
            if triplet:
                length, triplet = length * 2 / 3, triplet - 1
            if length.denominator != 1:
                raise Wrong(f"a note is {length} ticks long")
            pitch = None
            if match["note"] != "z":
                letter = match["note"].upper()
                spelled = letter + match["octave"] + str(match["note"].islower())
                if match["accidental"]:
                    altered[spelled] = {"^": 1, "_": -1, "=": 0}[match["accidental"]]
                pitch = STEPS[letter] + altered.get(spelled, marked.get(letter, 0))
                pitch += 12 * (match["note"].islower() + match["octave"].count("'") - match["octave"].count(","))
            before = bars[-1][-1] if bars[-1] else None
            if tied and before and before.pitch == pitch and chord is None:
                before.length += int(length)
            else:
                bars[-1].append(Note(pitch, int(length), tied, chord))
            chord, tied = None, bool(match["tie"])
    if not bars[-1]:
        bars.pop()
    return bars


def filled(bars: list[list[Note]], whole: int) -> None:
    """Fills the pick-up with a rest and the last bar by its last note; refuses other bars that are not full."""
    lengths = [sum(note.length for note in bar) for bar in bars]
    for number, length in enumerate(lengths[1:-1], start=2):
        if length != whole:
            raise Wrong(f"bar {number} is {length} ticks long, not {whole}")
    if max(lengths[0], lengths[-1]) > whole:
        raise Wrong(f"the first or the last bar is too long: {lengths[0]}, {lengths[-1]} of {whole}")
    if lengths[-1] < whole and lengths[0] + lengths[-1] != whole:
        raise Wrong(f"the last bar is {lengths[-1]} ticks long, the pick-up {lengths[0]}")
    if lengths[0] < whole:
        rest = Note(None, whole - lengths[0], False, None)
        if bars[0][0].chord and bars[0][0].pitch is None:
            bars[0][0].length += rest.length
        else:
            bars[0].insert(0, rest)
    if lengths[-1] < whole:
        bars[-1][-1].length += whole - lengths[-1]


def centred(bars: list[list[Note]], tonic: int) -> None:
    """Counts pitches from the tonic that lies where most of the tune is within an octave and a third above."""
    sounding = [(note.pitch, note.length) for bar in bars for note in bar if note.pitch is not None]
    mean = sum(pitch * length for pitch, length in sounding) / sum(length for _, length in sounding)
    octave = round((mean - 6 - tonic) / 12)
    for bar in bars:
        for note in bar:
            if note.pitch is not None:
                note.pitch -= tonic + 12 * octave


def read(text: str) -> Tune:
    """One tune."""
    fields, body = {}, []
    for line in text.splitlines():
        if line.startswith("%") or not line.strip():
            continue
        if len(line) > 1 and line[1] == ":" and line[0].isalpha():
            fields[line[0]] = line[2:].strip()
        else:
            body.append(line)
    missing = [name for name in FIELDS if not fields.get(name)]
    if missing:
        raise Wrong(f"no field {missing[0]}")
    key = KEY.fullmatch(fields["K"])
    if not key:
        raise Wrong(f"no key: {fields['K']}")
    mode, _, mood = fields["N"].partition(" ")
    if mode not in MODES or mood not in MOODS or fields["M"] not in METRES:
        raise Wrong(f"no mode, mood or metre: {fields['N']}, {fields['M']}")
    letter, sign, scale = key.groups()
    if mode != "pentatonic" and {"major": "", "minor": "m", "dorian": "dor", "mixolydian": "mix"}[mode] != scale:
        raise Wrong(f"the key {fields['K']} is not {mode}")
    tonic = STEPS[letter] + {"#": 1, "b": -1, "": 0}[sign]
    tune = Tune(fields["T"], fields["O"], fields["C"], fields["M"], mode, mood)
    tune.bars = read_body("\n".join(body), fields, tonic, signature(letter, sign, scale))
    filled(tune.bars, tune.ticks())
    centred(tune.bars, tonic)
    outside = [note.pitch for bar in tune.bars for note in bar if note.pitch is not None and not -12 <= note.pitch <= 24]
    if outside:
        raise Wrong(f"a note is {outside[0]} semitones from the tonic")
    return tune


def tunes(folder: Path | None = None) -> list[Tune]:
    """All of them, in the order of their files."""
    found = []
    for path in sorted((folder or Path(__file__).with_name("tunes")).glob("*.abc")):
        for part in re.split(r"\n(?=X:)", path.read_text(encoding="utf-8")):
            if "X:" not in part:
                continue
            part = part[part.index("X:") :]
            try:
                found.append(read(part))
            except Wrong as error:
                title = re.search(r"T:(.*)", part)
                raise Wrong(f"{path.name}, {title.group(1) if title else part[:20]}: {error}") from error
    return found
