/// An answer whose head has come and whose body is read as it comes.
///
/// The connection ends with the stream, read or not.
public final class FetchedStream: Sendable {
  /// What the server says of the body.
  public let head: FetchedHead
  private let answer: Answer

  init(_ answer: Answer) {
    self.answer = answer
    head = answer.head
  }

  /// Hands over the body, part by part, in order; memory stays bounded by what one part holds.
  ///
  /// May be called once.
  ///
  /// - Parameters:
  ///   - limit: The most bytes that are handed over; one more ends the stream with an error.
  ///   - receive: Takes one part. The server is not asked for more until it returns.
  /// - Throws: `FetchError`, also when no byte has come for the policy's `stallTimeout` or the task is cancelled; whatever `receive` throws.
  public func read(atMost limit: Int, _ receive: (UnsafeRawBufferPointer) throws -> Void) async throws {
    do {
      try await answer.exchange.read(atMost: limit, receive)
    } catch let fault as FetchFault {
      throw answer.error(Task.isCancelled ? .cancelled : fault)
    }
  }
}
