/// The action language: one call for each action, written and read by the same library.
///
/// `CLICK(x=0.42, y=0.31)`, `TYPE("text")`, `HOTKEY("ctrl", "s")`, `SCROLL(direction="down")`, `DONE()`. Places are fractions of the screen; in
/// pixels only where the screen's size is unknown. `Documentation/demonstrations.md` has all of them.
extension Action {
  /// The action as a call.
  ///
  /// - Parameter screenSize: The screen, to make fractions of a place that is known in pixels only.
  /// - Returns: The call.
  public func call(on screenSize: ScreenSize? = nil) -> String {
    var arguments: [String] = []
    switch type {
    case .type, .clickAndType:
      arguments += [quoted(text ?? "")]
    case .key:
      arguments += [quoted(key ?? "")]
    case .hotkey:
      arguments += (modifiers ?? []).map(quoted) + [quoted(key ?? "")]
    case .goto: arguments += [quoted(url ?? "")]
    case .openApp, .closeApp: if let appName { arguments += [quoted(appName)] }
    case .windowFocus, .windowResize, .windowMove: if let windowTitle { arguments += [quoted(windowTitle)] }
    case .wait: if let duration { arguments += [number(duration)] }
    case .selectMonitor: if let monitorID { arguments += [String(monitorID)] }
    case .scroll:
      if let scrollDirection { arguments += ["direction=\(quoted(scrollDirection.rawValue))"] }
      if let scrollAmount { arguments += ["amount=\(scrollAmount)"] }
    default: break
    }
    if type == .drag {
      arguments += place("start_x", "start_y", normalizedStart ?? normalizedCoordinates, startCoordinates ?? coordinates, screenSize)
      arguments += place("end_x", "end_y", normalizedEnd, endCoordinates, screenSize)
    } else {
      arguments += place("x", "y", normalizedCoordinates, coordinates, screenSize)
    }
    if let name = element?.name, !name.isEmpty { arguments += ["element=\(quoted(name))"] }
    if let role = element?.role, !role.isEmpty { arguments += ["role=\(quoted(role))"] }
    if type != .hotkey, let modifiers, !modifiers.isEmpty { arguments += ["modifiers=\(quoted(modifiers.joined(separator: "+")))"] }
    for (name, field) in Self.keysAround {
      let keys = (raw?[field]?.array ?? []).compactMap(\.string)
      if !keys.isEmpty { arguments += ["\(name)=\(quoted(keys.joined(separator: " ")))"] }
    }
    let usual = type == .rightClick ? "right" : "left"
    if let button = raw?["button"]?.string, button != usual { arguments += ["button=\(quoted(button))"] }
    if case .integer(let times) = raw?["repeat"] ?? .null { arguments += ["times=\(times)"] }
    return "\(type.rawValue.uppercased())(\(arguments.joined(separator: ", ")))"
  }

  /// Keys that a recording in words has before and after typing, in the language and in ``raw``.
  private static let keysAround = [("before", "keys_before"), ("after", "keys_after")]

  private func place(
    _ x: String, _ y: String, _ normalized: NormalizedCoordinates?, _ pixels: Coordinates?, _ size: ScreenSize?
  ) -> [String] {
    if let normalized { return ["\(x)=\(fraction(normalized.x))", "\(y)=\(fraction(normalized.y))"] }
    guard let pixels else { return [] }
    if let size, size.width > 0, size.height > 0 {
      return ["\(x)=\(fraction(Double(pixels.x) / Double(size.width)))", "\(y)=\(fraction(Double(pixels.y) / Double(size.height)))"]
    }
    return ["\(x)_pixels=\(pixels.x)", "\(y)_pixels=\(pixels.y)"]
  }

  /// A fraction to four places: a tenth of a pixel of a screen 1,000 pixels wide.
  private func fraction(_ value: Double) -> String { number((value * 10_000).rounded() / 10_000) }

