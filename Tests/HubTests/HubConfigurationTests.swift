import Foundation
import TestSupport
import Testing

@testable import Hub

/// Environment variables, as Hugging Face's own tools read them.
@Suite struct HubConfigurationTests {
  private func configuration(_ variables: [String: String], _ source: HubSource = .huggingFace) throws -> HubConfiguration {
    try HubConfiguration(source: source, environment: ["HOME": "/home/me"].merging(variables) { $1 })
  }

  @Test(
    arguments: [
      ([:], "/home/me/.cache/huggingface/hub"), (["XDG_CACHE_HOME": "/x"], "/x/huggingface/hub"), (["HF_HOME": "/h"], "/h/hub"),
      (["HF_HOME": "~/h", "XDG_CACHE_HOME": "/x"], "/home/me/h/hub"), (["HF_HUB_CACHE": "/c", "HF_HOME": "/h"], "/c"),
      (["HUGGINGFACE_HUB_CACHE": "/old"], "/old"), (["HF_HOME": ""], "/home/me/.cache/huggingface/hub"),
    ] as [([String: String], String)])
  func cacheFolders(_ variables: [String: String], _ folder: String) throws {
    #expect(try configuration(variables).cacheDirectory == folder)
  }

  @Test func modelScopeHasAFolderOfOurs() throws {
    #expect(try configuration(["HF_HOME": "/h"], .modelScope).cacheDirectory == "/home/me/.cache/sightline/modelscope")
    #expect(try configuration(["MODELSCOPE_DOMAIN": "www.modelscope.ai"], .modelScope).endpoint == "https://www.modelscope.ai")
  }

  @Test func endpoints() throws {
    #expect(try configuration([:]).endpoint == "https://huggingface.co")
    #expect(try !configuration([:]).isEndpointNamed)
    #expect(try !configuration(["HF_ENDPOINT": "https://huggingface.co/"]).isEndpointNamed)
    let mirror = try configuration(["HF_ENDPOINT": "http://[::1]:80/hub//"])
    #expect(mirror.endpoint == "http://[::1]:80/hub")
    #expect(mirror.isEndpointNamed)
    #expect(mirror.endpointHost == "::1")
  }

  @Test(arguments: ["mirror", "ftp://mirror", "https://", "https://me:secret@mirror", "https://mirror?x=secret", "https://mirror#x"])
  func endpointsThatAreNone(_ endpoint: String) {
    let error = #expect(throws: HubError.self) { try configuration(["HF_ENDPOINT": endpoint]) }
    #expect(error?.code == .invalidConfiguration)
    #expect(error?.description.contains("secret") == false)
  }

  @Test func tokens() throws {
    let home = "\(Fixtures.temporary)/token-home"
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    #expect(try configuration(["HF_HOME": home]).token == nil)
    try " hf_file\n".write(toFile: home + "/token", atomically: true, encoding: .utf8)
    #expect(try configuration(["HF_HOME": home]).token == "hf_file")
    #expect(try configuration(["HF_HOME": home, "HF_TOKEN": "hf_variable\n"]).token == "hf_variable")
    #expect(try configuration(["HF_TOKEN_PATH": home + "/token"]).token == "hf_file")
    #expect(try configuration(["HF_HOME": home, "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"]).token == nil)
    let error = #expect(throws: HubError.self) { try configuration(["HF_TOKEN": "hf_a\r\nX-Evil: hf_b"]) }
    #expect(error?.description.contains("hf_") == false)
  }

  @Test func offline() throws {
    #expect(try !configuration([:]).isOffline)
    #expect(try !configuration(["HF_HUB_OFFLINE": "0"]).isOffline)
    #expect(try configuration(["HF_HUB_OFFLINE": "true"]).isOffline)
    #expect(try configuration(["TRANSFORMERS_OFFLINE": "1"]).isOffline)
  }
}
