import Testing

@testable import Checkpoints

/// Names of files become names of the model, by the prefixes that a landmark gives away.
@Suite struct NameLayoutTests {
  private let layout = NameLayout([
    .init(prefix: "eye.", landmark: "lens", stored: ["model.visual.", "visual."]),
    .init(prefix: "text.", landmark: "table", stored: ["model.language.", "model."]),
  ])

  private func names(_ stored: String...) throws -> [String: String] {
    let folder = try TemporaryFolder()
    try folder.write("config.json", "{}")
    let fields = stored.map { #""\#($0)":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"# }
    try folder.write("model.safetensors", SafetensorsBytes("{\(fields.joined(separator: ","))}").bytes)
    return try layout.modelNames(of: Checkpoint(directory: folder.path))
  }

  @Test func prefixesAreReplaced() throws {
    #expect(
      try names("model.visual.lens", "model.visual.x", "model.language.table", "head") == [
        "eye.lens": "model.visual.lens", "eye.x": "model.visual.x", "text.table": "model.language.table", "head": "head",
      ])
  }

  @Test func shortPrefixLeavesWhatBelongsToALongOne() throws {
    #expect(
      try names("model.visual.lens", "model.table", "model.visual.table") == [
        "eye.lens": "model.visual.lens", "text.table": "model.table", "eye.table": "model.visual.table",
      ])
  }

  @Test func partsThatAreNotThereChangeNothing() throws {
    #expect(try names("visual.x", "table") == ["visual.x": "visual.x", "table": "table"])
  }

  @Test func twoPrefixesOfOnePart() {
    expectError(.invalidTensor, saying: "holds table under several prefixes (model.language., model.)", "two models in one folder") {
      _ = try names("model.table", "model.language.table")
    }
  }

  @Test func twoNamesForOneWeight() {
    expectError(.invalidTensor, saying: "holds text.x twice, as model.x and as text.x") {
      _ = try names("model.table", "model.x", "text.x")
    }
  }
}
