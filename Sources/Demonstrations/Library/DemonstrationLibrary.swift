public import Foundation
public import Retrieval

/// A library of demonstrations on disk.
///
/// A folder holds it all: `library.json` (what it is), a folder for each demonstration with its episode, what is searched of it and its
/// screens, and the vectors of each model. Paths in it begin in it, so that it can be moved. A demonstration appears, is replaced and goes
/// as a whole; vectors follow when a method is brought up to date.
public struct DemonstrationLibrary: Sendable {
  /// The folder.
  public let directory: String

  private static let fileName = "library.json"
  private static let thresholdsName = "thresholds.json"
  private static let formatVersion = 1

  private struct Manifest: Codable {
    var kind = "demonstrations"
    let formatVersion: Int
  }

  /// Opens a library.
  ///
  /// - Throws: `LibraryError` where there is none, or a newer version made it.
  public init(opening directory: String) throws(LibraryError) {
    let path = "\(directory)/\(Self.fileName)"
    guard let data = FileManager.default.contents(atPath: path) else {
      throw LibraryError(.missing, "\(directory): there is no library of demonstrations; make one with `sightline demos import`")
    }
    guard let manifest = try? JSONDecoder().decode(Manifest.self, from: data) else {
      throw LibraryError(.damaged, "\(path): is not a library's manifest")
    }
    guard manifest.formatVersion == Self.formatVersion else {
      throw LibraryError(
        .newerFormat, "\(path): is of format \(manifest.formatVersion); this version reads format \(Self.formatVersion)")
    }
    self.directory = directory
  }

  /// Opens a library, or makes an empty one.
  ///
  /// - Throws: `LibraryError` where the folder is something else already, or cannot be written.
  public static func openOrCreate(at directory: String) throws(LibraryError) -> DemonstrationLibrary {
    if !FileManager.default.fileExists(atPath: "\(directory)/\(fileName)") {
      let found = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
      guard found.allSatisfy({ $0 == demonstrationsName || $0 == WriterLock.fileName }) else {
        throw LibraryError(.invalidSetting, "\(directory): holds other files and is no library of demonstrations; give another folder")
      }
      do {
        try FileManager.default.createDirectory(atPath: "\(directory)/\(demonstrationsName)", withIntermediateDirectories: true)
        // The last file: before it is there, there is no library.
        try DurableFile.write(DurableFile.json(Manifest(formatVersion: formatVersion)), to: "\(directory)/\(fileName)")
      } catch let error as LibraryError {
        throw error
      } catch {
        throw LibraryError(.inputOutput, "\(directory): cannot be made: \(error.localizedDescription)")
      }
    }
    return try DemonstrationLibrary(opening: directory)
  }

  /// The folder of a library: of a name under `$SIGHTLINE_HOME/demonstrations` (as collections lie beside it), or of a path with a slash.
  ///
  /// - Throws: `CollectionError` for a name that is neither.
  public static func path(
    of reference: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(CollectionError) -> String {
    let collections = CollectionFolder(environment: environment)
    let path = try collections.path(of: reference)
    if reference.contains("/") { return path }
    return (collections.root as NSString).deletingLastPathComponent + "/demonstrations/" + reference
  }

  static let demonstrationsName = "demonstrations"
  var demonstrationsDirectory: String { "\(directory)/\(Self.demonstrationsName)" }

  /// The folder that holds the vectors of each model.
  var vectorsDirectory: String { "\(directory)/vectors" }

  /// All demonstrations, in the order of their ids, and what cannot be read, by name.
  ///
  /// - Throws: `LibraryError` where the folder cannot be read.
  public func contents() throws(LibraryError) -> (demonstrations: [Demonstration], failures: [DemonstrationFailure]) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: demonstrationsDirectory).filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw LibraryError(.inputOutput, "\(demonstrationsDirectory): cannot be read: \(error.localizedDescription)")
    }
    var newest: [String: Demonstration] = [:]
    var failures: [DemonstrationFailure] = []
    for name in names {
      let folder = "\(demonstrationsDirectory)/\(name)"
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(DemonstrationRecord.fileName)"),
        let record = try? JSONDecoder().decode(DemonstrationRecord.self, from: data)
      else {
        failures.append(
          DemonstrationFailure(folder, "has no \(DemonstrationRecord.fileName) that can be read; remove the folder and import it again"))
        continue
      }
      if let other = newest[record.id], other.record.revision >= record.revision { continue }
      newest[record.id] = Demonstration(record: record, folder: folder)
    }
    return (newest.values.sorted { $0.record.id < $1.record.id }, failures)
  }

  /// The demonstration of an id.
  ///
  /// - Throws: `LibraryError` with the code `missing`.
  public func demonstration(_ id: String) throws(LibraryError) -> Demonstration {
    guard let found = try contents().demonstrations.first(where: { $0.record.id == id }) else {
      throw LibraryError(.missing, "there is no demonstration \"\(id)\" in \(directory); `sightline demos list` names them")
    }
    return found
  }

  /// Scores below which nothing fits: those chosen for this library, and the standard ones where there are none.
  public var thresholds: Thresholds {
    let own = FileManager.default.contents(atPath: "\(directory)/\(Self.thresholdsName)")
      .flatMap { try? JSONDecoder().decode(Thresholds.self, from: $0) }
    return (own ?? Thresholds()).completed(by: .standard)
  }

  /// Keeps thresholds that were chosen for this library.
  ///
  /// - Throws: `LibraryError` where they cannot be written.
  public func setThresholds(_ thresholds: Thresholds) throws(LibraryError) {
    try DurableFile.write(DurableFile.json(thresholds), to: "\(directory)/\(Self.thresholdsName)")
  }
}

extension Demonstration {
  /// The episode as it was imported, with the paths of its screens in this library.
  ///
  /// - Throws: `LibraryError` where the file is gone or damaged.
  public func episode() throws(LibraryError) -> Episode {
    guard let data = FileManager.default.contents(atPath: episodePath) else {
      throw LibraryError(.damaged, "\(episodePath): is missing; import the demonstration again")
    }
    do { return try JSONDecoder().decode(Episode.self, from: data) } catch {
      throw LibraryError(.damaged, "\(episodePath): \(error)")
    }
  }
}
