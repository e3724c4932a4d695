import Fetching

/// What cases read, checked.
public struct VerificationInputs: Sendable {
  /// Lists of texts by path.
  private(set) var texts: [String: [String]] = [:]
  /// Bytes of pictures by path.
  private(set) var images: [String: [UInt8]] = [:]

  /// Reads or fetches what the cases need.
  ///
  /// Every file whose digest is known is checked before anything is made of it.
  ///
  /// - Parameters:
  ///   - plan: The cases.
  ///   - progress: Called with the number of files that are there.
  /// - Throws: `VerificationError` that names the file, `CancellationError` when the task is cancelled.
  public init(for plan: VerificationPlan, progress: ((Int) -> Void)? = nil) async throws {
    var done = 0
    for path in plan.textPaths {
      texts[path] = try await Self.texts(path, plan)
      done += 1
      progress?(done)
    }
    for path in plan.imagePaths {
      images[path] = try await Self.file(path, plan).bytes
      done += 1
      progress?(done)
    }
  }

  private static func texts(_ path: String, _ plan: VerificationPlan) async throws -> [String] {
    let (bytes, subject, pickleEntry) = try await file(path, plan)
    guard let pickleEntry else { return try InputFile.texts(bytes, subject: subject) }
    let value: PickleValue
    do {
      value = try PickleReader.read(bytes)
    } catch {
      throw VerificationError(.malformedInput, subject, error.description)
    }
    guard case .dictionary(let entries) = value, case .list(let list)? = entries[pickleEntry] else {
      throw VerificationError(.malformedInput, subject, "has no list \"\(pickleEntry)\"")
    }
    var texts: [String] = []
    for case .text(let text) in list { texts.append(text) }
    guard texts.count == list.count else {
      throw VerificationError(.malformedInput, subject, "its list \"\(pickleEntry)\" holds something else than texts")
    }
    return texts
  }

  /// The checked bytes of a file, how a message names it, and the entry to take from it where it is a pickle.
  private static func file(
    _ path: String, _ plan: VerificationPlan
  ) async throws -> (bytes: [UInt8], subject: String, pickleEntry: String?) {
    let record = plan.collection.inputs?[path]
    switch plan.source {
    case .folder(let folder):
      let location = path.hasPrefix("/") ? path : "\(folder)/\(path)"
      let bytes = try InputFile.read(location, maximumBytes: max(record?.bytes ?? 0, unrecordedLimit))
      if let record { try InputFile.check(bytes, sha256: record.sha256, subject: location) }
      return (bytes, location, nil)
    case .repository(let fetch):
      guard let repository = plan.collection.repository, let file = record?.repositoryFile else {
        throw VerificationError(.unfetchableInput, path, "is not in the publisher's repository")
      }
      try Task.checkCancellation()
      let url = repository.address(of: file.path)
      let bytes: [UInt8]
      do {
        bytes = try await fetch(url, file.bytes)
      } catch let error as FetchError {
        throw VerificationError(.unfetchableInput, url, error.reason)
      }
      try InputFile.check(bytes, sha256: file.sha256, subject: url)
      return (bytes, url, file.pickleEntry)
    }
  }

  /// Bytes of a file at most whose size is not stated.
  private static let unrecordedLimit = 64 << 20
}
