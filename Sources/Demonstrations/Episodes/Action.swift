/// What was done.
public struct Action: Sendable, Hashable {
  /// The kind of action.
  public var type: ActionType
  /// Where it was done.
  public var coordinates: Coordinates?
  /// Where a drag began.
  public var startCoordinates: Coordinates?
  /// Where a drag ended.
  public var endCoordinates: Coordinates?
  /// Where a scroll went.
  public var scrollDirection: ScrollDirection?
  /// How far a scroll went, in pixels.
  public var scrollAmount: Int?
  /// What was typed.
  public var text: String?
  /// The key that was pressed: a character, or a name such as `enter`.
  public var key: String?
  /// The modifiers held: `ctrl`, `alt`, `shift`, `meta`.
  public var modifiers: [String]?
  /// What it was done to.
  public var element: UIElement?
  /// The address that was opened.
  public var url: String?
  /// The program that was started or closed.
  public var appName: String?
  /// How long it took, in seconds.
  public var duration: Double?
  /// The monitor that was chosen.
  public var monitorID: Int?
  /// The window that was brought to the front.
  public var windowTitle: String?
  /// ``coordinates`` as fractions of the screen.
  public var normalizedCoordinates: NormalizedCoordinates?
  /// ``startCoordinates`` as fractions of the screen.
  public var normalizedStart: NormalizedCoordinates?
  /// ``endCoordinates`` as fractions of the screen.
  public var normalizedEnd: NormalizedCoordinates?
  /// What the source had besides.
  public var raw: [String: JSONValue]?

  /// An action; ``validate()`` says whether it has what its type needs.
  public init(
    type: ActionType, coordinates: Coordinates? = nil, startCoordinates: Coordinates? = nil, endCoordinates: Coordinates? = nil,
    scrollDirection: ScrollDirection? = nil, scrollAmount: Int? = nil, text: String? = nil, key: String? = nil,
    modifiers: [String]? = nil, element: UIElement? = nil, url: String? = nil, appName: String? = nil, duration: Double? = nil,
    monitorID: Int? = nil, windowTitle: String? = nil, normalizedCoordinates: NormalizedCoordinates? = nil,
    normalizedStart: NormalizedCoordinates? = nil, normalizedEnd: NormalizedCoordinates? = nil, raw: [String: JSONValue]? = nil
  ) {
    self.type = type
    self.coordinates = coordinates
    self.startCoordinates = startCoordinates
    self.endCoordinates = endCoordinates
    self.scrollDirection = scrollDirection
    self.scrollAmount = scrollAmount
    self.text = text
    self.key = key
    self.modifiers = modifiers
    self.element = element
    self.url = url
    self.appName = appName
    self.duration = duration
    self.monitorID = monitorID
    self.windowTitle = windowTitle
    self.normalizedCoordinates = normalizedCoordinates
    self.normalizedStart = normalizedStart
    self.normalizedEnd = normalizedEnd
    self.raw = raw
  }
}
