import Embedding
import Foundation
import Media
import TestSupport

@testable import Demonstrations
@testable import Retrieval

/// A library in a folder of its own, and the gallery of the fixtures.
struct LibraryPlace {
  static let fixtures = "\(Fixtures.root)/demonstrations"
  let root: String
  var library: DemonstrationLibrary { get throws { try DemonstrationLibrary.openOrCreate(at: root + "/library") } }

  init() throws {
    root = "\(Fixtures.temporary)/demonstrations-\(UInt64.random(in: .min ... .max))"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }

  /// A demonstration of the gallery, as it comes.
  static func gallery(_ id: String) throws -> NewDemonstration {
    let folder = "\(fixtures)/gallery/\(id)"
    let episode = try JSONDecoder().decode(Episode.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/episode.json")))
    return NewDemonstration(episode, folder: folder, source: folder)
  }

  /// All of the gallery.
  static func gallery() throws -> [NewDemonstration] {
    try FileManager.default.contentsOfDirectory(atPath: fixtures + "/gallery").sorted().map { try gallery($0) }
  }

  /// Fills the library.
  @discardableResult
  func add(_ ids: String...) throws -> [Demonstration] {
    let (_, failures) = try library.add(ids.isEmpty ? LibraryPlace.gallery() : ids.map { try LibraryPlace.gallery($0) })
    guard failures.isEmpty else { throw FixtureError("\(failures)") }
    return try library.contents().demonstrations
  }

  /// A demonstration without screens.
  static func words(_ id: String, _ task: String, app: String? = nil, tags: [String] = []) -> NewDemonstration {
    let step = Step(stepIndex: 0, observation: Observation(appName: app), action: Action(type: .done))
    return NewDemonstration(Episode(episodeID: id, instruction: task, steps: [step], tags: tags), folder: nil, source: "test")
  }
}

/// Sees texts and pictures without a model: words by their hashes, pictures by their colours in 16 by 16 places.
///
/// A text and a picture have nothing in common, as if the gap between them were as wide as can be.
struct CoarseEmbedder: CollectionEmbedder {
  let dimensions = 128 + 768
  var queryInstruction: String? { "" }

  func tokenCount(_ text: String) -> Int { text.utf8.count / 4 }

  func profile() throws(CollectionError) -> EmbeddingProfile {
    EmbeddingProfile(model: "coarse", fingerprint: "coarse", dimensions: dimensions)
  }

  func embed(_ items: [Item], dimensions: Int?, progress: (@Sendable (Int) -> Void)?) async throws -> [Result<[Float], ItemError>] {
    items.map { item in
      var vector = [Float](repeating: 0, count: self.dimensions)
      for word in item.texts.flatMap(Words.of) {
        let hash = word.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        vector[Int(hash % 128)] += 1
      }
      vector = Matryoshka.normalized(vector)
      if let source = item.images.first {
        do {
          guard case .file(let path) = source else { throw ItemError(.unsupportedInput, "is no file") }
          let picture = try Self.colours(try RGBImage(file: path))
          for (index, value) in picture.enumerated() { vector[128 + index] = value }
        } catch {
          return .failure(ItemError(.unreadableImage, "\(error)"))
        }
      }
      return .success(Matryoshka.normalized(vector))
    }
  }

  /// Colours of 16 by 16 places against the mean of each, of length 1.
  private static func colours(_ image: RGBImage) throws -> [Float] {
    let pixels = image.pixels
    var sums = [Float](repeating: 0, count: 768)
    for y in 0..<image.height {
      for x in 0..<image.width {
        let place = (y * 16 / image.height) * 16 + x * 16 / image.width
        let pixel = 3 * (y * image.width + x)
        for colour in 0..<3 { sums[3 * place + colour] += Float(pixels[pixel + colour]) }
      }
    }
    let means = (0..<3).map { colour in stride(from: colour, to: 768, by: 3).reduce(0) { $0 + sums[$1] } / 256 }
    return Matryoshka.normalized(sums.enumerated().map { $0.element - means[$0.offset % 3] })
  }
}

/// The right to write into a library, held by someone else.
struct WriterLockHolder {
  private let lock: WriterLock

  init(_ directory: String) throws { lock = try WriterLock(directory) }
}
