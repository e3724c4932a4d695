"""Writes the tokenizer's fixtures: what Hugging Face `tokenizers` answers to strings that are hard on purpose.

Everything is seeded; running it twice gives the same bytes. Needed to make fixtures only, never to build or test.

  qwen3-vl/corpus.bin   strings and their ids by the real tokenizer.json, with and without parsing special tokens
  qwen3-vl/decoding.bin sequences of ids and their text
  splits.bin            strings and the words that Qwen's pattern makes of them
  small/tokenizer.json  a small tokenizer whose added tokens use every setting, and prefix and suffix around the text
  small/corpus.bin      strings and their ids by it
  small/decoding.bin    sequences of its ids and their text
  categories.txt        how Qwen's pattern splits at every code point

A corpus is a sequence of records. A number is LEB128, a string is its number of bytes and its UTF-8, ids are their number and
the numbers. corpus.bin: string, ids with special tokens parsed, 0 or 1, and if 1 the ids with special tokens as text (else they
are the same). decoding.bin: ids, text, text without special tokens. splits.bin: string, number of words, bytes of each.

Pinned: tokenizers 0.23.3, Python 3.11 (whose Unicode data choose characters, never an expected value).
Run: python Tools/tokenizer/make_fixtures.py, with qwen3-vl/tokenizer.json in place.
"""

import hashlib
import json
import random
import sys
import unicodedata
from pathlib import Path

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

PINNED = "0.23.3"
FIXTURES = Path(__file__).resolve().parents[2] / "Tests" / "Fixtures" / "tokenizer"
PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]

nfc = normalizers.NFC().normalize_str
nfd = normalizers.NFD().normalize_str


# Strings


def by_category():
    """Code points by general category, the unassigned and private ones thinned out."""
    groups = {}
    for c in SCALARS:
        groups.setdefault(unicodedata.category(chr(c)), []).append(c)
    return groups


def by_script():
    """Letters and marks by the first word of their name, which is the script for nearly all of them."""
    groups = {}
    for c in SCALARS:
        if unicodedata.category(chr(c))[0] in "LMN":
            word = unicodedata.name(chr(c), "CJK ").split()[0]
            groups.setdefault(word, []).append(c)
    return [group for _, group in sorted(groups.items()) if len(group) > 4]


def chunks(sequence, size):
    return [sequence[i : i + size] for i in range(0, len(sequence), size)]


def normalisation_strings():
    """Every character that NFC or NFD changes, as it is and taken apart, and every mark after a mark of another class."""
    changing = [chr(c) for c in SCALARS if not 0xAC00 <= c < 0xD7A4 and nfd(chr(c)) != chr(c)]
    marks = [chr(c) for c in SCALARS if unicodedata.combining(chr(c))]
    strings = ["".join(chunk) for chunk in chunks(changing, 12)]
    strings += [nfd("".join(chunk)) for chunk in chunks(changing, 8)]
    strings += ["".join("e" + "\u0327\u0345\u0334"[i % 3] + mark for i, mark in enumerate(chunk)) for chunk in chunks(marks, 6)]
    strings += ["".join("o" + mark + "\u0301\u0316\u093c"[i % 3] for i, mark in enumerate(chunk)) for chunk in chunks(marks, 6)]
    return strings


SPACES = [" ", " ", " ", "\n", "\n", "\r", "\r\n", "\t", "\x0b", "\x0c", "\x85", "\xa0", "\u1680", "\u2003", "\u2028", "\u2029", "\u202f", "\u3000", "\u200b", "\u180e", "\ufeff"]
CONTRACTIONS = ["s", "S", "\u017f", "t", "T", "re", "RE", "rE", "Re", "ve", "VE", "m", "M", "ll", "LL", "lL", "d", "D", "\u212a", "k", "\u017fs", "ss", "\u00df", "\ufb06", "st", "r", "v", "l", "x", "\u0131", "\u0130", "\u01c5", "e\u0301", "1", ""]
EMOJI = ["\U0001f600", "\U0001f44d", "\U0001f9d1", "\U0001f468", "\U0001f469", "\U0001f467", "\u2764", "\U0001f3f3", "\U0001f308", "\U0001f4bb", "\u26f9", "\u261d", "\U0001f1e6", "\U0001f1fa", "\U0001f1f8", "1", "#", "\U0001faf1", "\U0001f3f4", "\u2640", "\u2642", "\u00a9"]
EMOJI_JOINS = ["\u200d", "\u200d", "\ufe0f", "\ufe0e", "\U0001f3fb", "\U0001f3ff", "\u20e3", "\U000e0067", "\U000e007f", "", "", " "]
JAMO = list(range(0x1100, 0x1115)) + list(range(0x115F, 0x1178)) + list(range(0x11A6, 0x11C5)) + [0xAC00, 0xAC01, 0xAC1C, 0xD7A3, 0xD788, 0x3131, 0xA960, 0xD7B0, 0xD7CB, 0xFFA1]
SPECIAL = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|image_pad|>", "<|video_pad|>", "<|vision_end|>", "<|box_start|>",
    "<tool_call>", "</tool_call>", "<think>", "</think>", "<|fim_prefix|>", "<|file_sep|>", "<tool_response>",
]
SPECIAL_PARTS = ["<|im_", "<", "<|", "|>", "im_start|>", "<|im_<|im_end|>", "<|im_start|im_start|>", "<tool_", "<|IM_START|>", "< |im_start|>", "<<|im_end|>>", "<\u200b|im_end|>", "<|image_pad|><|image_pad|>", "<|im\u0301_start|>", "<think", "<<think>", "<|endof<|endoftext|>text|>"]
WORDS = "the The THE of and a to in is don't it's we'll I've you're naïve café Straße Ελληνικά русский العربية עברית हिन्दी 中文 日本語 한국어 ไทย Việt x y2 3d 100 3.14 1,000 foo_bar camelCase HTTPServer == != -> {} [] () ... --- http://a.b/c?d=e#f user@example.com C:\\dir\\file \\n \" ' ` ~ % & * + / = | ^ $ @ #".split()


