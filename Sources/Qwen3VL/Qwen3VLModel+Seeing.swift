import Tensors

/// Features of some pictures, their tokens end to end, and where each picture's go.
struct PlacedFeatures {
  let features: VisionFeatures
  let pictures: [(rows: Range<Int>, start: Int)]
}

extension Qwen3VLModel {
  /// Patches that go through the vision tower in one pass at most, unless one picture alone has more.
  ///
  /// A pass over 8,192 patches of the 2B model needs about 250 MB; more at once is no faster.
  private static let patchesPerPass = 8_192

  /// All pictures of a pass, by their tokens in it.
  func place(_ sequences: [PreparedSequence]) -> [PlacedPicture] {
    let offsets = SequenceOffsets(lengths: sequences.map(\.tokens.count))
    return sequences.enumerated().flatMap { index, sequence in
      let first = offsets[index].lowerBound
      return sequence.pictures.map { PlacedPicture(patches: $0.patches, start: first + $0.start, end: first + $0.end) }
    }
  }

  /// Tokens of the decoder that a picture becomes.
  func mergedPatches(of picture: Patches) -> Int {
    picture.count / (configuration.vision.mergeSize * configuration.vision.mergeSize)
  }

  /// One picture of a pass, however often it is in it.
  private struct DistinctPicture {
    let patches: Patches
    /// Where there is a memory.
    let digest: PictureDigest?
    var starts: [Int]

    /// Where its features go, which lie in these rows.
    func places(_ rows: Range<Int>) -> [(rows: Range<Int>, start: Int)] { starts.map { (rows, $0) } }
  }

  /// Features of all pictures: from the memory where it has them, the others from the tower.
  func see(
    _ pictures: [PlacedPicture], _ compute: Compute, _ memory: (any PictureMemory)?, _ observe: StageObserver
  ) -> [PlacedFeatures] {
    var seen: [PlacedFeatures] = []
    var unseen: [DistinctPicture] = []
    for picture in distinct(pictures, memory) {
      if let digest = picture.digest, let known = memory?.features(of: digest), fits(known, picture.patches) {
        seen.append(PlacedFeatures(features: load(known, compute), pictures: picture.places(0..<mergedPatches(of: picture.patches))))
      } else {
        unseen.append(picture)
      }
    }
    return seen + look(at: unseen, compute, memory, observe)
  }

  /// Without a memory every picture counts for itself.
  private func distinct(_ pictures: [PlacedPicture], _ memory: (any PictureMemory)?) -> [DistinctPicture] {
    var distinct: [DistinctPicture] = []
    var indices: [PictureDigest: Int] = [:]
    for picture in pictures {
      let digest = memory?.digest(of: picture.patches)
      if let digest, let index = indices[digest] {
        distinct[index].starts.append(picture.start)
      } else {
        if let digest { indices[digest] = distinct.count }
        distinct.append(DistinctPicture(patches: picture.patches, digest: digest, starts: [picture.start]))
      }
    }
    return distinct
  }

  /// Runs pictures through the tower, several small ones in one pass.
  private func look(
    at pictures: [DistinctPicture], _ compute: Compute, _ memory: (any PictureMemory)?, _ observe: StageObserver
  ) -> [PlacedFeatures] {
    var seen: [PlacedFeatures] = []
    var next = 0
    while next < pictures.count {
      var end = next + 1
      var patches = pictures[next].patches.count
      while end < pictures.count, patches + pictures[end].patches.count <= Self.patchesPerPass {
        patches += pictures[end].patches.count
        end += 1
      }
      let group = pictures[next..<end]
      let features = compute.within("vision tower") { vision(group.map(\.patches), compute, observe) }
      var row = 0
      var places: [(Range<Int>, Int)] = []
      for picture in group {
        let rows = row..<row + mergedPatches(of: picture.patches)
        places += picture.places(rows)
        row = rows.upperBound
        guard let memory, let digest = picture.digest else { continue }
        let kept = PictureFeatures(
          tokens: compute.rows(rows, of: features.tokens), deepstack: features.deepstack.map { compute.rows(rows, of: $0) })
        memory.keep(kept, of: digest)
      }
      seen.append(PlacedFeatures(features: features, pictures: places))
      next = end
    }
    return seen
  }

  /// Whether features have the shape that a picture's must have.
  private func fits(_ features: PictureFeatures, _ picture: Patches) -> Bool {
    let count = mergedPatches(of: picture) * configuration.vision.outputSize
    return features.tokens.count == count && features.deepstack.count == configuration.vision.deepstackBlocks.count
      && features.deepstack.allSatisfy { $0.count == count }
  }

  private func load(_ features: PictureFeatures, _ compute: Compute) -> VisionFeatures {
    func matrix(_ rows: [Float]) -> TokenMatrix { compute.tokenMatrix(rows: rows, features: configuration.vision.outputSize) }
    return VisionFeatures(tokens: matrix(features.tokens), deepstack: features.deepstack.map(matrix))
  }
}