  private func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension Action {
  /// Reads a call of the action language, also as the text demonstrations of OpenAdapt and its agents write it.
  ///
  /// - Throws: ``ActionSyntaxError`` for a text that is no call, an action that does not exist, and arguments that it does not have.
  public init(call text: String) throws(ActionSyntaxError) {
    let call = try ActionCall(text)
    var arguments = CallArguments(call, text)
    let older = ["DOUBLECLICK": ActionType.doubleClick, "RIGHTCLICK": .rightClick, "PRESS": .key]
    guard let type = ActionType(rawValue: call.name.lowercased()) ?? older[call.name.uppercased()] else {
      throw ActionSyntaxError(
        text: text, position: 0,
        reason: "expected one of \(ActionType.allCases.map { $0.rawValue.uppercased() }.joined(separator: ", ")), found \(call.name)")
    }
    self.init(type: type)
    switch type {
    case .type, .clickAndType: self.text = try arguments.string("text") ?? ""
    case .key:
      guard let key = try arguments.string("key") else { throw arguments.error("a key is missing") }
      let chord = Chord(key)
      self.key = chord.key
      if !chord.modifiers.isEmpty { (self.type, modifiers) = (.hotkey, chord.modifiers) }
    case .hotkey:
      var keys: [String] = []
      while let key = try arguments.string(nil) { keys.append(key) }
      if let key = try arguments.string("key") { keys.append(key) }
      guard let last = keys.popLast() else { throw arguments.error("a key is missing") }
      let chord = keys.isEmpty ? Chord(last) : Chord(last, modifiers: keys)
      self = chord.action
    case .goto:
      guard let url = try arguments.string("url") else { throw arguments.error("an address is missing") }
      self.url = url
    case .openApp, .closeApp: appName = try arguments.string("app_name")
    case .windowFocus, .windowResize, .windowMove: windowTitle = try arguments.string("window_title")
    case .wait: duration = try arguments.number("seconds")
    case .selectMonitor: monitorID = try arguments.whole("monitor_id")
    case .scroll:
      if let direction = try arguments.string("direction") {
        guard let known = ScrollDirection(rawValue: direction.lowercased()) else {
          throw arguments.error("expected up, down, left or right, found \(direction)")
        }
        scrollDirection = known
      }
      scrollAmount = try arguments.whole(named: "amount")
    default: break
    }
    if type == .drag {
      (normalizedStart, startCoordinates) = try arguments.place("start_x", "start_y")
      (normalizedEnd, endCoordinates) = try arguments.place("end_x", "end_y")
      (normalizedCoordinates, coordinates) = (normalizedStart, startCoordinates)
    } else {
      (normalizedCoordinates, coordinates) = try arguments.place("x", "y")
    }
    let name = try arguments.string(named: "element")
    let role = try arguments.string(named: "role")
    if name != nil || role != nil { element = UIElement(role: role, name: name) }
    if let held = try arguments.string(named: "modifiers") { modifiers = held.split(separator: "+").map(String.init) }
    for (name, field) in Self.keysAround {
      guard let keys = try arguments.string(named: name) else { continue }
      raw = raw.adding([field: .array(keys.split(separator: " ").map { .string(String($0)) })])
    }
    if let button = try arguments.string(named: "button") { raw = raw.adding(["button": .string(button)]) }
    if let times = try arguments.whole(named: "times") { raw = raw.adding(["repeat": .integer(times)]) }
    try arguments.end()
  }
}

/// Takes arguments of a call, and notices what nobody took.
private struct CallArguments {
  private let text: String
  private var positional: [ActionCall.Value]
  private var named: [String: ActionCall.Value]

  init(_ call: ActionCall, _ text: String) {
    self.text = text
    positional = call.positional
    named = call.named
  }

  func error(_ reason: String) -> ActionSyntaxError { ActionSyntaxError(text: text, position: 0, reason: reason) }

  /// An argument by its name, else the next one without a name.
  private mutating func value(_ name: String?) -> ActionCall.Value? {
    if let name, let value = named.removeValue(forKey: name) { return value }
    return positional.isEmpty ? nil : positional.removeFirst()
  }

  mutating func string(_ name: String?) throws(ActionSyntaxError) -> String? { try string(value(name), name ?? "the key") }

  mutating func string(named name: String) throws(ActionSyntaxError) -> String? { try string(named.removeValue(forKey: name), name) }

  private func string(_ value: ActionCall.Value?, _ name: String) throws(ActionSyntaxError) -> String? {
    switch value {
    case nil: return nil
    case .string(let text), .word(let text): return text
    case .number: throw error("expected \(name) as a text in quotes, found a number")
    }
  }

  mutating func number(_ name: String) throws(ActionSyntaxError) -> Double? { try number(value(name), name) }

  private func number(_ value: ActionCall.Value?, _ name: String) throws(ActionSyntaxError) -> Double? {
    guard let value else { return nil }
    guard case .number(let number) = value else { throw error("expected \(name) as a number") }
    return number
  }

  mutating func whole(_ name: String) throws(ActionSyntaxError) -> Int? { try whole(value(name), name) }

  mutating func whole(named name: String) throws(ActionSyntaxError) -> Int? { try whole(named.removeValue(forKey: name), name) }

  private func whole(_ value: ActionCall.Value?, _ name: String) throws(ActionSyntaxError) -> Int? {
    guard let number = try number(value, name) else { return nil }
    guard let whole = Int(exactly: number) else { throw error("expected \(name) as a whole number, found \(number)") }
    return whole
  }

  /// A place as fractions, or in pixels under names of their own.
  mutating func place(_ x: String, _ y: String) throws(ActionSyntaxError) -> (NormalizedCoordinates?, Coordinates?) {
    let left = try whole(named: "\(x)_pixels")
    let top = try whole(named: "\(y)_pixels")
    if left != nil || top != nil {
      guard let left, let top, left >= 0, top >= 0 else { throw error("expected \(x)_pixels and \(y)_pixels, both at least 0") }
      return (nil, Coordinates(x: left, y: top))
    }
    guard let first = try number(x) else { return (nil, nil) }
    guard let second = try number(y) else { throw error("expected \(x) and \(y), found only one number") }
    return (NormalizedCoordinates(x: first, y: second), nil)
  }

  func end() throws(ActionSyntaxError) {
    if let name = named.keys.sorted().first { throw error("the argument \(name) does not belong to this action") }
    guard positional.isEmpty else { throw error("there are more arguments than this action has") }
  }
}
