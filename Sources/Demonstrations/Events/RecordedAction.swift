/// An action as people mean it, made of one event or several, still in the recorder's coordinates.
struct RecordedAction: Sendable {
  enum Kind: Sendable, Equatable {
    case click(Point, MouseButton, count: Int)
    case drag(from: Point, to: Point, MouseButton)
    case scroll(Point, dx: Double, dy: Double)
    case hover(Point)
    case type(String)
    /// A key, how often it came by itself while it was held, and the modifiers.
    case key(String, modifiers: [String], count: Int)
  }

  var kind: Kind
  /// Modifiers held during a click, a drag or a scroll.
  var modifiers: [String] = []
  /// When it began and ended, in seconds since 1970.
  var start: Double
  var end: Double
  /// The screen that goes with the first of its events that has one: what was to be seen before the action.
  var frame: Double?
  /// What was known at the first of its events.
  var context: EventContext
}

extension RecordedAction {
  /// The same as an action of the schema.
  ///
  /// - Parameter space: From the recorder's coordinates to pixels of the screenshot.
  /// - Returns: The action.
  func action(in space: CoordinateSpace) -> Action {
    var action: Action
    switch kind {
    case .click(let point, let button, let count):
      action = Action(type: button == .right ? .rightClick : count > 1 ? .doubleClick : .click)
      (action.coordinates, action.normalizedCoordinates) = space.place(point)
      action.raw = ["button": .string(button.name)]
      if count > 2 || (count > 1 && button == .right) { action.raw?["click_count"] = .integer(count) }
      action.element = context.element
    case .drag(let from, let to, let button):
      action = Action(type: .drag)
      (action.startCoordinates, action.normalizedStart) = space.place(from)
      (action.endCoordinates, action.normalizedEnd) = space.place(to)
      (action.coordinates, action.normalizedCoordinates) = (action.startCoordinates, action.normalizedStart)
      action.raw = ["button": .string(button.name)]
      action.element = context.element
    case .scroll(let point, let dx, let dy):
      action = Action(type: .scroll)
      (action.coordinates, action.normalizedCoordinates) = space.place(point)
      let isVertical = abs(dy) >= abs(dx)
      action.scrollDirection = isVertical ? (dy < 0 ? .up : .down) : (dx < 0 ? .left : .right)
      action.scrollAmount = Int(exactly: (isVertical ? abs(dy) : abs(dx)).rounded())
      if dx != 0 && dy != 0 { action.raw = ["dx": .number(dx), "dy": .number(dy)] }
    case .hover(let point):
      action = Action(type: .hover)
      (action.coordinates, action.normalizedCoordinates) = space.place(point)
    case .type(let text):
      action = Action(type: .type, text: text, element: context.element)
    case .key(let key, let held, let count):
      action = Action(type: held.isEmpty ? .key : .hotkey, key: key, modifiers: held.isEmpty ? nil : held, element: context.element)
      if count > 1 { action.raw = ["repeat": .integer(count)] }
    }
    if !modifiers.isEmpty { action.modifiers = modifiers }
    return action
  }
}
