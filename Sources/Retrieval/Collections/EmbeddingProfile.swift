public import Embedding
import Media

/// All that a record's vector depends on beside the record: the model, and how it is used.
///
/// Vectors are comparable only within one profile.
public struct EmbeddingProfile: Sendable, Equatable, Codable {
  /// The model's name, for people; another name alone makes no difference.
  public let model: String
  /// The commit of the model's repository, where it was pulled from one; another one alone makes no difference.
  public let revision: String?
  /// The model's folder when the collection was made, `nil` where it was not noted; another one alone makes no difference.
  public let location: String?
  /// SHA-256, in hexadecimal, of what tells the checkpoint from others; see `CheckpointFingerprint`.
  public let fingerprint: String
  /// Numbers of the model's whole vector.
  public let dimensions: Int
  /// The instruction that documents are embedded with; empty for a model that takes none.
  public let instruction: String
  /// Tokens per record at most.
  public let maximumLength: Int
  /// Smaller pictures are enlarged to this many pixels; `nil` for a model of texts.
  public let minimumPixels: Int?
  /// Larger pictures are reduced to this many pixels; `nil` for a model of texts.
  public let maximumPixels: Int?
  /// How frames of videos are chosen and reduced; `nil` for a model of texts.
  public let videos: Videos?
  /// Whether special tokens written out in texts act as such.
  public let parsesSpecialTokens: Bool
  /// Which preparation of texts and pictures was in use.
  public let preprocessingVersion: Int

  /// How frames of videos are chosen and reduced.
  public struct Videos: Sendable, Equatable, Codable {
    /// Frames taken for each second.
    public let framesPerSecond: Double
    /// Frames taken at most.
    public let maximumFrames: Int
    /// Pixels of all pairs of frames together.
    public let totalPixels: Int
    /// Whether files have the reference's own budget instead.
    public let usesReferenceBudget: Bool
  }

  /// The preparation that this version of the program does; raised whenever the same record would get another vector.
  public static let currentPreprocessingVersion = 1

  /// The profile of an embedder.
  ///
  /// - Throws: `CollectionError` when the checkpoint's files cannot be read.
  public init(_ embedder: Embedder) throws(CollectionError) {
    let model = embedder.model
    let directory = model.information.directory
    let seesPictures = model.multimodalConfiguration != nil
    let place = CheckpointPlace(directory)
    self.init(
      model: place.name, revision: place.revision, location: place.directory, fingerprint: try Self.fingerprint(directory),
      dimensions: embedder.dimensions, instruction: seesPictures ? Embedder.documentInstruction : "",
      maximumLength: embedder.maximumLength,
      minimumPixels: seesPictures ? model.options.minimumPixels : nil, maximumPixels: seesPictures ? model.options.maximumPixels : nil,
      videos: seesPictures ? Videos(model.options) : nil, parsesSpecialTokens: model.options.parsesSpecialTokens)
  }

  package init(
    model: String, revision: String? = nil, location: String? = nil, fingerprint: String, dimensions: Int,
    instruction: String = Embedder.documentInstruction, maximumLength: Int = 8_192,
    minimumPixels: Int? = 4_096, maximumPixels: Int? = 1_843_200, videos: Videos? = Videos(ModelOptions()),
    parsesSpecialTokens: Bool = false, preprocessingVersion: Int = Self.currentPreprocessingVersion
  ) {
    self.model = model
    self.revision = revision
    self.location = location
    self.fingerprint = fingerprint
    self.dimensions = dimensions
    self.instruction = instruction
    self.maximumLength = maximumLength
    self.minimumPixels = minimumPixels
    self.maximumPixels = maximumPixels
    self.videos = videos
    self.parsesSpecialTokens = parsesSpecialTokens
    self.preprocessingVersion = preprocessingVersion
  }

  /// The same without the names and the place of the model, which make no difference to vectors.
  package var anonymous: EmbeddingProfile {
    EmbeddingProfile(
      model: "", fingerprint: fingerprint, dimensions: dimensions, instruction: instruction, maximumLength: maximumLength,
      minimumPixels: minimumPixels, maximumPixels: maximumPixels, videos: videos, parsesSpecialTokens: parsesSpecialTokens,
      preprocessingVersion: preprocessingVersion)
  }

