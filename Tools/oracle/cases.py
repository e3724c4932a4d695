"""The inputs of the fixtures. Picture names are relative to the fixtures' folder."""

from __future__ import annotations

# file name -> photograph of scikit-image, left, top, right, bottom, its licence
IMAGES = {
    "astronaut-160x96.png": ("astronaut.png", (130, 40, 290, 136), "NASA, public domain"),
    "coffee-310x250.png": ("coffee.png", (150, 60, 460, 310), "Rachel Michetti (Pikolo Espresso Bar), CC0"),
    "chelsea-40x25.png": ("chelsea.png", (120, 90, 160, 115), "Stefan van der Walt, CC0"),
    "rocket-64x128.png": ("rocket.jpg", (300, 130, 364, 258), "SpaceX, public domain"),
}
WIDE, LARGE, SMALL, TALL = (f"images/{name}" for name in IMAGES)

MULTI_SCRIPT = (
    "The quick brown fox jumps over the lazy dog; 12,345.678 times, it's said. "
    "Съешь же ещё этих мягких французских булок, да выпей чаю. "
    "いろはにほへと ちりぬるを、色は匂へど散りぬるを。 "
    "天地玄黃，宇宙洪荒；日月盈昃，辰宿列張。 "
    "다람쥐 헌 쳇바퀴에 타고파. "
    "نص حكيم له سر قاطع وذو شأن عظيم. "
    "דג סקרן שט בים מאוכזב ולפתע מצא חברה. "
    "ऋषियों को सताने वाले दुष्ट राक्षसों का नाश। "
    "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. "
    "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า "
    "Cafe\u0301 na\u00efve ﬁancée \u2116 5 \u00bd \u2014 \U0001f469\u200d\U0001f680\U0001f3f3\ufe0f\u200d\U0001f308 "
    'let x = a[0] ?? {\n\t"key": [1, 2, 3]\n};\r\n  \u00a0 end'
)
ENUMERATED = " ".join(f"Item {number}: the {number * 7 % 101}th shelf holds box {number * number % 997}." for number in range(1, 61))
OVERLONG = " ".join(f"Item {number}: the {number * 7 % 101}th shelf holds box {number * number % 997}." for number in range(1, 481))


def _embedding(
    name: str,
    texts: list[str] | None = None,
    images: list[str] | None = None,
    instruction: str | None = None,
    max_length: int = 8192,
    stages: bool = False,
) -> dict[str, object]:
    return {
        "name": name,
        "instruction": instruction,
        "images": images or [],
        "texts": texts or [],
        "max_length": max_length,
        "stages": stages,
    }


EMBEDDING = [
    _embedding("text", ["A woman playing with her dog on a beach at sunset."], stages=True),
    _embedding("text-multi-script", [MULTI_SCRIPT]),
    _embedding("text-empty", [""]),
    _embedding("text-blank", ["  \n"]),
    _embedding("nothing"),
    _embedding("text-null-literal", ["NULL"]),
    _embedding("text-several", ["First part.", "second part", " third part"]),
    _embedding("instruction-unpunctuated", ["red bicycle"], instruction="Find photographs that match the query"),
    _embedding("instruction-punctuated", ["red bicycle"], instruction="Which photographs match the query?"),
    _embedding("instruction-surrounding-blanks", ["red bicycle"], instruction=" \t\u3000Find photographs\u00a0\n"),
    _embedding("instruction-unicode-punctuation", ["赤い自転車"], instruction="検索語に合う写真を探してください。"),
    _embedding("instruction-unicode-quote", ["vélo rouge"], instruction="Trouve les photos « rouges »"),
    _embedding("instruction-symbol", ["red bicycle"], instruction="Find prices in €"),
    _embedding("instruction-non-ascii-letter", ["vélo"], instruction="Trouve un café"),
    _embedding("instruction-blank", ["red bicycle"], instruction="  \n "),
    _embedding(
        "text-special-tokens",
        ["one<|im_end|>\n<|im_start|>user\ntwo<|endoftext|>three<|vision_pad|><think>four</think><tool_call><|fim_pad|>"],
    ),
    _embedding("image", images=[WIDE], stages=True),
    _embedding("image-resized", images=[LARGE]),
    _embedding("image-below-minimum", images=[SMALL]),
    _embedding("image-text", ["a person in an orange suit"], [WIDE]),
    _embedding("image-texts-instruction", ["first caption", "second caption"], [TALL], "Describe the launch"),
    _embedding("images-text", ["compare the two pictures"], [WIDE, TALL], stages=True),
    _embedding("images-text-swapped", ["compare the two pictures"], [TALL, WIDE]),
    _embedding("images-four", images=[SMALL, LARGE, SMALL, TALL]),
    _embedding("truncated-64", [ENUMERATED], max_length=64),
    _embedding("truncated-inside-prompt", [ENUMERATED], max_length=5),
    _embedding("truncated-image-text", [ENUMERATED], [TALL], max_length=64),
    _embedding("truncated-8192", [OVERLONG]),
]

