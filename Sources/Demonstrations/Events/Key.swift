/// A key as a recorder names it.
struct Key: Sendable, Hashable {
  /// Its name where it types nothing: `enter`, `f5`, `ctrl`.
  let name: String?
  /// What it typed, with the modifiers that were held.
  let character: String?
  /// What it types without modifiers.
  let plainCharacter: String?
  /// Its number, where there is nothing else.
  let code: String?

  /// A key by pynput's six fields; nil where all of them are empty.
  init?(name: String?, character: String?, code: String?, canonicalName: String?, canonicalCharacter: String?, canonicalCode: String?) {
    func filled(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
    // pynput gives a space a name.
    let named = (filled(canonicalName) ?? filled(name)).map { Self.plainName($0) }
    let isSpace = named == "space"
    self.name = isSpace ? nil : named
    self.character = isSpace ? " " : filled(character) ?? (named == nil ? filled(canonicalCharacter) : nil)
    plainCharacter = isSpace ? " " : filled(canonicalCharacter) ?? filled(character)
    self.code = filled(canonicalCode) ?? filled(code)
    if self.name == nil && self.character == nil && self.plainCharacter == nil && self.code == nil { return nil }
  }

  /// A key that types nothing.
  init(named name: String) { (self.name, character, plainCharacter, code) = (name, nil, nil, nil) }

  /// A key that types a character, and another without modifiers.
  init(typing character: String, plain: String? = nil) {
    (name, self.character, plainCharacter, code) = (nil, character, plain ?? character, nil)
  }

  /// `ctrl` of `Key.ctrl_l`.
  private static func plainName(_ name: String) -> String {
    let last = name.lowercased()
    return last.hasPrefix("key.") ? String(last.dropFirst(4)) : last
  }

  private static let modifiers: [String: String] = [
    "ctrl": "ctrl", "ctrl_l": "ctrl", "ctrl_r": "ctrl", "control": "ctrl", "alt": "alt", "alt_l": "alt", "alt_r": "alt", "option": "alt",
    "alt_gr": "alt_gr", "shift": "shift", "shift_l": "shift", "shift_r": "shift", "cmd": "meta", "cmd_l": "meta", "cmd_r": "meta",
    "command": "meta", "meta": "meta", "win": "meta", "windows": "meta", "super": "meta",
  ]

  /// The schema's name of a modifier: `ctrl`, `alt`, `shift` or `meta`, and `alt_gr` for the key that types a third row of characters.
  static func modifier(_ name: String) -> String? { modifiers[name.lowercased()] }

  /// Modifiers in the order in which they are written.
  static func inOrder(_ modifiers: some Sequence<String>) -> [String] {
    let names = Set(modifiers.map { $0 == "alt_gr" ? "alt" : $0 })
    return ["ctrl", "alt", "shift", "meta"].filter(names.contains)
  }

  /// Which modifier it is, if it is one.
  var modifier: String? { name.flatMap { Self.modifier($0) } }

  /// What tells it from other keys, whatever modifiers are held.
  var identity: String { name ?? plainCharacter?.lowercased() ?? character?.lowercased() ?? code ?? "" }

  /// The text that the key types while some modifiers are held; nil where it is a key or a shortcut.
  func text(holding modifiers: Set<String>) -> String? {
    guard name == nil, let character, let first = character.unicodeScalars.first, first.value >= 0x20, first.value != 0x7F else {
      return nil
    }
    if modifiers.contains("meta") { return nil }
    if modifiers.contains("alt_gr") { return character }
    // Windows sends AltGr as ctrl and alt, macOS types with the option key: where another character came of it, it was typed.
    let isThirdRow = modifiers.contains("alt") && plainCharacter.map { $0.lowercased() != character.lowercased() } == true
    if modifiers.contains("ctrl") || modifiers.contains("alt") { return isThirdRow ? character : nil }
    return character
  }

  /// The name to write into a step: a name, a plain character, or `vk_` and the number.
  var word: String {
    if let name { return name }
    for text in [plainCharacter, character].compactMap({ $0 }) {
      guard let scalar = text.unicodeScalars.first else { continue }
      if scalar.value >= 0x20 && scalar.value != 0x7F { return text.lowercased() }
      // Ctrl+C comes as the control character 3.
      if (1...26).contains(scalar.value) { return String(UnicodeScalar(UInt8(scalar.value) + 0x60)) }
    }
    return code.map { "vk_\($0)" } ?? "unknown"
  }
}
