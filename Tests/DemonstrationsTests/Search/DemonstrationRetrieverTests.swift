import Embedding
import Foundation
import Retrieval
import Synchronization
import TestSupport
import Testing

@testable import Demonstrations

/// Filters, bonuses, fusion, and when nothing fits
@Suite struct DemonstrationRetrieverTests {
  private func retriever(_ place: LibraryPlace, thresholds: Thresholds = Thresholds()) throws -> DemonstrationRetriever {
    DemonstrationRetriever(
      try place.library.contents().demonstrations, method: LexicalMethod<BM25Model>(name: .bm25), thresholds: thresholds)
  }

  private func multimodal(_ place: LibraryPlace) async throws -> (retriever: DemonstrationRetriever, method: VectorMethod) {
    let library = try place.library
    let demonstrations = try library.contents().demonstrations
    let method = try VectorMethod(.qwen3vl, CoarseEmbedder(), in: library.vectorsDirectory)
    #expect(try await method.update(demonstrations, progress: nil).isEmpty)
    return (DemonstrationRetriever(demonstrations, method: method), method)
  }

  private func queryScreen(_ name: String) -> ImageSource { .file("\(LibraryPlace.fixtures)/query-screens/\(name).png") }

  @Test func theTaskInItsOwnWordsIsFoundFirst() async throws {
    let place = try LibraryPlace()
    let retriever = try {
      try place.add(); return try self.retriever(place)
    }()
    for demonstration in retriever.demonstrations {
      let ranking = try await retriever.retrieve(DemonstrationQuery(task: demonstration.record.task))
      #expect(ranking.matches.first?.demonstration.record.id == demonstration.record.id)
      #expect(ranking.matches.count == 3 && ranking.considered == 40 && ranking.form == .task)
    }
  }

  /// Sixty demonstrations that share more words than the one in the program: it comes first all the same, whatever topK is.
  @Test func bonusesAndFiltersCountBeforeTheCut() async throws {
    let place = try LibraryPlace()
    let others = (0..<60).map { LibraryPlace.words("other-\($0)", "open file number \($0)", app: "Writer", tags: ["x"]) }
    let wanted = LibraryPlace.words("wanted", "open something", app: "Notepad", tags: ["x", "Special"])
    _ = try place.library.add(others + [wanted])
    let retriever = try retriever(place)
    var options = DemonstrationRetriever.Options()
    options.topK = 1
    options.applicationBonus = 1
    let plain = try await retriever.retrieve(DemonstrationQuery(task: "open file"), options)
    #expect(plain.matches[0].demonstration.record.id != "wanted" && plain.matches[0].applicationBonus == 0)
    let inProgram = try await retriever.retrieve(DemonstrationQuery(task: "open file", application: "Untitled - Notepad"), options)
    #expect(inProgram.matches.map(\.demonstration.record.id) == ["wanted"])
    #expect(inProgram.matches[0].applicationBonus == 1 && inProgram.matches[0].score == inProgram.matches[0].similarity + 1)
    let tagged = try await retriever.retrieve(DemonstrationQuery(task: "open file", tags: ["X", "special"]), options)
    #expect(tagged.matches.map(\.demonstration.record.id) == ["wanted"] && tagged.considered == 1)
    #expect(try await retriever.retrieve(DemonstrationQuery(task: "open", platform: "macos"), options).isNoMatch)
  }

  @Test func theDomainIsMatchedThroughAddressAndPort() async throws {
    let place = try LibraryPlace()
    try place.add("shop-cart", "tracker-open")
    let ranking = try await retriever(place).retrieve(
      DemonstrationQuery(task: "x", domain: "https://user@www.shop.example.com:8443/cart"))
    #expect(ranking.matches.map(\.domainBonus) == [0.2, 0])
    #expect(ranking.matches[0].demonstration.record.id == "shop-cart")
  }

  /// A library of one would have every score 0 with OpenAdapt's first TF-IDF; of equal scores, ids decide and not the order of adding.
  @Test func equalScoresComeInTheOrderOfIds() async throws {
    let place = try LibraryPlace()
    _ = try place.library.add(["c", "a", "b"].map { LibraryPlace.words($0, "the same words") })
    let ranking = try await retriever(place).retrieve(DemonstrationQuery(task: "words"))
    #expect(ranking.matches.map(\.demonstration.record.id) == ["a", "b", "c"])
    #expect(Set(ranking.matches.map(\.score)).count == 1 && ranking.matches[0].score > 0)
  }

