/// What a recorder noted of mouse or keyboard, in one form for all of them.
struct RawEvent: Sendable {
  /// What happened.
  enum Kind: Sendable {
    case move(Point)
    case down(Point, MouseButton)
    case up(Point, MouseButton)
    /// Pixels that the view moved: to the right and down are positive.
    case scroll(Point, dx: Double, dy: Double)
    case press(Key)
    case release(Key)
  }

  /// Seconds since 1970.
  var time: Double
  var kind: Kind
  /// Which screen goes with it, in the recorder's numbering.
  var frame: Double?
  /// What was known of the screen at that moment.
  var context = EventContext()
}

/// A place in the recorder's own space of coordinates.
struct Point: Sendable, Hashable {
  var x: Double
  var y: Double

  func distance(to other: Point) -> Double { ((other.x - x) * (other.x - x) + (other.y - y) * (other.y - y)).squareRoot() }
}

/// A button of a mouse by its name: `left`, `right`, `middle`, or what else a recorder calls one.
struct MouseButton: Sendable, Hashable {
  let name: String

  static let left = MouseButton(name: "left")
  static let right = MouseButton(name: "right")

  init(name: String) {
    // pynput says Button.left.
    let last = name.split(separator: ".").last.map(String.init) ?? name
    self.name = last.lowercased()
  }
}

/// What a recorder knew beside an event.
struct EventContext: Sendable {
  var appName: String?
  var windowTitle: String?
  var url: String?
  /// The element under the mouse, or the one with the keyboard.
  var element: UIElement?
}

/// How events are taken together.
struct EventThresholds: Sendable {
  /// Down and up within this distance are a click, farther apart a drag, in the recorder's coordinates.
  var clickDistance = 10.0
  /// Two clicks whose beginnings are this close in time, in seconds, are a double click.
  var doubleClickInterval = 0.5
  /// They also have to be this close in place, for each axis.
  var doubleClickDistance = 5.0
  /// Turns of the wheel in one direction that follow each other within this many seconds are one scroll.
  var scrollPause = 2.0
  /// Whether movements without a button become steps.
  var keepsMovements = false
}
