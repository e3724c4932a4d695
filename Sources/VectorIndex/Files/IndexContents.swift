/// What an index's folder holds at one moment: which commits, and the rows they leave.
struct IndexContents {
  let folder: IndexFolder
  let manifest: Manifest
  /// Commits up to the one asked for.
  let entries: [JournalEntry]
  let layout: Layout
  /// Where the journal's last whole entry ends.
  let journalByteCount: Int
  /// Whether the journal goes on with bytes that are no entry.
  let hasTornTail: Bool
  /// Whether whole commits were left out: later ones than asked for, or a last one whose rows are not what was written.
  let leavesOutCommits: Bool

  /// Bytes of the last commit that are compared with their checksums when an index is opened.
  private static let tailByteLimit = 16 << 20

  /// Reads manifest and journal up to the commit `committed`, or to the last one.
  init(_ folder: IndexFolder, committed: UInt64?) throws(VectorIndexError) {
    let manifest = try Manifest(folder)
    let journal = try Journal(folder, manifest)
    let path = folder.journal(manifest.generation)
    var entries = journal.entries
    if let committed {
      let base = entries[0].sequence
      guard committed >= base else {
        throw VectorIndexError(
          .missingCommit, file: folder.path,
          "begins at commit \(base) since it was compacted; commit \(committed) is gone: open it without a commit and compare ids")
      }
      entries.removeAll { $0.sequence > committed }
    }
    if let last = entries.last, entries.count > 1, try !Self.tailIsWhole(last, folder, manifest) { entries.removeLast() }
    layout = try Layout(entries, file: path)
    if let committed, layout.sequence < committed {
      throw VectorIndexError(
        .missingCommit, file: folder.path,
        "ends at commit \(layout.sequence); commit \(committed) is missing: the files were changed or lost")
    }
    self.folder = folder
    self.manifest = manifest
    self.entries = entries
    journalByteCount = journal.byteCount
    hasTornTail = journal.hasTornTail
    leavesOutCommits = entries.count < journal.entries.count
  }

  /// Whether the rows that a commit added last are what was written.
  private static func tailIsWhole(_ entry: JournalEntry, _ folder: IndexFolder, _ manifest: Manifest) throws(VectorIndexError) -> Bool {
    let columns = manifest.settings.columns
    let rowByteCount = columns.reduce(0) { $0 + $1.stride }
    var left = tailByteLimit
    for extent in entry.extents.reversed() {
      // An extent is as large as a writer's buffer, which is less than the limit.
      left -= extent.count.multipliedReportingOverflow(by: rowByteCount).partialValue
      guard left >= 0 else { return true }
      for (column, checksum) in zip(columns, extent.checksums) {
        let path = folder.segment(extent.segment, column.kind)
        let mapped: MappedColumn
        do throws(VectorIndexError) {
          mapped = try MappedColumn(
            column, path, header: .column(column, segment: extent.segment, of: manifest.index), count: extent.rows.upperBound, limit: 0)
        } catch {
          guard error.code == .damagedFile else { throw error }
          return false
        }
        guard Checksum.of(mapped.bytes(extent.rows)) == checksum else { return false }
      }
    }
    return true
  }
}
