"""Sentences that the vectors of the real models are stored for; the first three are the example of sentence-transformers' documentation."""

_PARAGRAPH = (
    "A harbour at dawn: nets are mended on the quay, gulls argue over scraps, and the first boat, painted blue and white, "
    "leaves before the fog has lifted. Prices are called out in three languages; nobody writes anything down. "
)

SENTENCES = [
    "The weather is lovely today.",
    "It's so sunny outside!",
    "He drove to the stadium.",
    "",
    " ",
    "a",
    ".",
    "A man is eating food.",
    "A man is eating a piece of bread.",
    "The girl is carrying a baby.",
    "How do I reset my password?",
    "To change your password, open Settings, choose Account and follow the link in the e-mail.",
    "What is the capital of France?",
    "Paris is the capital and largest city of France.",
    "def add(a, b):\n    return a + b",
    "SELECT name, COUNT(*) FROM users GROUP BY name HAVING COUNT(*) > 1;",
    "Click the blue \"Save\" button at (1024, 768), then close the window.",
    "naïve café, Straße, ŁÓDŹ, İstanbul, Ångström: accents and capitals",
    "今天天气很好。",
    "東京タワーは高さ333メートルです",
    "오늘 날씨가 좋네요",
    "Сегодня прекрасная погода.",
    "كيف حالك اليوم؟",
    "नमस्ते दुनिया",
    "😀 party 🎉🎉 at 8pm?!",
    "1234567890 3.14159 -42 1e-9 $99.99 50%",
    "Pneumonoultramicroscopicsilicovolcanoconiosis is long, and " + "x" * 120 + " is longer.",
    "tabs\tand\nlines\r\nand\u00a0spaces\u200b and \u0000 nothing",
    _PARAGRAPH,
    _PARAGRAPH * 3,
    _PARAGRAPH * 12,
    "word " * 600,
]
