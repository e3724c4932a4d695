import CMedia

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// Everything about child processes that touches memory by address or descriptors by number.

/// Runs a program to its end on this thread, which waits; `nil` where it was cancelled.
func runChild(
  _ arguments: [String], document: DocumentFile, cancellation: CancellationPipe, seconds: Double, outputLimit: Int
) -> ChildProcess.Outcome? {
  var result = sl_child_result()
  var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
  defer { words.forEach { free($0) } }
  guard !words.dropLast().contains(nil) else {
    return ChildProcess.Outcome(end: .failed(errno: ENOMEM), processorSeconds: 0, output: [], message: "")
  }
  let output = [UInt8](unsafeUninitializedCapacity: outputLimit) { buffer, count in
    sl_child_run(&words, document.descriptor, cancellation.readEnd, seconds, buffer.baseAddress, buffer.count, &result)
    count = result.output_count
  }
  let code = result.code
  let end: ChildProcess.End
  switch result.end {
  case SL_CHILD_EXITED: end = .exited(status: Int(code))
  case SL_CHILD_SIGNALLED: end = .signalled(Int(code))
  case SL_CHILD_TIMED_OUT: end = .timedOut
  case SL_CHILD_TOO_LONG: end = .tooMuchOutput
  case SL_CHILD_CANCELLED: return nil
  default: end = .failed(errno: code)
  }
  let message = withUnsafeBytes(of: result.message) { String(decoding: $0.prefix(result.message_count), as: UTF8.self) }
  return ChildProcess.Outcome(end: end, processorSeconds: result.processor_seconds, output: output, message: message)
}

/// A pipe by which a thread that waits in `poll` learns that it shall stop.
final class CancellationPipe: Sendable {
  let readEnd: Int32
  private let writeEnd: Int32

  init() throws(MediaError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw MediaError(.programUnavailable, "no program can be started: \(String(cString: strerror(errno)))")
    }
    (readEnd, writeEnd) = (ends[0], ends[1])
    _ = fcntl(readEnd, F_SETFD, FD_CLOEXEC)
    _ = fcntl(writeEnd, F_SETFD, FD_CLOEXEC)
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  /// Never blocks: one byte, once.
  func cancel() {
    var byte: UInt8 = 1
    _ = write(writeEnd, &byte, 1)
  }
}
