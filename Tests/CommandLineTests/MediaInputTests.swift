import Foundation
import TestSupport
import Testing

/// Videos and documents on the command line and in JSON lines.
@Suite struct MediaInputTests {
  private static let clips = "\(Fixtures.root)/video/clips"
  private static let sizes = "\(Fixtures.root)/pdf/sizes.pdf"
  /// Small, so that a page is some tens of tokens.
  private static let small = ["--max-pixels", "65536", "--total-pixels", "600000"]

  private func vectors(_ arguments: [String], input: String = "") throws -> [[Double]] {
    let outcome = try Program.runTiny(["embed"] + arguments + Self.small, input: input)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try outcome.output.split(separator: "\n").map { try object($0)["embedding"] as? [Double] ?? [] }
  }

  private func lines(_ records: [String]) throws -> [[Double]] {
    try vectors(["--input", "-"], input: records.joined(separator: "\n"))
  }

  @Test func aVideoIsTheSameWhereverItIsNamed() throws {
    let clip = "\(Self.clips)/vp9.webm"
    let listed = try vectors(["--video", clip, "--fps", "4", "--max-frames", "6"])
    let line = try lines([#"{"video": "\#(clip)", "fps": 4, "max_frames": 6}"#])
    #expect(listed.count == 1 && listed[0].count == 64)
    #expect(line == listed)
    #expect(try vectors(["--video", clip]) != listed)
  }

  @Test func framesByNameAreOneVideoAndFilesAreSeveral() throws {
    let picture = Program.astronaut
    let frames = try lines([#"{"video": ["\#(picture)", "\#(picture)"]}"#, #"{"video": [["\#(picture)", "\#(picture)"]]}"#])
    #expect(frames[0] == frames[1])
    let clip = "\(Self.clips)/vp9.webm"
    let several = try lines([#"{"video": ["\#(clip)", "\#(clip)"]}"#, #"{"video": "\#(clip)"}"#])
    #expect(several[0] != several[1])
  }

  @Test func everyPageIsAnItemAndJointPagesAreOne() throws {
    let pages = try vectors(["--pdf", Self.sizes, "a text"])
    #expect(pages.count == 6)
    #expect(Set(pages).count == pages.count)
    let second = try lines([#"{"pdf": "\#(Self.sizes)", "pages": 2}"#, #"{"pdf": "\#(Self.sizes)", "pages": "1-2"}"#])
    #expect(second[0] == pages[2])
    #expect(try vectors(["--pdf", Self.sizes, "--pages", "1-2", "--joint"]) == [second[1]])
  }

  @Test func rerankTakesVideosAndPages() throws {
    let outcome = try Program.runTiny(
      [
        "rerank", "--query", "what moves?", "--query-video", "\(Self.clips)/hevc.mkv", "--document", "words", "--document-video",
        "\(Self.clips)/vp9.webm", "--document-pdf", Self.sizes, "--pages", "1", "--json",
      ] + Self.small)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let results = try object(outcome.output)["results"] as? [[String: Any]] ?? []
    #expect(Set(results.compactMap { $0["index"] as? Int }) == [0, 1, 2])
    #expect(results.contains { ($0["document"] as? String)?.hasSuffix("page 1") == true })
  }

  @Test func whatIsWrongIsSaidOfTheItem() throws {
    let records = [
      #"{"video": "/nowhere.mp4"}"#, #"{"video": 7}"#, #"{"video": "\#(Self.clips)/vp9.webm", "fps": 0}"#,
      #"{"video": "\#(Self.clips)/vp9.webm", "max_frames": "many"}"#, #"{"pdf": "\#(Program.astronaut)"}"#,
      #"{"pdf": "\#(Self.sizes)", "pages": "9"}"#, #"{"pdf": "\#(Self.sizes)", "pages": "3-1"}"#, #"{"text": "fine"}"#,
    ]
    let outcome = try Program.runTiny(["embed", "--input", "-"], input: records.joined(separator: "\n"))
    #expect(outcome.status == 1)
    let errors = try outcome.output.split(separator: "\n").map { try object($0)["error"] as? String }
    for (index, expected) in ["/nowhere.mp4", "video", "fps", "max_frames", "PDF", "no page 9", "backwards"].enumerated() {
      #expect(errors[index]?.contains(expected) == true, "\(errors[index] ?? "no error") should say \(expected)")
    }
    #expect(errors.count == 8 && errors[7] == nil)
  }

  @Test(arguments: [["--fps", "0"], ["--max-frames", "0"], ["--total-pixels", "-1"], ["--pages", "x"]])
  func wrongNumbersAreWrongUse(arguments: [String]) throws {
    #expect(try Program.runTiny(["embed", "--video", "clip.mp4"] + arguments).status == 2)
  }

  @Test func textModelsAndSentenceEncodersEmbedFromTheCommandLine() throws {
    let outcome = try Program.run(["embed", "one", "two", "--instruction", "Find it", "--model", TextModelCases.embedder.get()])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.split(separator: "\n").count == 2)
    let refused = try Program.run(["embed", "--image", Program.astronaut, "--model", TextModelCases.embedder.get()])
    #expect(refused.status == 1 && refused.errors.contains("texts only"))
    let scored = try Program.run(["rerank", "--query", "one", "--document", "two", "--json", "--model", TextModelCases.reranker.get()])
    #expect(scored.status == 0, "\(scored.errors)")
    let information = try Program.run(["info", "--json", "--model", TextModelCases.reranker.get()])
    #expect(try object(information.output)["outputHead"] as? String == "own")
  }
}
