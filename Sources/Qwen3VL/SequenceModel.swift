public import Tensors

/// A model that runs sequences of tokens, and of pictures where it has a vision tower, to the hidden states of their last tokens.
///
/// Knows neither text nor files. Weights stay where the weight source has them.
public protocol SequenceModel: Sendable {
  /// What the language model is.
  var decoderConfiguration: DecoderConfiguration { get }

  /// Whether the output head is the token embedding.
  var tiesWordEmbeddings: Bool { get }

  /// The output head, [vocabulary][hidden size]; the token embedding where they are tied, `nil` where a checkpoint has left it out.
  var head: Matrix? { get }

  /// Checks a sequence without running it.
  func check(_ input: ModelInput) throws(ModelInputError)

  /// The three positions of every token of a sequence.
  func positions(of input: ModelInput) throws(ModelInputError) -> DecoderPositions

  /// Runs sequences end to end in one pass and gives, for each, the hidden state of its last token after the final norm.
  ///
  /// - Parameters:
  ///   - inputs: Sequences of any lengths. A sequence gives the same bits in any company.
  ///   - compute: What carries out the operations, in the precision that the model was opened for.
  ///   - reuse: What may be taken from earlier passes. The result has the same bits.
  ///   - observe: Sees the stages. Where someone looks, nothing is taken from earlier passes, and the last layer runs for all tokens; the
  ///     result has the same bits.
  /// - Returns: [sequences][hidden size]
  /// - Throws: `ModelInputError` when a sequence does not fit the model or its pictures.
  func lastHiddenStates(
    of inputs: [ModelInput], _ compute: Compute, reuse: Reuse, observe: StageObserver
  ) throws(ModelInputError) -> [[Float]]
}

extension SequenceModel {
  /// Runs sequences and computes everything.
  public func lastHiddenStates(
    of inputs: [ModelInput], _ compute: Compute, observe: StageObserver = .none
  ) throws(ModelInputError) -> [[Float]] {
    try lastHiddenStates(of: inputs, compute, reuse: .nothing, observe: observe)
  }
}

/// What both models do alike: sequences prepared, beginnings shared, the decoder run.
protocol DecodingModel: SequenceModel {
  var decoder: Decoder { get }

  /// Checks a sequence, finds its pictures and counts its positions.
  func prepare(_ input: ModelInput) throws(ModelInputError) -> PreparedSequence

  /// The residual stream that layers begin with, pictures in their places, and what is added to it behind each layer.
  func residualStream(
    of sequences: [PreparedSequence], _ compute: Compute, _ pictures: (any PictureMemory)?, _ observe: StageObserver
  ) -> (hidden: TokenMatrix, afterLayer: (Int) -> Void)
}

extension DecodingModel {
  /// What `lastHiddenStates` promises.
  func run(
    _ inputs: [ModelInput], _ compute: Compute, _ reuse: Reuse, _ observe: StageObserver
  ) throws(ModelInputError) -> [[Float]] {
    guard !inputs.isEmpty else { return [] }
    return try compute.within("decoder") { () throws(ModelInputError) in try decode(inputs, compute, reuse, observe) }
  }

  private func decode(
    _ inputs: [ModelInput], _ compute: Compute, _ reuse: Reuse, _ observe: StageObserver
  ) throws(ModelInputError) -> [[Float]] {
    var sequences: [PreparedSequence] = []
    for input in inputs { sequences.append(try prepare(input)) }
    let reuse = observe.isActive ? .nothing : reuse
    let bytesPerToken = compute.attentionBytes(features: decoder.configuration.keyFeatures) * decoder.layers.count
    reuse.beginnings?.share(&sequences, bytesPerToken: bytesPerToken) {
      let (hidden, afterLayer) = residualStream(of: [$0], compute, reuse.pictures, .none)
      return decoder.beginning(of: hidden, $0.positions, compute, afterLayer: afterLayer)
    }
    var positions = DecoderPositions()
    for sequence in sequences { positions.append(sequence.positions) }
    let (hidden, afterLayer) = residualStream(of: sequences, compute, reuse.pictures, observe)
    observe("decoder.input", hidden, compute)
    let last = decoder.lastTokens(
      of: hidden, DecoderSequences(sequences.map { ($0.tokens.count, $0.beginning) }, positions), compute, observe, afterLayer: afterLayer)
    return (0..<inputs.count).map { compute.row($0, of: last) }
  }
}

extension DecoderConfiguration {
  /// Checks that tokens are in the vocabulary and fit the positions.
  func check(_ tokens: [Int32]) throws(ModelInputError) {
    for token in tokens { try check(token) }
    guard tokens.count <= maxPositions else {
      throw ModelInputError("\(tokens.count) tokens are more than the model's \(maxPositions) positions")
    }
  }

  /// Checks that a token is in the vocabulary.
  func check(_ token: Int32) throws(ModelInputError) {
    guard token >= 0, token < vocabularySize else {
      throw ModelInputError("token \(token) is not in the vocabulary of \(vocabularySize) tokens; the tokenizer is of another model")
    }
  }
}