  @Test func belowTheThresholdNothingFits() async throws {
    let place = try LibraryPlace()
    try place.add("notes-pin", "notes-new")
    var thresholds = Thresholds()
    thresholds.set(0.5, .bm25, .task, isReranked: false)
    let retriever = try retriever(place, thresholds: thresholds)
    let far = try await retriever.retrieve(DemonstrationQuery(task: "order a pizza for the note", application: "Notes"))
    #expect(far.isNoMatch && far.best == nil && far.matches.count == 2 && far.threshold == 0.5)
    // The bonus lifts the score over the threshold, and does not make it fit.
    #expect(far.matches[0].applicationBonus > 0)
    let near = try await retriever.retrieve(DemonstrationQuery(task: "pin the note"))
    #expect(near.best?.demonstration.record.id == "notes-pin")
    // Without a threshold nobody can say: what is best is offered.
    #expect(try await self.retriever(place).retrieve(DemonstrationQuery(task: "pizza")).isNoMatch == false)
  }

  /// A bonus puts one first that does not fit; the one that does is offered, and it alone goes into the prompt.
  @Test func whatFitsIsOfferedWhereverItStands() async throws {
    let place = try LibraryPlace()
    try place.add("notes-pin", "notes-new")
    let query = DemonstrationQuery(task: "pin the note")
    let plain = try await retriever(place).retrieve(query)
    let (first, second) = (plain.matches[0], plain.matches[1])
    #expect(first.similarity > second.similarity)
    let lifted = DemonstrationMatch(
      demonstration: second.demonstration, similarity: second.similarity, applicationBonus: 1, domainBonus: 0, evidence: second.evidence)
    let ranking = DemonstrationRanking(
      matches: [lifted, first], form: plain.form, threshold: first.similarity, considered: 2, ignoresScreen: false)
    #expect(ranking.best == first && !ranking.isNoMatch)
    let prompt = try ranking.prompt(for: query.task, PromptOptions())
    #expect(prompt.contains(first.demonstration.record.task) && !prompt.contains(second.demonstration.record.task))
  }

  @Test func aMethodWithoutEyesSaysSo() async throws {
    let place = try LibraryPlace()
    try place.add("notes-pin")
    let retriever = try retriever(place)
    let screen = queryScreen("notes-new-0")
    await #expect(throws: LibraryError.self) { try await retriever.retrieve(DemonstrationQuery(screen: screen)) }
    await #expect(throws: LibraryError.self) { try await retriever.retrieve(DemonstrationQuery()) }
    await #expect(throws: LibraryError.self) { try await retriever.position(of: DemonstrationQuery(screen: screen), in: "notes-pin") }
    #expect(try await retriever.retrieve(DemonstrationQuery(task: "pin", screen: screen)).ignoresScreen)
  }

  /// Two tasks with the same words: only the screen can tell, and it does.
  @Test func theScreenDecidesBetweenEqualWords() async throws {
    let place = try LibraryPlace()
    var news = try ["settings-bluetooth-off", "notes-delete", "sheet-sort"].map { try LibraryPlace.gallery($0) }
    for index in news.indices { news[index].episode.instruction = "finish this" }
    _ = try place.library.add(news + [LibraryPlace.words("by-words", "finish this")])
    let (retriever, _) = try await multimodal(place)
    for (screen, id) in [
      ("settings-bluetooth-off-1", "settings-bluetooth-off"), ("notes-delete-0", "notes-delete"), ("sheet-sort-2", "sheet-sort"),
    ] {
      let both = try await retriever.retrieve(DemonstrationQuery(task: "finish this", screen: queryScreen(screen)))
      #expect(both.matches.first?.demonstration.record.id == id && both.form == .both)
      let alone = try await retriever.retrieve(DemonstrationQuery(screen: queryScreen(screen)))
      #expect(alone.matches.first?.demonstration.record.id == id && alone.form == .screen)
      // What has no screen cannot be compared with one, and is not ranked by chance.
      #expect(!alone.matches.contains { $0.demonstration.record.id == "by-words" })
    }
  }

