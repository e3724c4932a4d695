/// Which part of its source a record is.
public enum RecordLocation: Sendable, Hashable {
  /// All of it.
  case whole
  /// A passage of a text, in bytes of UTF-8.
  case passage(bytes: Range<Int>)
  /// A page of a document, counted from 1.
  case page(Int)
  /// A part of a video, in milliseconds.
  case segment(milliseconds: Range<Int>)

  /// As the part of an address behind `#`: a page, a time in seconds, or bytes; empty for the whole.
  public var fragment: String {
    switch self {
    case .whole: ""
    case .passage(let bytes): "bytes=\(bytes.lowerBound)-\(bytes.upperBound)"
    case .page(let number): "page=\(number)"
    case .segment(let range): "t=\(Self.seconds(range.lowerBound)),\(Self.seconds(range.upperBound))"
    }
  }

  /// For people: `p. 3`, `1:05-1:15`; empty for the whole and for passages, whose words say where they stand.
  public var label: String {
    switch self {
    case .whole, .passage: ""
    case .page(let number): "p. \(number)"
    case .segment(let range): "\(Self.clock(range.lowerBound))-\(Self.clock(range.upperBound))"
    }
  }

  private static func seconds(_ milliseconds: Int) -> String {
    milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)" : "\(Double(milliseconds) / 1_000)"
  }

  private static func clock(_ milliseconds: Int) -> String {
    let (minutes, seconds) = (milliseconds / 1_000).quotientAndRemainder(dividingBy: 60)
    return "\(minutes):\(seconds < 10 ? "0" : "")\(seconds)"
  }
}

extension RecordLocation {
  /// The two numbers that the records' table keeps.
  var bounds: (start: Int, end: Int)? {
    switch self {
    case .whole: nil
    case .passage(let range), .segment(let range): (range.lowerBound, range.upperBound)
    case .page(let number): (number, number)
    }
  }

  /// The location that the table's numbers mean, for a source of a kind.
  init(_ kind: SourceKind, start: Int?, end: Int?) {
    guard let start, let end, start <= end else {
      self = .whole
      return
    }
    switch kind {
    case .text, .markdown: self = .passage(bytes: start..<end)
    case .pdf: self = .page(start)
    case .video: self = .segment(milliseconds: start..<end)
    case .image, .item: self = .whole
    }
  }
}