def fuzz(rng, tokenizer, count):
    categories = by_category()
    names = sorted(categories)
    scripts = by_script()
    marks = [c for c in SCALARS if unicodedata.combining(chr(c))]
    digits = [c for c in SCALARS if unicodedata.category(chr(c))[0] == "N"]
    vocabulary = sorted(tokenizer.get_vocab(with_added_tokens=False).values())

    def any_characters():
        return "".join(chr(rng.choice(categories[rng.choice(names)] if rng.random() < 0.9 else SCALARS)) for _ in range(rng.randrange(1, 12))).encode("utf-8", "ignore").decode()

    def script():
        group = rng.choice(scripts)
        return "".join(chr(rng.choice(group)) if rng.random() < 0.85 else rng.choice(" .,-'1\n") for _ in range(rng.randrange(2, 16)))

    def emoji():
        return "".join(rng.choice(EMOJI) + rng.choice(EMOJI_JOINS) for _ in range(rng.randrange(1, 8)))

    def wrong_order():
        return "".join(rng.choice("aeoAKşơ\u0915\u0e01\u05d0\u0627\u1100") + "".join(chr(rng.choice(marks)) for _ in range(rng.randrange(0, 5))) for _ in range(rng.randrange(1, 4)))

    def jamo():
        return "".join(chr(rng.choice(JAMO)) for _ in range(rng.randrange(2, 12)))

    def controls():
        return "".join(chr(rng.choice([*range(0x20), *range(0x7F, 0xA1), 0xAD, 0x200B, 0x200E, 0x202E, 0x2066, 0xFFF9, 0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF, 0x41, 0x61, 0x20])) for _ in range(rng.randrange(1, 12)))

    def unassigned():
        pool = rng.choice([(0x0378, 0x0380), (0x2FE0, 0x2FF0), (0xE000, 0xF8FF), (0xF0000, 0xFFFFE), (0x100000, 0x10FFFE), (0xE0080, 0xE0100), (0x323B0, 0x32400), (0xFDD0, 0xFDF0), (0x1F8FF, 0x1F910)])
        return "".join(chr(rng.randrange(*pool)) if rng.random() < 0.7 else rng.choice("a 1!\n") for _ in range(rng.randrange(1, 8)))

    def spaces():
        parts = []
        for _ in range(rng.randrange(1, 6)):
            parts.append(rng.choice(SPACES) * rng.choice([1, 1, 1, 2, 3, 4, 7, 8, 16, 31]))
            if rng.random() < 0.6:
                parts.append(rng.choice(["a", "the", "1", "!", ".", "中", "'s", "e\u0301"]))
        rng.shuffle(parts)
        return "".join(parts)

    def contraction():
        return "".join(rng.choice(["", "I", "don", " ", "é", "1", "'", "!", "中", "’"]) + rng.choice(["'", "'", "'", "’", "''"]) + rng.choice(CONTRACTIONS) + rng.choice(["", " ", "x", "\n", "!"]) for _ in range(rng.randrange(1, 5)))

    def numbers():
        return "".join(chr(rng.choice(digits)) if rng.random() < 0.7 else rng.choice([" ", ".", ",", "a", "-"]) for _ in range(rng.randrange(1, 14)))

    def special():
        return "".join(rng.choice([rng.choice(SPECIAL), rng.choice(SPECIAL_PARTS), rng.choice(WORDS), rng.choice(SPACES), "e\u0301"]) for _ in range(rng.randrange(1, 8)))

    def tokens():
        return tokenizer.decode([rng.choice(vocabulary) for _ in range(rng.randrange(1, 12))], skip_special_tokens=False)

    def words():
        return "".join(rng.choice(WORDS) + rng.choice([" ", " ", " ", "", "\n", ", ", ". "]) for _ in range(rng.randrange(1, 12)))

    def long_word():
        alphabet = rng.choice(["ab", "aeiou", "=", "-=", "abcdefghijklmnopqrstuvwxyz", "xX", "的一是", "а", "!?", "\U0001f600", "ha", "สระ", "\u0301a"])
        return "".join(rng.choice(alphabet) for _ in range(rng.randrange(30, 400)))

    kinds = [(any_characters, 14), (script, 14), (emoji, 7), (wrong_order, 8), (jamo, 4), (controls, 4), (unassigned, 4), (spaces, 9), (contraction, 8), (numbers, 5), (special, 8), (tokens, 10), (words, 5), (long_word, 0.6)]
    makers, weights = zip(*kinds)
    return [rng.choices(makers, weights)[0]() for _ in range(count)]


