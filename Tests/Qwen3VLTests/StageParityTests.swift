import Checkpoints
import Qwen3VL
import Tensors
import TestSupport
import Testing

/// The model alone against the reference: its ids and patches in, every stage out. Tokenizer and decoders have no part in it.
@Suite struct StageParityTests {
  @Test(arguments: TinyCheckpoint.allCases, Precision.floatingPoint)
  func everyStageMatchesTheReference(checkpoint: TinyCheckpoint, precision: Precision) throws {
    let (model, _) = try Qwen3VLModel.open(Checkpoint(directory: checkpoint.directory), precision: precision)
    let tensors = try OracleTensors(checkpoint)
    let compute = Compute(precision: precision)
    for expected in try OracleCases.withStages {
      var seen: Set<String> = ["patches", "patches.video", "embedding", "embedding.bfloat16"]
      _ = try model.lastHiddenStates(
        of: [try expected.input(tensors)], compute,
        observe: StageObserver { stage, rows in
          guard tensors.stages(of: expected.name).contains(stage), let wanted = try? tensors.rows(expected.name, stage) else { return }
          seen.insert(stage)
          let difference = Difference(rows, wanted)
          #expect(
            difference.relativeMaximum <= Tolerance.stage(precision), "\(checkpoint) \(expected.name) \(stage): \(difference)")
        })
      #expect(seen == Set(tensors.stages(of: expected.name)).union(["patches", "patches.video"]))
    }
  }

  @Test(arguments: TinyCheckpoint.allCases)
  func positionsMatchTheReference(checkpoint: TinyCheckpoint) throws {
    let (model, _) = try Qwen3VLModel.open(Checkpoint(directory: checkpoint.directory), precision: .float32)
    let tensors = try OracleTensors(checkpoint)
    for expected in try OracleCases.withStages {
      let positions = try model.positions(of: try expected.input(tensors))
      #expect([positions.time, positions.height, positions.width] == expected.positions, "\(expected.name)")
    }
  }
}

extension OracleCases {
  /// Cases whose stages were kept: text, pictures, and a video.
  fileprivate static var withStages: [Embedding] {
    get throws {
      let cases = try all.get()
      return (cases.embedding + cases.video).filter(\.stages)
    }
  }
}

extension OracleCases.Embedding {
  /// The model's input by the reference's ids and patches, for cases whose stages were kept.
  fileprivate func input(_ tensors: OracleTensors) throws -> ModelInput {
    // A video comes as the pictures of its frame pairs.
    let frames = (videoGrids ?? []).flatMap { grid in Array(repeating: [1, grid[1], grid[2]], count: grid[0]) }
    var patches: ArraySlice<[Float]> = []
    if !frames.isEmpty { patches += try tensors.rows(name, "patches.video") }
    if !grids.isEmpty { patches += try tensors.rows(name, "patches") }
    let pictures = (frames + grids).map { grid in
      let count = grid[1] * grid[2]
      defer { patches = patches.dropFirst(count) }
      return Patches(gridHeight: grid[1], gridWidth: grid[2], values: patches.prefix(count).flatMap { $0 })
    }
    return ModelInput(tokens: inputIDs, pictures: pictures)
  }
}
