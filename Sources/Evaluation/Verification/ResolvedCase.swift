import Embedding
import Foundation

/// A case with everything that it reads in hand.
struct ResolvedCase: Sendable {
  let verifiedCase: VerificationCase
  /// What is looked for, with its instruction; `nil` where the case has no query.
  let query: VerificationCase.Side?
  /// The documents, or the inputs that are compared.
  let sides: [VerificationCase.Side]
  /// What a person calls each of `sides`.
  let labels: [String]
  /// Places in `sides` of those that have a published score, in the order of the scores.
  let ranked: [Int]

  /// Resolves a case.
  ///
  /// - Throws: `VerificationError` when the case names a document that is not there, or has not a score for each.
  init(_ verifiedCase: VerificationCase, _ inputs: VerificationInputs) throws(VerificationError) {
    self.verifiedCase = verifiedCase
    switch verifiedCase.content {
    case .retrieval(let ranking), .reranking(let ranking):
      let all = Self.documents(ranking.documents.content, inputs)
      let numbers = ranking.documents.indices ?? Array(all.indices)
      guard let lost = numbers.first(where: { !all.indices.contains($0) }) else {
        query = VerificationCase.Side(text: ranking.query.text, image: ranking.query.image, instruction: ranking.instruction)
        sides = numbers.map { all[$0].side }
        labels = numbers.map { all[$0].label }
        ranked = try Self.places(ranking, in: numbers, verifiedCase.name)
        return
      }
      throw Self.fault(verifiedCase.name, "names document \(lost), but there are \(all.count), counted from 0")
    case .similarity(let inputs, _):
      query = nil
      sides = inputs
      labels = inputs.indices.map { "input \($0)" }
      ranked = []
    case .prefix(let input, _):
      query = nil
      sides = [input]
      labels = ["input"]
      ranked = []
    }
  }

  private static func documents(
    _ documents: VerificationCase.Documents.Content, _ inputs: VerificationInputs
  ) -> [(label: String, side: VerificationCase.Side)] {
    switch documents {
    case .textFile(let path): (inputs.texts[path] ?? []).enumerated().map { ("document \($0)", .init(text: $1)) }
    case .texts(let texts): texts.enumerated().map { ("document \($0)", .init(text: $1)) }
    case .images(let paths): paths.map { (URL(fileURLWithPath: $0).lastPathComponent, .init(image: $0)) }
    }
  }

  private static func places(
    _ ranking: VerificationCase.Ranking, in numbers: [Int], _ name: String
  ) throws(VerificationError) -> [Int] {
    guard let ranked = ranking.ranked else {
      guard ranking.scores.count == numbers.count else {
        throw fault(name, "has \(ranking.scores.count) scores for \(numbers.count) documents, and no \"ranked\" that says whose they are")
      }
      return Array(numbers.indices)
    }
    var places: [Int] = []
    for number in ranked {
      guard let place = numbers.firstIndex(of: number) else {
        throw fault(name, "has a score for document \(number), which is not one of its documents")
      }
      places.append(place)
    }
    return places
  }

  private static func fault(_ name: String, _ reason: String) -> VerificationError {
    VerificationError(.malformedCases, "case \"\(name)\"", reason)
  }
}

extension VerificationInputs {
  /// What the model is given for an input of a case.
  func item(_ side: VerificationCase.Side) -> Item {
    Item(
      texts: side.text.map { [$0] } ?? [], images: side.image.map { [.bytes(images[$0] ?? [])] } ?? [], instruction: side.instruction)
  }
}
