import Foundation

extension Tokenizer {
  /// Reads the tokenizer of a model's directory: `tokenizer.json` if it is there, else `vocab.json` and `merges.txt` with
  /// `tokenizer_config.json`.
  ///
  /// The second layout cannot state a post-processor, so nothing is put around a text and ``suffixTokens`` is empty, as in the
  /// reference.
  ///
  /// - Parameter directory: path of the directory.
  /// - Throws: ``TokenizerError`` if a file is missing, malformed, or asks for what is not supported.
  /// - Complexity: O(bytes of the files).
  public init(directory: String) throws(TokenizerError) {
    if FileManager.default.fileExists(atPath: directory + "/tokenizer.json") {
      try self.init(tokenizerFile: directory + "/tokenizer.json")
      return
    }
    guard FileManager.default.fileExists(atPath: directory + "/vocab.json") else {
      throw TokenizerError(
        kind: .unreadable, file: directory, field: "",
        message: "has neither tokenizer.json nor vocab.json; give the directory of a model")
    }
    self.init(
      try TokenizerParts(
        vocabulary: SourceFile(reading: directory + "/vocab.json"),
        merges: SourceFile(reading: directory + "/merges.txt"),
        configuration: SourceFile(reading: directory + "/tokenizer_config.json"),
        addedTokens: SourceFile(readingIfPresent: directory + "/added_tokens.json"),
        specialTokens: SourceFile(readingIfPresent: directory + "/special_tokens_map.json")))
  }

  /// Reads a `tokenizer.json`.
  ///
  /// - Parameter tokenizerFile: path of the file.
  /// - Throws: ``TokenizerError`` if the file is missing, malformed, or asks for what is not supported.
  /// - Complexity: O(bytes of the file).
  public init(tokenizerFile: String) throws(TokenizerError) {
    self.init(try TokenizerParts(tokenizerJSON: SourceFile(reading: tokenizerFile)))
  }

  /// Reads the content of a `tokenizer.json`.
  ///
  /// - Parameters:
  ///   - tokenizerJSON: the file's bytes.
  ///   - name: what to call the file in errors.
  /// - Throws: ``TokenizerError`` if the content is malformed or asks for what is not supported.
  /// - Complexity: O(bytes).
  public init(tokenizerJSON: [UInt8], name: String = "tokenizer.json") throws(TokenizerError) {
    self.init(try TokenizerParts(tokenizerJSON: SourceFile(name: name, bytes: tokenizerJSON)))
  }

  private init(_ parts: TokenizerParts) {
    vocabulary = parts.vocabulary
    normalizer = parts.normalizer
    preTokenizer = parts.preTokenizer
    model = .bytePairEncoding(parts.encoder)
    decoder = parts.decoder
    literalTokens = AddedTokenMatcher(parts.addedTokens.filter { !$0.isNormalized })
    normalizedTokens = AddedTokenMatcher(parts.addedTokens.filter(\.isNormalized))
    specialIDs = Set(parts.addedTokens.lazy.filter(\.isSpecial).map(\.id))
    prefixTokens = parts.prefixTokens
    suffixTokens = parts.suffixTokens
  }
}

/// A file's content, and its name for messages.
struct SourceFile: Sendable {
  let name: String
  let bytes: [UInt8]

  init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  init(reading path: String) throws(TokenizerError) {
    let limit = JSONDocument.maximumByteCount
    let data: Data?
    do {
      guard let handle = FileHandle(forReadingAtPath: path) else { throw CocoaError(.fileReadNoSuchFile) }
      defer { try? handle.close() }
      // Never more than the limit, whatever the path names: a device has no end.
      data = try handle.read(upToCount: limit + 1)
    } catch {
      throw TokenizerError(
        kind: .unreadable, file: path, field: "", message: "is missing or cannot be read; check the path and its permissions")
    }
    guard let data, data.count <= limit else {
      let problem = data == nil ? "is empty" : "has more than \(limit) bytes"
      throw TokenizerError(kind: .unreadable, file: path, field: "", message: "\(problem), so it is no file of a tokenizer")
    }
    self.init(name: path, bytes: [UInt8](data))
  }

  init?(readingIfPresent path: String) throws(TokenizerError) {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    try self.init(reading: path)
  }
}
