/// All files of one revision of a repository, checked: names that are safe to create, sizes that are possible.
struct RepositoryListing: Sendable, Equatable {
  /// What names the snapshot: the commit where the hub tells it, else a digest of the listing; 40 hexadecimal digits.
  let commit: String
  let files: [RepositoryFile]

  /// The most files that a listing may have.
  static let maximumFiles = 20_000
  /// The most bytes of all files together: 16 TiB.
  static let maximumBytes = 16 << 40

  /// Checks a listing.
  ///
  /// One bad name refuses the whole: who lists it means harm, or something is broken.
  init(commit: String, files: [RepositoryFile], of repository: String) throws(HubError) {
    func refusal(_ problem: String) -> HubError {
      HubError(.malformedAnswer, "the listing of \(repository) is refused: \(problem)")
    }
    guard commit.utf8.count == 40, ContentDigest.isHexadecimal(commit) else {
      throw refusal("its commit \(shown(commit)) is not 40 hexadecimal digits")
    }
    guard files.count <= Self.maximumFiles else { throw refusal("it has more than \(Self.maximumFiles) files") }
    var names: Set<String> = []
    var total = 0
    for file in files {
      guard Self.isSafe(file.path) else { throw refusal("the file name \(shown(file.path)) could lead out of the folder") }
      guard names.insert(file.path).inserted else { throw refusal("it has two files named \(shown(file.path))") }
      guard (0...Self.maximumBytes - total).contains(file.size) else {
        throw refusal("\(shown(file.path)) has \(file.size) bytes, and at most \(Self.maximumBytes) are possible in all")
      }
      total += file.size
    }
    self.commit = commit
    self.files = files
  }

  /// Whether a path names a file below the folder it is created in, on any system.
  private static func isSafe(_ path: String) -> Bool {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return path.utf8.count <= 1024
      && parts.allSatisfy { part in
        (1...255).contains(part.count) && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
          && part.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\\") }
      }
  }
}
