import Foundation
import Tensors

/// The three positions of every token: time, height and width (M-RoPE).
///
/// Text counts all three up together. A picture keeps its time and counts rows and columns from where it stands; the text behind it goes
/// on after the longer of its sides.
public struct DecoderPositions: Sendable, Equatable {
  /// Time of every token.
  public private(set) var time: [Int] = []
  /// Row of every token.
  public private(set) var height: [Int] = []
  /// Column of every token.
  public private(set) var width: [Int] = []

  init() {}

  /// Positions of a sequence of text only.
  init(textLength: Int) {
    var next = 0
    appendText(textLength, from: &next)
  }

  /// Positions of one sequence.
  init(_ input: ModelInput, _ placeholders: Placeholders, mergeSize: Int) {
    var next = 0
    var token = 0
    for (picture, start) in zip(input.pictures, placeholders.starts) {
      appendText(start - token, from: &next)
      let rows = picture.gridHeight / mergeSize
      let columns = picture.gridWidth / mergeSize
      for row in 0..<rows {
        for column in 0..<columns {
          time.append(next)
          height.append(next + row)
          width.append(next + column)
        }
      }
      next += max(rows, columns)
      token = start + rows * columns
    }
    appendText(input.tokens.count - token, from: &next)
  }

  private mutating func appendText(_ count: Int, from next: inout Int) {
    for position in next..<next + count {
      time.append(position)
      height.append(position)
      width.append(position)
    }
    next += count
  }

  /// Appends the positions of other tokens.
  mutating func append(_ other: DecoderPositions) {
    time += other.time
    height += other.height
    width += other.width
  }

  /// The positions of some tokens.
  subscript(tokens: some RangeExpression<Int>) -> DecoderPositions {
    var part = DecoderPositions()
    part.time = Array(time[tokens])
    part.height = Array(height[tokens])
    part.width = Array(width[tokens])
    return part
  }

  /// The positions of each sequence's last token.
  func lastTokens(_ offsets: SequenceOffsets) -> DecoderPositions {
    var last = DecoderPositions()
    for sequence in 0..<offsets.count {
      let token = offsets[sequence].upperBound - 1
      last.time.append(time[token])
      last.height.append(height[token])
      last.width.append(width[token])
    }
    return last
  }

  /// The rotary angles of all tokens.
  func rotation(_ configuration: DecoderConfiguration, _ compute: Compute) -> Rotation {
    let half = configuration.headDimension / 2
    let axes = Self.axes(configuration)
    let positions = [time, height, width]
    let table = AngleTable(
      frequencies: AngleTable.frequencies(theta: configuration.ropeTheta, dimension: configuration.headDimension),
      positions: 1 + (positions.lazy.compactMap { $0.max() }.max() ?? 0))
    var cosines = [Float](repeating: 0, count: time.count * half)
    var sines = cosines
    for token in time.indices {
      for frequency in 0..<half {
        let angle = positions[axes[frequency]][token] * half + frequency
        cosines[token * half + frequency] = table.cosines[angle]
        sines[token * half + frequency] = table.sines[angle]
      }
    }
    return compute.rotation(cosines: cosines, sines: sines, halfDimension: half)
  }

  /// Which position each frequency follows: 0 for time, 1 for height, 2 for width.
  ///
  /// Interleaved M-RoPE deals frequencies out in turn, T H W T H W …, until an axis has its share; what is left follows time.
  static func axes(_ configuration: DecoderConfiguration) -> [Int] {
    (0..<configuration.headDimension / 2).map { frequency in
      let axis = frequency % 3
      return axis > 0 && frequency < configuration.mropeSection[axis] * 3 ? axis : 0
    }
  }
}

/// Cosines and sines of position times frequency, [positions][frequencies].
struct AngleTable {
  let cosines: [Float]
  let sines: [Float]

  init(frequencies: [Float], positions: Int) {
    var cosines: [Float] = []
    var sines: [Float] = []
    cosines.reserveCapacity(positions * frequencies.count)
    sines.reserveCapacity(positions * frequencies.count)
    for position in 0..<positions {
      for frequency in frequencies {
        let angle = Float(position) * frequency
        cosines.append(cos(angle))
        sines.append(sin(angle))
      }
    }
    self.cosines = cosines
    self.sines = sines
  }

  /// theta^(-2 i / dimension) for i below dimension / 2, with the exponent and the reciprocal in f32 as the reference computes them.
  static func frequencies(theta: Double, dimension: Int) -> [Float] {
    stride(from: 0, to: dimension, by: 2).map { 1 / Float(pow(theta, Double(Float($0) / Float(dimension)))) }
  }
}
