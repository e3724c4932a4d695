import Foundation

/// Lines of a file or of standard input, read as they come.
package struct LineReader {
  /// The longest line accepted: a data URI of a 40 MB picture fits.
  package static let longestLine = 64 << 20

  private let handle: FileHandle
  private let name: String
  private var buffer: [UInt8] = []
  /// Where the next line begins.
  private var start = 0
  private var ended = false

  /// Opens a file; `-` is standard input.
  package init(_ path: String) throws {
    name = path
    if path == "-" {
      handle = .standardInput
      return
    }
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw InputError("\(path): there is no such file")
    }
    guard !isDirectory.boolValue, let handle = FileHandle(forReadingAtPath: path) else {
      throw InputError("\(path): cannot be read as a file of JSON lines")
    }
    self.handle = handle
  }

  /// Up to `count` lines; fewer at the end.
  ///
  /// Empty lines are left out.
  package mutating func next(_ count: Int) throws -> [Substring] {
    var lines: [Substring] = []
    while lines.count < count, let line = try nextLine() {
      if !line.allSatisfy(\.isWhitespace) { lines.append(line) }
    }
    return lines
  }

  private mutating func nextLine() throws -> Substring? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return Substring(decoding: buffer[start..<end], as: UTF8.self)
      }
      // Once for every piece that is read, not for every line.
      buffer.removeFirst(start)
      start = 0
      searched = buffer.count
      guard buffer.count <= Self.longestLine else {
        throw InputError("\(name): a line has more than \(Self.longestLine >> 20) MB; is it a file of JSON lines?")
      }
      guard !ended, let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty else {
        ended = true
        defer { buffer.removeAll() }
        return buffer.isEmpty ? nil : Substring(decoding: buffer, as: UTF8.self)
      }
      buffer += chunk
    }
  }
}

/// A fault of what the program was given to read.
package struct InputError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
