import Fetching
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Hub

/// A hub on this machine, a cache of its own, and a client for both.
final class Stage: Sendable {
  let server: LocalHub
  let cache: String
  /// What the client waited for, in order.
  let waits = Mutex<[Duration]>([])

  init(_ files: [LocalHub.File] = LocalHub.model) throws {
    server = try LocalHub(files)
    cache = "\(Fixtures.temporary)/hub-\(UInt64.random(in: .min ... .max))"
  }

  func configuration(_ source: HubSource = .huggingFace, _ variables: [String: String] = [:]) throws -> HubConfiguration {
    let environment = [
      "HOME": cache + "/home", "HF_HUB_CACHE": cache, "XDG_CACHE_HOME": cache, "HF_ENDPOINT": server.address,
      "MODELSCOPE_DOMAIN": server.address,
    ]
    return try HubConfiguration(source: source, environment: environment.merging(variables) { $1 })
  }

  /// A client that waits for nothing.
  func hub(
    _ source: HubSource = .huggingFace, _ variables: [String: String] = [:], freeBytes: Int? = nil
  ) throws -> Hub {
    Hub(
      configuration: try configuration(source, variables), retry: RetryPolicy(),
      sleep: { wait in
        try Task.checkCancellation()
        self.waits.withLock { $0.append(wait) }
        await Task.yield()
      }, freeBytes: { _ in freeBytes })
  }

  func pull(_ source: HubSource = .huggingFace, _ variables: [String: String] = [:]) async throws -> ModelSnapshot {
    try await hub(source, variables).pull(reference)
  }

  /// The error of a pull that must fail.
  func failure(_ source: HubSource = .huggingFace, _ variables: [String: String] = [:]) async throws -> HubError {
    try #require(await #expect(throws: HubError.self) { try await self.pull(source, variables) })
  }

  var reference: ModelReference {
    get throws { try ModelReference(parsing: LocalHub.repository) }
  }

  var folder: String { "\(cache)/models--acme--tiny-model" }

  /// Paths of everything below a folder of the repository that is a file or a link, and what can be read there.
  func contents(_ directory: String) -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for path in FileManager.default.enumerator(atPath: directory)?.compactMap({ $0 as? String }) ?? [] {
      if let data = FileManager.default.contents(atPath: "\(directory)/\(path)") { contents[path] = Array(data) }
    }
    return contents
  }

  /// Breaks the answers for a file off after some bytes.
  func broken(_ file: LocalHub.File, _ request: LocalServer.Request, _ answer: LocalServer.Answer, after count: Int) -> LocalServer.Answer {
    LocalHub.broken(answer, after: count, of: request, to: "\(folder)/blobs/\(file.partial)")
  }

  /// Names of the blobs and of what is left of unfinished ones.
  func blobs() -> Set<String> {
    Set((try? FileManager.default.contentsOfDirectory(atPath: folder + "/blobs")) ?? [])
  }
}

extension LocalHub.File {
  static func named(_ path: String) throws -> LocalHub.File {
    try #require(LocalHub.model.first { $0.path == path })
  }

  /// The name of what has come of the file so far.
  var partial: String { digest + ".incomplete" }
}

extension LocalServer.Request {
  /// Whether the body of a file is asked for.
  func isBody(of file: LocalHub.File) -> Bool {
    path.hasPrefix("/store/\(file.sha256)") || path.hasSuffix("/resolve/\(LocalHub.commit)/\(file.path)") && !file.isLarge
  }
}