# Records


def number(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def string(text):
    data = text.encode("utf-8")
    return number(len(data)) + data


def numbers_of(ids):
    return number(len(ids)) + b"".join(map(number, ids))


def corpus(tokenizer, strings):
    unique = list(dict.fromkeys(strings))
    out = bytearray()
    tokenizer.encode_special_tokens = False
    parsed = [tokenizer.encode(s).ids for s in unique]
    tokenizer.encode_special_tokens = True
    as_text = [tokenizer.encode(s).ids for s in unique]
    tokenizer.encode_special_tokens = False
    for s, ids, text_ids in zip(unique, parsed, as_text):
        out += string(s) + numbers_of(ids)
        out += number(0) if ids == text_ids else number(1) + numbers_of(text_ids)
    return bytes(out), len(unique)


def splits(strings):
    split = pre_tokenizers.Split(Regex(PATTERN), "isolated", False)
    out = bytearray()
    for s in strings:
        words = [s[begin:end] for _, (begin, end) in split.pre_tokenize_str(s)]
        assert "".join(words) == s
        out += string(s) + numbers_of([len(word.encode("utf-8")) for word in words])
    return bytes(out)


def decoding(rng, tokenizer, count):
    size = tokenizer.get_vocab_size()
    specials = sorted(tokenizer.get_added_tokens_decoder())
    bytes_only = [tokenizer.token_to_id(t) for t in sorted(pre_tokenizers.ByteLevel.alphabet())]
    out = bytearray()
    for _ in range(count):
        pool = rng.choice([range(size), range(size), bytes_only, [*specials, *range(200)]])
        ids = [rng.choice(pool) if rng.random() < 0.95 else size + rng.randrange(500) for _ in range(rng.randrange(0, 14))]
        out += numbers_of(ids) + string(tokenizer.decode(ids, skip_special_tokens=False)) + string(tokenizer.decode(ids, skip_special_tokens=True))
    return bytes(out)


# The small tokenizer


def small_tokenizer():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(PATTERN), "isolated", False), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600, special_tokens=["<s>", "</s>"], initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False
    )
    tokenizer.train_from_iterator([" ".join(WORDS) + "\n"] * 3 + ["the cat and the dog, the café and the crème brûlée; abab cdcd"] * 3, trainer)
    tokenizer.add_special_tokens(
        [AddedToken("<left>", lstrip=True, normalized=False, special=True), AddedToken("<both>", lstrip=True, rstrip=True, normalized=False, special=True), AddedToken("<in<ab>side>", normalized=False, special=True)]
    )
    tokenizer.add_tokens(
        [
            AddedToken("<right>", rstrip=True, normalized=False),
            AddedToken("<literal-\u00e9>", normalized=False),
            AddedToken("<literal-e\u0301>", normalized=False),
            AddedToken("<normal-\u00e9>", normalized=True),
            AddedToken("<normal-left>", normalized=True, lstrip=True),
            AddedToken("<ab>", normalized=False),
            AddedToken("<ab><cd>", normalized=False),
            AddedToken("<c", normalized=True),
            AddedToken("\u00b5\u00b5", normalized=False),
            AddedToken("cat", normalized=True),
            AddedToken("\t\t", normalized=False),
            AddedToken("\u65e5\u672c", normalized=False),
        ]
    )
    tokenizer.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(
                single="<s> $A </s> <left>", pair="<s> $A </s> $B </s>", special_tokens=[(t, tokenizer.token_to_id(t)) for t in ["<s>", "</s>", "<left>"]]
            ),
        ]
    )
    return tokenizer


