"""Makes Tests/Fixtures/demonstrations with OpenAdapt's own code.

Recordings are written by openadapt-capture's storage classes (both database formats), the episode by openadapt-ml's pydantic
models, so that what Sightline reads is what those programs write. What openadapt-capture itself makes of the events goes into
`expected.json`. Needs pydantic, sqlalchemy, loguru and pillow, and three checkouts or exports:

    make_fixtures.py CAPTURE_V0.2.0 CAPTURE_CURRENT EPISODE_PY

EPISODE_PY is openadapt_ml/schema/episode.py. Never needed to build, test or run Sightline.
"""

import hashlib
import importlib
import importlib.util
import io
import json
import sys
import types
from datetime import datetime
from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parents[2] / "Tests/Fixtures/demonstrations"
START = 1_767_225_600.25  # 2026-01-01T00:00:00.25Z


def load_package(root: str) -> None:
    """Makes the modules of openadapt_capture importable without what its __init__ pulls in (recorders, windows, keyboards)."""
    for name in [name for name in sys.modules if name.split(".")[0] == "openadapt_capture"]:
        del sys.modules[name]
    package = types.ModuleType("openadapt_capture")
    package.__path__ = [str(Path(root) / "openadapt_capture")]
    sys.modules["openadapt_capture"] = package


def screen(number: int, size=(320, 200)) -> bytes:
    """A small screen that differs from the others."""
    image = Image.new("RGB", size, (230, 232, 236))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0], 14), fill=(40, 80 + 20 * number, 160))
    draw.text((6, 2), f"Screen {number}", fill="white")
    output = io.BytesIO()
    image.save(output, format="PNG", optimize=True)
    return output.getvalue()


def scenario():
    """What somebody does, in logical points of a screen of 160x100 points and 320x200 pixels."""
    events = []

    def key(time, name=None, char=None):
        for delay, kind in ((0.0, "press"), (0.04, "release")):
            events.append((time + delay, kind, {"name": name, "char": char}))

    def click(time, x, y, button="left"):
        events.append((time, "down", {"x": x, "y": y, "button": button}))
        events.append((time + 0.06, "up", {"x": x, "y": y, "button": button}))

    events.append((0.5, "move", {"x": 30.0, "y": 20.0}))
    click(1.0, 40.0, 25.0)
    for index, character in enumerate("Hi you"):
        key(2.0 + 0.2 * index, **({"name": "space"} if character == " " else {"char": character}))
    key(4.0, name="enter")
    click(5.0, 80.0, 50.0, "right")
    click(6.0, 10.0, 10.0)
    click(6.2, 11.0, 10.0)
    events.append((7.0, "press", {"name": "ctrl_l", "char": None}))
    events.append((7.05, "press", {"name": None, "char": "s"}))
    events.append((7.1, "release", {"name": None, "char": "s"}))
    events.append((7.15, "release", {"name": "ctrl_l", "char": None}))
    events.append((8.0, "down", {"x": 20.0, "y": 60.0, "button": "left"}))
    events.append((8.1, "move", {"x": 60.0, "y": 60.0}))
    events.append((8.3, "up", {"x": 100.0, "y": 60.0, "button": "left"}))
    for index in range(3):
        events.append((9.0 + 0.1 * index, "scroll", {"x": 50.0, "y": 50.0, "dx": 0.0, "dy": -1.0}))
    return [(START + time, kind, fields) for time, kind, fields in events]


def canonical(name):
    return name.removesuffix("_l") if name else None


def summary(events):
    """What openadapt-capture made of the events: its types, times and texts."""
    rows = []
    for event in events:
        kind = getattr(event.type, "value", event.type)
        row = {"type": kind, "timestamp": round(event.timestamp - START, 3)}
        for name in ("text", "key", "modifiers", "button", "x", "y", "dx", "dy"):
            if getattr(event, name, None) is not None:
                value = getattr(event, name)
                row[name] = getattr(value, "value", value)
        rows.append(row)
    return rows


def make_capture_db(root: str):
    load_package(root)
    events = importlib.import_module("openadapt_capture.events")
    storage = importlib.import_module("openadapt_capture.storage")
    processing = importlib.import_module("openadapt_capture.processing")
    folder = FOLDER / "capture"
    folder.mkdir(parents=True)
    raw = []
    for time, kind, fields in scenario():
        if kind in ("press", "release"):
            keys = {"key_name": fields["name"], "key_char": fields["char"], "canonical_key_name": canonical(fields["name"]),
                    "canonical_key_char": fields["char"].lower() if fields["char"] else None}
            raw.append((events.KeyDownEvent if kind == "press" else events.KeyUpEvent)(timestamp=time, **keys))
        else:
            made = {"move": events.MouseMoveEvent, "down": events.MouseDownEvent, "up": events.MouseUpEvent,
                    "scroll": events.MouseScrollEvent}[kind]
            raw.append(made(timestamp=time, **fields))
    with storage.CaptureStorage(folder / "capture.db") as store:
        store.init_capture(storage.Capture(
            id="a1b2c3d4", started_at=START, ended_at=START + 12, platform="darwin", screen_width=320, screen_height=200,
            pixel_ratio=2.0, task_description="Say hello and save"))
        store.write_events(raw)
        read = store.get_events()
    actions = [event for event in processing.process_events(read) if event.type != events.EventType.MOUSE_MOVE]
    (folder / "screenshots").mkdir()
    # As openadapt-ml names them: by the count of actions.
    for index in range(len(actions)):
        (folder / f"screenshots/capture_a1b2c3d4_step_{index}.png").write_bytes(screen(index))
    return summary(actions)


