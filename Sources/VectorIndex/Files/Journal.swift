/// What a journal's file holds.
struct Journal {
  /// Largest journal that is read into memory; `compact()` makes a journal of one entry.
  static let byteLimit = 4 << 30

  /// The commits, oldest first.
  ///
  /// The first one is the base: all that was there when this journal was begun. It cannot be rolled back.
  var entries: [JournalEntry]
  /// Where the last whole entry ends.
  var byteCount: Int
  /// Whether bytes follow that are no entry: the beginning of a commit that was never acknowledged.
  var hasTornTail: Bool

  /// Reads the journal of a manifest.
  ///
  /// An entry that is cut short or has a wrong checksum ends the journal, unless a whole one follows it: then it is not the trace of
  /// an interrupted commit, and dropping what follows would lose what was acknowledged.
  init(_ folder: IndexFolder, _ manifest: Manifest) throws(VectorIndexError) {
    let path = folder.journal(manifest.generation)
    let bytes = try FileReading.bytes(path, limit: Self.byteLimit)
    try FileHeader.journal(manifest.generation, of: manifest.index).check(bytes, file: path)
    let columns = manifest.settings.columns.count
    entries = []
    byteCount = FileHeader.byteCount
    while let (entry, end) = JournalEntry.read(bytes, at: byteCount, columns: columns) {
      entries.append(entry)
      byteCount = end
    }
    hasTornTail = byteCount < bytes.count
    guard !entries.isEmpty else { throw VectorIndexError(.damagedFile, file: path, "does not begin with a whole entry") }
    for offset in stride(from: byteCount + 8, to: bytes.count, by: 8)
    where JournalEntry.read(bytes, at: offset, columns: columns) != nil {
      throw VectorIndexError(
        .damagedFile, file: path, "is damaged at byte \(byteCount): the commit there does not match its checksum, and whole ones follow")
    }
  }
}
