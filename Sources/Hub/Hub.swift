import Fetching

/// Fetches models from Hugging Face or ModelScope into a cache that Hugging Face's own tools share.
///
/// Documentation/models.md says what is fetched, what is verified and where it lies.
public struct Hub: Sendable {
  /// Where models come from and where they are kept.
  public let configuration: HubConfiguration
  let client: HubClient
  /// Free bytes of the disk that a folder is on; nil if the system does not tell.
  let freeBytes: @Sendable (String) -> Int?

  /// A hub.
  public init(configuration: HubConfiguration) {
    self.init(configuration: configuration, retry: RetryPolicy())
  }

  init(
    configuration: HubConfiguration, retry: RetryPolicy,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    freeBytes: @escaping @Sendable (String) -> Int? = { freeBytesOfDisk(holding: $0) }
  ) {
    self.configuration = configuration
    client = HubClient(configuration, retry: retry, sleep: sleep)
    self.freeBytes = freeBytes
  }

  /// Brings a model into the cache, as far as it is not there yet, and returns its folder.
  ///
  /// Files come in parallel, each is checked against the size and the digest that the hub lists, and the snapshot appears when all are there.
  /// What had come before a failure, a cancellation or the end of the process is kept, and the next call goes on from there.
  ///
  /// - Parameters:
  ///   - reference: The repository and its revision; without one, the main branch as it is now.
  ///   - progress: Told how far the work has come, from several threads, one at a time.
  /// - Returns: The snapshot's folder.
  /// - Throws: `HubError`; `CancellationError` when the task is cancelled.
  public func pull(
    _ reference: ModelReference, progress: @escaping @Sendable (PullProgress) -> Void = { _ in }
  ) async throws -> ModelSnapshot {
    let cache = ModelCache(directory: configuration.cacheDirectory, source: configuration.source)
    if configuration.isOffline {
      do {
        return try cache.snapshot(of: reference)
      } catch {
        throw HubError(.offline, "\(error.description). Offline mode is on (--offline or HF_HUB_OFFLINE), so nothing was fetched")
      }
    }
    let repository: any Repository =
      switch configuration.source {
      case .huggingFace: HuggingFaceRepository(client: client)
      case .modelScope: ModelScopeRepository(client: client)
      }
    let listing = try await repository.listing(of: reference)
    let files = try FileSelection(listing, of: reference.description)

    let folder = CacheFolder(cache: configuration.cacheDirectory, reference)
    try folder.prepare()
    try checkRoom(for: files.all, in: folder)
    let tally = PullTally(files.all, progress)
    let downloads = files.all.map { file in
      BlobDownload(
        file: file, request: repository.request(for: file, of: reference, commit: listing.commit), reference: reference, folder: folder,
        client: client, tally: tally)
    }
    try await run(downloads)
    try folder.link(files.all, commit: listing.commit)
    try ModelCache.checkWeights(in: folder.snapshot(listing.commit), of: reference)
    try folder.setReference(reference.revision ?? configuration.source.mainRevision, to: listing.commit)
    return try cache.snapshot(of: ModelReference(repository: reference.repository, revision: listing.commit))
  }

  /// Runs downloads, a few at a time, in order; the first failure ends all.
  private func run(_ downloads: [BlobDownload]) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, download) in downloads.enumerated() {
        if index >= max(configuration.parallelDownloads, 1) { try await group.next() }
        group.addTask { try await download.run() }
      }
      try await group.waitForAll()
    }
  }

  /// Says beforehand when the disk cannot hold what is missing.
  private func checkRoom(for files: [RepositoryFile], in folder: CacheFolder) throws(HubError) {
    var blobs: Set<String> = []
    let missing = files.reduce(0) { $0 + (blobs.insert($1.digest.text).inserted ? folder.missingBytes(of: $1) : 0) }
    guard let free = freeBytes(configuration.cacheDirectory), free < missing else { return }
    throw HubError(
      .diskFull,
      "\(missing) bytes are to be fetched, but the disk of \(configuration.cacheDirectory) has only \(free) bytes free. Make room, or set HF_HOME to a folder on another disk"
    )
  }
}