  /// A demonstration in words neither wins nor loses by having no screens.
  @Test func demonstrationsWithoutScreensCompeteFairly() async throws {
    let place = try LibraryPlace()
    let screens = try ["files-rename", "mail-reply", "writer-font", "notes-pin"].map { try LibraryPlace.gallery($0) }
    _ = try place.library.add(screens + [LibraryPlace.words("words-rename", "Give a picture another name")])
    let (retriever, _) = try await multimodal(place)
    let words = try await retriever.retrieve(
      DemonstrationQuery(task: "Give a picture another name", screen: queryScreen("files-rename-2")))
    #expect(words.matches.first?.demonstration.record.id == "words-rename")
    let screen = try await retriever.retrieve(
      DemonstrationQuery(task: "Rename the file draft.txt to final.txt", screen: queryScreen("files-rename-2")))
    #expect(screen.matches.first?.demonstration.record.id == "files-rename")
  }

  @Test func vectorsFollowTheLibrary() async throws {
    let place = try LibraryPlace()
    try place.add("notes-pin", "notes-new")
    let (_, method) = try await multimodal(place)
    let library = try place.library
    // What is there is not embedded again.
    let counts = Counter()
    _ = try await method.update(library.contents().demonstrations) { counts.note($1) }
    #expect(counts.values.isEmpty)
    var changed = try LibraryPlace.gallery("notes-pin")
    changed.episode.instruction = "Something else entirely"
    _ = try library.add([changed])
    try library.remove(["notes-new"])
    let demonstrations = try library.contents().demonstrations
    _ = try await method.update(demonstrations) { counts.note($1) }
    #expect(counts.values == [1, 1])
    let retriever = DemonstrationRetriever(demonstrations, method: method)
    let ranking = try await retriever.retrieve(DemonstrationQuery(task: "Something else entirely"))
    #expect(ranking.matches.count == 1 && abs(ranking.matches[0].similarity - 1) <= 1e-5)
    let names = try FileManager.default.contentsOfDirectory(atPath: library.vectorsDirectory)
    #expect(names.count == 1)
    let collection = try SearchCollection(opening: "\(library.vectorsDirectory)/\(names[0])")
    #expect(try await collection.verify().isEmpty)
    // Task, screen, both, and three steps.
    #expect(try await collection.statistics().records == 6)
  }

  @Test func aScreenThatIsGoneIsNamedAndSeenWhenItIsBack() async throws {
    let place = try LibraryPlace()
    let demonstration = try #require(try place.add("notes-pin").first)
    let screen = try #require(demonstration.screen(ofStep: 1))
    try FileManager.default.moveItem(atPath: screen, toPath: screen + ".away")
    let method = try VectorMethod(.qwen3vl, CoarseEmbedder(), in: place.library.vectorsDirectory)
    let failures = try await method.update([demonstration], progress: nil)
    #expect(failures.map(\.demonstration) == ["notes-pin"] && failures[0].reason.hasPrefix("step 1:"))
    let evidence = try await method.stepEvidence(for: DemonstrationQuery(screen: queryScreen("notes-pin-1")), of: demonstration)
    #expect(evidence.similarities.count == 3 && evidence.similarities[1] == -1 && evidence.similarities[0] > 0)
    // As long as it is away, nothing is embedded again, and nothing more is lost.
    #expect(try await method.update([demonstration], progress: nil).isEmpty)
    try FileManager.default.moveItem(atPath: screen + ".away", toPath: screen)
    #expect(try await method.update([demonstration], progress: nil).isEmpty)
    let whole = try await method.stepEvidence(for: DemonstrationQuery(screen: queryScreen("notes-pin-1")), of: demonstration)
    #expect(whole.similarities[1] > 0)
  }

