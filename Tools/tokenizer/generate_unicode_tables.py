"""Writes Sources/Tokenizers/UnicodeData+*.swift: the Unicode data that Hugging Face `tokenizers` really uses.

Its regular expressions (Oniguruma) and its normaliser (unicode-normalization-alignments) carry tables of their own, of
different Unicode versions, and neither is the version of Python's `unicodedata` or of Swift's standard library. So nothing is
taken from a Unicode file: every code point is put to the library itself, and what it answers is written down.

  letters, numbers   where \\p{L} and \\p{N} match
  white space        where \\s matches
  combining classes  which of two marks NFD puts first, tried against one mark of every known class
  decompositions     NFD of every code point, taken apart into pairs; a pair composes if NFC gives the code point back

Before anything is written, a plain NFC over these tables is compared with the library's on random strings.

Pinned: tokenizers 0.23.3. Run: python Tools/tokenizer/generate_unicode_tables.py, then swift format -i on the two files.
"""

import random
import sys
import unicodedata
from pathlib import Path

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

PINNED = "0.23.3"
SOURCES = Path(__file__).resolve().parents[2] / "Sources" / "Tokenizers"
SURROGATES = range(0xD800, 0xE000)
SCALARS = [c for c in range(0x110000) if c not in SURROGATES]
HANGUL = range(0xAC00, 0xAC00 + 11172)

nfc = normalizers.NFC().normalize_str
nfd = normalizers.NFD().normalize_str


def matching(pattern):
    """The code points that a one-character pattern matches: those that `Split` removes."""
    split = pre_tokenizers.Split(Regex(pattern), "removed")
    found = set()
    for start in range(0, 0x110000, 0x800):
        block = range(start, start + 0x800)
        if start in SURROGATES:
            continue
        kept = set()
        for _, (begin, end) in split.pre_tokenize_str("".join(map(chr, block))):
            kept.update(block[begin:end])
        found.update(set(block) - kept)
    return found


def combining_classes(decomposing):
    """Class of every code point that does not itself decompose, found by who goes first: NFD sorts by class, but never past 0."""
    lowest, highest = "\u0334", "\u0345"  # classes 1 and 240
    marks = {1: lowest, 240: highest}
    for c in map(chr, SCALARS):
        # A mark that is newer than the library's tables does not move: it cannot stand for its class.
        if unicodedata.combining(c) and (nfd(c + lowest) != c + lowest or nfd(highest + c) != highest + c):
            marks.setdefault(unicodedata.combining(c), c)
    known = sorted(marks)
    classes = {}
    for c in SCALARS:
        if c in decomposing or c in HANGUL:
            continue
        s = chr(c)
        if nfd(s + lowest) == s + lowest and nfd(highest + s) == highest + s:
            continue
        below = [k for k in known if nfd(s + marks[k]) != s + marks[k]]  # classes smaller than that of s
        above = [k for k in known if nfd(marks[k] + s) != marks[k] + s]  # classes greater
        (equal,) = set(known) - set(below) - set(above)
        classes[c] = equal
    return classes


def decompositions():
    """{code point: (first, second or 0)} one level deep, and the subset whose pair NFC composes."""
    full = {c: nfd(chr(c)) for c in SCALARS if c not in HANGUL and nfd(chr(c)) != chr(c)}
    by_full = {}
    for c, parts in full.items():
        by_full.setdefault(parts, c)
    pairs, composing = {}, {}
    for c, parts in full.items():
        # A character with the same full decomposition that NFC prefers makes this one a singleton.
        preferred = nfc(parts)
        if len(preferred) == 1 and preferred != chr(c):
            pairs[c] = (ord(preferred), 0)
        elif len(parts) == 1:
            pairs[c] = (ord(parts), 0)
        else:
            head = parts[:-1]
            first = ord(head) if len(head) == 1 else by_full.get(head)
            assert first is not None, hex(c)
            pairs[c] = (first, ord(parts[-1]))
            if preferred == chr(c):
                composing[pairs[c]] = c
    return full, pairs, composing


