import Crypto
import Embedding
import Foundation
import Retrieval

/// Compares by vectors: the methods with a model, or with a server that has one.
///
/// Vectors of a demonstration, in this order, as far as there is something to embed: its task, its first screen, both together, and every
/// step's screen with the words of its action. They are kept in a `SearchCollection` of the library, one for each model and its settings.
struct VectorMethod: DemonstrationMethod {
  /// What queries are embedded with, for models that take an instruction.
  static let instruction = "Retrieve demonstrations for GUI automation tasks."

  let name: MethodName
  let seesScreens: Bool
  private let embedder: any CollectionEmbedder
  private let profile: EmbeddingProfile
  private let directory: String
  /// Which parts are embedded, and how: raised whenever a demonstration would get other vectors.
  private static let version = 2

  /// A method.
  ///
  /// - Parameters:
  ///   - name: What it is called.
  ///   - embedder: What makes the vectors.
  ///   - folder: The folder that holds the collections of a library.
  /// - Throws: `CollectionError` when the model's files cannot be read.
  init(_ name: MethodName, _ embedder: any CollectionEmbedder, in folder: String) throws {
    self.name = name
    self.embedder = embedder
    profile = try embedder.profile()
    seesScreens = profile.maximumPixels != nil
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let digest = SHA256.hash(data: try encoder.encode(profile.anonymous)).hexadecimal
    // By the model alone: a hybrid shares its vectors with the method of its model.
    directory = "\(folder)/\(digest.prefix(16))"
  }

  /// A part of a demonstration that has a vector.
  private enum Part: String, Codable {
    case task, screen, both
    /// All parts behind it are steps too.
    case step
  }

  /// What is kept with a demonstration's vectors.
  private struct Contents: Codable {
    /// What each vector is of.
    var parts: [Part] = []
    /// For each vector of a step, the step's place; behind one another.
    var steps: [Int] = []
    /// The cosine of the first screen alone with the same screen and its action's words: what a screen can reach at a step.
    var match: Double?
    /// The mean of its cosines with the steps that have other screens; `nil` where there are none.
    var stranger: Double?

    /// Vectors before those of steps.
    var firstStep: Int { parts.firstIndex(of: .step) ?? parts.count }

    /// Notes how a screen alone compares with screens that come with words.
    mutating func compareForms(_ vectors: [[Float]], _ demonstration: Demonstration) {
      guard let first = demonstration.firstScreen, let alone = parts.firstIndex(of: .screen) else { return }
      var (same, others): ([Double], [Double]) = ([], [])
      for (place, vector) in zip(steps, vectors.dropFirst(firstStep)) {
        guard let screen = demonstration.screen(ofStep: place) else { continue }
        let cosine = Matryoshka.dotProduct(vectors[alone], vector)
        if screen == first { same.append(cosine) } else { others.append(cosine) }
      }
      match = same.isEmpty ? nil : same.reduce(0, +) / Double(same.count)
      stranger = others.isEmpty ? nil : others.reduce(0, +) / Double(others.count)
    }
  }

  private static func digest(_ record: DemonstrationRecord) -> [UInt8] { Array("\(version) \(record.digest)".utf8) }

  /// Stands between a digest and the places of the steps whose screens were not there.
  private static let withoutScreens = " without "

  /// What is kept of how a demonstration was embedded: its digest, and which screens were not there, so that they are seen when they come.
  private static func note(_ demonstration: Demonstration) -> [UInt8] {
    let absent = demonstration.record.steps.indices.filter { place in
      demonstration.screen(ofStep: place).map { !FileManager.default.fileExists(atPath: $0) } ?? false
    }
    let digest = digest(demonstration.record)
    return absent.isEmpty ? digest : digest + Array((withoutScreens + absent.map(String.init).joined(separator: ",")).utf8)
  }

  /// Whether a demonstration has changed since it was embedded, or a screen that was not there then is there now.
  private func isStale(_ demonstration: Demonstration, _ known: [UInt8]?) -> Bool {
    let digest = Self.digest(demonstration.record)
    guard let known, known.starts(with: digest) else { return true }
    guard seesScreens, known.count > digest.count else { return known.count != digest.count }
    let absent = String(decoding: known.dropFirst(digest.count + Self.withoutScreens.utf8.count), as: UTF8.self).split(separator: ",")
    return absent.contains { place in
      Int(place).flatMap { demonstration.screen(ofStep: $0) }.map { FileManager.default.fileExists(atPath: $0) } ?? true
    }
  }

  private func collection() throws -> SearchCollection {
    do {
      return try SearchCollection(opening: directory)
    } catch {
      guard error.code == .missing else { throw error }
      // Libraries are small: comparing with all vectors takes milliseconds, and needs no codes.
      let form = CollectionManifest.VectorForm(dimensions: profile.dimensions, int8: false, binary: false)
      return try SearchCollection.create(at: directory, for: embedder, vectors: form)
    }
  }

  func update(
    _ demonstrations: [Demonstration], progress: (@Sendable (_ done: Int, _ all: Int) -> Void)?
  ) async throws -> [DemonstrationFailure] {
    let collection = try collection()
    let known = try await collection.embeddedDigests()
    let gone = Set(known.keys).subtracting(demonstrations.map(\.record.id))
    if !gone.isEmpty { try await collection.removeEmbedded(gone) }
    let missing = demonstrations.filter { isStale($0, known[$0.record.id]) }
    var failures: [DemonstrationFailure] = []
    for (index, demonstration) in missing.enumerated() {
      try Task.checkCancellation()
      progress?(index, missing.count)
      failures += try await embed(demonstration, into: collection)
    }
    if !missing.isEmpty { progress?(missing.count, missing.count) }
    return failures
  }

