import Fetching
import Foundation

/// Repositories of Hugging Face and its mirrors.
struct HuggingFaceRepository: Repository {
  let client: HubClient

  /// The most pages of a listing: twice what the most files accepted take at a thousand a page.
  private static let maximumPages = 40

  func listing(of reference: ModelReference) async throws -> RepositoryListing {
    let revision = reference.revision ?? HubSource.huggingFace.mainRevision
    let model = "\(client.endpoint)/api/models/\(reference.repository)"
    let information = try await client.json(Information.self, model + "/revision/" + percentEncoded(revision), of: reference).value
    guard information.sha.utf8.count == 40, ContentDigest.isHexadecimal(information.sha) else {
      throw HubError(.malformedAnswer, "\(reference): the hub names the commit \(shown(information.sha)), expected 40 hexadecimal digits")
    }

    let tree = "\(model)/tree/\(information.sha)?recursive=true&expand=false"
    var next: String? = tree
    var files: [RepositoryFile] = []
    var pages = 0
    while let page = next {
      pages += 1
      guard pages <= Self.maximumPages else {
        throw HubError(.malformedAnswer, "the listing of \(reference) has more than \(Self.maximumPages) pages; it is refused")
      }
      let (entries, head) = try await client.json([Entry].self, page, of: reference)
      for entry in entries {
        if let file = try entry.file(of: reference) { files.append(file) }
      }
      guard files.count <= RepositoryListing.maximumFiles else { break }
      next = head["Link"].flatMap(Self.nextQuery).map { "\(model)/tree/\(information.sha)?\($0)" }
    }
    return try RepositoryListing(commit: information.sha, files: files, of: reference.description)
  }

  func request(for file: RepositoryFile, of reference: ModelReference, commit: String) -> FetchRequest {
    let path = file.path.split(separator: "/").map { percentEncoded($0) }.joined(separator: "/")
    return client.request("\(client.endpoint)/\(reference.repository)/resolve/\(commit)/\(path)")
  }

  /// The query of the next page's address (RFC 8288).
  ///
  /// Only the query is taken: the address is the one that is known, so that neither a token nor a request goes where a server says.
  static func nextQuery(_ link: String) -> String? {
    for part in link.split(separator: ",") where part.contains("rel=\"next\"") {
      guard let begin = part.firstIndex(of: "<"), let end = part[begin...].firstIndex(of: ">") else { continue }
      return part[begin..<end].firstIndex(of: "?").map { String(part[part.index(after: $0)..<end]) }
    }
    return nil
  }

  private struct Information: Decodable {
    let sha: String
  }

  private struct Entry: Decodable {
    struct LargeFile: Decodable {
      let oid: String
      let size: Int
    }

    let type: String
    let path: String
    let oid: String
    let size: Int?
    let lfs: LargeFile?

    /// The file; nil for a folder.
    func file(of reference: ModelReference) throws(HubError) -> RepositoryFile? {
      if type == "directory" { return nil }
      let digest = lfs.map { ContentDigest(sha256: $0.oid) } ?? ContentDigest(gitBlob: oid)
      guard type == "file", let size = lfs?.size ?? size, let digest else {
        throw HubError(
          .malformedAnswer,
          "the listing of \(reference) is refused: \(shown(path)) is of type \(shown(type)); expected a file with a size and a digest")
      }
      return RepositoryFile(path: path, size: size, digest: digest)
    }
  }
}
