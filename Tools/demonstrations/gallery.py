"""The demonstrations of the gallery: made-up programs, real tasks.

A demonstration is a task and its steps; a step is a screen and what is done there: ("click", name), ("right_click", name),
("double_click", name), ("type", text), ("key", key), ("hotkey", "ctrl+s"), ("scroll", "down"), ("drag", from, to), ("done",).
"""

from __future__ import annotations

from screens import Screen

SETTINGS = ["Network", "Bluetooth", "Appearance", "Displays", "Sound", "Power", "Users"]
PLACES = ["Home", "Documents", "Pictures", "Downloads", "Trash"]
BOXES = ["Inbox", "Sent", "Archive", "Drafts", "Spam"]
NOTES = ["Trip to the lake", "Scratch", "Recipes", "Passwords hint"]


def settings(chosen: str = "", rows=(), **more) -> Screen:
    return Screen("Settings", f"{chosen or 'Overview'} - Settings", side=SETTINGS, chosen=chosen, rows=list(rows), **more)


def files(place: str, rows, **more) -> Screen:
    return Screen("Files", f"{place} - Files", side=PLACES, chosen=place, tools=["New", "View", "Search"], rows=list(rows), **more)


def post(box: str, rows, **more) -> Screen:
    return Screen("Post", f"{box} - Post", side=BOXES, chosen=box, tools=["Write", "Reply", "Archive message", "Delete"], rows=list(rows), **more)


def tables(name: str, rows, **more) -> Screen:
    return Screen("Tables", f"{name} - Tables", tools=["File", "Edit", "Insert", "Format", "Data"], rows=list(rows), **more)


def writer(page, name: str = "letter", **more) -> Screen:
    return Screen("Writer", f"{name} - Writer", tools=["File", "Edit", "View", "Format", "Help"], page=list(page), **more)


def calculator(display: str) -> Screen:
    return Screen("Calculator", "Calculator", rows=[display])


def shop(title: str, rows, path: str = "", **more) -> Screen:
    return Screen("Browser", f"{title} - Browser", url=f"https://shop.example.com/{path}", tools=["Search shop", "Cart", "Account"], rows=list(rows), **more)


def tracker(title: str, rows, path: str = "", **more) -> Screen:
    return Screen("Browser", f"{title} - Browser", url=f"https://issues.example.org/{path}", tools=["Issues", "New issue", "Labels"], rows=list(rows), **more)


def notes(chosen: str, page, **more) -> Screen:
    return Screen("Notes", f"{chosen or 'All notes'} - Notes", side=NOTES, chosen=chosen, tools=["New note", "Pin", "Delete note"], page=list(page), **more)


DOCUMENTS = ["draft.txt    2 KB", "old.log    90 KB", "Budget.ods    14 KB", "Photos    folder"]
LETTER = ["Dear neighbours,", "the colour of the fence will change in May.", "Every colour is welcome.", "Kind regards"]
MAILS = ["Omar: figures for the report", "Newsletter: ten offers for you", "Dana: lunch on Monday?", "Newsletter: last chance"]
SALES = [["Month", "Sales", "Growth"], ["January", "1200", "0.04"], ["February", "1350", "0.125"], ["March", "1100", "-0.18"]]
COSTS = [["Date", "Item", "Expense"], ["3 May", "Paper", "12"], ["1 May", "Ink", "30"], ["9 May", "Desk", "210"], ["", "", ""]]
ISSUES = ["#42 Button is green", "#41 Login page is slow", "#40 Typo on the start page"]

