extension Episode: Codable {
  /// Reads an episode as ``init(_:)-(JSONValue)`` does.
  public init(from decoder: any Decoder) throws { try self.init(JSONValue(from: decoder)) }

  /// Writes every field of the schema, absent ones as null; ``json(indent:)`` keeps their order as well.
  public func encode(to encoder: any Encoder) throws {
    try validate()
    try ordered.value.encode(to: encoder)
  }
}

extension Step: Codable {
  /// Reads a step; one without a number has number 0.
  public init(from decoder: any Decoder) throws { try self.init(JSONValue(from: decoder), position: 0) }

  /// Writes every field of the schema, absent ones as null.
  public func encode(to encoder: any Encoder) throws { try ordered.value.encode(to: encoder) }
}

extension Observation: Codable {
  /// Reads an observation.
  public init(from decoder: any Decoder) throws {
    try self.init(FieldReader.Found(value: JSONValue(from: decoder), path: "observation"))
  }

  /// Writes every field of the schema, absent ones as null.
  public func encode(to encoder: any Encoder) throws { try ordered.value.encode(to: encoder) }
}

extension Action: Codable {
  /// Reads an action.
  public init(from decoder: any Decoder) throws {
    try self.init(FieldReader.Found(value: JSONValue(from: decoder), path: "action"))
  }

  /// Writes every field of the schema, absent ones as null.
  public func encode(to encoder: any Encoder) throws {
    try validate()
    try ordered.value.encode(to: encoder)
  }
}

extension UIElement: Codable {
  /// Reads an element.
  public init(from decoder: any Decoder) throws { try self.init(FieldReader(JSONValue(from: decoder))) }

  /// Writes every field of the schema, absent ones as null.
  public func encode(to encoder: any Encoder) throws { try ordered.value.encode(to: encoder) }
}
