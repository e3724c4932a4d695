/// A successful answer, with the body still to come.
struct Answer: Sendable {
  let exchange: OpenExchange
  let head: FetchedHead
  private let first: RequestURL
  private let last: RequestURL

  init(_ exchange: OpenExchange, _ head: FetchedHead, first: RequestURL, last: RequestURL) {
    self.exchange = exchange
    self.head = head
    self.first = first
    self.last = last
  }

  /// The whole body in memory.
  func collect(atMost limit: Int) async throws(FetchError) -> [UInt8] {
    var bytes: [UInt8] = []
    // An announced length is only a claim: beyond 1 MiB memory is taken as bytes come.
    bytes.reserveCapacity(min(head["Content-Length"].flatMap { Int($0) } ?? 0, 1 << 20))
    do {
      try await exchange.read(atMost: limit) { bytes.append(contentsOf: $0) }
    } catch let fault as FetchFault {
      throw error(fault)
    } catch {
      // Only faults are thrown while bytes are collected.
      throw self.error(.noAnswer(detail: "\(error)"))
    }
    return bytes
  }

  /// A fault of the body, told with the address that was asked for.
  func error(_ fault: FetchFault) -> FetchError {
    FetchError(fault, first: first, last: last)
  }
}
