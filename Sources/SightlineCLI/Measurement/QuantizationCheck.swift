import Foundation
import Sightline

/// What quantising does to vectors: a few texts and pictures, embedded with the original and with the copy.
enum QuantizationCheck {
  /// One item's cosines with the original's vector.
  struct Row: Encodable {
    let item: String
    /// Weights in int8, products in bf16.
    let weightsOnlyCosine: Double
    /// Weights and activations in int8.
    let int8Cosine: Double
  }

  /// Below it, a copy is not worth its speed.
  static let acceptable = 0.995

  private static let texts = [
    ("a short text", "a red helmet"),
    ("a sentence", "The tide table on the harbour wall says that high water comes at half past six this evening."),
    ("a text in another language", "Der Fahrplan hängt neben der Tür, aber der letzte Zug ist schon gefahren. 明日の朝にまた来てください。"),
    ("code", "for (int i = 0; i < n; i++) { total += weights[i] * inputs[i]; }  // the sum of products"),
  ]

  /// Compares the vectors of all items that the model takes.
  static func rows(_ original: Model, weightsOnly: Model, entirely: Model) async throws -> [Row] {
    let items = try texts.map { ($0.0, Item(text: $0.1)) } + pictures()
    var vectors: [[Result<[Float], ItemError>]] = []
    for model in [original, weightsOnly, entirely] { vectors.append(try await Embedder(model).embed(items.map(\.1))) }
    var rows: [Row] = []
    for (index, item) in items.enumerated() {
      // A model of texts takes no pictures.
      guard case .success(let expected) = vectors[0][index] else { continue }
      rows.append(
        Row(
          item: item.0, weightsOnlyCosine: Matryoshka.dotProduct(expected, try vectors[1][index].get()),
          int8Cosine: Matryoshka.dotProduct(expected, try vectors[2][index].get())))
    }
    return rows
  }

  /// A smooth picture and one with edges.
  private static func pictures() throws -> [(String, Item)] {
    try [
      ("a picture of a slope", { x, y in (x, y, (x + y) / 2) }),
      ("a picture of rings", { x, y in (x * x + y * y) / 2_000 % 2 == 0 ? (230, 60, 30) : (20, 40, 90) }),
    ].map { (name: String, color: (Int, Int) -> (Int, Int, Int)) in
      var pixels: [UInt8] = []
      for y in 0..<192 {
        for x in 0..<256 {
          let (red, green, blue) = color(x, y)
          pixels += [UInt8(clamping: red), UInt8(clamping: green), UInt8(clamping: blue)]
        }
      }
      return (name, Item(image: .pixels(try RGBImage(width: 256, height: 192, pixels: pixels))))
    }
  }
}
