"""Writes Tests/Fixtures/tokenizer/bert: what Hugging Face `tokenizers` answers to hard strings with BERT's and MPNet's tokenizers.

Everything is seeded; running it twice gives the same bytes. Formats are those of make_fixtures.py, and

  NAME/corpus.bin     strings and their ids by the real tokenizer.json, with and without parsing special tokens
  NAME/decoding.bin   sequences of ids and their text
  normalized.bin      settings of BERT's normaliser (a number: 1 clean, 2 ideographs, 4 accents, 8 lower case), a string, and what it
                      becomes

Pinned: tokenizers 0.23.3, Python 3.11. Run: python Tools/tokenizer/make_bert_fixtures.py, with the two tokenizer.json in place.
"""

import hashlib
import json
import random
import sys

import tokenizers
from make_fixtures import FIXTURES, PINNED, SCALARS, chunks, corpus, fuzz, normalisation_strings, number, numbers_of, string
from tokenizers import Tokenizer, normalizers, pre_tokenizers

BERT = FIXTURES / "bert"
NAMES = ("minilm", "mpnet")
SPECIAL = ["[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", "<s>", "</s>", "<pad>", "<unk>", "<mask>", "[unused1]", "[cls]", "<MASK>", "[", "]", "<", ">", "[MA", "SK]", "</", "mask", "<<mask>>", "[[SEP]]", "##ing", "#", "##"]
WORDS = ["The", "unaffable", "embeddings", "don't", "I'm", "Straße", "naïve", "CAFÉ", "Åse", "İstanbul", "ISTANBUL", "ıı", "Iİıi", "ΟΔΥΣΣΕΥΣ", "ǅungla", "Ǆ", "ﬁne", "№5", "３", "Å", "Ω", "e\u0301", "e\u0323\u0301", "\u0301", "中文", "東京タワー", "オー", "プ", "한국어", "กำ", "हिन्दी", "العَرَبِيَّة", "שָׁלוֹם", "😀", "👩‍💻", "🇺🇸", "x" * 99, "x" * 100, "x" * 101, "é" * 100, "e\u0301" * 60, "a1b2c3", "3.14", "U.S.A.", "C++", "http://a.b/c?d=e", "_", "foo_bar", "—", "…", "“quoted”", "$5", "€5", "5%", "a\u00adb", "zero\u200bwidth", "\ufeffbom", "tag\U000e0041", "\U000f0000", "\ue000", "\ufffd", "\x00", "\x07", "\x7f", "\x85", "\u2028", "\u00a0", "\u3000", "\u1680", "\x0b", "\t"]


def strings(rng, tokenizer):
    lower = normalizers.BertNormalizer(False, False, False, True).normalize_str
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    clean = normalizers.BertNormalizer(True, True, True, False).normalize_str
    cased = [chr(c) for c in SCALARS if lower(chr(c)) != chr(c)]
    marks = [chr(c) for c in SCALARS if split(f"a{chr(c)}b")[1:] and c > 0x7F]
    gone = [chr(c) for c in SCALARS if clean(f"a{chr(c)}b") == "ab"]
    made = ["", " ", *WORDS]
    made += ["".join(chunk) for chunk in chunks(cased, 12)]
    made += ["a".join(chunk) for chunk in chunks(marks, 12)]
    made += ["the" + "the".join(chunk) for chunk in chunks(rng.sample(gone, 600), 12)]
    made += rng.sample(normalisation_strings(), 200)
    for _ in range(700):
        parts = [rng.choice(rng.choice([SPECIAL, WORDS, WORDS])) + rng.choice(["", " ", " ", "\n", ",", "-"]) for _ in range(rng.randrange(1, 9))]
        made.append("".join(parts))
    return made + fuzz(rng, tokenizer, 1_500)


def decoding(rng, tokenizer, count):
    """As in make_fixtures.py, with contractions and punctuation often enough that cleaning up has work."""
    size = tokenizer.get_vocab_size()
    marks = [tokenizer.token_to_id(token) for token in ". , ? ! ' s m ve re n t do not don ##s ##t the a".split()]
    specials = sorted(tokenizer.get_added_tokens_decoder())
    out = bytearray()
    for _ in range(count):
        pool = rng.choice([range(size), range(2_000, size), marks, [*specials, *marks]])
        ids = [rng.choice(pool) if rng.random() < 0.95 else size + rng.randrange(500) for _ in range(rng.randrange(0, 14))]
        out += numbers_of(ids) + string(tokenizer.decode(ids, skip_special_tokens=False)) + string(tokenizer.decode(ids, skip_special_tokens=True))
    return bytes(out)


def normalized(rng, texts):
    out = bytearray()
    for text in texts:
        bits = rng.choice([15, 15, 15, 7, 11, 13, 14, 1, 2, 4, 8, 12, 0])
        settings = [bits & 1 != 0, bits & 2 != 0, bits & 4 != 0, bits & 8 != 0]
        out += number(bits) + string(text) + string(normalizers.BertNormalizer(*settings).normalize_str(text))
    return bytes(out)


def main():
    assert tokenizers.__version__ == PINNED, f"tokenizers {PINNED} is pinned, this is {tokenizers.__version__}"
    rng = random.Random(2026)
    made = f"Tools/tokenizer/make_bert_fixtures.py, tokenizers {PINNED}, Python {sys.version.split()[0]}"
    how = {"NOTICE": "written by hand"}
    for name, model in zip(NAMES, ("all-MiniLM-L6-v2", "all-mpnet-base-v2"), strict=True):
        tokenizer = Tokenizer.from_file(str(BERT / name / "tokenizer.json"))
        # How long a sequence may be is not the tokenizer's business.
        tokenizer.no_truncation()
        tokenizer.no_padding()
        texts = strings(rng, tokenizer)
        data, count = corpus(tokenizer, texts)
        (BERT / name / "corpus.bin").write_bytes(data)
        (BERT / name / "decoding.bin").write_bytes(decoding(rng, tokenizer, 400))
        how[f"{name}/tokenizer.json"] = f"published with sentence-transformers/{model}, byte for byte (Apache-2.0)"
        how[f"{name}/corpus.bin"] = f"{made}; {count} strings"
        how[f"{name}/decoding.bin"] = f"{made}; 400 sequences"
    (BERT / "normalized.bin").write_bytes(normalized(rng, texts))
    how["normalized.bin"] = f"{made}; {len(texts)} strings"
    manifest = {name: {"made": text, "sha256": hashlib.sha256((BERT / name).read_bytes()).hexdigest()} for name, text in how.items()}
    (BERT / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    for name in how:
        print(name, (BERT / name).stat().st_size)


if __name__ == "__main__":
    main()
