import ArgumentParser
import Sightline

/// What a collection is settled on when it is made; an existing one keeps what it has.
struct NewCollectionArguments: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("Of a new collection: numbers kept of each vector, a Matryoshka prefix. Default: all.", valueName: "n"))
  var dimensions: Int?

  @Option(
    name: .long, help: ArgumentHelp("Of a new collection: f32 or f16, how numbers are kept. Default: f32.", valueName: "form"),
    transform: NewCollectionArguments.number)
  var stored: CollectionManifest.VectorForm.Number?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Of a new collection: codes that make a large one fast: int8, binary, int8,binary or none. Default: both.", valueName: "codes"),
    transform: NewCollectionArguments.codes)
  var codes: Set<Code>?

  @Option(name: .long, help: ArgumentHelp("Of a new collection: tokens of a passage at most. Default: 256.", valueName: "n"))
  var passageTokens: Int?

  @Option(name: .long, help: ArgumentHelp("Of a new collection: tokens that a passage repeats of the last. Default: 32.", valueName: "n"))
  var passageOverlap: Int?

  @Option(
    name: .long,
    help: ArgumentHelp("Of a new collection: records for segments of videos too, of so many seconds. Default: none.", valueName: "seconds"))
  var segmentSeconds: Int?

  /// A form of codes beside the vectors.
  enum Code: String { case int8, binary }

  mutating func validate() throws {
    if let dimensions, dimensions < 1 { throw ValidationError("--dimensions is \(dimensions), expected 1 or more.") }
    if let segmentSeconds, !(1...86_400).contains(segmentSeconds) {
      throw ValidationError("--segment-seconds is \(segmentSeconds), expected 1 to 86400.")
    }
    do { _ = try passages } catch { throw ValidationError(error.description) }
  }

  private var passages: Passages {
    get throws(CollectionError) {
      let tokens = passageTokens ?? Passages.standard.tokens
      return try Passages(tokens: tokens, overlap: passageOverlap ?? min(Passages.standard.overlap, max(0, tokens / 2)))
    }
  }

  /// Makes a collection.
  func create(at directory: String, for embedder: any CollectionEmbedder) throws -> SearchCollection {
    let form = CollectionManifest.VectorForm(
      dimensions: dimensions ?? embedder.dimensions, number: stored ?? .float32, int8: codes?.contains(.int8) ?? true,
      binary: codes?.contains(.binary) ?? true)
    return try SearchCollection.create(at: directory, for: embedder, vectors: form, passages: passages, segmentSeconds: segmentSeconds)
  }

  /// Passes a collection that has what was asked for.
  func check(_ collection: SearchCollection) throws {
    let (vectors, passages) = (collection.manifest.vectors, collection.manifest.passages)
    func check<Value: Equatable>(_ option: String, _ given: Value?, _ found: Value) throws {
      guard let given, given != found else { return }
      throw CollectionError(
        .invalidSetting,
        "\(collection.directory): was made with \(option) \(found), not \(given); leave the option out, or index into a new collection")
    }
    try check("--dimensions", dimensions, vectors.dimensions)
    try check("--stored", stored?.rawValue, vectors.number.rawValue)
    try check("--codes int8:", codes?.contains(.int8), vectors.int8)
    try check("--codes binary:", codes?.contains(.binary), vectors.binary)
    try check("--passage-tokens", passageTokens, passages.tokens)
    try check("--passage-overlap", passageOverlap, passages.overlap)
    try check("--segment-seconds", segmentSeconds, collection.manifest.segmentSeconds ?? 0)
  }

  private static func number(_ argument: String) throws -> CollectionManifest.VectorForm.Number {
    guard let number = CollectionManifest.VectorForm.Number(rawValue: argument) else {
      throw ValidationError("--stored is \(argument), expected f32 or f16.")
    }
    return number
  }

  private static func codes(_ argument: String) throws -> Set<Code> {
    guard argument != "none" else { return [] }
    return try Set(
      argument.split(separator: ",", omittingEmptySubsequences: false).map { name in
        guard let code = Code(rawValue: String(name)) else {
          throw ValidationError("--codes is \(argument), expected int8, binary, int8,binary or none.")
        }
        return code
      })
  }
}
