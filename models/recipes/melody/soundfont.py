"""Makes the small SoundFont of the melody generator from Debian's package of Fluid R3 GM (Frank Wen, MIT).

    apt-get download fluid-soundfont-gm=3.1-5.3
    python -m melody.soundfont --package fluid-soundfont-gm_3.1-5.3_all.deb --out ../melody   (in models/recipes)

Of 148 MB, ten instruments stay: one velocity layer, one channel, fewer key zones, a lower rate, and samples
that die away are faded out. Each sample is resampled by a ratio of its own that makes its loop whole, so
that a loop is as seamless as it was; what the ratio changes of the pitch is told by the sample's rate.
Attenuation is put into the samples, and so is a gain that makes the instruments alike in loudness: players
do not agree on what attenuation means. Needs numpy.
"""

import argparse
import hashlib
import io
import json
import struct
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

PACKAGE_BYTES = 119610208
PACKAGE_SHA256 = "6f531493ac4e4d9772fd96b2488ea1790af81c196135fbdd25997da0781fc60e"
MEMBER = "./usr/share/sounds/sf2/FluidR3_GM.sf2"
LICENCE_MEMBER = "./usr/share/doc/fluid-soundfont-gm/copyright"

# The layer that is kept.
VELOCITY = 100
# Of a sample: how long it may be where it dies away anyway, and the part of that in which it is faded.
FADE = 0.4
# Root mean square of the first second of a note in the middle, of 1, as far as peaks allow.
LOUDNESS = 0.11
PEAK = 0.97
# Zero samples that the format wants after each sample.
GUARD = 46
# Of the resampling filter: zero crossings on each side, and the Kaiser window's shape.
CROSSINGS, BETA = 24, 8.0
FINENESS = 4096

# Generators of the format that are used here by name; all others go through as they are.
START, END, LOOP_START, LOOP_END, START_COARSE = 0, 1, 2, 3, 4
END_COARSE, LOOP_START_COARSE, LOOP_END_COARSE = 12, 45, 50
CHORUS, REVERB, PAN, INSTRUMENT, KEYS, VELOCITIES, ATTENUATION = 15, 16, 17, 41, 43, 44, 48
SAMPLE, MODES, ROOT = 53, 54, 58
OFFSETS = (START, END, LOOP_START, LOOP_END, START_COARSE, END_COARSE, LOOP_START_COARSE, LOOP_END_COARSE)
DROPPED = (*OFFSETS, CHORUS, REVERB, PAN, INSTRUMENT, KEYS, VELOCITIES, ATTENUATION, SAMPLE)
# Where nothing is said: all others are 0.
DEFAULTS = {8: 13500, 21: -12000, 23: -12000, 25: -12000, 26: -12000, 27: -12000, 28: -12000, 30: -12000,
            33: -12000, 34: -12000, 35: -12000, 36: -12000, 38: -12000, 56: 100}


@dataclass
class Instrument:
    program: int
    id: str
    en: str
    zh: str
    rate: int
    # Between the samples that are kept, semitones.
    spacing: int
    # Keys that it is likely to play.
    lowest: int
    highest: int
    # Of a sample that dies away; None of one that goes on.
    seconds: float | None = None


INSTRUMENTS = (
    Instrument(0, "piano", "Piano", "钢琴", 32000, 5, 28, 96, 4.5),
    Instrument(10, "music-box", "Music box", "八音盒", 32000, 6, 48, 100, 2.5),
    Instrument(11, "vibraphone", "Vibraphone", "颤音琴", 32000, 5, 41, 89, 3.0),
    Instrument(24, "guitar", "Nylon guitar", "尼龙弦吉他", 32000, 4, 40, 84, 3.0),
    Instrument(32, "bass", "Acoustic bass", "原声贝斯", 24000, 5, 28, 60, 2.5),
    Instrument(40, "violin", "Violin", "小提琴", 32000, 4, 55, 98),
    Instrument(46, "harp", "Harp", "竖琴", 32000, 4, 34, 100, 3.0),
    Instrument(48, "strings", "Strings", "弦乐组", 30000, 4, 36, 90),
    Instrument(73, "flute", "Flute", "长笛", 32000, 3, 58, 98),
    Instrument(107, "koto", "Koto", "日本筝", 32000, 3, 40, 96, 3.0),
)


@dataclass
class Sample:
    name: str
    values: np.ndarray
    # None where it is not looped.
    loop: tuple[int, int] | None
    rate: int
    root: int
    correction: int


@dataclass
class Zone:
    """One sample over a range of keys."""

    keys: tuple[int, int]
    root: int
    sample: int
    generators: dict[int, int]


@dataclass
class Preset:
    program: int
    name: str
    zones: list[Zone]


@dataclass
class Font:
    presets: list[Preset] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)


