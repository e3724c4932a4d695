"""Writes Sources/Tokenizers/UnicodeData+Bert.swift: what BERT's normaliser and pre-tokenizer of Hugging Face `tokenizers` know.

As in generate_unicode_tables.py every code point is put to the library itself. What is not a table is checked here: white space is
that of the regular expressions, accents are what NFD takes apart less the marks, and ideographs are the ranges in BertNormalizer.swift.

Pinned: tokenizers 0.23.3. Run: python Tools/tokenizer/generate_bert_tables.py, then swift format -i on the file.
"""

import sys

import tokenizers
from generate_unicode_tables import PINNED, SCALARS, SOURCES, literal, matching, nfd, ranges, write
from tokenizers import normalizers, pre_tokenizers

IDEOGRAPHS = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2B81F), (0x2B920, 0x2CEAF), (0x2F800, 0x2FA1F)]


def normalizer(*on):
    settings = ("clean_text", "handle_chinese_chars", "strip_accents", "lowercase")
    return normalizers.BertNormalizer(**{name: name in on for name in settings}).normalize_str


def lowercase_rows(lower):
    """(first, last, step, lower case of first): runs of letters one or two apart whose lower case is equally far away."""
    rows = []
    for c, small in sorted(lower.items()):
        if rows:
            first, last, step, to = rows[-1]
            gap = c - last
            if small - c == to - first and (gap == step or (first == last and gap in (1, 2))):
                rows[-1] = [first, c, gap, to]
                continue
        rows.append([c, c, 1, small])
    return rows


def main():
    assert tokenizers.__version__ == PINNED, f"tokenizers {PINNED} is pinned, this is {tokenizers.__version__}"
    clean, separate, strip, lower = normalizer("clean_text"), normalizer("handle_chinese_chars"), normalizer("strip_accents"), normalizer("lowercase")
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    spaces = matching(r"\s")

    cleaned = {c: clean(f"a{chr(c)}b")[1:-1] for c in SCALARS}
    controls = {c for c, found in cleaned.items() if found == ""}
    assert all(cleaned[c] == (" " if c in spaces else chr(c)) for c in SCALARS if c not in controls)
    marks = {c for c in SCALARS if strip(chr(c)) == ""}
    for c in SCALARS:
        assert strip(chr(c)) == "".join(part for part in nfd(chr(c)) if ord(part) not in marks), hex(c)
    ideographs = {c for c in SCALARS if separate(chr(c)) != chr(c)}
    assert ideographs == {c for first, last in IDEOGRAPHS for c in range(first, last + 1)}
    words = {c: len(split(f"a{chr(c)}b")) for c in SCALARS}
    assert {c for c, count in words.items() if count == 2} == spaces
    punctuation = {c for c, count in words.items() if count == 3}
    changed = {c: lower(chr(c)) for c in SCALARS if lower(chr(c)) != chr(c)}
    # The one letter whose lower case has two code points; the Swift side knows it by name.
    assert {c: text for c, text in changed.items() if len(text) > 1} == {0x130: "i\u0307"}
    rows = lowercase_rows({c: ord(text) for c, text in changed.items() if len(text) == 1})
    back = {c: to + c - first for first, last, step, to in rows for c in range(first, last + 1, step)}
    assert back == {c: ord(text) for c, text in changed.items() if len(text) == 1}

    def pairs(name, comment, points):
        return literal(name, [comment], sum(ranges(points), []))

    write(
        SOURCES / "UnicodeData+Bert.swift",
        [
            pairs("bertControls", "What cleaning removes: first and last code point of each range.", controls),
            pairs("nonspacingMarks", "What stripping accents removes: first and last code point of each range.", marks),
            pairs("bertPunctuation", "What is a word of its own: first and last code point of each range.", punctuation),
            literal("lowercase", ["First and last code point of a run, how far apart its letters are, and the lower case of the first."], sum(rows, [])),
        ],
    )
    print({"controls": len(controls), "marks": len(marks), "punctuation": len(punctuation), "lowercase": len(rows)})


if __name__ == "__main__":
    sys.exit(main())
