public import Media
public import Tensors

/// How a model is opened and what it accepts.
public struct ModelOptions: Sendable {
  /// What operands of matrix products are rounded to.
  public var precision: Precision = .bfloat16
  /// Threads to use; `nil` for one per processor.
  public var threads: Int?
  /// The kernels to use; `nil` for the fastest that this processor can run.
  public var instructionSet: InstructionSet?
  /// Tokens per input at most; `nil` for the reference's limit (8,192 for embedding, 10,240 for reranking).
  public var maximumLength: Int?
  /// Smaller pictures are enlarged to this many pixels.
  ///
  /// The reference's value.
  public var minimumPixels = 4 * 32 * 32
  /// Larger pictures are reduced to this many pixels, 1,800 tokens.
  ///
  /// The reference's value.
  public var maximumPixels = 1_800 * 32 * 32
  /// Pixels of a picture file before reduction at most: a picture that says it has more is refused before memory is taken.
  public var maximumDecodedPixels = 178_956_970
  /// Which frames of a video are taken where the item does not say.
  ///
  /// The reference's values: a frame a second, at most 64.
  public var videoSampling = VideoSampling()
  /// Pixels of all pairs of a video's frames together, 7,680 tokens.
  ///
  /// The reference's value, which it applies to lists of frames only.
  public var totalVideoPixels = 7_864_320
  /// Whether video files have the reference's own budget instead, by which long clips overflow its context.
  public var usesReferenceVideoBudget = false
  /// Bytes at most that are kept of beginnings that inputs share, such as a query before its documents; 0 to share nothing.
  public var beginningCacheBytes = 512 << 20
  /// Bytes at most that are kept in memory of what the vision tower gave for pictures, so that a picture that comes again is not run through
  /// it; 0 to keep nothing there.
  public var visionCacheBytes = 128 << 20
  /// A folder where that is kept beyond the process; `nil` to keep nothing on disk.
  public var visionCacheDirectory: String?
  /// Bytes of that folder at most, all models together.
  public var visionCacheDirectoryBytes = 8 << 30
  /// Where time is measured; `nil` to measure nothing.
  public var profile: Profile?
  /// Whether picture addresses may lead to this machine or a private network.
  public var allowsPrivateAddresses = false
  /// Whether special tokens written out in texts (`<|im_end|>`) act as such, as in the reference.
  ///
  /// Off, they are plain text, so that a text cannot forge turns or pictures.
  public var parsesSpecialTokens = false

  /// The reference's options.
  public init() {}
}

/// Why a model cannot be used for what was asked.
public struct ModelError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence for a person.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
