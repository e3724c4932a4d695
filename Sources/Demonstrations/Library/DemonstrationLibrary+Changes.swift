import Crypto
import Foundation
import Retrieval

/// What adding a demonstration did.
public enum DemonstrationChange: String, Sendable, Codable {
  /// It is new.
  case added
  /// It replaced one of the same id.
  case updated
  /// It was there already, with the same content.
  case unchanged
}

/// An episode on its way into a library.
public struct NewDemonstration: Sendable {
  /// The episode; its paths of screens begin in ``folder``, or are absolute.
  public var episode: Episode
  /// Where its screens lie; `nil` for an episode that has none, or has them in itself.
  public var folder: String?
  /// Where it comes from, for people.
  public var source: String
  /// What the caller knows beside it.
  public var labels = DemonstrationLabels()
  /// Whether screens are copied into the library or left where they are.
  public var screens = DemonstrationRecord.Screens.copied

  /// An episode with its screens in a folder.
  public init(_ episode: Episode, folder: String?, source: String) {
    self.episode = episode
    self.folder = folder
    self.source = source
  }
}

extension DemonstrationLibrary {
  /// Adds demonstrations, or replaces those of the same ids.
  ///
  /// Each appears as a whole or not at all. A screen that is missing or cannot be decoded is named, and its step is kept without it.
  ///
  /// - Returns: What was done with each, in order, and what failed.
  /// - Throws: `LibraryError` where another process writes into the library, or the disk refuses.
  public func add(
    _ news: [NewDemonstration]
  ) throws -> (changes: [(id: String, change: DemonstrationChange)], failures: [DemonstrationFailure]) {
    try locked {
      var known = Dictionary(uniqueKeysWithValues: try contents().demonstrations.map { ($0.record.id, $0) })
      var changes: [(id: String, change: DemonstrationChange)] = []
      var failures: [DemonstrationFailure] = []
      for new in news {
        try Task.checkCancellation()
        let id = new.episode.episodeID
        do {
          let (stored, faults) = try add(new, replacing: known[id])
          changes.append((id, stored.map { _ in known[id] == nil ? .added : .updated } ?? .unchanged))
          if let stored { known[id] = stored }
          failures += faults
        } catch let error as DemonstrationError {
          failures.append(DemonstrationFailure(id, "\(error)"))
        }
      }
      return (changes, failures)
    }
  }

  /// Removes demonstrations; their vectors go when a method is next brought up to date.
  ///
  /// - Throws: `LibraryError` with the code `missing` where there is none of an id; then nothing is removed.
  public func remove(_ ids: [String]) throws {
    try locked {
      let known = Dictionary(uniqueKeysWithValues: try contents().demonstrations.map { ($0.record.id, $0) })
      for id in ids where known[id] == nil {
        throw LibraryError(.missing, "there is no demonstration \"\(id)\" in \(directory); nothing was removed")
      }
      for id in Set(ids).sorted() { if let demonstration = known[id] { try discard(demonstration.folder) } }
    }
  }

  /// Does something while nobody else changes the library.
  private func locked<Value>(_ body: () throws -> Value) throws -> Value {
    let lock: WriterLock
    do { lock = try WriterLock(directory) } catch {
      throw LibraryError(
        error.code == .busy ? .busy : .inputOutput, "\(directory): another process changes the library, or it is read-only: \(error)")
    }
    defer { withExtendedLifetime(lock) {} }
    // What a crash has left: folders without their names, and earlier revisions.
    let kept = Set(try contents().demonstrations.map { ($0.folder as NSString).lastPathComponent })
    for name in try FileManager.default.contentsOfDirectory(atPath: demonstrationsDirectory) where !kept.contains(name) {
      let hasRecord = FileManager.default.fileExists(atPath: "\(demonstrationsDirectory)/\(name)/\(DemonstrationRecord.fileName)")
      if name.hasSuffix(".partial") || hasRecord { try FileManager.default.removeItem(atPath: "\(demonstrationsDirectory)/\(name)") }
    }
    return try body()
  }

