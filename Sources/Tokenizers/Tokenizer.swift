/// Turns text into the token ids of a model and back, equal to Hugging Face `tokenizers` id for id.
///
/// It carries out byte-level BPE as the Qwen family configures it (added tokens, NFC, Qwen's word pattern, merges) and WordPiece as
/// BERT and MPNet do (added tokens, BERT's normaliser, words, pieces), and puts the tokens of the post-processor around the text.
/// Nothing about a vocabulary is built in. What a file asks for beyond that is refused when it is read, by the name of the field.
///
/// A value is immutable; encoding from several threads at once needs no locks. It holds about 8 MB for 150,000 tokens, shared by
/// its copies.
public struct Tokenizer: Sendable {
  let vocabulary: Vocabulary
  let normalizer: Normalizer
  let model: Model
  let decoder: Decoder

  /// Added tokens that are looked for in the text as given.
  let literalTokens: AddedTokenMatcher
  /// Added tokens that are looked for in the normalised text.
  let normalizedTokens: AddedTokenMatcher
  let specialIDs: Set<Int32>

  /// The ids that the post-processor puts before a single sequence, such as a beginning-of-text token.
  public let prefixTokens: [Int32]

  /// The ids that the post-processor puts after a single sequence: `<|endoftext|>` for Qwen3-VL-Embedding.
  ///
  /// Whoever truncates must leave room for these and ``prefixTokens``.
  public let suffixTokens: [Int32]

  /// One more than the largest id: the rows that an embedding table needs at least.
  public var vocabularySize: Int { vocabulary.idLimit }

  /// The id of a token, or nil if there is none.
  ///
  /// The token is spelled as in the files: one of the vocabulary in the byte-level alphabet (`Ġthe`), an added token as it stands
  /// (`<|im_end|>`).
  ///
  /// - Complexity: O(length of the token)
  public func id(of token: String) -> Int32? {
    vocabulary.id(of: Array(token.utf8).span)
  }

  /// The token of an id, spelled as in the files, or nil if no token has the id.
  public func token(of id: Int32) -> String? {
    vocabulary.spelling(ofID: Int(id)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether an id belongs to a token that marks the structure of a prompt, such as `<|im_start|>`, and is not text.
  public func isSpecial(_ id: Int32) -> Bool {
    specialIDs.contains(id)
  }
}

extension Tokenizer {
  /// What is done to the text before it is split.
  enum Normalizer: Sendable {
    case none
    case canonicalComposition
    case bert(BertNormalizer)

    /// The normalised text of a range, or nil if it is normalised as it stands.
    func normalized(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8]? {
      switch self {
      case .none: nil
      case .canonicalComposition: CanonicalComposition.shared.normalized(bytes, range)
      case .bert(let normalizer): normalizer.normalized(bytes, range)
      }
    }
  }

  /// How text is split into words, and how a word becomes tokens.
  enum Model: Sendable {
    case bytePairEncoding(BytePairEncoder, words: QwenPreTokenizer)
    case wordPiece(WordPieceEncoder, words: BertPreTokenizer)
  }

  /// How tokens become text again.
  enum Decoder: Sendable {
    case byteLevel
    case wordPiece(WordPieceDecoder)
  }
}
