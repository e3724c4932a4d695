/// Byte-level byte-pair encoding: a word's bytes become tokens, then the pair of neighbours with the lowest rank merges, the
/// leftmost first, until no pair is in the table.
struct BytePairEncoder: Sendable {
  /// The token of each byte.
  let byteTokens: [Int32]
  let merges: MergeTable

  /// Memory that is used again from word to word.
  struct Workspace {
    fileprivate var tokens: [Int32] = []
    /// For each token, the rank at which it merges with the next one.
    fileprivate var ranks: [MergeTable.Rank] = []
    fileprivate var links: [Link] = []
    fileprivate var queue = RankQueue()

    init() {}
  }

  fileprivate struct Link {
    var previous: Int
    var next: Int
  }

  /// From this many bytes on a word is merged with a queue.
  ///
  /// Looking at all ranks for the lowest is twice as fast for ordinary words, but quadratic; the two take the same time at 24 bytes of
  /// Chinese and at 44 of English.
  static let longWord = 32

  /// Appends the tokens of one word.
  ///
  /// - Complexity: O(n log n) for n bytes.
  func encode(_ bytes: [UInt8], _ word: Range<Int>, into ids: inout [Int32], workspace: inout Workspace) {
    if word.count == 1 {
      ids.append(byteTokens[Int(bytes[word.lowerBound])])
    } else if word.count < Self.longWord {
      encodeShort(bytes, word, into: &ids, workspace: &workspace)
    } else {
      encodeLong(bytes, word, into: &ids, workspace: &workspace)
    }
  }

  /// Loads the bytes' tokens and the ranks of all neighbours.
  private func prepare(_ bytes: [UInt8], _ word: Range<Int>, _ workspace: inout Workspace) {
    workspace.tokens.removeAll(keepingCapacity: true)
    workspace.ranks.removeAll(keepingCapacity: true)
    var token = byteTokens[Int(bytes[word.lowerBound])]
    for position in word.lowerBound + 1..<word.upperBound {
      let next = byteTokens[Int(bytes[position])]
      workspace.tokens.append(token)
      workspace.ranks.append(merges.rank(of: token, next))
      token = next
    }
    workspace.tokens.append(token)
    workspace.ranks.append(MergeTable.noMerge)
  }

  /// Looks for the lowest rank anew after each merge and closes the gap.
  func encodeShort(_ bytes: [UInt8], _ word: Range<Int>, into ids: inout [Int32], workspace: inout Workspace) {
    prepare(bytes, word, &workspace)
    var count = word.count
    while true {
      var lowest = MergeTable.noMerge
      var place = 0
      for position in 0..<count where workspace.ranks[position] < lowest {
        lowest = workspace.ranks[position]
        place = position
      }
      guard lowest != MergeTable.noMerge else { break }
      workspace.tokens[place] = merges.results[Int(lowest)]
      count -= 1
      for position in place + 1..<count {
        workspace.tokens[position] = workspace.tokens[position + 1]
        workspace.ranks[position] = workspace.ranks[position + 1]
      }
      workspace.ranks[place] =
        place + 1 < count ? merges.rank(of: workspace.tokens[place], workspace.tokens[place + 1]) : MergeTable.noMerge
      if place > 0 { workspace.ranks[place - 1] = merges.rank(of: workspace.tokens[place - 1], workspace.tokens[place]) }
    }
    ids.append(contentsOf: workspace.tokens[..<count])
  }

  /// Keeps the mergeable pairs in a queue by rank and the tokens in a linked list.
  ///
  /// An entry of the queue is stale once the rank at its position is another.
  func encodeLong(_ bytes: [UInt8], _ word: Range<Int>, into ids: inout [Int32], workspace: inout Workspace) {
    prepare(bytes, word, &workspace)
    let count = word.count
    workspace.links.removeAll(keepingCapacity: true)
    for position in 0..<count { workspace.links.append(Link(previous: position - 1, next: position + 1)) }
    workspace.queue.fill(workspace.ranks)

    while let (rank, place) = workspace.queue.popLowest() {
      guard workspace.ranks[place] == rank else { continue }
      let absorbed = workspace.links[place].next
      let next = workspace.links[absorbed].next
      let previous = workspace.links[place].previous
      let token = merges.results[Int(rank)]
      workspace.tokens[place] = token
      workspace.ranks[absorbed] = MergeTable.noMerge
      workspace.links[place].next = next
      workspace.ranks[place] = MergeTable.noMerge
      if next < count {
        workspace.links[next].previous = place
        workspace.ranks[place] = merges.rank(of: token, workspace.tokens[next])
        workspace.queue.insert(rank: workspace.ranks[place], position: place)
      }
      if previous >= 0 {
        workspace.ranks[previous] = merges.rank(of: workspace.tokens[previous], token)
        workspace.queue.insert(rank: workspace.ranks[previous], position: previous)
      }
    }
    var position = 0
    while position < count {
      ids.append(workspace.tokens[position])
      position = workspace.links[position].next
    }
  }
}
