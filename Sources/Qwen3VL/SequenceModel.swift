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
  ///   - observe: Sees the stages. Where someone looks, the last layer runs for all tokens; the result has the same bits.
  /// - Returns: [sequences][hidden size]
  /// - Throws: `ModelInputError` when a sequence does not fit the model or its pictures.
  func lastHiddenStates(of inputs: [ModelInput], _ compute: Compute, observe: StageObserver) throws(ModelInputError) -> [[Float]]
}

extension SequenceModel {
  /// Runs sequences without looking at stages.
  public func lastHiddenStates(of inputs: [ModelInput], _ compute: Compute) throws(ModelInputError) -> [[Float]] {
    try lastHiddenStates(of: inputs, compute, observe: .none)
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
