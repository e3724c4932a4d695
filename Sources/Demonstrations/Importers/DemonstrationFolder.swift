import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder with demonstrations, or one file that someone named.
///
/// Nothing outside the folder is ever read for a name that a recording holds: neither by `..` nor through a link.
public struct DemonstrationFolder: Sendable {
  /// The folder, without links.
  public let path: String
  /// The name of the file, where one was named and not a folder.
  public let onlyFile: String?
  /// What lies in it, sorted, without hidden names; only the file, where one was named.
  public let names: [String]

  /// The largest JSON that is read: a file of episodes may hold screens in base64.
  private static let maximumBytes = 1 << 30
  /// The largest text.
  private static let maximumTextBytes = 64 << 20
  private static let maximumNames = 100_000

  /// Looks at a folder or file.
  ///
  /// - Throws: ``DemonstrationError`` where there is none.
  public init(_ path: String) throws(DemonstrationError) {
    let canonical = try Self.canonical(path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: canonical, isDirectory: &isFolder) else {
      throw DemonstrationError(.unreadable, file: path, "is not there")
    }
    if isFolder.boolValue {
      self.path = canonical
      onlyFile = nil
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: canonical) else {
        throw DemonstrationError(.unreadable, file: path, "the folder cannot be read; allow it")
      }
      guard names.count <= Self.maximumNames else {
        throw DemonstrationError(.limitExceeded, file: path, "holds \(names.count) names; at most \(Self.maximumNames) are looked at")
      }
      self.names = names.filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } else {
      let name = (canonical as NSString).lastPathComponent
      self.path = (canonical as NSString).deletingLastPathComponent
      onlyFile = name
      names = [name]
    }
  }

  /// The folder's own name.
  var name: String { (path as NSString).lastPathComponent }

  /// Whether a name is there.
  func has(_ name: String) -> Bool { names.contains(name) }

  /// Whether a name is a folder and no link to one.
  func isFolder(_ name: String) -> Bool {
    var status = stat()
    return lstat("\(path)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names that end so, in any case.
  func names(ending suffix: String) -> [String] { names.filter { $0.lowercased().hasSuffix(suffix) } }

  /// A folder in this one.
  func folder(_ name: String) throws(DemonstrationError) -> DemonstrationFolder { try DemonstrationFolder("\(path)/\(name)") }

  /// Where a file lies that a recording names: inside the folder, and there.
  ///
  /// - Returns: The path without links.
  /// - Throws: ``DemonstrationError`` that says what is wrong with the name.
  func file(_ name: String) throws(DemonstrationError) -> String {
    guard !name.isEmpty, !name.hasPrefix("/"), !name.contains("\\"), !name.contains("\0"), name.utf8.count <= 4_096,
      !name.split(separator: "/").contains("..")
    else {
      throw DemonstrationError(
        .unsafePath, file: path, "the path \"\(name.prefix(200))\" leads out of the folder; use one that begins in it and has no ..")
    }
    let found = try Self.canonical("\(path)/\(name)")
    guard found.hasPrefix(path == "/" ? "/" : path + "/") else {
      throw DemonstrationError(.unsafePath, file: path, "\"\(name)\" is a link that leads out of the folder; put the file itself there")
    }
    var status = stat()
    guard stat(found, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw DemonstrationError(.unreadable, file: found, "is not a file")
    }
    return found
  }

  /// The bytes of a file in the folder.
  func data(_ name: String, maximum: Int = maximumBytes) throws(DemonstrationError) -> Data {
    let file = try file(name)
    let size = ((try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? Int) ?? 0
    guard size <= maximum else {
      throw DemonstrationError(.limitExceeded, file: file, "has \(size) bytes; at most \(maximum) are read")
    }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw DemonstrationError(.unreadable, file: file, "cannot be read; allow it")
    }
    return data
  }

  /// The text of a file in the folder.
  func text(_ name: String) throws(DemonstrationError) -> String {
    guard let text = String(data: try data(name, maximum: Self.maximumTextBytes), encoding: .utf8) else {
      throw DemonstrationError(.malformed, file: "\(path)/\(name)", "is not UTF-8")
    }
    return text
  }

  /// The JSON of a file in the folder.
  func json(_ name: String) throws(DemonstrationError) -> JSONValue {
    do { return try JSONValue(parsing: try data(name)) } catch { throw error.at(file: "\(path)/\(name)") }
  }

  private static func canonical(_ path: String) throws(DemonstrationError) -> String {
    guard let resolved = realpath(path, nil) else {
      throw DemonstrationError(.unreadable, file: path, "cannot be found: \(String(cString: strerror(errno)))")
    }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

extension JSONValue {
  /// Reads JSON text.
  init(parsing data: Data) throws(DemonstrationError) {
    do { self = try JSONDecoder().decode(JSONValue.self, from: data) } catch {
      throw DemonstrationError(.malformed, "is not JSON; correct it or export it again")
    }
  }
}
