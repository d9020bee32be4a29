"""Reads the real window as a screen reader does, through AT-SPI: every control of every place has a name,
and its landmarks are there, in both languages.

It is run on a display and a session bus of its own: `cargo xtask test --long --only "screen reader"`.
Arguments: the program of the window.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

CONTROLS = {
    "push button", "toggle button", "radio button", "check box", "link", "entry", "slider", "combo box",
    "spin button", "menu item", "page tab",
}  # fmt: skip
PLACES = {
    "en": ["Text", "Image", "Audio", "Video", "Library", "Models", "Settings"],
    "zh": ["文字", "图片", "音频", "视频", "作品库", "模型", "设置"],
}
LANDMARKS = {"en": {"Places", "Stage", "Status"}, "zh": {"导航", "主画面", "状态"}}
LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
PATIENCE = 60
DEEPEST = 60
# Of any place; fewer, and the page was not read.
FEWEST = 10


def nodes(node, depth=0):
    yield node
    if depth < DEEPEST:
        for index in range(node.get_child_count()):
            child = node.get_child_at_index(index)
            if child:
                yield from nodes(child, depth + 1)


def page(program):
    """The page of the window, or None while it is not there."""
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        window = desktop.get_child_at_index(index)
        if window and window.get_name() == program:
            return next((node for node in nodes(window) if node.get_role_name() == "document web"), None)
    return None


def until(what, ask):
    """What `ask` gives, once it is something; nodes come and go meanwhile."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if found := ask():
                return found
        except gi.repository.GLib.GError:
            pass
        time.sleep(0.5)
    sys.exit(f"waited {PATIENCE} s for {what}")


def button(program, name):
    document = page(program)
    found = nodes(document) if document else []
    return next((one for one in found if one.get_role_name() == "push button" and one.get_name() == name), None)


def is_open(program, name):
    document = page(program)
    return document and document.get_name().startswith(name) and list(nodes(document))


def findings(found, language, place):
    names = {node.get_name() for node in found if node.get_role_name() == "landmark"}
    controls = [node for node in found if node.get_role_name() in CONTROLS]
    print(f"{place}: {len(controls)} controls")
    lost = [f"{place}: no landmark {name}" for name in sorted(LANDMARKS[language] - names)]
    if not any(node.get_role_name() == "heading" for node in found):
        lost.append(f"{place}: no heading")
    if len(controls) < FEWEST:
        lost.append(f"{place}: only {len(controls)} controls are told")
    return lost + [f"{place}: a {node.get_role_name()} without a name" for node in controls if not node.get_name().strip()]


def read(program, language):
    name = Path(program).name
    with tempfile.TemporaryDirectory() as home:
        Path(home, "settings.json").write_text(json.dumps({"language": language}))
        window = subprocess.Popen([program], env={**os.environ, "QUARTET_HOME": home}, stderr=subprocess.DEVNULL)
        try:
            lost = []
            for place in PLACES[language]:
                until(f"the button {place}", lambda: button(name, place)).do_action(0)
                until(f"the place {place}", lambda: is_open(name, place))
                # What a place asks the engine for is there a moment later.
                time.sleep(2)
                lost += findings(list(nodes(page(name))), language, place)
            return lost
        finally:
            window.kill()
            window.wait()


def main():
    with tempfile.TemporaryDirectory() as runtime:
        # Where the bus has its socket: that of another display may lie in the usual place.
        os.environ["XDG_RUNTIME_DIR"] = os.environ["XDG_CACHE_HOME"] = runtime
        check(sys.argv[1])


def check(program):
    quiet = subprocess.DEVNULL
    # A group of its own, so that the bus that it starts ends with it.
    bus = subprocess.Popen([LAUNCHER, "--launch-immediately", "--a11y=1"], stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        time.sleep(1)
        Atspi.init()
        lost = [line for language in PLACES for line in read(program, language)]
    finally:
        os.killpg(bus.pid, signal.SIGTERM)
    sys.exit("\n".join(lost) or None)


main()