  /// What tells a checkpoint from others.
  static func fingerprint(_ directory: String) throws(CollectionError) -> String {
    do { return try CheckpointFingerprint.compute(directory) } catch { throw CollectionError(.inputOutput, error.description) }
  }

  /// Passes an embedder whose vectors are comparable with a collection's, whose profile this is.
  ///
  /// - Throws: `CollectionError` that names the first difference.
  func check(_ other: EmbeddingProfile, collection: String) throws(CollectionError) {
    func differ(_ what: String, _ mine: String, _ given: String, _ advice: String) -> CollectionError {
      CollectionError(.differentModel, "\(collection): was indexed with \(what) \(mine), not \(given); \(advice)")
    }
    guard fingerprint == other.fingerprint, dimensions == other.dimensions else {
      let given = other.model == model ? "another checkpoint of that name" : other.model
      throw differ("the model", model, given, "search it with that model, or index again into another collection")
    }
    let limits = "leave the limits out, or index again into another collection"
    guard instruction == other.instruction else {
      throw differ("the instruction", "\"\(instruction)\"", "\"\(other.instruction)\"", "index again into another collection")
    }
    guard minimumPixels == other.minimumPixels else {
      throw differ("--min-pixels", Self.text(minimumPixels), Self.text(other.minimumPixels), limits)
    }
    guard maximumPixels == other.maximumPixels else {
      throw differ("--max-pixels", Self.text(maximumPixels), Self.text(other.maximumPixels), limits)
    }
    guard videos == other.videos else {
      throw CollectionError(
        .differentModel,
        "\(collection): was indexed with \(Self.text(videos)), not \(Self.text(other.videos)); leave --fps, --max-frames and "
          + "--total-pixels out, or index again into another collection")
    }
    guard maximumLength == other.maximumLength else {
      throw differ("--max-length", "\(maximumLength)", "\(other.maximumLength)", limits)
    }
    guard parsesSpecialTokens == other.parsesSpecialTokens else {
      throw differ("special tokens", parsesSpecialTokens ? "parsed" : "as text", "otherwise", "set --parse-special-tokens as then")
    }
    guard preprocessingVersion == other.preprocessingVersion else {
      throw differ(
        "preparation", "\(preprocessingVersion)", "\(other.preprocessingVersion)", "index again into another collection")
    }
  }

  private static func text(_ videos: Videos?) -> String {
    guard let videos else { return "no videos" }
    return "\(videos.framesPerSecond) frames a second of videos, \(videos.maximumFrames) at most, of \(videos.totalPixels) pixels"
      + (videos.usesReferenceBudget ? " (the reference's budget)" : "")
  }

  private static func text(_ number: Int?) -> String { number.map { "\($0)" } ?? "none" }
}

extension EmbeddingProfile.Videos {
  /// What a model's options say of videos.
  package init(_ options: ModelOptions) {
    self.init(
      framesPerSecond: options.videoSampling.framesPerSecond, maximumFrames: options.videoSampling.maximumFrames,
      totalPixels: options.totalVideoPixels, usesReferenceBudget: options.usesReferenceVideoBudget)
  }
}

extension ModelOptions {
  /// Options by which a model gives vectors that are comparable with those of a profile.
  public init(_ profile: EmbeddingProfile) {
    self.init()
    maximumLength = profile.maximumLength
    minimumPixels = profile.minimumPixels ?? minimumPixels
    maximumPixels = profile.maximumPixels ?? maximumPixels
    if let videos = profile.videos {
      videoSampling.framesPerSecond = videos.framesPerSecond
      videoSampling.maximumFrames = videos.maximumFrames
      totalVideoPixels = videos.totalPixels
      usesReferenceVideoBudget = videos.usesReferenceBudget
    }
    parsesSpecialTokens = profile.parsesSpecialTokens
  }
}
