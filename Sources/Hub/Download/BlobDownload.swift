import Fetching

/// Brings one file into the cache: resumed where an earlier try ended, verified, then put in place at once.
struct BlobDownload: Sendable {
  let file: RepositoryFile
  /// What asks for the whole file.
  let request: FetchRequest
  let reference: ModelReference
  let folder: CacheFolder
  let client: HubClient
  let tally: PullTally

  /// - Throws: `HubError`; `CancellationError` when the task is cancelled.
  func run() async throws {
    if !folder.hasBlob(of: file) {
      let lock = try await lock()
      defer { withExtendedLifetime(lock) {} }
      // Another process may have brought it meanwhile.
      if !folder.hasBlob(of: file) {
        try await fetch()
        return tally.finish(file)
      }
    }
    tally.set(file, done: file.size, reused: file.size)
    tally.finish(file)
  }

  /// Takes the lock of the file, which Hugging Face's tools take as well.
  private func lock() async throws -> FileLock {
    let path = try folder.lockPath(of: file)
    while true {
      if let lock = try FileLock.take(path) { return lock }
      try await client.sleep(.milliseconds(200))
      try Task.checkCancellation()
    }
  }

  /// Fetches what is missing until the content is what the listing promised.
  private func fetch() async throws {
    let partial = try PartialFile(folder.partialPath(of: file), for: file)
    tally.set(file, done: partial.count, reused: partial.count)
    // Content can be wrong because an earlier try left something wrong, and then once more from the start settles it.
    var startsAgain = partial.count > 0
    while true {
      try await complete(partial)
      if partial.isVerified { break }
      try partial.startAgain()
      tally.set(file, done: 0, reused: 0)
      guard startsAgain else {
        throw HubError(
          .wrongContent,
          "\(reference): \(shown(file.path)) arrived with another digest than the hub lists (\(file.digest.text)). It was thrown away; pull again, and if it happens again, somebody on the way changes it"
        )
      }
      startsAgain = false
    }
    try partial.commit(to: folder.blobPath(of: file))
  }

  /// Asks again and again until the file has its size.
  private func complete(_ partial: PartialFile) async throws {
    var failures = 0
    var most = partial.count
    while partial.count < file.size {
      try Task.checkCancellation()
      do {
        try await receive(into: partial)
      } catch let error as FetchError {
        // The server has fewer bytes than are here: what is here is of something else.
        if error.status == 416, partial.count > 0 { try startAgain(partial) }
        // A connection that brings something is worth another, however often it breaks.
        failures = partial.count > most ? 1 : failures + 1
        most = max(most, partial.count)
        if error.status != 416 || failures >= client.retry.attempts {
          try await client.wait(after: error, failures: failures, of: reference)
        }
      }
    }
  }

  /// Makes one request and takes what comes.
  private func receive(into partial: PartialFile) async throws {
    var request = request
    if partial.count > 0 {
      request.headers.append(.init("Range", "bytes=\(partial.count)-"))
      if let tag = partial.entityTag { request.headers.append(.init("If-Range", tag)) }
    }
    let stream = try await client.stream(request)
    try check(stream.head)
    if stream.head.status == 206 {
      let range = stream.head["Content-Range"] ?? "nothing"
      guard range == "bytes \(partial.count)-\(file.size - 1)/\(file.size)" else {
        throw HubError(
          .wrongContent,
          "\(reference): the server sends \(shown(range)) of \(shown(file.path)), expected bytes \(partial.count) to \(file.size - 1) of \(file.size)"
        )
      }
    } else {
      if let announced = stream.head["Content-Length"].flatMap({ Int($0) }), announced != file.size {
        throw HubError(
          .wrongContent,
          "\(reference): the server sends \(shown(file.path)) with \(announced) bytes, but the hub lists \(file.size); pull again")
      }
      // The whole comes: the server takes no ranges, or has another file than before.
      if partial.count > 0 { try startAgain(partial) }
    }
    try partial.note(entityTag: stream.head["ETag"])
    try await stream.read(atMost: file.size - partial.count) { bytes in
      try partial.append(bytes)
      tally.add(file, bytes.count)
    }
    if partial.count < file.size {
      throw HubError(
        .wrongContent, "\(reference): the server sends \(shown(file.path)) with \(partial.count) bytes, but the hub lists \(file.size)")
    }
  }

  /// Compares what the hub says on the way with the listing, before gigabytes come.
  private func check(_ head: FetchedHead) throws(HubError) {
    guard let linked = head.first("X-Linked-Etag")?.trimmingPrefix("W/").filter({ $0 != "\"" }) else { return }
    guard linked == file.digest.text else {
      throw HubError(
        .wrongContent, "\(reference): \(shown(file.path)) has changed at the hub since it was listed (now \(shown(linked))); pull again")
    }
  }

  private func startAgain(_ partial: PartialFile) throws {
    try partial.startAgain()
    tally.set(file, done: 0, reused: 0)
  }
}
