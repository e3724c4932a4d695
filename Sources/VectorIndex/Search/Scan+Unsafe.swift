import CKernels

/// Several queries in the form that one kind of column is compared with, and how its results become scores.
struct Scan: Sendable {
  /// What a kernel's result means.
  enum Meaning: Sendable {
    /// The score.
    case score
    /// To be divided by the length of the row's prefix.
    case prefixProduct
    /// An integer, for each query to be multiplied and added to.
    case affine(factors: [Float], offsets: [Float])
    /// Differing bits, out of so many.
    case differing(bits: Int)
  }

  private let kernels: SearchKernels
  let kind: Column.Kind
  private let number: VectorSettings.Number
  private let queries: [UInt8]
  /// Bytes of a query.
  let queryStride: Int
  let queryCount: Int
  /// Numbers of a row that are read; bytes of binary codes.
  private let length: Int
  private let meaning: Meaning

  /// Against stored vectors, or a prefix of them.
  static func exact(_ queries: [[Float]], settings: VectorSettings, kernels: SearchKernels) -> Scan {
    let dimensions = queries.first?.count ?? 0
    return Scan(
      kernels: kernels, kind: .vectors, number: settings.number, queries: queries.flatMap { $0.withUnsafeBytes { Array($0) } },
      queryStride: dimensions * 4, queryCount: queries.count, length: dimensions,
      meaning: dimensions == settings.dimensions ? .score : .prefixProduct)
  }

  /// Against int8 codes.
  ///
  /// Code c of dimension d stands for the middle of its step, minimum + (c + 128.5) * step. The product with a query q is therefore
  /// sum(q * (minimum + 128.5 * step)) + sum((q * step) * c), and only the second sum depends on the row: its factors are rounded to int8
  /// with one scale for the query.
  static func int8(_ queries: [[Float]], ranges: Int8Ranges, settings: VectorSettings, kernels: SearchKernels) -> Scan {
    let dimensions = queries.first?.count ?? 0
    let steps = ranges.steps
    var codes: [UInt8] = []
    var factors: [Float] = []
    var offsets: [Float] = []
    for query in queries {
      let products = zip(query, steps).map { $0 * $1 }
      let largest = products.reduce(0) { max($0, abs($1)) }
      let factor = largest > 0 ? largest / 127 : 1
      factors.append(factor)
      offsets.append(
        Float(query.indices.reduce(0.0) { $0 + Double(query[$1]) * (Double(ranges.minimum[$1]) + 128.5 * Double(steps[$1])) }))
      codes.append(contentsOf: products.map { UInt8(bitPattern: Int8(max(-127, min(127, ($0 / factor).rounded())))) })
    }
    return Scan(
      kernels: kernels, kind: .int8, number: settings.number, queries: codes, queryStride: dimensions, queryCount: queries.count,
      length: dimensions, meaning: .affine(factors: factors, offsets: offsets))
  }

  /// Against the first `bits` of binary codes, a multiple of 8.
  static func binary(_ queries: [[Float]], bits: Int, settings: VectorSettings, kernels: SearchKernels) -> Scan {
    Scan(
      kernels: kernels, kind: .binary, number: settings.number, queries: queries.flatMap { RowEncoder.binaryCode($0, bits) },
      queryStride: bits / 8, queryCount: queries.count, length: bits / 8, meaning: .differing(bits: bits))
  }

  func column(of segment: MappedSegment) -> MappedColumn? {
    switch kind {
    case .keys: nil
    case .vectors: segment.vectors
    case .int8: segment.int8
    case .binary: segment.binary
    }
  }

  /// Calls a row into the cache.
  func callAhead(_ snapshot: VectorSnapshot, _ place: RowPlace) {
    guard let column = column(of: snapshot.segments[place.segment]) else { return }
    sl_call_ahead(column.row(place.row), min(column.column.stride, kind == .vectors ? length * number.byteCount : length))
  }

  /// The scores of a range of rows for some of the queries: `scores` is [queries][rows], written whole.
  func score(_ column: MappedColumn, _ rows: Range<Int>, _ queries: Range<Int>, into scores: UnsafeMutableBufferPointer<Float>) {
    guard let out = scores.baseAddress else { return }
    let count = rows.count
    self.queries.withUnsafeBytes { bytes in
      var scan = sl_scan(
        rows: column.row(rows.lowerBound), row_stride: column.column.stride, row_count: count,
        queries: bytes.baseAddress.map { $0 + queries.lowerBound * queryStride }, query_stride: queryStride, query_count: queries.count,
        length: length, out: out, out_stride: count)
      switch kind {
      case .keys: break
      case .vectors: number == .float32 ? kernels.functions.dot_f32(&scan) : kernels.functions.dot_f16(&scan)
      case .int8: kernels.functions.dot_int8(&scan)
      case .binary: kernels.functions.hamming(&scan)
      }
    }
    switch meaning {
    case .score: break
    case .prefixProduct: divideByLengths(column, rows, queries.count, out)
    case .affine(let factors, let offsets):
      for (place, query) in queries.enumerated() {
        let (factor, offset) = (factors[query], offsets[query])
        convert(out + place * count, count) { Float(Int32(bitPattern: $0)) * factor + offset }
      }
    case .differing(let bits):
      let step = 2 / Float(bits)
      convert(out, count * queries.count) { 1 - Float(Int32(bitPattern: $0)) * step }
    }
  }

  /// Turns the integers that a kernel has written into scores where they lie.
  @inline(__always)
  private func convert(_ numbers: UnsafeMutablePointer<Float>, _ count: Int, _ score: (UInt32) -> Float) {
    for index in 0..<count { numbers[index] = score(numbers[index].bitPattern) }
  }

  /// A prefix of zeros has no direction: its score is zero.
  private func divideByLengths(_ column: MappedColumn, _ rows: Range<Int>, _ queryCount: Int, _ products: UnsafeMutablePointer<Float>) {
    let count = rows.count
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { squares in
      var scan = sl_scan(
        rows: column.row(rows.lowerBound), row_stride: column.column.stride, row_count: count, queries: nil, query_stride: 0,
        query_count: 0, length: length, out: squares.baseAddress, out_stride: count)
      number == .float32 ? kernels.functions.squares_f32(&scan) : kernels.functions.squares_f16(&scan)
      for query in 0..<queryCount {
        for row in 0..<count {
          let length = squares[row].squareRoot()
          products[query * count + row] = length > 0 ? products[query * count + row] / length : 0
        }
      }
    }
  }
}

/// The kernels of vector search for one instruction set.
///
/// `@unchecked Sendable`: a pointer to a constant table of functions.
struct SearchKernels: @unchecked Sendable {
  private let table: UnsafePointer<sl_search_kernels>

  /// All that this processor can run, best first; the last is portable C.
  static let available: [SearchKernels] = {
    var kernels: [SearchKernels] = []
    while let table = sl_search_kernels_at(kernels.count) { kernels.append(SearchKernels(table: table)) }
    return kernels
  }()

  static let best = available[0]

  var functions: sl_search_kernels { table.pointee }

  var name: String { String(cString: table.pointee.name) }
}
