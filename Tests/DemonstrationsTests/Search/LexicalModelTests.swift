import Testing

@testable import Demonstrations

/// `tfidf` and `bm25`
@Suite struct LexicalModelTests {
  @Test(arguments: [
    ("Hello World! This is a test.", ["hello", "world", "this", "is", "a", "test"]),
    ("snake_case and kebab-case", ["snake_case", "and", "kebab", "case"]),
    ("Straße 25,5 €", ["straße", "25", "5"]), ("設定を開く now", ["設定を開く", "now"]), ("", []), ("?!", []), ("x² ½", ["x²", "½"]),
  ])
  func wordsAreThoseOfOpenAdapt(text: String, words: [String]) {
    #expect(Words.of(text) == words)
  }

  /// ln(N / n) + 1 by hand: of two documents, "night" is in both, "on" in one.
  @Test func tfidfEqualsTheFormula() {
    let scores = TFIDFModel(["night on", "night"]).scores("on")
    let (night, on) = (1.0, 0.6931471805599453 + 1)
    #expect(abs(scores[0] - on / (night * night + on * on).squareRoot()) <= 1e-12)
    #expect(scores[1] == 0)
  }

  @Test func aSingleDocumentIsFound() {
    #expect(abs(TFIDFModel(["turn off night shift"]).scores("night shift")[0] - 0.7071067811865475) <= 1e-12)
    #expect(BM25Model(["turn off night shift"]).scores("night shift")[0] > 0.9)
  }

  /// Okapi's formula by hand, divided by the sum of the query's rarities.
  @Test func bm25EqualsTheFormula() {
    let scores = BM25Model(["open the door", "open the window now", "sleep"]).scores("open door")
    let (open, door) = (0.47000362924573563, 0.9808292530117262)
    let norm = 1.2 * (1 - 0.75 + 0.75 * 3 / (8.0 / 3))
    #expect(abs(scores[0] - (open + door) * 2.2 / (1 + norm) / (open + door)) <= 1e-12)
    #expect(scores[1] > 0 && scores[1] < scores[0] && scores[2] == 0)
  }

  /// What is strange to the library scores low: otherwise any query would have a perfect match.
  @Test func strangeWordsLowerAScore() {
    let model = BM25Model(["turn off night shift", "turn off bluetooth"])
    #expect(model.scores("night shift")[0] > model.scores("night shift zeppelin warehouse")[0] + 0.3)
    for score in model.scores("turn off night shift turn off") { #expect((0...1).contains(score)) }
    #expect(model.scores("zeppelin") == [0, 0] && model.scores("") == [0, 0])
  }

  @Test func emptyLibrariesAndDocumentsAreNoFault() {
    #expect(TFIDFModel([]).scores("x").isEmpty && BM25Model([]).scores("x").isEmpty)
    #expect(TFIDFModel([""]).scores("x") == [0] && BM25Model([""]).scores("x") == [0])
  }
}
