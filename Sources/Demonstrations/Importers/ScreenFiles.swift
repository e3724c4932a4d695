import Foundation

/// Finds the files of screens that an episode names.
struct ScreenFiles {
  let folder: DemonstrationFolder

  /// Checks the paths of an episode's screens and makes them begin in the folder.
  ///
  /// A path from another machine is looked for by its last parts. A screen that is not there is taken out of its step, with the path left
  /// in `raw` under `missing_screenshot`.
  ///
  /// - Returns: What was not found.
  func resolve(_ episode: inout Episode) -> [DemonstrationError] {
    var problems: [DemonstrationError] = []
    for index in episode.steps.indices {
      guard let path = episode.steps[index].observation.screenshotPath else { continue }
      do throws(DemonstrationError) {
        episode.steps[index].observation.screenshotPath = try relative(path)
      } catch {
        episode.steps[index].observation.screenshotPath = nil
        episode.steps[index].observation.raw = episode.steps[index].observation.raw.adding(["missing_screenshot": .string(path)])
        problems.append(
          DemonstrationError(
            error.code, file: episode.sourceFile ?? folder.path, step: index, field: "observation.screenshot_path",
            "\(error.reason); the step is kept without its screen"))
      }
    }
    return problems
  }

  private func relative(_ path: String) throws(DemonstrationError) -> String {
    if let inside = path.hasPrefix(folder.path + "/") ? String(path.dropFirst(folder.path.count + 1)) : nil {
      return try check(inside)
    }
    guard path.hasPrefix("/") || path.contains("\\") else { return try check(path) }
    // Written on another machine: the same file may lie here, with or without the folder it was in.
    let parts = path.split(whereSeparator: { $0 == "/" || $0 == "\\" })
    for count in [2, 1] where parts.count >= count {
      if let found = try? check(parts.suffix(count).joined(separator: "/")) { return found }
    }
    throw DemonstrationError(
      .unreadable, file: path, "the path \"\(path)\" is that of another machine, and the folder has no file of that name; copy it into it")
  }

  private func check(_ name: String) throws(DemonstrationError) -> String {
    let found: String
    do { found = try folder.file(name) } catch {
      throw error.code == .unsafePath ? error : DemonstrationError(error.code, "the screen \"\(name)\" is not there")
    }
    return String(found.dropFirst(folder.path.count + 1))
  }

  /// The size of a picture, where it is a PNG; nil otherwise.
  func size(of name: String) -> ScreenSize? {
    guard let path = try? folder.file(name), let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }
    return (try? handle.read(upToCount: 24)).flatMap { ScreenSize(ofPNG: Array($0)) }
  }
}

extension ScreenSize {
  /// The size that a PNG begins with.
  init?(ofPNG bytes: some Collection<UInt8>) {
    let head = Array(bytes.prefix(24))
    guard head.count == 24, head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), head[12..<16].elementsEqual("IHDR".utf8)
    else { return nil }
    func number(_ start: Int) -> Int { head[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    let size = (number(16), number(20))
    guard size.0 > 0, size.1 > 0, size.0 <= 1 << 20, size.1 <= 1 << 20 else { return nil }
    self.init(width: size.0, height: size.1)
  }
}
