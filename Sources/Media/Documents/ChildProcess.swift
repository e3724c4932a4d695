import Dispatch

/// A program that works on a document in a process of its own, within limits that the system enforces.
///
/// The processor time and the address space are bounded by the shell that starts the program, before it is there; the time by the clock
/// and the output by the thread that listens to it. Whatever happens, the process is gone and reaped when the call returns.
struct ChildProcess: Sendable {
  /// How a run ended.
  enum End: Equatable {
    case exited(status: Int)
    case signalled(Int)
    case timedOut
    case tooMuchOutput
    case failed(errno: Int32)
  }

  /// What a run left.
  struct Outcome {
    let end: End
    let processorSeconds: Double
    let output: [UInt8]
    /// The last part of what went to standard error.
    let message: String
  }

  /// Name of the program, looked up in `PATH`, and its arguments.
  let arguments: [String]
  let document: DocumentFile
  let limits: DocumentLimits
  /// Most bytes of output.
  let outputLimit: Int

  /// The name under which the program finds its document.
  static let documentPath = "/dev/fd/3"

  /// Threads that wait for children; ``ProcessGate`` bounds their number.
  private static let threads = DispatchQueue(label: "sightline.documents", attributes: .concurrent)

  /// Tries each limit in a shell of its own first: where the system refuses one (macOS has none on memory) the others still hold.
  private static let script = """
    for limit in "-c 0" "-t $1" "-v $2"; do (ulimit $limit) 2>/dev/null && ulimit $limit; done
    shift 2
    exec "$@"
    """

  /// Runs the program to its end; killed when the task is cancelled.
  ///
  /// - Throws: `CancellationError`, or ``MediaError`` where no pipe can be had.
  func run() async throws -> Outcome {
    let words = ["/bin/sh", "-c", Self.script, "sh", "\(limits.processorSeconds)", "\(limits.maximumMemory >> 10)"] + arguments
    return try await ProcessGate.shared.pass {
      let cancellation = try CancellationPipe()
      let outcome = await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          Self.threads.async {
            continuation.resume(
              returning: runChild(
                words, document: document, cancellation: cancellation, seconds: Double(limits.seconds), outputLimit: outputLimit))
          }
        }
      } onCancel: {
        cancellation.cancel()
      }
      guard let outcome else { throw CancellationError() }
      return outcome
    }
  }
}
