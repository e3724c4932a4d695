/// Words of a text as OpenAdapt's retrieval cuts them: lower case, runs of letters, digits and `_`.
///
/// There is no stemming and no list of words to leave out; a run of Chinese or Japanese is one word.
package enum Words {
  /// The words, in order.
  package static func of(_ text: String) -> [String] {
    text.lowercased().unicodeScalars.split { !isWord($0) }.map { String(String.UnicodeScalarView($0)) }
  }

  /// How often each word occurs.
  static func counts(_ text: String) -> [String: Int] {
    of(text).reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  /// Letters, numbers and the underscore, as `\w` in Python; marks that combine are none.
  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "_" }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber, .letterNumber, .otherNumber:
      return true
    default: return false
    }
  }
}
