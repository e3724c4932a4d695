/// Brings recorded demonstrations of many formats into episodes.
///
/// The format is found by what lies in a folder: nobody has to name it.
public enum DemonstrationImport {
  /// The formats that are read, in the order in which they are tried.
  public static let importers: [any DemonstrationImporter.Type] = [
    RecordingDatabaseImporter.self, CaptureDatabaseImporter.self, FlowRecordingImporter.self, WAARecordingImporter.self,
    WAATrajectoryImporter.self, DemoLibraryImporter.self, RetrievalFolderImporter.self, ExecutionTraceImporter.self,
    EpisodeFileImporter.self, TextDemonstrationImporter.self,
  ]

  /// The format of a folder or file itself; folders in it are not looked at.
  ///
  /// - Parameter path: A folder, or a file of a format that is one file.
  /// - Returns: The format, or nil where nothing says what it is.
  /// - Throws: ``DemonstrationError`` where the path cannot be read.
  public static func detect(_ path: String) throws(DemonstrationError) -> (any DemonstrationImporter.Type)? {
    detect(try DemonstrationFolder(path))
  }

  static func detect(_ folder: DemonstrationFolder) -> (any DemonstrationImporter.Type)? {
    importers.first { $0.recognizes(folder) }
  }

  /// Reads every demonstration of a folder or file, and of the folders in it where it is none itself.
  ///
  /// What cannot be read is named in ``ImportedDemonstrations/problems``, and the rest is imported. Nothing is written anywhere.
  ///
  /// - Parameters:
  ///   - path: A folder, or a file.
  ///   - options: What is kept and what not.
  /// - Returns: The demonstrations, in the order of their folders' names, and what could not be imported.
  /// - Throws: ``DemonstrationError`` where the path cannot be read or nothing in it is a demonstration; `CancellationError`.
  public static func read(_ path: String, options: ImportOptions = ImportOptions()) throws -> ImportedDemonstrations {
    var result = ImportedDemonstrations()
    let folder = try DemonstrationFolder(path)
    try read(folder, options, depth: 0, into: &result)
    guard !result.demonstrations.isEmpty || !result.problems.isEmpty else {
      throw DemonstrationError(
        .unrecognized, file: path,
        "holds no demonstration of a known format: \(importers.map { $0.name }.joined(separator: ", ")); see Documentation/demonstrations.md"
      )
    }
    return result
  }

  /// Folders in folders are followed so far: a `DemoLibrary` has tasks, and demonstrations in them.
  private static let maximumDepth = 4

  private static func read(
    _ folder: DemonstrationFolder, _ options: ImportOptions, depth: Int, into result: inout ImportedDemonstrations
  ) throws {
    try Task.checkCancellation()
    let found = importers.filter { $0.recognizes(folder) }
    // A recording is one folder. Files of episodes and texts may lie side by side, and beside folders.
    let recording = found.first { !$0.isOfFiles }
    for importer in recording.map({ [$0] }) ?? found {
      do {
        result.add(try importer.read(folder, options), options)
      } catch let error as DemonstrationError {
        result.problems.append(error.at(file: folder.path))
      }
    }
    guard recording == nil, depth < maximumDepth, folder.onlyFile == nil else { return }
    for name in folder.names where folder.isFolder(name) {
      do {
        try read(try folder.folder(name), options, depth: depth + 1, into: &result)
      } catch let error as DemonstrationError {
        result.problems.append(error)
      }
    }
  }
}

/// One format of recorded demonstrations.
public protocol DemonstrationImporter: Sendable {
  /// The format's name, for people.
  static var name: String { get }

  /// Whether a demonstration of it is one file, and not a folder.
  static var isOfFiles: Bool { get }

  /// Whether a folder, or the one file that was named, is of this format, by the names in it.
  static func recognizes(_ folder: DemonstrationFolder) -> Bool

  /// Reads what lies there.
  ///
  /// - Throws: ``DemonstrationError`` where nothing of it can be used; `CancellationError`.
  static func read(_ folder: DemonstrationFolder, _ options: ImportOptions) throws -> ImportedDemonstrations
}

extension DemonstrationImporter {
  /// A folder.
  public static var isOfFiles: Bool { false }
}

/// What is kept of recordings.
public struct ImportOptions: Sendable, Hashable {
  /// Whether what was typed into fields for passwords, and other secrets, is kept; otherwise ``SecretMasking/mask`` stands for it.
  public var keepsSecrets = false
  /// The task, where the recording does not say it or says it badly.
  public var instruction: String?
  /// Whether movements of the mouse without a button become steps.
  public var keepsMovements = false
  /// Steps of one demonstration at most.
  public var maximumSteps = 10_000
  /// Bytes of screens at most that one demonstration takes out of a database or video; later steps come without.
  public var maximumScreenBytes = 512 << 20

  /// The defaults.
  public init() {}
}

/// A demonstration that was read.
public struct ImportedDemonstration: Sendable {
  /// The episode.
  ///
  /// Paths of its screens begin in ``folder`` and lead to files in it; screens out of a database or video are in the observations
  /// themselves.
  public var episode: Episode
  /// The folder, without links.
  public let folder: String
  /// The name of the format.
  public let format: String

  /// A demonstration.
  public init(episode: Episode, folder: String, format: String) {
    self.episode = episode
    self.folder = folder
    self.format = format
  }
}

/// Demonstrations that were read, and what was not.
public struct ImportedDemonstrations: Sendable {
  /// What was read; their ids differ.
  public var demonstrations: [ImportedDemonstration] = []
  /// What was not, or only in part.
  public var problems: [DemonstrationError] = []

  init() {}

  /// Takes over what an importer read: masked, checked, and each id once.
  mutating func add(_ others: ImportedDemonstrations, _ options: ImportOptions) {
    problems += others.problems
    for other in others.demonstrations {
      var demonstration = other
      if let instruction = options.instruction { demonstration.episode.instruction = instruction }
      if !options.keepsSecrets { demonstration.episode = SecretMasking.masked(demonstration.episode) }
      let id = demonstration.episode.episodeID
      let place = demonstration.episode.sourceFile ?? demonstration.folder
      do throws(DemonstrationError) {
        try demonstration.episode.validate()
        guard demonstration.episode.steps.count <= options.maximumSteps else {
          throw DemonstrationError(
            .limitExceeded, "has \(demonstration.episode.steps.count) steps; at most \(options.maximumSteps) are imported (maximumSteps)")
        }
        if let first = demonstrations.first(where: { $0.episode.episodeID == id }) {
          throw DemonstrationError(
            .duplicateID, field: "episode_id",
            "the id \"\(id)\" is that of \(first.episode.sourceFile ?? first.folder) already; it is left out, give it another id")
        }
        demonstrations.append(demonstration)
      } catch {
        problems.append(error.at(file: place))
      }
    }
  }
}
