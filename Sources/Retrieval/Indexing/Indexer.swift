package import Embedding

/// Fills a collection from files.
///
/// Folders are walked in a fixed order. Texts become passages; a picture, a page of a PDF and a video are a record each; a file of JSON lines
/// that is named itself gives a record a line, under the caller's id. What has not changed since the last time (size and time, then SHA-256)
/// is not embedded again, what has changed is replaced once its new records are there, and a file that was only renamed keeps its vectors.
/// What fails is recorded with its reason and tried again next time.
///
/// Records become durable every few seconds. Cancelling the task stops after the embedding at hand and keeps what is done; the next run goes
/// on from there, in the middle of a long text too.
public struct Indexer: Sendable {
  let collection: SearchCollection
  let embedder: any ItemEmbedder
  let reader: SourceReader
  let options: IndexOptions

  /// An indexer.
  ///
  /// - Throws: `CollectionError` when the embedder's vectors are not comparable with the collection's.
  public init(
    _ collection: SearchCollection, embedder: any CollectionEmbedder, options: IndexOptions = IndexOptions()
  ) throws(CollectionError) {
    try self.init(
      collection, embedder: embedder, profile: embedder.profile(), options: options, counting: { embedder.tokenCount($0) })
  }

  package init(
    _ collection: SearchCollection, embedder: any ItemEmbedder, profile: EmbeddingProfile, options: IndexOptions = IndexOptions(),
    counting: @escaping @Sendable (String) -> Int
  ) throws(CollectionError) {
    try collection.manifest.profile.check(profile, collection: collection.directory)
    self.collection = collection
    self.embedder = embedder
    self.options = options
    reader = SourceReader(
      passages: collection.manifest.passages, count: counting, profile: collection.manifest.profile,
      segmentSeconds: collection.manifest.segmentSeconds)
  }

  /// Indexes files and folders.
  ///
  /// - Parameters:
  ///   - paths: Files, folders, files of JSON lines.
  ///   - progress: Told now and then how far it has come.
  /// - Returns: What was done and what failed.
  /// - Throws: `CollectionError` when the collection cannot be written, or another process writes into it.
  public func index(_ paths: [String], progress: (@Sendable (IndexProgress) -> Void)? = nil) async throws -> IndexReport {
    try await CollectionWriter.open(collection) { try await index(paths, writer: $0, progress: progress) }
  }

  package func index(
    _ paths: [String], writer: CollectionWriter, progress: (@Sendable (IndexProgress) -> Void)? = nil
  ) async throws -> IndexReport {
    try await IndexRun(self, writer, progress).run(paths)
  }

  /// Indexes files and folders and says how it goes.
  ///
  /// Whoever stops listening cancels it.
  public func events(indexing paths: [String]) -> AsyncThrowingStream<IndexEvent, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        do {
          let report = try await index(paths) { continuation.yield(.progress($0)) }
          continuation.yield(.finished(report))
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
