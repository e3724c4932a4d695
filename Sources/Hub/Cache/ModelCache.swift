public import Foundation

/// A folder of models in the layout of Hugging Face's Hub, ours or any other tool's.
public struct ModelCache: Sendable {
  /// The folder.
  public let directory: String
  /// The hub whose models it holds.
  public let source: HubSource

  /// The cache in a folder, which need not exist yet.
  public init(directory: String, source: HubSource = .huggingFace) {
    self.directory = directory
    self.source = source
  }

  /// The caches of all hubs, as environment variables name them.
  public static func all(environment: [String: String] = ProcessInfo.processInfo.environment) -> [ModelCache] {
    HubSource.allCases.map { ModelCache(directory: HubEnvironment(environment).cacheDirectory(of: $0), source: $0) }
  }

  /// Every snapshot, by name; whole or not.
  public func list() -> [ModelSnapshot] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.sorted().flatMap { name -> [ModelSnapshot] in
      guard name.hasPrefix("models--") else { return [] }
      let folder = CacheFolder(cache: directory, repository: String(name.dropFirst("models--".count)).replacing("--", with: "/"))
      let references = folder.allReferences()
      return folder.commits().map { snapshot(folder, $0, references) }
    }
  }

  /// A model's folder, without asking the network.
  ///
  /// - Throws: `HubError` of the code `notCached`, also if files of it are missing.
  public func directory(of reference: ModelReference) throws(HubError) -> String {
    try snapshot(of: reference).directory
  }

  /// A model's snapshot, without asking the network.
  ///
  /// - Throws: `HubError` of the code `notCached`, also if files of it are missing.
  public func snapshot(of reference: ModelReference) throws(HubError) -> ModelSnapshot {
    let folder = CacheFolder(cache: directory, reference)
    let commit = try commit(of: reference, in: folder)
    try Self.checkWeights(in: folder.snapshot(commit), of: reference)
    return snapshot(folder, commit, folder.allReferences())
  }

  /// Removes a model, or one revision of it.
  ///
  /// Content that another revision needs is kept. Programs that have the model open keep it until they end.
  ///
  /// - Parameter reference: Without a revision, all of the model goes.
  /// - Returns: Bytes of disk that were freed.
  /// - Throws: `HubError`; `notCached` if there is nothing to remove.
  @discardableResult
  public func remove(_ reference: ModelReference) throws(HubError) -> Int {
    let folder = CacheFolder(cache: directory, reference)
    let commits = folder.commits()
    guard FileManager.default.fileExists(atPath: folder.path) else { throw notCached(reference, folder) }
    guard reference.revision != nil else { return try removeAll(folder) }
    let commit = try commit(of: reference, in: folder)
    if commits == [commit] { return try removeAll(folder) }
    return try remove(commit, folder)
  }

  /// Says what files of a snapshot are missing, if any are: an interrupted download of another tool looks like a model otherwise.
  static func checkWeights(in directory: String, of reference: ModelReference) throws(HubError) {
    func incomplete(_ file: String) -> HubError {
      HubError(.notCached, "\(reference) is in the cache, but without \(shown(file)). Run: sightline pull \(reference)")
    }
    guard FileStatus(directory + "/config.json") != nil else { throw incomplete("config.json") }
    if FileStatus(directory + "/model.safetensors") != nil { return }
    let index = "\(directory)/\(FileSelection.index)"
    guard let status = FileStatus(index), status.size <= FileSelection.largestConfiguration,
      let data = FileManager.default.contents(atPath: index)
    else { throw incomplete("model.safetensors") }
    guard let shards = try? JSONDecoder().decode(WeightIndex.self, from: data) else {
      throw HubError(.wrongContent, "\(index) is not an index of weights; expected a JSON object with \"weight_map\"")
    }
    for shard in Set(shards.weightMap.values).sorted() where FileStatus("\(directory)/\(shard)") == nil { throw incomplete(shard) }
  }

  private struct WeightIndex: Decodable {
    let weightMap: [String: String]

    enum CodingKeys: String, CodingKey {
      case weightMap = "weight_map"
    }
  }

  /// The commit that a reference means: what its branch or tag led to last, or itself.
  private func commit(of reference: ModelReference, in folder: CacheFolder) throws(HubError) -> String {
    let revision = reference.revision ?? source.mainRevision
    if let commit = folder.reference(revision) ?? (revision.contains("/") ? nil : revision), FileStatus(folder.snapshot(commit)) != nil {
      return commit
    }
    throw notCached(reference, folder)
  }

  private func notCached(_ reference: ModelReference, _ folder: CacheFolder) -> HubError {
    let references = Dictionary(grouping: folder.allReferences(), by: \.commit)
    let others = folder.commits().map { references[$0]?.first?.revision ?? $0 }
    let found = others.isEmpty ? "" : "; of this model it has \(others.map { "\(reference.repository)@\($0)" }.joined(separator: ", "))"
    return HubError(.notCached, "\(reference) is not in the cache \(directory)\(found). Run: sightline pull \(reference)")
  }

  private func snapshot(
    _ folder: CacheFolder, _ commit: String, _ references: [(revision: String, commit: String)]
  ) -> ModelSnapshot {
    let directory = folder.snapshot(commit)
    let files = Self.files(in: directory).compactMap { FileStatus($0) }.filter(\.isRegular)
    return ModelSnapshot(
      repository: folder.repository, commit: commit, revisions: references.filter { $0.commit == commit }.map(\.revision), source: source,
      directory: directory, bytes: files.reduce(0) { $0 + $1.size }, lastUse: files.map(\.lastUse).max())
  }

  private static func files(in directory: String) -> [String] {
    (FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []).map { "\(directory)/\($0)" }
  }
}

