import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is read from its beginning and written at its end.
final class OpenFile {
  private let path: String
  private let descriptor: Int32

  /// Opens a file, or makes it; a symbolic link in its place is not followed.
  init(_ path: String) throws(HubError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw systemFailure("cannot be opened", path) }
  }

  deinit { close(descriptor) }

  /// Adds bytes at the end.
  func write(_ bytes: UnsafeRawBufferPointer) throws(HubError) {
    var rest = bytes
    while let base = rest.baseAddress, !rest.isEmpty {
      #if canImport(Darwin)
        let written = Darwin.write(descriptor, base, rest.count)
      #elseif canImport(Musl)
        let written = Musl.write(descriptor, base, rest.count)
      #else
        let written = Glibc.write(descriptor, base, rest.count)
      #endif
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw systemFailure("cannot be written", path) }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
    }
  }

  /// Hands over all there is, in parts of 1 MiB.
  func read(_ receive: (UnsafeRawBufferPointer) throws -> Void) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var offset = 0
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw systemFailure("cannot be read", path) }
      guard count > 0 else { return }
      try receive(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      offset += count
    }
  }

  /// Bytes.
  func size() throws(HubError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemFailure("cannot be read", path) }
    return Int(status.st_size)
  }

  /// Throws away all there is.
  func empty() throws(HubError) {
    guard ftruncate(descriptor, 0) == 0 else { throw systemFailure("cannot be written", path) }
  }

  /// Waits until the disk has everything.
  func synchronize() throws(HubError) {
    guard fsync(descriptor) == 0 else { throw systemFailure("cannot be written", path) }
  }
}

/// A lock between processes, let go at its end, also when the process ends: `flock`, as Python's `filelock` takes it.
final class FileLock {
  private let descriptor: Int32

  private init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Takes the lock; nil while another process has it.
  static func take(_ path: String) throws(HubError) -> FileLock? {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o664)
    guard descriptor >= 0 else { throw systemFailure("cannot be opened", path) }
    let lock = FileLock(descriptor)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      // Some network file systems have no locks; digests keep the cache whole all the same.
      return errno == EWOULDBLOCK || errno == EINTR ? nil : lock
    }
    // Whoever had the lock may have removed its file: then this lock is for a file that nobody else finds.
    var (held, found) = (stat(), stat())
    guard fstat(descriptor, &held) == 0, stat(path, &found) == 0, held.st_ino == found.st_ino, held.st_dev == found.st_dev else {
      return nil
    }
    return lock
  }
}

/// What the system knows of a file, behind symbolic links.
struct FileStatus {
  let size: Int
  /// When it was last read or changed, as far as the system keeps that.
  let lastUse: Date
  let isRegular: Bool

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    size = Int(status.st_size)
    isRegular = status.st_mode & S_IFMT == S_IFREG
    #if canImport(Darwin)
      let seconds = max(status.st_atimespec.tv_sec, status.st_mtimespec.tv_sec)
    #else
      let seconds = max(status.st_atim.tv_sec, status.st_mtim.tv_sec)
    #endif
    lastUse = Date(timeIntervalSince1970: Double(seconds))
  }
}

/// Puts a file in the place of another, at once.
func replace(_ path: String, with new: String) throws(HubError) {
  guard rename(new, path) == 0 else { throw systemFailure("cannot be put in place", path) }
}

/// Waits until the disk has the names in a folder.
func synchronizeFolder(_ path: String) throws(HubError) {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw systemFailure("cannot be opened", path) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 || errno == EINVAL else { throw systemFailure("cannot be written", path) }
}

/// Free bytes of the disk that a folder is on, or will be on once it is made; nil if the system does not tell.
func freeBytesOfDisk(holding path: String) -> Int? {
  var folder = URL(fileURLWithPath: path).standardizedFileURL
  var status = statvfs()
  while statvfs(folder.path, &status) != 0 {
    guard errno == ENOENT, folder.path != "/" else { return nil }
    folder.deleteLastPathComponent()
  }
  let (bytes, overflow) = Int(clamping: status.f_bavail).multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
  return overflow ? nil : bytes
}

/// The error of the last system call, told for a file of the cache.
private func systemFailure(_ what: String, _ path: String) -> HubError {
  let number = errno
  if number == ENOSPC || number == EDQUOT {
    return HubError(
      .diskFull,
      "the disk is full: \(path) cannot be written. What has come is kept; make room and pull again, or set HF_HOME to a folder on another disk"
    )
  }
  return HubError(.unusableCache, "\(path): \(what): \(String(cString: strerror(number)))")
}
