/// One sequence for the model: token ids, and the pictures that its placeholder tokens stand for.
public struct ModelInput: Sendable {
  /// Token ids.
  ///
  /// Each picture has a run of placeholder tokens of its own, one for every merged patch.
  public let tokens: [Int32]
  /// Pictures in the order of their placeholders.
  ///
  /// A video is a list of frames: each pair of frames is a picture of its own.
  public let pictures: [Patches]
  /// The first tokens that other inputs are likely to begin with as well, which may then be run once for all; 0 for none.
  ///
  /// It changes how long a pass takes, and no bit of its result.
  public let sharedLength: Int

  /// A sequence of the given parts.
  public init(tokens: [Int32], pictures: [Patches] = [], sharedLength: Int = 0) {
    self.tokens = tokens
    self.pictures = pictures
    self.sharedLength = sharedLength
  }
}

/// A picture cut into patches.
public struct Patches: Sendable, Equatable {
  /// Patches from top to bottom; even.
  public let gridHeight: Int
  /// Patches from left to right; even.
  public let gridWidth: Int
  /// Normalised pixels, [gridHeight * gridWidth][patch features], the four patches of a merge block next to each other.
  public let values: [Float]

  /// Patches of a grid.
  public init(gridHeight: Int, gridWidth: Int, values: [Float]) {
    self.gridHeight = gridHeight
    self.gridWidth = gridWidth
    self.values = values
  }

  /// Patches in the picture.
  public var count: Int { gridHeight * gridWidth }
}

/// Why a sequence cannot be run.
public struct ModelInputError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence for a person.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Where a sequence's pictures lie among its tokens.
struct Placeholders {
  /// The token of each picture's first merged patch.
  let starts: [Int]

  /// Finds each picture's run of placeholders and checks that it is as long as the picture.
  init(_ input: ModelInput, _ configuration: Configuration) throws(ModelInputError) {
    guard !input.tokens.isEmpty else { throw ModelInputError("the sequence has no tokens") }
    var starts: [Int] = []
    var index = 0
    while index < input.tokens.count {
      let token = input.tokens[index]
      try configuration.decoder.check(token)
      guard token == configuration.imageToken || token == configuration.videoToken else {
        index += 1
        continue
      }
      let run = input.tokens[index...].prefix { $0 == token }.count
      guard starts.count < input.pictures.count else {
        throw ModelInputError(
          "there are \(run) placeholders at token \(index), but all \(input.pictures.count) pictures have theirs before them")
      }
      let length = try Self.mergedPatches(of: input.pictures[starts.count], number: starts.count + 1, configuration.vision)
      // A longer run could be two pictures without the tokens between them; the reference reads it as one picture and fails.
      guard run == length else {
        throw ModelInputError(
          "picture \(starts.count + 1) needs \(length) placeholders in a row, but at token \(index) there are \(run)")
      }
      starts.append(index)
      index += length
    }
    guard starts.count == input.pictures.count else {
      throw ModelInputError("there are placeholders for \(starts.count) of \(input.pictures.count) pictures")
    }
    self.starts = starts
  }

  private static func mergedPatches(
    of picture: Patches, number: Int, _ vision: VisionConfiguration
  ) throws(ModelInputError) -> Int {
    let (height, width) = (picture.gridHeight, picture.gridWidth)
    let grid = "picture \(number) has a grid of \(height) x \(width) patches"
    guard height > 0, width > 0, height % vision.mergeSize == 0, width % vision.mergeSize == 0 else {
      throw ModelInputError("\(grid), which cannot be merged \(vision.mergeSize) by \(vision.mergeSize)")
    }
    // Divided, since a product of unchecked sides could overflow.
    let (patches, remainder) = picture.values.count.quotientAndRemainder(dividingBy: vision.patchFeatures)
    guard remainder == 0, patches % height == 0, patches / height == width else {
      throw ModelInputError("\(grid) of \(vision.patchFeatures) numbers each, but \(picture.values.count) numbers")
    }
    return patches / (vision.mergeSize * vision.mergeSize)
  }
}
