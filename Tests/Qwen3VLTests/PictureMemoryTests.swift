import Qwen3VL
import Synchronization
import Tensors
import TestSupport
import Testing

/// What the tower gave is taken again for the same picture only, and no bit of a result changes.
@Suite struct PictureMemoryTests {
  /// Keeps everything, and counts.
  private final class Memory: PictureMemory {
    private let kept = Mutex<[PictureDigest: PictureFeatures]>([:])
    private let hits = Mutex(0)
    /// What is handed out instead of what was kept.
    private let distort: @Sendable (PictureFeatures) -> PictureFeatures

    init(distort: @escaping @Sendable (PictureFeatures) -> PictureFeatures = { $0 }) {
      self.distort = distort
    }

    var count: Int { kept.withLock { $0.count } }
    var hitCount: Int { hits.withLock { $0 } }

    func digest(of picture: Patches) -> PictureDigest {
      PictureDigest(bytes: "\(picture.gridHeight) \(picture.values.map(\.bitPattern))".utf8.map { $0 })
    }

    func features(of digest: PictureDigest) -> PictureFeatures? {
      guard let features = kept.withLock({ $0[digest] }) else { return nil }
      hits.withLock { $0 += 1 }
      return distort(features)
    }

    func keep(_ features: PictureFeatures, of digest: PictureDigest) {
      kept.withLock { $0[digest] = features }
    }
  }

  private static func inputs(_ samples: Samples) -> [ModelInput] {
    [
      samples.input(.text(3), .picture(4, 4), .text(2), seed: 1),
      samples.input(.text(9), .picture(8, 6), .text(1), .picture(4, 4), seed: 2),
      samples.input(.text(5), seed: 3), samples.input(.text(3), .picture(4, 4), .text(2), seed: 1),
    ]
  }

  @Test(arguments: Setting.all)
  func bitsAreTheSame(setting: Setting) throws {
    let model = try setting.model
    let compute = setting.compute()
    let inputs = Self.inputs(Samples(configuration: model.configuration))
    let expected = try inputs.map { try model.lastHiddenStates(of: [$0], compute)[0] }
    let memory = Memory()
    for _ in 0..<2 {
      let found = try model.lastHiddenStates(of: inputs, compute, reuse: Reuse(pictures: memory), observe: .none)
      #expect(bits(found) == bits(expected))
    }
    // The last input has the first one's picture: three are looked at, and three are known the second time.
    #expect(memory.count == 3)
    #expect(memory.hitCount == 3)
  }

  @Test func theSameTextWithAnotherPictureIsLookedAt() throws {
    let setting = try #require(Setting.fastest.first)
    let model = try setting.model
    let samples = Samples(configuration: model.configuration)
    let first = samples.input(.text(3), .picture(4, 4), .text(2), seed: 1)
    let other = ModelInput(tokens: first.tokens, pictures: [samples.picture(4, 4, seed: 99)])
    let expected = try [first, other].map { try model.lastHiddenStates(of: [$0], setting.compute())[0] }
    let memory = Memory()
    for (input, states) in zip([first, other, first], [expected[0], expected[1], expected[0]]) {
      #expect(
        try bits(model.lastHiddenStates(of: [input], setting.compute(), reuse: Reuse(pictures: memory), observe: .none)) == bits([states]))
    }
    #expect(expected[0] != expected[1])
  }

  @Test func featuresAreReallyTakenAndThoseOfAnotherShapeAreNot() throws {
    let setting = try #require(Setting.fastest.first)
    let model = try setting.model
    let input = Samples(configuration: model.configuration).input(.text(3), .picture(4, 4), .text(2), seed: 1)
    let expected = try model.lastHiddenStates(of: [input], setting.compute())
    func again(_ distort: @escaping @Sendable (PictureFeatures) -> PictureFeatures) throws -> [[Float]] {
      let memory = Memory(distort: distort)
      _ = try model.lastHiddenStates(of: [input], setting.compute(), reuse: Reuse(pictures: memory), observe: .none)
      return try model.lastHiddenStates(of: [input], setting.compute(), reuse: Reuse(pictures: memory), observe: .none)
    }
    #expect(try again { PictureFeatures(tokens: $0.tokens.map { -$0 }, deepstack: $0.deepstack) } != expected)
    #expect(try again { PictureFeatures(tokens: $0.tokens, deepstack: $0.deepstack.map { $0.map { $0 + 1 } }) } != expected)
    #expect(try again { PictureFeatures(tokens: $0.tokens.dropLast(), deepstack: $0.deepstack) } == expected)
    #expect(try again { PictureFeatures(tokens: $0.tokens, deepstack: $0.deepstack.dropLast()) } == expected)
  }
}
