import Fetching

/// How one hub lists a repository and gives out its files.
protocol Repository: Sendable {
  /// Lists one revision.
  func listing(of reference: ModelReference) async throws -> RepositoryListing

  /// What to ask for a file of a listing.
  func request(for file: RepositoryFile, of reference: ModelReference, commit: String) -> FetchRequest
}

/// Percent-encodes one part of a URL's path or query: all but letters, digits and `-._~`.
func percentEncoded(_ text: some StringProtocol) -> String {
  text.utf8.map { byte -> String in
    let scalar = Unicode.Scalar(byte)
    let isPlain = byte < 0x80 && (scalar.properties.isAlphabetic || (48...57).contains(byte) || "-._~".utf8.contains(byte))
    return isPlain ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }.joined()
}
