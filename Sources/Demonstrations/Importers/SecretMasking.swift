/// Takes what was typed into fields for secrets out of an episode.
///
/// A field is secret if its role, name or id says so: a password, a passcode, a PIN, a card's number. Text counts as typed into the field that
/// the step names, else the one that had the keyboard, else the one that was clicked last.
public enum SecretMasking {
  /// What stands for a secret.
  public static let mask = "[masked]"

  /// The same episode without its secrets: neither where they were typed, nor where their text appears again.
  public static func masked(_ episode: Episode) -> Episode {
    var episode = episode
    var secrets: Set<String> = []
    var clicked: UIElement?
    for index in episode.steps.indices {
      var step = episode.steps[index]
      let action = step.action
      switch action.type {
      case .click, .doubleClick, .rightClick, .clickAndType: clicked = action.element
      // The next field, whichever that is.
      case .key, .hotkey: if ["tab", "enter", "esc"].contains(action.key ?? "") { clicked = nil }
      default: break
      }
      let isNoted = action.raw?["secret"] == .bool(true)
      let field = [action.element, step.observation.focusedElement, clicked].compactMap { $0 }.first
      let isSecret = isNoted || field.map(isSecret) == true
      // A page's fields hold what was typed into them before.
      for element in [action.element, step.observation.focusedElement].compactMap({ $0 }) where Self.isSecret(element) {
        if let value = element.value, !value.isEmpty { secrets.insert(value) }
      }
      if isSecret, let text = action.text, text != mask, action.type == .type || action.type == .clickAndType {
        if !text.isEmpty { secrets.insert(text) }
        step.action.text = mask
        step.action.raw = step.action.raw.adding(["masked": .bool(true)])
      }
      // A single character is a part of it; keys with names are not.
      if isSecret, action.type == .key, let key = action.key, key.count == 1 {
        step.action.key = mask
        step.action.raw = ["masked": .bool(true)]
      }
      episode.steps[index] = step
    }
    return secrets.isEmpty ? episode : removing(secrets, from: episode)
  }

  private static let words = [
    "password", "passwd", "passphrase", "passcode", "passwort", "kennwort", "contraseña", "mot de passe", "senha", "secret", "cvv", "cvc",
    "security code", "one-time code", "card number", "credit card", "api key", "access token", "private key", "ssn", "social security",
  ]

  /// Whether an element is a field for a secret.
  static func isSecret(_ element: UIElement) -> Bool {
    let texts = [element.role, element.name, element.elementID, element.automationID, element.selector, element.xpath].compactMap { $0 }
    return texts.contains { text in
      let text = text.lowercased()
      let spaced = text.map { $0 == "_" || $0 == "-" ? " " : String($0) }.joined()
      if words.contains(where: { text.contains($0) || spaced.contains($0) }) { return true }
      // Short words only alone: "pin" is in "shipping" as well.
      return spaced.split { !$0.isLetter && !$0.isNumber }.contains { ["pin", "pwd", "otp", "tan"].contains($0) }
    }
  }

  /// Replaces the secrets wherever they appear: whole texts always, parts of texts from six characters on.
  private static func removing(_ secrets: Set<String>, from episode: Episode) -> Episode {
    let long = secrets.filter { $0.count >= 6 }.sorted { ($0.count, $0) > ($1.count, $1) }
    func clean(_ text: String) -> String {
      if secrets.contains(text) { return mask }
      return long.reduce(text) { $0.replacing($1, with: mask) }
    }
    func clean(_ value: JSONValue) -> JSONValue {
      switch value {
      case .string(let text): .string(clean(text))
      case .array(let elements): .array(elements.map { clean($0) })
      case .object(let members): .object(members.mapValues { clean($0) })
      default: value
      }
    }
    func clean(_ element: inout UIElement?) {
      guard var cleaned = element else { return }
      cleaned.value = cleaned.value.map { clean($0) }
      cleaned.name = cleaned.name.map { clean($0) }
      element = cleaned
    }
    var episode = episode
    episode.instruction = clean(episode.instruction)
    episode.goal = episode.goal.map(clean)
    episode.metadata = episode.metadata?.mapValues { clean($0) }
    for index in episode.steps.indices {
      var step = episode.steps[index]
      step.reasoning = step.reasoning.map(clean)
      step.action.text = step.action.text.map(clean)
      step.action.url = step.action.url.map(clean)
      step.action.raw = step.action.raw?.mapValues { clean($0) }
      clean(&step.action.element)
      step.observation.url = step.observation.url.map(clean)
      step.observation.windowTitle = step.observation.windowTitle.map(clean)
      step.observation.dom = step.observation.dom.map(clean)
      step.observation.a11yTree = step.observation.a11yTree?.mapValues { clean($0) }
      step.observation.raw = step.observation.raw?.mapValues { clean($0) }
      clean(&step.observation.focusedElement)
      episode.steps[index] = step
    }
    return episode
  }
}
