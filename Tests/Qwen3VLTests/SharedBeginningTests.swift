import Qwen3VL
import Tensors
import TestSupport
import Testing

/// Beginnings that inputs share are run once, and no bit of a result changes.
@Suite struct SharedBeginningTests {
  /// Documents of many lengths, with and without pictures, behind one query with a picture.
  private static func inputs(_ model: Qwen3VLModel, sharing: Bool = true) -> [ModelInput] {
    let samples = Samples(configuration: model.configuration)
    let query = samples.input(.text(40), .picture(8, 6), .text(37), seed: 1)
    let documents = [
      samples.input(.text(1), seed: 2), samples.input(.text(70), seed: 3), samples.input(.text(3), .picture(4, 4), .text(2), seed: 4),
      samples.input(.text(130), seed: 5),
    ]
    return documents.map { document in
      ModelInput(
        tokens: query.tokens + document.tokens, pictures: query.pictures + document.pictures,
        sharedLength: sharing ? query.tokens.count : 0)
    }
  }

  @Test(arguments: Setting.all)
  func bitsAreTheSame(setting: Setting) throws {
    let model = try setting.model
    let compute = setting.compute()
    let expected = try Self.inputs(model).map { try model.lastHiddenStates(of: [$0], compute)[0] }
    let cache = BeginningCache(byteLimit: 64 << 20)
    for order in [[0, 1, 2, 3], [3, 2], [1], [0]] {
      let inputs = order.map { Self.inputs(model)[$0] }
      let found = try model.lastHiddenStates(of: inputs, compute, reuse: Reuse(beginnings: cache), observe: .none)
      #expect(bits(found) == bits(order.map { expected[$0] }), "\(order)")
      #expect(cache.byteCount > 0)
    }
  }

  /// The same tokens with another picture are another beginning, and company of other kinds stays as it is.
  @Test(arguments: Setting.fastest)
  func twoPicturesNeverMeet(setting: Setting) throws {
    let model = try setting.model
    let compute = setting.compute()
    let samples = Samples(configuration: model.configuration)
    let first = Self.inputs(model)[1]
    let other = ModelInput(
      tokens: first.tokens, pictures: [samples.picture(8, 6, seed: 99)] + first.pictures.dropFirst(), sharedLength: first.sharedLength)
    let plain = samples.input(.text(9), seed: 8)
    let inputs = [first, other, first, plain, other]
    let expected = try inputs.map { try model.lastHiddenStates(of: [$0], compute)[0] }
    #expect(expected[0] != expected[1])
    let cache = BeginningCache(byteLimit: 64 << 20)
    for _ in 0..<2 {
      #expect(try bits(model.lastHiddenStates(of: inputs, compute, reuse: Reuse(beginnings: cache), observe: .none)) == bits(expected))
    }
  }

  @Test func aSingleInputIsKeptFromTheSecondTimeOn() throws {
    let setting = try #require(Setting.fastest.first)
    let model = try setting.model
    let cache = BeginningCache(byteLimit: 64 << 20)
    let input = Samples(configuration: model.configuration).input(.text(20), seed: 1)
    let shared = ModelInput(tokens: input.tokens, sharedLength: 12)
    var bytes: [Int] = []
    for _ in 0..<3 {
      _ = try model.lastHiddenStates(of: [shared], setting.compute(), reuse: Reuse(beginnings: cache), observe: .none)
      bytes.append(cache.byteCount)
    }
    #expect(bytes[0] == 0 && bytes[1] > 0 && bytes[2] == bytes[1])
  }

  /// More than fits is given up, the least recently used first, and what is larger than the limit is not kept at all.
  @Test func theLimitHolds() throws {
    let setting = try #require(Setting.fastest.first)
    let model = try setting.model
    let compute = setting.compute()
    let samples = Samples(configuration: model.configuration)
    let inputs = (0..<12).map { seed in
      ModelInput(tokens: samples.input(.text(70), seed: UInt64(seed)).tokens, sharedLength: 64)
    }
    let expected = try inputs.map { try model.lastHiddenStates(of: [$0], compute)[0] }
    let one = BeginningCache(byteLimit: 64 << 20)
    _ = try model.lastHiddenStates(of: [inputs[0], inputs[0]], compute, reuse: Reuse(beginnings: one), observe: .none)
    let cache = BeginningCache(byteLimit: one.byteCount * 3)
    for round in 0..<3 {
      for (input, state) in zip(inputs, expected) {
        let found = try model.lastHiddenStates(of: [input, input], compute, reuse: Reuse(beginnings: cache), observe: .none)
        #expect(bits(found) == bits([state, state]), "round \(round)")
        #expect(cache.byteCount <= cache.byteLimit)
      }
    }
    let small = BeginningCache(byteLimit: one.byteCount / 2)
    let found = try model.lastHiddenStates(of: [inputs[0], inputs[0]], compute, reuse: Reuse(beginnings: small), observe: .none)
    #expect(bits(found) == bits([expected[0], expected[0]]))
    #expect(small.byteCount == 0)
  }

  /// A length that cuts a picture, or leaves nothing, shares nothing.
  @Test(arguments: [1, 43, 10_000])
  func lengthsThatCannotBeSharedAreIgnored(length: Int) throws {
    let setting = try #require(Setting.fastest.first)
    let model = try setting.model
    let input = Self.inputs(model, sharing: false)[1]
    let shared = ModelInput(tokens: input.tokens, pictures: input.pictures, sharedLength: length)
    let cache = BeginningCache(byteLimit: 64 << 20)
    let expected = try model.lastHiddenStates(of: [input, input], setting.compute())
    #expect(
      try bits(model.lastHiddenStates(of: [shared, shared], setting.compute(), reuse: Reuse(beginnings: cache), observe: .none))
        == bits(expected))
    #expect((cache.byteCount == 0) == (length != 1))
  }
}
