"""Labelled queries for the gallery.

`answers` are all demonstrations that do the job; none is right where it is empty. `at` makes the screen of a demonstration's step, drawn on
another desktop. Kinds: paraphrase (the task in other words), ambiguous (words that only the screen makes clear), middle (the screen of a
task that is under way), apart (clear words, and the screen of something else that happens to be open), stranger (a screen alone that belongs to no task of the gallery), polarity (the same words but for the one that matters, in the same program), near (nothing fits, though the
program has demonstrations), far (nothing fits at all).
"""

from __future__ import annotations

from gallery import calculator, files, notes, post, settings, shop, tables, tracker, writer


def paraphrase(text: str, *answers: str) -> dict:
    return {"task": text, "answers": list(answers), "kind": "paraphrase"}


def polarity(text: str, *answers: str, **more) -> dict:
    return {"task": text, "answers": list(answers), "kind": "polarity"} | more


def ambiguous(text: str, answer: str, step: int) -> dict:
    return {"task": text, "answers": [answer], "kind": "ambiguous", "at": (answer, step)}


def middle(answer: str, step: int, text: str | None = None) -> dict:
    return ({"task": text} if text else {}) | {"answers": [answer], "kind": "middle", "at": (answer, step)}


def apart(text: str, answer: str, shown: str, step: int) -> dict:
    return {"task": text, "answers": [answer], "kind": "apart", "behind": (shown, step)}


def near(text: str, app: str | None = None, shown=None) -> dict:
    return {"task": text, "answers": [], "kind": "near"} | ({"app": app} if app else {}) | ({"shown": shown} if shown else {})


def stranger(name: str, shown) -> dict:
    return {"answers": [], "kind": "stranger", "shown": (name, shown)}


def far(text: str) -> dict:
    return {"task": text, "answers": [], "kind": "far"}


