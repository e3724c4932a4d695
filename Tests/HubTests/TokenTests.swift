import Foundation
import TestSupport
import Testing

@testable import Hub

/// Tokens reach the endpoint and nobody else, and no private address but the endpoint's is asked.
@Suite(.timeLimit(.minutes(5))) struct TokenTests {
  private static let token = "hf_very_secret"

  @Test func theTokenDoesNotFollowARedirectToAnotherServer() async throws {
    let stage = try Stage()
    let store = try Stage()
    let address = store.server.address
    stage.server.setFault { request, answer in
      guard answer.status == 302 else { return answer }
      var answer = answer
      answer.headers["Location"] = address + (answer.headers["Location"] ?? "")
      return answer
    }
    _ = try await stage.pull(.huggingFace, ["HF_TOKEN": Self.token])
    let own = stage.server.takeRequests()
    let others = store.server.takeRequests()
    #expect(own.count >= 7 && own.allSatisfy { $0.headers["authorization"] == "Bearer \(Self.token)" })
    #expect(others.count == 2 && others.allSatisfy { $0.headers["authorization"] == nil })
  }

  @Test func noTokenNoHeader() async throws {
    let stage = try Stage()
    _ = try await stage.pull()
    _ = try await stage.pull(.modelScope, ["HF_TOKEN": Self.token])
    #expect(stage.server.takeRequests().allSatisfy { $0.headers["authorization"] == nil })
  }

  @Test(arguments: [401, 403, 404, 418, 429, 500]) func noMessageHoldsTheToken(_ status: Int) async throws {
    let stage = try Stage()
    stage.server.setFault { _, _ in LocalServer.Answer(status: status) }
    let error = try await stage.failure(.huggingFace, ["HF_TOKEN": Self.token])
    #expect(!error.description.contains(Self.token))
  }

  @Test func aSignedAddressIsNotRepeated() async throws {
    let stage = try Stage()
    stage.server.setFault { $0.path.hasPrefix("/store/") ? LocalServer.Answer(status: 418) : $1 }
    let error = try await stage.failure()
    #expect(error.description.contains("/store/"))
    #expect(!error.description.contains("signature=secret"))
  }

  @Test(arguments: ["http://localhost:1/x", "http://10.0.0.1/x", "http://169.254.169.254/latest", "http://[::1]:1/x"])
  func redirectsIntoOtherPrivateAddressesAreRefused(_ location: String) async throws {
    let stage = try Stage()
    stage.server.setFault { request, answer in
      guard answer.status == 302 else { return answer }
      var answer = answer
      answer.headers["Location"] = location
      return answer
    }
    #expect(try await stage.failure().description.contains("private"))
  }

  @Test func anEndpointThatWasNotNamedMayNotBePrivate() async throws {
    let stage = try Stage()
    var configuration = try stage.configuration()
    configuration.isEndpointNamed = false
    let error = await #expect(throws: HubError.self) { try await Hub(configuration: configuration).pull(stage.reference) }
    #expect(error?.description.contains("loopback") == true)
    #expect(stage.server.takeRequests().isEmpty)
  }
}
