import Demonstrations
import Hummingbird

/// The body of `POST /v1/demonstrations/retrieve`: the options of `sightline demos retrieve`, under the same names.
struct RetrieveRequest: Decodable {
  let query: DemonstrationQuery
  let screenshot: Screenshot?
  let options: DemonstrationRetriever.Options
  let method: MethodName?
  let prompt: PromptOptions?

  init(from decoder: any Decoder) throws {
    let fields = try RequestFields(
      decoder,
      known: [
        "task", "screenshot", "app", "domain", "platform", "tags", "top_k", "rerank_top_n", "app_bonus", "domain_bonus", "threshold",
        "embedding_method", "prompt", "max_tokens",
      ])
    screenshot = try fields.screenshot()
    query = DemonstrationQuery(
      task: try fields.words("task"), application: try fields.string("app"), domain: try fields.string("domain"),
      platform: try fields.string("platform"), tags: try fields.strings("tags") ?? [])
    guard query.task != nil || screenshot != nil else { throw WireError(.badRequest, "give task, screenshot, or both", field: "task") }
    var options = DemonstrationRetriever.Options()
    options.topK = try fields.integer("top_k", in: 1...1_000) ?? options.topK
    options.rerankTopN = try fields.integer("rerank_top_n", in: 1...100) ?? options.rerankTopN
    options.applicationBonus = try fields.number("app_bonus") ?? options.applicationBonus
    options.domainBonus = try fields.number("domain_bonus") ?? options.domainBonus
    options.threshold = try fields.number("threshold")
    self.options = options
    method = try fields.choice("embedding_method", MethodName.self)
    let style = try fields.choice("prompt", PromptOptions.Style.self)
    let maximumTokens = try fields.integer("max_tokens", in: 1...10_000_000)
    guard style != nil || maximumTokens == nil else {
      throw WireError.invalid("max_tokens", "is the budget of a prompt: say its style in prompt, too")
    }
    prompt = style.map { style in
      var options = PromptOptions()
      options.style = style
      options.maximumTokens = maximumTokens
      return options
    }
  }
}

/// The body of `POST /v1/demonstrations/where`: the options of `sightline demos where`, under the same names.
struct WhereRequest: Decodable {
  let id: String
  let screenshot: Screenshot?
  let query: DemonstrationQuery
  let previous: Int?
  let method: MethodName?

  init(from decoder: any Decoder) throws {
    let fields = try RequestFields(decoder, known: ["id", "screenshot", "text", "previous", "embedding_method"])
    guard let id = try fields.words("id") else { throw WireError.invalid("id", "is missing; it is the demonstration's") }
    self.id = id
    screenshot = try fields.screenshot()
    query = DemonstrationQuery(task: try fields.words("text"))
    guard query.task != nil || screenshot != nil else { throw WireError(.badRequest, "give screenshot or text", field: "screenshot") }
    previous = try fields.integer("previous", in: 0...1_000_000)
    method = try fields.choice("embedding_method", MethodName.self)
  }
}

extension RequestFields {
  /// The screen, as large as the body allows.
  fileprivate func screenshot() throws -> Screenshot? {
    try string("screenshot", maximumBytes: .max).map { try Screenshot($0, field: "screenshot") }
  }
}