def decompose(c, pairs):
    if c in HANGUL:
        index = c - 0xAC00
        tail = [0x11A7 + index % 28] if index % 28 else []
        return [0x1100 + index // 588, 0x1161 + index % 588 // 28] + tail
    if c not in pairs:
        return [c]
    first, second = pairs[c]
    return decompose(first, pairs) + ([second] if second else [])


def compose_pair(a, b, composing):
    if 0x1100 <= a < 0x1113 and 0x1161 <= b < 0x1176:
        return 0xAC00 + (a - 0x1100) * 588 + (b - 0x1161) * 28
    if a in HANGUL and (a - 0xAC00) % 28 == 0 and 0x11A8 <= b < 0x11C3:
        return a + b - 0x11A7
    return composing.get((a, b))


def model_nfc(text, classes, pairs, composing):
    scalars = [d for c in text for d in decompose(ord(c), pairs)]
    start = 0
    for i in range(len(scalars) + 1):
        if i == len(scalars) or classes.get(scalars[i], 0) == 0:
            scalars[start:i] = sorted(scalars[start:i], key=lambda c: classes.get(c, 0))
            start = i + 1
    out, starter, last = [], None, -1
    for c in scalars:
        k = classes.get(c, 0)
        if starter is not None and (last < k or last == -1):
            joined = compose_pair(out[starter], c, composing)
            if joined is not None:
                out[starter] = joined
                continue
        if k == 0:
            starter, last = len(out), -1
        else:
            last = k
        out.append(c)
    return "".join(map(chr, out))


def check(classes, pairs, composing):
    """The model against the library: every pair that could compose, then random runs of the interesting characters."""
    firsts = {a for a, _ in composing} | set(range(0x1100, 0x1115)) | {0xAC00, 0xAC01, 0xD788}
    seconds = {b for _, b in composing} | set(range(0x1160, 0x1178)) | set(range(0x11A6, 0x11C5))
    for a in sorted(firsts):
        for b in sorted(seconds):
            s = chr(a) + chr(b)
            assert model_nfc(s, classes, pairs, composing) == nfc(s), (hex(a), hex(b))
    rng = random.Random(20)
    pool = sorted(set(classes) | set(pairs) | firsts | seconds | set(range(0x20, 0x7F)))
    for _ in range(200_000):
        s = "".join(chr(rng.choice(pool)) for _ in range(rng.randrange(1, 9)))
        assert model_nfc(s, classes, pairs, composing) == nfc(s), s.encode("unicode_escape")
    # What lets the Swift side normalise one stretch at a time: a character that needs no care starts a stretch of its own.
    joining = {b for _, b in composing} | set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))
    for c in SCALARS:
        needs_care = c in classes or c in joining or (c in pairs and composing.get(pairs[c]) != c)
        if not needs_care:
            head = decompose(c, pairs)[0]
            assert classes.get(head, 0) == 0 and head not in joining, hex(c)
            assert nfc(chr(c)) == chr(c), hex(c)


def ranges(points):
    out = []
    for c in sorted(points):
        if out and out[-1][1] == c - 1:
            out[-1][1] = c
        else:
            out.append([c, c])
    return out


def literal(name, comment, numbers):
    words, line, lines = [f"0x{n:X}" for n in numbers], "   ", []
    for word in words:
        if len(line) + len(word) + 2 > 138:
            lines.append(line)
            line = "   "
        line += f" {word},"
    lines.append(line)
    notes = "\n".join(f"  /// {text}".rstrip() for text in comment)
    return f"{notes}\n  static let {name}: [UInt32] = [\n" + "\n".join(lines) + "\n  ]\n"


def write(path, tables):
    header = (
        "// Made by Tools/tokenizer/generate_unicode_tables.py from the answers of Hugging Face tokenizers "
        f"{tokenizers.__version__}; do not edit.\n\n"
    )
    path.write_text(header + "extension UnicodeData {\n" + "\n".join(tables) + "}\n", encoding="utf-8")
    print(path.name, sum(1 for _ in path.open()), "lines")


def main():
    assert tokenizers.__version__ == PINNED, f"tokenizers {PINNED} is pinned, this is {tokenizers.__version__}"
    letters, numbers, spaces = matching(r"\p{L}"), matching(r"\p{N}"), matching(r"\s")
    assert not (letters & numbers or letters & spaces or numbers & spaces)
    full, pairs, composing = decompositions()
    classes = combining_classes(set(full))
    for c, parts in full.items():
        assert "".join(map(chr, decompose(c, pairs))) == parts or sorted(map(ord, parts)) == sorted(decompose(c, pairs)), hex(c)
    check(classes, pairs, composing)

    write(
        SOURCES / "UnicodeData+Categories.swift",
        [
            literal("letters", [r"`\p{L}`: first and last code point of each range."], sum(ranges(letters), [])),
            literal("numbers", [r"`\p{N}`: first and last code point of each range."], sum(ranges(numbers), [])),
            literal("whiteSpace", [r"`\s`: first and last code point of each range."], sum(ranges(spaces), [])),
        ],
    )
    by_class = []
    for c in sorted(classes):
        if by_class and by_class[-1][1] == c - 1 and by_class[-1][2] == classes[c]:
            by_class[-1][1] = c
        else:
            by_class.append([c, c, classes[c]])
    singles = [[c, first] for c, (first, second) in sorted(pairs.items()) if not second]
    excluded = [[c, *pair] for c, pair in sorted(pairs.items()) if pair[1] and composing.get(pair) != c]
    primary = [[c, *pair] for c, pair in sorted(pairs.items()) if pair[1] and composing.get(pair) == c]
    write(
        SOURCES / "UnicodeData+Normalization.swift",
        [
            literal("combiningClasses", ["First and last code point of each range, and its canonical combining class (never 0)."], sum(by_class, [])),
            literal("compositions", ["A code point and the pair it decomposes into and is composed from, but for Hangul syllables, which are computed."], sum(primary, [])),
            literal("excludedCompositions", ["A code point and the pair it decomposes into; the pair never composes again."], sum(excluded, [])),
            literal("singletons", ["A code point and the other code point it always becomes."], sum(singles, [])),
        ],
    )
    print({"letters": len(letters), "numbers": len(numbers), "classes": len(classes), "pairs": len(pairs), "composing": len(composing)})
    newest = [c for c in SCALARS if unicodedata.normalize("NFC", chr(c)) != nfc(chr(c)) or unicodedata.combining(chr(c)) != classes.get(c, 0) and c not in full]
    print("normaliser differs from Unicode", unicodedata.unidata_version, "at", [hex(c) for c in newest])
    return 0


if __name__ == "__main__":
    sys.exit(main())
