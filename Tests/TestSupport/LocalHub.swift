import Crypto
import Foundation
import Synchronization

/// Plays Hugging Face's Hub and ModelScope on this machine, for one repository, truthfully or not.
public final class LocalHub: Sendable {
  /// A file of the repository.
  public struct File: Sendable {
    public var path: String
    public var content: [UInt8]
    /// Whether it is listed by SHA-256, and redirected to `/store/…` on the way.
    public var isLarge: Bool

    public init(_ path: String, _ content: [UInt8], isLarge: Bool = false) {
      self.path = path
      self.content = content
      self.isLarge = isLarge
    }

    public var sha256: String { SHA256.hash(data: content).map { String(format: "%02x", $0) }.joined() }

    /// What the hub lists.
    public var digest: String {
      isLarge
        ? sha256 : Insecure.SHA1.hash(data: Array("blob \(content.count)\0".utf8) + content).map { String(format: "%02x", $0) }.joined()
    }
  }

  /// Changes answers: takes the request and the truthful answer.
  public typealias Fault = @Sendable (LocalServer.Request, LocalServer.Answer) -> LocalServer.Answer

  public static let repository = "acme/tiny-model"
  public static let commit = "0123456789abcdef0123456789abcdef01234567"

  private let script: Script
  private let server: LocalServer

  public init(_ files: [File] = LocalHub.model, commit: String = LocalHub.commit) throws {
    let script = Script(files, commit)
    self.script = script
    server = try LocalServer.answering { script.answer($0) }
  }

  deinit { server.stop() }

  /// `http://127.0.0.1:port`
  public var address: String { server.address }

  /// Puts other files in the place of the repository's.
  public func publish(_ files: [File], commit: String = LocalHub.commit) {
    script.state.withLock { ($0.files, $0.commit) = (files, commit) }
  }

  /// From now on answers are changed by this.
  public func setFault(_ fault: Fault?) { script.state.withLock { $0.fault = fault } }

  /// The requests so far, whose list is emptied.
  public func takeRequests() -> [LocalServer.Request] {
    script.state.withLock { state in
      defer { state.requests = [] }
      return state.requests
    }
  }

