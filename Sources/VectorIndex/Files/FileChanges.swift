/// Every change that an index makes to its folder, one system call each.
///
/// Tests put another implementation in its place that writes short, runs out of space or stops at any of these calls.
package protocol FileChanges: Sendable {
  /// Creates a file that must not be there yet and opens it for writing.
  func create(_ path: String) throws(SystemFault) -> Int32
  /// Opens a file that is there for writing.
  func open(_ path: String) throws(SystemFault) -> Int32
  /// Writes bytes at an offset; may write fewer than given.
  func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int) throws(SystemFault) -> Int
  /// Waits until the file's bytes are on disk.
  func sync(_ descriptor: Int32) throws(SystemFault)
  /// Cuts the file to a length.
  func truncate(_ descriptor: Int32, to byteCount: Int) throws(SystemFault)
  /// Closes a descriptor; what it says about that is of no use.
  func close(_ descriptor: Int32)
  /// Puts a file in another's place.
  func rename(_ path: String, to destination: String) throws(SystemFault)
  /// Removes a file.
  func remove(_ path: String) throws(SystemFault)
  /// Creates a folder, unless it is there.
  func createFolder(_ path: String) throws(SystemFault)
  /// Waits until the folder's names are on disk.
  func syncFolder(_ path: String) throws(SystemFault)
}

/// What the system said.
package struct SystemFault: Error, Equatable {
  package let number: Int32

  package init(_ number: Int32) { self.number = number }
}

extension FileChanges {
  /// Writes all bytes, in as many calls as it takes.
  func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int) throws(SystemFault) {
    var done = 0
    while done < bytes.count {
      done += try write(UnsafeRawBufferPointer(rebasing: bytes[done...]), to: descriptor, at: offset + done)
    }
  }

  func writeAll(_ bytes: [UInt8], to descriptor: Int32, at offset: Int) throws(SystemFault) {
    let result = bytes.withUnsafeBytes { bytes -> Result<Void, SystemFault> in
      do throws(SystemFault) { return .success(try writeAll(bytes, to: descriptor, at: offset)) } catch { return .failure(error) }
    }
    try result.get()
  }

  /// Creates a file with a header alone.
  ///
  /// - Returns: Its descriptor, open for writing.
  func create(_ path: String, header: FileHeader) throws(SystemFault) -> Int32 {
    let descriptor = try create(path)
    do throws(SystemFault) {
      try writeAll(header.bytes, to: descriptor, at: 0)
    } catch {
      close(descriptor)
      try? remove(path)
      throw error
    }
    return descriptor
  }

  /// Writes a file beside its place, waits for it, and puts it there; the folder is yet to be waited for.
  func replace(_ path: String, by temporary: String, with bytes: [UInt8]) throws(SystemFault) {
    try? remove(temporary)
    let descriptor = try create(temporary)
    do throws(SystemFault) {
      try writeAll(bytes, to: descriptor, at: 0)
      try sync(descriptor)
    } catch {
      close(descriptor)
      try? remove(temporary)
      throw error
    }
    close(descriptor)
    try rename(temporary, to: path)
  }
}
