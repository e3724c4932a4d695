import Checkpoints
import Testing

/// A valid file, damaged: an error or a file that still makes sense, never a crash.
@Suite struct SafetensorsDamageTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func cutShortAtEveryByte() throws {
    let bytes = SafetensorsBytes.valid.bytes
    _ = try SafetensorsFile(path: folder.write("whole", bytes))
    for count in bytes.indices {
      expectError(.malformedFile, saying: "cut: ") { _ = try SafetensorsFile(path: folder.write("cut", Array(bytes[..<count]))) }
    }
    expectError(.malformedFile, saying: "1 bytes behind") { _ = try SafetensorsFile(path: folder.write("long", bytes + [0])) }
  }

  /// Bits anywhere in the length and the header turned over.
  @Test func bitsTurned() throws {
    var generator = SeededGenerator(seed: 1)
    var outcomes = [0, 0]
    for _ in 0..<2_000 {
      var bytes = SafetensorsBytes.valid.bytes
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        // One time in ten in the 8 bytes of the length.
        let isLength = Int.random(in: 0..<10, using: &generator) == 0
        let range = isLength ? 0..<8 : 8..<8 + SafetensorsBytes.valid.header.utf8.count
        bytes[Int.random(in: range, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      }
      outcomes[try open(bytes) ? 0 : 1] += 1
    }
    // Names and metadata may change unnoticed; most of the rest must not.
    #expect(outcomes[0] > 10 && outcomes[1] > 1_000, "\(outcomes)")
  }

  /// Digits replaced by digits: the header stays well formed, and every number in it may lie.
  @Test func numbersChanged() throws {
    var generator = SeededGenerator(seed: 2)
    let digits = Array("0123456789".utf8)
    let valid = SafetensorsBytes.valid.bytes
    let places = valid.indices.filter { $0 >= 8 && $0 < 8 + SafetensorsBytes.valid.header.utf8.count && digits.contains(valid[$0]) }
    var refused = 0
    for _ in 0..<2_000 {
      var bytes = valid
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        bytes[places[Int.random(in: places.indices, using: &generator)]] = digits[Int.random(in: digits.indices, using: &generator)]
      }
      if try !open(bytes) { refused += 1 }
    }
    #expect(refused > 1_000)
  }

  /// Whether the file opens; then every tensor must lie in the file, with the bytes of its shape, and none in another.
  private func open(_ bytes: [UInt8]) throws -> Bool {
    let path = try folder.write("damaged", bytes)
    let file: SafetensorsFile
    do {
      file = try SafetensorsFile(path: path)
    } catch {
      #expect(error.file == path && !error.reason.isEmpty)
      return false
    }
    var next: Int?
    for (name, entry) in file.entries.sorted(by: {
      ($0.value.bytes.lowerBound, $0.value.bytes.upperBound) < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound)
    }) {
      #expect(entry.bytes.lowerBound >= 8 && entry.bytes.upperBound <= bytes.count)
      #expect(next == nil || next == entry.bytes.lowerBound)
      next = entry.bytes.upperBound
      guard let numbers = try? file.numbers(of: name) else { continue }
      #expect(numbers.count == entry.shape.reduce(1, *))
    }
    #expect(next ?? bytes.count == bytes.count)
    return true
  }
}
