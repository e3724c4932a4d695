import Checkpoints
import Foundation
import Testing

/// Files whose first bytes or whose header cannot be what they claim.
@Suite struct SafetensorsHeaderTests {
  private func open(_ bytes: [UInt8]) throws { _ = try SafetensorsFile(path: TemporaryFolder().write("t.safetensors", bytes)) }

  @Test func emptyFile() { expectError(.malformedFile, saying: "t.safetensors: is empty") { try open([]) } }

  @Test(arguments: 1...7)
  func tooShortForAHeaderLength(count: Int) {
    expectError(.malformedFile, saying: "holds \(count) bytes", "too few") { try open([UInt8](repeating: 0, count: count)) }
  }

  @Test(arguments: [UInt64(3), 1_000, 1 << 31, 1 << 32, 1 << 62, 1 << 63, .max - 7, .max])
  func headerLengthBeyondTheFile(length: UInt64) {
    expectError(.malformedFile, saying: "\(length) bytes", "truncated") { try open(SafetensorsBytes("{}", headerLength: length).bytes) }
  }

  /// The format's own limit, in a file that is long enough but has no bytes on disk.
  @Test func headerLongerThanTheFormatAllows() throws {
    let path = try TemporaryFolder().write("t.safetensors", SafetensorsBytes("", headerLength: 100_000_001).bytes)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: 200_000_000)
    try file.close()
    expectError(.malformedFile, saying: "100000001 bytes", "at most 100000000") { _ = try SafetensorsFile(path: path) }
  }

  @Test(arguments: [
    "", " ", "nonsense", "{", "}", "[]", "[1,2]", "1", "null", "\"text\"", "{\"w\"", "{\"w\":", "{\"w\":}", "\u{0}\u{0}\u{0}",
    String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 20_000),
  ])
  func headerIsNotAnObject(header: String) {
    expectError(.malformedFile, saying: "not the JSON of a safetensors file") { try open(SafetensorsBytes(header).bytes) }
  }

  @Test func headerIsNotUTF8() {
    let file = SafetensorsBytes(#"{"w?":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#, data: [0, 0, 0, 0])
    #expect(throws: Never.self) { try open(file.bytes) }
    let bytes = file.bytes.map { $0 == UInt8(ascii: "?") ? 0xff : $0 }
    expectError(.malformedFile, saying: "not the JSON of a safetensors file") { try open(bytes) }
  }

  /// An array or object where a tensor's description belongs, nested as deep as the JSON reader goes.
  @Test(arguments: [
    #"{"w":1}"#, #"{"w":null}"#, #"{"w":[]}"#, #"{"w":{}}"#, #"{"w":"F32"}"#, #"{"w":{"w":{"w":{}}}}"#,
    #"{"w":"# + String(repeating: "[", count: 100) + String(repeating: "]", count: 100) + "}",
    #"{"w":{"shape":[1],"data_offsets":[0,4]}}"#, #"{"w":{"dtype":"F32","data_offsets":[0,4]}}"#,
    #"{"w":{"dtype":"F32","shape":[1]}}"#, #"{"w":{"dtype":1,"shape":[1],"data_offsets":[0,4]}}"#,
    #"{"w":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}"#, #"{"w":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}"#,
    #"{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, #"{"w":{"dtype":"F32","shape":[true],"data_offsets":[0,4]}}"#,
    #"{"w":{"dtype":"F32","shape":[null],"data_offsets":[0,4]}}"#, #"{"w":{"dtype":"F32","shape":[1],"data_offsets":{}}}"#,
    #"{"w":{"dtype":"F32","shape":[1e30],"data_offsets":[0,4]}}"#,
    #"{"w":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}"#,
    #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}"#,
  ])
  func tensorWithoutItsFields(header: String) {
    expectError(.malformedFile, saying: "tensor w without a dtype, a shape and two data_offsets") {
      try open(SafetensorsBytes(header, data: [0, 0, 0, 0]).bytes)
    }
  }

  @Test(arguments: [
    #"{"__metadata__":[]}"#, #"{"__metadata__":{"a":1}}"#, #"{"__metadata__":null}"#,
    #"{"__metadata__":{"dtype":"F32","shape":[],"data_offsets":[0,0]}}"#,
  ])
  func metadataThatIsNotText(header: String) {
    expectError(.malformedFile, saying: "__metadata__") { try open(SafetensorsBytes(header).bytes) }
  }

  @Test func missingFileAndThingsThatAreNoFiles() throws {
    let folder = try TemporaryFolder()
    expectError(.missingFile, saying: "none.safetensors: cannot be opened") {
      _ = try SafetensorsFile(path: folder.path + "/none.safetensors")
    }
    expectError(.unreadableFile, saying: "is not a regular file") { _ = try SafetensorsFile(path: folder.path) }
    expectError(.unreadableFile, saying: "is not a regular file") { _ = try SafetensorsFile(path: "/dev/zero") }
    // A FIFO without a writer would block an ordinary open for ever.
    #expect(mkfifo(folder.path + "/fifo", 0o600) == 0)
    expectError(.unreadableFile, saying: "is not a regular file") { _ = try SafetensorsFile(path: folder.path + "/fifo") }
  }

  /// A long name must not fill the screen.
  @Test func messagesAreShort() {
    let name = String(repeating: "n", count: 100_000)
    let shape = "[" + Array(repeating: "1", count: 10_000).joined(separator: ",") + "]"
    let header = #"{"\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[0,8]}}"#
    let error = #expect(throws: CheckpointError.self) { try open(SafetensorsBytes(header, data: [UInt8](repeating: 0, count: 8)).bytes) }
    #expect((error?.reason.count ?? .max) < 1_000)
  }
}
