public import Checkpoints
import Foundation
import Qwen3VL

/// What transformers made of Qwen3 text models, as `Tools/oracle/make_text_fixtures.py` wrote it down, and those models.
public struct TextModelCases: Decodable, Sendable {
  /// One input of the embedder.
  public struct Embedding: Decodable, Sendable {
    public let name: String
    public let text: String
    public let instruction: String?
    public let maximumLength: Int?
    public let inputIDs: [Int32]

    private enum CodingKeys: String, CodingKey {
      case name, text, instruction
      case maximumLength = "max_length"
      case inputIDs = "input_ids"
    }
  }

  /// One pair of the reranker.
  public struct Reranking: Decodable, Sendable {
    public let name: String
    public let query: String
    public let document: String
    public let instruction: String?
    public let maximumLength: Int?
    public let inputIDs: [Int32]
    public let logit: Double
    public let score: Double

    private enum CodingKeys: String, CodingKey {
      case name, query, document, instruction, logit, score
      case maximumLength = "max_length"
      case inputIDs = "input_ids"
    }
  }

  public let embedding: [Embedding]
  public let reranking: [Reranking]

  /// All cases.
  public static let all = Result { try Fixtures.json(TextModelCases.self, "text-models/cases.json") }

  /// The embedder's numbers, by `case/stage`.
  public static let tensors = Result { try OracleTensors(file: "\(Fixtures.root)/text-models/tiny-qwen3.safetensors") }

  /// A folder with the tiny embedder: tied head, tensors without prefix, a tokenizer that ends texts.
  public static let embedder = Result { try write("tiny-qwen3", isEmbedder: true) { try linkTokenizer($0) } }

  /// A folder with the tiny reranker: head of its own, a tokenizer that appends nothing.
  public static let reranker = Result {
    try write("tiny-qwen3-reranker", isEmbedder: false) { try TinyCheckpoint.writeRerankerTokenizer(to: $0) }
  }

  /// What the `config.json` of a tiny text model says.
  public static func configuration(_ name: String) throws -> ConfigurationObject {
    try ConfigurationObject(contentsOf: "\(Fixtures.root)/checkpoints/\(name)/config.json")
  }

  private static func write(_ name: String, isEmbedder: Bool, _ writeTokenizer: (String) throws -> Void) throws -> String {
    let directory = "\(Fixtures.temporary)/\(name)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try SyntheticCheckpoint(seed: 0).write(
      to: directory, Qwen3Model.syntheticTensors(TextConfiguration(configuration(name)), isEmbedder: isEmbedder))
    try FileManager.default.copyItem(
      atPath: "\(Fixtures.root)/checkpoints/\(name)/config.json", toPath: directory + "/config.json")
    try writeTokenizer(directory)
    return directory
  }

  private static func linkTokenizer(_ directory: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: directory + "/tokenizer.json", withDestinationPath: TinyCheckpoint.tokenizer + "/tokenizer.json")
  }
}
