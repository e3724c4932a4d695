/// The files under some paths, in a fixed order.
///
/// Names are sorted by their bytes; hidden files and folders are left out unless asked for, links inside folders always: what they lead to is
/// indexed where it lies. A path that someone names is followed wherever it leads.
struct FolderWalk {
  /// A file to look at.
  struct Entry: Sendable {
    let path: String
    let status: FileStatus
    /// Whether someone named the file itself.
    fileprivate(set) var isExplicit: Bool
  }

  /// Something that could not be looked at.
  struct Problem: Sendable, Equatable {
    let path: String
    let reason: String
  }

  private(set) var entries: [Entry] = []
  private(set) var problems: [Problem] = []
  /// The paths as the walk began with them, without links.
  private(set) var roots: [String] = []
  private let includesHidden: Bool
  private let excluded: FileStatus.Identity?
  private var visited: Set<FileStatus.Identity> = []
  private var found: Set<String> = []

  /// Walks.
  ///
  /// - Parameters:
  ///   - paths: Files and folders.
  ///   - includesHidden: Whether names that begin with a dot count.
  ///   - excluded: A folder that is left out: the collection's own.
  init(_ paths: [String], includesHidden: Bool, excluding excluded: String? = nil) {
    self.includesHidden = includesHidden
    self.excluded = excluded.flatMap { StableFile.status(ofPath: $0)?.identity }
    for path in paths { enter(root: path) }
  }

  private mutating func enter(root path: String) {
    do throws(SourceError) {
      let path = try Folder.canonical(path)
      switch try Folder.kind(of: path, followingLinks: true) {
      case .file(let status):
        roots.append(path)
        add(path, status, isExplicit: true)
      case .folder(let status):
        roots.append(path)
        enter(folder: path, status)
      case .link, .other: throw SourceError("is neither a file nor a folder")
      }
    } catch {
      problems.append(Problem(path: path, reason: error.description))
    }
  }

  private mutating func enter(folder path: String, _ status: FileStatus) {
    // A folder that is mounted within itself, or named twice, is entered once.
    guard status.identity != excluded, visited.insert(status.identity).inserted else { return }
    let names: [[UInt8]]
    do throws(SourceError) {
      names = try Folder.names(in: path)
    } catch {
      problems.append(Problem(path: path, reason: error.description))
      return
    }
    for bytes in names {
      guard includesHidden || bytes.first != UInt8(ascii: ".") else { continue }
      guard let name = String(validating: bytes, as: UTF8.self) else {
        problems.append(
          Problem(path: "\(path)/\(String(decoding: bytes, as: UTF8.self))", reason: "has a name that is not UTF-8; rename it"))
        continue
      }
      enter(child: path.hasSuffix("/") ? path + name : "\(path)/\(name)")
    }
  }

  private mutating func enter(child path: String) {
    do throws(SourceError) {
      switch try Folder.kind(of: path, followingLinks: false) {
      case .file(let status): add(path, status, isExplicit: false)
      case .folder(let status): enter(folder: path, status)
      case .link, .other: break
      }
    } catch {
      problems.append(Problem(path: path, reason: error.description))
    }
  }

  private mutating func add(_ path: String, _ status: FileStatus, isExplicit: Bool) {
    guard found.insert(path).inserted else {
      // Someone named a file that a folder had already.
      if isExplicit, let index = entries.firstIndex(where: { $0.path == path }) { entries[index].isExplicit = true }
      return
    }
    entries.append(Entry(path: path, status: status, isExplicit: isExplicit))
  }

  /// Whether a path lies under one of the roots, and nothing that could not be looked at hides it.
  func covers(_ path: String) -> Bool {
    func contains(_ folder: String) -> Bool { path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/") }
    return roots.contains(where: contains) && !problems.contains { contains($0.path) }
  }

  /// Whether the walk came upon a file.
  func contains(_ path: String) -> Bool { found.contains(path) }
}