def small_strings(rng, count):
    parts = ["<s>", "</s>", "<left>", "<both>", "<right>", "<literal-\u00e9>", "<literal-e\u0301>", "<literal-e", "<normal-\u00e9>", "<normal-e\u0301>", "<normal-left>", "<ab>", "<in<ab>side>", "<in", "side>", "<ab><cd>", "<ab><c", "<c", "<cd>", "\u00b5\u00b5", "\u00b5", "cat", "ca", "t", "\t", "\t\t", " ", " ", "  ", "\n", "\u3000", "\xa0", "\u2028", "\u65e5\u672c", "\u65e5", "x", "the", "e\u0301", "\u0301", "<", ">", "中", "1"]
    return ["".join(rng.choice(parts) for _ in range(rng.randrange(1, 9))) for _ in range(count)]


# Categories


def categories():
    """Ranges of code points that Qwen's pattern treats alike, found by how it splits around them."""
    split = pre_tokenizers.Split(Regex(PATTERN), "isolated", False)

    def signature(c):
        return tuple(tuple(end for _, (_, end) in split.pre_tokenize_str(s)) for s in (f"!!{c}", f"{c}ab", f"a{c}a", f"{c}\n\n", f" {c}a", f"{c}{c}", f"{c}!"))

    known = {signature(c): name for c, name in (("\u00e9", "letter"), ("\u0663", "number"), ("\u3000", "space"), ("\u20ac", "other"), ("\r", "newline"))}
    # The space occurs in the pattern itself, so text splits around it in a way of its own.
    known[signature(" ")] = "space"
    assert len(known) == 6
    lines, start, current = [], 0, None
    for c in [*SCALARS, None]:
        name = known.get(signature(chr(c)), "?") if c is not None else None
        assert name != "?", hex(c)
        if name != current:
            if current not in (None, "other"):
                lines.append(f"{start:X} {previous:X} {current}")
            start, current = c, name
        previous = c
    return "\n".join(lines) + "\n", len(lines)


def main():
    assert tokenizers.__version__ == PINNED, f"tokenizers {PINNED} is pinned, this is {tokenizers.__version__}"
    rng = random.Random(2025)
    qwen = Tokenizer.from_file(str(FIXTURES / "qwen3-vl" / "tokenizer.json"))
    strings = [""] + normalisation_strings() + fuzz(rng, qwen, 24_000)
    data, count = corpus(qwen, strings)
    (FIXTURES / "qwen3-vl" / "corpus.bin").write_bytes(data)
    (FIXTURES / "qwen3-vl" / "decoding.bin").write_bytes(decoding(rng, qwen, 2_000))
    (FIXTURES / "splits.bin").write_bytes(splits(list(dict.fromkeys(fuzz(rng, qwen, 6_000)))))
    (FIXTURES / "small").mkdir(exist_ok=True)
    small = small_tokenizer()
    small.save(str(FIXTURES / "small" / "tokenizer.json"))
    small = Tokenizer.from_file(str(FIXTURES / "small" / "tokenizer.json"))
    small_data, small_count = corpus(small, small_strings(rng, 4_000))
    (FIXTURES / "small" / "corpus.bin").write_bytes(small_data)
    (FIXTURES / "small" / "decoding.bin").write_bytes(decoding(rng, small, 500))
    text, ranges = categories()
    (FIXTURES / "categories.txt").write_text(text)

    made = f"Tools/tokenizer/make_fixtures.py, tokenizers {PINNED}, Python {sys.version.split()[0]}"
    how = {
        "qwen3-vl/tokenizer.json": "published with Qwen/Qwen3-VL-Embedding-2B, byte for byte (Apache-2.0)",
        "qwen3-vl/tokenizer_config.json": "published with Qwen/Qwen3-VL-Embedding-2B, byte for byte (Apache-2.0)",
        "qwen3-vl/NOTICE": "written by hand",
        "NOTICE": "written by hand",
        "vectors.json": "llama.cpp's ggml-vocab-qwen2 test vectors (MIT), from PyPI llama-cpp-python 0.3.36, and six prompts encoded by transformers",
        "qwen3-vl/corpus.bin": f"{made}; {count} strings",
        "qwen3-vl/decoding.bin": f"{made}; 2000 sequences",
        "splits.bin": made,
        "small/tokenizer.json": made,
        "small/corpus.bin": f"{made}; {small_count} strings",
        "small/decoding.bin": f"{made}; 500 sequences",
        "categories.txt": f"{made}; {ranges} ranges",
    }
    manifest = {name: {"made": text, "sha256": hashlib.sha256((FIXTURES / name).read_bytes()).hexdigest()} for name, text in how.items()}
    (FIXTURES / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    for name in how:
        print(name, (FIXTURES / name).stat().st_size)


if __name__ == "__main__":
    main()
