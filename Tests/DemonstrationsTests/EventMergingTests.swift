import Testing

@testable import Demonstrations

/// Events as a recorder writes them, and the steps that people mean.
@Suite struct EventMergingTests {
  private var events: [RawEvent] = []
  private var time = 0.0

  private mutating func add(_ kind: RawEvent.Kind, after pause: Double = 0.05, frame: Double? = nil) {
    time += pause
    events.append(RawEvent(time: time, kind: kind, frame: frame))
  }

  private mutating func click(_ x: Double, _ y: Double, _ button: MouseButton = .left, after pause: Double = 2, upAt up: Point? = nil) {
    add(.down(Point(x: x, y: y), button), after: pause)
    add(.up(up ?? Point(x: x, y: y), button))
  }

  /// The recorders give a space a name.
  private func key(_ name: String) -> Key {
    if name == "space" { return Key(typing: " ") }
    return name.count == 1 ? Key(typing: name, plain: name.lowercased()) : Key(named: name)
  }

  private mutating func press(_ names: String..., after pause: Double = 0.1) {
    for name in names { add(.press(key(name)), after: pause) }
    for name in names.reversed() { add(.release(key(name))) }
  }

  private func calls(_ thresholds: EventThresholds = EventThresholds()) -> [String] {
    let space = CoordinateSpace(scale: 1, size: nil)
    return EventMerging.actions(of: events, thresholds: thresholds).actions.map { $0.action(in: space).call() }
  }

