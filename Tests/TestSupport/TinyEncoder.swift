import Checkpoints
import Foundation
public import Tensors
import TextEncoders

/// Small encoders of texts with the true architectures, the published tokenizers and made-up weights, written when a test first asks for
/// them.
public enum TinyEncoder: String, CaseIterable, Sendable {
  /// As all-MiniLM-L6-v2.
  case bert = "tiny-bert"
  /// As all-mpnet-base-v2.
  case mpnet = "tiny-mpnet"

  /// The folder with the checkpoint's configuration files.
  public var configurationDirectory: String { "\(Fixtures.root)/encoders/\(rawValue)" }

  /// The checkpoint in f32, as the real ones are stored.
  public var directory: String {
    get throws {
      switch self {
      case .bert: try Self.bertDirectory.get()
      case .mpnet: try Self.mpnetDirectory.get()
      }
    }
  }

  /// The name of the real model, which the fixtures of sentences carry.
  public var published: String { self == .bert ? "all-MiniLM-L6-v2" : "all-mpnet-base-v2" }

  private static let bertDirectory = Result { try bert.write("reference") }
  private static let mpnetDirectory = Result { try mpnet.write("reference") }

  /// Writes the folder with weights in another form.
  public func write(_ variant: String, dtype: DType = .float32) throws -> String {
    let directory = "\(Fixtures.temporary)/\(rawValue)-\(variant)"
    try FileManager.default.copyItem(atPath: configurationDirectory, toPath: directory)
    let file = try ConfigurationObject(contentsOf: configurationDirectory + "/config.json")
    let tensors = try TextEncoder.syntheticTensors(TextEncoderConfiguration(file))
    try SyntheticCheckpoint(seed: 0).write(to: directory, tensors, dtype: dtype)
    let tokenizer = "\(Fixtures.root)/tokenizer/bert/\(self == .bert ? "minilm" : "mpnet")/tokenizer.json"
    try FileManager.default.createSymbolicLink(atPath: directory + "/tokenizer.json", withDestinationPath: tokenizer)
    return directory
  }

  /// Sentences and their ids by sentence-transformers, cut at the model's limit.
  public func sentences() throws -> [Sentence] { try Fixtures.json([Sentence].self, "encoders/\(published).json") }

  /// A sentence and its ids.
  public struct Sentence: Decodable, Sendable {
    public let text: String
    public let ids: [Int32]
  }

  /// The real model's vector of every sentence, by sentence-transformers in f32.
  public func realVectors() throws -> [[Float]] {
    let file = try SafetensorsFile(path: "\(Fixtures.root)/encoders/\(published).safetensors")
    let numbers = try file.numbers(of: "vectors")
    let width = file.entries["vectors"]?.shape.last ?? numbers.count
    return stride(from: 0, to: numbers.count, by: width).map { Array(numbers[$0..<$0 + width]) }
  }
}
