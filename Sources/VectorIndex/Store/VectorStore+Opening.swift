extension VectorStore {
  /// Creates an index in a folder, which is made where it is missing, and opens it.
  ///
  /// - Throws: `VectorIndexError`: `alreadyThere` where the folder holds an index.
  public static func create(directory: String, settings: VectorSettings, threads: Int? = nil) throws(VectorIndexError) -> VectorStore {
    try create(directory: directory, settings: settings, threads: threads, files: SystemFiles())
  }

  /// As above, with another way to change files.
  package static func create(
    directory: String, settings: VectorSettings, threads: Int? = nil, files: any FileChanges
  ) throws(VectorIndexError) -> VectorStore {
    let folder = IndexFolder(path: directory)
    if let fault = settings.fault { throw VectorIndexError(.invalidArgument, file: directory, fault) }
    do throws(SystemFault) { try files.createFolder(directory) } catch {
      throw VectorIndexError(.unwritableFile, file: directory, "cannot be created: \(error)")
    }
    let lock = try WriterLock(folder)
    let names = try FileReading.names(in: directory)
    guard !names.contains("manifest.json") else {
      throw VectorIndexError(.alreadyThere, file: directory, "holds an index of vectors already")
    }
    // What an interrupted `create` left.
    removeOurs(names, in: folder, files) { _ in false }
    let manifest = Manifest(index: .random(), settings: settings, generation: 0)
    let base = JournalEntry(sequence: 0, extents: [], deaths: [])
    let journal = try JournalWriter(
      creating: 0, base: base, folder, manifest.index, columns: settings.columns.count, files)
    do throws(VectorIndexError) { try write(manifest, folder, files) } catch {
      journal.close()
      throw error
    }
    return VectorStore(
      folder, files, lock: lock, manifest, try Layout([base], file: journal.path), journal, lastSegment: 0, threads: threads)
  }

  /// Opens an index to change it.
  ///
  /// What a crash left of an unfinished commit is dropped.
  ///
  /// - Parameters:
  ///   - directory: The index's folder.
  ///   - committed: The commit that the caller's database has stored. Later commits are taken back, so that both are of one state. nil
  ///     keeps all.
  ///   - threads: Threads that searches of its snapshots use, or nil for one on each processor.
  /// - Returns: The writer, until it goes away the only one.
  /// - Throws: `VectorIndexError`: `missing`, `locked`, `missingCommit` where the index does not have that commit, and others.
  public static func open(
    directory: String, committed: UInt64? = nil, threads: Int? = nil
  ) throws(VectorIndexError) -> VectorStore {
    try open(directory: directory, committed: committed, threads: threads, files: SystemFiles())
  }

  /// As above, with another way to change files.
  package static func open(
    directory: String, committed: UInt64? = nil, threads: Int? = nil, files: any FileChanges
  ) throws(VectorIndexError) -> VectorStore {
    let folder = IndexFolder(path: directory)
    // A lock file must not appear in a folder that is no index.
    _ = try Manifest(folder)
    let lock = try WriterLock(folder)
    let contents = try IndexContents(folder, committed: committed)
    let names = try FileReading.names(in: directory)
    var manifest = contents.manifest
    var journal: JournalWriter
    var layout = contents.layout
    if contents.leavesOutCommits {
      // Readers may have mapped the rows that are taken back. A new journal leaves them where they are: rows are never written twice.
      manifest.generation += 1
      let base = layout.base
      removeOurs(names, in: folder, files) { IndexFolder.journalGeneration($0) != manifest.generation }
      journal = try JournalWriter(
        creating: manifest.generation, base: base, folder, manifest.index, columns: manifest.settings.columns.count, files)
      do throws(VectorIndexError) { try write(manifest, folder, files) } catch {
        journal.close()
        throw error
      }
      layout = try Layout([base], file: journal.path)
    } else {
      journal = try JournalWriter(continuing: contents, files)
    }
    let used = Set(layout.segments.map(\.number))
    removeOurs(names, in: folder, files) { name in
      IndexFolder.segmentNumber(name).map { used.contains($0) } ?? (IndexFolder.journalGeneration(name) == manifest.generation)
    }
    let lastSegment = names.compactMap { IndexFolder.segmentNumber($0) }.max() ?? 0
    return VectorStore(folder, files, lock: lock, manifest, layout, journal, lastSegment: lastSegment, threads: threads)
  }

  /// Puts a manifest in its place, which makes everything that it names the index.
  static func write(_ manifest: Manifest, _ folder: IndexFolder, _ files: any FileChanges) throws(VectorIndexError) {
    let bytes = try manifest.encoded(folder.manifest)
    do throws(SystemFault) {
      // The files that the manifest names must not appear after it.
      try files.syncFolder(folder.path)
      try files.replace(folder.manifest, by: folder.manifestInTheMaking, with: bytes)
      try files.syncFolder(folder.path)
    } catch {
      throw VectorIndexError(.unwritableFile, file: folder.manifest, "cannot be written: \(error)")
    }
  }

  /// Removes files of the index's own naming that are of no use; what cannot be removed is left for the next time.
  static func removeOurs(_ names: [String], in folder: IndexFolder, _ files: any FileChanges, except: (String) -> Bool) {
    for name in names where IndexFolder.isOurs(name) && !except(name) { try? files.remove(folder.path + "/" + name) }
  }
}