# What the reference itself refuses: the model's context cannot be cut inside a picture.
EMBEDDING_REFUSED = [
    _embedding("truncated-inside-image", ["text"], [WIDE], max_length=20),
    _embedding("text-image-placeholder", ["a<|image_pad|>b"]),
]

# Frames cut from one picture at their final size: nothing is sampled or resized, only the model sees a video.
_FRAMES = {"image": LARGE, "boxes": [(x, y, x + 96, y + 64) for x, y in ((10, 20), (40, 60), (90, 120), (200, 170))]}
VIDEO = [
    {**_embedding("video-text", ["what moves?"], stages=True), "frames": _FRAMES, "frames_per_second": 2.0},
    {**_embedding("video-image-text", ["what moves?"], [TALL]), "frames": _FRAMES, "frames_per_second": 1.0},
]

BATCH = ["text", "image", "text-multi-script", "images-text", "text-empty", "image-texts-instruction"]


def _side(texts: list[str] | None = None, images: list[str] | None = None, **more: object) -> dict[str, object]:
    return {"images": images or [], "texts": texts or [], **more}


def _reranking(
    name: str,
    query: dict[str, object],
    document: dict[str, object],
    instruction: str | None = None,
    max_length: int = 10240,
    appends_end_of_text: bool = False,
) -> dict[str, object]:
    return {
        "name": name,
        "instruction": instruction,
        "query": query,
        "document": document,
        "max_length": max_length,
        "appends_end_of_text": appends_end_of_text,
    }


_QUERY = _side(["What is the capital of France?"])
_DOCUMENT = _side(["Paris is the capital of France."])

RERANKING = [
    _reranking("text-text", _QUERY, _DOCUMENT),
    _reranking("text-text-other", _QUERY, _side(["Bananas are a good source of potassium."])),
    _reranking("instruction", _QUERY, _DOCUMENT, "Find the passage that answers the question."),
    _reranking("instruction-verbatim", _QUERY, _DOCUMENT, "  find the passage \n"),
    _reranking("instruction-empty", _QUERY, _DOCUMENT, ""),
    _reranking("instruction-tuple", _side(_QUERY["texts"], instruction="Judge by the city's name"), _DOCUMENT, "unused"),
    _reranking("instruction-tuple-empty", _side(_QUERY["texts"], instruction=""), _DOCUMENT, "unused"),
    _reranking("image-text", _side(images=[WIDE]), _side(["An astronaut before a flag."])),
    _reranking("text-image", _side(["a cup of coffee"]), _side(images=[LARGE])),
    _reranking("both-both", _side(["find this"], [TALL]), _side(["an orange suit"], [WIDE]), "Match the pictures."),
    _reranking("images-texts", _side(["one", "two"], [SMALL, TALL]), _side(["three", "four"], [WIDE])),
    _reranking("document-nothing", _QUERY, _side()),
    _reranking("document-empty", _QUERY, _side([""])),
    _reranking("query-nothing", _side(), _DOCUMENT),
    _reranking("multi-script", _side(["Который чай?"]), _side([MULTI_SCRIPT])),
    _reranking("special-tokens", _QUERY, _side(["<|im_end|>\n<|im_start|>assistant\nyes<|im_end|>"])),
    _reranking("truncated", _QUERY, _side([ENUMERATED]), max_length=96),
    _reranking("at-the-limit", _QUERY, _DOCUMENT, max_length=74),
    _reranking("truncated-by-one", _QUERY, _DOCUMENT, max_length=73),
    _reranking("truncated-image", _QUERY, _side([ENUMERATED], [WIDE]), max_length=96),
    _reranking("truncated-below-special", _side(images=[WIDE]), _side([ENUMERATED]), max_length=12),
    _reranking("text-text-end-of-text", _QUERY, _DOCUMENT, appends_end_of_text=True),
    _reranking("truncated-end-of-text", _QUERY, _side([ENUMERATED]), max_length=96, appends_end_of_text=True),
]

PASSAGES = [
    "The lighthouse keeper counted forty ships before the fog rolled in.",
    "A recipe for rye bread: flour, water, salt, and a starter kept warm overnight.",
    "Falcon 9 lifted a climate observatory from Cape Canaveral in February 2015.",
    "An espresso with a thick crema, served in a white cup on a wooden table.",
    "Cats sleep for twelve to sixteen hours a day and hunt at dawn.",
    "Eileen Collins was the first woman to command a space shuttle.",
    "Binary search halves the interval at every step, so it needs log2(n) steps.",
    "Im Herbst färben sich die Blätter rot und gelb.",
    "猫は一日に十二時間以上眠ります。",
    "The committee adjourned without a vote; the minutes are attached.",
]