  @Test mutating func downAndUpAreAClickOfTheirButton() {
    click(10, 20)
    click(30, 40, .right)
    click(50, 60, MouseButton(name: "Button.middle"), upAt: Point(x: 56, y: 68))
    #expect(
      calls() == [
        "CLICK(x_pixels=10, y_pixels=20)", "RIGHT_CLICK(x_pixels=30, y_pixels=40)", "CLICK(x_pixels=50, y_pixels=60, button=\"middle\")",
      ])
  }

  @Test mutating func twoClicksCloseInTimeAndPlaceAreADoubleClick() {
    click(10, 20)
    click(14, 16, after: 0.2)
    // Too late, and too far away.
    click(10, 20, after: 0.6)
    click(17, 20, after: 0.2)
    // Another button in between.
    click(100, 100, after: 2)
    click(100, 100, .right, after: 0.1)
    click(100, 100, after: 0.1)
    #expect(
      calls() == [
        "DOUBLE_CLICK(x_pixels=10, y_pixels=20)", "CLICK(x_pixels=10, y_pixels=20)", "CLICK(x_pixels=17, y_pixels=20)",
        "CLICK(x_pixels=100, y_pixels=100)", "RIGHT_CLICK(x_pixels=100, y_pixels=100)", "CLICK(x_pixels=100, y_pixels=100)",
      ])
  }

  @Test mutating func aKeyBetweenTwoClicksKeepsThemApart() {
    click(10, 20)
    press("esc", after: 0.05)
    click(10, 20, after: 0.05)
    #expect(calls() == ["CLICK(x_pixels=10, y_pixels=20)", "KEY(\"esc\")", "CLICK(x_pixels=10, y_pixels=20)"])
  }

  @Test mutating func threeClicksAreCounted() {
    for pause in [2, 0.1, 0.1] { click(10, 20, after: pause) }
    let action = EventMerging.actions(of: events, thresholds: EventThresholds()).actions.map {
      $0.action(in: CoordinateSpace(scale: 1, size: nil))
    }
    #expect(action.map(\.type) == [.doubleClick])
    #expect(action.first?.raw?["click_count"] == .integer(3))
  }

  @Test mutating func aMovementWithTheButtonHeldIsADrag() {
    add(.down(Point(x: 10, y: 10), .left))
    for step in 1...5 { add(.move(Point(x: 10 + Double(step) * 10, y: 10))) }
    add(.up(Point(x: 60, y: 10), .left))
    #expect(calls() == ["DRAG(start_x_pixels=10, start_y_pixels=10, end_x_pixels=60, end_y_pixels=10)"])
  }

  /// What openadapt-capture itself gives as one action for each character.
  @Test mutating func charactersInARowAreTypedAtOnce() {
    for character in "Hello" { press(String(character)) }
    press("space")
    press("shift", "W")
    for character in "orld" { press(String(character)) }
    #expect(calls() == ["TYPE(\"Hello World\")"])
  }

  @Test mutating func enterAndTabAreKeysAndEndTheRun() {
    for name in ["a", "b", "tab", "c", "enter", "enter"] { press(name) }
    #expect(calls() == ["TYPE(\"ab\")", "KEY(\"tab\")", "TYPE(\"c\")", "KEY(\"enter\")", "KEY(\"enter\")"])
  }

  @Test mutating func keysWithModifiersAreShortcuts() {
    press("ctrl_l", "shift", "S")
    press("cmd", "space")
    press("shift", "tab")
    // Overlapping: the next character is pressed before the shortcut is let go.
    press("alt_r", "f4")
    #expect(
      calls() == [
        "HOTKEY(\"ctrl\", \"shift\", \"s\")", "HOTKEY(\"meta\", \" \")", "HOTKEY(\"shift\", \"tab\")", "HOTKEY(\"alt\", \"f4\")",
      ])
  }

  /// pynput's six fields, any of which may be empty.
  @Test func keysHaveTheirNames() {
    func key(_ name: String?, _ character: String?, _ code: String?, _ canonical: String? = nil, plain: String? = nil) -> Key? {
      Key(name: name, character: character, code: code, canonicalName: canonical, canonicalCharacter: plain, canonicalCode: nil)
    }
    #expect(key("Key.ctrl_l", nil, "162", "ctrl")?.modifier == "ctrl")
    #expect(key("space", " ", nil) == Key(typing: " ") && key("space", nil, nil) == Key(typing: " "))
    #expect(key(nil, nil, "96")?.word == "vk_96")
    #expect(key("f5", nil, nil)?.text(holding: []) == nil)
    #expect(key(nil, "A", nil, plain: "a")?.text(holding: ["shift"]) == "A")
    #expect(key(nil, nil, nil) == nil && key("", "", "") == nil)
  }

  /// Windows and X11 send Ctrl+C as the control character 3.
  @Test mutating func controlCharactersAreShortcutsAndNotText() {
    let copy = Key(typing: "\u{3}")
    add(.press(key("ctrl")))
    add(.press(copy))
    add(.release(copy))
    add(.release(key("ctrl")))
    #expect(calls() == ["HOTKEY(\"ctrl\", \"c\")"])
  }

  @Test mutating func aThirdRowOfCharactersIsTyped() {
    let at = Key(typing: "@", plain: "q")
    for held in [["alt_gr"], ["ctrl_l", "alt_l"], ["alt"]] {
      for name in held { add(.press(key(name))) }
      add(.press(at))
      add(.release(at))
      for name in held { add(.release(key(name))) }
    }
    #expect(calls() == ["TYPE(\"@@@\")"])
  }

  @Test mutating func keysThatOverlapLoseNothing() {
    for name in ["a", "b"] { add(.press(key(name))) }
    for name in ["a", "b"] { add(.release(key(name))) }
    press("c")
    #expect(calls() == ["TYPE(\"abc\")"])
  }

  @Test mutating func whatWasTakenBackWasNeverMeant() {
    for name in ["a", "x", "backspace", "b"] { press(name) }
    press("tab")
    press("backspace")
    for name in ["y", "backspace", "backspace"] { press(name) }
    #expect(calls() == ["TYPE(\"ab\")", "KEY(\"tab\")", "KEY(\"backspace\")", "KEY(\"backspace\")"])
  }

  @Test mutating func aKeyThatIsHeldIsOneStep() {
    for _ in 0..<4 { add(.press(key("down"))) }
    add(.release(key("down")))
    press("down")
    #expect(calls() == ["KEY(\"down\", times=4)", "KEY(\"down\")"])
  }

  @Test mutating func aModifierAloneOpensAMenu() {
    press("cmd")
    press("shift")
    press("ctrl")
    add(.press(key("ctrl")))
    click(5, 6, after: 0.1)
    add(.release(key("ctrl")))
    #expect(calls() == ["KEY(\"meta\")", "CLICK(x_pixels=5, y_pixels=6, modifiers=\"ctrl\")"])
  }

  /// pynput counts up as positive, and so do the recorders.
  @Test mutating func scrollingHasTheRightSign() {
    let place = Point(x: 1, y: 2)
    add(Wheel.scroll(place, dx: 0, dy: -1))
    add(Wheel.scroll(place, dx: 0, dy: -2))
    add(Wheel.scroll(place, dx: 0, dy: 1))
    add(Wheel.scroll(place, dx: 1, dy: 0))
    add(Wheel.scroll(place, dx: 1, dy: 0), after: 5)
    add(Wheel.scroll(place, dx: 0, dy: 0))
    #expect(
      calls() == [
        "SCROLL(direction=\"down\", amount=300, x_pixels=1, y_pixels=2)", "SCROLL(direction=\"up\", amount=100, x_pixels=1, y_pixels=2)",
        "SCROLL(direction=\"right\", amount=100, x_pixels=1, y_pixels=2)",
        "SCROLL(direction=\"right\", amount=100, x_pixels=1, y_pixels=2)",
      ])
  }

  @Test mutating func movementsAreKeptIfAsked() {
    add(.move(Point(x: 1, y: 1)))
    add(.move(Point(x: 2, y: 2)))
    click(3, 3)
    #expect(calls() == ["CLICK(x_pixels=3, y_pixels=3)"])
    var thresholds = EventThresholds()
    thresholds.keepsMovements = true
    #expect(calls(thresholds) == ["HOVER(x_pixels=2, y_pixels=2)", "CLICK(x_pixels=3, y_pixels=3)"])
    add(.move(Point(x: 4, y: 3)))
    click(4, 3, after: 0.1)
    #expect(calls(thresholds).last == "DOUBLE_CLICK(x_pixels=3, y_pixels=3)")
  }

  @Test mutating func halvesAreNamed() {
    add(.up(Point(x: 1, y: 1), .left))
    add(.down(Point(x: 2, y: 2), .left))
    press("a")
    let merged = EventMerging.actions(of: events, thresholds: EventThresholds())
    #expect(merged.notes.count == 2)
    #expect(calls() == ["CLICK(x_pixels=2, y_pixels=2)", "TYPE(\"a\")"])
  }

  /// The screen before the action is that of its first event.
  @Test mutating func theScreenIsTheOneBefore() {
    add(.press(key("a")), frame: 7)
    add(.press(key("b")), frame: 8)
    let action = EventMerging.actions(of: events, thresholds: EventThresholds()).actions.first
    #expect(action?.frame == 7)
    #expect(action.map { $0.end - $0.start > 0.04 } == true)
  }

  @Test func logicalPointsBecomePixels() {
    let space = CoordinateSpace(scale: 2, size: ScreenSize(width: 2_880, height: 1_800))
    #expect(space.place(Point(x: 720, y: 450)) == (Coordinates(x: 1_440, y: 900), NormalizedCoordinates(x: 0.5, y: 0.5)))
    #expect(space.place(Point(x: -10, y: 450)).0 == nil)
  }
}

private func == (one: (Coordinates?, NormalizedCoordinates?), other: (Coordinates?, NormalizedCoordinates?)) -> Bool {
  one.0 == other.0 && one.1 == other.1
}
