import NIOHTTP1

/// What a server says before the body, and what was said on the way there.
public struct FetchedHead: Sendable {
  /// 200 to 299; 206 only if a part was asked for.
  public let status: Int
  /// The URL that answered, after all redirects, with its query.
  ///
  /// It may hold secrets: keep it out of logs.
  public let url: String
  /// Heads of the answers on the way: each redirect's, then the last one's.
  let heads: [HTTPHeaders]

  /// A header of the last answer; the first of several.
  public subscript(name: String) -> String? { heads.last?.first(name: name) }

  /// A header of the first answer that has it, redirects included.
  ///
  /// A store of files often tells what a file is while redirecting to where it lies.
  public func first(_ name: String) -> String? {
    heads.lazy.compactMap { $0.first(name: name) }.first
  }
}