  /// The reranker's relevance takes the place of the score, for as many as it is asked; the rest comes behind.
  @Test func theRerankerOrdersTheBest() async throws {
    let place = try LibraryPlace()
    try place.add("notes-pin", "notes-new", "notes-delete", "shop-cart")
    let reranker = try Reranker(Model(directory: TinyCheckpoint.tied.rerankerDirectory))
    let demonstrations = try place.library.contents().demonstrations
    let retriever = DemonstrationRetriever(demonstrations, method: LexicalMethod<BM25Model>(name: .bm25), reranker: reranker)
    var options = DemonstrationRetriever.Options()
    options.rerankTopN = 3
    options.topK = 4
    let query = DemonstrationQuery(task: "Delete the note", screen: queryScreen("notes-delete-0"))
    let ranking = try await retriever.retrieve(query, options)
    #expect(ranking.matches.map { $0.relevance != nil } == [true, true, true, false])
    let relevances = ranking.matches.compactMap(\.relevance)
    #expect(relevances == relevances.sorted(by: >))
    let best = try #require(ranking.matches.first)
    let direct = try await reranker.score(
      query: Item(texts: ["Delete the note"], images: [queryScreen("notes-delete-0")]),
      documents: [best.demonstration.item(withScreen: true)], instruction: "Retrieve demonstrations for GUI automation tasks.")
    #expect(try direct[0].get().score == best.relevance)
  }

  @Test func queriesCarryTheInstructionAndDemonstrationsDoNot() async throws {
    let place = try LibraryPlace()
    _ = try place.library.add([LibraryPlace.words("a", "a cup of coffee")])
    let embedder = Embedder(try Model(directory: TinyCheckpoint.tied.directory))
    let method = try VectorMethod(.qwen3vl, embedder, in: place.library.vectorsDirectory)
    let demonstrations = try place.library.contents().demonstrations
    _ = try await method.update(demonstrations, progress: nil)
    let evidence = try await method.evidence(for: DemonstrationQuery(task: "a cup of coffee"), of: [0], in: demonstrations)
    let query = try await embedder.embed(
      Item(text: "a cup of coffee", instruction: "Retrieve demonstrations for GUI automation tasks."))
    let expected = Matryoshka.dotProduct(query, try await embedder.embed(Item(text: "a cup of coffee")))
    #expect(abs(try #require(evidence[0].task) - expected) <= 1e-5 && abs(expected - 1) > 1e-3)
  }

  @Test func hybridWeighsBoth() async throws {
    let place = try LibraryPlace()
    try place.add("notes-pin", "notes-new")
    let demonstrations = try place.library.contents().demonstrations
    let vectors = try VectorMethod(.hybrid, CoarseEmbedder(), in: place.library.vectorsDirectory)
    _ = try await vectors.update(demonstrations, progress: nil)
    let query = DemonstrationQuery(task: "pin a shopping list")
    let words = try await LexicalMethod<BM25Model>(name: .bm25).evidence(for: query, of: [1, 0], in: demonstrations)
    let meaning = try await vectors.evidence(for: query, of: [1, 0], in: demonstrations)
    let both = try await HybridMethod(vectors, alpha: 0.3).evidence(for: query, of: [1, 0], in: demonstrations)
    for index in 0..<2 {
      let expected = 0.3 * (words[index].task ?? .nan) + 0.7 * (meaning[index].task ?? .nan)
      #expect(abs((both[index].task ?? .nan) - expected) <= 1e-12)
    }
  }

  @Test func methodsSayWhatTheyNeed() async throws {
    let place = try LibraryPlace()
    let library = try place.library
    for name in [MethodName.minilm, .qwen3vl, .openai, .hybrid] {
      await #expect(throws: LibraryError.self) { try await MethodSettings(name).method(for: library) }
    }
    func settings(_ name: MethodName, _ directory: String) -> MethodSettings {
      var settings = MethodSettings(name)
      settings.openModel = { try openEmbedder(directory: directory) }
      return settings
    }
    let (multimodal, sentences) = (try TinyCheckpoint.tied.directory, try TinyEncoder.mpnet.directory)
    await #expect(throws: LibraryError.self) { try await settings(.minilm, multimodal).method(for: library) }
    await #expect(throws: LibraryError.self) { try await settings(.qwen3vl, sentences).method(for: library) }
    #expect(try await settings(.nano, multimodal).method(for: library).seesScreens)
    #expect(try await settings(.mpnet, sentences).method(for: library).seesScreens == false)
  }
}

/// Numbers that a closure was told.
private final class Counter: Sendable {
  private let told = Mutex<[Int]>([])
  var values: [Int] { told.withLock { $0 } }

  func note(_ value: Int) { told.withLock { $0.append(value) } }
}
