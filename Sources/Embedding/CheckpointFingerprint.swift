import Crypto
import Foundation

/// What tells one checkpoint from another without reading gigabytes.
///
/// The digest is of the configuration and tokenizer files as a whole and, of each file of weights, its size and samples of 4 KB: the first,
/// the last, and 14 evenly between. Weights that were trained any further differ in all of them.
package enum CheckpointFingerprint {
  private static let wholeFiles = ["config.json", "preprocessor_config.json", "tokenizer.json", "vocab.json", "merges.txt"]
  private static let samples = 16
  private static let sampleBytes = 4_096

  /// SHA-256 in hexadecimal.
  ///
  /// - Throws: `ModelError` where the files cannot be read.
  package static func compute(_ directory: String) throws(ModelError) -> String {
    do {
      var hash = SHA256()
      for name in wholeFiles {
        guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)") else { continue }
        hash.update(data: Data("\(name) \(data.count)\n".utf8))
        hash.update(data: data)
      }
      let weights = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".safetensors") }.sorted()
      for name in weights { try sample("\(directory)/\(name)", into: &hash) }
      return hash.finalize().hexadecimal
    } catch {
      throw ModelError("\(directory): cannot be read: \(error)")
    }
  }

  private static func sample(_ path: String, into hash: inout SHA256) throws {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    let size = try file.seekToEnd()
    hash.update(data: Data("weights \(size)\n".utf8))
    let last = size > UInt64(sampleBytes) ? size - UInt64(sampleBytes) : 0
    for index in 0..<UInt64(samples) {
      try file.seek(toOffset: last / UInt64(samples - 1) * index)
      hash.update(data: try file.read(upToCount: sampleBytes) ?? Data())
    }
  }
}

extension Sequence<UInt8> {
  /// Two digits a byte.
  package var hexadecimal: String { reduce(into: "") { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) } }
}
