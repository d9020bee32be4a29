"""Reads a configuration (small.toml, large.toml) and says where the steps keep their files.

Everything lies under $QUARTET_CACHE, else ~/.cache/quartet: `downloads/` for archives,
`training/<name>/` for data, checkpoints and the log.
"""

import os
import tomllib
from pathlib import Path
from types import SimpleNamespace


class Config(SimpleNamespace):
    """A configuration file as attributes, with the folders that follow from it."""

    @property
    def cache(self) -> Path:
        return Path(os.environ.get("QUARTET_CACHE", Path.home() / ".cache" / "quartet"))

    @property
    def downloads(self) -> Path:
        return self.cache / "downloads"

    @property
    def folder(self) -> Path:
        return self.cache / "training" / self.name

    @property
    def data_folder(self) -> Path:
        return self.folder / "data"


def load_config(path: Path) -> Config:
    """Reads a TOML configuration; tables become nested attributes."""

    def attributes(table: dict) -> dict:
        return {k: SimpleNamespace(**attributes(v)) if isinstance(v, dict) else v
                for k, v in table.items()}

    return Config(**attributes(tomllib.loads(path.read_text())))
