#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The system's view of folders.
enum Folder {
  /// What a name in a folder stands for.
  enum Kind {
    case file(FileStatus)
    case folder(FileStatus)
    case link
    case other
  }

  /// Names in a folder as the disk has them, sorted by their bytes, without `.` and `..`.
  static func names(in path: String) throws(SourceError) -> [[UInt8]] {
    guard let folder = opendir(path) else { throw .system("cannot be opened") }
    defer { closedir(folder) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = readdir(folder) else { break }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name != [46] && name != [46, 46] { names.append(name) }
    }
    guard errno == 0 else { throw .system("cannot be read to its end") }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// What a path stands for.
  static func kind(of path: String, followingLinks: Bool) throws(SourceError) -> Kind {
    var status = stat()
    guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { throw .system("cannot be examined") }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file(FileStatus(status))
    case S_IFDIR: return .folder(FileStatus(status))
    case S_IFLNK: return .link
    default: return .other
    }
  }

  /// Whether there is nothing under a path, not even a broken link; `false` where that cannot be known.
  static func isVacant(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR)
  }

  /// The path without links, `.` and `..`.
  static func canonical(_ path: String) throws(SourceError) -> String {
    guard let resolved = realpath(path, nil) else { throw .system("cannot be found") }
    defer { free(resolved) }
    guard let text = String(validatingCString: resolved) else { throw SourceError("lies in a folder whose name is not UTF-8") }
    return text
  }
}
