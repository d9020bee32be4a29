"""Trains Glyph from nothing, or goes on where the last session stopped.

    python train.py small.toml --until 20:50     (UTC; or --minutes 120)
    python train.py small.toml --from ../../glyph    (goes on from exported graphs)

Each step is skipped when its result is there: data, autoencoder, then the transformer until the
end. The process may be stopped and continued (SIGSTOP, SIGCONT) or killed at any time; its id is
in `pid` beside the log. Run it with `nice -n 19` to leave the machine usable.
"""

import argparse
import os
import time
from pathlib import Path

import torch

import data
import train_autoencoder
import train_flow
from config import load_config


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("config", type=Path)
    parser.add_argument("--from", dest="exported", type=Path,
                        help="a folder of exported graphs to begin with (see warm_start.py)")
    train_flow.add_end_options(parser)
    options = parser.parse_args()
    config = load_config(options.config)
    torch.set_num_threads(config.threads)
    config.folder.mkdir(parents=True, exist_ok=True)
    (config.folder / "pid").write_text(f"{os.getpid()}\n")
    if not (config.data_folder / "index.json").exists():
        data.build(config)
    if not (config.folder / "latents.pt").exists():
        torch.manual_seed(config.seed)
        train_autoencoder.run(config, options.exported)
    # Another seed each session: a resumed one does not repeat the batches of the first.
    torch.manual_seed(config.seed + int(time.time()))
    train_flow.train(config, train_flow.end_of(options), options.exported)


if __name__ == "__main__":
    main()
