import Foundation

/// Dates as pydantic writes them.
enum Timestamp {
  /// A date and time in UTC with microseconds: `2026-01-02T03:04:05.600000Z`; nil for a time before the year 1 or after 9999.
  static func text(_ seconds: Double) -> String? {
    guard seconds.isFinite, seconds > -62_000_000_000, seconds < 253_000_000_000 else { return nil }
    let whole = seconds.rounded(.down)
    let micros = min(999_999, Int(((seconds - whole) * 1_000_000).rounded()))
    let date = Date(timeIntervalSince1970: whole).ISO8601Format()
    guard micros > 0 else { return date }
    return "\(date.dropLast()).\(String(1_000_000 + micros).dropFirst())Z"
  }
}

/// Base64 without line breaks.
enum Base64 {
  static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
