extension DecodingError {
  /// One sentence for a person.
  var sentence: String {
    switch self {
    case .keyNotFound(let key, let context): "\(Self.place(context.codingPath + [key])) is missing"
    case .valueNotFound(_, let context): "\(Self.place(context.codingPath)) is null"
    case .typeMismatch(_, let context): "\(Self.place(context.codingPath)) is of another kind: \(context.debugDescription)"
    case .dataCorrupted(let context) where context.codingPath.isEmpty: "is not valid JSON: \(context.debugDescription)"
    case .dataCorrupted(let context): "\(Self.place(context.codingPath)) \(context.debugDescription)"
    @unknown default: "\(self)"
    }
  }

  /// A field's place, as in `cases[2].scores`.
  private static func place(_ path: [any CodingKey]) -> String {
    path.reduce("") { place, key in
      key.intValue.map { "\(place)[\($0)]" } ?? (place.isEmpty ? key.stringValue : "\(place).\(key.stringValue)")
    }
  }
}
