/// A choice of pages, as people write it: `1-3,7,10-`.
public struct PageRanges: Sendable, Equatable, CustomStringConvertible {
  private struct Part: Equatable {
    let first: Int
    /// `nil`: to the last page.
    let last: Int?
  }

  private let parts: [Part]
  /// The text that was parsed.
  public let description: String

  /// All pages.
  public static let all = PageRanges(parts: [Part(first: 1, last: nil)], description: "1-")

  private init(parts: [Part], description: String) {
    self.parts = parts
    self.description = description
  }

  /// Parses numbers and ranges, separated by commas.
  ///
  /// A part is `3`, `2-5`, `7-` (to the end) or `-4` (from the start). Spaces are allowed.
  ///
  /// - Throws: ``MediaError/Code/invalidArgument``, with the part at fault.
  public init(_ text: String) throws(MediaError) {
    var parts: [Part] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) { parts.append(try Self.part(piece, of: text)) }
    self.init(parts: parts, description: text)
  }

  private static func part(_ piece: Substring, of text: String) throws(MediaError) -> Part {
    func refusal(_ reason: String) -> MediaError {
      MediaError(.invalidArgument, "pages \"\(text)\": \"\(trimmed(piece))\" \(reason); expected numbers and ranges as in 1-3,7,10-")
    }
    let sides = piece.split(separator: "-", omittingEmptySubsequences: false).map(trimmed)
    guard sides.count <= 2, sides.contains(where: { !$0.isEmpty }) else { throw refusal("is no range of pages") }
    var numbers: [Int?] = []
    for side in sides {
      guard !side.isEmpty else {
        numbers.append(nil)
        continue
      }
      guard side.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int(side) else {
        throw refusal("is no range of pages")
      }
      guard number >= 1 else { throw refusal("names page 0, and pages count from 1") }
      numbers.append(number)
    }
    let first = numbers[0] ?? 1
    guard numbers.count == 2 else { return Part(first: first, last: first) }
    if let last = numbers[1], last < first { throw refusal("runs backwards") }
    return Part(first: first, last: numbers[1])
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop { $0 == " " }
    return start.prefix(start.count - start.reversed().prefix { $0 == " " }.count)
  }

  /// The page numbers chosen, in the order written, each once.
  ///
  /// - Parameter count: The pages of the document.
  /// - Returns: Numbers from 1 to `count`.
  /// - Throws: ``MediaError/Code/invalidArgument`` for a page that the document has not.
  /// - Complexity: O(parts x pages).
  public func numbers(of count: Int) throws(MediaError) -> [Int] {
    var chosen: [Int] = []
    var seen = Set<Int>()
    for part in parts {
      let last = part.last ?? max(count, part.first)
      guard last <= count else {
        throw MediaError(.invalidArgument, "pages \"\(self)\": there is no page \(last); the document has \(count)")
      }
      for number in part.first...last where seen.insert(number).inserted { chosen.append(number) }
    }
    return chosen
  }
}
