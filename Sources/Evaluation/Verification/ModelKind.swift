public import Checkpoints
import Foundation

/// What a checkpoint was trained for.
///
/// Its weights and configuration do not say.
public enum ModelKind: String, Sendable, Codable, CaseIterable {
  /// To give vectors.
  case embedding
  /// To score pairs of a query and a document.
  case reranking

  /// Finds out from what lies beside the weights and, where that says nothing, from the folder's name.
  ///
  /// - Returns: `nil` where neither tells.
  /// - Throws: `CheckpointError` when one of the files that would tell cannot be read.
  public init?(ofModelIn directory: String) throws(CheckpointError) {
    guard let kind = try Self.statedKind(directory) ?? Self.kind(byName: directory) else { return nil }
    self = kind
  }

  /// The kind of the class that sentence-transformers loads the model with.
  ///
  /// Only version 5.4 and later of that library write the file for rerankers too.
  private static func statedKind(_ directory: String) throws(CheckpointError) -> ModelKind? {
    let path = directory + "/config_sentence_transformers.json"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let configuration = try ConfigurationObject(contentsOf: path)
    guard configuration.has("model_type") else { return nil }
    return switch try configuration.string("model_type") {
    case "SentenceTransformer": .embedding
    case "CrossEncoder": .reranking
    default: nil
    }
  }

  /// The kind that the folder's name speaks of.
  ///
  /// In the cache of Hugging Face that is the name two levels up (`models--Qwen--…`).
  private static func kind(byName directory: String) -> ModelKind? {
    let folders = URL(fileURLWithPath: directory).standardizedFileURL.pathComponents
    let name = (folders.last { $0.hasPrefix("models--") } ?? folders.last ?? "").lowercased()
    return switch (name.contains("embedding"), name.contains("rerank")) {
    case (true, false): .embedding
    case (false, true): .reranking
    default: nil
    }
  }
}
