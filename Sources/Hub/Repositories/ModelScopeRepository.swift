import Crypto
import Fetching
import Foundation

/// Repositories of ModelScope.
struct ModelScopeRepository: Repository {
  let client: HubClient

  func listing(of reference: ModelReference) async throws -> RepositoryListing {
    let address = "\(client.endpoint)/api/v1/models/\(reference.repository)/repo/files?Revision=\(revision(reference))&Recursive=true"
    let answer = try await client.json(Answer.self, address, of: reference).value
    // A repository or revision that is not there is told in the body, under the status 200.
    guard answer.success ?? true, let entries = answer.data?.files else {
      throw HubError(.notFound, "\(reference) is not there at ModelScope: \(shown(answer.message ?? "no files are listed"))")
    }
    var files: [RepositoryFile] = []
    for entry in entries where entry.type != "tree" {
      guard entry.type == "blob", let size = entry.size, let digest = entry.digest.flatMap({ ContentDigest(sha256: $0) }) else {
        // Files that git keeps for itself come without digests.
        if entry.path == ".gitattributes" || entry.path == ".gitignore" { continue }
        throw HubError(
          .malformedAnswer,
          "the listing of \(reference) is refused: \(shown(entry.path)) is of type \(shown(entry.type)); expected a file with a size and a digest"
        )
      }
      files.append(RepositoryFile(path: entry.path, size: size, digest: digest))
    }
    return try RepositoryListing(commit: Self.commit(files), files: files, of: reference.description)
  }

  func request(for file: RepositoryFile, of reference: ModelReference, commit: String) -> FetchRequest {
    client.request(
      "\(client.endpoint)/api/v1/models/\(reference.repository)/repo?Revision=\(revision(reference))&FilePath=\(percentEncoded(file.path))")
  }

  private func revision(_ reference: ModelReference) -> String {
    percentEncoded(reference.revision ?? HubSource.modelScope.mainRevision)
  }

  /// What names the snapshot.
  ///
  /// ModelScope tells no commit of the whole; the same files give the same name, others another.
  static func commit(_ files: [RepositoryFile]) -> String {
    var hash = SHA256()
    for file in files.sorted(by: { $0.path < $1.path }) {
      hash.update(data: Data("\(file.digest.text) \(file.size) \(file.path)\n".utf8))
    }
    return hexadecimal(hash.finalize().prefix(20))
  }

  private struct Answer: Decodable {
    struct Listing: Decodable {
      let files: [Entry]?

      enum CodingKeys: String, CodingKey {
        case files = "Files"
      }
    }

    let success: Bool?
    let message: String?
    let data: Listing?

    enum CodingKeys: String, CodingKey {
      case success = "Success"
      case message = "Message"
      case data = "Data"
    }
  }

  private struct Entry: Decodable {
    let path: String
    let type: String
    let size: Int?
    let digest: String?

    enum CodingKeys: String, CodingKey {
      case path = "Path"
      case type = "Type"
      case size = "Size"
      case digest = "Sha256"
    }
  }
}
