import Testing

@testable import Demonstrations

@Suite struct SecretMaskingTests {
  private func step(_ index: Int, _ action: Action, _ focused: UIElement? = nil, raw: [String: JSONValue]? = nil) -> Step {
    Step(stepIndex: index, observation: Observation(focusedElement: focused, raw: raw), action: action)
  }

  @Test func whatIsTypedIntoAFieldForSecretsIsMasked() {
    let password = UIElement(role: "textfield", name: "Password")
    let episode = Episode(
      episodeID: "a", instruction: "Log in with hunter22",
      steps: [
        step(0, Action(type: .click, element: UIElement(name: "Username"))), step(1, Action(type: .type, text: "phil")),
        step(2, Action(type: .click, element: password)),
        step(3, Action(type: .type, text: "hunter22"), raw: ["keys": .array([.string("x hunter22 y")])]),
        step(4, Action(type: .key, key: "tab")), step(5, Action(type: .type, text: "open")),
        step(6, Action(type: .type, text: "1234"), UIElement(automationID: "card_pin")),
        step(7, Action(type: .key, key: "q"), UIElement(role: "password")),
        step(8, Action(type: .key, key: "enter"), UIElement(role: "password")),
        step(9, Action(type: .clickAndType, text: "abcdef", element: UIElement(selector: "input[type=password]"))),
      ], metadata: ["note": .string("phil has hunter22"), "pin": .string("1234"), "year": .string("12345")])
    let masked = SecretMasking.masked(episode)
    #expect(masked.steps.map(\.action.text) == [nil, "phil", nil, "[masked]", nil, "open", "[masked]", nil, nil, "[masked]"])
    #expect(masked.steps.map(\.action.key) == [nil, nil, nil, nil, "tab", nil, nil, "[masked]", "enter", nil])
    #expect(masked.instruction == "Log in with [masked]")
    #expect(masked.steps[3].observation.raw?["keys"] == .array([.string("x [masked] y")]))
    // Short secrets are replaced where they are a whole text only.
    #expect(masked.metadata == ["note": .string("phil has [masked]"), "pin": .string("[masked]"), "year": .string("12345")])
  }

  @Test func whatIsNoSecretStays() {
    let episode = Episode(
      episodeID: "a", instruction: "Ship it",
      steps: [
        step(0, Action(type: .click, element: UIElement(name: "Shipping address"))), step(1, Action(type: .type, text: "Main Street")),
        step(2, Action(type: .click)), step(3, Action(type: .type, text: "passable")),
      ])
    #expect(SecretMasking.masked(episode) == episode)
  }
}
