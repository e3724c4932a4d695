import Tensors

/// One sequence of a pass, checked: its tokens, where its pictures lie among them, and their positions.
struct PreparedSequence: Sendable {
  let tokens: [Int32]
  let pictures: [PlacedPicture]
  let positions: DecoderPositions
  /// What an earlier pass kept of the tokens before these.
  var beginning: SharedBeginning?
  private let sharedLength: Int

  init(_ input: ModelInput, _ pictures: [PlacedPicture], _ positions: DecoderPositions) {
    tokens = input.tokens
    self.pictures = pictures
    self.positions = positions
    sharedLength = input.sharedLength
  }

  private init(tokens: [Int32], pictures: [PlacedPicture], positions: DecoderPositions) {
    self.tokens = tokens
    self.pictures = pictures
    self.positions = positions
    sharedLength = 0
  }

  /// The tokens that other sequences may share and those that follow; `nil` where there are none of either, or a picture lies across.
  var parts: (beginning: PreparedSequence, rest: PreparedSequence)? {
    let length = sharedLength
    guard length > 0, length < tokens.count, pictures.allSatisfy({ $0.end <= length || $0.start >= length }) else { return nil }
    let rest = pictures.filter { $0.start >= length }.map {
      PlacedPicture(patches: $0.patches, start: $0.start - length, end: $0.end - length)
    }
    return (
      PreparedSequence(tokens: Array(tokens[..<length]), pictures: pictures.filter { $0.end <= length }, positions: positions[..<length]),
      PreparedSequence(tokens: Array(tokens[length...]), pictures: rest, positions: positions[length...])
    )
  }

  /// Whether both have the same tokens and the same pictures, number by number.
  func hasSameContent(as other: PreparedSequence) -> Bool {
    tokens == other.tokens && pictures == other.pictures
  }
}

/// A picture, and the tokens of its merged patches.
struct PlacedPicture: Sendable, Equatable {
  let patches: Patches
  let start: Int
  let end: Int
}
