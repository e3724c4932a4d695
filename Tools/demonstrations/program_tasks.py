"""Tasks in real programs of Debian, and labelled queries for them.

A step is ("click", x, y, role, name) with a place in the program's window, ("type", text), or ("key", name, *modifiers). Kinds of queries are
those of `queries.py`; `at` makes the screen of a demonstration's step, recorded a second time with another window, another file and another
background, `shown` one of a program in a state that no demonstration has.
"""

from __future__ import annotations

# Lists that lie in the home folder: the first for demonstrations, the second for the screens of queries.
FILES = [
    {"shopping.txt": "Shopping list\nbread\ncheese\napples\ncoffee\n", "old.log": "nothing\n"},
    {"packing.txt": "Packing list\ntent\ncheese\nlamp\napples\nwarm socks\n", "old.log": "nothing\n", "photos.txt": "\n"},
]
LIST = ["shopping.txt", "packing.txt"]

# name: (command, with {} for the list; class of the window; sizes of the window, or None for its own; what people call it)
PROGRAMS = {
    "mousepad": (["mousepad", "{}"], "mousepad", [(480, 300), (540, 340)], "Mousepad"),
    "featherpad": (["featherpad", "{}"], "featherpad", [(480, 320), (530, 350)], "FeatherPad"),
    "galculator": (["galculator"], "galculator", None, "Galculator"),
    "xcalc": (["xcalc"], "xcalc", None, "Calculator"),
    "xterm": (["xterm", "-T", "Terminal", "-fa", "DejaVu Sans Mono", "-fs", "9", "-e", "bash", "--norc"], "xterm", [(480, 260), (520, 300)], "xterm"),
    "xclock": (["xclock", "-digital"], "xclock", None, "xclock"),
}

# The keys of galculator in its basic mode.
BASIC = {
    **{key: (34 + 65 * column, y) for y, keys in [(200, "789/"), (240, "456*"), (280, "123-")] for column, key in enumerate(keys)},
    "0": (34, 321), ".": (98, 321), "+": (229, 321), "=": (294, 300), "sqrt": (294, 200), "%": (294, 240),
}


def basic(*keys: str) -> list[tuple]:
    return [("click", *BASIC[key], "button", key) for key in keys]


# id: (program, task, steps)
TASKS: dict[str, tuple[str, str, list[tuple]]] = {
    "galculator-divide": ("galculator", "Divide 84 by 12 with the calculator", basic("8", "4", "/", "1", "2", "=")),
    "galculator-root": ("galculator", "Take the square root of 1225", basic("1", "2", "2", "5", "sqrt")),
    "galculator-scientific": (
        "galculator", "Switch the calculator to scientific mode",
        [("click", 100, 12, "menu", "View"), ("click", 158, 63, "menu item", "Scientific Mode")]),
    "galculator-paper": (
        "galculator", "Switch the calculator to paper mode",
        [("click", 100, 12, "menu", "View"), ("click", 158, 88, "menu item", "Paper Mode")]),
    "mousepad-line-numbers": (
        "mousepad", "Show line numbers in Mousepad",
        [("click", 163, 11, "menu", "View"), ("click", 210, 88, "menu item", "Line Numbers")]),
    "mousepad-replace": (
        "mousepad", "Replace apples by pears everywhere in the text",
        [("key", "r", "ctrl"), ("type", "apples"), ("key", "tab"), ("type", "pears"), ("click", 322, 283, "button", "Replace")]),
    "mousepad-go-to-line": ("mousepad", "Go to line 4 of the document", [("key", "l", "ctrl"), ("type", "4"), ("key", "enter")]),
    "mousepad-save-as": (
        "mousepad", "Save the list under the name market.txt", [("key", "s", "ctrl", "shift"), ("type", "market"), ("key", "enter")]),
    "mousepad-undo": (
        "mousepad", "Take back what was typed last",
        [("type", "salt and pepper"), ("click", 60, 11, "menu", "Edit"), ("click", 80, 36, "menu item", "Undo")]),
    "featherpad-line-numbers": (
        "featherpad", "Show line numbers in FeatherPad",
        [("click", 111, 11, "menu", "Options"), ("click", 155, 35, "menu item", "Line Numbers")]),
    "featherpad-wrap": (
        "featherpad", "Stop breaking long lines at the edge of the window",
        [("click", 111, 11, "menu", "Options"), ("click", 155, 60, "menu item", "Wrap Lines")]),
    "featherpad-find": ("featherpad", "Search the file for cheese", [("key", "f", "ctrl"), ("type", "cheese"), ("key", "enter")]),
    "xcalc-sine": (
        "xcalc", "Work out the sine of 30 degrees",
        [("click", 156, 362, "button", "3"), ("click", 67, 392, "button", "0"), ("click", 71, 122, "button", "sin")]),
    "xterm-count-lines": ("xterm", "Count the lines of the list in the terminal", [("type", "wc -l {}"), ("key", "enter")]),
    "xterm-new-folder": (
        "xterm", "Make a folder called trips in the terminal", [("type", "mkdir trips"), ("key", "enter")]),
    "xterm-remove": ("xterm", "Delete old.log in the terminal", [("type", "rm old.log"), ("key", "enter")]),
}


