import GRDB
package import VectorIndex

/// The one writer of a collection: changes records and vectors together.
///
/// Both are of one state at any time, for readers and after a crash. A change is made in this order: vectors are added and removed and their
/// index commits, which gives a number; the records' transaction stores that number and commits. Until then the records know the old number,
/// and whoever opens the vectors with it does not see the new commit; the next writer takes it back.
package actor CollectionWriter {
  /// A point at which tests let the writer fail.
  package enum Step: CaseIterable, Sendable {
    case begun, vectorsCommitted, recordsWritten, recordsCommitted
  }

  /// Vectors that are added and removed with a change of records.
  struct VectorChanges {
    fileprivate(set) var added: [(id: UInt64, vector: [Float])] = []
    fileprivate var removed: [UInt64] = []
    fileprivate var nextKey: UInt64

    /// Adds a vector; the key is that of its record.
    mutating func add(_ vector: [Float]) -> UInt64 {
      defer { nextKey += 1 }
      added.append((nextKey, vector))
      return nextKey
    }

    /// Removes vectors whose records are removed.
    mutating func remove(_ keys: [UInt64]) { removed += keys }
  }

  private let directory: String
  /// `nil` when the writer is closed.
  private var lock: WriterLock?
  private let records: RecordStore
  private let files: any FileChanges
  /// `nil` after a fault, until it is opened again at the state that the records are of.
  private var vectors: VectorStore?
  private let reached: (@Sendable (Step) throws -> Void)?

  /// Opens a collection to write.
  ///
  /// What a crash left unfinished is taken back.
  ///
  /// - Parameters:
  ///   - collection: The collection.
  ///   - files: How vectors are written.
  ///   - reached: Called at each step.
  /// - Throws: `CollectionError` with the code `busy` while another process writes.
  package init(
    _ collection: SearchCollection, files: any FileChanges = SystemFiles(), reached: (@Sendable (Step) throws -> Void)? = nil
  ) throws(CollectionError) {
    directory = collection.directory
    self.files = files
    self.reached = reached
    // The records' number means something only while nobody else can write.
    lock = try WriterLock(directory)
    records = try RecordStore(directory, writing: true)
    vectors = try Self.openVectors(directory, records, files)
  }

  /// Opens a collection to write, and closes it when `body` is done.
  static func open<Value: Sendable>(_ collection: SearchCollection, _ body: (CollectionWriter) async throws -> Value) async throws -> Value
  {
    let writer = try CollectionWriter(collection)
    do {
      let value = try await body(writer)
      await writer.close()
      return value
    } catch {
      await writer.close()
      throw error
    }
  }

  private static func openVectors(
    _ directory: String, _ records: RecordStore, _ files: any FileChanges
  ) throws(CollectionError) -> VectorStore {
    let committed = try records.read { try SearchCollection.committed($0) }
    do throws(VectorIndexError) {
      return try VectorStore.open(directory: SearchCollection.vectorDirectory(directory), committed: committed, files: files)
    } catch {
      throw CollectionError(error)
    }
  }

  /// Lets other processes write, now and not when the last reference is gone.
  package func close() {
    vectors = nil
    lock = nil
  }

  private func opened() throws(CollectionError) -> VectorStore {
    guard lock != nil else { throw CollectionError(.busy, "\(directory): this writer is closed") }
    if let vectors { return vectors }
    let opened = try Self.openVectors(directory, records, files)
    vectors = opened
    return opened
  }

  /// Reads records.
  func read<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) throws(CollectionError) -> Value { try records.read(body) }

  /// Changes records and vectors: all of it lasts when this returns, and nothing if it throws.
  ///
  /// - Parameter body: Changes the records and notes vectors that come and go with them.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws, and `CollectionError`.
  func change<Value: Sendable>(_ body: @Sendable (Database, inout VectorChanges) throws -> Value) throws -> Value {
    let store = try opened()
    do {
      try reached?(.begun)
      let value = try records.write { database in
        let next = try Int64.fetchOne(database, sql: "SELECT next_key FROM state") ?? 1
        var changes = VectorChanges(nextKey: UInt64(bitPattern: next))
        let value = try body(database, &changes)
        try store.append(changes.added)
        if !changes.removed.isEmpty { try store.remove(changes.removed) }
        let commit = try store.commit()
        try reached?(.vectorsCommitted)
        try database.execute(
          sql: "UPDATE state SET vector_commit = ?, next_key = ?",
          arguments: [Int64(bitPattern: commit), Int64(bitPattern: changes.nextKey)])
        try reached?(.recordsWritten)
        return value
      }
      try reached?(.recordsCommitted)
      return value
    } catch {
      // Whether the vectors are ahead of the records is seen when they are opened again.
      vectors = nil
      if let error = error as? VectorIndexError { throw CollectionError(error) }
      throw error
    }
  }

  /// Gives the room of what was removed back to the disk, and takes the ranges of int8 codes from the vectors where they are not known.
  package func compact() throws(CollectionError) {
    let store = try opened()
    do {
      try store.compact()
    } catch {
      vectors = nil
      throw (error as? VectorIndexError).map { CollectionError($0) } ?? CollectionError(.inputOutput, "\(directory): \(error)")
    }
    try records.compact()
  }

  /// How large the index of vectors is.
  func vectorStatistics() throws(CollectionError) -> VectorStatistics {
    let store = try opened()
    do throws(VectorIndexError) { return try store.snapshot().statistics } catch { throw CollectionError(error) }
  }
}

extension CollectionError {
  /// The same fault, as a collection's.
  init(_ error: VectorIndexError) {
    let code: Code =
      switch error.code {
      case .missing, .damagedFile, .missingCommit: .damaged
      case .locked: .busy
      case .unsupportedFile: .newerFormat
      case .invalidArgument, .invalidVector, .alreadyThere: .invalidSetting
      case .unreadableFile, .unwritableFile, .broken: .inputOutput
      }
    self.init(code, error.description)
  }
}
