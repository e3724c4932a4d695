"""Labelled queries for the recordings of OpenAdapt that may lie beside the checkout, in ../shared/data/openadapt.

    python openadapt_queries.py ../../Tests/Fixtures/demonstrations/openadapt-queries.json

The recordings are not part of this repository: the file holds our own sentences and the ids and paths of what they ask for.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

# As seen from the file that is written.
DATA = "../../../../shared/data/openadapt"
WAA = {
    "changes": "04d9aeaf-7bed-4024-bedb-e10e6f00eb7f-WOS",
    "pad": "0bf05a7d-b28b-44d2-955a-50b41e24012a-WOS",
    "font": "0e763496-b6bb-4508-a427-fad0b6c3e195-WOS",
}

PARAPHRASES = [
    ("Add two numbers with the calculator", "calculator_basic"),
    ("What is 25 plus 17?", "calculator_basic"),
    ("Multiply eight by seven", "calculator_multiply"),
    ("Work out a product on the calculator", "calculator_multiply"),
    ("Make the mouse cursor move faster", "control_panel"),
    ("Visit a website in Edge", "edge_browser"),
    ("Go to a web address", "edge_browser"),
    ("Make a new directory", "file_explorer_create_folder"),
    ("Show what is in my Documents", "file_explorer_navigate"),
    ("Replace a word everywhere in a text file", "notepad_edit"),
    ("Start the plain text editor", "notepad_open"),
    ("Store a text file under a given name", "notepad_save"),
    ("Sketch a rectangle", "paint_draw"),
    ("Export my drawing as a picture file", "paint_save"),
    ("The screen is too dark, make it brighter", "settings_display"),
    ("Make the speakers louder", "settings_sound"),
    ("Capture the screen as a picture", "snipping_tool"),
    ("Kill a program that hangs", "task_manager"),
    ("Make words bold and italic in a document", "wordpad_format"),
    ("Compute yearly percentage changes of the assets in a new sheet", "waa_" + WAA["changes"]),
    ("Fill up ids with leading zeros to seven digits", "waa_" + WAA["pad"]),
    ("Set the whole document in Times New Roman", "waa_" + WAA["font"]),
    ("Use another typeface in the text", "waa_" + WAA["font"]),
    ("Sign in to an application with user name and password", "episode_001"),
]

POLARITY = [
    ("Open Paint and save the picture", "paint_save"),
    ("Subtract nothing, multiply in Calculator", "calculator_multiply"),
    ("Save the text in Notepad, do not edit it", "notepad_save"),
    ("Open a folder in File Explorer, do not create one", "file_explorer_navigate"),
]

NEAR = [
    "Print a page from Notepad", "Uninstall a program in Control Panel", "Clear the browsing history in Edge",
    "Rename a folder in File Explorer", "Crop a picture in Paint", "Convert currencies in Calculator",
    "Turn on Bluetooth in Windows Settings", "Insert a table in WordPad", "Freeze the first row of the sheet",
    "Delete a file for good in File Explorer",
]

FAR = [
    "Book a flight to Lisbon", "Translate a letter into Japanese", "Order a pizza", "Transfer money to the landlord",
    "Start a video call with my sister", "Train a neural network on images", "Play chess against the computer", "Burn a DVD",
    "Change DNS settings", "Pair a headset", "Post a photo on social media", "Debug a Python program",
]

# Frames from the middle: the name of the frame after a step, which is the screen before the next one.
MIDDLE = [("changes", 3), ("changes", 9), ("changes", 15), ("pad", 1), ("pad", 4), ("font", 1)]

queries: list[dict] = []
for text, answer in PARAPHRASES:
    queries.append({"task": text, "answers": [answer], "kind": "paraphrase"})
for text, answer in POLARITY:
    queries.append({"task": text, "answers": [answer], "kind": "polarity"})
for name, step in MIDDLE:
    screen = f"{DATA}/waa_recordings/{WAA[name]}/step_{step:02}_after.png"
    queries.append({"screen": screen, "answers": ["waa_" + WAA[name]], "step": step + 1, "kind": "middle"})
for text in NEAR:
    queries.append({"task": text, "answers": [], "kind": "near"})
for text in FAR:
    queries.append({"task": text, "answers": [], "kind": "far"})
counts: dict[str, int] = {}
for query in queries:
    counts[query["kind"]] = counts.get(query["kind"], 0) + 1
    query["split"] = "calibration" if counts[query["kind"]] % 2 else "test"
Path(sys.argv[1]).write_text('{"queries": [\n' + ",\n".join(map(json.dumps, queries)) + "\n]}\n")
