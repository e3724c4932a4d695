import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

@testable import Embedding

/// Opening a model's folder.
@Suite struct ModelTests {
  /// A copy of the tiny checkpoint in which one file is changed.
  private func directory(_ name: String, changing file: String, _ change: (String) -> String?) throws -> String {
    let source = try TinyCheckpoint.tied.directory
    let target = "\(Fixtures.temporary)/model-\(name)"
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    for entry in try FileManager.default.contentsOfDirectory(atPath: source) where entry != file {
      try FileManager.default.createSymbolicLink(atPath: "\(target)/\(entry)", withDestinationPath: "\(source)/\(entry)")
    }
    if let text = change(try String(contentsOfFile: "\(source)/\(file)", encoding: .utf8)) {
      try text.write(toFile: "\(target)/\(file)", atomically: true, encoding: .utf8)
    }
    return target
  }

  @Test(arguments: [
    ("patch_size", #""patch_size": 16"#, #""patch_size": 14"#),
    ("merge_size", #""merge_size": 2"#, #""merge_size": 4"#),
    ("image_mean", #""image_mean""#, #""image_moan""#),
    ("rescale_factor", "0.00392156862745098", "0.5"),
    ("do_normalize", #""do_normalize": true"#, #""do_normalize": false"#),
  ])
  func preprocessorMustAgreeWithTheModel(field: String, from: String, to: String) throws {
    let directory = try directory(field, changing: "preprocessor_config.json") {
      #expect($0.contains(from))
      return $0.replacingOccurrences(of: from, with: to)
    }
    let error = #expect(throws: CheckpointError.self) { try Model(directory: directory) }
    #expect(error?.description.contains(field) == true, "\(String(describing: error))")
  }

  @Test func missingFilesAreNamed() throws {
    for file in ["preprocessor_config.json", "tokenizer.json", "config.json"] {
      let directory = try directory("without-\(file)", changing: file) { _ in nil }
      do {
        _ = try Model(directory: directory)
        Issue.record("opened without \(file)")
      } catch {
        #expect("\(error)".contains(file == "tokenizer.json" ? "tokenizer" : file), "\(error)")
      }
    }
  }

  @Test func tokensOfTokenizerAndConfigurationMustAgree() throws {
    let directory = try directory("image-token", changing: "config.json") {
      $0.replacingOccurrences(of: #""image_token_id": 151655"#, with: #""image_token_id": 151654"#)
    }
    let error = #expect(throws: ModelError.self) { try Model(directory: directory) }
    #expect(error?.description.contains("<|image_pad|>") == true)
  }

  @Test func informationSaysWhatTheModelIs() throws {
    let information = try Model(directory: TinyCheckpoint.tied.directory).information
    #expect(information.dimensions == 64)
    #expect(information.parameters * 2 == information.mappedBytes)
    #expect(information.convertedBytes == 0)
    #expect(information.outputHead == "tied to the token embedding")
  }

  @Test func workingMemoryIsAboutWhatInformationSays() async throws {
    var options = ModelOptions()
    options.maximumPixels = 320 * 256
    let model = try Model(directory: TinyCheckpoint.untied.directory, options: options)
    _ = try await Embedder(model).embed(Item(image: .file("\(Fixtures.root)/oracle/images/coffee-310x250.png")))
    let used = Double(model.compute.workspace.peakBytes)
    let said = Double(try #require(model.information.workingBytes))
    #expect(used <= said * 1.6 && said <= used * 1.6, "used \(used), said \(said)")
  }
}
