/// The arithmetic of Hangul syllables (The Unicode Standard, section 3.12), which stands in for 11,172 rows of a table.
enum Hangul {
  static let syllables: Range<UInt32> = 0xAC00..<0xD7A4
  static let initials: Range<UInt32> = 0x1100..<0x1113
  static let vowels: Range<UInt32> = 0x1161..<0x1176
  static let finals: Range<UInt32> = 0x11A8..<0x11C3

  /// Syllables that share an initial and a vowel: one for each final, and one without.
  private static let finalCount: UInt32 = 28
  private static let vowelCount: UInt32 = 21

  /// Appends the two or three jamo of a syllable.
  static func decompose(_ syllable: UInt32, into output: inout [UInt32]) {
    let index = syllable - syllables.lowerBound
    output.append(initials.lowerBound + index / (vowelCount * finalCount))
    output.append(vowels.lowerBound + index / finalCount % vowelCount)
    let final = index % finalCount
    if final != 0 { output.append(finals.lowerBound + final - 1) }
  }

  /// The syllable of an initial and a vowel, or of a syllable without final and a final.
  static func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if initials.contains(first), vowels.contains(second) {
      let pair = (first - initials.lowerBound) * vowelCount + (second - vowels.lowerBound)
      return syllables.lowerBound + pair * finalCount
    }
    if syllables.contains(first), (first - syllables.lowerBound) % finalCount == 0, finals.contains(second) {
      return first + (second - finals.lowerBound) + 1
    }
    return nil
  }
}
