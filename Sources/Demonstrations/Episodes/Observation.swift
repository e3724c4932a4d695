/// What was to be seen before an action.
public struct Observation: Sendable, Hashable {
  /// The screenshot's file, relative to the demonstration's folder.
  public var screenshotPath: String?
  /// The screenshot itself in base64.
  public var screenshotBase64: String?
  /// The accessibility tree: an object.
  public var a11yTree: [String: JSONValue]?
  /// The page's document.
  public var dom: String?
  /// The title of the window in front.
  public var windowTitle: String?
  /// The name of the program in front.
  public var appName: String?
  /// The page's address.
  public var url: String?
  /// The size of the screen in pixels of the screenshot.
  public var screenSize: ScreenSize?
  /// The element that has the keyboard.
  public var focusedElement: UIElement?
  /// When it was seen, in seconds.
  public var timestamp: Double?
  /// What the source had besides.
  public var raw: [String: JSONValue]?

  /// An observation of which only some is known.
  public init(
    screenshotPath: String? = nil, screenshotBase64: String? = nil, a11yTree: [String: JSONValue]? = nil, dom: String? = nil,
    windowTitle: String? = nil, appName: String? = nil, url: String? = nil, screenSize: ScreenSize? = nil,
    focusedElement: UIElement? = nil, timestamp: Double? = nil, raw: [String: JSONValue]? = nil
  ) {
    self.screenshotPath = screenshotPath
    self.screenshotBase64 = screenshotBase64
    self.a11yTree = a11yTree
    self.dom = dom
    self.windowTitle = windowTitle
    self.appName = appName
    self.url = url
    self.screenSize = screenSize
    self.focusedElement = focusedElement
    self.timestamp = timestamp
    self.raw = raw
  }
}
