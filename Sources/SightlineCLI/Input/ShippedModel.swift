import Foundation
import Sightline

/// The small model that comes with the program, for those who have not pulled a large one yet.
enum ShippedModel {
  /// Its folder; nil where the program was taken away from it.
  ///
  /// It is looked for as `Models/nano-embedding` and `share/sightline/Models/nano-embedding` in the folders around the program: the
  /// repository around a build, or what an installation put beside `bin`.
  static let directory: String? = {
    guard var folder = Bundle.main.executableURL?.resolvingSymlinksInPath() else { return nil }
    for _ in 0..<levels {
      folder.deleteLastPathComponent()
      for place in ["Models/nano-embedding", "share/sightline/Models/nano-embedding"] {
        let found = folder.appendingPathComponent(place).path
        if FileManager.default.fileExists(atPath: found + "/config.json") { return found }
      }
    }
    return nil
  }()

  /// A build lies three folders below the repository, `bin` of an installation none below `share`; two to spare.
  private static let levels = 5

  /// Options for a model where nobody asked for others: the shipped one has only seen pictures of 64x64.
  static func options(for directory: String) -> ModelOptions {
    var options = ModelOptions()
    if lies(at: directory) { options.maximumPixels = 64 * 64 }
    return options
  }

  /// Whether a folder is the shipped model's.
  static func lies(at directory: String) -> Bool { self.directory.map { folder($0) == folder(directory) } ?? false }

  private static func folder(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

  /// What is said when it is used because nobody named a model.
  static let notice =
    "Using nano, the small model that comes with Sightline: short English texts, and a little of clip art and emoji. For everything else: "
    + "sightline pull Qwen/Qwen3-VL-Embedding-2B, then --model or $SIGHTLINE_MODEL."
}
