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

/// What is known of a file that cases read.
struct InputRecord: Sendable, Decodable {
  /// The digest of the file's bytes, in hexadecimal digits.
  let sha256: String
  /// The file's size.
  let bytes: Int
  /// The same content in the publisher's repository, where it is there.
  let repositoryFile: RepositoryFile?

  private enum CodingKeys: String, CodingKey {
    case sha256, bytes
    case repositoryFile = "repository_file"
  }
}

/// A file of the publisher's repository.
struct RepositoryFile: Sendable, Decodable, Hashable {
  /// Its path there.
  let path: String
  let sha256: String
  let bytes: Int
  /// The entry that holds the list of texts, where the file is a pickled dictionary.
  let pickleEntry: String?

  private enum CodingKeys: String, CodingKey {
    case path, sha256, bytes
    case pickleEntry = "pickle_entry"
  }
}

/// A GitHub repository at one commit.
struct PublisherRepository: Sendable, Decodable {
  /// What GitHub calls it, `owner/name`.
  let name: String
  let commit: String

  /// The address of a file's bytes.
  func address(of path: String) -> String {
    "https://raw.githubusercontent.com/\(name)/\(commit)/\(path)"
  }
}

extension DecodingError {
  /// One sentence for a person.
  var sentence: String {
    switch self {
    case .keyNotFound(let key, let context): "\(Self.place(context.codingPath + [key])) is missing"
    case .valueNotFound(_, let context): "\(Self.place(context.codingPath)) is null"
    case .typeMismatch(_, let context): "\(Self.place(context.codingPath)) is of another kind: \(context.debugDescription)"
    case .dataCorrupted(let context) where context.codingPath.isEmpty: "is not valid JSON: \(context.debugDescription)"
    case .dataCorrupted(let context): "\(Self.place(context.codingPath)) \(context.debugDescription)"
    @unknown default: "\(self)"
    }
  }

  /// A field's place, as in `cases[2].scores`.
  private static func place(_ path: [any CodingKey]) -> String {
    path.reduce("") { place, key in
      key.intValue.map { "\(place)[\($0)]" } ?? (place.isEmpty ? key.stringValue : "\(place).\(key.stringValue)")
    }
  }
}
