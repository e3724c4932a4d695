import Dispatch

/// Asks the system: its hosts file, its name servers, in the order of RFC 6724.
struct SystemHostResolver: HostResolver {
  func addresses(of host: String) async throws(FetchFault) -> [IPAddress] {
    // The system's look-up blocks a thread for as long as name servers are silent and cannot be stopped; a cancelled fetch leaves it
    // to end by itself. The stream hands over one answer, or none on cancellation.
    let (answers, continuation) = AsyncStream.makeStream(of: Result<[IPAddress], FetchFault>.self)
    DispatchQueue.global().async {
      continuation.yield(Result { () throws(FetchFault) in try systemAddresses(of: host) })
      continuation.finish()
    }
    for await answer in answers { return try answer.get() }
    throw .cancelled
  }
}
