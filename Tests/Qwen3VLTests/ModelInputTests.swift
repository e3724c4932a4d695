import Checkpoints
import Tensors
import TestSupport
import Testing

@testable import Qwen3VL

/// Sequences that cannot be run are refused with what is wrong, before anything is computed.
@Suite struct ModelInputTests {
  private let model: Qwen3VLModel
  private let samples: Samples

  init() throws {
    model = try SmallCheckpoint.open(SmallCheckpoint().write())
    samples = Samples(configuration: model.configuration)
  }

  private func expectFault(_ input: ModelInput, saying message: String, sourceLocation: SourceLocation = #_sourceLocation) {
    for run in [
      { try model.check(input) }, { _ = try model.positions(of: input) },
      { _ = try model.lastHiddenStates(of: [samples.input(.text(3)), input], Compute(precision: .float32)) },
    ] as [() throws -> Void] {
      let error = #expect(throws: ModelInputError.self, sourceLocation: sourceLocation) { try run() }
      #expect(error.map { $0.description.contains(message) } == true, "\(error.debugDescription)", sourceLocation: sourceLocation)
    }
  }

  @Test func noTokens() { expectFault(ModelInput(tokens: []), saying: "has no tokens") }

  @Test func noSequences() throws { #expect(try model.lastHiddenStates(of: [], Compute()).isEmpty) }

  @Test(arguments: [-1, 48, Int32.min, .max])
  func idsOutsideTheVocabulary(id: Int32) {
    expectFault(ModelInput(tokens: [1, id, 2]), saying: "token \(id) is not in the vocabulary of 48 tokens")
  }

  @Test func longerThanThePositions() throws {
    let json = try ConfigurationJSON.small(.tied).setting("text_config.max_position_embeddings", .integer(10))
    let short = try SmallCheckpoint.open(SmallCheckpoint(json).write())
    try short.check(samples.input(.text(10)))
    let error = #expect(throws: ModelInputError.self) { try short.check(samples.input(.text(11))) }
    #expect(error?.description == "11 tokens are more than the model's 10 positions")
  }

  @Test func placeholdersWithoutPictures() {
    expectFault(ModelInput(tokens: [1] + samples.placeholders(2)), saying: "there are 2 placeholders at token 2, but all 0 pictures")
    expectFault(
      ModelInput(tokens: samples.placeholders(1) + samples.placeholders(3), pictures: [samples.picture(2, 2, seed: 1)]),
      saying: "there are 3 placeholders at token 4, but all 1 pictures")
  }

  @Test func picturesWithoutPlaceholders() {
    let picture = samples.picture(2, 2, seed: 1)
    expectFault(ModelInput(tokens: [1, 2], pictures: [picture]), saying: "placeholders for 0 of 1 pictures")
    expectFault(ModelInput(tokens: samples.placeholders(1), pictures: [picture, picture]), saying: "placeholders for 1 of 2 pictures")
  }

  @Test(arguments: [1, 5, 7, 12])
  func runOfAnotherLength(count: Int) {
    expectFault(
      ModelInput(tokens: samples.placeholders(count), pictures: [samples.picture(4, 6, seed: 1)]),
      saying: "picture 1 needs 6 placeholders in a row, but at token 1 there are \(count)")
  }

  @Test func runInterrupted() {
    var tokens = samples.placeholders(6)
    tokens[3] = 5
    expectFault(ModelInput(tokens: tokens, pictures: [samples.picture(4, 6, seed: 1)]), saying: "at token 1 there are 2")
    // Image and video placeholders are two kinds.
    tokens[3] = model.configuration.videoToken
    expectFault(ModelInput(tokens: tokens, pictures: [samples.picture(4, 6, seed: 1)]), saying: "at token 1 there are 2")
  }

  /// Without the tokens between them, two pictures look like one: the reference reads the run as one picture and fails.
  @Test func picturesThatTouch() throws {
    let pictures = [samples.picture(2, 4, seed: 1), samples.picture(2, 4, seed: 2)]
    expectFault(
      ModelInput(tokens: samples.placeholders(4), pictures: pictures),
      saying: "picture 1 needs 2 placeholders in a row, but at token 1 there are 4")
    // An image and a frame that touch are two runs.
    let (image, video) = (model.configuration.imageToken, model.configuration.videoToken)
    let mixed = ModelInput(tokens: [1, image, image, video, video, 2], pictures: pictures)
    let positions = try model.positions(of: mixed)
    #expect(positions.time == [0, 1, 1, 3, 3, 5])
    #expect(positions.width == [0, 1, 2, 3, 4, 5])
  }

  @Test(arguments: [(3, 4), (4, 3), (1, 1), (0, 2), (2, 0), (-2, 2), (-2, -2), (.min, 2), (2, .max)])
  func gridsThatCannotBeMerged(height: Int, width: Int) {
    let picture = Patches(gridHeight: height, gridWidth: width, values: [])
    expectFault(
      ModelInput(tokens: samples.placeholders(1), pictures: [picture]),
      saying: "picture 1 has a grid of \(height) x \(width) patches, which cannot be merged 2 by 2")
  }

  /// Sides whose product overflows among them.
  @Test(arguments: [
    (2, 2, 0), (2, 2, 1_535 * 4), (2, 2, 1_536 * 4 + 1), (2, 2, 1_536 * 8), (2, 4, 1_536 * 4), (4, 2, 1_536 * 16), (1 << 40, 1 << 40, 0),
    (1 << 62, 4, 0), (1 << 62, 1 << 62, 1_536 * 4), (.max - 1, .max - 1, 1_536 * 4), (1 << 32, 1 << 32, 0),
  ])
  func valuesOfAnotherCount(height: Int, width: Int, count: Int) {
    let picture = Patches(gridHeight: height, gridWidth: width, values: [Float](repeating: 0, count: count))
    expectFault(
      ModelInput(tokens: samples.placeholders(1), pictures: [picture]),
      saying: "picture 1 has a grid of \(height) x \(width) patches of 1536 numbers each, but \(count) numbers")
  }

  /// One bad sequence among good ones: nothing is run, and the good ones are not spoilt.
  @Test func goodOnesAreUntouched() throws {
    let compute = Compute(precision: .float32)
    let good = samples.input(.text(5), .picture(2, 4))
    let expected = try model.lastHiddenStates(of: [good], compute)
    #expect(throws: ModelInputError.self) { try model.lastHiddenStates(of: [good, ModelInput(tokens: [])], compute) }
    #expect(try bits(model.lastHiddenStates(of: [good], compute)) == bits(expected))
  }
}
