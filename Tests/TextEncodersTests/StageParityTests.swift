import Checkpoints
import Tensors
import TestSupport
import Testing

@testable import TextEncoders

/// Every stage against transformers.
@Suite struct StageParityTests {
  @Test(arguments: TinyEncoder.allCases, Precision.floatingPoint)
  func everyStageAgrees(_ encoder: TinyEncoder, _ precision: Precision) throws {
    let model = try TextEncoder.open(Checkpoint(directory: encoder.directory), precision: precision).model
    let reference = try ReferenceStages(encoder)
    for instructionSet in InstructionSet.available {
      let compute = Compute(precision: precision, threads: 2, instructionSet: instructionSet)
      for (number, tokens) in reference.sequences.enumerated() {
        var stages: [String] = []
        let mean = try model.meanStates(of: [tokens], compute) { stage, rows in
          stages.append(stage)
          let expected = try? reference.rows(number, stage)
          let difference = Difference(rows, expected ?? []).relativeMaximum
          #expect(difference <= Tolerance.stage(precision), "sequence \(number), \(stage), \(instructionSet)")
        }
        #expect(stages == ["embeddings", "layer.0", "layer.1"])
        let difference = Difference(mean, try reference.rows(number, "mean")).relativeMaximum
        #expect(difference <= Tolerance.stage(precision), "sequence \(number), mean, \(instructionSet)")
      }
    }
  }

  /// As transformers sorts the distances from -600 to 600, by a logarithm in f32.
  @Test func everyDistanceHasTheReferencesBucket() throws {
    let expected = try Fixtures.json([Int].self, "encoders/buckets.json")
    #expect((-600...600).map(DistanceBuckets.bucket) == expected)
    #expect(DistanceBuckets.bucket(.max) == expected[1200] && DistanceBuckets.bucket(.min) == expected[0])
  }
}
