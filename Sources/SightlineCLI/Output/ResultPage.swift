import Foundation
import Sightline

/// Results as a page to look at: one file, with all pictures in it and nothing that runs or is fetched.
struct ResultPage {
  /// Pixels of a picture's longer side.
  private static let side = 320

  private let query: Item
  private let images: [String]
  private let results: [SearchResult]

  /// A page.
  ///
  /// - Parameters:
  ///   - query: What was looked for.
  ///   - images: Its pictures, as they were given.
  ///   - results: What was found.
  init(_ query: Item, _ images: [String], _ results: [SearchResult]) {
    self.query = query
    self.images = images
    self.results = results
  }

  /// Writes the page; the file appears whole or not at all.
  func write(to path: String) async throws {
    try Data(await text().utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  /// The page.
  private func text() async -> String {
    let words = query.texts.joined(separator: " ")
    var cards: [String] = []
    for (index, result) in results.enumerated() { cards.append(await Self.card(index + 1, result)) }
    return Self.document(
      title: words.isEmpty ? "Search by picture" : words,
      """
      <header><h1>\(Self.escaped(words))</h1>\(images.map(Self.queryPicture).joined())</header>
      <main>
      \(cards.joined(separator: "\n"))
      </main>
      """)
  }

  /// A page around some content: it runs nothing and fetches nothing.
  static func document(title: String, style: String = "", _ body: String) -> String {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
    <title>\(escaped(title))</title>
    <style>\(Self.style)\(style)</style></head><body>
    \(body)
    </body></html>

    """
  }

  private static let style = """
    body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#222;background:#fafafa}
    header{display:flex;gap:1rem;align-items:center;margin-bottom:1rem}h1{font-size:1.4rem}header img{max-height:6rem}
    main{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1rem}
    article{background:#fff;border:1px solid #ddd;border-radius:8px;padding:.8rem;overflow:hidden;overflow-wrap:anywhere}
    article img{display:block;max-width:100%;max-height:20rem;margin:0 auto .6rem}
    .score{color:#666;font-variant-numeric:tabular-nums}.fault{color:#a33}blockquote{margin:.5rem 0 0;color:#333}
    """

  static func queryPicture(_ reference: String) -> String {
    let image: RGBImage?
    switch ImageSource(reference) {
    case .file(let path): image = try? RGBImage(file: path)
    case .dataURI(let uri): image = try? RGBImage(dataURI: uri)
    case .url, .bytes, .pixels: image = nil
    }
    return picture(Result { try image?.thumbnail(fitting: side) })
  }

  private static func card(_ rank: Int, _ result: SearchResult) async -> String {
    let thumbnail: Result<RGBImage?, any Error>
    do { thumbnail = .success(try await result.thumbnail(fitting: side)) } catch { thumbnail = .failure(error) }
    let scores = [
      result.relevance.map { String(format: "rerank %.4f", $0) }, String(format: "cosine %.4f", result.similarity),
    ].compactMap { $0 }.joined(separator: " · ")
    let place = result.location.label.isEmpty ? "" : " <span>\(escaped(result.location.label))</span>"
    let fault = result.rerankFailure.map { "<p class=\"fault\">not judged: \(escaped($0))</p>" } ?? ""
    let snippet = result.snippet(400)
    return """
      <article>\(picture(thumbnail))<b>\(rank).</b> \(escaped(result.source))\(place)
      <div class="score">\(scores)</div>\(fault)\(snippet.isEmpty ? "" : "<blockquote>\(escaped(snippet))</blockquote>")</article>
      """
  }

  /// A picture within the page; nothing where there is none, and a word where it cannot be read any more.
  static func picture(_ made: Result<RGBImage?, any Error>) -> String {
    do {
      guard let image = try made.get() else { return "" }
      return "<img alt=\"\" src=\"data:image/jpeg;base64,\(Data(try image.jpeg()).base64EncodedString())\">"
    } catch {
      return "<p class=\"fault\">\(escaped("\(error)"))</p>"
    }
  }

  /// Text from elsewhere as nothing but text.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