// MARK: - Removal

extension ModelCache {
  private func removeAll(_ folder: CacheFolder) throws(HubError) -> Int {
    let bytes = Self.files(in: folder.blobs).reduce(0) { $0 + (FileStatus($1)?.size ?? 0) }
    // The name goes at once, so that nobody finds half a model meanwhile.
    let doomed = "\(directory)/.removed-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    try replace(doomed, with: folder.path)
    try delete(doomed)
    if FileManager.default.fileExists(atPath: folder.locks) { try delete(folder.locks) }
    return bytes
  }

  private func remove(_ commit: String, _ folder: CacheFolder) throws(HubError) -> Int {
    let doomed = "\(folder.snapshots)/.removed-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    let candidates = Self.linkedBlobs(in: folder.snapshot(commit))
    try replace(doomed, with: folder.snapshot(commit))
    for reference in folder.allReferences() where reference.commit == commit { try delete("\(folder.references)/\(reference.revision)") }
    let needed = folder.commits().reduce(into: Set<String>()) { $0.formUnion(Self.linkedBlobs(in: folder.snapshot($1))) }
    var bytes = 0
    for blob in candidates.subtracting(needed) {
      let path = "\(folder.blobs)/\(blob)"
      bytes += FileStatus(path)?.size ?? 0
      if FileManager.default.fileExists(atPath: path) { try delete(path) }
    }
    try delete(doomed)
    return bytes
  }

  /// Names of the blobs that a snapshot's links lead to.
  ///
  /// Only names directly below `blobs` count, so that a link to elsewhere never makes a file elsewhere go.
  private static func linkedBlobs(in directory: String) -> Set<String> {
    Set(
      files(in: directory).compactMap { path in
        let parts =
          (try? FileManager.default.destinationOfSymbolicLink(atPath: path))?.split(separator: "/").suffix(2).map(String.init) ?? []
        return parts.count == 2 && parts[0] == "blobs" && !parts[1].hasPrefix(".") ? parts[1] : nil
      })
  }

  private func delete(_ path: String) throws(HubError) {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw HubError(.unusableCache, "\(path): cannot be removed: \(error.localizedDescription)")
    }
  }
}