def make_recording_db(root: str):
    load_package(root)
    db = importlib.import_module("openadapt_capture.db")
    models = importlib.import_module("openadapt_capture.db.models")
    crud = importlib.import_module("openadapt_capture.db.crud")
    folder = FOLDER / "recording"
    folder.mkdir(parents=True)
    engine, session_class = db.create_db(str(folder / "recording.db"))
    session = session_class()
    recording = crud.insert_recording(session, {
        "timestamp": START, "monitor_width": 320, "monitor_height": 200, "pixel_ratio": 2.0, "double_click_interval_seconds": 0.5,
        "double_click_distance_pixels": 5, "platform": "darwin", "task_description": "Say hello and save",
        "video_start_time": None, "config": None})
    crud.BATCH_SIZE = 1
    for buffer in ("action_events", "screenshots", "window_events", "browser_events"):
        if hasattr(crud, buffer):
            setattr(crud, buffer, None)
    # The recorder binds each event to the frame before it: here one frame a second.
    for second in range(10):
        crud.insert_screenshot(session, recording, START + second, {"png_data": screen(second)})
    titles = [(0.1, "TextEdit Untitled", {"meta": {"kCGWindowOwnerName": "TextEdit"}}), (4.5, "TextEdit Untitled 2", None)]
    for time, title, state in titles:
        crud.insert_window_event(session, recording, START + time, {
            "title": title, "left": 0, "top": 0, "width": 320, "height": 200, "window_id": "7", "state": state})
    for time, kind, fields in scenario():
        data = {"screenshot_timestamp": START + int(time - START - 0.001), "structural_observation": None, "disabled": False}
        if kind in ("press", "release"):
            data |= {"name": kind, "key_name": fields["name"], "key_char": fields["char"],
                     "canonical_key_name": canonical(fields["name"]),
                     "canonical_key_char": fields["char"].lower() if fields["char"] else None}
        elif kind in ("down", "up"):
            data |= {"name": "click", "mouse_x": fields["x"], "mouse_y": fields["y"], "mouse_button_name": fields["button"],
                     "mouse_pressed": kind == "down"}
        elif kind == "move":
            data |= {"name": "move", "mouse_x": fields["x"], "mouse_y": fields["y"]}
        else:
            data |= {"name": "scroll", "mouse_x": fields["x"], "mouse_y": fields["y"], "mouse_dx": fields["dx"], "mouse_dy": fields["dy"]}
        crud.insert_action_event(session, recording, time, data)
    session.commit()
    capture = importlib.import_module("openadapt_capture.capture")
    processing = importlib.import_module("openadapt_capture.processing")
    rows = session.query(models.ActionEvent).order_by(models.ActionEvent.timestamp).all()
    raw = [capture._convert_action_event(row) for row in rows]
    actions = [event for event in processing.process_events(raw) if type(event).__name__ != "MouseMoveEvent"]
    session.close()
    engine.dispose()
    return summary(actions)


def make_episode(path: str):
    spec = importlib.util.spec_from_file_location("episode", path)
    schema = importlib.util.module_from_spec(spec)
    sys.modules["episode"] = schema
    spec.loader.exec_module(schema)
    element = schema.UIElement(role="button", name='Sign "in"', value="v", bounds=schema.BoundingBox(x=-3, y=2, width=0, height=9),
                               element_id="e", xpath="//a", selector="#a", automation_id="auto")
    observation = schema.Observation(
        screenshot_path="a/0.png", screenshot_base64="AAAA", a11y_tree={"children": [1, None], "role": "window"}, dom="<a>\n</a>",
        window_title="Title \u2014 \u00dcn\u00efcode\x07 \u4e16 \U0001f642/", app_name="App", url="https://a.example/?q=1&r",
        screen_size=(10, 20), focused_element=element, timestamp=0.5, raw={"k": True})
    action = schema.Action(
        type="drag", coordinates={"x": 1, "y": 2}, start_coordinates={"x": 1, "y": 2}, end_coordinates={"x": 3, "y": 4},
        scroll_direction="left", scroll_amount=-7, text="", key="k", modifiers=["ctrl"], element=element, url="u", app_name="n",
        duration=1.25, monitor_id=2, window_title="w", normalized_coordinates=(0.1, 0.2), normalized_start=(0.1, 0.2),
        normalized_end=(0.3, -0.4), raw={"n": 0.1})
    steps = [
        schema.Step(step_index=0, observation=observation, action=action, reasoning="why", reward=0.5, done=True,
                    timestamp=1767225600.25, duration_ms=30),
        schema.Step(step_index=1, observation=schema.Observation(), action=schema.Action(type="type", text="")),
    ]
    episode = schema.Episode(
        episode_id="id", task_id="task", instruction="Do it", goal="goal", steps=steps, success=False, final_reward=1.0, source="osworld",
        source_file="f", created_at=datetime(2026, 1, 2, 3, 4, 5, 678901), agent_model="m", environment="e", tags=["a", "b"],
        metadata={"x": {}, "y": []})
    (FOLDER / "episode.json").write_text(episode.to_json(), encoding="utf-8")


def main():
    old, current, episode = sys.argv[1:4]
    FOLDER.mkdir(parents=True, exist_ok=True)
    expected = {"capture": make_capture_db(old), "recording": make_recording_db(current)}
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
    make_episode(episode)
    files = sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.name != "manifest.json")
    manifest = {
        "made_by": "Tools/demonstrations/make_fixtures.py",
        "versions": {
            "openadapt-capture": ["v0.2.0 (capture)", "d1f66151b72fe95967b6f8d2696ab93cf5b49721 (recording)"],
            "openadapt-ml": "6523891 (episode.json)", "python": sys.version.split()[0],
            **{name: importlib.import_module(name).__version__ for name in ("pydantic", "sqlalchemy", "PIL")},
        },
        "sha256": {str(path.relative_to(FOLDER)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    }
    (FOLDER / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


main()
