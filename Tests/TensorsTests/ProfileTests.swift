import Tensors
import Testing

/// What a profile counts.
@Suite struct ProfileTests {
  @Test func productsAreCountedByStage() {
    let profile = Profile()
    let compute = Compute(precision: .float32, profile: profile)
    let weight = Linear(weight: Matrix([Float](repeating: 1, count: 24), rows: 6, columns: 4))
    let input = compute.operand(rows: [Float](repeating: 1, count: 12), features: 4)
    compute.within("first") {
      _ = compute.linear(weight, input)
      compute.within("second") { _ = compute.linear(weight, input) }
      _ = compute.linear(weight, input)
    }
    let products = profile.rows.filter { $0.operation == "products" }
    #expect(products.map(\.stage) == ["first", "second"])
    #expect(products.map(\.count) == [2, 1])
    #expect(products.map(\.arithmetic) == [288.0, 144.0])
    #expect(profile.rows.allSatisfy { $0.seconds >= 0 })
  }

  @Test func withoutAProfileNothingIsMeasuredAndResultsAreTheSame() throws {
    let none: Profile? = nil
    #expect(none.measure("stage", "operation") { 7 } == 7)
    let profile = Profile()
    #expect((profile as Profile?).measure("stage", "operation") { 7 } == 7)
    #expect(profile.rows.map(\.stage) == ["stage"])
  }

  @Test func theLimitIsANumberOfOperations() {
    for set in InstructionSet.available {
      let limit = Compute(threads: 1, instructionSet: set).arithmeticLimit(rounds: 1_000)
      #expect(limit.isFinite && limit > 0)
    }
  }
}
