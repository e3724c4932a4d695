import Checkpoints
import Tensors
import TestSupport
import Testing
import TextEncoders

/// The same bits, whatever the company, the order and the threads.
@Suite struct InvarianceTests {
  @Test(arguments: TinyEncoder.allCases, Precision.floatingPoint)
  func companyOrderAndThreadsMakeNoDifference(_ encoder: TinyEncoder, _ precision: Precision) throws {
    let model = try TextEncoder.open(Checkpoint(directory: encoder.directory), precision: precision).model
    let sequences = try ReferenceStages(encoder).sequences
    for instructionSet in InstructionSet.available {
      func compute(_ threads: Int) -> Compute { Compute(precision: precision, threads: threads, instructionSet: instructionSet) }
      let alone = try sequences.map { try model.meanStates(of: [$0], compute(1))[0] }
      #expect(Set(bits(alone)).count == sequences.count)
      for threads in [1, 2, 5] {
        #expect(try bits(model.meanStates(of: sequences, compute(threads))) == bits(alone))
        #expect(try bits(model.meanStates(of: sequences.reversed(), compute(threads))) == bits(alone.reversed()))
      }
      let many = try model.meanStates(of: Array(repeating: sequences, count: 3).flatMap { $0 }, compute(2))
      #expect(bits(many) == bits(alone + alone + alone))
    }
  }

  @Test func watchingChangesNothing() throws {
    let model = try TextEncoder.open(Checkpoint(directory: TinyEncoder.mpnet.directory), precision: .float32).model
    let sequences = try ReferenceStages(.mpnet).sequences
    let compute = Compute(precision: .float32)
    #expect(try bits(model.meanStates(of: sequences, compute) { _, _ in }) == bits(model.meanStates(of: sequences, compute)))
  }
}
