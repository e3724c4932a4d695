import Foundation
import Hummingbird

/// Takes the fields of a request by name, strictly: a field that nobody knows is an error, and so is one of another type or out of range.
struct RequestFields {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Bytes of a text at most, unless it says otherwise.
  private static let maximumTextBytes = 64 << 10
  private let container: KeyedDecodingContainer<Name>

  /// The fields of a JSON object.
  ///
  /// - Parameters:
  ///   - decoder: Where it is read.
  ///   - known: Names of all fields that it may have.
  /// - Throws: ``WireError`` for another field.
  init(_ decoder: any Decoder, known: [String]) throws {
    container = try decoder.container(keyedBy: Name.self)
    if let unknown = container.allKeys.map(\.stringValue).filter({ !known.contains($0) }).min() {
      throw WireError.invalid(
        String(unknown.prefix(60)), "is not a field of this request; there are \(known.joined(separator: ", "))")
    }
  }

  /// Reads the JSON of a request.
  ///
  /// - Throws: ``WireError`` for a body that is no JSON object, and what `Request` throws.
  static func decode<Request: Decodable>(_ type: Request.Type, from body: Data) throws -> Request {
    do {
      return try JSONDecoder().decode(type, from: body)
    } catch let error as DecodingError {
      if case .dataCorrupted = error { throw WireError(.badRequest, "the body is no JSON", code: "malformed") }
      throw WireError(.badRequest, "the body is JSON, and no object", code: "malformed")
    }
  }

  /// A string; one that is empty is one.
  func string(_ name: String, maximumBytes: Int = maximumTextBytes) throws -> String? {
    guard let text = try value(name, String.self, "a string") else { return nil }
    guard text.utf8.count <= maximumBytes else {
      throw WireError.invalid(name, "has \(text.utf8.count) bytes; at most \(maximumBytes) are read")
    }
    return text
  }

  /// A string that says something.
  func words(_ name: String) throws -> String? {
    guard let text = try string(name) else { return nil }
    guard text.contains(where: { !$0.isWhitespace }) else { throw WireError.invalid(name, "is empty; leave it out") }
    return text
  }

  /// Strings, 64 at most.
  func strings(_ name: String) throws -> [String]? {
    guard let texts = try value(name, [String].self, "an array of strings") else { return nil }
    guard texts.count <= 64, texts.allSatisfy({ $0.utf8.count <= 1_024 }) else {
      throw WireError.invalid(name, "expected 64 strings of 1024 bytes at most")
    }
    return texts
  }

  /// A whole number in a range.
  func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let number = try value(name, Int.self, expected) else { return nil }
    guard range.contains(number) else { throw WireError.invalid(name, "is \(number), expected \(expected)") }
    return number
  }

  /// A number from -1,000 to 1,000: all that is added to scores, or compared with them.
  func number(_ name: String) throws -> Double? {
    let expected = "a number from -1000 to 1000"
    guard let number = try value(name, Double.self, expected) else { return nil }
    guard number >= -1_000, number <= 1_000 else { throw WireError.invalid(name, "is \(number), expected \(expected)") }
    return number
  }

  /// One of some words.
  func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, _ type: Choice.Type) throws -> Choice?
  where Choice.RawValue == String {
    let expected = "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))"
    guard let word = try value(name, String.self, expected) else { return nil }
    guard let choice = Choice(rawValue: word) else { throw WireError.invalid(name, "expected \(expected)") }
    return choice
  }

  /// A value; `null` is as good as absent.
  private func value<Value: Decodable>(_ name: String, _ type: Value.Type, _ expected: String) throws -> Value? {
    do {
      return try container.decodeIfPresent(type, forKey: Name(stringValue: name))
    } catch {
      // Of any kind: Foundation's own for a number that does not fit is no `DecodingError` yet.
      throw WireError.invalid(name, "expected \(expected)")
    }
  }
}
