import Checkpoints
import Embedding
import Foundation
import Tensors
import TestSupport
import Testing

/// The model that comes with Sightline finds what it found when it was trained; a change that makes meaning worse is seen here.
@Suite(.serialized) struct NanoTests {
  /// A task, and the least that must be reached on it: what was measured, less the noise of rounding on other instruction sets.
  struct Floor: CustomTestStringConvertible {
    let task: String
    let quality: Double
    /// With half and more of the numbers left away.
    let prefixQuality: Double

    var testDescription: String { task }
  }

  static let floors = [
    Floor(task: "text", quality: 0.72, prefixQuality: 0.68),
    Floor(task: "clipart", quality: 0.40, prefixQuality: 0.28),
    Floor(task: "emoji", quality: 0.15, prefixQuality: 0.11),
  ]

  private static let directory = Fixtures.packageRoot + "/Models/nano-embedding"
  /// The size that the model was trained with.
  private static let options = {
    var options = ModelOptions()
    options.maximumPixels = 64 * 64
    return options
  }()
  private static let model = Result { try Model(directory: directory, options: options) }
  private static let quantized = Result {
    let target = Fixtures.temporary + "/nano-int8"
    try CheckpointQuantizer(Checkpoint(directory: directory)).write(to: target)
    var options = NanoTests.options
    options.precision = .int8
    return try Model(directory: target, options: options)
  }

  @Test(arguments: floors) func reachesItsFloor(_ floor: Floor) async throws {
    let task = try MeaningTask(floor.task)
    let embedder = Embedder(try Self.model.get())
    let quality = try await task.quality(embedder)
    #expect(quality >= floor.quality, "\(floor.task): \(quality)")
    let prefix = try await task.quality(embedder, dimensions: 128)
    #expect(prefix >= floor.prefixQuality, "\(floor.task), 128 dimensions: \(prefix)")
  }

  @Test(arguments: floors) func losesLittleInInt8(_ floor: Floor) async throws {
    let quality = try await MeaningTask(floor.task).quality(Embedder(try Self.quantized.get()))
    #expect(quality >= floor.quality * 0.95, "\(floor.task), int8: \(quality)")
  }

  @Test(arguments: floors) func isTheSameWithoutBatchesAndCaches(_ floor: Floor) async throws {
    let items = Array(try MeaningTask(floor.task).corpus.prefix(12))
    let together = try await MeaningTask.vectors(items, Embedder(try Self.model.get()))
    var options = Self.options
    options.visionCacheBytes = 0
    options.beginningCacheBytes = 0
    let plain = Embedder(try Model(directory: Self.directory, options: options))
    for (item, vector) in zip(items, together) {
      #expect(try await MeaningTask.vectors([item], plain) == [vector])
    }
  }

  @Test func instructionOfAQueryHardlyMovesIt() async throws {
    // The model takes its meaning from the user's turn alone; see Documentation/nano.md.
    let texts = try MeaningTask("text").queries
    let embedder = Embedder(try Self.model.get())
    let plain = try await MeaningTask.vectors(texts.map { Item(text: $0) }, embedder)
    let asked = try await MeaningTask.vectors(
      texts.map { Item(text: $0, instruction: "Find an image that matches the given caption.") }, embedder)
    for (one, other) in zip(plain, asked) { #expect(Matryoshka.dotProduct(one, other) > 0.999) }
  }
}
