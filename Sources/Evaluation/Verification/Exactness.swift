import Tensors

/// How closely published numbers can be met, and the tolerance that follows.
///
/// Both sides of a comparison are uncertain, and a tolerance is the sum of the two. Of a vector's numbers it is relative to the largest
/// that is compared, because their size depends on how many a vector has.
///
/// | the reference's numbers | cosines | scores | vectors | reason |
/// |---|---|---|---|---|
/// | `reference` | 0 | 0 | 0 | the reference in f32, run to be compared with |
/// | `published` | 0.00125 | 0.00375 | 0.00625 | f32 on a GPU that is not named. It may have rounded operands to TF32, which has three bits more than bf16: an eighth of what is granted to bf16 below |
/// | `reencoded` | 0.015 | 0.05 | 0.1 | as before, but the pictures were stored as JPEG since. Cosines move by about 0.01 |
/// | `bfloat16` | 0.01 | 0.03 | 0.1 | everything was rounded to bf16, also between layers. Cosines of such runs differ by up to 0.007 with nothing but the batch |
/// | `informative` | - | - | - | an input is not known for certain; only a failure to compute fails |
///
/// | the numbers computed here | cosines | scores | vectors | reason |
/// |---|---|---|---|---|
/// | f32 | 0.0001 | 0.0001 | 0.0001 | sums in another order. On a small checkpoint the largest difference from the reference is 1e-6 |
/// | bf16 | 0.01 | 0.03 | 0.05 | operands of products are rounded to 8 bits. Measured on made-up weights, small and of the 2B model's size: 0.003 of a cosine, 0.013 of a score, 0.017 of a vector's largest number. Between "yes" and "no" a tenth of a logit is 0.025 |
public enum Exactness: String, Sendable, Codable {
  /// The reference in f32 on a CPU, from exactly these inputs.
  case reference
  /// The reference in f32 on hardware that is not stated, from exactly these inputs.
  case published
  /// The same, from pictures that have been re-encoded since.
  case reencoded
  /// The reference in bf16, from exactly these inputs.
  case bfloat16
  /// Something about the inputs is not known, so the numbers are for a person to look at.
  case informative

  /// What is compared.
  enum Measure {
    /// The cosine of two vectors.
    case cosine
    /// A reranker's score, from 0 to 1.
    case score
    /// A number of a vector, relative to the largest that is compared.
    case component
  }

  /// The largest difference that is accepted; `nil` where any is.
  func tolerance(of measure: Measure, computedIn precision: Precision) -> Double? {
    published(measure).map { $0 + Self.computed(measure, precision) }
  }

  private func published(_ measure: Measure) -> Double? {
    switch (self, measure) {
    case (.reference, _): 0
    case (.published, _): Self.computed(measure, .bfloat16) / 8
    case (.reencoded, .cosine): 0.015
    case (.reencoded, .score): 0.05
    case (.reencoded, .component): 0.1
    case (.bfloat16, .cosine): 0.01
    case (.bfloat16, .score): 0.03
    case (.bfloat16, .component): 0.1
    case (.informative, _): nil
    }
  }

  private static func computed(_ measure: Measure, _ precision: Precision) -> Double {
    switch (precision, measure) {
    case (.float32, _): 0.0001
    case (.bfloat16, .cosine): 0.01
    case (.bfloat16, .score): 0.03
    case (.bfloat16, .component): 0.05
    // A cosine of 0.995 with the vector of bf16, on either side of a comparison.
    case (.int8, .cosine): 0.03
    case (.int8, .score): 0.1
    case (.int8, .component): 0.1
    }
  }
}
