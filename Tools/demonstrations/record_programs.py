"""Records demonstrations of real programs under Xvfb, and the screens of queries for them.

    python record_programs.py ../../Tests/Fixtures/demonstrations [ID … | queries]

Needs Debian's xvfb, xdotool, openbox, x11-xserver-utils, imagemagick, bubblewrap, dbus-daemon, fonts-dejavu-core and the programs of `program_tasks.py`
(mousepad, featherpad, galculator, xterm, and x11-apps for xcalc and xclock). Recordings are written as openadapt-flow writes them: `meta.json`,
`events.jsonl`, and the screen before and after each event. Programs run in a folder of their own, as nobody in particular. Every run makes
other files: cursors blink, and clocks go on.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from program_tasks import FILES, LIST, PROGRAMS, QUERIES, TASKS

DISPLAY = ":97"
SIZE = (640, 480)
PLACES = [(60, 50), (80, 20)]
BACKGROUNDS = ["#46627f", "#6f5a4e"]
KEYS = {"enter": "Return", "tab": "Tab", "escape": "Escape"}


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | {"DISPLAY": DISPLAY}).stdout.strip()


class Desktop:
    """A screen that nobody sees, with a window manager."""

    def __enter__(self) -> Desktop:
        environment = os.environ | {"DISPLAY": DISPLAY}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.processes = [subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp"], **quiet)]
        time.sleep(1)
        self.processes.append(subprocess.Popen(["openbox"], env=environment, **quiet))
        time.sleep(1)
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self.processes):
            process.terminate()
            process.wait()


class Program:
    """A program in a window, in a home folder of its own; the second `variant` has another file, window and background."""

    def __init__(self, name: str, variant: int) -> None:
        command, self.window_class, self.sizes, _ = PROGRAMS[name]
        self.list = LIST[variant]
        self.command = [part.format(self.list) for part in command]
        self.variant = variant

    def __enter__(self) -> Program:
        self.home = tempfile.TemporaryDirectory()
        for name, text in FILES[self.variant].items():
            Path(self.home.name, name).write_text(text)
        run("xsetroot", "-solid", BACKGROUNDS[self.variant])
        self.process = subprocess.Popen(
            ["bwrap", "--dev-bind", "/", "/", "--bind", self.home.name, "/home", "--unshare-user", "--uid", "1000", "--gid", "1000",
             "--unshare-pid", "--die-with-parent", "--setenv", "HOME", "/home", "--setenv", "PS1", "$ ", "--setenv", "LANG", "C.UTF-8",
             "--setenv", "NO_AT_BRIDGE", "1", "--chdir", "/home", "dbus-run-session", "--", *self.command],
            env=os.environ | {"DISPLAY": DISPLAY}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(120):
            time.sleep(0.5)
            found = subprocess.run(
                ["xdotool", "search", "--onlyvisible", "--class", self.window_class], capture_output=True, text=True,
                env=os.environ | {"DISPLAY": DISPLAY}).stdout.split()
            if found:
                break
        time.sleep(2)
        self.window = found[-1]
        if self.sizes:
            run("xdotool", "windowsize", self.window, *map(str, self.sizes[self.variant]))
        run("xdotool", "windowmove", self.window, *map(str, PLACES[self.variant]))
        run("xdotool", "windowactivate", self.window)
        run("xdotool", "mousemove", "630", "470")
        time.sleep(1)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
        time.sleep(1)
        self.home.cleanup()

    def title(self) -> str:
        return run("xdotool", "getactivewindow", "getwindowname")

    def screen(self, path: Path) -> None:
        """The whole screen with as few colours as a reader needs."""
        run("import", "-window", "root", "-colors", "48", "-define", "png:compression-level=9", "+dither", "-strip", f"png8:{path}")

    def do(self, step: tuple) -> dict:
        """Does a step, and says what a recorder of events would."""
        match step:
            case ("click", x, y, role, name):
                run("xdotool", "mousemove", "--window", self.window, str(x), str(y))
                time.sleep(0.3)
                place = dict(part.split(":") for part in run("xdotool", "getmouselocation").split())
                run("xdotool", "click", "1")
                return {"kind": "click", "x": int(place["x"]), "y": int(place["y"]), "structural": {"role": role, "name": name}}
            case ("type", text):
                text = text.format(self.list)
                run("xdotool", "type", "--delay", "30", text)
                return {"kind": "type", "text": text}
            case ("key", key, *modifiers):
                run("xdotool", "key", "+".join([*modifiers, KEYS.get(key, key)]))
                return {"kind": "hotkey" if modifiers else "key", "key": key} | ({"modifiers": modifiers} if modifiers else {})
        raise ValueError(step)


def record(name: str, target: Path) -> None:
    program, task, steps = TASKS[name]
    folder = target / name
    (folder / "frames").mkdir(parents=True)
    events = []
    start = time.time()
    with Program(program, 0) as running:
        for index, step in enumerate(steps):
            frame = folder / "frames" / f"{index:04d}"
            running.screen(Path(f"{frame}_before.png"))
            event = {"i": index, "t": round(time.time() - start, 2), "title_before": running.title()} | running.do(step)
            time.sleep(1)
            running.screen(Path(f"{frame}_after.png"))
            events.append(event | {"title_after": running.title()})
    meta = {"id": name, "instruction": task, "viewport": SIZE, "program": PROGRAMS[program][3]}
    (folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n")
    (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))


def show(program: str, steps: list[tuple], path: Path) -> None:
    """The screen of a query: of a program's second variant, after some steps."""
    with Program(program, 1) as running:
        for step in steps:
            running.do(step)
            time.sleep(0.8)
        running.screen(path)


def write_queries(target: Path) -> None:
    shutil.rmtree(target / "program-screens", ignore_errors=True)
    (target / "program-screens").mkdir(parents=True)
    lines = []
    counts: dict[str, int] = {}
    for number, query in enumerate(QUERIES):
        query = dict(query)
        query["answers"] = [f"flow_{answer}" for answer in query["answers"]]
        name = None
        if at := query.pop("at", None):
            program, _, steps = TASKS[at[0]]
            name, steps, query["step"] = f"{at[0]}-{at[1]}", steps[: at[1]], at[1]
        elif shown := query.pop("shown", None):
            program, steps = shown
            name = f"{query['kind']}-{program}-{number}"
        if name:
            query["screen"] = f"program-screens/{name}.png"
            show(program, steps, target / query["screen"])
            print(name, flush=True)
        # Of each kind, every other one is for choosing thresholds, the rest is for reporting.
        kind = query["kind"]
        counts[kind] = counts.get(kind, 0) + 1
        query["split"] = "calibration" if counts[kind] % 2 else "test"
        lines.append(json.dumps(query, ensure_ascii=False))
    (target / "program-queries.json").write_text('{"queries": [\n' + ",\n".join(lines) + "\n]}\n")
    print(f"{len(QUERIES)} queries {counts}")


def main(target: Path, only: list[str]) -> None:
    recordings = target / "programs"
    with Desktop():
        for name in TASKS if not only else [name for name in only if name != "queries"]:
            shutil.rmtree(recordings / name, ignore_errors=True)
            record(name, recordings)
            print(name, flush=True)
        if not only or "queries" in only:
            write_queries(target)


main(Path(sys.argv[1]), sys.argv[2:])
