import Foundation
import TestSupport
import Testing

@testable import Retrieval

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files below folders.
@Suite struct FolderWalkTests {
  @Test func theOrderIsFixedAndHiddenNamesAndLinksAreLeftOut() throws {
    let place = try Workplace()
    for name in ["b/2.txt", "b/1.txt", "a.txt", ".hidden/x.txt", ".secret.txt", "c/é.txt"] { try place.write(name, name) }
    // A loop, and a link to a file.
    try FileManager.default.createSymbolicLink(atPath: place.files + "/b/loop", withDestinationPath: place.files)
    try FileManager.default.createSymbolicLink(atPath: place.files + "/link.txt", withDestinationPath: place.files + "/a.txt")
    func names(_ walk: FolderWalk) -> [String] { walk.entries.map { String($0.path.dropFirst(place.files.count + 1)) } }
    let walk = FolderWalk([place.files, place.files + "/b/../b"], includesHidden: false)
    #expect(names(walk) == ["a.txt", "b/1.txt", "b/2.txt", "c/é.txt"])
    #expect(walk.problems.isEmpty)
    let hidden = FolderWalk([place.files], includesHidden: true)
    #expect(names(hidden) == [".hidden/x.txt", ".secret.txt", "a.txt", "b/1.txt", "b/2.txt", "c/é.txt"])
    let named = FolderWalk([place.files, place.files + "/b/1.txt"], includesHidden: false)
    #expect(named.entries.map(\.isExplicit) == [false, true, false, false])
    let linked = FolderWalk([place.files + "/link.txt"], includesHidden: false)
    #expect(names(linked) == ["a.txt"], "a link that someone names is followed")
    #expect(names(FolderWalk([place.files], includesHidden: false, excluding: place.files + "/b")) == ["a.txt", "c/é.txt"])
  }

  @Test func whatCannotBeLookedAtIsReportedAndHidesNothingFromPruning() throws {
    let place = try Workplace()
    try place.write("fine.txt", "fine")
    let walk = FolderWalk([place.files, place.root + "/nowhere", "/dev/null"], includesHidden: false)
    #expect(walk.entries.count == 1)
    #expect(walk.problems.map(\.path) == [place.root + "/nowhere", "/dev/null"])
    #expect(walk.covers(place.files + "/other.txt"))
    #expect(!walk.covers(place.root + "/nowhere/other.txt"), "what could not be looked at may still be there")
    #expect(!walk.covers(place.root + "/files2/other.txt"))
  }

  #if !canImport(Darwin)
    @Test func aNameThatIsNotUTF8IsReported() throws {
      let place = try Workplace()
      try place.write("fine.txt", "fine")
      let path = Array((place.files + "/bad").utf8) + [0xff, 0xfe] + Array(".txt".utf8) + [0]
      let descriptor = path.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { bytes in
        bytes.baseAddress.map { open($0, O_CREAT | O_WRONLY, 0o644) } ?? -1
      }
      #expect(descriptor >= 0)
      close(descriptor)
      let walk = FolderWalk([place.files], includesHidden: false)
      #expect(walk.entries.count == 1)
      #expect(walk.problems.count == 1 && walk.problems[0].reason.contains("UTF-8"))
      #expect(!walk.covers(walk.problems[0].path))
    }
  #endif

  @Test func aFileThatChangesWhileItIsReadIsCaught() throws {
    let place = try Workplace()
    let path = try place.write("growing.txt", String(repeating: "x", count: 3_000_000))
    for change in ["longer", "shorter", "same length"] {
      var isFirst = true
      #expect(throws: SourceError.self) {
        try StableFile.read(path, maximumBytes: .max) { _ in
          guard isFirst else { return }
          isFirst = false
          let count = change == "longer" ? 3_000_001 : change == "shorter" ? 1_000_000 : 3_000_000
          try? Data(repeating: 121, count: count).write(to: URL(fileURLWithPath: path))
        }
      }
      try place.write("growing.txt", String(repeating: "x", count: 3_000_000))
    }
    #expect(try StableFile.bytes(path, maximumBytes: .max).bytes.count == 3_000_000)
    #expect(throws: SourceError.self) { try StableFile.bytes(path, maximumBytes: 1_000) }
    #expect(try StableFile.beginning(path, count: 10).count <= 3_000_000)
  }
}
