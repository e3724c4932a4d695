import Foundation

/// A key with modifiers, in whatever words.
struct Chord {
  let key: String
  let modifiers: [String]

  /// Reads `Ctrl+Shift+S`, `Enter`, or a key whose modifiers are given beside it.
  init(_ text: String, modifiers: [String] = []) {
    var held = modifiers.map { Key.modifier($0) ?? $0.lowercased() }
    var last = text
    if text.count > 1, text.contains("+") {
      var pieces = text.split(separator: "+", omittingEmptySubsequences: true).map { $0.trimmingCharacters(in: .whitespaces) }
      // A plus at the end is the key itself.
      last = text.hasSuffix("+") ? "+" : pieces.popLast() ?? text
      if pieces.allSatisfy({ Key.modifier($0) != nil }) {
        held += pieces.compactMap { Key.modifier($0) }
      } else {
        last = text
      }
    }
    let word = last.trimmingCharacters(in: .whitespaces)
    let lower = word.isEmpty ? last : word.lowercased()
    key = Self.names[lower] ?? lower
    self.modifiers = Key.inOrder(held)
  }

  /// Other words for pynput's names.
  private static let names = [
    "return": "enter", "escape": "esc", "del": "delete", "arrowup": "up", "arrowdown": "down", "arrowleft": "left", "arrowright": "right",
    "pgup": "page_up", "pgdn": "page_down", "pageup": "page_up", "pagedown": "page_down",
  ]

  /// The action of pressing it.
  var action: Action { Action(type: modifiers.isEmpty ? .key : .hotkey, key: key, modifiers: modifiers.isEmpty ? nil : modifiers) }
}
