import Checkpoints
public import Embedding

/// Which cases can be run, and what must be read for them.
public struct VerificationPlan: Sendable {
  /// The kind of model that the cases are for.
  public let kind: ModelKind
  /// Cases that can be run.
  public let cases: [VerificationCase]
  /// Cases for this kind of model that cannot be run.
  public let leftOut: [LeftOutCase]
  let collection: CaseCollection
  let source: InputSource

  /// Plans to run all cases for a kind of model.
  ///
  /// - Parameters:
  ///   - collection: Where the cases come from.
  ///   - kind: What the model was trained for.
  ///   - source: Where the files are; `nil` for beside the file of the cases.
  /// - Throws: `VerificationError` when there is no case to run.
  public init(_ collection: CaseCollection, for kind: ModelKind, source: InputSource?) throws(VerificationError) {
    self.kind = kind
    self.collection = collection
    self.source = source ?? .folder(collection.folder ?? ".")
    var cases: [VerificationCase] = []
    var leftOut = collection.leftOut.filter { $0.kind == kind }
    for entry in collection.cases where entry.kind == kind {
      if let path = Self.unavailable(entry, collection, self.source) {
        leftOut.append(
          LeftOutCase(
            name: entry.name, kind: kind, reason: "the publisher's repository does not hold \(path); run with a folder that does"))
      } else {
        cases.append(entry)
      }
    }
    self.cases = cases
    self.leftOut = leftOut
    guard !cases.isEmpty else {
      throw VerificationError(.noCases, "verification", "there is no case for a model of the kind \(kind.rawValue) that can be run")
    }
  }

  /// Checks that a model is of the size that the numbers were published for.
  ///
  /// - Throws: `VerificationError` that says what the model has and what it should have.
  public func check(_ model: Model) throws(VerificationError) {
    let dimensions = Embedder(model).dimensions
    for entry in cases {
      guard let expected = collection.dimensions[entry.model], expected != dimensions else { continue }
      throw VerificationError(
        .wrongModel, model.checkpoint.directory,
        "has \(dimensions) dimensions; the published numbers are those of \(entry.model), which has \(expected)")
    }
  }

  /// Whether the cases read any file.
  public var readsFiles: Bool {
    cases.contains { !$0.textPaths.isEmpty || !$0.imagePaths.isEmpty }
  }

  /// What will be fetched; `nil` where the files are in a folder.
  public var download: Download? {
    guard case .repository = source, let repository = collection.repository else { return nil }
    let files = Set((textPaths + imagePaths).compactMap { collection.inputs?[$0]?.repositoryFile })
    return Download(
      repository: repository.name, commit: repository.commit, files: files.count, bytes: files.reduce(0) { $0 + $1.bytes })
  }

  /// Files that come over the network.
  public struct Download: Sendable, Equatable {
    /// The repository at GitHub, `owner/name`.
    public let repository: String
    /// The commit.
    public let commit: String
    /// How many there are.
    public let files: Int
    /// How large they are together.
    public let bytes: Int
  }

  /// Text files that the cases read, each once, in order.
  var textPaths: [String] { Self.unique(cases.flatMap(\.textPaths)) }

  /// Pictures that the cases read, each once, in order.
  var imagePaths: [String] { Self.unique(cases.flatMap(\.imagePaths)) }

  private static func unique(_ paths: [String]) -> [String] {
    var seen: Set<String> = []
    return paths.filter { seen.insert($0).inserted }
  }

  /// A file of a case that the source does not have.
  private static func unavailable(_ entry: VerificationCase, _ collection: CaseCollection, _ source: InputSource) -> String? {
    guard case .repository = source else { return nil }
    return (entry.textPaths + entry.imagePaths).first { collection.inputs?[$0]?.repositoryFile == nil }
  }
}