# id: (task, program or None, platform, tags, steps)
DEMONSTRATIONS: dict = {
    "settings-night-light-on": ("Turn on Night Light", [
        (settings(), ("click", "Displays")),
        (settings("Displays", [("Night Light", "off"), ("Brightness", "=70 %"), ("Resolution", "=1920 x 1080")]), ("click", "Night Light")),
        (settings("Displays", [("Night Light", "on"), ("Brightness", "=70 %"), ("Resolution", "=1920 x 1080")]), ("done",)),
    ]),
    "settings-night-light-off": ("Turn off Night Light", [
        (settings(), ("click", "Displays")),
        (settings("Displays", [("Night Light", "on"), ("Brightness", "=45 %"), ("Resolution", "=1280 x 720")]), ("click", "Night Light")),
        (settings("Displays", [("Night Light", "off"), ("Brightness", "=45 %"), ("Resolution", "=1280 x 720")]), ("done",)),
    ]),
    "settings-dark-style": ("Switch the desktop to the dark style", [
        (settings(), ("click", "Appearance")),
        (settings("Appearance", [("Style", "[Light]"), ("Dark variant", "[Dark]"), ("Accent", "=Blue"), ("Background", "[Choose picture]")]), ("click", "Dark")),
        (settings("Appearance", [("Style", "[Dark]"), ("Accent", "=Blue"), ("Background", "[Choose picture]")], ), ("done",)),
    ]),
    "settings-bluetooth-off": ("Switch Bluetooth off", [
        (settings(), ("click", "Bluetooth")),
        (settings("Bluetooth", [("Bluetooth radio", "on"), "Headset    connected", "Mouse    paired"]), ("click", "Bluetooth radio")),
        (settings("Bluetooth", [("Bluetooth radio", "off")]), ("done",)),
    ]),
    "settings-wifi-connect": ("Connect to the wireless network Harbour", [
        (settings(), ("click", "Network")),
        (settings("Network", [("Wi-Fi", "on"), "Harbour", "Lighthouse", "Guest of the cafe"]), ("click", "Harbour")),
        (settings("Network", [("Wi-Fi", "on"), "Harbour", "Lighthouse"], dialog=("Password for Harbour", [("Password", "=")], ["Cancel", "Connect"])), ("type", "********")),
        (settings("Network", [("Wi-Fi", "on"), "Harbour", "Lighthouse"], dialog=("Password for Harbour", [("Password", "=********")], ["Cancel", "Connect"])), ("click", "Connect")),
    ]),
    "settings-wallpaper": ("Change the desktop background picture", [
        (settings(), ("click", "Appearance")),
        (settings("Appearance", [("Style", "[Light]"), ("Dark variant", "[Dark]"), ("Accent", "=Green"), ("Background", "[Choose picture]")]), ("click", "Choose picture")),
        (settings("Appearance", [("Style", "[Light]")], dialog=("Choose a background", [["Beach", "Forest", "City"]], ["Cancel", "Set"])), ("click", "Forest")),
        (settings("Appearance", [("Style", "[Light]")], dialog=("Choose a background", [["Beach", "> Forest <", "City"]], ["Cancel", "Set"])), ("click", "Set")),
    ]),
    "files-new-folder": ("Create a folder named Reports in Documents", [
        (files("Home", ["Documents    folder", "Pictures    folder"]), ("click", "Documents")),
        (files("Documents", DOCUMENTS), ("click", "New")),
        (files("Documents", DOCUMENTS, menu=("New", ["Folder", "Text file", "Link"])), ("click", "Folder")),
        (files("Documents", DOCUMENTS, dialog=("New folder", [("Name", "=")], ["Cancel", "Create"])), ("type", "Reports")),
        (files("Documents", DOCUMENTS, dialog=("New folder", [("Name", "=Reports")], ["Cancel", "Create"])), ("click", "Create")),
    ]),
    "files-rename": ("Rename the file draft.txt to final.txt", [
        (files("Documents", DOCUMENTS), ("right_click", DOCUMENTS[0])),
        (files("Documents", DOCUMENTS, menu=(DOCUMENTS[0], ["Open", "Rename", "Compress", "Move to trash"])), ("click", "Rename")),
        (files("Documents", DOCUMENTS, dialog=("Rename draft.txt", [("New name", "=draft.txt")], ["Cancel", "Rename"])), ("type", "final.txt")),
        (files("Documents", DOCUMENTS, dialog=("Rename draft.txt", [("New name", "=final.txt")], ["Cancel", "Rename"])), ("click", "Rename")),
    ]),
    "files-delete": ("Move the file old.log to the trash", [
        (files("Documents", DOCUMENTS), ("right_click", DOCUMENTS[1])),
        (files("Documents", DOCUMENTS, menu=(DOCUMENTS[1], ["Open", "Rename", "Compress", "Move to trash"])), ("click", "Move to trash")),
        (files("Documents", DOCUMENTS[:1] + DOCUMENTS[2:]), ("done",)),
    ]),
    "files-compress": ("Compress the folder Photos into a zip archive", [
        (files("Documents", DOCUMENTS), ("right_click", DOCUMENTS[3])),
        (files("Documents", DOCUMENTS, menu=(DOCUMENTS[3], ["Open", "Rename", "Compress", "Move to trash"])), ("click", "Compress")),
        (files("Documents", DOCUMENTS, dialog=("Create archive", [("Archive name", "=Photos"), ("Format", "=.zip")], ["Cancel", "Create"])), ("click", "Create")),
    ]),
    "mail-compose": ("Write an e-mail to Dana about the meeting", [
        (post("Inbox", MAILS), ("click", "Write")),
        (post("Inbox", MAILS, dialog=("New message", [("To", "="), ("Subject", "="), ("Text", "=")], ["Attach", "Send"])), ("type", "dana@example.com")),
        (post("Inbox", MAILS, dialog=("New message", [("To", "=dana@example.com"), ("Subject", "=The meeting"), ("Text", "=Shall we meet at ten?")], ["Attach", "Send"])), ("click", "Send")),
    ]),
    "mail-reply": ("Reply to the latest message from Omar", [
        (post("Inbox", MAILS), ("click", MAILS[0])),
        (post("Inbox", MAILS, page=["Omar: figures for the report", "Hello, could you send me the figures?"]), ("click", "Reply")),
        (post("Inbox", MAILS, dialog=("Re: figures for the report", [("To", "=omar@example.com"), ("Text", "=")], ["Attach", "Send"])), ("type", "Here they are.")),
        (post("Inbox", MAILS, dialog=("Re: figures for the report", [("To", "=omar@example.com"), ("Text", "=Here they are.")], ["Attach", "Send"])), ("click", "Send")),
    ]),
    "mail-archive": ("Archive all messages from the newsletter", [
        (post("Inbox", MAILS), ("click", MAILS[1])),
        (post("Inbox", MAILS, page=["2 messages of Newsletter are selected"]), ("click", "Archive message")),
        (post("Inbox", [MAILS[0], MAILS[2]]), ("done",)),
    ]),
    "mail-attach": ("Send an e-mail with an attached invoice", [
        (post("Sent", ["To Omar: figures"]), ("click", "Write")),
        (post("Sent", ["To Omar: figures"], dialog=("New message", [("To", "=office@example.com"), ("Subject", "=Invoice")], ["Attach", "Send"])), ("click", "Attach")),
        (post("Sent", ["To Omar: figures"], dialog=("Attach a file", ["invoice-17.pdf", "photo.jpg"], ["Cancel", "Open"])), ("double_click", "invoice-17.pdf")),
        (post("Sent", ["To Omar: figures"], dialog=("New message", [("To", "=office@example.com"), ("Subject", "=Invoice"), ("Attached", "=invoice-17.pdf")], ["Attach", "Send"])), ("click", "Send")),
    ]),
    "sheet-sum": ("Add up the column of expenses", [
        (tables("expenses", COSTS), ("click", "")),
        (tables("expenses", COSTS[:4] + [["", "", "=SUM("]]), ("type", "=SUM(C2:C4)")),
        (tables("expenses", COSTS[:4] + [["", "", "=SUM(C2:C4)"]]), ("key", "enter")),
        (tables("expenses", COSTS[:4] + [["", "", "252"]]), ("done",)),
    ]),
    "sheet-sort": ("Sort the table by date, newest first", [
        (tables("expenses", COSTS), ("click", "Data")),
        (tables("expenses", COSTS, menu=("Data", ["Sort", "Filter", "Pivot table"])), ("click", "Sort")),
        (tables("expenses", COSTS, dialog=("Sort", [("Column", "=Date"), ("Order", "=Descending")], ["Cancel", "OK"])), ("click", "OK")),
    ]),
    "sheet-chart": ("Make a bar chart of the sales per month", [
        (tables("sales", SALES), ("drag", "Month", "1100")),
        (tables("sales", SALES), ("click", "Insert")),
        (tables("sales", SALES, menu=("Insert", ["Chart", "Row above", "Comment"])), ("click", "Chart")),
        (tables("sales", SALES, dialog=("Chart type", ["Bars", "Lines", "Pie"], ["Cancel", "Insert chart"])), ("click", "Bars")),
    ]),
    "sheet-percent": ("Format the growth column as percentages", [
        (tables("sales", SALES), ("click", "Growth")),
        (tables("sales", SALES, menu=("Format", ["Number", "Percent", "Currency"])), ("click", "Percent")),
        (tables("sales", [SALES[0], ["January", "1200", "4 %"], ["February", "1350", "12.5 %"], ["March", "1100", "-18 %"]]), ("done",)),
    ]),
    "writer-font": ("Change the font of the whole document", [
        (writer(LETTER), ("hotkey", "ctrl+a")),
        (writer(LETTER, menu=("Format", ["Font", "Paragraph", "Page"])), ("click", "Font")),
        (writer(LETTER, dialog=("Font", [("Family", "=Garamond"), ("Size", "=12")], ["Cancel", "Apply"])), ("click", "Apply")),
    ]),
    "writer-replace": ("Replace every \"colour\" by \"color\"", [
        (writer(LETTER), ("click", "Edit")),
        (writer(LETTER, menu=("Edit", ["Undo", "Find", "Replace"])), ("click", "Replace")),
        (writer(LETTER, dialog=("Find and replace", [("Find", "=colour"), ("Replace with", "=color")], ["Cancel", "Replace all"])), ("click", "Replace all")),
    ]),
    "writer-save-as": ("Save the document under another name", [
        (writer(LETTER), ("click", "File")),
        (writer(LETTER, menu=("File", ["Open", "Save", "Save as", "Export", "Print"])), ("click", "Save as")),
        (writer(LETTER, dialog=("Save as", [("File name", "=letter-2")], ["Cancel", "Save"])), ("click", "Save")),
        (writer(LETTER, name="letter-2"), ("done",)),
    ]),
    "writer-export-pdf": ("Export the document as a PDF", [
        (writer(LETTER), ("click", "File")),
        (writer(LETTER, menu=("File", ["Open", "Save", "Save as", "Export", "Print"])), ("click", "Export")),
        (writer(LETTER, dialog=("Export", [("Kind", "=PDF"), ("Pages", "=All")], ["Cancel", "Export"])), ("click", "Export")),
    ]),
    "calculator-add": ("Add 25 and 17", [
        (calculator("0"), ("click", "2")), (calculator("25"), ("click", "+")), (calculator("25 + 17"), ("click", "=")), (calculator("42"), ("done",)),
    ]),
    "calculator-multiply": ("Multiply 8 by 7", [
        (calculator("0"), ("click", "8")), (calculator("8 * 7"), ("click", "=")), (calculator("56"), ("done",)),
    ]),
    "shop-search": ("Search the shop for wireless headphones", [
        (shop("Welcome", ["Offers of the week", "Backpacks", "Headphones"]), ("click", "Search shop")),
        (shop("Welcome", [("Search", "=wireless headphones"), "Offers of the week"]), ("key", "enter")),
        (shop("Results", ["Wireless headphones A    49", "Wireless headphones B    79"], "search?q=wireless"), ("done",)),
    ]),
    "shop-cart": ("Put the blue backpack into the shopping cart", [
        (shop("Backpacks", [["Red", "Blue", "Black"], ["39", "42", "35"]], "backpacks"), ("click", "Blue")),
        (shop("Blue backpack", ["Blue backpack    42", ("Quantity", "=1"), ("In stock", "[Add to cart]")], "item/7"), ("click", "Add to cart")),
        (shop("Cart", ["Blue backpack    1    42", ("Total 42", "[Check out]")], "cart"), ("done",)),
    ]),
    "shop-address": ("Change the delivery address of the account", [
        (shop("Welcome", ["Offers of the week", "Backpacks", "Headphones"]), ("click", "Account")),
        (shop("Account", [("Delivery address", "[Edit address]"), ("Orders", "[Show orders]")], "account"), ("click", "Edit address")),
        (shop("Account", [("Street", "=Mill Lane 4"), ("Town", "=Ashby"), ("", "[Save address]")], "account/address"), ("click", "Save address")),
    ]),
    "shop-track": ("Check where my last order is", [
        (shop("Account", [("Delivery address", "[Edit address]"), ("Orders", "[Show orders]")], "account"), ("click", "Show orders")),
        (shop("Orders", [["No.", "Date", "State"], ["1007", "2 May", "On its way"], ["0981", "3 March", "Delivered"]], "account/orders"), ("click", "1007")),
        (shop("Order 1007", ["Left the warehouse    3 May", "Arrives    5 May"], "account/orders/1007"), ("done",)),
    ]),
    "tracker-open": ("Open a new issue about the login page", [
        (tracker("Issues", ISSUES), ("click", "New issue")),
        (tracker("New issue", [("Heading", "="), ("Description", "="), ("", "[Submit issue]")], "new"), ("type", "Login page does not load")),
        (tracker("New issue", [("Heading", "=Login page does not load"), ("Description", "=Since today"), ("", "[Submit issue]")], "new"), ("click", "Submit issue")),
    ]),
    "tracker-close": ("Close issue 42 as a duplicate", [
        (tracker("Issues", ISSUES), ("click", ISSUES[0])),
        (tracker("#42 Button is green", ["Button is green, should be blue", ("State: open", "[Close issue]")], "42"), ("click", "Close issue")),
        (tracker("#42 Button is green", ["Button is green, should be blue"], "42", menu=("Issues", ["Completed", "Duplicate", "Not planned"])), ("click", "Duplicate")),
    ]),
    "tracker-label": ("Add the label urgent to an issue", [
        (tracker("#41 Login page is slow", ["It takes ten seconds", ("Labels: none", "[Edit labels]")], "41"), ("click", "Edit labels")),
        (tracker("#41 Login page is slow", ["It takes ten seconds"], "41", dialog=("Labels", [("bug", "off"), ("urgent", "off"), ("question", "off")], ["Done"])), ("click", "urgent")),
        (tracker("#41 Login page is slow", ["It takes ten seconds"], "41", dialog=("Labels", [("bug", "off"), ("urgent", "on"), ("question", "off")], ["Done"])), ("click", "Done")),
    ]),
    "notes-new": ("Create a note with a shopping list", [
        (notes("Recipes", ["Pancakes: flour, milk, eggs"]), ("click", "New note")),
        (notes("", ["|"]), ("type", "Milk, bread, apples")),
        (notes("", ["Milk, bread, apples"]), ("done",)),
    ]),
    "notes-pin": ("Pin the note about the trip to the top", [
        (notes("Recipes", ["Pancakes: flour, milk, eggs"]), ("click", "Trip to the lake")),
        (notes("Trip to the lake", ["Train at 9:12, tent, torch"]), ("click", "Pin")),
        (notes("Trip to the lake", ["[pinned]", "Train at 9:12, tent, torch"]), ("done",)),
    ]),
    "notes-delete": ("Delete the note called Scratch", [
        (notes("Scratch", ["asdf 123"]), ("click", "Delete note")),
        (notes("Scratch", ["asdf 123"], dialog=("Delete this note?", ["It cannot be brought back."], ["Cancel", "Delete"])), ("click", "Delete")),
    ]),
    # Without screens: what people write down.
    "terminal-disk": ("Find out how much disk space is left", [(None, ("type", "df -h", "Ask for the free space of every disk")), (None, ("key", "enter"))], "Terminal"),
    "terminal-update": ("Install the latest system updates", [(None, ("type", "sudo apt upgrade", "Install what is newer")), (None, ("key", "enter"))], "Terminal"),
    "calendar-event": ("Schedule a meeting with the design team on Friday", [(None, ("click", "New event", "Begin an event")), (None, ("type", "Design team", "Name it")), (None, ("click", "Save", "Keep it"))], "Calendar"),
    "calendar-cancel": ("Cancel tomorrow's dentist appointment", [(None, ("click", "Dentist", "Open the appointment")), (None, ("click", "Cancel event", "Take it out of the calendar"))], "Calendar"),
    "music-playlist": ("Create a playlist of quiet piano pieces", [(None, ("click", "New playlist", "Begin a list")), (None, ("type", "Quiet piano", "Name it")), (None, ("drag", "Nocturne", "Quiet piano"))], "Music"),
    "photos-crop": ("Crop a photo to a square", [(None, ("click", "Edit photo", "Open the tools")), (None, ("click", "Square", "Choose the shape")), (None, ("click", "Save copy", "Keep the result"))], "Photos"),
}
