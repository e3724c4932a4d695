/// What BERT does to a text before it is split: clean, set ideographs apart, strip accents, make lower case; each if the file says so.
struct BertNormalizer: Sendable, Hashable {
  /// Controls, format characters and private ones are removed, and every white space becomes a space.
  var cleansText = true
  /// Ideographs get a space on either side, so that each is a word.
  var separatesIdeographs = true
  /// Characters are taken apart and nonspacing marks removed.
  var stripsAccents = true
  /// Every character on its own, whatever stands around it: a Σ at the end of a word becomes σ.
  var makesLowercase = true

  private static let controls = ScalarRanges(UnicodeData.bertControls)
  private static let marks = ScalarRanges(UnicodeData.nonspacingMarks)
  private static let lowercase = ScalarRanges(UnicodeData.lowercase, width: 4)

  /// The normalised text of a range of valid UTF-8.
  ///
  /// - Complexity: O(n), and O(m log m) for a run of m combining marks in the wrong order.
  func normalized(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
    var scalars: [UInt32] = []
    scalars.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let (code, length) = UTF8Decoding.scalar(in: bytes, at: position)
      position += length
      appendCleaned(code, to: &scalars)
    }
    if stripsAccents {
      scalars = CanonicalComposition.shared.decomposed(scalars)
      scalars.removeAll { $0 >= 0x80 && Self.marks.contains($0) }
    }
    var output: [UInt8] = []
    output.reserveCapacity(range.count)
    for code in scalars {
      if makesLowercase {
        Self.appendLowercase(code, to: &output)
      } else {
        UTF8Decoding.append(code, to: &output)
      }
    }
    return output
  }

  private func appendCleaned(_ code: UInt32, to scalars: inout [UInt32]) {
    if cleansText {
      if Self.isControl(code) { return }
      if ScalarTraitsTable.shared[code].isWhiteSpace {
        scalars.append(0x20)
        return
      }
    }
    if separatesIdeographs && Self.isIdeograph(code) {
      scalars += [0x20, code, 0x20]
    } else {
      scalars.append(code)
    }
  }

  private static func isControl(_ code: UInt32) -> Bool {
    (0x20..<0x7F).contains(code) ? false : controls.contains(code)
  }

  /// The blocks that BERT takes for Chinese.
  ///
  /// The gap before U+2B920, a slip of the pen in the original, is kept: the ids depend on it.
  private static func isIdeograph(_ code: UInt32) -> Bool {
    switch code {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B81F, 0x2B920...0x2CEAF, 0x2F800...0x2FA1F: true
    default: false
    }
  }

  private static func appendLowercase(_ code: UInt32, to output: inout [UInt8]) {
    if code < 0x80 {
      output.append((0x41...0x5A).contains(code) ? UInt8(code) | 0x20 : UInt8(code))
    } else if code == 0x130 {
      // The one letter whose lower case has two code points: i and a dot above.
      output.append(0x69)
      UTF8Decoding.append(0x307, to: &output)
    } else if let row = lowercase.row(containing: code) {
      let offset = code - row[row.startIndex]
      UTF8Decoding.append(offset % row[row.startIndex + 2] == 0 ? row[row.startIndex + 3] + offset : code, to: &output)
    } else {
      UTF8Decoding.append(code, to: &output)
    }
  }
}
