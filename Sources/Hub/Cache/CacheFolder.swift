import Foundation

/// One repository's folder in a cache, in the layout of Hugging Face's Hub.
///
/// ```
/// models--ORG--NAME/blobs/DIGEST                  content, named by its digest
/// models--ORG--NAME/blobs/DIGEST.incomplete       what has come of it so far
/// models--ORG--NAME/snapshots/COMMIT/config.json  a link to ../../blobs/DIGEST
/// models--ORG--NAME/refs/main                     the commit that a branch or tag led to last
/// .locks/models--ORG--NAME/DIGEST.lock            taken while a blob is brought
/// ```
struct CacheFolder: Sendable {
  let cache: String
  let repository: String

  init(cache: String, _ reference: ModelReference) {
    self.init(cache: cache, repository: reference.repository)
  }

  init(cache: String, repository: String) {
    self.cache = cache
    self.repository = repository
  }

  private var name: String { "models--" + repository.replacing("/", with: "--") }
  var path: String { "\(cache)/\(name)" }
  var blobs: String { path + "/blobs" }
  var snapshots: String { path + "/snapshots" }
  var references: String { path + "/refs" }
  var locks: String { "\(cache)/.locks/\(name)" }

  func snapshot(_ commit: String) -> String { "\(snapshots)/\(commit)" }
  func blobPath(of file: RepositoryFile) -> String { "\(blobs)/\(file.digest.text)" }
  func partialPath(of file: RepositoryFile) -> String { blobPath(of: file) + ".incomplete" }

  /// Where the lock of a blob lies; makes the folder.
  func lockPath(of file: RepositoryFile) throws(HubError) -> String {
    try makeFolder(locks)
    return "\(locks)/\(file.digest.text).lock"
  }

  /// Whether the content is there, whole: blobs get their names only when they are.
  func hasBlob(of file: RepositoryFile) -> Bool {
    FileStatus(blobPath(of: file)).map { $0.isRegular && $0.size == file.size } ?? false
  }

  /// Bytes that are still to come.
  func missingBytes(of file: RepositoryFile) -> Int {
    if hasBlob(of: file) { return 0 }
    let partial = FileStatus(partialPath(of: file))?.size ?? 0
    return partial <= file.size ? file.size - partial : file.size
  }

  /// Makes the folders.
  func prepare() throws(HubError) {
    for folder in [blobs, snapshots, references] { try makeFolder(folder) }
  }

  /// Makes the snapshot's links, each at once.
  func link(_ files: [RepositoryFile], commit: String) throws(HubError) {
    for file in files {
      let place = "\(snapshot(commit))/\(file.path)"
      let folder = (place as NSString).deletingLastPathComponent
      let target = String(repeating: "../", count: file.path.split(separator: "/").count + 1) + "blobs/\(file.digest.text)"
      try makeFolder(folder)
      if (try? FileManager.default.destinationOfSymbolicLink(atPath: place)) == target { continue }
      let new = "\(folder)/.\(String(UInt64.random(in: .min ... .max), radix: 36)).new"
      do {
        try FileManager.default.createSymbolicLink(atPath: new, withDestinationPath: target)
      } catch {
        throw HubError(.unusableCache, "\(place): the link to its content cannot be made: \(error.localizedDescription)")
      }
      try replace(place, with: new)
    }
    try synchronizeFolder(snapshot(commit))
  }

  /// Notes what commit a branch or tag leads to.
  func setReference(_ revision: String, to commit: String) throws(HubError) {
    guard revision != commit, reference(revision) != commit else { return }
    let place = "\(references)/\(revision)"
    try makeFolder((place as NSString).deletingLastPathComponent)
    let new = "\(place).\(String(UInt64.random(in: .min ... .max), radix: 36)).new"
    do {
      try commit.write(toFile: new, atomically: false, encoding: .utf8)
    } catch {
      throw HubError(.unusableCache, "\(place): cannot be written: \(error.localizedDescription)")
    }
    try replace(place, with: new)
  }

  /// The commit that a branch or tag led to last.
  func reference(_ revision: String) -> String? {
    guard ModelReference.isRevision(revision), let handle = FileHandle(forReadingAtPath: "\(references)/\(revision)"),
      let bytes = try? handle.read(upToCount: 256)
    else { return nil }
    let commit = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    return ModelReference.isRevision(commit) && !commit.contains("/") ? commit : nil
  }

  /// All branches and tags and their commits.
  func allReferences() -> [(revision: String, commit: String)] {
    let names = FileManager.default.enumerator(atPath: references)?.compactMap { $0 as? String } ?? []
    return names.sorted().compactMap { name in reference(name).map { (name, $0) } }
  }

  /// The commits of all snapshots.
  func commits() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: snapshots)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }

  private func makeFolder(_ path: String) throws(HubError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw HubError(.unusableCache, "the cache's folder \(path) cannot be made: \(error.localizedDescription)")
    }
  }
}
