import CKernels
import Foundation

/// The operations of a forward pass, carried out on this machine's processor.
///
/// A model is written in these operations and never touches memory, so that another way to carry them out (a GPU) does not touch the
/// model. Every operation gives a token the same bits alone, in any batch, at any place in it and on any number of threads.
public struct Compute: Sendable {
  /// What operands of products are rounded to.
  public let precision: Precision
  /// Where intermediate results live.
  public let workspace: Workspace
  /// The kernels in use.
  public let instructionSet: InstructionSet
  /// Where operations are measured; `nil` to measure nothing.
  public let profile: Profile?
  let kernels: Kernels
  let workers: Workers

  /// Operations in the given precision.
  ///
  /// - Parameters:
  ///   - precision: What operands of products are rounded to.
  ///   - threads: Threads to use; `nil` for one per processor that this process may use.
  ///   - instructionSet: The kernels to use; `nil` for the fastest that this processor can run.
  ///   - profile: Where operations are measured; `nil` to measure nothing.
  public init(
    precision: Precision = .bfloat16, threads: Int? = nil, instructionSet: InstructionSet? = nil, profile: Profile? = nil
  ) {
    self.precision = precision
    self.profile = profile
    self.instructionSet = instructionSet ?? InstructionSet.available[0]
    kernels = Kernels.available[self.instructionSet.index]
    workers = Workers(threads: max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount))
    workspace = Workspace()
  }

  /// Threads in use.
  public var threads: Int { workers.threads }

  func tokenMatrix(features: Int, tokens: Int) -> TokenMatrix {
    TokenMatrix(features: features, tokens: tokens, workspace: workspace)
  }

  func operand(features: Int, tokens: Int) -> Operand {
    Operand(features: features, tokens: tokens, precision: precision, workspace: workspace)
  }
}
