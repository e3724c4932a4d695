"""Writes the gallery of demonstrations and the screens of the queries.

    python make_gallery.py ../../Tests/Fixtures/demonstrations

Python 3.11 with pillow 13.0.0. The same files each time.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from gallery import DEMONSTRATIONS
from queries import QUERIES
from screens import HEIGHT, WIDTH

ROLES = {"click": "button", "right_click": "item", "double_click": "item", "drag": "item"}


def action(done: tuple, places: dict) -> dict:
    kind, *words = done
    result: dict = {"type": kind}
    if kind in ROLES:
        name = words[0]
        result["element"] = {"role": ROLES[kind], "name": name.split("    ")[0]}
        if places:
            left, top, right, bottom = places[name]
            x, y = (left + right) // 2, (top + bottom) // 2
            result["coordinates"] = {"x": x, "y": y}
            result["normalized_coordinates"] = [round(x / WIDTH, 4), round(y / HEIGHT, 4)]
            result["element"]["bounds"] = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    elif kind == "type":
        result["text"] = words[0]
    elif kind == "key":
        result["key"] = words[0]
    elif kind == "hotkey":
        *modifiers, key = words[0].split("+")
        result |= {"key": key, "modifiers": modifiers}
    return result


def write_demonstration(name: str, task: str, steps: list, program: str | None, folder: Path) -> None:
    folder.mkdir(parents=True)
    written = []
    for number, (screen, done) in enumerate(steps):
        observation: dict = {"app_name": program}
        places: dict = {}
        if screen:
            picture = screen.draw()
            places = screen.places
            (folder / "screens").mkdir(exist_ok=True)
            path = f"screens/{number:02}.png"
            picture.save(folder / path, optimize=True)
            observation = {"screenshot_path": path, "window_title": screen.title, "app_name": screen.program, "screen_size": [WIDTH, HEIGHT]}
            if screen.url:
                observation["url"] = screen.url
        step = {"step_index": number, "observation": observation, "action": action(done, places)}
        if len(done) > 2 and done[0] != "drag":
            step["reasoning"] = done[2]
        written.append(step)
    episode = {
        "schema_version": "1.0.0", "episode_id": name, "instruction": task, "steps": written, "success": True, "source": "synthetic",
        "environment": "linux", "tags": ["gallery"],
    }
    (folder / "episode.json").write_text(json.dumps(episode, indent=1) + "\n")


def main(target: Path) -> None:
    for part in ("gallery", "query-screens"):
        shutil.rmtree(target / part, ignore_errors=True)
    for name, (task, steps, *program) in DEMONSTRATIONS.items():
        write_demonstration(name, task, steps, program[0] if program else None, target / "gallery" / name)
    (target / "query-screens").mkdir(parents=True)
    lines = []
    counts: dict[str, int] = {}
    for number, query in enumerate(QUERIES):
        query = dict(query)
        if place := query.pop("at", None) or query.get("behind"):
            name, step = place
            is_own = query.pop("behind", None) is None
            screen = DEMONSTRATIONS[name][1][step][0]
            # Another desktop: the window elsewhere, another time, another background.
            screen.places.clear()
            path = f"query-screens/{name}-{step}{'' if is_own else '-behind'}.png"
            picture = screen.draw(shift=(7 - number % 9, number % 7 - 3), clock=f"1{number % 10}:{10 + number % 50}", wallpaper=(88 + number % 60, 110, 140), tint=4)
            picture.save(target / path, optimize=True)
            query["screen"] = path
            if is_own:
                query["step"] = step
        if shown := query.pop("shown", None):
            name, screen = shown
            path = f"query-screens/other-{name}-{query['kind']}.png"
            screen.draw(shift=(7 - number % 9, number % 7 - 3), clock=f"1{number % 10}:{10 + number % 50}").save(target / path, optimize=True)
            query["screen"] = path
        # Of each kind, every other one is for choosing thresholds, the rest is for reporting.
        kind = query["kind"]
        counts[kind] = counts.get(kind, 0) + 1
        query["split"] = "calibration" if counts[kind] % 2 else "test"
        lines.append(json.dumps(query))
    (target / "queries.json").write_text('{"queries": [\n' + ",\n".join(lines) + "\n]}\n")
    size = sum(path.stat().st_size for path in target.rglob("*.png"))
    print(f"{len(DEMONSTRATIONS)} demonstrations, {len(QUERIES)} queries {counts}, {size} bytes of screens")


main(Path(sys.argv[1]))
