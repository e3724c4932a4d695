import Foundation

/// Environment variables as Hugging Face's own tools read them.
struct HubEnvironment {
  private let variables: [String: String]

  init(_ variables: [String: String]) {
    self.variables = variables
  }

  /// A variable; nil also if it is empty.
  subscript(name: String) -> String? {
    variables[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The folder of a hub's models.
  ///
  /// ModelScope's own tools keep files without revisions or digests; its models therefore have a folder of ours, in the Hub's layout.
  func cacheDirectory(of source: HubSource) -> String {
    switch source {
    case .huggingFace: path("HF_HUB_CACHE") ?? path("HUGGINGFACE_HUB_CACHE") ?? hubHome + "/hub"
    case .modelScope: cacheHome + "/sightline/modelscope"
    }
  }

  private var cacheHome: String { path("XDG_CACHE_HOME") ?? home + "/.cache" }

  var isOffline: Bool { isTrue("HF_HUB_OFFLINE") || isTrue("TRANSFORMERS_OFFLINE") }

  /// The token of the environment, else of the file that logging in writes.
  func token() throws(HubError) -> String? {
    if isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN") { return nil }
    if let token = self["HF_TOKEN"] ?? self["HUGGING_FACE_HUB_TOKEN"] { return try cleaned(token, "HF_TOKEN") }
    let file = path("HF_TOKEN_PATH") ?? hubHome + "/token"
    guard let handle = FileHandle(forReadingAtPath: file), let bytes = try? handle.read(upToCount: 4096) else { return nil }
    return try cleaned(String(decoding: bytes, as: UTF8.self), file)
  }

  private var home: String { self["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path }
  private var hubHome: String { path("HF_HOME") ?? cacheHome + "/huggingface" }

  /// A variable that names a folder; `~` is the user's own.
  private func path(_ name: String) -> String? {
    guard let value = self[name] else { return nil }
    if value == "~" { return home }
    return value.hasPrefix("~/") ? home + value.dropFirst() : value
  }

  private func isTrue(_ name: String) -> Bool {
    ["1", "ON", "YES", "TRUE"].contains((self[name] ?? "").uppercased())
  }

  private func cleaned(_ token: String, _ origin: String) throws(HubError) -> String? {
    let token = token.trimmingCharacters(in: .whitespacesAndNewlines)
    guard token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw HubError(.invalidConfiguration, "the token in \(origin) holds spaces or characters beyond ASCII; log in again, or remove it")
    }
    return token.isEmpty ? nil : token
  }
}
