/// The classes into which MPNet sorts how far a key stands from its query: each has one learned number per head.
///
/// Half of the buckets are for keys behind the query. Of each half, distances 0 to 7 have one each; from 8 on buckets widen so that two of
/// them double the distance, and the last takes everything from 91 on.
enum DistanceBuckets {
  /// The published number; part of `config.json`.
  static let count = 32

  /// From here on distances share a bucket.
  static let reach = 128

  private static let half = count / 2
  private static let exact = half / 2

  /// The bucket of a key `distance` places behind its query, before it where negative.
  ///
  /// The reference computes 8 + floor(8 log(d / 8) / log(128 / 8)) = 8 + floor(log2((d / 8)^2)) in f32; whole numbers give the same
  /// without a logarithm.
  static func bucket(_ distance: Int) -> Int {
    let side = distance > 0 ? half : 0
    let magnitude = min(distance.magnitude, UInt(reach))
    guard magnitude >= exact else { return side + Int(magnitude) }
    let ratio = Int(magnitude * magnitude) / (exact * exact)
    let logarithm = Int.bitWidth - 1 - ratio.leadingZeroBitCount
    return side + min(exact + logarithm, half - 1)
  }
}
