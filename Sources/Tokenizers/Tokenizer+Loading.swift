import Foundation

extension Tokenizer {
  /// What to make of a `tokenizer.json` that asks for sequences to be cut or filled up to some length.
  public enum LengthSettings: Sendable, Hashable {
    /// A file that does is refused.
    case refused
    /// How long a sequence may be is the caller's business, which knows it from another file of the model, and batches are not filled
    /// up: what `truncation` and `padding` say is not carried out.
    case leftToCaller
  }

  /// Reads the tokenizer of a model's directory: `tokenizer.json` if it is there, else `vocab.json` and `merges.txt` with
  /// `tokenizer_config.json`.
  ///
  /// The second layout cannot state a post-processor, so nothing is put around a text and ``suffixTokens`` is empty, as in the
  /// reference.
  ///
  /// - Parameters:
  ///   - directory: path of the directory.
  ///   - lengthSettings: whether `tokenizer.json` may ask for truncation and padding.
  /// - Throws: ``TokenizerError`` if a file is missing, malformed, or asks for what is not supported.
  /// - Complexity: O(bytes of the files).
  public init(directory: String, lengthSettings: LengthSettings = .refused) throws(TokenizerError) {
    if FileManager.default.fileExists(atPath: directory + "/tokenizer.json") {
      try self.init(tokenizerFile: directory + "/tokenizer.json", lengthSettings: lengthSettings)
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
  /// - Parameters:
  ///   - tokenizerFile: path of the file.
  ///   - lengthSettings: whether it may ask for truncation and padding.
  /// - Throws: ``TokenizerError`` if the file is missing, malformed, or asks for what is not supported.
  /// - Complexity: O(bytes of the file).
  public init(tokenizerFile: String, lengthSettings: LengthSettings = .refused) throws(TokenizerError) {
    self.init(try TokenizerParts(tokenizerJSON: SourceFile(reading: tokenizerFile), lengthSettings))
  }

  /// Reads the content of a `tokenizer.json`.
  ///
  /// - Parameters:
  ///   - tokenizerJSON: the file's bytes.
  ///   - name: what to call the file in errors.
  ///   - lengthSettings: whether it may ask for truncation and padding.
  /// - Throws: ``TokenizerError`` if the content is malformed or asks for what is not supported.
  /// - Complexity: O(bytes).
  public init(
    tokenizerJSON: [UInt8], name: String = "tokenizer.json", lengthSettings: LengthSettings = .refused
  ) throws(TokenizerError) {
    self.init(try TokenizerParts(tokenizerJSON: SourceFile(name: name, bytes: tokenizerJSON), lengthSettings))
  }

  private init(_ parts: TokenizerParts) {
    vocabulary = parts.vocabulary
    normalizer = parts.normalizer
    model = parts.model
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
