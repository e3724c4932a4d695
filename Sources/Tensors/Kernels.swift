import CKernels

/// The C kernels for one instruction set.
///
/// `@unchecked Sendable`: a pointer to a constant table of functions.
struct Kernels: @unchecked Sendable {
  private let table: UnsafePointer<sl_kernels>

  /// The best that this processor can run.
  static let best = available[0]

  /// All that this processor can run, best first; the last is portable C.
  static let available: [Kernels] = {
    var kernels: [Kernels] = []
    while let table = sl_kernels_at(kernels.count) { kernels.append(Kernels(table: table)) }
    return kernels
  }()

  var name: String { String(cString: table.pointee.name) }

  /// The functions themselves.
  var functions: sl_kernels { table.pointee }

  func convert(_ input: UnsafeRawPointer?, _ from: sl_number, _ output: UnsafeMutableRawPointer?, _ to: sl_number, _ count: Int) {
    table.pointee.convert(input, from, output, to, count)
  }
}

/// An instruction set that the arithmetic can use on this machine.
public struct InstructionSet: Sendable, Equatable, CustomStringConvertible {
  let index: Int
  /// The kernels' name for it: `avx512_bf16`, `avx2` or `portable`.
  public let description: String

  /// What this processor can run, fastest first.
  ///
  /// The last one is portable C and always there.
  public static let available: [InstructionSet] = Kernels.available.enumerated().map {
    InstructionSet(index: $0.offset, description: $0.element.name)
  }
}