def paraphrase(text: str, *answers: str) -> dict:
    return {"task": text, "answers": list(answers), "kind": "paraphrase"}


def ambiguous(text: str, answer: str, step: int = 0) -> dict:
    return {"task": text, "answers": [answer], "kind": "ambiguous", "at": (answer, step)}


def middle(answer: str, step: int, text: str | None = None) -> dict:
    return ({"task": text} if text else {}) | {"answers": [answer], "kind": "middle", "at": (answer, step)}


def near(text: str, program: str, *steps: tuple) -> dict:
    return {"task": text, "answers": [], "kind": "near", "app": PROGRAMS[program][3], "shown": (program, list(steps))}


def stranger(program: str, *steps: tuple) -> dict:
    return {"answers": [], "kind": "stranger", "shown": (program, list(steps))}


def far(text: str) -> dict:
    return {"task": text, "answers": [], "kind": "far"}


QUERIES: list[dict] = [
    paraphrase("Compute a quotient: eighty-four over twelve", "galculator-divide"),
    paraphrase("What is the root of this number?", "galculator-root"),
    paraphrase("I need the calculator's functions for engineers", "galculator-scientific"),
    paraphrase("Let the calculator keep a tape of what I compute", "galculator-paper"),
    paraphrase("Number the lines of a text", "mousepad-line-numbers", "featherpad-line-numbers"),
    paraphrase("Substitute one word for another in the document", "mousepad-replace"),
    paraphrase("Jump to the fourth row", "mousepad-go-to-line"),
    paraphrase("Store a copy of the file with another name", "mousepad-save-as"),
    paraphrase("Revert my last change", "mousepad-undo"),
    paraphrase("Turn off word wrap", "featherpad-wrap"),
    paraphrase("Find a word in the file", "featherpad-find"),
    paraphrase("Compute sin 30°", "xcalc-sine"),
    paraphrase("How many lines has this file? Use the shell", "xterm-count-lines"),
    paraphrase("Create a directory with a command", "xterm-new-folder"),
    paraphrase("Remove a log file with a command", "xterm-remove"),
    # The same words for two programs: what is on the screen decides.
    ambiguous("Show line numbers", "mousepad-line-numbers"),
    ambiguous("Show line numbers", "featherpad-line-numbers"),
    ambiguous("Line numbers, please", "featherpad-line-numbers", 1),
    ambiguous("Calculate with the numbers given", "xcalc-sine", 1),
    ambiguous("Calculate with the numbers given", "galculator-divide", 2),
    ambiguous("Do it with the list", "xterm-count-lines", 1),
    middle("galculator-divide", 4),
    middle("galculator-root", 4, "Finish what was begun"),
    middle("mousepad-replace", 1),
    middle("mousepad-replace", 4, "Go on"),
    middle("mousepad-go-to-line", 1),
    middle("mousepad-save-as", 1),
    middle("mousepad-undo", 2, "Go on"),
    middle("featherpad-find", 2),
    middle("xcalc-sine", 2),
    middle("xterm-remove", 1),
    near("Turn on the full screen", "mousepad", ("click", 163, 11, "menu", "View")),
    near("Print the text", "mousepad", ("click", 18, 11, "menu", "File")),
    near("Change the font of the editor", "featherpad"),
    near("Close the file", "featherpad", ("click", 18, 11, "menu", "File")),
    near("Copy the result to the clipboard", "galculator", ("click", 48, 12, "menu", "Edit")),
    near("Store the number in memory", "galculator"),
    near("Show who is logged in", "xterm", ("type", "who")),
    near("Shut the machine down", "xterm"),
    stranger("xclock"),
    stranger("mousepad", ("click", 294, 11, "menu", "Help"), ("key", "Up"), ("key", "enter")),
    far("Book a flight to Lisbon"),
    far("Mute the microphone in the meeting"),
    far("Crop the photograph"),
    far("Pay the invoice of the electrician"),
    far("Add a contact to the phone book"),
]
