import Tensors

/// Where the patches of pictures lie: loops over integers, in the order in which patches come (merge block by merge block).
struct VisionPositions {
  private let grids: [(height: Int, width: Int)]
  private let configuration: VisionConfiguration

  init(_ pictures: [Patches], _ configuration: VisionConfiguration) {
    grids = pictures.map { ($0.gridHeight, $0.gridWidth) }
    self.configuration = configuration
  }

  /// Tokens of each picture: attention stays within it.
  var offsets: SequenceOffsets { SequenceOffsets(lengths: grids.map { $0.height * $0.width }) }

  /// Row and column of every patch.
  private func forEachPatch(_ body: (_ row: Int, _ column: Int, _ height: Int, _ width: Int) -> Void) {
    let merge = configuration.mergeSize
    for (height, width) in grids {
      for blockRow in 0..<height / merge {
        for blockColumn in 0..<width / merge {
          for row in 0..<merge {
            for column in 0..<merge {
              body(blockRow * merge + row, blockColumn * merge + column, height, width)
            }
          }
        }
      }
    }
  }

  /// The learned positions, a square grid, interpolated bilinearly to the grid of each picture with corners on corners.
  func learned() -> WeightedRows {
    let side = configuration.positionSide
    var indices: [UInt32] = []
    var coefficients: [Float] = []
    forEachPatch { row, column, height, width in
      let vertical = Interpolation(row, of: height, side: side)
      let horizontal = Interpolation(column, of: width, side: side)
      for (y, weightY) in [(vertical.lower, vertical.lowerWeight), (vertical.upper, vertical.upperWeight)] {
        for (x, weightX) in [(horizontal.lower, horizontal.lowerWeight), (horizontal.upper, horizontal.upperWeight)] {
          indices.append(UInt32(y * side + x))
          coefficients.append(weightY * weightX)
        }
      }
    }
    return WeightedRows(terms: 4, indices: indices, coefficients: coefficients)
  }

  /// Rotary angles of every patch: the first half of the frequencies follows the row, the second half the column.
  func rotation(_ compute: Compute) -> Rotation {
    let quarter = configuration.headDimension / 4
    let positions = grids.reduce(1) { max($0, $1.height, $1.width) }
    let table = AngleTable(
      frequencies: AngleTable.frequencies(theta: VisionConfiguration.ropeTheta, dimension: configuration.headDimension / 2),
      positions: positions)
    var cosines: [Float] = []
    var sines: [Float] = []
    forEachPatch { row, column, _, _ in
      for position in [row, column] {
        cosines += table.cosines[position * quarter..<(position + 1) * quarter]
        sines += table.sines[position * quarter..<(position + 1) * quarter]
      }
    }
    return compute.rotation(cosines: cosines, sines: sines, halfDimension: 2 * quarter)
  }
}

/// The two learned positions between which one of `size` evenly spaced positions lies, along one axis, in f32 as the reference.
private struct Interpolation {
  let lower: Int
  let upper: Int
  let lowerWeight: Float
  let upperWeight: Float

  init(_ index: Int, of size: Int, side: Int) {
    let source = Float(index) * Float(side - 1) / Float(max(size - 1, 1))
    let floor = source.rounded(.down)
    lower = Int(floor)
    upper = min(lower + 1, side - 1)
    lowerWeight = 1 - (source - floor)
    upperWeight = max(0, 1 - abs(source - floor - 1))
  }
}
