package import Qwen3VL
import Synchronization

/// What the vision tower gave for pictures, kept by the pictures' content: in memory and, where a folder is given, on disk.
///
/// A picture that was seen before costs a digest of its patches, 20 MB for one of 1280x704, instead of a run of the tower. The least recently
/// used is given up first. One model's: what it gave depends on weights, precision and kernels.
package final class VisionCache: PictureMemory {
  private struct Entries {
    var features: [PictureDigest: PictureFeatures] = [:]
    /// The most recently used last.
    var order: [PictureDigest] = []
    var bytes = 0
  }

  private let entries = Mutex(Entries())
  private let folder: VisionCacheFolder?
  /// Bytes kept in memory at most.
  let byteLimit: Int

  /// An empty cache in memory, before a folder that may hold features already.
  ///
  /// - Parameters:
  ///   - byteLimit: Bytes in memory at most. Features of the 2B model take 32 KB a token, those of a picture of 1280x704 28 MB.
  ///   - folder: Where they are kept beyond this process.
  package init(byteLimit: Int, folder: VisionCacheFolder? = nil) {
    self.byteLimit = byteLimit
    self.folder = folder
  }

  /// Bytes that are kept in memory now.
  package var byteCount: Int { entries.withLock { $0.bytes } }

  /// SHA-256 of the grid and the numbers.
  package func digest(of picture: Patches) -> PictureDigest { PictureDigest(picture) }

  /// What memory, or else the folder, has of a picture.
  package func features(of digest: PictureDigest) -> PictureFeatures? {
    let known = entries.withLock { entries -> PictureFeatures? in
      guard let known = entries.features[digest], let index = entries.order.lastIndex(of: digest) else { return nil }
      entries.order.append(entries.order.remove(at: index))
      return known
    }
    if let known { return known }
    guard let stored = folder?.read(digest) else { return nil }
    remember(stored, digest)
    return stored
  }

  /// Keeps what the tower gave, in memory and in the folder.
  package func keep(_ features: PictureFeatures, of digest: PictureDigest) {
    remember(features, digest)
    folder?.write(features, digest)
  }

  private func remember(_ features: PictureFeatures, _ digest: PictureDigest) {
    guard features.byteCount <= byteLimit else { return }
    entries.withLock { entries in
      guard entries.features.updateValue(features, forKey: digest) == nil else { return }
      entries.order.append(digest)
      entries.bytes += features.byteCount
      while entries.bytes > byteLimit {
        entries.bytes -= entries.features.removeValue(forKey: entries.order.removeFirst())?.byteCount ?? 0
      }
    }
  }
}
