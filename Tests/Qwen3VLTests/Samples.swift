import Qwen3VL

/// Made-up sequences, the same every time.
struct Samples {
  /// What a sequence consists of, in order.
  enum Part {
    case text(Int)
    /// A picture of so many patches in height and width.
    case picture(Int, Int)
  }

  let configuration: Configuration

  /// A sequence of the given parts.
  func input(_ parts: Part..., seed: UInt64 = 0) -> ModelInput {
    var random = Randomness(seed: seed)
    var tokens: [Int32] = []
    var pictures: [Patches] = []
    for part in parts {
      switch part {
      case .text(let count):
        // Ids below all special ones.
        let limit = min(configuration.imageToken, configuration.visionStartToken)
        tokens += (0..<count).map { _ in Int32(random.next() % UInt64(limit)) }
      case .picture(let height, let width):
        pictures.append(picture(height, width, seed: random.next()))
        tokens += placeholders(height * width / 4)
      }
    }
    return ModelInput(tokens: tokens, pictures: pictures)
  }

  /// A run of placeholders between the tokens that surround it.
  func placeholders(_ count: Int) -> [Int32] {
    [configuration.visionStartToken] + [Int32](repeating: configuration.imageToken, count: count) + [configuration.visionEndToken]
  }

  /// A picture of numbers from -1 to 1.
  func picture(_ height: Int, _ width: Int, seed: UInt64) -> Patches {
    var random = Randomness(seed: seed)
    let count = height * width * configuration.vision.patchFeatures
    return Patches(gridHeight: height, gridWidth: width, values: (0..<count).map { _ in Float(random.next() >> 40) * 0x1p-23 - 1 })
  }

  /// Texts and pictures of many lengths: of one token, of one short of a tile of 64, of several tiles, with pictures in all places.
  var sequences: [ModelInput] {
    [
      input(.text(1), seed: 1), input(.text(63), seed: 2), input(.text(7), .picture(4, 6), .text(5), seed: 3), input(.text(65), seed: 4),
      input(.text(2), .picture(2, 2), .picture(8, 2), .text(1), .picture(6, 10), .text(3), seed: 5), input(.text(150), seed: 6),
      input(.picture(14, 12), .text(2), seed: 7), input(.text(1), seed: 8),
    ]
  }
}

/// splitmix64.
struct Randomness {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Bits of numbers, for comparisons that must be exact and in which NaN equals itself.
func bits(_ rows: [[Float]]) -> [[UInt32]] { rows.map { $0.map(\.bitPattern) } }
