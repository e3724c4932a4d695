import Foundation
import TestSupport
import Testing

/// `sightline embed` and `sightline similarity`
@Suite struct EmbedCommandTests {
  @Test func linesComeInTheOrderOfTheItemsAndABadOneIsARecord() throws {
    let input = """
      {"text": "one"}
      {"image": "/nowhere.png"}

      not json
      {"text": "two", "video": "clip.mp4"}
      {"text": ["three", "four"], "image": ["\(Program.astronaut)"], "instruction": "Find it"}
      "a bare string"
      {"text": 7}
      """
    let outcome = try Program.runTiny(["embed", "--input", "-"], input: input)
    #expect(outcome.status == 1)
    let records = try outcome.output.split(separator: "\n").map { try object($0) }
    #expect(records.map { $0["index"] as? Int } == Array(0...6))
    #expect(records.map { ($0["embedding"] as? [Double])?.count } == [64, nil, nil, nil, 64, 64, nil])
    let errors = records.map { $0["error"] as? String ?? "" }
    #expect(errors[1].contains("/nowhere.png"))
    #expect(errors[2].contains("JSON"))
    #expect(errors[3].contains("clip.mp4"))
    #expect(errors[6].contains("string"))
    #expect(outcome.errors.contains("4 of 7 items failed"))
  }

  @Test func everyFormatHoldsTheSameNumbers() throws {
    let items = ["embed", "one", "two", "--image", Program.astronaut, "--dimensions", "64"]
    let lines = try Program.runTiny(items).output.split(separator: "\n").map { try object($0)["embedding"] as? [Double] ?? [] }
    #expect(lines.map(\.count) == [64, 64, 64])

    let json = try object(try Program.runTiny(items + ["--format", "json"]).output)
    #expect(json["dimensions"] as? Int == 64)
    #expect((json["data"] as? [[String: Any]])?.map { $0["embedding"] as? [Double] ?? [] } == lines)

    let floats = lines.map { $0.map { Float($0) } }
    let base64 = try Program.runTiny(items + ["--format", "base64"]).output.split(separator: "\n").map { line in
      Data(base64Encoded: try object(line)["embedding"] as? String ?? "") ?? Data()
    }
    #expect(base64.map(Self.floats) == floats)

    let npy = try Program.runTiny(items + ["--format", "npy"]).bytes
    #expect(npy.prefix(6) == Data([0x93]) + Data("NUMPY".utf8))
    let header = 10 + Int(npy[8]) + 256 * Int(npy[9])
    #expect(header % 64 == 0)
    #expect(String(decoding: npy[10..<header], as: UTF8.self).contains("'shape': (3, 64)"))
    #expect(Self.floats(npy.dropFirst(header)) == floats.flatMap { $0 })
  }

  @Test func jointMakesOneItem() throws {
    let joint = try Program.runTiny(["embed", "a caption", "--image", Program.astronaut, "--joint"])
    let line = try Program.runTiny(["embed", "--input", "-"], input: "{\"text\": \"a caption\", \"image\": \"\(Program.astronaut)\"}")
    #expect(joint.status == 0)
    #expect(joint.output == line.output)
  }

  @Test func similarityIsASymmetricMatrix() throws {
    let outcome = try Program.runTiny(["similarity", "one", "two", "--image", Program.astronaut, "--json"])
    let matrix = try object(outcome.output)["matrix"] as? [[Double]] ?? []
    #expect(matrix.count == 3)
    for row in matrix.indices {
      #expect(abs(matrix[row][row] - 1) <= 1e-6)
      for column in matrix.indices { #expect(matrix[row][column] == matrix[column][row]) }
    }
    #expect(try Program.runTiny(["similarity", "one", "two"]).output.split(separator: "\n").count == 2)
  }

  private static func floats(_ data: Data) -> [Float] {
    let bytes = Array(data)
    return stride(from: 0, to: bytes.count, by: 4).map { index in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[index + $1]) << (8 * $1) })
    }
  }
}
