import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where the program writes: results to standard output, everything else to standard error.
enum Console {
  /// Whether a person looks at standard error.
  static let errorIsTerminal = isatty(STDERR_FILENO) == 1

  /// Whether a person types at standard input.
  static let inputIsTerminal = isatty(STDIN_FILENO) == 1

  /// Writes results.
  ///
  /// - Throws: When nobody reads them any more, or the disk is full.
  static func write(_ text: String) throws {
    try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  }

  /// Tells the person at the terminal; names and reasons from elsewhere cannot move or colour it.
  static func note(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { ResultTable.printable(String($0)) }
    FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
  }
}
