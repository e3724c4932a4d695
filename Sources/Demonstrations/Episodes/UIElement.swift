/// A part of a user interface: a button, a field, an entry of a menu.
public struct UIElement: Sendable, Hashable {
  /// What it is: `button`, `textfield`.
  public var role: String?
  /// What it is called.
  public var name: String?
  /// What it holds.
  public var value: String?
  /// Where it is.
  public var bounds: BoundingBox?
  /// Its id.
  public var elementID: String?
  /// Its XPath.
  public var xpath: String?
  /// Its CSS selector.
  public var selector: String?
  /// Its id for automation, under Windows.
  public var automationID: String?

  /// An element of which only some is known.
  public init(
    role: String? = nil, name: String? = nil, value: String? = nil, bounds: BoundingBox? = nil, elementID: String? = nil,
    xpath: String? = nil, selector: String? = nil, automationID: String? = nil
  ) {
    self.role = role
    self.name = name
    self.value = value
    self.bounds = bounds
    self.elementID = elementID
    self.xpath = xpath
    self.selector = selector
    self.automationID = automationID
  }
}
