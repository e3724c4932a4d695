public import Foundation

/// Where models come from and where they are kept.
public struct HubConfiguration: Sendable {
  /// The hub.
  public var source: HubSource
  /// The hub's address, such as `https://huggingface.co`, without a slash at its end.
  public var endpoint: String
  /// Whether the endpoint was named by the user.
  ///
  /// Its host may then have an address in a private network or on this machine; no other host may.
  public var isEndpointNamed: Bool
  /// What proves who asks, for private and gated repositories; sent to the endpoint and nowhere else.
  public var token: String?
  /// The folder of the cache, in the layout of Hugging Face's Hub.
  public var cacheDirectory: String
  /// Whether nothing is asked from the network.
  public var isOffline: Bool
  /// The most files that are fetched at a time.
  public var parallelDownloads = 4

  /// The configuration that environment variables and the user's files state, as Hugging Face's own tools read them.
  ///
  /// - Parameters:
  ///   - source: The hub.
  ///   - environment: `HF_HOME`, `HF_HUB_CACHE`, `HF_TOKEN`, `HF_TOKEN_PATH`, `HF_ENDPOINT`, `HF_HUB_OFFLINE`, `MODELSCOPE_DOMAIN`,
  ///     `XDG_CACHE_HOME` and `HOME` are read.
  /// - Throws: `HubError` of the code `invalidConfiguration`.
  public init(source: HubSource = .huggingFace, environment: [String: String] = ProcessInfo.processInfo.environment) throws(HubError) {
    let variables = HubEnvironment(environment)
    self.source = source
    isOffline = variables.isOffline
    cacheDirectory = variables.cacheDirectory(of: source)
    switch source {
    case .huggingFace:
      (endpoint, isEndpointNamed) = try Self.endpoint(variables["HF_ENDPOINT"], "HF_ENDPOINT", default: "https://huggingface.co")
      token = try variables.token()
    case .modelScope:
      (endpoint, isEndpointNamed) = try Self.endpoint(
        variables["MODELSCOPE_DOMAIN"].map { $0.contains("://") ? $0 : "https://\($0)" }, "MODELSCOPE_DOMAIN",
        default: "https://www.modelscope.cn")
      token = nil
    }
  }

  private static func endpoint(
    _ value: String?, _ variable: String, default standard: String
  ) throws(HubError) -> (endpoint: String, isNamed: Bool) {
    guard var endpoint = value else { return (standard, false) }
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    // The value is not repeated: it may hold a password.
    guard let url = URL(string: endpoint), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
      url.host()?.isEmpty == false, url.user() == nil, url.password() == nil, url.query() == nil, url.fragment() == nil
    else { throw HubError(.invalidConfiguration, "\(variable) is not an http or https address such as \(standard)") }
    return (endpoint, endpoint != standard)
  }

  /// The endpoint's host as it stands in the address, without brackets.
  var endpointHost: String { URL(string: endpoint)?.host(percentEncoded: false) ?? "" }
}