QUERIES: list[dict] = [
    paraphrase("Make the screen warmer in the evening", "settings-night-light-on"),
    paraphrase("Enable the blue light filter", "settings-night-light-on"),
    paraphrase("Use a dark theme", "settings-dark-style"),
    paraphrase("I want dark mode for my desktop", "settings-dark-style"),
    paraphrase("Disable bluetooth", "settings-bluetooth-off"),
    paraphrase("Join the Wi-Fi called Harbour", "settings-wifi-connect"),
    paraphrase("Log in to the WLAN with a password", "settings-wifi-connect"),
    paraphrase("Set a new wallpaper", "settings-wallpaper"),
    paraphrase("Put another picture behind my icons", "settings-wallpaper"),
    paraphrase("Make a new directory", "files-new-folder"),
    paraphrase("Add a subfolder to my documents", "files-new-folder"),
    paraphrase("Give a text file a different name", "files-rename"),
    paraphrase("Rename a document on the disk", "files-rename"),
    paraphrase("Delete an old log file", "files-delete"),
    paraphrase("Get rid of a file", "files-delete"),
    paraphrase("Zip up my pictures", "files-compress"),
    paraphrase("Pack a directory into an archive", "files-compress"),
    paraphrase("Send Dana a message asking when we meet", "mail-compose"),
    paraphrase("Compose a new mail", "mail-compose"),
    paraphrase("Answer Omar's mail", "mail-reply"),
    paraphrase("Respond to the newest e-mail", "mail-reply"),
    paraphrase("Clean the newsletters out of my inbox", "mail-archive"),
    paraphrase("Mail the invoice PDF to the office", "mail-attach"),
    paraphrase("Send a file by e-mail", "mail-attach"),
    paraphrase("Compute the total of the expense column", "sheet-sum"),
    paraphrase("Sum cells in a spreadsheet", "sheet-sum"),
    paraphrase("Order the rows chronologically, latest on top", "sheet-sort"),
    paraphrase("Plot monthly sales as bars", "sheet-chart"),
    paraphrase("Insert a diagram of the revenue", "sheet-chart"),
    paraphrase("Show the growth figures with a percent sign", "sheet-percent"),
    paraphrase("Set all text in another typeface", "writer-font"),
    paraphrase("Find and substitute a word everywhere in the text", "writer-replace"),
    paraphrase("Use American spelling instead of British for a word", "writer-replace"),
    paraphrase("Store a copy of the letter with a new file name", "writer-save-as"),
    paraphrase("Convert the letter to PDF", "writer-export-pdf"),
    paraphrase("What is 25 plus 17?", "calculator-add"),
    paraphrase("Calculate a sum of two numbers", "calculator-add"),
    paraphrase("Work out 8 times 7", "calculator-multiply"),
    paraphrase("Look for cordless headphones in the store", "shop-search"),
    paraphrase("Find a product online", "shop-search"),
    paraphrase("Add a backpack to my basket", "shop-cart"),
    paraphrase("Update where my parcels are delivered to", "shop-address"),
    paraphrase("I moved: enter my new street in the shop", "shop-address"),
    paraphrase("Track my parcel", "shop-track"),
    paraphrase("When will my purchase arrive?", "shop-track"),
    paraphrase("Report a bug in the sign-in page", "tracker-open"),
    paraphrase("File a ticket", "tracker-open"),
    paraphrase("Mark ticket 42 as already reported", "tracker-close"),
    paraphrase("Tag a ticket as urgent", "tracker-label"),
    paraphrase("Write down what to buy at the grocery", "notes-new"),
    paraphrase("Keep the trip note on top of the list", "notes-pin"),
    paraphrase("Throw away the scratch note", "notes-delete"),
    paraphrase("Check free space on the hard drive", "terminal-disk"),
    paraphrase("Upgrade all packages of the machine", "terminal-update"),
    paraphrase("Put a team meeting into my calendar", "calendar-event"),
    paraphrase("Book Friday's design review", "calendar-event"),
    paraphrase("I cannot go to the dentist tomorrow, take it off my calendar", "calendar-cancel"),
    paraphrase("Collect calm piano music in a list", "music-playlist"),
    paraphrase("Make an image square", "photos-crop"),
    paraphrase("Cut the edges off a picture", "photos-crop"),
    polarity("Turn Night Light on", "settings-night-light-on"),
    polarity("Turn Night Light off", "settings-night-light-off"),
    polarity("Disable the night light", "settings-night-light-off"),
    polarity("Activate Night Light", "settings-night-light-on"),
    polarity("The night light shall no longer be on: switch it off", "settings-night-light-off"),
    polarity("Multiply 25 by 17", "calculator-multiply"),
    polarity("Add 8 to 7", "calculator-add"),
    polarity("Delete the note Trip to the lake", "notes-delete"),
    polarity("Pin the note Scratch", "notes-pin"),
    polarity("Close issue 41", "tracker-close"),
    polarity("Save the document as a PDF", "writer-export-pdf"),
    polarity("Archive the message from Omar", "mail-archive"),
    polarity("Write a message to Omar", "mail-compose", "mail-reply"),
    polarity("Sort the sales", "sheet-sort"),
    ambiguous("Switch it off", "settings-bluetooth-off", 1),
    ambiguous("Turn this off", "settings-night-light-off", 1),
    ambiguous("Create a new one", "notes-new", 0),
    ambiguous("Make a new one here", "files-new-folder", 1),
    ambiguous("Delete this", "notes-delete", 0),
    ambiguous("Remove this one", "files-delete", 1),
    ambiguous("Change the address", "shop-address", 1),
    ambiguous("Enter the password", "settings-wifi-connect", 2),
    ambiguous("Finish what is open here", "writer-replace", 2),
    ambiguous("Show me the details", "shop-track", 1),
    ambiguous("Press equals", "calculator-multiply", 1),
    ambiguous("Send it", "mail-reply", 3),
    ambiguous("Confirm the window", "sheet-sort", 2),
    ambiguous("Apply", "writer-font", 2),
    middle("settings-wifi-connect", 1, "Connect to the network"),
    middle("settings-wallpaper", 2),
    middle("files-rename", 2),
    middle("files-compress", 2, "Go on"),
    middle("mail-attach", 2),
    middle("mail-compose", 2),
    middle("sheet-chart", 3),
    middle("sheet-sum", 1, "Go on with the sum"),
    middle("writer-save-as", 2),
    middle("writer-export-pdf", 2),
    middle("shop-cart", 1),
    middle("tracker-open", 1),
    middle("tracker-label", 1, "Set the label"),
    middle("notes-pin", 1),
    apart("Use a dark theme", "settings-dark-style", "mail-reply", 1),
    apart("Make a new directory", "files-new-folder", "shop-search", 2),
    apart("Compose a new mail", "mail-compose", "sheet-sum", 2),
    apart("Sum cells in a spreadsheet", "sheet-sum", "notes-new", 1),
    apart("Convert the letter to PDF", "writer-export-pdf", "calculator-add", 1),
    apart("Work out 8 times 7", "calculator-multiply", "writer-font", 0),
    apart("Add a backpack to my basket", "shop-cart", "tracker-open", 0),
    apart("Report a bug in the sign-in page", "tracker-open", "files-delete", 0),
    apart("Throw away the scratch note", "notes-delete", "settings-wallpaper", 0),
    apart("Zip up my pictures", "files-compress", "notes-pin", 1),
    apart("Rename a document on the disk", "files-rename", "mail-attach", 0),
    apart("Check free space on the hard drive", "terminal-disk", "files-rename", 0),
    apart("Put a team meeting into my calendar", "calendar-event", "mail-compose", 0),
    apart("Make an image square", "photos-crop", "settings-night-light-on", 0),
    near("Turn on airplane mode", "Settings", ("network", settings("Network", [("Airplane mode", "off"), ("Wi-Fi", "on")]))),
    near("Add another user account", "Settings", ("users", settings("Users", ["Robin", ("", "[Add user]")]))),
    near("Raise the volume of the speakers", "Settings", ("sound", settings("Sound", [("Volume", "=30 %"), ("Mute", "off")]))),
    near("Suspend after ten minutes", "Settings", ("power", settings("Power", [("Suspend", "=Never"), ("Saver", "off")]))),
    near("Empty the trash", "Files", ("trash", files("Trash", ["old.log", "copy.txt"]))),
    near("Share a folder with a colleague", "Files"),
    near("Block a sender", "Post", ("spam", post("Spam", ["You have won", "Cheap watches"]))),
    near("Set up an out-of-office reply", "Post"),
    near("Merge two cells", "Tables", ("cells", tables("plan", [["Week", "Who"], ["1", "Ann"], ["2", "Ben"]]))),
    near("Freeze the first row", "Tables"),
    near("Insert a footnote", "Writer", ("footnote", writer(["A report on rivers.", "It is long."], name="report"))),
    near("Check the spelling", "Writer"),
    near("Take the square root of 81", "Calculator", ("root", calculator("81"))),
    near("Return an item for a refund", "Browser", ("refund", shop("Refunds", ["Choose an order"], "refunds"))),
    near("Write a review of a product", "Browser"),
    near("Assign an issue to a colleague", "Browser", ("assign", tracker("#40 Typo", ["Nobody is assigned"], "40"))),
    near("Merge the two branches", "Browser", ("branches", tracker("Branches", ["main", "fix-typo"], "branches"))),
    near("Lock a note with a password", "Notes", ("lock", notes("Passwords hint", ["Ask Robin"]))),
    stranger("power", settings("Power", [("Suspend", "=Never"), ("Saver", "off")])),
    stranger("users", settings("Users", ["Robin", ("", "[Add user]")])),
    stranger("pictures", files("Pictures", ["a.jpg", "b.jpg", "c.jpg"])),
    stranger("drafts", post("Drafts", ["Unfinished"])),
    stranger("pivot", tables("pivot", [["Sum of", "2024"], ["East", "12"]])),
    stranger("novel", writer(["Chapter 1", "It was night."], name="novel")),
    stranger("terms", shop("Terms", ["Terms of use"], "terms")),
    stranger("milestones", tracker("Milestones", ["Version 2", "Version 3"], "milestones")),
    far("Book a flight to Lisbon"),
    far("Start a video call with my sister"),
    far("Translate a paragraph into Japanese"),
    far("Scan a paper with the scanner"),
    far("Train a neural network on images"),
    far("Order a pizza"),
    far("Transfer money to the landlord"),
    far("Play chess against the computer"),
    far("Record my screen as a video"),
    far("Burn a DVD"),
    far("Find the weather for tomorrow"),
    far("Debug a Python program"),
    far("Print boarding passes"),
    far("Draw a floor plan of the kitchen"),
    far("Post a photo on social media"),
    far("Watch a film with subtitles"),
]
