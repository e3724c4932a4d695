/// What the vision tower gives for one picture, by its patches alone.
public struct PictureFeatures: Sendable, Equatable {
  /// The decoder's input at the placeholders, [merged patches][decoder hidden size].
  public let tokens: [Float]
  /// What is added behind decoder layer 0, 1, 2 …, each of the same shape.
  public let deepstack: [[Float]]

  /// Features of one picture.
  public init(tokens: [Float], deepstack: [[Float]]) {
    self.tokens = tokens
    self.deepstack = deepstack
  }

  /// Bytes that they take.
  public var byteCount: Int { (tokens.count + deepstack.reduce(0) { $0 + $1.count }) * MemoryLayout<Float>.size }
}

/// What tells a picture's patches from all others: a cryptographic digest of the grid and the numbers.
public struct PictureDigest: Sendable, Hashable {
  /// The digest.
  public let bytes: [UInt8]

  /// A digest.
  public init(bytes: [UInt8]) {
    self.bytes = bytes
  }
}

/// Where features of pictures are kept, of one model in one precision on one set of kernels.
///
/// Features depend on the patches, and so on the decoded pixels, the limits that they were resized by and the preparation: a picture that
/// has changed, or is resized to something else, is another one.
public protocol PictureMemory: Sendable {
  /// The digest of a picture.
  func digest(of picture: Patches) -> PictureDigest

  /// What is kept of a picture.
  func features(of digest: PictureDigest) -> PictureFeatures?

  /// Keeps what the tower gave.
  func keep(_ features: PictureFeatures, of digest: PictureDigest)
}
