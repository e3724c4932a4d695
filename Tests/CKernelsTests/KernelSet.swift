import CKernels
import Testing

/// One set of kernels that this processor can run; tests take all of them as arguments.
struct KernelSet: Sendable, CustomTestStringConvertible {
  let index: Int

  var kernels: sl_kernels {
    get throws { try #require(sl_kernels_at(index)).pointee }
  }

  var testDescription: String { sl_kernels_at(index).map { String(cString: $0.pointee.name) } ?? "none" }

  static let all: [KernelSet] = (0...).prefix { sl_kernels_at($0) != nil }.map { KernelSet(index: $0) }
}

/// The two kinds of number that operands, keys and values come in.
enum Precision: CaseIterable, Sendable {
  case bf16, f32

  var number: sl_number { self == .bf16 ? SL_BF16 : SL_F32 }
}

@Suite struct KernelSetTests {
  @Test func everyProcessorHasThePortableSetLast() throws {
    let last = try #require(KernelSet.all.last)
    #expect(last.testDescription == "portable")
    #expect(Set(KernelSet.all.map(\.testDescription)).count == KernelSet.all.count)
    #expect(sl_kernels_at(KernelSet.all.count) == nil)
    #expect(sl_kernels_at(Int.max) == nil)
  }

  @Test func tilesAreAsWideAsTheirTokensNeed() {
    #expect((1...64).allSatisfy { sl_tile_width($0, 0) == ($0 + 15) / 16 * 16 })
    #expect(sl_tile_width(65, 0) == 64)
    #expect(sl_tile_width(65, 1) == 16)
    #expect(sl_tile_width(128, 1) == 64)
  }
}