  /// Embeds a demonstration; a part that fails is left out and named.
  private func embed(_ demonstration: Demonstration, into collection: SearchCollection) async throws -> [DemonstrationFailure] {
    let record = demonstration.record
    var wanted: [(part: Part, step: Int?, item: Item)] = [(.task, nil, Item(text: record.task))]
    if seesScreens, let first = demonstration.firstScreen {
      wanted.append((.screen, nil, Item(image: .file(first))))
      wanted.append((.both, nil, Item(texts: [record.task], images: [.file(first)])))
    }
    for (place, step) in record.steps.enumerated() {
      let images = seesScreens ? demonstration.screen(ofStep: place).map { [ImageSource.file($0)] } ?? [] : []
      wanted.append((.step, place, Item(texts: [step.words], images: images)))
    }
    var contents = Contents()
    var parts: [(text: String?, vector: [Float])] = []
    var failures: [DemonstrationFailure] = []
    for (wanted, result) in zip(wanted, try await embedder.embed(wanted.map(\.item))) {
      switch result {
      case .success(let vector):
        contents.parts.append(wanted.part)
        if let step = wanted.step { contents.steps.append(step) }
        parts.append((wanted.item.texts.first, vector))
      case .failure(let error):
        failures.append(DemonstrationFailure(record.id, wanted.step.map { "step \(record.steps[$0].index): \(error)" } ?? "\(error)"))
      }
    }
    guard !parts.isEmpty else { return failures }
    contents.compareForms(parts.map(\.vector), demonstration)
    try await collection.store(
      EmbeddedSource(
        name: record.id, digest: seesScreens ? Self.note(demonstration) : Self.digest(record),
        content: String(decoding: try JSONEncoder().encode(contents), as: UTF8.self), parts: parts))
    return failures
  }

  func evidence(
    for query: DemonstrationQuery, of chosen: [Int], in demonstrations: [Demonstration]
  ) async throws -> [Evidence] {
    var items: [(part: Part, item: Item)] = []
    if let task = query.task { items.append((.task, Item(text: task))) }
    if seesScreens, let screen = query.screen {
      items.append((.screen, Item(image: screen)))
      if let task = query.task { items.append((.both, Item(texts: [task], images: [screen]))) }
    }
    guard !items.isEmpty else { return chosen.map { _ in Evidence() } }
    let vectors = try await embed(items.map(\.item))
    let ids = chosen.map { demonstrations[$0].record.id }
    let found = try await collection().similarities(of: vectors, to: Set(ids))
    return try zip(chosen, ids).map { index, id in
      guard let (content, cosines) = found[id] else { return Evidence() }
      let contents = try JSONDecoder().decode(Contents.self, from: Data(content.utf8))
      return Self.evidence(contents, Dictionary(uniqueKeysWithValues: zip(items.map(\.part), cosines)), demonstrations[index])
    }
  }

  /// The evidence of one demonstration.
  ///
  /// `contents` says what its vectors are of, `cosines` has for each part of the query the cosine of every vector.
  private static func evidence(_ contents: Contents, _ cosines: [Part: [Float]], _ demonstration: Demonstration) -> Evidence {
    var evidence = Evidence()
    func cosine(_ query: Part, _ part: Part) -> Double? {
      guard let all = cosines[query], let index = contents.parts.firstIndex(of: part), index < all.count else { return nil }
      return Double(all[index])
    }
    evidence.task = cosine(.task, .task)
    evidence.both = cosine(.both, .both)
    if let all = cosines[.screen] {
      // A query may come from the middle of the task. A screen alone never reaches a screen with words: both are brought to one scale.
      let scale = max(contents.match ?? 1, Self.leastMatch)
      let steps = zip(contents.steps, all.dropFirst(contents.firstStep)).filter { demonstration.screen(ofStep: $0.0) != nil }
      evidence.screen = ([cosine(.screen, .screen)].compactMap { $0 } + steps.map { Double($0.1) / scale }).max()
    }
    return evidence
  }

  func stepEvidence(for query: DemonstrationQuery, of demonstration: Demonstration) async throws -> StepEvidence {
    let screen = seesScreens ? query.screen : nil
    let item = screen.map { Item(image: $0) } ?? Item(text: query.task ?? "")
    let vector = try await embed([item])[0]
    // Steps that could not be embedded resemble nothing.
    var similarities = demonstration.record.steps.map { _ in -1.0 }
    guard let found = try await collection().embedded(demonstration.record.id) else { return StepEvidence(ofWords: similarities) }
    let contents = try JSONDecoder().decode(Contents.self, from: Data(found.content.utf8))
    for (place, other) in zip(contents.steps, found.vectors.dropFirst(contents.firstStep)) where similarities.indices.contains(place) {
      similarities[place] = Matryoshka.dotProduct(vector, other)
    }
    guard screen != nil, let match = contents.match else { return StepEvidence(ofWords: similarities) }
    return StepEvidence(ofScreen: similarities, match: match, stranger: contents.stranger ?? match - Self.usualContrast)
  }

  /// Cosines below this are taken for this, so that no noise is blown up.
  private static let leastMatch = 0.3
  /// How much less another screen is taken to reach where a demonstration has but one.
  private static let usualContrast = 0.1

  /// Vectors of a query's parts.
  private func embed(_ items: [Item]) async throws -> [[Float]] {
    try await embedder.embed(
      items.map { item in
        var item = item
        if embedder.queryInstruction != nil { item.instruction = Self.instruction }
        return item
      }
    ).map { try $0.get() }
  }
}
