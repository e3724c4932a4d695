import Foundation

@testable import VectorIndex

/// The same numbers on every run (SplitMix64).
struct Samples: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Normally distributed, near enough: the sum of twelve even numbers.
  mutating func normal() -> Float {
    var sum: Float = -6
    for _ in 0..<12 { sum += Float(next() >> 40) * 0x1p-24 }
    return sum
  }

  mutating func vector(_ dimensions: Int) -> [Float] { unit((0..<dimensions).map { _ in normal() }) }

  mutating func vectors(_ count: Int, _ dimensions: Int) -> [[Float]] { (0..<count).map { _ in vector(dimensions) } }

  /// Vectors around centres, as those of texts on some subjects lie.
  mutating func clustered(_ count: Int, _ dimensions: Int, clusters: Int, spread: Float) -> [[Float]] {
    let centres = vectors(clusters, dimensions)
    return (0..<count).map { _ in
      let centre = centres[Int(next() % UInt64(clusters))]
      let scale = spread / Float(dimensions).squareRoot()
      return unit(centre.map { $0 + normal() * scale })
    }
  }
}

func unit(_ vector: [Float]) -> [Float] { UnitVector.prefix(vector, vector.count) ?? vector }

/// A new, empty folder that is removed with the value that holds it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/sightline-vectors-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }
}

/// What an index should hold: the plain dictionary that it is compared with.
typealias Contents = [UInt64: [Float]]

extension VectorSnapshot {
  var contents: Contents {
    var contents: Contents = [:]
    forEach { id, vector in contents[id] = vector }
    return contents
  }
}