  /// Breaks an answer off after some bytes of its body, once they are in the file that the client writes.
  public static func broken(
    _ answer: LocalServer.Answer, after count: Int, of request: LocalServer.Request, to path: String
  ) -> LocalServer.Answer {
    let start = request.headers["range"].flatMap { Int($0.dropFirst("bytes=".count).dropLast()) } ?? 0
    let count = min(count, answer.body.count)
    var broken = answer
    broken.announcedLength = answer.body.count
    broken.body = Array(answer.body.prefix(count))
    broken.isRead = { (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0 >= start + count }
    return broken
  }

  /// A model of two shards, as small as can be, with files that no one needs.
  public static let model: [File] = [
    File(".gitattributes", Array("*.safetensors filter=lfs\n".utf8)),
    File("README.md", Array("# A model\n".utf8)),
    File("config.json", Array(#"{"model_type": "test"}"#.utf8)),
    File("tokenizer.json", Array("{}".utf8)),
    File("1_Pooling/config.json", Array(#"{"pooling_mode_lasttoken": true}"#.utf8)),
    File("modules.json", Array("[]".utf8)),
    File("pytorch_model.bin", [1, 2, 3], isLarge: true),
    File("onnx/model.onnx", [1, 2, 3, 4], isLarge: true),
    File(
      "model.safetensors.index.json",
      Array(#"{"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}"#.utf8)),
    File("model-00001-of-00002.safetensors", bytes(300_000, seed: 1), isLarge: true),
    File("model-00002-of-00002.safetensors", bytes(200_000, seed: 2), isLarge: true),
  ]

  /// Bytes without a pattern that repeats.
  public static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
  }
}

/// What the hub has and what it says.
private final class Script: Sendable {
  struct State {
    var files: [LocalHub.File]
    var commit: String
    var fault: LocalHub.Fault?
    var requests: [LocalServer.Request] = []
  }

  let state: Mutex<State>
  /// Entries of a page of the listing.
  private static let pageSize = 4

  init(_ files: [LocalHub.File], _ commit: String) {
    state = Mutex(State(files: files, commit: commit))
  }

  func answer(_ request: LocalServer.Request) -> LocalServer.Answer {
    let (files, commit, fault) = state.withLock { state in
      state.requests.append(request)
      return (state.files, state.commit, state.fault)
    }
    let truth = truth(request, files, commit)
    return fault.map { $0(request, truth) } ?? truth
  }

  private func truth(_ request: LocalServer.Request, _ files: [LocalHub.File], _ commit: String) -> LocalServer.Answer {
    let parts = request.path.split(separator: "?", maxSplits: 1).map(String.init)
    let (path, query) = (parts[0], Self.query(parts.count > 1 ? parts[1] : ""))
    let name = LocalHub.repository
    if path == "/api/models/\(name)/revision/main" || path == "/api/models/\(name)/revision/\(commit)" {
      return json(["id": name, "sha": commit])
    }
    if path == "/api/models/\(name)/tree/\(commit)" { return tree(request, files, query) }
    if path == "/api/v1/models/\(name)/repo/files" { return modelScopeListing(files, query) }
    if path == "/api/v1/models/\(name)/repo", let file = files.first(where: { $0.path == query["FilePath"] }) { return body(file, request) }
    let resolve = "/\(name)/resolve/\(commit)/"
    if path.hasPrefix(resolve), let file = files.first(where: { $0.path == path.dropFirst(resolve.count).removingPercentEncoding ?? "" }) {
      guard file.isLarge else { return body(file, request) }
      return LocalServer.Answer(
        status: 302,
        headers: [
          "Location": "/store/\(file.sha256)?signature=secret", "X-Repo-Commit": commit, "X-Linked-Etag": "\"\(file.sha256)\"",
          "X-Linked-Size": "\(file.content.count)",
        ])
    }
    if let file = files.first(where: { path == "/store/\($0.sha256)" }) { return body(file, request) }
    return LocalServer.Answer(status: 404)
  }

  private func body(_ file: LocalHub.File, _ request: LocalServer.Request) -> LocalServer.Answer {
    let tag = "\"\(file.digest)\""
    let start = request.headers["range"].flatMap { Int($0.dropFirst("bytes=".count).dropLast()) } ?? 0
    guard start > 0, request.headers["if-range"].map({ $0 == tag }) ?? true else {
      return LocalServer.Answer(status: 200, headers: ["ETag": tag], body: file.content)
    }
    guard start < file.content.count else { return LocalServer.Answer(status: 416) }
    return LocalServer.Answer(
      status: 206, headers: ["ETag": tag, "Content-Range": "bytes \(start)-\(file.content.count - 1)/\(file.content.count)"],
      body: Array(file.content[start...]))
  }

  private func tree(_ request: LocalServer.Request, _ files: [LocalHub.File], _ query: [String: String]) -> LocalServer.Answer {
    let start = Int(query["cursor"] ?? "") ?? 0
    let page = files.dropFirst(start).prefix(Self.pageSize)
    let entries = page.map { file -> [String: Any] in
      var entry: [String: Any] = ["type": "file", "path": file.path, "size": file.content.count, "oid": file.digest]
      if file.isLarge { entry["lfs"] = ["oid": file.sha256, "size": file.content.count, "pointerSize": 130] as [String: Any] }
      return entry
    }
    var answer = json([["type": "directory", "path": "onnx", "size": 0, "oid": "tree"] as [String: Any]] + entries)
    if start + page.count < files.count {
      // A hub may name its own host here: the client must stay with the endpoint it knows.
      answer.headers["Link"] =
        "<http://elsewhere.test\(request.path.split(separator: "?")[0])?recursive=true&cursor=\(start + page.count)>; rel=\"next\""
    }
    return answer
  }

  private func modelScopeListing(_ files: [LocalHub.File], _ query: [String: String]) -> LocalServer.Answer {
    guard query["Revision"] == "master" else { return json(["Code": 200, "Success": true, "Data": ["Files": NSNull()]] as [String: Any]) }
    let entries = files.map { file -> [String: Any] in
      ["Type": "blob", "Path": file.path, "Size": file.content.count, "Sha256": file.sha256]
    }
    return json(
      ["Code": 200, "Success": true, "Data": ["Files": [["Type": "tree", "Path": "onnx", "Size": 0]] + entries]] as [String: Any])
  }

  private func json(_ value: Any) -> LocalServer.Answer {
    let data = (try? JSONSerialization.data(withJSONObject: value)) ?? Data()
    return LocalServer.Answer(status: 200, headers: ["Content-Type": "application/json"], body: Array(data))
  }

  private static func query(_ text: String) -> [String: String] {
    var values: [String: String] = [:]
    for part in text.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1)
      values[String(pair[0])] = pair.count > 1 ? String(pair[1]).removingPercentEncoding : ""
    }
    return values
  }
}
