import CKernels

/// Rows of a table that are summed to make one token.
public struct WeightedRows: Sendable {
  /// Table rows per token.
  public let terms: Int
  /// Row numbers, [tokens][terms].
  public let indices: [UInt32]
  /// Factors, [tokens][terms]; `nil` for 1.
  public let coefficients: [Float]?

  /// The sum of `terms` rows for each token, with factors.
  public init(terms: Int, indices: [UInt32], coefficients: [Float]) {
    precondition(terms > 0 && indices.count % terms == 0 && coefficients.count == indices.count)
    self.terms = terms
    self.indices = indices
    self.coefficients = coefficients
  }

  /// One row for each token.
  public init(_ indices: [UInt32]) {
    terms = 1
    self.indices = indices
    coefficients = nil
  }

  /// Number of tokens.
  public var tokens: Int { indices.count / terms }
}

extension Compute {
  /// Rows of a table, one token each: the embedding of token ids.
  ///
  /// - Precondition: Every index is a row of `table`.
  public func gather(_ rows: WeightedRows, from table: Matrix) -> TokenMatrix {
    let output = tokenMatrix(features: table.columns, tokens: rows.tokens)
    gather(rows, from: table, into: output, add: false)
    return output
  }

  /// Rows of a table added to every token: interpolated positions.
  ///
  /// - Precondition: Every index is a row of `table`.
  public func gather(_ rows: WeightedRows, from table: Matrix, addedTo matrix: TokenMatrix) {
    gather(rows, from: table, into: matrix, add: true)
  }

  /// Rows of f32, [tokens][features], ready for a product.
  public func operand(rows: [Float], features: Int) -> Operand {
    let output = operand(features: features, tokens: rows.count / features)
    pack(rows, features, precision.number, output.base)
    return output
  }

  /// Angles, [tokens][head_dim / 2] each, ready for `HeadPreparation`.
  public func rotation(cosines: [Float], sines: [Float], halfDimension: Int) -> Rotation {
    precondition(cosines.count == sines.count && cosines.count % halfDimension == 0)
    let tokens = cosines.count / halfDimension
    let rotation = Rotation(
      cosines: tokenMatrix(features: halfDimension, tokens: tokens), sines: tokenMatrix(features: halfDimension, tokens: tokens))
    pack(cosines, halfDimension, SL_F32, rotation.cosines.base)
    pack(sines, halfDimension, SL_F32, rotation.sines.base)
    return rotation
  }

  /// Tokens copied from one matrix to another.
  public func copy(_ tokens: Range<Int>, of input: TokenMatrix, to output: TokenMatrix, at first: Int) {
    copy(tokens, of: input, to: output, at: first, add: false)
  }

  /// Tokens of one matrix added to those of another.
  public func add(_ tokens: Range<Int>, of input: TokenMatrix, to output: TokenMatrix, at first: Int) {
    copy(tokens, of: input, to: output, at: first, add: true)
  }

  /// The last token of every sequence.
  ///
  /// - Shape: (features, tokens) -> (features, sequences).
  /// - Precondition: No sequence is empty.
  public func lastTokens(of input: TokenMatrix, _ offsets: SequenceOffsets) -> TokenMatrix {
    let output = tokenMatrix(features: input.features, tokens: offsets.count)
    for sequence in 0..<offsets.count {
      let last = offsets[sequence].upperBound - 1
      copy(last..<last + 1, of: input, to: output, at: sequence)
    }
    return output
  }

  /// Every four tokens in a row become one with their features end to end.
  ///
  /// - Shape: (features, 4 * tokens) -> (4 * features, tokens).
  public func merged(_ input: TokenMatrix) -> TokenMatrix {
    precondition(input.tokens % 4 == 0)
    let output = tokenMatrix(features: input.features * 4, tokens: input.tokens / 4)
    nonisolated(unsafe) let source = input.base
    nonisolated(unsafe) let destination = output.base
    nonisolated(unsafe) let table = kernels.functions
    let (tokens, features) = (input.tokens, input.features)
    withExtendedLifetime(input) {
      measured("copies") {
        workers.run(Tiles.count(output.tokens)) { tile in table.merge(source, tokens, features, destination, tile, tile + 1) }
      }
    }
    return output
  }

