/// Makes of a recorder's events the actions that people mean.
///
/// Events come in the order of time. `Documentation/demonstrations.md` has the rules.
struct EventMerging {
  private let thresholds: EventThresholds
  /// The actions so far.
  private(set) var actions: [RecordedAction] = []
  /// What was left out, in words.
  private(set) var notes: [String] = []

  /// The button that is down, since when, and whether its action is in the list already.
  private var pressed: [MouseButton: (event: RawEvent, point: Point, modifiers: [String])] = [:]
  /// Modifiers that are held, with the event of their press; nil once they have been used with something.
  private var held: [String: RawEvent?] = [:]
  /// Keys other than modifiers that are held.
  private var keysDown: Set<String> = []
  /// Where the mouse came to rest without a button.
  private var movement: RawEvent?
  /// Whether the last action may grow: a run of typing, clicks or turns of the wheel that nothing has interrupted.
  private var isOpen = false

  /// Merges the events of a recording.
  static func actions(of events: [RawEvent], thresholds: EventThresholds) -> (actions: [RecordedAction], notes: [String]) {
    var merging = EventMerging(thresholds: thresholds)
    for event in events { merging.add(event) }
    merging.finish()
    // A click or drag is in the list since its end; people mean its beginning.
    let order = merging.actions.indices.sorted { (merging.actions[$0].start, $0) < (merging.actions[$1].start, $1) }
    return (order.map { merging.actions[$0] }, merging.notes)
  }

  private init(thresholds: EventThresholds) { self.thresholds = thresholds }

  private mutating func add(_ event: RawEvent) {
    switch event.kind {
    case .move: movement = pressed.isEmpty ? event : nil
    case .down(let point, let button): down(event, point, button)
    case .up(let point, let button): up(event, point, button)
    case .scroll(let point, let dx, let dy): scroll(event, point, dx: dx, dy: dy)
    case .press(let key): press(event, key)
    case .release(let key): release(event, key)
    }
  }

  private mutating func finish() {
    for (button, press) in pressed.sorted(by: { $0.value.event.time < $1.value.event.time }) {
      notes.append("the \(button.name) button goes down and never up; it is taken for a click")
      append(.click(press.point, button, count: 1), press.event, modifiers: press.modifiers)
    }
    flushMovement()
  }

  private mutating func append(_ kind: RecordedAction.Kind, _ event: RawEvent, modifiers: [String] = [], end: Double? = nil) {
    flushMovement()
    actions.append(
      RecordedAction(
        kind: kind, modifiers: modifiers, start: event.time, end: end ?? event.time, frame: event.frame, context: event.context))
    isOpen = true
  }

  private mutating func flushMovement() {
    guard let event = movement, case .move(let point) = event.kind else { return }
    movement = nil
    guard thresholds.keepsMovements else { return }
    actions.append(RecordedAction(kind: .hover(point), start: event.time, end: event.time, frame: event.frame, context: event.context))
    isOpen = false
  }

  /// Changes the last action, which goes on with an event.
  private mutating func extend(_ kind: RecordedAction.Kind, _ event: RawEvent) {
    let last = actions.count - 1
    actions[last].kind = kind
    actions[last].end = event.time
    if actions[last].frame == nil { actions[last].frame = event.frame }
  }

  /// The last action, where nothing has come between.
  private var open: RecordedAction? { isOpen && (movement == nil || !thresholds.keepsMovements) ? actions.last : nil }

  // MARK: Mouse

  private mutating func down(_ event: RawEvent, _ point: Point, _ button: MouseButton) {
    if let lost = pressed[button] {
      notes.append("the \(button.name) button goes down twice without going up; the first is taken for a click")
      append(.click(lost.point, button, count: 1), lost.event, modifiers: lost.modifiers)
    }
    pressed[button] = (event, point, useModifiers())
  }

  private mutating func up(_ event: RawEvent, _ point: Point, _ button: MouseButton) {
    guard let press = pressed.removeValue(forKey: button) else {
      notes.append("the \(button.name) button goes up without having gone down; the event is left out")
      return
    }
    if press.point.distance(to: point) > thresholds.clickDistance {
      append(.drag(from: press.point, to: point, button), press.event, modifiers: press.modifiers, end: event.time)
      isOpen = false
    } else if isOpen, let last = actions.last, case .click(let place, button, let count) = last.kind, button != .right,
      last.modifiers == press.modifiers, press.event.time - lastDown <= thresholds.doubleClickInterval,
      abs(press.point.x - place.x) <= thresholds.doubleClickDistance, abs(press.point.y - place.y) <= thresholds.doubleClickDistance
    {
      // A hand trembles between two clicks.
      movement = nil
      extend(.click(place, button, count: count + 1), event)
    } else {
      append(.click(press.point, button, count: 1), press.event, modifiers: press.modifiers, end: event.time)
    }
    lastDown = press.event.time
  }

  /// When the last click began; of a double click, its second.
  private var lastDown = -Double.infinity

  private mutating func scroll(_ event: RawEvent, _ point: Point, dx: Double, dy: Double) {
    guard dx != 0 || dy != 0 else { return }
    let modifiers = useModifiers()
    if let last = open, case .scroll(let place, let x, let y) = last.kind, last.modifiers == modifiers,
      event.time - last.end <= thresholds.scrollPause, x * dx >= 0, y * dy >= 0, (x == 0) == (dx == 0), (y == 0) == (dy == 0)
    {
      extend(.scroll(place, dx: x + dx, dy: y + dy), event)
    } else {
      append(.scroll(point, dx: dx, dy: dy), event, modifiers: modifiers)
    }
  }

  // MARK: Keyboard

  private mutating func press(_ event: RawEvent, _ key: Key) {
    if let modifier = key.modifier {
      // While it is held, the system sends it again and again.
      if held[modifier] == nil { held[modifier] = .some(event) }
      return
    }
    let isRepeated = !keysDown.insert(key.identity).inserted
    // A step begins with the modifiers that were pressed for it.
    let first = held.values.compactMap { $0 }.min { $0.time < $1.time } ?? event
    if let text = key.text(holding: Set(held.keys)) {
      _ = useModifiers()
      if let last = open, case .type(let before) = last.kind {
        extend(.type(before + text), event)
      } else {
        append(.type(text), first, end: event.time)
      }
      return
    }
    let modifiers = useModifiers()
    if key.name == "backspace", modifiers.isEmpty, let last = open, case .type(let text) = last.kind, !text.isEmpty {
      // What was typed and taken back within one run was never meant.
      extend(.type(String(text.dropLast())), event)
      if text.count == 1 { actions.removeLast() }
      return
    }
    if isRepeated, let last = open, case .key(key.word, modifiers, let count) = last.kind {
      extend(.key(key.word, modifiers: modifiers, count: count + 1), event)
    } else {
      append(.key(key.word, modifiers: modifiers, count: 1), first, end: event.time)
    }
  }

  private mutating func release(_ event: RawEvent, _ key: Key) {
    guard let modifier = key.modifier else {
      keysDown.remove(key.identity)
      return
    }
    // A modifier that was pressed and let go with nothing in between opens a menu under most systems.
    if let unused = held.removeValue(forKey: modifier) ?? nil, modifier == "meta" || modifier == "alt" {
      append(.key(modifier, modifiers: [], count: 1), unused, end: event.time)
    }
  }

  /// The modifiers that are held, which have now been used.
  private mutating func useModifiers() -> [String] {
    for modifier in held.keys { held[modifier] = .some(nil) }
    return Key.inOrder(held.keys)
  }
}
