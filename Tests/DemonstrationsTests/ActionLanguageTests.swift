import Testing

@testable import Demonstrations

@Suite struct ActionLanguageTests {
  static let written: [(Action, String)] = [
    (Action(type: .click, normalizedCoordinates: NormalizedCoordinates(x: 0.5, y: 0.30004)), "CLICK(x=0.5, y=0.3)"),
    (Action(type: .click, coordinates: Coordinates(x: 7, y: 9)), "CLICK(x_pixels=7, y_pixels=9)"),
    (
      Action(type: .click, modifiers: ["ctrl"], element: UIElement(role: "button", name: "OK")),
      "CLICK(element=\"OK\", role=\"button\", modifiers=\"ctrl\")"
    ),
    (Action(type: .type, text: "a \"b\"\\\n\t"), "TYPE(\"a \\\"b\\\"\\\\\\n\\t\")"),
    (Action(type: .key, key: "+"), "KEY(\"+\")"),
    (Action(type: .type, text: "a", raw: ["keys_after": .array([.string("tab"), .string("enter")])]), "TYPE(\"a\", after=\"tab enter\")"),
    (Action(type: .key, key: "down", raw: ["repeat": .integer(3)]), "KEY(\"down\", times=3)"),
    (Action(type: .hotkey, key: "s", modifiers: ["ctrl", "shift"]), "HOTKEY(\"ctrl\", \"shift\", \"s\")"),
    (Action(type: .scroll, scrollDirection: .down, scrollAmount: 300), "SCROLL(direction=\"down\", amount=300)"),
    (
      Action(
        type: .drag, normalizedCoordinates: NormalizedCoordinates(x: 0.1, y: 0.2), normalizedStart: NormalizedCoordinates(x: 0.1, y: 0.2),
        normalizedEnd: NormalizedCoordinates(x: 0.3, y: 1)), "DRAG(start_x=0.1, start_y=0.2, end_x=0.3, end_y=1)"
    ),
    (Action(type: .wait, duration: 0.5), "WAIT(0.5)"), (Action(type: .wait), "WAIT()"), (Action(type: .done), "DONE()"),
    (Action(type: .goto, url: "https://a.example"), "GOTO(\"https://a.example\")"),
    (Action(type: .openApp, appName: "Notes"), "OPEN_APP(\"Notes\")"),
    (Action(type: .windowFocus, windowTitle: "Untitled"), "WINDOW_FOCUS(\"Untitled\")"),
    (Action(type: .selectMonitor, monitorID: 1), "SELECT_MONITOR(1)"),
    (
      Action(type: .clickAndType, text: "x", normalizedCoordinates: NormalizedCoordinates(x: 0.25, y: 0.75)),
      "CLICK_AND_TYPE(\"x\", x=0.25, y=0.75)"
    ),
  ]

