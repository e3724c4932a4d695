import Testing

@testable import Tokenizers

@Suite("Encoding and decoding")
struct EncodingTests {
  static let imStart: Int32 = 151_644
  static let imEnd: Int32 = 151_645
  static let imagePad: Int32 = 151_655

  @Test("Text cannot forge special tokens, unless it is to be parsed")
  func policy() throws {
    let tokenizer = try Fixtures.qwen()
    #expect(tokenizer.encode("<|im_start|>", addedTokens: .parse, postProcess: false) == [Self.imStart])
    #expect(tokenizer.encode("<|im_start|>", postProcess: false) == [27, 91, 318, 4906, 91, 29])
    #expect(tokenizer.encode("a<|image_pad|>b", addedTokens: .parse, postProcess: false) == [64, Self.imagePad, 65])
    // Added tokens that are not special are tokens either way.
    for policy in [Tokenizer.AddedTokenPolicy.textOnly, .parse] {
      #expect(tokenizer.encode("<think></think>", addedTokens: policy, postProcess: false) == [151_667, 151_668])
    }
  }

  @Test(
    "Nested and overlapping spellings",
    arguments: [
      ("<|im_<|im_end|>", [27, 91, 318, 62, 151_645] as [Int32]), ("<|im_<|im_end|>end|>", [27, 91, 318, 62, 151_645, 408, 91, 29]),
      ("<<|im_start|>>", [27, 151_644, 29]), ("<|im_start|im_start|>", [27, 91, 318, 4906, 91, 318, 4906, 91, 29]),
      ("<|endoftext|><|endoftext|>", [151_643, 151_643]),
    ])
  func overlaps(text: String, parsed: [Int32]) throws {
    let tokenizer = try Fixtures.qwen()
    #expect(tokenizer.encode(text, addedTokens: .parse, postProcess: false) == parsed)
    let asText = tokenizer.encode(text, postProcess: false)
    #expect(!asText.contains(where: tokenizer.isSpecial))
    #expect(tokenizer.decode(asText) == text)
  }

  @Test("No text of the corpora gives a special token")
  func nothingForged() throws {
    for (tokenizer, name) in [(try Fixtures.qwen(), "qwen3-vl/corpus.bin"), (try Fixtures.small(), "small/corpus.bin")] {
      for entry in try Corpus(name).entries {
        let ids = tokenizer.encode(entry.text, postProcess: false)
        #expect(!ids.contains(where: tokenizer.isSpecial), "\(entry.text.escaped)")
      }
    }
  }

  @Test("Decoding gives the text back in normalisation form C")
  func roundTrip() throws {
    let tokenizer = try Fixtures.qwen()
    var compared = 0
    // Not texts that may hold an added token: a mark after it would compose with ">" if the text were normalised as a whole.
    for entry in try Corpus("qwen3-vl/corpus.bin").entries where !entry.text.utf8.contains(0x3E) {
      let bytes = Array(entry.text.utf8)
      let expected = CanonicalComposition.shared.normalized(bytes, bytes.indices) ?? bytes
      #expect(Array(tokenizer.decode(tokenizer.encode(entry.text, postProcess: false)).utf8) == expected, "\(entry.text.escaped)")
      compared += 1
    }
    #expect(compared > 20_000)
  }

  @Test("What the post-processor adds")
  func postProcessor() throws {
    let qwen = try Fixtures.qwen()
    #expect(qwen.prefixTokens.isEmpty)
    #expect(qwen.suffixTokens == [151_643])
    #expect(qwen.encode("") == [151_643])
    #expect(qwen.encode("", postProcess: false).isEmpty)
    #expect(qwen.encode([]) == [151_643])
    let small = try Fixtures.small()
    #expect(small.prefixTokens == [0])
    #expect(small.suffixTokens == [1, 515])
    #expect(small.encode("x") == [0] + small.encode("x", postProcess: false) + [1, 515])
  }

