import Foundation
import Qwen3VL
import Synchronization

/// A folder that keeps features of pictures beyond one process; any number of processes may use it at once.
///
/// Each model, precision and set of kernels has a folder of its own in it, each picture a file, which is written under another name and
/// renamed. A file that is damaged counts as missing. Where something cannot be written, nothing is kept, and work goes on.
package final class VisionCacheFolder: Sendable {
  /// The folder of all models.
  let root: String
  /// The folder of this model.
  private let directory: String
  /// Bytes at most, all models together.
  let byteLimit: Int
  /// Bytes of all files, as far as is known; `nil` until they are counted.
  private let bytes = Mutex<Int?>(nil)

  private static let ending = ".features"
  private static let partialEnding = ".partial"

  /// A folder, which is made where it is not there yet.
  ///
  /// - Parameters:
  ///   - root: The folder of all models.
  ///   - identity: What features depend on beside the picture: the model, the precision, the kernels. A name for a folder.
  ///   - byteLimit: Bytes at most; the least recently used files go first.
  /// - Throws: `ModelError` where the folder cannot be made.
  package init(_ root: String, identity: String, byteLimit: Int) throws(ModelError) {
    self.root = root
    directory = "\(root)/\(identity)"
    self.byteLimit = byteLimit
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw ModelError("\(directory): the folder for what is kept of pictures cannot be made: \(error.localizedDescription)")
    }
  }

  private func path(_ digest: PictureDigest) -> String { "\(directory)/\(digest.bytes.hexadecimal)\(Self.ending)" }

  /// What is kept of a picture.
  func read(_ digest: PictureDigest) -> PictureFeatures? {
    let path = path(digest)
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    guard let features = FeatureFile.decode(data) else {
      try? FileManager.default.removeItem(atPath: path)
      return nil
    }
    // The time of its last use, by which files are given up.
    try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
    return features
  }

  /// Keeps what the tower gave, unless it alone is more than the limit.
  func write(_ features: PictureFeatures, _ digest: PictureDigest) {
    let data = FeatureFile.encode(features)
    guard data.count <= byteLimit else { return }
    makeRoom(for: data.count)
    let path = path(digest)
    let partial = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36))\(Self.partialEnding)"
    do {
      // Not synced: what a crash leaves of it is found out by its digest.
      try data.write(to: URL(fileURLWithPath: partial))
      guard rename(partial, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
    }
  }

  /// Removes the files that were used least recently until there is room, and a tenth of the limit more.
  private func makeRoom(for size: Int) {
    bytes.withLock { bytes in
      let known = (bytes ?? files().reduce(0) { $0 + $1.size }) + size
      guard known > byteLimit else { return bytes = known }
      var files = files()
      var left = files.reduce(size) { $0 + $1.size }
      files.sort { ($1.used, $1.path) < ($0.used, $0.path) }
      while left > byteLimit - byteLimit / 10, let oldest = files.popLast() {
        try? FileManager.default.removeItem(atPath: oldest.path)
        left -= oldest.size
      }
      bytes = left
    }
  }

  /// The files of all models; what else lies in the folder is left alone.
  private func files() -> [(path: String, size: Int, used: Date)] {
    let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(Self.ending) || $0.hasSuffix(Self.partialEnding) }.compactMap { name in
      let path = "\(root)/\(name)"
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: path), let size = attributes[.size] as? Int,
        let used = attributes[.modificationDate] as? Date
      else { return nil }
      return (path, size, used)
    }
  }
}
