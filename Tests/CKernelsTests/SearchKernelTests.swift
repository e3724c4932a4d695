import CKernels
import Testing

/// One set of search kernels that this processor can run.
struct SearchKernelSet: Sendable, CustomTestStringConvertible {
  let index: Int

  var kernels: sl_search_kernels {
    get throws { try #require(sl_search_kernels_at(index)).pointee }
  }

  var testDescription: String { sl_search_kernels_at(index).map { String(cString: $0.pointee.name) } ?? "none" }

  static let all: [SearchKernelSet] = (0...).prefix { sl_search_kernels_at($0) != nil }.map { SearchKernelSet(index: $0) }
}

@Suite struct SearchKernelTests {
  /// Around each width of a register and each number of rows and queries of a tile.
  static let lengths = [0, 1, 2, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 130, 384, 1027]

  @Test func everyProcessorHasThePortableSetLast() throws {
    #expect(try #require(SearchKernelSet.all.last).testDescription == "portable")
    #expect(Set(SearchKernelSet.all.map(\.testDescription)).count == SearchKernelSet.all.count)
    #expect(sl_search_kernels_at(Int.max) == nil)
  }

  @Test(arguments: SearchKernelSet.all, [false, true])
  func productsEqualTheirDefinition(_ set: SearchKernelSet, halves: Bool) throws {
    let kernels = try set.kernels
    for length in Self.lengths {
      var samples = Samples(length + 1)
      let rows = samples.rows(7, length).map { halves ? widened(narrowed($0)) : $0 }
      let queries = samples.rows(5, length)
      let stored: [UInt8] = rows.flatMap { halves ? bytes(narrowed($0)) : bytes($0) }
      let products = scan(halves ? kernels.dot_f16 : kernels.dot_f32, stored, rows.count, queries.map { bytes($0) }, length)
      let squares = scan(halves ? kernels.squares_f16 : kernels.squares_f32, stored, rows.count, [], length)
      for (row, x) in rows.enumerated() {
        for (query, y) in queries.enumerated() {
          let terms = zip(x, y).map { Double($0) * Double($1) }
          let error = abs(Double(Float(bitPattern: products[query * rows.count + row])) - terms.reduce(0, +))
          #expect(error <= terms.reduce(1e-30) { $0 + abs($1) } * 1e-6, "length \(length), row \(row), query \(query)")
        }
        let square = x.reduce(0.0) { $0 + Double($1) * Double($1) }
        #expect(abs(Double(Float(bitPattern: squares[row])) - square) <= square * 1e-6, "length \(length), row \(row)")
      }
    }
  }

  @Test(arguments: SearchKernelSet.all)
  func integersAreExact(_ set: SearchKernelSet) throws {
    let kernels = try set.kernels
    for length in Self.lengths {
      var samples = Samples(length + 2)
      var rows = (0..<7).map { _ in (0..<length).map { _ in Int8.random(in: -128...127, using: &samples) } }
      var queries = (0..<5).map { _ in (0..<length).map { _ in Int8.random(in: -127...127, using: &samples) } }
      // The largest sums that there are.
      rows[0] = Array(repeating: -128, count: length)
      queries[0] = Array(repeating: -127, count: length)
      queries[1] = Array(repeating: 127, count: length)
      let products = scan(kernels.dot_int8, rows.flatMap { bytes($0) }, rows.count, queries.map { bytes($0) }, length)
      let distances = scan(kernels.hamming, rows.flatMap { bytes($0) }, rows.count, queries.map { bytes($0) }, length)
      for (row, x) in rows.enumerated() {
        for (query, y) in queries.enumerated() {
          let product = zip(x, y).reduce(0) { $0 + Int($1.0) * Int($1.1) }
          #expect(Int(Int32(bitPattern: products[query * rows.count + row])) == product, "length \(length), row \(row), query \(query)")
          let distance = zip(x, y).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
          #expect(Int(distances[query * rows.count + row]) == distance, "length \(length), row \(row), query \(query)")
        }
      }
    }
  }

  @Test(arguments: SearchKernelSet.all)
  func longestRowDoesNotOverflow(_ set: SearchKernelSet) throws {
    let length = SL_INT8_LENGTH_MAX
    let row = Array(repeating: Int8(-128), count: length)
    for value in [Int8(-127), 127] {
      let query = Array(repeating: value, count: length)
      let product = scan(try set.kernels.dot_int8, bytes(row), 1, [bytes(query)], length)
      #expect(Int(Int32(bitPattern: product[0])) == -128 * Int(value) * length)
    }
  }

  /// The bits of a pair are the same however rows and queries are cut into calls.
  @Test(arguments: SearchKernelSet.all)
  func companyChangesNothing(_ set: SearchKernelSet) throws {
    let kernels = try set.kernels
    for length in [31, 384, 1027] {
      var samples = Samples(length)
      let rows = samples.rows(6, length)
      let queries = samples.rows(5, length).map { bytes($0) }
      let all = scan(kernels.dot_f32, rows.flatMap { bytes($0) }, rows.count, queries, length)
      for row in rows.indices {
        for query in queries.indices {
          #expect(scan(kernels.dot_f32, bytes(rows[row]), 1, [queries[query]], length)[0] == all[query * rows.count + row])
        }
      }
    }
  }