def chunks(data: memoryview) -> dict[str, memoryview]:
    """The parts of a RIFF file of two levels, by name."""
    found: dict[str, memoryview] = {}

    def walk(begin: int, end: int) -> None:
        while begin + 8 <= end:
            name, length = struct.unpack_from("<4sI", data, begin)
            if name in (b"RIFF", b"LIST"):
                walk(begin + 12, begin + 8 + length)
            else:
                found[name.decode("ascii")] = data[begin + 8 : begin + 8 + length]
            begin += 8 + length + length % 2

    walk(0, len(data))
    return found


class Source:
    """A SoundFont as it lies in its file."""

    def __init__(self, data: bytes):
        parts = chunks(memoryview(data))

        def records(name: str, layout: str) -> list[tuple]:
            return list(struct.iter_unpack(layout, parts[name]))

        self.presets = records("phdr", "<20sHHHIII")
        self.instruments = records("inst", "<20sH")
        self.headers = records("shdr", "<20sIIIIIBbHH")
        self.values = np.frombuffer(parts["smpl"], "<i2")
        self.bags = {"p": records("pbag", "<HH"), "i": records("ibag", "<HH")}
        self.generators = {"p": records("pgen", "<HH"), "i": records("igen", "<HH")}

    def zone(self, level: str, bag: int) -> dict[int, int]:
        """Amounts are kept as they are in the file: unsigned."""
        bags = self.bags[level]
        return dict(self.generators[level][bags[bag][0] : bags[bag + 1][0]])

    def zones(self, level: str, first: int, end: int, wanted: int) -> list[dict[int, int]]:
        """Those that name a `wanted` and sound at VELOCITY, with what the global zone says put in."""
        found, common = [], {}
        for bag in range(first, end):
            zone = self.zone(level, bag)
            if wanted not in zone:
                common = zone if bag == first else common
                continue
            low, high = between(zone.get(VELOCITIES, 0x7F00))
            if low <= VELOCITY <= high:
                found.append(common | zone)
        return found

    def preset(self, program: int) -> list[tuple[dict[int, int], dict[int, int]]]:
        """Of bank 0: generators of the preset and of the instrument, for each zone."""
        place = next(index for index, header in enumerate(self.presets) if header[1] == program and header[2] == 0)
        pairs = []
        for outer in self.zones("p", self.presets[place][3], self.presets[place + 1][3], INSTRUMENT):
            instrument = outer[INSTRUMENT]
            first, end = self.instruments[instrument][1], self.instruments[instrument + 1][1]
            pairs += [(outer, inner) for inner in self.zones("i", first, end, SAMPLE)]
        return pairs


def between(amount: int) -> tuple[int, int]:
    return amount & 255, amount >> 8


def signed(amount: int) -> int:
    return amount - 65536 if amount > 32767 else amount


def merged(outer: dict[int, int], inner: dict[int, int]) -> dict[int, int]:
    """What a zone amounts to: a preset's generators are added to its instrument's."""
    total = {}
    for generator in (set(outer) | set(inner)) - set(DROPPED):
        value = signed(inner[generator]) if generator in inner else DEFAULTS.get(generator, 0)
        if generator not in (MODES, ROOT):
            value += signed(outer.get(generator, 0))
        total[generator] = max(-32768, min(32767, value))
    return total


def resampled(values: np.ndarray, ratio: float, at: float, count: int) -> np.ndarray:
    """`count` values of a signal at `at`, `at` + 1 / `ratio`, …, by a windowed sinc."""
    cutoff = min(1.0, ratio) * 0.94
    reach = int(np.ceil(CROSSINGS / cutoff))
    # The filter, finely enough that the nearest value of it will do: 1 / 4096 of a sample is below 16 bits.
    table = np.linspace(0, reach, reach * FINENESS + 1)
    filter_ = np.sinc(cutoff * table) * np.i0(BETA * np.sqrt(np.clip(1 - (table / reach) ** 2, 0, 1)))
    filter_ = (cutoff * filter_ / np.i0(BETA)).astype(np.float32)
    padded = np.pad(values.astype(np.float32), reach + 1)
    made = np.empty(count)
    taps = np.arange(-reach + 1, reach + 1)
    for begin in range(0, count, 8192):
        places = at + np.arange(begin, min(count, begin + 8192)) / ratio
        whole = np.floor(places).astype(np.int64)
        distance = np.abs(taps[None, :] - (places - whole)[:, None])
        kernel = filter_[np.minimum((distance * FINENESS + 0.5).astype(np.int32), len(filter_) - 1)]
        read = padded[whole[:, None] + taps[None, :] + reach + 1]
        made[begin : begin + len(places)] = np.einsum("ij,ij->i", kernel, read) / kernel.sum(1)
    return made


