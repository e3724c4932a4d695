/// Files of episodes: one, an array, or an object with `episodes`.
public enum EpisodeFileImporter: DemonstrationImporter {
  /// The format's name.
  public static let name = "episode JSON"

  /// One file each.
  public static let isOfFiles = true

  /// Whether there is a JSON file, alone or among others.
  public static func recognizes(_ folder: DemonstrationFolder) -> Bool {
    folder.names(ending: ".json").contains { name in
      guard let data = try? folder.data(name), let value = try? JSONValue(parsing: data) else { return folder.onlyFile != nil }
      return elements(value) != nil
    }
  }

  /// The episodes of a file, if it holds any.
  private static func elements(_ value: JSONValue) -> [JSONValue]? {
    func isEpisode(_ value: JSONValue) -> Bool {
      guard let members = value.object else { return false }
      return members["steps"] != nil && ["episode_id", "id", "instruction"].contains { members[$0] != nil }
    }
    switch value {
    case .array(let elements): return elements.contains(where: isEpisode) ? elements : nil
    case .object(let members):
      if let list = members["episodes"]?.array { return list }
      return isEpisode(value) ? [value] : nil
    default: return nil
    }
  }

  /// Reads every episode of every file; one that is wrong is named, with file, step and field.
  public static func read(_ folder: DemonstrationFolder, _ options: ImportOptions) throws -> ImportedDemonstrations {
    var result = ImportedDemonstrations()
    for name in folder.names(ending: ".json") {
      try Task.checkCancellation()
      let file = "\(folder.path)/\(name)"
      do throws(DemonstrationError) {
        let value = try folder.json(name)
        guard let elements = elements(value) else {
          // Other JSON may lie beside episodes; a file that was named is to hold some.
          guard folder.onlyFile == nil else {
            throw DemonstrationError(.unrecognized, file: file, "expected an episode, an array of them, or an object with episodes")
          }
          continue
        }
        for (index, element) in elements.enumerated() {
          do throws(DemonstrationError) {
            var episode = try Episode(element)
            episode.sourceFile = episode.sourceFile ?? file
            let problems = ScreenFiles(folder: folder).resolve(&episode)
            result.problems += problems.map { $0.at(file: file) }
            result.demonstrations.append(ImportedDemonstration(episode: episode, folder: folder.path, format: Self.name))
          } catch {
            let place = elements.count > 1 ? ["episodes[\(index)]", error.field].compactMap { $0 }.joined(separator: ".") : error.field
            result.problems.append(
              DemonstrationError(error.code, file: file, step: error.step, field: place, "\(error.reason); the episode is left out"))
          }
        }
      } catch {
        result.problems.append(error.at(file: file))
      }
    }
    return result
  }
}