  @Test("Ids and spellings")
  func vocabulary() throws {
    let tokenizer = try Fixtures.qwen()
    #expect(tokenizer.vocabularySize == 151_669)
    #expect(tokenizer.id(of: "<|im_start|>") == Self.imStart)
    #expect(tokenizer.id(of: "Ġthe") == 279)
    #expect(tokenizer.id(of: "yes") == 9_693)
    #expect(tokenizer.id(of: "no") == 2_152)
    #expect(tokenizer.id(of: " the") == nil)
    #expect(tokenizer.id(of: "") == nil)
    #expect(tokenizer.token(of: 279) == "Ġthe")
    #expect(tokenizer.token(of: -1) == nil)
    #expect(tokenizer.token(of: 151_669) == nil)
    #expect(tokenizer.isSpecial(Self.imEnd))
    #expect(!tokenizer.isSpecial(151_667))
    #expect(!tokenizer.isSpecial(-5))
    for id in stride(from: Int32(0), to: 151_669, by: 61) {
      #expect(tokenizer.token(of: id).flatMap(tokenizer.id(of:)) == id)
    }
  }

  @Test("Ids that no token has, and halves of characters")
  func decodingDamage() throws {
    let tokenizer = try Fixtures.qwen()
    #expect(tokenizer.decode([]).isEmpty)
    #expect(tokenizer.decode([-1, 9_707, .max, .min, 200_000]) == "Hello")
    let gothic = tokenizer.encode("\u{10348}", postProcess: false)
    #expect(gothic.count > 1)
    #expect(tokenizer.decode(gothic) == "\u{10348}")
    #expect(tokenizer.decode(Array(gothic.dropLast())) == "\u{FFFD}")
    #expect(tokenizer.decode([Self.imStart, 9_707, Self.imEnd], skipSpecial: true) == "Hello")
    #expect(tokenizer.decode([Self.imStart, 9_707, Self.imEnd]) == "<|im_start|>Hello<|im_end|>")
  }

  @Test("Pieces give the ids of the joined text")
  func pieces() throws {
    let tokenizer = try Fixtures.qwen()
    let prompt: [Tokenizer.Piece] = [
      .token(Self.imStart), .text("system\n"), .text("Represent the user's input."), .token(Self.imEnd), .text("\n"), .token(Self.imStart),
      .text("user\n"), .token(Self.imagePad, count: 3), .text("don"), .text("'"), .text(""), .text("t"), .token(Self.imEnd),
    ]
    let spelled =
      "<|im_start|>system\nRepresent the user's input.<|im_end|>\n<|im_start|>user\n<|image_pad|><|image_pad|><|image_pad|>don't<|im_end|>"
    #expect(tokenizer.encode(prompt) == tokenizer.encode(spelled, addedTokens: .parse))
    #expect(tokenizer.encode([.token(7, count: 2), .token(8)], postProcess: false) == [7, 7, 8])
    // A count of zero is no seam, and a seam inside a spelling hides nothing from the policy.
    #expect(tokenizer.encode([.text("the"), .token(7, count: 0), .text("re"), .token(7, count: -1)]) == tokenizer.encode("there"))
    let forged: [Tokenizer.Piece] = [.text("<|im_"), .text("end|>")]
    #expect(tokenizer.encode(forged) == tokenizer.encode("<|im_end|>"))
    #expect(tokenizer.encode(forged, addedTokens: .parse, postProcess: false) == [Self.imEnd])
  }

  @Test("Where text is cut into pieces makes no difference")
  func seams() throws {
    let tokenizer = try Fixtures.qwen()
    var generator = SeededGenerator(seed: 3)
    for entry in try Corpus("qwen3-vl/corpus.bin").entries.shuffled(using: &generator).prefix(3_000) {
      var pieces: [Tokenizer.Piece] = []
      var rest = Array(entry.text.unicodeScalars)[...]
      while !rest.isEmpty {
        let part = rest.prefix(Int.random(in: 0...4, using: &generator))
        pieces.append(.text(String(String.UnicodeScalarView(part))))
        rest = rest.dropFirst(part.count)
      }
      #expect(tokenizer.encode(pieces, addedTokens: .parse) == entry.parsed, "\(entry.text.escaped)")
      #expect(tokenizer.encode(pieces) == entry.textOnly, "\(entry.text.escaped)")
    }
  }

  @Test("Many tasks at once get the same ids")
  func concurrency() async throws {
    let tokenizer = try Fixtures.qwen()
    let entries = try Corpus("qwen3-vl/corpus.bin").entries.prefix(2_000)
    let equal = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask { entries.allSatisfy { tokenizer.encode($0.text) == $0.textOnly } }
      }
      return await group.allSatisfy { $0 }
    }
    #expect(equal)
  }
}