  @Test func halvesRoundToNearestEven() {
    #expect(
      narrowed([0, -0.0, 1, -2, 65504, 65519, 65520, .infinity, 0x1p-24, 0x1p-25, 0x1.8p-25, 0x1p-14]) == [
        0, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x7bff, 0x7c00, 0x7c00, 1, 0, 1, 0x0400,
      ])
    #expect(narrowed([1 + 0x1p-11, 1 + 0x3p-11, 0x1.ffep-15]) == [0x3c00, 0x3c02, 0x0400])
    #expect(widened(narrowed([.nan]))[0].isNaN)
    #expect(widened([0x7c00, 0xfc00]) == [.infinity, -.infinity])
    // There and back is the same for all.
    for half in UInt16.min...UInt16.max where half & 0x7fff <= 0x7c00 { #expect(narrowed(widened([half])) == [half]) }
  }

  @Test func codesEqualTheirDefinition() {
    for length in Self.lengths {
      var samples = Samples(length + 3)
      let rows = samples.rows(3, length)
      let (vector, minimum) = (rows[0], rows[1].map { $0 - 0.5 })
      // Numbers below and above their range among them.
      let steps = rows[2].map { abs($0) / 100 + 1e-3 }
      var int8 = [Int8](repeating: 99, count: length + 1)
      sl_encode_int8(vector, minimum, steps, &int8, length)
      let expected = zip(vector, zip(minimum, steps)).map { Int8(Int(min(max(($0 - $1.0) / $1.1, 0), 255)) - 128) }
      #expect(int8 == expected + [99], "length \(length)")

      let whole = length / 8 * 8
      var bits = [UInt8](repeating: 0x99, count: whole / 8 + 1)
      sl_encode_binary(vector, &bits, whole)
      for index in 0..<whole { #expect((bits[index / 8] << (index % 8) & 0x80 != 0) == (vector[index] > 0), "length \(length)") }
      #expect(bits.last == 0x99)

      var (least, most) = (minimum, minimum)
      sl_extend_ranges(vector, &least, &most, length)
      #expect(least == zip(minimum, vector).map { min($0, $1) } && most == zip(minimum, vector).map { max($0, $1) })

      let square = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
      #expect(abs(sl_squared_length(vector, length) - square) <= square * 1e-13, "length \(length)")
      var divided = [Float](repeating: 99, count: length + 1)
      sl_divide(vector, &divided, length, 3)
      #expect(divided == vector.map { Float(Double($0) / 3) } + [99])
    }
    // What is not a number gets a code all the same, and widens no range.
    var code: Int8 = 0
    sl_encode_int8([.nan], [0], [1], &code, 1)
    #expect(code == -128)
    var (least, most) = ([Float(1)], [Float(2)])
    sl_extend_ranges([.nan], &least, &most, 1)
    #expect(least == [1] && most == [2])
  }

  @Test func theNextScoreThatMattersIsFound() {
    var samples = Samples(4)
    for count in [0, 1, 15, 16, 17, 40, 100] {
      var scores = samples.rows(1, count)[0]
      if count > 3 { scores[3] = .nan }
      for threshold in scores + [-2, 2, .infinity, -.infinity] where !threshold.isNaN {
        for first in 0...count {
          let expected = (first..<count).first { scores[$0] >= threshold } ?? count
          #expect(sl_next_at_least(scores, first, count, threshold) == expected, "\(count) scores from \(first)")
        }
      }
    }
  }

  @Test func checksumIsCRC32C() {
    let text = Array("123456789".utf8)
    #expect(sl_crc32c(0, text, text.count) == 0xe306_9283)
    #expect(sl_crc32c(sl_crc32c(0, text, 4), Array(text[4...]), 5) == 0xe306_9283)
    var samples = Samples(1)
    for count in [0, 1, 7, 8, 9, 100] {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &samples) }
      #expect(sl_crc32c(7, bytes, count) == sl_crc32c_portable(7, bytes, count))
    }
  }

  /// Runs a kernel on copies that end where their memory ends.
  private func scan(
    _ kernel: (UnsafePointer<sl_scan>?) -> Void, _ rows: [UInt8], _ rowCount: Int, _ queries: [[UInt8]], _ length: Int
  ) -> [UInt32] {
    let queryStride = queries.first?.count ?? 0
    var out = [UInt32](repeating: 0xdead_beef, count: max(1, queries.count) * rowCount + 1)
    rows.withUnsafeBytes { rows in
      queries.flatMap { $0 }.withUnsafeBytes { queries in
        out.withUnsafeMutableBytes { out in
          var scan = sl_scan(
            rows: rows.baseAddress, row_stride: rows.count / rowCount, row_count: rowCount, queries: queries.baseAddress,
            query_stride: queryStride, query_count: queryStride == 0 ? 0 : queries.count / queryStride, length: length,
            out: out.baseAddress, out_stride: rowCount)
          // Rows without numbers: as many queries as given all the same.
          if length == 0 { scan.query_count = max(1, (out.count / 4 - 1) / rowCount) }
          kernel(&scan)
        }
      }
    }
    #expect(out.last == 0xdead_beef)
    return out
  }

  private func bytes<Number>(_ numbers: [Number]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }

  private func narrowed(_ numbers: [Float]) -> [UInt16] {
    var halves = [UInt16](repeating: 0, count: numbers.count)
    sl_narrow_f16(numbers, &halves, numbers.count)
    return halves
  }

  private func widened(_ halves: [UInt16]) -> [Float] {
    var numbers = [Float](repeating: 0, count: halves.count)
    sl_widen_f16(halves, &numbers, halves.count)
    return numbers
  }
}
