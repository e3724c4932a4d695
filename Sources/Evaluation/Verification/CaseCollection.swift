import Foundation

/// Cases, and what is known of the files they read.
public struct CaseCollection: Sendable {
  /// The cases.
  public let cases: [VerificationCase]
  /// Published cases that nobody can run.
  public let leftOut: [LeftOutCase]
  /// What is known of every file that a case reads, by its path; `nil` where the cases' author states nothing.
  let inputs: [String: InputRecord]?
  /// Where the publisher keeps the files.
  let repository: PublisherRepository?
  /// Numbers per vector of the models that gave the published numbers.
  let dimensions: [String: Int]
  /// The folder that paths are relative to, where there is one.
  let folder: String?

  private static let largestFile = 64 << 20

  /// The published cases of the 2B models.
  ///
  /// Numbers and queries only: pictures and passages lie elsewhere.
  public static func published() throws(VerificationError) -> CaseCollection {
    try CaseCollection(Data(PackageResources.published_cases_json), name: "the published cases", folder: nil)
  }

  /// Reads cases from a JSON file: an object as in this project's `published-cases.json`, or only its list of cases.
  ///
  /// - Throws: `VerificationError` that names the case and the field.
  public init(contentsOf path: String) throws(VerificationError) {
    let bytes = try InputFile.read(path, maximumBytes: Self.largestFile)
    try self.init(Data(bytes), name: path, folder: URL(fileURLWithPath: path).deletingLastPathComponent().path)
  }

  private init(_ data: Data, name: String, folder: String?) throws(VerificationError) {
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: data)
    } catch let error as DecodingError {
      throw VerificationError(.malformedCases, name, error.sentence)
    } catch {
      throw VerificationError(.malformedCases, name, "\(error)")
    }
    cases = document.cases
    leftOut = document.leftOut ?? []
    inputs = document.inputs
    repository = document.repository
    dimensions = document.dimensions ?? [:]
    self.folder = folder
    guard let inputs else { return }
    for entry in cases {
      if let path = (entry.textPaths + entry.imagePaths).first(where: { inputs[$0] == nil }) {
        throw VerificationError(.malformedCases, name, "\"\(entry.name)\" reads \(path), of which inputs says nothing")
      }
    }
  }

  private struct Document: Decodable {
    let cases: [VerificationCase]
    let leftOut: [LeftOutCase]?
    let inputs: [String: InputRecord]?
    let repository: PublisherRepository?
    let dimensions: [String: Int]?

    private enum Key: String, CodingKey {
      case cases, inputs, repository, dimensions
      case leftOut = "left_out"
    }

    init(from decoder: any Decoder) throws {
      if var list = try? decoder.unkeyedContainer() {
        var cases: [VerificationCase] = []
        while !list.isAtEnd { cases.append(try list.decode(VerificationCase.self)) }
        self.cases = cases
        (leftOut, inputs, repository, dimensions) = (nil, nil, nil, nil)
        return
      }
      let container = try decoder.container(keyedBy: Key.self)
      cases = try container.decode([VerificationCase].self, forKey: .cases)
      leftOut = try container.decodeIfPresent([LeftOutCase].self, forKey: .leftOut)
      inputs = try container.decodeIfPresent([String: InputRecord].self, forKey: .inputs)
      repository = try container.decodeIfPresent(PublisherRepository.self, forKey: .repository)
      dimensions = try container.decodeIfPresent([String: Int].self, forKey: .dimensions)
    }
  }
}

/// A case that is known and cannot be run.
public struct LeftOutCase: Sendable, Codable {
  /// What the case is called.
  public let name: String
  /// The kind of model that it is for.
  public let kind: ModelKind
  /// Why it cannot be run, and what would help.
  public let reason: String
}
