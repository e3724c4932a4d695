public import Fetching

/// Where the files are that cases read.
public enum InputSource: Sendable {
  /// Brings the bytes of an address, at most so many.
  public typealias Fetch = @Sendable (_ url: String, _ maximumBytes: Int) async throws -> [UInt8]

  /// In a folder that the cases' paths are relative to.
  case folder(String)
  /// In the publisher's repository.
  case repository(Fetch)

  /// The publisher's repository, over the network.
  public static func repository(_ policy: FetchPolicy = FetchPolicy()) -> InputSource {
    .repository { url, maximumBytes in
      var policy = policy
      policy.maximumBytes = maximumBytes
      return try await Fetcher(policy: policy).bytes(of: url)
    }
  }
}
