import Foundation

/// Where test data lies.
public enum Fixtures {
  /// The package's folder.
  public static let packageRoot: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  /// `Tests/Fixtures`
  public static let root = packageRoot + "/Tests/Fixtures"

  /// Data that may not enter the project and lies beside it where the project is developed.
  public static let shared = packageRoot + "/../shared/data"

  /// Whether that data is there.
  public static var hasShared: Bool { FileManager.default.fileExists(atPath: shared) }

  /// A JSON file of `Tests/Fixtures`.
  public static func json<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: root + "/" + path)))
  }

  /// A folder of this process that is removed when it ends.
  public static let temporary: String = {
    let path = FileManager.default.temporaryDirectory.path + "/sightline-tests-\(ProcessInfo.processInfo.processIdentifier)"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    temporaryForRemoval = strdup(path)
    atexit { if let path = temporaryForRemoval { try? FileManager.default.removeItem(atPath: String(cString: path)) } }
    return path
  }()
}

nonisolated(unsafe) private var temporaryForRemoval: UnsafeMutablePointer<CChar>?
