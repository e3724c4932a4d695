extension JSONParser {
  /// Refuses a key that occurs twice: readers disagree on which of the two values holds.
  func checkKeys(ofObjectAt object: Int) throws(TokenizerError) {
    let count = Int(nodes[object].count)
    guard count > 1 else { return }
    // Open addressing over the keys, at most half full.
    var slots = [UInt32](repeating: 0, count: (count * 2).nextPowerOfTwo)
    var key = object + 1
    while key < nodes[object].end {
      var slot = hash(ofKey: key) & (slots.count - 1)
      while slots[slot] != 0 {
        if keyBytes(Int(slots[slot])) == keyBytes(key) {
          let name = String(decoding: keyBytes(key), as: UTF8.self).quotedForMessage
          throw error("has the key \(name) twice in one object", at: Int(nodes[key].start))
        }
        slot = (slot + 1) & (slots.count - 1)
      }
      slots[slot] = UInt32(key)
      key = Int(nodes[key + 1].end)
    }
  }

  private func hash(ofKey index: Int) -> Int {
    let node = nodes[index]
    if node.hasEscapes { return Array(keyBytes(index)).span.seededHash }
    return bytes.span.extracting(Int(node.start)..<Int(node.start) + Int(node.count)).seededHash
  }

  private func keyBytes(_ index: Int) -> ArraySlice<UInt8> {
    let node = nodes[index]
    let text = bytes[Int(node.start)..<Int(node.start) + Int(node.count)]
    return node.hasEscapes ? Self.resolvingEscapes(in: text)[...] : text
  }
}
