import Testing

@testable import Tokenizers

@Suite("Normalisation form C")
struct NormalizationTests {
  private func normalize(_ text: String) -> String {
    let bytes = Array(text.utf8)
    return CanonicalComposition.shared.normalized(bytes, bytes.indices).map { String(decoding: $0, as: UTF8.self) } ?? text
  }

  @Test(
    "Composition, order of marks, exclusions and Hangul",
    arguments: [
      ("e\u{301}", "\u{E9}"), ("a\u{323}\u{302}", "\u{1EAD}"), ("a\u{302}\u{323}", "\u{1EAD}"), ("\u{212B}", "\u{C5}"),
      ("\u{2126}", "\u{3A9}"), ("\u{958}", "\u{915}\u{93C}"), ("\u{344}", "\u{308}\u{301}"), ("\u{1112}\u{1161}\u{11AB}", "\u{D55C}"),
      ("\u{D558}\u{11AB}", "\u{D55C}"), ("\u{D55C}\u{11AB}", "\u{D55C}\u{11AB}"), ("\u{1112}\u{1161}\u{11A7}", "\u{D558}\u{11A7}"),
      ("e\u{316}\u{301}", "\u{E9}\u{316}"), ("e\u{301}\u{301}", "\u{E9}\u{301}"), ("\u{301}e", "\u{301}e"), (">\u{338}", "\u{226F}"),
      ("\u{1100}\u{1161}\u{1100}\u{1161}", "\u{AC00}\u{AC00}"), ("\u{9C7}\u{9BE}", "\u{9CB}"),
      ("\u{9C7}\u{9CD}\u{9BE}", "\u{9C7}\u{9CD}\u{9BE}"),
      ("\u{F71}\u{F72}", "\u{F71}\u{F72}"), ("\u{F73}", "\u{F71}\u{F72}"), ("\u{1F82}", "\u{1F82}"),
      ("\u{3B1}\u{313}\u{300}\u{345}", "\u{1F82}"),
      ("plain", "plain"), ("", ""),
    ])
  func examples(text: String, expected: String) {
    #expect(Array(normalize(text).utf8) == Array(expected.utf8), "\(normalize(text).escaped)")
  }

  /// U+1AC1 came with Unicode 14, where it is a mark that goes before U+0301; the reference's tables end at Unicode 9.
  @Test("Marks from after Unicode 9 keep their place, as in the reference")
  func newerMarks() {
    #expect(Array(normalize("a\u{1AC1}\u{301}").utf8) == Array("a\u{1AC1}\u{301}".utf8))
    #expect(Array(normalize("a\u{331}\u{301}").utf8) == Array("\u{E1}\u{331}".utf8))
  }

  @Test("Normalised text is left alone, and parts can be normalised apart where nothing needs care")
  func properties() throws {
    for entry in try Corpus("qwen3-vl/corpus.bin").entries {
      let once = normalize(entry.text)
      #expect(Array(normalize(once).utf8) == Array(once.utf8), "\(entry.text.escaped)")
      #expect(Array(normalize(entry.text + "x" + entry.text).utf8) == Array((once + "x" + once).utf8), "\(entry.text.escaped)")
    }
  }

  @Test("Only the range is normalised")
  func ranges() {
    let bytes = Array("e\u{301}e\u{301}e\u{301}".utf8)
    #expect(CanonicalComposition.shared.normalized(bytes, 3..<6) == Array("\u{E9}".utf8))
    #expect(CanonicalComposition.shared.normalized(bytes, 3..<4) == nil)
    #expect(CanonicalComposition.shared.normalized(bytes, 3..<3) == nil)
  }
}
