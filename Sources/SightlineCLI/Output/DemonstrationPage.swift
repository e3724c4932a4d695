import Demonstrations
import Foundation
import Sightline

/// Demonstrations as a page to look at: one file, with all screens in it and nothing that runs or is fetched.
struct DemonstrationPage {
  private let text: String

  /// Writes the page; the file appears whole or not at all.
  func write(to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  /// A demonstration as a strip of its screens, each with the place that is touched.
  static func filmstrip(_ demonstration: Demonstration, _ episode: Episode) -> DemonstrationPage {
    let record = demonstration.record
    let frames = record.steps.indices.map { frame(demonstration, episode, $0, side: 640) }
    let facts = record.applications + record.domains + [record.platform].compactMap { $0 } + record.tags
    return DemonstrationPage(
      text: ResultPage.document(
        title: record.task, style: style,
        """
        <header><div><h1>\(ResultPage.escaped(record.task))</h1>
        <p class="score">\(ResultPage.escaped(record.id)) · \(record.steps.count) steps · \(ResultPage.escaped(facts.joined(separator: " · ")))</p></div></header>
        <main class="wide">
        \(frames.joined(separator: "\n"))
        </main>
        """))
  }

  /// What a query led to: its screen beside that of each demonstration which it resembles most, and all steps below.
  static func ranking(_ query: DemonstrationQuery, _ screenshot: String?, _ ranking: DemonstrationRanking) -> DemonstrationPage {
    let words = query.task ?? "Search by screen"
    let verdict =
      ranking.isNoMatch
      ? "<p class=\"fault\">Nothing fits; these come nearest.</p>"
      : ranking.threshold == nil ? "<p class=\"score\">Whether any of these fits is not known: no threshold was chosen.</p>" : ""
    let cards = ranking.matches.enumerated().map { card($0 + 1, $1) }
    return DemonstrationPage(
      text: ResultPage.document(
        title: words, style: style,
        """
        <header><div><h1>\(ResultPage.escaped(words))</h1>\(verdict)</div></header>
        <section class="beside"><div class="query">\(screenshot.map(ResultPage.queryPicture) ?? "")</div><div>
        \(cards.joined(separator: "\n"))
        </div></section>
        """))
  }

  private static let style = """
    main.wide{grid-template-columns:repeat(auto-fill,minmax(26rem,1fr))}.screen{position:relative;line-height:0}.screen img{width:100%;max-height:none;margin:0}
    .screen svg{position:absolute;inset:0;width:100%;height:100%}.step{margin-top:.5rem}
    .beside{display:grid;grid-template-columns:minmax(16rem,1fr) 3fr;gap:1.5rem}.query{position:sticky;top:1rem;align-self:start}.query img{width:100%;border:2px solid #36c}
    .beside article{margin-bottom:1rem}.strip{display:flex;gap:.5rem;overflow-x:auto}.strip figure{flex:0 0 11rem;margin:0;font-size:.8rem}
    """

  private static func card(_ rank: Int, _ match: DemonstrationMatch) -> String {
    let record = match.demonstration.record
    let scores = [
      String(format: "score %.4f", match.score), match.relevance.map { String(format: "rerank %.4f", $0) },
      match.evidence.task.map { String(format: "task %.4f", $0) }, match.evidence.screen.map { String(format: "screen %.4f", $0) },
      match.applicationBonus != 0 ? String(format: "application %+.2f", match.applicationBonus) : nil,
      match.domainBonus != 0 ? String(format: "domain %+.2f", match.domainBonus) : nil,
    ].compactMap { $0 }.joined(separator: " · ")
    let episode = try? match.demonstration.episode()
    let figures = record.steps.indices.map { place in
      "<figure>\(picture(match.demonstration, episode, place, side: 320))<figcaption>\(ResultPage.escaped(record.steps[place].words))</figcaption></figure>"
    }
    let fault = match.rerankFailure.map { "<p class=\"fault\">not judged: \(ResultPage.escaped($0))</p>" } ?? ""
    return """
      <article><b>\(rank).</b> \(ResultPage.escaped(record.task)) <span class="score">\(ResultPage.escaped(record.id))</span>
      <div class="score">\(scores)</div>\(fault)<div class="strip">\(figures.joined())</div></article>
      """
  }

  private static func frame(_ demonstration: Demonstration, _ episode: Episode, _ place: Int, side: Int) -> String {
    let step = demonstration.record.steps[place]
    return """
      <article>\(picture(demonstration, episode, place, side: side))
      <div class="step"><b>\(step.index).</b> \(ResultPage.escaped(step.words))</div></article>
      """
  }

  /// A step's screen with its mark; nothing for a step without one.
  private static func picture(_ demonstration: Demonstration, _ episode: Episode?, _ place: Int, side: Int) -> String {
    guard let path = demonstration.screen(ofStep: place) else { return "" }
    let picture = ResultPage.picture(Result { try RGBImage(file: path).thumbnail(fitting: side) })
    let action = episode.flatMap { $0.steps.indices.contains(place) ? $0.steps[place].action : nil }
    return "<div class=\"screen\">\(picture)\(mark(demonstration.record.steps[place].point, to: action?.normalizedEnd, side))</div>"
  }

  /// A ring where a step touches the screen, and a line to where a drag ends.
  private static func mark(_ point: [Double]?, to end: NormalizedCoordinates?, _ side: Int) -> String {
    guard let point, point.count == 2 else { return "" }
    let radius = side >= 640 ? 13 : 7
    func percent(_ fraction: Double) -> String { String(format: "%.2f%%", 100 * min(1, max(0, fraction))) }
    let (x, y) = (percent(point[0]), percent(point[1]))
    let line = end.map {
      "<line x1=\"\(x)\" y1=\"\(y)\" x2=\"\(percent($0.x))\" y2=\"\(percent($0.y))\" stroke=\"#e02020\" stroke-width=\"3\"/>"
    }
    return """
      <svg aria-hidden="true">\(line ?? "")<circle cx="\(x)" cy="\(y)" r="\(radius)" fill="none" stroke="#fff" stroke-width="5"/>\
      <circle cx="\(x)" cy="\(y)" r="\(radius)" fill="#e0202033" stroke="#e02020" stroke-width="3"/></svg>
      """
  }
}
