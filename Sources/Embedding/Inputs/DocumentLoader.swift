import Fetching
import Media
import Qwen3VL

/// Turns pages of PDF documents from anywhere into patches.
struct DocumentLoader: Sendable {
  private let preprocessor: ImagePreprocessor
  private let allowsPrivateAddresses: Bool
  private let pageLimit: Int

  /// A loader for items of at most so many `tokens`: pages that cannot fit are refused before they are drawn.
  init(_ preprocessor: ImagePreprocessor, _ options: ModelOptions, tokens: Int) {
    self.preprocessor = preprocessor
    let side = preprocessor.patchSize * preprocessor.mergeSize
    // A page fills its pixels but for less than a block on each side; half of that is beyond doubt.
    pageLimit = max(1, 2 * tokens * side * side / preprocessor.maximumPixels)
    allowsPrivateAddresses = options.allowsPrivateAddresses
  }

  /// Draws, resizes and cuts pages, in order.
  func patches(_ inputs: [DocumentInput]) async throws(ItemError) -> [Patches] {
    var patches: [Patches] = []
    for input in inputs { patches += try await self.patches(input) }
    return patches
  }

  private func patches(_ input: DocumentInput) async throws(ItemError) -> [Patches] {
    try await input.reading {
      let document = try await input.open(allowsPrivateAddresses: allowsPrivateAddresses)
      let numbers = try input.pages.numbers(of: document.pageCount)
      guard numbers.count <= pageLimit else {
        throw ItemError(
          .tooLong, subject: input.label,
          "\(numbers.count) pages are too many for one item; at most \(pageLimit) could fit. Choose pages (--pages), make each page an item, "
            + "or lower the pixels of each (--max-pixels)")
      }
      var patches: [Patches] = []
      for number in numbers {
        patches.append(Patches(try preprocessor.prepare(try await document.page(number, fitting: preprocessor.maximumPixels))))
      }
      return patches
    }
  }
}

extension DocumentInput {
  /// Bytes of a document that are fetched at most.
  private static let fetchedBytes = 256 << 20

  /// The chosen pages one by one, each an input of its own; they share the open document.
  ///
  /// - Parameter allowsPrivateAddresses: Whether the document's address may lead to this machine or a private network.
  /// - Returns: The pages, in the order chosen.
  /// - Throws: `ItemError` when the document cannot be read, or has not all the pages.
  public func eachPage(allowsPrivateAddresses: Bool = false) async throws(ItemError) -> [DocumentInput] {
    try await reading {
      let document = try await open(allowsPrivateAddresses: allowsPrivateAddresses)
      return try pages.numbers(of: document.pageCount).map { number in
        DocumentInput(.open(document, name: "\(label) page \(number)"), pages: try PageRanges("\(number)"))
      }
    }
  }

  fileprivate func open(allowsPrivateAddresses: Bool) async throws -> PDFDocument {
    switch source {
    case .open(let document, _): return document
    case .file(.file(let path)): return try await PDFDocument(file: path, password: password)
    case .file(.url(let url)):
      var policy = FetchPolicy()
      policy.allowsPrivateAddresses = allowsPrivateAddresses
      policy.maximumBytes = Self.fetchedBytes
      return try await PDFDocument(bytes: try await Fetcher(policy: policy).bytes(of: url), password: password)
    case .file(.dataURI(let uri)):
      return try await PDFDocument(bytes: try DataURI.decode(uri, maximumBytes: Self.fetchedBytes), password: password)
    case .file(.bytes(let bytes)): return try await PDFDocument(bytes: bytes, password: password)
    }
  }

  fileprivate func reading<Value>(_ body: () async throws -> Value) async throws(ItemError) -> Value {
    do {
      return try await body()
    } catch let error as ItemError {
      throw error
    } catch let error as MediaError {
      throw ItemError(.unreadableDocument, subject: label, error.reason)
    } catch let error as FetchError {
      throw ItemError(.unreadableDocument, error.description)
    } catch {
      throw ItemError(.unreadableDocument, subject: label, "\(error)")
    }
  }
}
