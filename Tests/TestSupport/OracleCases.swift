import Foundation

/// What the Python reference was given and what it made of it, as `Tools/oracle/make_fixtures.py` wrote it down.
public struct OracleCases: Decodable, Sendable {
  /// One input of the embedder.
  public struct Embedding: Decodable, Sendable {
    public let name: String
    public let instruction: String?
    public let images: [String]
    public let texts: [String]
    public let maxLength: Int
    public let stages: Bool
    public let inputIDs: [Int32]
    public let positions: [[Int]]
    public let grids: [[Int]]
    public let videoGrids: [[Int]]?

    private enum CodingKeys: String, CodingKey {
      case name, instruction, images, texts, stages, positions, grids
      case maxLength = "max_length"
      case inputIDs = "input_ids"
      case videoGrids = "video_grids"
    }
  }

  /// An input that the reference refuses.
  public struct Refused: Decodable, Sendable {
    public let name: String
    public let instruction: String?
    public let images: [String]
    public let texts: [String]
    public let maxLength: Int

    private enum CodingKeys: String, CodingKey {
      case name, instruction, images, texts
      case maxLength = "max_length"
    }
  }

  /// One side of a pair.
  public struct Side: Decodable, Sendable {
    public let images: [String]
    public let texts: [String]
    public let instruction: String?
  }

  /// One pair of the reranker.
  public struct Reranking: Decodable, Sendable {
    public let name: String
    public let instruction: String?
    public let query: Side
    public let document: Side
    public let maxLength: Int
    public let appendsEndOfText: Bool
    public let inputIDs: [Int32]
    public let positions: [[Int]]
    public let grids: [[Int]]

    private enum CodingKeys: String, CodingKey {
      case name, instruction, query, document, positions, grids
      case maxLength = "max_length"
      case appendsEndOfText = "appends_end_of_text"
      case inputIDs = "input_ids"
    }
  }

  public let embedding: [Embedding]
  public let video: [Embedding]
  public let refused: [Refused]
  public let reranking: [Reranking]

  private enum CodingKeys: String, CodingKey {
    case embedding, video, reranking
    case refused = "embedding_refused"
  }

  /// All cases.
  public static let all = Result { try Fixtures.json(OracleCases.self, "oracle/cases.json") }
}

/// The reference's scores for one checkpoint.
public struct OracleScores: Decodable, Sendable {
  /// The score of one pair.
  public struct Reranking: Decodable, Sendable {
    public let name: String
    public let logit: Double
    public let score: Double
  }

  public let reranking: [Reranking]

  /// The scores of a tiny checkpoint.
  public static func of(_ checkpoint: TinyCheckpoint) throws -> OracleScores {
    try Fixtures.json(OracleScores.self, "oracle/\(checkpoint.rawValue).json")
  }
}
