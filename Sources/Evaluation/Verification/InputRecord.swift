/// What is known of a file that cases read.
struct InputRecord: Sendable, Decodable {
  /// The digest of the file's bytes, in hexadecimal digits.
  let sha256: String
  /// The file's size.
  let bytes: Int
  /// The same content in the publisher's repository, where it is there.
  let repositoryFile: RepositoryFile?

  private enum CodingKeys: String, CodingKey {
    case sha256, bytes
    case repositoryFile = "repository_file"
  }
}

/// A file of the publisher's repository.
struct RepositoryFile: Sendable, Decodable, Hashable {
  /// Its path there.
  let path: String
  let sha256: String
  let bytes: Int
  /// The entry that holds the list of texts, where the file is a pickled dictionary.
  let pickleEntry: String?

  private enum CodingKeys: String, CodingKey {
    case path, sha256, bytes
    case pickleEntry = "pickle_entry"
  }
}

/// A GitHub repository at one commit.
struct PublisherRepository: Sendable, Decodable {
  /// What GitHub calls it, `owner/name`.
  let name: String
  let commit: String

  /// The address of a file's bytes.
  func address(of path: String) -> String {
    "https://raw.githubusercontent.com/\(name)/\(commit)/\(path)"
  }
}
