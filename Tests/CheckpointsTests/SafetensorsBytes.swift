/// A safetensors file written by hand, so that every part of it can be wrong.
struct SafetensorsBytes {
  var header: String
  var data: [UInt8]
  /// What the first 8 bytes say; `nil` for the truth.
  var headerLength: UInt64?

  init(_ header: String, data: [UInt8] = [], headerLength: UInt64? = nil) {
    self.header = header
    self.data = data
    self.headerLength = headerLength
  }

  /// A file with one tensor `w`.
  init(dtype: String, shape: String, offsets: String, data: [UInt8]) {
    self.init(#"{"w":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}}"#, data: data)
  }

  var bytes: [UInt8] {
    let length = headerLength ?? UInt64(header.utf8.count)
    return withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array(header.utf8) + data
  }

  /// A valid file of several tensors, a scalar and an empty one among them, and of metadata.
  static let valid = SafetensorsBytes(
    #"{"__metadata__":{"format":"pt"},"# + #""a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"#
      + #""empty":{"dtype":"F16","shape":[0,5],"data_offsets":[24,24]},"#
      + #""b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},"# + #""scalar":{"dtype":"F16","shape":[],"data_offsets":[32,34]},"#
      + #""c":{"dtype":"I64","shape":[1],"data_offsets":[34,42]}}"#,
    data: (0..<42).map { UInt8($0) })
}

/// A seeded source of random numbers (splitmix64), so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
