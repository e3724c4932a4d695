import Checkpoints

/// The reference's numbers, by `case/stage`.
public struct OracleTensors: Sendable {
  private let file: SafetensorsFile

  /// The numbers for a tiny checkpoint.
  public init(_ checkpoint: TinyCheckpoint) throws {
    try self.init(file: "\(Fixtures.root)/oracle/\(checkpoint.rawValue).safetensors")
  }

  /// The numbers of a file.
  public init(file path: String) throws {
    file = try SafetensorsFile(path: path)
  }

  /// Stages that there are numbers for, of one case.
  public func stages(of name: String) -> [String] {
    file.entries.keys.filter { $0.hasPrefix(name + "/") }.map { String($0.dropFirst(name.count + 1)) }.sorted()
  }

  /// The rows of one stage; a vector is one row.
  public func rows(_ name: String, _ stage: String) throws -> [[Float]] {
    let key = "\(name)/\(stage)"
    let numbers = try file.numbers(of: key)
    let width = file.entries[key]?.shape.last ?? numbers.count
    return stride(from: 0, to: numbers.count, by: width).map { Array(numbers[$0..<$0 + width]) }
  }
}
