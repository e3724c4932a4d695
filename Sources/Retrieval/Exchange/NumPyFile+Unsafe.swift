package import Foundation

/// NumPy's file format, version 1.0, for rows of little-endian f32.
package enum NumPyFile {
  /// The beginning of a file.
  package static func header(rows: Int, columns: Int) -> Data {
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
    header += "\n"
    let length = UInt16(header.utf8.count)
    return Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)] + Array(header.utf8))
  }

  /// A row's bytes.
  package static func bytes(_ row: [Float]) -> Data {
    var data = Data(capacity: row.count * 4)
    for number in row { withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
    return data
  }

  /// Reads the beginning of a file, up to its first row.
  ///
  /// - Returns: Rows and columns, or `nil` for a file in another form.
  static func readHeader(_ file: FileHandle) throws -> (rows: Int, columns: Int)? {
    guard let begin = try file.read(upToCount: 10), begin.count == 10, begin.prefix(8) == Data([0x93] + Array("NUMPY".utf8) + [1, 0]),
      let text = try file.read(upToCount: Int(begin[8]) + 256 * Int(begin[9])).map({ String(decoding: $0, as: UTF8.self) }),
      text.contains("'descr': '<f4'"), text.contains("'fortran_order': False"),
      let shape = text.firstMatch(of: /'shape': \((\d+), (\d+)\)/), let rows = Int(shape.1), let columns = Int(shape.2)
    else { return nil }
    return (rows, columns)
  }

  /// Reads one row.
  static func readRow(_ file: FileHandle, columns: Int) throws -> [Float]? {
    guard let bytes = try file.read(upToCount: 4 * columns), bytes.count == 4 * columns else { return nil }
    return bytes.withUnsafeBytes { bytes in
      (0..<columns).map { Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self))) }
    }
  }
}
