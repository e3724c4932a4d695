import Foundation
import Tensors
import Testing

@testable import Checkpoints

/// Files appear whole or not at all.
@Suite struct AtomicFileTests {
  @Test func replacesWhatIsThere() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("f", "old and longer")
    try AtomicFile.write("new", to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    #expect(try folder.contents == ["f"])
  }

  @Test func leavesTheOldFileUntilTheEnd() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("f", "old")
    do {
      let file = try AtomicFile(path)
      try file.write(Array("half of the n".utf8))
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    }
    #expect(try folder.contents == ["f"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
  }

  @Test func twoWritersOfOneFileDoNotMeet() throws {
    let folder = try TemporaryFolder()
    let (first, second) = (try AtomicFile(folder.path + "/f"), try AtomicFile(folder.path + "/f"))
    try first.write(Array("first".utf8))
    try second.write(Array("second".utf8))
    try first.commit()
    #expect(try String(contentsOfFile: folder.path + "/f", encoding: .utf8) == "first")
    try second.commit()
    #expect(try String(contentsOfFile: folder.path + "/f", encoding: .utf8) == "second")
    #expect(try folder.contents == ["f"])
  }

  @Test func folderThatIsNotThere() throws {
    let path = try TemporaryFolder().path + "/none/f"
    expectError(.unwritableFile, saying: path, "cannot be created") { try AtomicFile.write("x", to: path) }
  }

  /// The one failure that comes after everything has been written.
  @Test func folderInTheFilesPlace() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/f"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    expectError(.unwritableFile, saying: path, "cannot be put in place") { try AtomicFile.write("x", to: path) }
    #expect(try folder.contents == ["f"])
  }

  /// A full disk, as far as an ordinary user can have one: a limit on the size of files, in a process of its own.
  @Test func fullDisk() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("w.safetensors", "old")
    await #expect(processExitsWith: .success) { [path = path as String] in
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 1 << 16, rlim_max: 1 << 16)
      #if canImport(Darwin)
        #expect(setrlimit(RLIMIT_FSIZE, &limit) == 0)
      #else
        #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      #endif
      expectError(.unwritableFile, saying: path, "cannot be written") {
        let tensors = [SafetensorsWriter.Tensor(name: "w", dtype: .float32, shape: [100_000])]
        try SafetensorsWriter.write(path, tensors) { _, _, bytes in bytes.initializeMemory(as: UInt8.self, repeating: 0) }
      }
    }
    #expect(try folder.contents == ["w.safetensors"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
  }
}
