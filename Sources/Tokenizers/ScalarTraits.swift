/// What splitting and normalising need to know of a code point.
struct ScalarTraits: Sendable {
  /// The classes that the pre-tokenizer's pattern distinguishes.
  enum Category: UInt16, Sendable {
    /// Neither letter, number nor white space: punctuation, symbols, marks, controls, unassigned.
    case other
    /// `\p{L}`
    case letter
    /// `\p{N}`
    case number
    /// `\s` without the next.
    case whiteSpace
    /// CR or LF.
    case newline
  }

  // Bits 0 to 2 category, 3 needsCare, 4 decomposes, 8 to 15 combining class.
  private var bits: UInt16 = 0

  var category: Category {
    get { Category(rawValue: bits & 0b111) ?? .other }
    set { bits = bits & ~0b111 | newValue.rawValue }
  }

  /// Whether `\s` matches it.
  var isWhiteSpace: Bool { category == .whiteSpace || category == .newline }

  /// Whether NFC may change text because this code point is in it: it has a combining class, may compose with what stands before
  /// it, or is always replaced.
  var needsCare: Bool {
    get { bits & 0b1000 != 0 }
    set { bits = bits & ~0b1000 | (newValue ? 0b1000 : 0) }
  }

  /// Whether the tables have a decomposition for it (Hangul syllables are computed).
  var decomposes: Bool {
    get { bits & 0b1_0000 != 0 }
    set { bits = bits & ~0b1_0000 | (newValue ? 0b1_0000 : 0) }
  }

  /// Canonical combining class.
  var combiningClass: UInt8 {
    get { UInt8(bits >> 8) }
    set { bits = bits & 0xFF | UInt16(newValue) << 8 }
  }
}

/// The traits of every code point in one flat table: 400 KiB, of which ordinary text touches a few cache lines.
struct ScalarTraitsTable: Sendable {
  static let shared = ScalarTraitsTable()

  /// Up to the last code point that has any; the others are `other`.
  private let traits: [ScalarTraits]

  private init() {
    var traits = [ScalarTraits](repeating: ScalarTraits(), count: 0x32400)
    func assign(_ category: ScalarTraits.Category, to ranges: [UInt32]) {
      for row in stride(from: 0, to: ranges.count, by: 2) {
        for code in ranges[row]...ranges[row + 1] { traits[Int(code)].category = category }
      }
    }
    assign(.letter, to: UnicodeData.letters)
    assign(.number, to: UnicodeData.numbers)
    assign(.whiteSpace, to: UnicodeData.whiteSpace)
    assign(.newline, to: [0x0A, 0x0A, 0x0D, 0x0D])

    let classes = UnicodeData.combiningClasses
    for row in stride(from: 0, to: classes.count, by: 3) {
      for code in classes[row]...classes[row + 1] {
        traits[Int(code)].combiningClass = UInt8(classes[row + 2])
        traits[Int(code)].needsCare = true
      }
    }
    let compositions = UnicodeData.compositions
    for row in stride(from: 0, to: compositions.count, by: 3) {
      traits[Int(compositions[row])].decomposes = true
      traits[Int(compositions[row + 2])].needsCare = true
    }
    for (replaced, width) in [(UnicodeData.excludedCompositions, 3), (UnicodeData.singletons, 2)] {
      for row in stride(from: 0, to: replaced.count, by: width) {
        traits[Int(replaced[row])].decomposes = true
        traits[Int(replaced[row])].needsCare = true
      }
    }
    for jamo in [Hangul.vowels, Hangul.finals] {
      for code in jamo { traits[Int(code)].needsCare = true }
    }
    self.traits = traits
  }

  subscript(code: UInt32) -> ScalarTraits {
    code < traits.count ? traits[Int(code)] : ScalarTraits()
  }
}
