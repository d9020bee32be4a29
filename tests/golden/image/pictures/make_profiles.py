"""Writes the sRGB profile that labelled JPEG and WebP files carry, and the small pictures with profiles, gamma
and code points that the tests of `quartet-media` read. Standard library only.

Usage: python make_profiles.py, in this folder.
"""

import pathlib
import struct
import zlib

HERE = pathlib.Path(__file__).parent
SRGB = HERE / "../../../../src-tauri/crates/media/src/labels/srgb.icc"

# Colorants in XYZ, adapted to D50: of the profiles of their makers.
PRIMARIES = {
    "sRGB": [(0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)],
    "P3": [(0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)],
    "Adobe": [(0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)],
    "ProPhoto": [(0.79767, 0.28804, 0.0), (0.13519, 0.71187, 0.0), (0.03134, 0.00009, 0.82491)],
}


def fixed(value):
    return struct.pack(">i", round(value * 65536))


def curve(kind):
    if kind == "srgb":
        numbers = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
        return b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + b"".join(map(fixed, numbers))
    return b"para\0\0\0\0" + struct.pack(">HH", 0, 0) + fixed(kind)


def words(text):
    data = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II", 1, 12) + b"enUS" + struct.pack(">II", len(data), 28) + data


def profile(name, gamma, space=b"RGB "):
    xyz = lambda values: b"XYZ \0\0\0\0" + b"".join(map(fixed, values))
    tags = [(b"desc", words(name)), (b"cprt", words("CC0")), (b"wtpt", xyz((0.9642, 1.0, 0.8249)))]
    if space == b"RGB ":
        for tag, values in zip((b"rXYZ", b"gXYZ", b"bXYZ"), PRIMARIES[name]):
            tags.append((tag, xyz(values)))
        tags += [(tag, curve(gamma)) for tag in (b"rTRC", b"gTRC", b"bTRC")]
    else:
        tags.append((b"kTRC", curve(gamma)))
    table, data, places = b"", b"", {}
    begin = 128 + 4 + 12 * len(tags)
    for tag, content in tags:
        if content not in places:
            places[content] = begin + len(data)
            data += content + b"\0" * (-len(content) % 4)
        table += tag + struct.pack(">II", places[content], len(content))
    size = begin + len(data)
    head = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x04200000, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28
    head += b"".join(map(fixed, (0.9642, 1.0, 0.8249)))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data


def chunk(name, content):
    body = name + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def png(name, pixel, *before, kind=2, depth=8, size=(8, 8)):
    row = b"\0" + bytes(pixel) * size[0]
    file = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, kind, 0, 0, 0))
    file += b"".join(before) + chunk(b"IDAT", zlib.compress(row * size[1], 9)) + chunk(b"IEND", b"")
    (HERE / name).write_bytes(file)


def icc(*arguments):
    return chunk(b"iCCP", b"x\0\0" + zlib.compress(profile(*arguments), 9))


def number(*values):
    return struct.pack(f">{len(values)}I", *values)


def tiff(name, colour, icc):
    """Eight by eight pixels in one strip, with a profile of the type that TIFF/EP gives it."""
    blob, places = b"", []
    for part in (bytes(colour) * 64, struct.pack("<3H", 8, 8, 8), icc):
        places.append(8 + len(blob))
        blob += part + b"\0" * (len(part) % 2)
    strip, bits, profiles = places
    entries = [(256, 3, 1, 8), (257, 3, 1, 8), (258, 3, 3, bits), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, strip)]
    entries += [(277, 3, 1, 3), (278, 3, 1, 8), (279, 4, 1, 192), (34_675, 7, len(icc), profiles)]
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    head = b"II*\0" + struct.pack("<I", 8 + len(blob))
    (HERE / name).write_bytes(head + blob + struct.pack("<H", len(entries)) + table + b"\0" * 4)


if __name__ == "__main__":
    SRGB.write_bytes(profile("sRGB", "srgb"))
    colour = (200, 100, 50)
    png("p3.png", colour, icc("P3", "srgb"))
    png("adobe.png", colour, icc("Adobe", 2.19921875))
    png("srgb_profile.png", colour, icc("sRGB", "srgb"))
    png("broken_profile.png", colour, chunk(b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 200)))
    png("grey_linear.png", (55,), icc("grey", 1.0, b"GRAY"), kind=0)
    png("p3_16.png", sum(((value, value) for value in colour), ()), icc("P3", "srgb"), depth=16)
    png("p3_glass.png", colour + (128,), icc("P3", "srgb"), kind=6)
    png("cicp_p3.png", colour, chunk(b"cICP", bytes([12, 13, 0, 1])), icc("Adobe", 2.19921875))
    tiff("p3.tif", colour, profile("P3", "srgb"))
    # Diffuse white, and a signal far above it.
    png("cicp_pq.png", (148, 148, 148), chunk(b"cICP", bytes([9, 16, 0, 1])))
    png("cicp_pq_bright.png", (230, 200, 200), chunk(b"cICP", bytes([9, 16, 0, 1])))
    png("gamma_linear.png", (55, 55, 55), chunk(b"gAMA", number(100_000)))
    png("gamma_usual.png", colour, chunk(b"gAMA", number(45_455)))
    points = (31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000)
    png("chromaticities_p3.png", colour, chunk(b"gAMA", number(45_455)), chunk(b"cHRM", number(*points)))
    png("srgb_over_gamma.png", colour, chunk(b"sRGB", b"\0"), chunk(b"gAMA", number(100_000)))
