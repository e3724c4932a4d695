public import Embedding
import Synchronization

/// An embedder without a model: a vector that depends on the item's content alone, at once.
public final class FakeEmbedder: ItemEmbedder {
  public let dimensions = 16
  /// What was embedded, in order.
  private let seen = Mutex<[String]>([])
  private let onEmbed: (@Sendable () -> Void)?

  /// An embedder; `onEmbed` is called before every list.
  public init(onEmbed: (@Sendable () -> Void)? = nil) { self.onEmbed = onEmbed }

  /// What was embedded since this was last asked.
  public func takeLog() -> [String] {
    seen.withLock { log in
      defer { log = [] }
      return log
    }
  }

  public func embed(
    _ items: [Item], dimensions: Int?, progress: (@Sendable (Int) -> Void)?
  ) async throws -> [Result<[Float], ItemError>] {
    onEmbed?()
    return items.map { item in
      let content = Self.content(item)
      if content.contains("POISON") { return .failure(ItemError(.unreadableImage, "is poisoned")) }
      seen.withLock { $0.append(content) }
      return .success(Matryoshka.prefix(Self.vector(content), dimensions ?? self.dimensions))
    }
  }

  /// The vector of a content.
  public static func vector(_ content: String) -> [Float] {
    var state = content.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    let numbers = (0..<16).map { _ -> Float in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
    }
    return Matryoshka.normalized(numbers)
  }

  private static func content(_ item: Item) -> String {
    let images = item.images.map { image in
      switch image {
      case .bytes(let bytes): "image of \(bytes.count) bytes, \(bytes.reduce(0) { ($0 &* 31) &+ Int($1) })"
      case .file(let path), .url(let path), .dataURI(let path): "image \(path)"
      case .pixels: "pixels"
      }
    }
    let videos = item.videos.map { "video \($0.label) from \($0.start ?? 0) to \($0.end ?? 0)" }
    let pages = item.documents.map { "\($0.label) \($0.pages)" }
    return (videos + images + pages + item.texts).joined(separator: "\n")
  }
}
