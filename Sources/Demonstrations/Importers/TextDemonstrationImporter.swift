/// Demonstrations in text: `TASK:`, `DOMAIN:`, and numbered steps with reasons and actions.
public enum TextDemonstrationImporter: DemonstrationImporter {
  /// The format's name.
  public static let name = "text demonstration"

  /// One file each.
  public static let isOfFiles = true

  /// Whether there is a text file with a task.
  public static func recognizes(_ folder: DemonstrationFolder) -> Bool {
    folder.names(ending: ".txt").contains { name in (try? folder.text(name)).map(hasTask) ?? false }
  }

  private static func hasTask(_ text: String) -> Bool {
    text.split(whereSeparator: \.isNewline).contains { $0.hasPrefix("TASK:") || $0.hasPrefix("GOAL:") }
  }

  /// Reads every text; a picture of the same name is the first step's screen.
  public static func read(_ folder: DemonstrationFolder, _ options: ImportOptions) throws -> ImportedDemonstrations {
    var result = ImportedDemonstrations()
    for name in folder.names(ending: ".txt") {
      let file = "\(folder.path)/\(name)"
      do throws(DemonstrationError) {
        let text = try folder.text(name)
        guard hasTask(text) else { continue }
        let stem = String(name.dropLast(4))
        var parser = TextDemonstrationParser()
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
          parser.add(String(line), number: index + 1)
        }
        var episode = try parser.episode(id: stem)
        episode.sourceFile = file
        result.problems += parser.problems.map { $0.at(file: file) }
        let screens = ["png", "jpg", "jpeg"].map { "\(stem).\($0)" }
        if let screen = screens.first(where: { (try? folder.file($0)) != nil }), !episode.steps.isEmpty {
          episode.steps[0].observation.screenshotPath = screen
          episode.steps[0].observation.screenSize = ScreenFiles(folder: folder).size(of: screen)
        }
        result.demonstrations.append(ImportedDemonstration(episode: episode, folder: folder.path, format: Self.name))
      } catch {
        result.problems.append(error.at(file: file))
      }
    }
    return result
  }
}
