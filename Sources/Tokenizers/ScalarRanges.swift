/// Code points in ranges that rise, as the arrays of ``UnicodeData`` have them.
struct ScalarRanges: Sendable {
  /// Rows of `width` numbers; the first two are the first and the last code point.
  private let rows: [UInt32]
  private let width: Int

  init(_ rows: [UInt32], width: Int = 2) {
    self.rows = rows
    self.width = width
  }

  func contains(_ code: UInt32) -> Bool { row(containing: code) != nil }

  /// The row whose range has the code point.
  ///
  /// - Complexity: O(log rows)
  func row(containing code: UInt32) -> ArraySlice<UInt32>? {
    var (low, high) = (0, rows.count / width)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle * width + 1] < code { low = middle + 1 } else { high = middle }
    }
    guard low < rows.count / width, rows[low * width] <= code else { return nil }
    return rows[low * width..<(low + 1) * width]
  }
}
