import Foundation

/// A step said in words, as a plan has it: `Click cell A1 and type "Year"`.
enum StepSentence {
  /// The action that a sentence means, as far as it says so.
  ///
  /// The kind is that of the first verb; the element is what the sentence names after it. A recording in words has no places. What the
  /// sentence says besides stays in `raw` under `description`, and the keys pressed before and after typing under `keys_before` and
  /// `keys_after`.
  static func action(_ sentence: String) -> Action {
    var action = parse(sentence)
    action.raw = action.raw.adding(["description": .string(sentence)])
    return action
  }

  private static func parse(_ sentence: String) -> Action {
    // A step is a sentence or two; what is longer is no reason to search for long.
    let text = sentence.prefix(2_000).trimmingCharacters(in: .whitespacesAndNewlines)
    if let match = text.prefixMatch(of: /(?i)right[- ]click(?:ing)?(?:\s+on)?\s+(.+)/) {
      return Action(type: .rightClick, element: element(match.1))
    }
    if let match = text.prefixMatch(of: /(?i)double[- ]click(?:\s+on)?\s+(.+)/) {
      return Action(type: .doubleClick, element: element(match.1))
    }
    // A click that a drag follows is where the drag begins.
    if let match = text.prefixMatch(of: /(?i)(?:click(?:\s+.+,)?\s+(?:and|then) )?drag\s+(?:to\s+select\s+)?(.+)/) {
      return Action(type: .drag, element: element(match.1))
    }
    if let match = text.prefixMatch(of: /(?i)click(?:\s+on|\s+in)?\s+(.+?)(?:,)?\s+and type\s+(.+)/) {
      return Action(type: .clickAndType, text: typed(match.2), element: element(match.1))
    }
    if let match = text.prefixMatch(of: /(?i)(?:click|tap|select|choose)(?:\s+on|\s+in)?\s+(.+)/) {
      return Action(type: .click, element: element(match.1))
    }
    if let match = text.prefixMatch(of: /(?i)press\s+(\S+)\s+and type\s+(.+)/) {
      return Action(type: .type, text: typed(match.2), raw: ["keys_before": .array([.string(Chord(String(match.1)).key)])])
    }
    if let match = text.prefixMatch(of: /(?i)(?:press|hit)\s+(?:the\s+)?([A-Za-z0-9+%]+)/) { return Chord(String(match.1)).action }
    if let match = text.prefixMatch(of: /(?i)(?:type|enter)(?:\s+(?:in\s+)?the\s+(?:formula|text|value)[^:"]*:?)?\s+(.+)/) {
      return Action(type: .type, text: typed(match.1), raw: keysAfter(match.1))
    }
    if let match = text.prefixMatch(of: /(?i)scroll\s+(up|down|left|right)/) {
      return Action(type: .scroll, scrollDirection: ScrollDirection(rawValue: match.1.lowercased()))
    }
    if text.prefixMatch(of: /(?i)(?:hover|move the mouse)\b/) != nil { return Action(type: .hover) }
    if text.prefixMatch(of: /(?i)wait\b/) != nil { return Action(type: .wait) }
    if let match = text.prefixMatch(of: /(?i)(?:open|launch|start)\s+(.+)/) {
      return Action(type: .openApp, appName: element(match.1).name)
    }
    if text.prefixMatch(of: /(?i)(?:verify|check|confirm)\b/) != nil { return Action(type: .screenshot) }
    // "In the Format Cells window, …, click OK."
    if let match = text.firstMatch(of: /(?i)\b(?:click|select|choose)\s+(?:on\s+)?(.+)/) {
      return Action(type: .click, element: element(match.1))
    }
    return Action(type: .click)
  }

  /// What a phrase names: its first words up to where the sentence goes on.
  private static func element(_ phrase: Substring) -> UIElement {
    let ends = [", ", " and ", " to ", " down ", " up ", " (", ". "]
    var name = String(phrase)
    // Words in quotes belong together.
    if let quoted = name.prefixMatch(of: /(?:the\s+)?["'“]([^"'”]+)["'”]/) { return UIElement(name: String(quoted.1)) }
    for end in ends { if let range = (name + " ").range(of: end) { name = String(name[..<min(range.lowerBound, name.endIndex)]) } }
    name = name.trimmingCharacters(in: CharacterSet(charactersIn: " ."))
    if name.lowercased().hasPrefix("the ") { name = String(name.dropFirst(4)) }
    return UIElement(name: name.replacing("\"", with: ""))
  }

  /// What is to be typed: the text in quotes, else all of it up to what is pressed then.
  private static func typed(_ phrase: Substring) -> String {
    if let quoted = phrase.prefixMatch(of: /["“]([^"”]*)["”]/) { return String(quoted.1) }
    let text = phrase.replacing(/(?i)\s+and (?:press|hit)\s+\S+$/, with: "")
    return String(text.hasSuffix(".") ? text.dropLast() : text)
  }

  private static func keysAfter(_ phrase: Substring) -> [String: JSONValue]? {
    guard let match = phrase.firstMatch(of: /(?i)\s+and (?:press|hit)\s+([A-Za-z0-9+]+)\.?$/) else { return nil }
    return ["keys_after": .array([.string(Chord(String(match.1)).key)])]
  }
}
