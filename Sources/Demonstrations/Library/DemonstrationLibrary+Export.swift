import Foundation
import Retrieval

extension DemonstrationLibrary {
  /// A line of the index beside exported demonstrations: the manifest that OpenAdapt's design names.
  private struct IndexLine: Encodable {
    let demo_id: String
    let goal: String
    let app_name: String?
    let domain: String?
    let platform: String?
    let step_count: Int
    let tags: [String]
    let file_path: String
  }

  /// Writes demonstrations into a new folder that other programs read: `index.jsonl`, and for each a folder with its episode in schema 1.0.0
  /// and its screens.
  ///
  /// Screens that the library only refers to are copied too. The folder appears whole or not at all.
  ///
  /// - Parameters:
  ///   - ids: Which ones; `nil` for all.
  ///   - folder: A folder that is not there yet.
  /// - Returns: How many there are.
  /// - Throws: `LibraryError`.
  @discardableResult
  public func export(_ ids: [String]? = nil, to folder: String) throws -> Int {
    let all = try contents().demonstrations
    let wanted = ids.map(Set.init)
    if let wanted, let missing = wanted.subtracting(all.map(\.record.id)).sorted().first {
      throw LibraryError(.missing, "there is no demonstration \"\(missing)\" in \(directory)")
    }
    guard !FileManager.default.fileExists(atPath: folder) else {
      throw LibraryError(.invalidSetting, "\(folder): is there already; give another name")
    }
    let chosen = all.filter { wanted?.contains($0.record.id) ?? true }
    let temporary = FolderChanges.partial(of: folder)
    do {
      try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      var lines = Data()
      for demonstration in chosen {
        let name = (demonstration.folder as NSString).lastPathComponent
        try Self.write(demonstration, to: "\(temporary)/\(name)")
        let record = demonstration.record
        lines += try encoder.encode(
          IndexLine(
            demo_id: record.id, goal: record.task, app_name: record.applications.first, domain: record.domains.first,
            platform: record.platform, step_count: record.steps.count, tags: record.tags,
            file_path: "\(name)/\(DemonstrationRecord.episodeName)"))
        lines += Data("\n".utf8)
      }
      try DurableFile.create(lines, at: "\(temporary)/index.jsonl")
      try FolderChanges.sync(temporary)
      try FolderChanges.rename(temporary, to: folder)
      return chosen.count
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      throw (error as? LibraryError) ?? LibraryError(.inputOutput, "\(folder): cannot be written: \(error)")
    }
  }

  private static func write(_ demonstration: Demonstration, to folder: String) throws {
    try FileManager.default.createDirectory(atPath: "\(folder)/screens", withIntermediateDirectories: true)
    var episode = try demonstration.episode()
    for place in episode.steps.indices {
      guard let screen = demonstration.screen(ofStep: place) else { continue }
      // Of screens that are kept once the name is the same; those elsewhere may share a name without being the same.
      let name = (screen as NSString).lastPathComponent
      let path = "screens/" + (demonstration.record.screens == .copied ? name : "\(place)-\(name)")
      if !FileManager.default.fileExists(atPath: "\(folder)/\(path)") {
        try FileManager.default.copyItem(atPath: screen, toPath: "\(folder)/\(path)")
      }
      episode.steps[place].observation.screenshotPath = path
    }
    try DurableFile.create(Data(try episode.json().utf8), at: "\(folder)/\(DemonstrationRecord.episodeName)")
  }
}
