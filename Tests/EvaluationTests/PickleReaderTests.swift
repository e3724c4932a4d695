import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct PickleReaderTests {
  private let pickle: [UInt8]

  init() throws {
    pickle = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixtures.root + "/pickle/passages.pkl")))
  }

  @Test func readsWhatPythonWrote() throws {
    let expected = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: Fixtures.root + "/pickle/passages.json")))
    #expect(NSDictionary(dictionary: ["value": plain(try PickleReader.read(pickle))]) == NSDictionary(dictionary: ["value": expected]))
  }

  @Test func everyTruncationIsRefused() {
    for length in pickle.indices {
      #expect(throws: PickleError.self, "the first \(length) bytes") { try PickleReader.read(Array(pickle[..<length])) }
    }
  }

  @Test func onlyInstructionsOfPlainDataAreKnown() {
    // Importing, calling, constructing, persistent ids, extensions and everything of other protocols.
    let known: Set<UInt8> = [0x28, 0x2e, 0x47, 0x4a, 0x4b, 0x4d, 0x58, 0x5d, 0x65, 0x68, 0x6a, 0x75, 0x7d, 0x8c, 0x94, 0x95]
    for byte in UInt8.min...UInt8.max where !known.contains(byte) {
      let error = #expect(throws: PickleError.self) { try PickleReader.read([0x80, 4, 0x5d, byte, 0x2e]) }
      #expect(error?.reason.contains("is not one of plain data") == true)
      #expect(error?.offset == 3)
    }
  }

  @Test(arguments: [
    // Announced: a text of 4 GB, one of 255 bytes, a frame of 2^64 - 1.
    Hostile([0x58, 0xff, 0xff, 0xff, 0xff, 0x61], "4294967295 bytes are announced"),
    Hostile([0x8c, 0xff, 0x61], "255 bytes are announced"),
    Hostile([0x95, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x2e], "a frame of 18446744073709551615 bytes"),
    // The memo: nothing there, beyond its end, and a list that would be in two places.
    Hostile([0x94, 0x2e], "no value to remember"),
    Hostile([0x6a, 0xff, 0xff, 0xff, 0x7f, 0x2e], "before it was remembered"),
    Hostile([0x5d, 0x94, 0x28, 0x68, 0, 0x65, 0x2e], "is not a text, is used twice"),
    // The stack: nothing below the mark, no mark, elements of a number, nothing or too much at the end.
    Hostile([0x28, 0x4b, 1, 0x65, 0x2e], "nothing to add elements to"),
    Hostile([0x5d, 0x28, 0x28, 0x4b, 1, 0x65, 0x2e], "nothing to add elements to"),
    Hostile([0x5d, 0x65, 0x2e], "did not begin"),
    Hostile([0x4b, 1, 0x28, 0x4b, 1, 0x65, 0x2e], "not a list"),
    Hostile([0x5d, 0x28, 0x4b, 1, 0x4b, 1, 0x75, 0x2e], "not a dictionary"),
    Hostile([0x2e], "before all values are in place"),
    Hostile([0x5d, 0x5d, 0x2e], "before all values are in place"),
    Hostile([0x5d, 0x28, 0x2e], "before all values are in place"),
    Hostile([0x5d, 0x2e, 0x2e], "1 bytes follow the end"),
    // Dictionaries: a key without value, a number as key, a key twice.
    Hostile([0x7d, 0x28, 0x8c, 1, 0x61, 0x75, 0x2e], "no value"),
    Hostile([0x7d, 0x28, 0x4b, 1, 0x4b, 1, 0x75, 0x2e], "not a text"),
    Hostile([0x7d, 0x28, 0x8c, 1, 0x61, 0x4b, 1, 0x8c, 1, 0x61, 0x4b, 2, 0x75, 0x2e], "comes twice"),
    Hostile([0x8c, 2, 0xc3, 0x28, 0x2e], "not UTF-8"),
    Hostile(Array(repeating: [0x5d, 0x28], count: 100_000).flatMap { $0 }, "inside each other"),
  ])
  func hostileBytesAreRefused(_ hostile: Hostile) {
    let error = #expect(throws: PickleError.self) { try PickleReader.read([0x80, 4] + hostile.bytes) }
    #expect(error?.reason.contains(hostile.reason) == true, "\(error?.reason ?? "no error")")
  }

  @Test func otherProtocolsAreRefused() {
    for bytes: [UInt8] in [[], [0x80], [0x80, 2, 0x5d, 0x2e], [0x80, 5, 0x5d, 0x2e], [0x5d, 0x2e]] {
      #expect(throws: PickleError.self) { try PickleReader.read(bytes) }
    }
  }

  @Test func damagedBytesNeverDoMoreThanThrow() {
    var generator = SplitMix(state: 1)
    var refused = 0
    for _ in 0..<20_000 {
      var damaged = pickle
      for _ in 0...generator.next() % 3 { damaged[Int(generator.next() % UInt64(damaged.count))] = UInt8(generator.next() & 0xff) }
      do { _ = try PickleReader.read(damaged) } catch { refused += 1 }
    }
    // Damage inside texts and numbers goes unnoticed; the rest must not.
    #expect(refused > 1_000)
  }

  /// The value as JSON has it.
  private func plain(_ value: PickleValue) -> Any {
    switch value {
    case .text(let text): text
    case .integer(let integer): integer
    case .number(let number): number
    case .list(let list): list.map(plain)
    case .dictionary(let entries): entries.mapValues(plain)
    }
  }

  struct Hostile: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let reason: String

    init(_ bytes: [UInt8], _ reason: String) {
      self.bytes = bytes
      self.reason = reason
    }

    var testDescription: String { reason }
  }

  private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
      return mixed ^ (mixed >> 31)
    }
  }
}
