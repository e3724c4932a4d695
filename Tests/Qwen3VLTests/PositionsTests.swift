import Tensors
import TestSupport
import Testing

@testable import Qwen3VL

/// Positions and learned-position weights against plain statements of what they are.
@Suite struct PositionsTests {
  private let configuration: Configuration

  init() throws {
    configuration = try ConfigurationJSON.small(.tied).configuration
  }

  @Test func textCountsAllThreeUp() throws {
    let input = ModelInput(tokens: [1, 2, 3])
    let positions = DecoderPositions(input, try Placeholders(input, configuration), mergeSize: 2)
    #expect(positions.time == [0, 1, 2] && positions.height == [0, 1, 2] && positions.width == [0, 1, 2])
  }

  /// Two text tokens, the start token, 2 x 3 merged patches, the end token, one text token.
  @Test func pictureCountsRowsAndColumns() throws {
    let input = Samples(configuration: configuration).input(.text(2), .picture(4, 6), .text(1))
    let positions = DecoderPositions(input, try Placeholders(input, configuration), mergeSize: 2)
    #expect(positions.time == [0, 1, 2, 3, 3, 3, 3, 3, 3, 6, 7])
    #expect(positions.height == [0, 1, 2, 3, 3, 3, 4, 4, 4, 6, 7])
    #expect(positions.width == [0, 1, 2, 3, 4, 5, 3, 4, 5, 6, 7])
  }

  /// A batch is its sequences one after the other, each counted from 0.
  @Test func sequencesDoNotShiftEachOther() throws {
    let inputs = Samples(configuration: configuration).sequences
    var all = DecoderPositions()
    var expected: [[Int]] = [[], [], []]
    for input in inputs {
      let placeholders = try Placeholders(input, configuration)
      let own = DecoderPositions(input, placeholders, mergeSize: 2)
      all.append(own)
      #expect(own.time.count == input.tokens.count && own.height.count == input.tokens.count && own.width.count == input.tokens.count)
      expected = zip(expected, [own.time, own.height, own.width]).map { $0 + $1 }
    }
    #expect([all.time, all.height, all.width] == expected)
    let offsets = SequenceOffsets(lengths: inputs.map(\.tokens.count))
    #expect(all.lastTokens(offsets).time == (0..<offsets.count).map { all.time[offsets[$0].upperBound - 1] })
  }

  /// Interleaved: T H W T H W …, each axis with as many frequencies as the configuration gives it.
  @Test func axesOfFrequencies() throws {
    let axes = DecoderPositions.axes(configuration.decoder)
    #expect(axes == [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0])
    #expect((0..<3).map { axis in axes.count { $0 == axis } } == configuration.decoder.mropeSection)
  }

  /// Interpolation weights are positive and sum to 1, indices lie in the table, corners lie on corners, for every size of grid.
  @Test(arguments: [2, 4, 6, 46, 48, 50, 96, 98, 400])
  func learnedPositions(size: Int) {
    let vision = configuration.vision
    let rows = VisionPositions([Patches(gridHeight: size, gridWidth: 4, values: [])], vision).learned()
    #expect(rows.terms == 4 && rows.tokens == size * 4)
    let coefficients = rows.coefficients ?? []
    #expect(coefficients.count == rows.indices.count)
    for token in 0..<rows.tokens {
      let sum = coefficients[token * 4..<token * 4 + 4].reduce(0, +)
      #expect(abs(sum - 1) <= 1e-5)
    }
    #expect(coefficients.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(rows.indices.allSatisfy { $0 < UInt32(vision.positionCount) })
    let side = UInt32(vision.positionSide)
    func heaviest(_ token: Int) -> UInt32 {
      let best = (0..<4).max { coefficients[token * 4 + $0] < coefficients[token * 4 + $1] } ?? 0
      return rows.indices[token * 4 + best]
    }
    #expect(heaviest(0) == 0)
    #expect(heaviest(rows.tokens - 1) == side * side - 1)
  }

  /// A grid as large as the table takes every row as it is, in the order of merge blocks.
  @Test func gridOfTheTablesSize() {
    let side = configuration.vision.positionSide
    let rows = VisionPositions([Patches(gridHeight: side, gridWidth: side, values: [])], configuration.vision).learned()
    let coefficients = rows.coefficients ?? []
    var expected: [UInt32] = []
    for blockRow in 0..<side / 2 {
      for blockColumn in 0..<side / 2 {
        for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
          expected.append(UInt32((2 * blockRow + row) * side + 2 * blockColumn + column))
        }
      }
    }
    let found = (0..<rows.tokens).map { token in
      (0..<4).filter { coefficients[token * 4 + $0] == 1 }.map { rows.indices[token * 4 + $0] }
    }
    #expect(found == expected.map { [$0] })
  }
}
