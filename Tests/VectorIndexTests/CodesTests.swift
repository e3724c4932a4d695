import Foundation
import Testing

@testable import VectorIndex

/// Codes as sentence-transformers makes them.
@Suite struct CodesTests {
  /// `Tools/vectors/make_fixture.py` wrote it.
  struct Fixture: Decodable {
    let vectors: [[Float]]
    let minimum: [Float]
    let maximum: [Float]
    let int8: [[Int8]]
    let int8Narrow: [[Int8]]
    let ubinary: [[UInt8]]
    let prefix: [[Float]]
    let prefixInt8: [[Int8]]
  }

  static let fixture = Result {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: root.appending(path: "Fixtures/vectors/codes.json")))
  }

  @Test func rangesAndCodesEqualTheReference() throws {
    let fixture = try Self.fixture.get()
    var collector = RangeCollector(dimensions: fixture.minimum.count)
    for vector in fixture.vectors { vector.withUnsafeBufferPointer { collector.include($0) } }
    #expect(collector.ranges == Int8Ranges(minimum: fixture.minimum, maximum: fixture.maximum))
    #expect(try codes(fixture.vectors, collector.ranges) == fixture.int8)
    // Ranges of other vectors, outside of which numbers are cut off.
    let narrow = Int8Ranges(minimum: fixture.minimum.map { $0 / 2 }, maximum: fixture.maximum.map { $0 / 2 })
    #expect(try codes(fixture.vectors, narrow) == fixture.int8Narrow)
    #expect(fixture.vectors.map { RowEncoder.binaryCode($0, $0.count) } == fixture.ubinary)
  }

  @Test func prefixesAreCutThenBroughtToLengthOneThenCoded() throws {
    let fixture = try Self.fixture.get()
    let dimensions = fixture.prefix[0].count
    for (vector, prefix) in zip(fixture.vectors, fixture.prefix) {
      let ours = try #require(UnitVector.prefix(vector, dimensions))
      #expect(zip(ours, prefix).allSatisfy { abs($0 - $1) <= 1e-7 })
    }
    var collector = RangeCollector(dimensions: dimensions)
    for vector in fixture.prefix { vector.withUnsafeBufferPointer { collector.include($0) } }
    #expect(try codes(fixture.prefix, collector.ranges) == fixture.prefixInt8)
  }

  @Test func anUnchangingDimensionHasACode() throws {
    #expect(try codes([[1, 0], [1, 255]], Int8Ranges(minimum: [1, 0], maximum: [1, 255])) == [[-128, -128], [-128, 127]])
  }

  private func codes(_ vectors: [[Float]], _ ranges: Int8Ranges) throws -> [[Int8]] {
    var settings = VectorSettings(dimensions: ranges.minimum.count)
    settings.int8Ranges = ranges
    let buffer = RowBuffer(settings, byteLimit: 1 << 20)
    return vectors.enumerated().map { row, vector in
      vector.withUnsafeBufferPointer { buffer.set(row, id: 0, $0) }
      return buffer.bytes(2, count: row + 1).suffix(vector.count).map { Int8(bitPattern: $0) }
    }
  }
}
