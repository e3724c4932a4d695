/// Adds commits to a journal.
struct JournalWriter {
  let path: String
  private let files: any FileChanges
  private let descriptor: Int32
  private var byteCount: Int

  /// Begins a journal with everything that is there, and waits until it is on disk.
  ///
  /// No manifest names it yet.
  init(
    creating generation: UInt64, base: JournalEntry, _ folder: IndexFolder, _ index: IndexIdentity, columns: Int, _ files: any FileChanges
  ) throws(VectorIndexError) {
    path = folder.journal(generation)
    self.files = files
    let entry = base.encoded(columns: columns)
    do throws(SystemFault) {
      descriptor = try files.create(path, header: .journal(generation, of: index))
    } catch {
      throw VectorIndexError(.unwritableFile, file: path, "cannot be created: \(error)")
    }
    byteCount = FileHeader.byteCount + entry.count
    do throws(SystemFault) {
      try files.writeAll(entry, to: descriptor, at: FileHeader.byteCount)
      try files.sync(descriptor)
    } catch {
      files.close(descriptor)
      throw VectorIndexError(.unwritableFile, file: path, "cannot be written: \(error)")
    }
  }

  /// Goes on with a journal, and cuts off what an interrupted commit left behind its last entry.
  init(continuing contents: IndexContents, _ files: any FileChanges) throws(VectorIndexError) {
    path = contents.folder.journal(contents.manifest.generation)
    self.files = files
    byteCount = contents.journalByteCount
    do throws(SystemFault) {
      descriptor = try files.open(path)
    } catch {
      throw VectorIndexError(.unwritableFile, file: path, "cannot be opened: \(error)")
    }
    guard contents.hasTornTail else { return }
    do throws(SystemFault) {
      try files.truncate(descriptor, to: byteCount)
      try files.sync(descriptor)
    } catch {
      files.close(descriptor)
      throw VectorIndexError(.unwritableFile, file: path, "cannot be cut to its last whole entry: \(error)")
    }
  }

  /// Adds a commit and waits until it is on disk; `isUnsure` is told where it is unknown what the journal holds after a failure.
  mutating func append(
    _ entry: JournalEntry, columns: Int, isUnsure: (VectorIndexError) -> Void
  ) throws(VectorIndexError) {
    let bytes = entry.encoded(columns: columns)
    guard bytes.count <= JournalEntry.byteLimit else {
      throw VectorIndexError(.invalidArgument, file: path, "cannot take a commit of \(bytes.count) bytes: commit more often")
    }
    do throws(SystemFault) {
      try files.writeAll(bytes, to: descriptor, at: byteCount)
    } catch {
      let fault = VectorIndexError(.unwritableFile, file: path, "cannot be written: \(error)")
      do throws(SystemFault) { try files.truncate(descriptor, to: byteCount) } catch { isUnsure(fault) }
      throw fault
    }
    do throws(SystemFault) { try files.sync(descriptor) } catch {
      let fault = VectorIndexError(.unwritableFile, file: path, "cannot be brought to disk: \(error)")
      isUnsure(fault)
      throw fault
    }
    byteCount += bytes.count
  }

  func close() { files.close(descriptor) }
}