def reduced(source: Source, index: int, rate: int, seconds: float | None, looped: bool) -> Sample:
    """A sample at about `rate`, its loop whole; faded out after `seconds` where it is longer."""
    name, start, end, loop_start, loop_end, old_rate, root, correction, _, _ = source.headers[index]
    values = source.values[start:end].astype(np.float64) / 32768
    loop_start, loop_end = loop_start - start, loop_end - start
    rate = min(rate, old_rate)
    long = seconds is not None and len(values) > seconds * old_rate
    title = name.split(b"\0")[0].decode("latin-1")
    if long or not looped:
        length = int((seconds or len(values) / old_rate) * rate)
        length = min(length, int(len(values) * rate / old_rate))
        made = resampled(values, rate / old_rate, 0, length)
        fading = int(FADE * length) if long else min(64, length)
        made[length - fading :] *= np.cos(np.linspace(0, np.pi / 2, fading)) ** 2
        return Sample(title, made, None, rate, root, correction)
    period = loop_end - loop_start
    new_period = max(8, round(period * rate / old_rate))
    ratio = new_period / period
    new_start = int(loop_start * ratio)
    # Beyond the loop lies the loop again: what is played there.
    cycles = np.tile(values[loop_start:loop_end], 2 + 2000 // period)
    values = np.concatenate([values[:loop_start], cycles])
    made = resampled(values, ratio, loop_start - new_start / ratio, new_start + new_period + 8)
    return Sample(title, made, (new_start, new_start + new_period), round(old_rate * ratio), root, correction)


def thinned(zones: list[Zone], instrument: Instrument) -> list[Zone]:
    """Zones at least `spacing` apart, which share the keys between them."""
    zones = sorted(zones, key=lambda zone: zone.root)
    kept: list[Zone] = []
    for zone in zones:
        if not instrument.lowest - 4 <= zone.root <= instrument.highest + 4:
            continue
        if not kept or zone.root - kept[-1].root >= instrument.spacing:
            kept.append(zone)
    low = 0
    for index, zone in enumerate(kept):
        # A sample bears to be played lower better than higher.
        high = 127 if index + 1 == len(kept) else (2 * zone.root + 3 * kept[index + 1].root) // 5
        zone.keys = (low, high)
        low = high + 1
    return kept


def loudness(sample: Sample) -> float:
    """Root mean square of its first second, the loop going on."""
    values = sample.values
    if sample.loop:
        first, end = sample.loop
        values = np.concatenate([values[:end], np.tile(values[first:end], 1 + sample.rate // (end - first))])
    return float(np.sqrt(np.mean(values[: sample.rate] ** 2)))


def subset(source: Source) -> Font:
    font = Font()
    for instrument in INSTRUMENTS:
        zones, seen = [], set()
        for outer, inner in source.preset(instrument.program):
            header = source.headers[inner[SAMPLE]]
            keys = between(inner.get(KEYS, 0x7F00))
            if keys in seen or any(inner.get(offset, 0) for offset in OFFSETS[:1]):
                # The other channel.
                continue
            seen.add(keys)
            root = inner.get(ROOT, 255)
            root = root if root < 128 else header[6]
            # Half of what is written: as the hardware did, for which it was written.
            quieter = 10 ** (-0.4 * (signed(inner.get(ATTENUATION, 0)) + signed(outer.get(ATTENUATION, 0))) / 200)
            zone = Zone(keys, root, inner[SAMPLE], merged(outer, inner))
            zones.append((zone, quieter))
        gains = {id(zone): gain for zone, gain in zones}
        kept = thinned([zone for zone, _ in zones], instrument)
        made = []
        for zone in kept:
            looped = zone.generators.get(MODES, 0) % 2 == 1
            sample = reduced(source, zone.sample, instrument.rate, instrument.seconds, looped)
            sample.values = sample.values * gains[id(zone)]
            zone.generators[MODES] = 1 if sample.loop else 0
            zone.generators[ROOT] = zone.root
            made.append(sample)
        middle = [sample for zone, sample in zip(kept, made) if 48 <= zone.root <= 84] or made
        gain = LOUDNESS / float(np.median([loudness(sample) for sample in middle]))
        for zone, sample in zip(kept, made):
            peak = float(np.abs(sample.values).max())
            sample.values = sample.values * min(gain, PEAK / peak)
            zone.sample = len(font.samples)
            font.samples.append(sample)
        font.presets.append(Preset(instrument.program, instrument.en, kept))
    return font


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def text(value: str) -> bytes:
    body = value.encode("ascii", "replace") + b"\0"
    return body + b"\0" * (len(body) % 2)


def written(font: Font, licence: str) -> bytes:
    """A SoundFont 2.01 file: one instrument with all zones for each preset."""
    smpl, shdr = io.BytesIO(), io.BytesIO()
    for sample in font.samples:
        start = smpl.tell() // 2
        values = np.clip(np.round(sample.values * 32767), -32768, 32767).astype("<i2")
        smpl.write(values.tobytes() + b"\0" * 2 * GUARD)
        first, end = sample.loop or (8, len(values) - 8)
        shdr.write(struct.pack("<20sIIIIIBbHH", sample.name.encode("latin-1")[:19], start, start + len(values),
                               start + first, start + end, sample.rate, min(sample.root, 127), sample.correction, 0, 1))
    shdr.write(struct.pack("<20sIIIIIBbHH", b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0))
    phdr, pbag, pgen, inst, ibag, igen = (io.BytesIO() for _ in range(6))
    for number, preset in enumerate(sorted(font.presets, key=lambda preset: preset.program)):
        name = preset.name.encode("ascii")[:19]
        phdr.write(struct.pack("<20sHHHIII", name, preset.program, 0, number, 0, 0, 0))
        pbag.write(struct.pack("<HH", number, 0))
        pgen.write(struct.pack("<HH", INSTRUMENT, number))
        inst.write(struct.pack("<20sH", name, ibag.tell() // 4))
        for zone in preset.zones:
            ibag.write(struct.pack("<HH", igen.tell() // 4, 0))
            # The keys come first and the sample last.
            igen.write(struct.pack("<HBB", KEYS, *zone.keys))
            for generator, amount in sorted(zone.generators.items()):
                igen.write(struct.pack("<Hh", generator, amount))
            igen.write(struct.pack("<HH", SAMPLE, zone.sample))
    count = len(font.presets)
    phdr.write(struct.pack("<20sHHHIII", b"EOP", 0, 0, count, 0, 0, 0))
    pbag.write(struct.pack("<HH", count, 0))
    pgen.write(bytes(4))
    inst.write(struct.pack("<20sH", b"EOI", ibag.tell() // 4))
    ibag.write(struct.pack("<HH", igen.tell() // 4, 0))
    igen.write(bytes(4))
    info = b"".join((chunk(b"ifil", struct.pack("<HH", 2, 1)), chunk(b"isng", text("EMU8000")),
                     chunk(b"INAM", text("Quartet, from Fluid R3 GM")), chunk(b"IENG", text("Frank Wen")),
                     chunk(b"ICOP", text("Frank Wen 2000-2002, 2008; Toby Smithe 2008. MIT License.")),
                     chunk(b"ICMT", text(licence))))
    tables = (("phdr", phdr.getvalue()), ("pbag", pbag.getvalue()), ("pmod", bytes(10)), ("pgen", pgen.getvalue()),
              ("inst", inst.getvalue()), ("ibag", ibag.getvalue()), ("imod", bytes(10)), ("igen", igen.getvalue()),
              ("shdr", shdr.getvalue()))
    body = (chunk(b"LIST", b"INFO" + info) + chunk(b"LIST", b"sdta" + chunk(b"smpl", smpl.getvalue()))
            + chunk(b"LIST", b"pdta" + b"".join(chunk(name.encode(), table) for name, table in tables)))
    return chunk(b"RIFF", b"sfbk" + body)


def unpacked(package: bytes) -> tuple[bytes, str]:
    """The SoundFont and the text about its licence, of a Debian package."""
    if len(package) != PACKAGE_BYTES or hashlib.sha256(package).hexdigest() != PACKAGE_SHA256:
        raise SystemExit("this is not the pinned package: see SHA-256 and size in soundfont.py")
    place = 8
    while place < len(package):
        name, length = package[place : place + 16].decode().strip(), int(package[place + 48 : place + 58])
        if name.startswith("data.tar"):
            with tarfile.open(fileobj=io.BytesIO(package[place + 60 : place + 60 + length])) as archive:
                font, licence = archive.extractfile(MEMBER), archive.extractfile(LICENCE_MEMBER)
                return font.read(), licence.read().decode("utf-8")
        place += 60 + length + length % 2
    raise SystemExit("the package holds no data")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--package", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    data, licence = unpacked(options.package.read_bytes())
    font = subset(Source(data))
    made = written(font, "A subset, resampled by the makers of Quartet.\n\n" + licence)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "instruments.sf2").write_bytes(made)
    for preset in font.presets:
        samples = [font.samples[zone.sample] for zone in preset.zones]
        print(json.dumps({"preset": preset.name, "zones": len(samples), "looped": sum(bool(s.loop) for s in samples),
                          "seconds": round(sum(len(s.values) / s.rate for s in samples), 1),
                          "MB": round(sum(len(s.values) * 2 for s in samples) / 1e6, 2),
                          "loudness": [round(loudness(s), 3) for s in samples],
                          "peak": round(max(float(np.abs(s.values).max()) for s in samples), 2),
                          "roots": [z.root for z in preset.zones]}))
    print(json.dumps({"bytes": len(made)}))


if __name__ == "__main__":
    main()