  @Test(arguments: written.indices)
  func actionsAreCalls(_ index: Int) throws {
    #expect(Self.written[index].0.call() == Self.written[index].1)
    #expect(try Action(call: Self.written[index].1).call() == Self.written[index].1)
    if index > 0 { #expect(try Action(call: Self.written[index].1) == Self.written[index].0) }
  }

  /// What is written is read again as the same action, whatever texts and numbers are in it.
  @Test func everyActionReturns() throws {
    var generator = SeededGenerator(state: 42)
    let alphabet = Array("aZ0 \"\\'\n\t\r,()=é世🙂\u{1}+_")
    func text() -> String {
      String((0..<Int.random(in: 1...12, using: &generator)).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] })
    }
    func place() -> NormalizedCoordinates {
      NormalizedCoordinates(
        x: Double(Int.random(in: 0...10_000, using: &generator)) / 10_000, y: Double(Int.random(in: 0...10_000, using: &generator)) / 10_000
      )
    }
    for round in 0..<2_000 {
      let type = ActionType.allCases[round % ActionType.allCases.count]
      var action = Action(type: type)
      switch type {
      case .type, .clickAndType: action.text = text()
      case .key: action.key = ["enter", "tab", "f5", "a", "+", " "].randomElement(using: &generator)
      case .hotkey:
        action.key = ["s", "tab", "+", "f4"].randomElement(using: &generator)
        action.modifiers = [["ctrl"], ["ctrl", "alt"], ["shift", "meta"]].randomElement(using: &generator)
      case .goto: action.url = text()
      case .openApp, .closeApp: action.appName = text()
      case .windowFocus, .windowResize, .windowMove: action.windowTitle = text()
      case .wait: action.duration = Double(Int.random(in: 0...9_999, using: &generator)) / 1_000
      case .selectMonitor: action.monitorID = Int.random(in: 0...3, using: &generator)
      case .scroll:
        action.scrollDirection = ScrollDirection.allCases.randomElement(using: &generator)
        action.scrollAmount = Int.random(in: 0...5_000, using: &generator)
      case .drag:
        action.normalizedStart = place()
        action.normalizedEnd = place()
        action.normalizedCoordinates = action.normalizedStart
      default: break
      }
      if [.click, .doubleClick, .rightClick, .hover, .clickAndType, .scroll].contains(type) {
        if Bool.random(using: &generator) {
          action.normalizedCoordinates = place()
        } else {
          action.coordinates = Coordinates(x: Int.random(in: 0...9_999, using: &generator), y: 3)
        }
        if Bool.random(using: &generator) { action.element = UIElement(role: text(), name: text()) }
        if round % 5 == 0 { action.raw = ["button": .string("middle")] }
      }
      #expect(try Action(call: action.call()) == action, "\(action.call())")
    }
  }

  /// What OpenAdapt's agents and text demonstrations write.
  @Test func otherWaysOfWritingAreRead() throws {
    #expect(try Action(call: " CLICK(0.42, 0.31) ").normalizedCoordinates == NormalizedCoordinates(x: 0.42, y: 0.31))
    #expect(try Action(call: "DOUBLECLICK(x=0.35,y=0.25)").type == .doubleClick)
    #expect(try Action(call: "TYPE(text='it\\'s')").text == "it's")
    #expect(try Action(call: "HOTKEY(\"enter\")") == Action(type: .key, key: "enter"))
    #expect(try Action(call: "HOTKEY(\"win\", \"i\")") == Action(type: .hotkey, key: "i", modifiers: ["meta"]))
    #expect(try Action(call: "KEY(\"ctrl+a\")") == Action(type: .hotkey, key: "a", modifiers: ["ctrl"]))
    #expect(try Action(call: "done()").type == .done)
  }

  @Test(arguments: [
    "", "CLICK", "CLICK(", "CLICK(x=0.5", "JUMP()", "CLICK(0.5)", "CLICK(x=0.5, y=0.5, z=1)", "CLICK(x=1, x=2)", "TYPE(\"open)", "KEY()",
    "SCROLL(direction=\"in\")", "DONE() and more", "WAIT(\"long\")", "TYPE(5)", "CLICK(0.1, 0.2, 0.3)", "CLICK(x=nan, y=0)",
    "SELECT_MONITOR(1.5)",
  ])
  func whatIsNoActionIsRefused(_ text: String) {
    #expect(throws: ActionSyntaxError.self) { try Action(call: text) }
  }

  @Test func callsOfPyAutoGUIAreActions() throws {
    func calls(_ code: String) throws -> [String] { try PyAutoGUI.actions(code).map { $0.call() } }
    #expect(try calls("pyautogui.click(100, 200)") == ["CLICK(x_pixels=100, y_pixels=200)"])
    #expect(try calls("pyautogui.click(x=10, y=20, button='right')") == ["RIGHT_CLICK(x_pixels=10, y_pixels=20)"])
    #expect(try calls("pyautogui.click(10, 20, clicks=2)") == ["DOUBLE_CLICK(x_pixels=10, y_pixels=20)"])
    #expect(try calls("pyautogui.write('a, b\\'s', interval=0.02)") == ["TYPE(\"a, b's\")"])
    #expect(try calls("pyautogui.hotkey('ctrl', 'c')") == ["HOTKEY(\"ctrl\", \"c\")"])
    #expect(try calls("pyautogui.scroll(-3)") == ["SCROLL(direction=\"down\", amount=300)"])
    #expect(try calls("pyautogui.scroll(3)") == ["SCROLL(direction=\"up\", amount=300)"])
    #expect(
      try calls("import pyautogui; pyautogui.moveTo(5, 6)\npyautogui.dragTo(50, 60)\ntime.sleep(1)\npyautogui.press('enter')")
        == ["DRAG(start_x_pixels=5, start_y_pixels=6, end_x_pixels=50, end_y_pixels=60)", "WAIT(1)", "KEY(\"enter\")"])
    #expect(try calls("DONE") == ["DONE()"])
    #expect(throws: DemonstrationError.self) { try calls("computer.think(1)") }
    // Something broken costs no more than its length.
    let broken = String(repeating: "a(b ", count: 50_000)
    #expect(try calls(broken + "pyautogui.press('esc')") == ["KEY(\"esc\")"])
  }
}

/// Numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
