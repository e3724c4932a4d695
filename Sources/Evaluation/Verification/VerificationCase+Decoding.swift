extension VerificationCase: Decodable {
  private enum Key: String, CodingKey {
    case name, kind, model, exactness, note, instruction, query, documents, ranked, scores, inputs, matrix, input, prefix
    case maximumLength = "max_length"
  }

  private enum Kind: String, Decodable {
    case embedding, reranking, similarity
    case prefix = "embedding prefix"
  }

  /// Reads a case.
  ///
  /// - Throws: `DecodingError` that names the field.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    name = try container.decode(String.self, forKey: .name)
    model = try container.decode(String.self, forKey: .model)
    exactness = try container.decodeIfPresent(Exactness.self, forKey: .exactness) ?? .reference
    note = try container.decodeIfPresent(String.self, forKey: .note)
    maximumLength = try container.decodeIfPresent(Int.self, forKey: .maximumLength)
    if let maximumLength, maximumLength < 1 {
      throw DecodingError.dataCorruptedError(
        forKey: .maximumLength, in: container, debugDescription: "is \(maximumLength), expected 1 or more")
    }
    switch try container.decode(Kind.self, forKey: .kind) {
    case .embedding: content = .retrieval(try Self.ranking(container))
    case .reranking: content = .reranking(try Self.ranking(container))
    case .similarity: content = try Self.similarity(container)
    case .prefix: content = try Self.prefix(container)
    }
  }

  private static func ranking(_ container: KeyedDecodingContainer<Key>) throws -> Ranking {
    let ranking = Ranking(
      query: try container.decode(Side.self, forKey: .query),
      instruction: try container.decodeIfPresent(String.self, forKey: .instruction),
      documents: try container.decode(Documents.self, forKey: .documents),
      ranked: try container.decodeIfPresent([Int].self, forKey: .ranked),
      scores: try container.decode([Double].self, forKey: .scores))
    guard !ranking.scores.isEmpty else {
      throw DecodingError.dataCorruptedError(forKey: .scores, in: container, debugDescription: "holds no numbers")
    }
    if let ranked = ranking.ranked {
      guard ranked.count == ranking.scores.count else {
        throw DecodingError.dataCorruptedError(
          forKey: .ranked, in: container, debugDescription: "names \(ranked.count) documents for \(ranking.scores.count) scores")
      }
      guard Set(ranked).count == ranked.count else {
        throw DecodingError.dataCorruptedError(forKey: .ranked, in: container, debugDescription: "names a document twice")
      }
    }
    return ranking
  }

  private static func similarity(_ container: KeyedDecodingContainer<Key>) throws -> Content {
    let inputs = try container.decode([Side].self, forKey: .inputs)
    let matrix = try container.decode([[Double]].self, forKey: .matrix)
    guard inputs.count >= 2 else {
      throw DecodingError.dataCorruptedError(
        forKey: .inputs, in: container, debugDescription: "holds \(inputs.count), expected 2 or more to compare")
    }
    guard matrix.count == inputs.count, matrix.allSatisfy({ $0.count == inputs.count }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .matrix, in: container, debugDescription: "is not \(inputs.count) rows of \(inputs.count) numbers, one for each input")
    }
    return .similarity(inputs: inputs, matrix: matrix)
  }

  private static func prefix(_ container: KeyedDecodingContainer<Key>) throws -> Content {
    let numbers = try container.decode([Double].self, forKey: .prefix)
    guard numbers.contains(where: { $0 != 0 }) else {
      throw DecodingError.dataCorruptedError(forKey: .prefix, in: container, debugDescription: "holds no number but zeros")
    }
    return .prefix(input: try container.decode(Side.self, forKey: .input), numbers: numbers)
  }
}

extension VerificationCase.Side: Decodable {
  private enum Key: String, CodingKey {
    case text, image, instruction
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    text = try container.decodeIfPresent(String.self, forKey: .text)
    image = try container.decodeIfPresent(String.self, forKey: .image)
    instruction = try container.decodeIfPresent(String.self, forKey: .instruction)
    guard text != nil || image != nil else {
      throw DecodingError.dataCorruptedError(forKey: .text, in: container, debugDescription: "is missing, and there is no image either")
    }
  }
}

extension VerificationCase.Documents: Decodable {
  private enum Key: String, CodingKey {
    case texts, images, indices
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    indices = try container.decodeIfPresent([Int].self, forKey: .indices)
    switch (container.contains(.texts), container.contains(.images)) {
    case (true, false):
      if let path = try? container.decode(String.self, forKey: .texts) {
        content = .textFile(path)
      } else {
        content = .texts(try container.decode([String].self, forKey: .texts))
      }
    case (false, true): content = .images(try container.decode([String].self, forKey: .images))
    default:
      throw DecodingError.dataCorruptedError(
        forKey: .texts, in: container, debugDescription: "or images must be there, and not both: the documents are of one sort")
    }
  }
}
