import Foundation

/// What a collection is: settled when it is made, and never changed.
public struct CollectionManifest: Sendable, Equatable, Codable {
  /// The layout of the folder and its files.
  public let formatVersion: Int
  /// What the records' vectors were made with.
  public let profile: EmbeddingProfile
  /// How vectors are kept.
  public let vectors: VectorForm
  /// How texts are cut.
  public let passages: Passages
  /// Seconds of a video's segments, each a record beside that of all of it; `nil` for none.
  public let segmentSeconds: Int?

  /// The layout that this version writes; older ones do not exist yet, newer ones are refused.
  public static let currentFormatVersion = 1
  /// The file's name in the collection's folder.
  public static let fileName = "manifest.json"

  /// How vectors are kept.
  public struct VectorForm: Sendable, Equatable, Codable {
    /// A number's form on disk.
    public enum Number: String, Sendable, Codable, CaseIterable {
      /// As the model gives it.
      case float32 = "f32"
      /// Half the size, rounded.
      case float16 = "f16"
    }

    /// Numbers of each vector: the model's, or a Matryoshka prefix.
    public let dimensions: Int
    /// A number's form.
    public let number: Number
    /// Whether there are codes of 8 bits beside the vectors.
    public let int8: Bool
    /// Whether there are codes of 1 bit beside the vectors.
    public let binary: Bool

    /// A form.
    public init(dimensions: Int, number: Number = .float32, int8: Bool = true, binary: Bool = true) {
      self.dimensions = dimensions
      self.number = number
      self.int8 = int8
      self.binary = binary
    }
  }

  init(profile: EmbeddingProfile, vectors: VectorForm, passages: Passages, segmentSeconds: Int?) {
    formatVersion = Self.currentFormatVersion
    self.profile = profile
    self.vectors = vectors
    self.passages = passages
    self.segmentSeconds = segmentSeconds
  }

  /// Reads the manifest of a collection's folder.
  static func read(_ directory: String) throws(CollectionError) -> CollectionManifest {
    let path = "\(directory)/\(fileName)"
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CollectionError(.missing, "\(directory): there is no collection; make one with `sightline index`")
    }
    struct Version: Decodable { let formatVersion: Int }
    guard let version = try? JSONDecoder().decode(Version.self, from: data).formatVersion else {
      throw CollectionError(.damaged, "\(path): is not a collection's manifest")
    }
    guard version == currentFormatVersion else {
      throw CollectionError(
        .newerFormat, "\(path): is of format \(version); this version reads format \(currentFormatVersion), so a newer one made it")
    }
    let manifest: CollectionManifest
    do {
      manifest = try JSONDecoder().decode(Self.self, from: data)
    } catch {
      throw CollectionError(.damaged, "\(path): cannot be understood: \(error)")
    }
    guard manifest.vectors.dimensions >= 1, manifest.vectors.dimensions <= manifest.profile.dimensions else {
      throw CollectionError(
        .damaged, "\(path): vectors have \(manifest.vectors.dimensions) dimensions, of the model's \(manifest.profile.dimensions)")
    }
    guard manifest.segmentSeconds.map({ $0 >= 1 }) ?? true else {
      throw CollectionError(.damaged, "\(path): segments have \(manifest.segmentSeconds ?? 0) seconds")
    }
    return manifest
  }

  /// The file's content.
  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
