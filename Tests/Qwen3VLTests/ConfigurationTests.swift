import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import Qwen3VL

/// `config.json` is read as it stands.
@Suite struct ConfigurationTests {
  @Test func published2B() throws {
    let configuration = try ConfigurationJSON("full-2b").configuration
    #expect(configuration.decoder.hiddenSize == 2_048)
    #expect(configuration.decoder.layerCount == 28)
    #expect(configuration.decoder.headCount == 16 && configuration.decoder.keyValueHeadCount == 8)
    #expect(configuration.decoder.headDimension == 128)
    #expect(configuration.decoder.intermediateSize == 6_144)
    #expect(configuration.decoder.vocabularySize == 151_936)
    #expect(configuration.decoder.maxPositions == 262_144)
    #expect(configuration.decoder.rmsNormEpsilon == 1e-6)
    #expect(configuration.decoder.ropeTheta == 5_000_000)
    #expect(configuration.decoder.mropeSection == [24, 20, 20])
    #expect(configuration.vision.hiddenSize == 1_024 && configuration.vision.headCount == 16)
    #expect(configuration.vision.blockCount == 24)
    #expect(configuration.vision.intermediateSize == 4_096)
    #expect(configuration.vision.outputSize == 2_048)
    #expect(configuration.vision.patchSize == 16 && configuration.vision.temporalPatchSize == 2)
    #expect(configuration.vision.mergeSize == 2 && configuration.vision.channels == 3)
    #expect(configuration.vision.patchFeatures == 1_536)
    #expect(configuration.vision.positionCount == 2_304 && configuration.vision.positionSide == 48)
    #expect(configuration.vision.deepstackBlocks == [5, 11, 17])
    #expect(configuration.imageToken == 151_655 && configuration.videoToken == 151_656)
    #expect(configuration.visionStartToken == 151_652 && configuration.visionEndToken == 151_653)
    #expect(configuration.tiesWordEmbeddings)
  }

  @Test func published8B() throws {
    let configuration = try ConfigurationJSON("full-8b").configuration
    #expect(configuration.decoder.hiddenSize == 4_096 && configuration.decoder.layerCount == 36)
    #expect(configuration.decoder.headCount == 32 && configuration.decoder.intermediateSize == 12_288)
    #expect(configuration.vision.hiddenSize == 1_152 && configuration.vision.headDimension == 72)
    #expect(configuration.vision.blockCount == 27 && configuration.vision.intermediateSize == 4_304)
    #expect(configuration.vision.deepstackBlocks == [8, 16, 24])
    #expect(!configuration.tiesWordEmbeddings)
  }

  /// A checkpoint's file and the text that this editor writes are the same to the reader.
  @Test func editorWritesWhatItRead() throws {
    let json = try ConfigurationJSON("full-2b")
    let path = "\(Fixtures.temporary)/edited-config.json"
    try json.text.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try Configuration(ConfigurationObject(contentsOf: path)) == json.configuration)
  }

  /// transformers 5 writes everything rotary into one object.
  @Test func newPlaceOfRotaryParameters() throws {
    let published = try ConfigurationJSON("full-2b")
    guard case .object(var rotary)? = published["text_config.rope_scaling"] else { throw FixtureError("no rope_scaling") }
    rotary["rope_theta"] = .integer(5_000_000)
    let new = published.setting("text_config.rope_scaling", nil).setting("text_config.rope_theta", nil)
      .setting("text_config.rope_parameters", .object(rotary))
    #expect(try new.configuration == published.configuration)
    // The base may stand beside it as well, and both places may be there, as long as they agree.
    #expect(try new.setting("text_config.rope_theta", .number(5e6)).configuration == published.configuration)
    #expect(try published.setting("text_config.rope_parameters", .object(rotary)).configuration == published.configuration)
    #expect(try published.setting("text_config.rope_parameters", .null).configuration == published.configuration)
  }

  @Test func tiedWordsMayBeSaidInEitherPlace() throws {
    let published = try ConfigurationJSON("full-2b")
    #expect(try published.setting("tie_word_embeddings", nil).configuration.tiesWordEmbeddings)
    #expect(try published.setting("text_config.tie_word_embeddings", nil).configuration.tiesWordEmbeddings)
  }

  @Test func smallestAndOddestThatAreAllowed() throws {
    let configuration = try ConfigurationJSON("full-2b")
      .setting("text_config.head_dim", .integer(2)).setting(
        "text_config.rope_scaling.mrope_section", .array([1, 0, 0].map(JSONValue.integer))
      )
      .setting("vision_config.deepstack_visual_indexes", .array([])).setting("vision_config.num_position_embeddings", .integer(1))
      .configuration
    #expect(configuration.decoder.headDimension == 2)
    #expect(configuration.vision.deepstackBlocks.isEmpty && configuration.vision.positionSide == 1)
  }
}