  /// A matrix ready for a product.
  public func operand(_ input: TokenMatrix) -> Operand {
    let output = operand(features: input.features, tokens: input.tokens)
    let (tokens, features) = (input.tokens, input.features)
    if precision == .float32 {
      output.base.copyMemory(from: input.base, byteCount: features * Tiles.lanes(tokens) * 4)
      return output
    }
    nonisolated(unsafe) let source = input.base
    nonisolated(unsafe) let destination = output.base
    nonisolated(unsafe) let table = kernels.functions
    withExtendedLifetime(input) {
      measured("copies") {
        workers.run(Tiles.count(tokens)) { tile in table.pack(source, tokens, features, destination, tile, tile + 1) }
      }
    }
    return output
  }

  /// One token's numbers.
  public func row(_ token: Int, of input: TokenMatrix) -> [Float] {
    precondition(token >= 0 && token < input.tokens)
    return [Float](unsafeUninitializedCapacity: input.features) { buffer, count in
      kernels.functions.unpack_row(input.base, input.tokens, input.features, token, buffer.baseAddress)
      count = input.features
    }
  }

  /// Some tokens' numbers, [tokens][features].
  public func rows(_ tokens: Range<Int>, of input: TokenMatrix) -> [Float] {
    precondition(tokens.lowerBound >= 0 && tokens.upperBound <= input.tokens)
    let features = input.features
    return [Float](unsafeUninitializedCapacity: tokens.count * features) { buffer, count in
      nonisolated(unsafe) let source = input.base
      nonisolated(unsafe) let destination = buffer.baseAddress
      nonisolated(unsafe) let table = kernels.functions
      let all = input.tokens
      withExtendedLifetime(input) {
        workers.run(tokens.count) { index in
          guard let destination else { return }
          table.unpack_row(source, all, features, tokens.lowerBound + index, destination + index * features)
        }
      }
      count = tokens.count * features
    }
  }

  /// Tokens with these numbers, [tokens][features]: what ``rows(_:of:)`` gave.
  public func tokenMatrix(rows: [Float], features: Int) -> TokenMatrix {
    let output = tokenMatrix(features: features, tokens: rows.count / features)
    pack(rows, features, SL_F32, output.base)
    return output
  }

  private func gather(_ rows: WeightedRows, from table: Matrix, into output: TokenMatrix, add: Bool) {
    precondition(output.features == table.columns && output.tokens == rows.tokens && table.dtype != .float16)
    precondition(rows.indices.allSatisfy { $0 < table.rows })
    rows.indices.withUnsafeBufferPointer { indices in
      (rows.coefficients ?? []).withUnsafeBufferPointer { coefficients in
        let job = sl_gather(
          tokens: rows.tokens, features: table.columns, terms: rows.terms, indices: indices.baseAddress,
          coefficients: rows.coefficients == nil ? nil : coefficients.baseAddress, table: table.base,
          table_number: table.dtype.number, table_scales: table.scales?.base, add: add, out: output.base)
        withExtendedLifetime((table, output)) {
          measured("rows of tables") {
            runJobs(job, count: Tiles.count(rows.tokens)) { kernels, job, tile in kernels.gather(job, tile, tile + 1) }
          }
        }
      }
    }
  }

  private func copy(_ tokens: Range<Int>, of input: TokenMatrix, to output: TokenMatrix, at first: Int, add: Bool) {
    precondition(input.features == output.features && tokens.lowerBound >= 0 && tokens.upperBound <= input.tokens)
    precondition(first >= 0 && first + tokens.count <= output.tokens)
    var job = sl_copy(
      features: input.features, in: input.base, in_tokens: input.tokens, out: output.base, out_tokens: output.tokens, add: add)
    withExtendedLifetime((input, output)) {
      measured("copies") { kernels.functions.copy(&job, tokens.lowerBound, first, tokens.count) }
    }
  }

  private func pack(_ rows: [Float], _ features: Int, _ number: sl_number, _ output: UnsafeMutableRawPointer) {
    precondition(features > 0 && rows.count % features == 0)
    let tokens = rows.count / features
    rows.withUnsafeBufferPointer { rows in
      nonisolated(unsafe) let source = rows.baseAddress
      nonisolated(unsafe) let destination = output
      nonisolated(unsafe) let table = kernels.functions
      measured("copies") {
        workers.run(Tiles.count(tokens)) { tile in table.pack_rows(source, tokens, features, number, destination, tile, tile + 1) }
      }
    }
  }
}
