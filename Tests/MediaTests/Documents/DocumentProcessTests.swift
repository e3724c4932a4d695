import Foundation
import Testing

@testable import Media

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How the processes behind documents begin and end. One after the other, because what is left open is counted.
@Suite("Processes of documents", .serialized)
struct DocumentProcessTests {
  private func run(
    _ arguments: [String], seconds: Int = 60, processorSeconds: Int = 20, outputLimit: Int = 1 << 20
  ) async throws
    -> ChildProcess.Outcome
  {
    let file = try DocumentFile(path: DocumentFixtures.path("text.pdf"), maximumBytes: 1 << 20)
    let limits = DocumentLimits(processorSeconds: processorSeconds, seconds: seconds)
    return try await ChildProcess(arguments: arguments, document: file, limits: limits, outputLimit: outputLimit).run()
  }

  @Test("Output, message, status and document pass")
  func channels() async throws {
    let outcome = try await run(["sh", "-c", "head -c 5 \"$0\"; echo problem >&2; exit 7", ChildProcess.documentPath])
    #expect(outcome.end == .exited(status: 7))
    #expect(outcome.output == Array("%PDF-".utf8))
    #expect(outcome.message == "problem\n")
  }

  @Test("A program that is not there is told from one that fails")
  func missingProgram() async throws {
    #expect(try await run(["sightline-no-such-program"]).end == .exited(status: 127))
    let file = try DocumentFile(path: DocumentFixtures.path("text.pdf"), maximumBytes: 1 << 20)
    let poppler = try Poppler(file, path: "a.pdf", password: nil, limits: DocumentLimits())
    let error = await #expect(throws: MediaError.self) { try await poppler.run("sightline-no-such-program", [], outputLimit: 10) }
    #expect(error?.code == .programUnavailable)
    #expect(error?.description.contains("install poppler-utils") == true)
  }

  @Test("Both pipes may be flooded; the message keeps its end")
  func floods() async throws {
    let script =
      "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo \"output $i of the program\"; echo \"message $i of the program\" >&2; done"
    let outcome = try await run(["sh", "-c", script])
    #expect(outcome.end == .exited(status: 0))
    #expect(String(decoding: outcome.output, as: UTF8.self).hasSuffix("\noutput 3000 of the program\n"))
    #expect(outcome.message.hasSuffix("\nmessage 3000 of the program\n"))
    #expect(outcome.message.utf8.count <= 4_096)
  }

  @Test("Endless output, endless time and endless work are stopped")
  func limits() async throws {
    #expect(try await run(["yes"], outputLimit: 1_000).end == .tooMuchOutput)
    #expect(try await run(["yes"], outputLimit: 1_000).output.count == 1_000)
    #expect(try await run(["sleep", "1000"], seconds: 1).end == .timedOut)
    // Its pipes are closed and it goes on.
    #expect(try await run(["sh", "-c", "exec >&- 2>&-; exec sleep 1000"], seconds: 1).end == .timedOut)
    let busy = try await run(["sh", "-c", "while :; do :; done"], processorSeconds: 1)
    guard case .signalled = busy.end else {
      Issue.record("\(busy.end)")
      return
    }
    #expect(busy.processorSeconds >= 0.25)
  }

  @Test("A cancelled run ends at once, waiting or working")
  func cancellation() async throws {
    let tasks = (0..<8).map { _ in Task { try await run(["sleep", "1000"], seconds: 2_000) } }
    for task in tasks.reversed() { task.cancel() }
    for task in tasks {
      await #expect(throws: CancellationError.self) { try await task.value }
    }
    // The places are free again.
    #expect(try await run(["true"]).end == .exited(status: 0))
  }

  @Test("The gate lets through no more than it has places, and everybody in the end")
  func gate() async throws {
    let gate = ProcessGate(places: 3)
    let crowd = Crowd()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask {
          try await gate.pass {
            await crowd.enter()
            for _ in 0..<5 { await Task.yield() }
            await crowd.leave()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(await crowd.count == 0)
    #expect(await (1...3).contains(crowd.most))
  }

  private actor Crowd {
    var count = 0
    var most = 0

    func enter() {
      count += 1
      most = max(most, count)
    }

    func leave() { count -= 1 }
  }

  @Test("Many pages at once are the pages one by one")
  func concurrency() async throws {
    let document = try await PDFDocument(bytes: DocumentFixtures.bytes("sizes.pdf"))
    var alone: [RGBImage] = []
    for number in 1...5 { alone.append(try await document.page(number, fitting: 9_000)) }
    try await withThrowingTaskGroup(of: (Int, RGBImage).self) { group in
      for i in 0..<40 { group.addTask { (i % 5, try await document.page(i % 5 + 1, fitting: 9_000)) } }
      for try await (index, image) in group { #expect(image == alone[index]) }
    }
  }

  @Test("A process that is stopped is gone when the call returns", arguments: [["sleep", "1000"], ["yes"]])
  func reaped(_ program: [String]) async throws {
    let outcome = try await run(["sh", "-c", "echo $$; exec \"$@\"", "sh"] + program, seconds: 1, outputLimit: 100)
    #expect([.timedOut, .tooMuchOutput].contains(outcome.end))
    let process = try #require(String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").first.flatMap { pid_t($0) })
    // A zombie would still be there.
    #expect(kill(process, 0) == -1 && errno == ESRCH)
  }

  @Test("The temporary file has no name, and goes with its document")
  func temporaryFile() async throws {
    weak var file: DocumentFile?
    do {
      let document = try await PDFDocument(bytes: DocumentFixtures.bytes("text.pdf"))
      file = document.poppler.file
      var status = stat()
      #expect(fstat(document.poppler.file.descriptor, &status) == 0)
      #expect(status.st_nlink == 0)
      #expect(try await document.text(2).hasPrefix("Page 2"))
    }
    // The thread that ran the program may still be letting go of it.
    for _ in 0..<10_000 where file != nil { await Task.yield() }
    #expect(file == nil)
  }

  #if os(Linux)
    private func openPipes() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)").hasPrefix("pipe:")) ?? false
      }
    }

    @Test("No pipe stays open, however a run ends")
    func leftovers() async throws {
      // Other tests open pipes meanwhile, a few; a run that left one would leave forty.
      let before = try openPipes()
      for _ in 0..<10 {
        _ = try await run(["true"])
        _ = try await run(["sightline-no-such-program"])
        _ = try await run(["yes"], outputLimit: 100)
        let task = Task { try await run(["sleep", "1000"]) }
        task.cancel()
        _ = await task.result
      }
      #expect(try openPipes() < before + 40)
    }
  #endif
}
