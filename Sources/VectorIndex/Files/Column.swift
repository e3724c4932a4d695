/// One file of a segment: rows of equal size, one after the other.
struct Column: Equatable {
  enum Kind: UInt32, CaseIterable {
    case keys = 1
    case vectors = 2
    case int8 = 3
    case binary = 4

    /// The end of the file's name.
    var name: String {
      switch self {
      case .keys: "keys"
      case .vectors: "vectors"
      case .int8: "int8"
      case .binary: "binary"
      }
    }
  }

  let kind: Kind
  /// Numbers, or bits, that a row stands for; 1 for keys.
  let dimensions: Int
  /// Bytes of a row.
  let stride: Int
}

extension VectorSettings {
  /// The files of every segment, keys and vectors first.
  var columns: [Column] {
    var columns = [
      Column(kind: .keys, dimensions: 1, stride: 8),
      Column(kind: .vectors, dimensions: dimensions, stride: dimensions * number.byteCount),
    ]
    if let int8Dimensions, int8Ranges != nil { columns.append(Column(kind: .int8, dimensions: int8Dimensions, stride: int8Dimensions)) }
    if let binaryDimensions { columns.append(Column(kind: .binary, dimensions: binaryDimensions, stride: binaryDimensions / 8)) }
    return columns
  }
}

/// The names of the files in an index's folder.
struct IndexFolder: Equatable {
  let path: String

  var manifest: String { path + "/manifest.json" }
  var manifestInTheMaking: String { path + "/manifest.json.partial" }
  var lock: String { path + "/writer.lock" }

  func journal(_ generation: UInt64) -> String { "\(path)/journal-\(Self.hexadecimal(generation))" }

  func segment(_ number: UInt64, _ kind: Column.Kind) -> String { "\(path)/segment-\(Self.hexadecimal(number)).\(kind.name)" }

  /// Whether a name is one that an index gives to its files, the manifest and the lock aside.
  static func isOurs(_ name: String) -> Bool {
    name == "manifest.json.partial" || journalGeneration(name) != nil || segmentNumber(name) != nil
  }

  static func journalGeneration(_ name: String) -> UInt64? {
    name.hasPrefix("journal-") ? number(name.dropFirst("journal-".count)) : nil
  }

  static func segmentNumber(_ name: String) -> UInt64? {
    guard name.hasPrefix("segment-"), let dot = name.lastIndex(of: "."),
      Column.Kind.allCases.contains(where: { $0.name == name[name.index(after: dot)...] })
    else { return nil }
    return number(name[..<dot].dropFirst("segment-".count))
  }

  private static func number(_ text: Substring) -> UInt64? {
    guard let number = UInt64(text, radix: 16), hexadecimal(number) == text else { return nil }
    return number
  }

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