  private func add(
    _ new: NewDemonstration, replacing old: Demonstration?
  ) throws -> (stored: Demonstration?, failures: [DemonstrationFailure]) {
    try new.episode.validate()
    let (screens, failures) = try read(new)
    var hash = SHA256()
    let labels = new.labels
    let said = [labels.applications, labels.domains, [labels.platform ?? ""], labels.tags, [new.screens.rawValue]]
    hash.update(data: try JSONEncoder().encode(said))
    hash.update(data: Data(try new.episode.json(indent: nil).utf8))
    for screen in screens { hash.update(data: Data("\n\(screen?.digest ?? "-")".utf8)) }
    let digest = hash.finalize().hexadecimal
    if let old, old.record.digest == digest { return (nil, failures) }
    let folder = "\(demonstrationsDirectory)/\(Self.folderName(new.episode.episodeID))-\(digest.prefix(12))"
    let temporary = "\(folder).partial"
    try? FileManager.default.removeItem(atPath: temporary)
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    do {
      var episode = new.episode
      var paths: [String?] = []
      for (index, screen) in screens.enumerated() {
        let path = try screen.map { try keep($0, new.screens, in: temporary) }
        paths.append(path)
        episode.steps[index].observation.screenshotPath = path
        episode.steps[index].observation.screenshotBase64 = nil
      }
      let record = DemonstrationRecord(
        episode, screens: paths, labels: labels, form: new.screens, source: new.source, digest: digest,
        revision: old.map { $0.record.revision + 1 } ?? 0)
      try DurableFile.create(Data(try episode.json().utf8), at: "\(temporary)/\(DemonstrationRecord.episodeName)")
      try DurableFile.create(try DurableFile.json(record), at: "\(temporary)/\(DemonstrationRecord.fileName)")
      try FolderChanges.sync(temporary)
      try FolderChanges.rename(temporary, to: folder)
      try FolderChanges.sync(demonstrationsDirectory)
      if let old { try discard(old.folder) }
      return (Demonstration(record: record, folder: folder), failures)
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      throw error
    }
  }

  private func read(_ new: NewDemonstration) throws -> (screens: [ArrivingScreen?], failures: [DemonstrationFailure]) {
    var failures: [DemonstrationFailure] = []
    let screens = try new.episode.steps.map { step -> ArrivingScreen? in
      try Task.checkCancellation()
      do {
        return try ArrivingScreen(step.observation, in: new.folder)
      } catch {
        failures.append(
          DemonstrationFailure(
            new.episode.episodeID, "step \(step.stepIndex): the screen cannot be used, so the step is kept without: \(error)"))
        return nil
      }
    }
    return (screens, failures)
  }

  /// Keeps a screen and says where, as a path that begins in the demonstration's folder; equal screens are kept once.
  private func keep(_ screen: ArrivingScreen, _ form: DemonstrationRecord.Screens, in folder: String) throws -> String {
    if form == .referenced, case .file(let path) = screen.place { return Self.path(from: demonstrationsDirectory + "/x", to: path) }
    let name = "screens/\(screen.digest.prefix(16)).\(screen.format)"
    let path = "\(folder)/\(name)"
    try FileManager.default.createDirectory(atPath: "\(folder)/screens", withIntermediateDirectories: true)
    if !FileManager.default.fileExists(atPath: path) { try DurableFile.create(Data(try screen.bytes()), at: path) }
    return name
  }

  /// The way from a folder to a file: a library and recordings that are moved together still find each other.
  static func path(from folder: String, to file: String) -> String {
    func components(_ path: String) -> [String] {
      URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().pathComponents
    }
    // The folder need not be there yet: its parent is.
    let (from, target) = (components((folder as NSString).deletingLastPathComponent) + ["x"], components(file))
    let shared = zip(from, target).prefix { $0 == $1 }.count
    return (Array(repeating: "..", count: from.count - shared) + target[shared...]).joined(separator: "/")
  }

  private func discard(_ folder: String) throws {
    // Without its name, nothing half removed is taken for a demonstration.
    let away =
      "\(demonstrationsDirectory)/.\((folder as NSString).lastPathComponent).\(String(UInt64.random(in: .min ... .max), radix: 36)).partial"
    try FolderChanges.rename(folder, to: away)
    try FolderChanges.sync(demonstrationsDirectory)
    try FileManager.default.removeItem(atPath: away)
  }

  /// An id as a part of a folder's name.
  static func folderName(_ id: String) -> String {
    let safe = id.unicodeScalars.map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_".unicodeScalars.contains(scalar))
        ? Character(scalar) : "-"
    }
    return safe.isEmpty ? "demonstration" : String(safe.prefix(60))
  }
}
