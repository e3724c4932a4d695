/// Inputs, and what the reference gave for them.
public struct VerificationCase: Sendable {
  /// What the case is called.
  public let name: String
  /// The model that gave the numbers, by its publisher's name.
  public let model: String
  /// How closely the numbers can be met.
  public let exactness: Exactness
  /// What else there is to know about the numbers.
  public let note: String?
  /// Tokens per input at most, where the numbers were computed with a limit of their own.
  let maximumLength: Int?
  /// What is computed and compared.
  let content: Content

  enum Content: Sendable {
    /// A query's cosines with documents. Those that are published are the highest of all documents'.
    case retrieval(Ranking)
    /// A query's scores with documents.
    case reranking(Ranking)
    /// The cosine of each input with each.
    case similarity(inputs: [Side], matrix: [[Double]])
    /// The first numbers of an input's vector.
    case prefix(input: Side, numbers: [Double])
  }

  /// A query, documents, and the published scores.
  struct Ranking: Sendable {
    let query: Side
    let instruction: String?
    let documents: Documents
    /// Documents that have a score, by their numbers, in the order of `scores`; `nil` where all have one and come in their own order.
    let ranked: [Int]?
    let scores: [Double]
  }

  /// An input: a text, the path of a picture, or both.
  struct Side: Sendable, Hashable {
    var text: String?
    var image: String?
    var instruction: String?
  }

  /// The documents of a ranking.
  ///
  /// The number of a document is its place in the whole list.
  struct Documents: Sendable {
    enum Content: Sendable {
      /// The path of a JSON list of texts.
      case textFile(String)
      case texts([String])
      /// Paths of pictures.
      case images([String])
    }

    let content: Content
    /// Numbers of the documents that take part; `nil` for all.
    let indices: [Int]?
  }

  /// The kind of model that the case is for.
  public var kind: ModelKind {
    if case .reranking = content { .reranking } else { .embedding }
  }

  /// Paths of the text files that the case reads.
  var textPaths: [String] {
    if case .textFile(let path)? = ranking?.documents.content { [path] } else { [] }
  }

  /// Paths of the pictures that the case reads.
  var imagePaths: [String] {
    var paths = sides.compactMap(\.image)
    if case .images(let images)? = ranking?.documents.content { paths += images }
    return paths
  }

  /// The query and documents of a retrieval or a reranking.
  private var ranking: Ranking? {
    switch content {
    case .retrieval(let ranking), .reranking(let ranking): ranking
    case .similarity, .prefix: nil
    }
  }

  /// Inputs that the case states itself.
  private var sides: [Side] {
    switch content {
    case .retrieval(let ranking), .reranking(let ranking): [ranking.query]
    case .similarity(let inputs, _): inputs
    case .prefix(let input, _): [input]
    }
  }
}
