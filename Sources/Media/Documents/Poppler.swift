/// Poppler's programs, applied to one document.
struct Poppler: Sendable {
  let file: DocumentFile
  /// The path that errors name; `nil` for bytes in memory.
  let path: String?
  let password: String?
  let limits: DocumentLimits

  /// Passwords that poppler's programs take whole.
  static let longestPassword = 32

  init(_ file: DocumentFile, path: String?, password: String?, limits: DocumentLimits) throws(MediaError) {
    if let password, password.utf8.count > Self.longestPassword || password.utf8.contains(0) {
      throw MediaError(.invalidArgument, file: path, "poppler takes passwords of up to \(Self.longestPassword) bytes without zeros")
    }
    (self.file, self.path, self.password, self.limits) = (file, path, password, limits)
  }

  /// Runs `program options document rest` and gives what it wrote.
  ///
  /// - Throws: ``MediaError`` for any other end than success; `CancellationError`.
  func run(_ program: String, _ options: [String], _ rest: [String] = [], outputLimit: Int) async throws -> [UInt8] {
    let passwords = password.map { ["-upw", $0, "-opw", $0] } ?? []
    let child = ChildProcess(
      arguments: [program] + options + passwords + [ChildProcess.documentPath] + rest, document: file, limits: limits,
      outputLimit: outputLimit)
    let outcome = try await child.run()
    guard let (code, reason) = fault(of: outcome, program, outputLimit) else { return outcome.output }
    throw MediaError(code, file: path, reason)
  }

  /// Numbers of SIGKILL and SIGXCPU, on Linux and macOS.
  private static let (killed, processorTimeOver) = (9, 24)

  private func fault(of outcome: ChildProcess.Outcome, _ program: String, _ outputLimit: Int) -> (MediaError.Code, String)? {
    switch outcome.end {
    case .exited(status: 0): return nil
    case .exited(status: 127):
      return (.programUnavailable, "reading PDF documents needs \(program), which was not found: install poppler-utils (Homebrew: poppler)")
    case .failed(let errno): return (.programUnavailable, "\(program) cannot be run: error \(errno) of the system")
    case .timedOut: return (.limitExceeded, "took \(program) more than \(limits.seconds) s (seconds)")
    case .tooMuchOutput: return (.limitExceeded, "makes \(program) write more than \(outputLimit) bytes")
    case .signalled(let signal) where signal == Self.killed || signal == Self.processorTimeOver:
      // The limit counts in ticks and the report in nanoseconds: on a busy machine they are far apart.
      guard outcome.processorSeconds >= Double(limits.processorSeconds) / 4 else {
        return (.limitExceeded, "had \(program) killed by the system, which does that when memory is short")
      }
      return (.limitExceeded, "takes \(program) more than \(limits.processorSeconds) s of processor time (processorSeconds)")
    case .exited, .signalled: return fault(saying: outcome.message, end: outcome.end, program)
    }
  }

  private func fault(saying message: String, end: ChildProcess.End, _ program: String) -> (MediaError.Code, String) {
    if message.contains("Incorrect password") {
      return password == nil
        ? (.encrypted, "is encrypted and needs a password") : (.encrypted, "is encrypted, and the password given is not its password")
    }
    if message.contains("security handler") { return (.unsupportedFormat, "is encrypted in a way that poppler does not know") }
    if message.contains("Out of memory") || message.contains("bad_alloc") {
      return (.limitExceeded, "takes \(program) more than \(limits.maximumMemory >> 20) MiB of memory (maximumMemory)")
    }
    if message.contains("Invalid page count 0") { return (.empty, "the PDF has no pages") }
    let saying = Self.lastLine(of: message)
    if case .signalled(let signal) = end { return (.corrupt, "the PDF makes \(program) crash (signal \(signal))\(saying)") }
    return (.corrupt, "the PDF is damaged beyond repair\(saying)")
  }

  /// What poppler said last, fit for a terminal and a line.
  private static func lastLine(of message: String) -> String {
    guard let line = message.split(whereSeparator: \.isNewline).last else { return "" }
    let shown = String(line.unicodeScalars.prefix(200).map { (" "..."~").contains($0) ? Character($0) : "?" })
    return "; poppler says: \(shown)"
  }
}
