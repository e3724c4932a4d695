import Media
import Testing

@Suite("Page ranges")
struct PageRangesTests {
  @Test(
    "Numbers and ranges choose pages in the order written, each once",
    arguments: [
      ("1-3,7,10-", [1, 2, 3, 7, 10, 11, 12]), ("3,1", [3, 1]), ("-2", [1, 2]), (" 4 - 5 , 4 ", [4, 5]), ("12", [12]), ("12-", [12]),
      ("2-3,1-4", [2, 3, 1, 4]),
    ])
  func choice(_ text: String, _ numbers: [Int]) throws {
    let ranges = try PageRanges(text)
    #expect(try ranges.numbers(of: 12) == numbers)
    #expect(ranges.description == text)
  }

  @Test("All pages are all pages")
  func all() throws { #expect(try PageRanges.all.numbers(of: 3) == [1, 2, 3]) }

  @Test(
    "What is no range is refused, with its part",
    arguments: [
      ("", "\"\" is no range"), ("1,,2", "\"\" is no range"), ("-", "\"-\" is no range"), ("1-2-3", "\"1-2-3\" is no range"),
      ("one", "\"one\" is no range"), ("+1", "\"+1\" is no range"), ("0", "\"0\" names page 0"), ("5-3", "\"5-3\" runs backwards"),
      ("99999999999999999999", "\"99999999999999999999\" is no range"), ("1;2", "\"1;2\" is no range"),
    ])
  func malformed(_ text: String, _ part: String) {
    let error = #expect(throws: MediaError.self) { try PageRanges(text) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.reason.contains(part) == true, "\(error?.reason ?? "")")
  }

  @Test("A page beyond the end is refused, and costs nothing", arguments: ["13", "1-9000000000000000000", "13-"])
  func beyond(_ text: String) throws {
    let ranges = try PageRanges(text)
    let error = #expect(throws: MediaError.self) { try ranges.numbers(of: 12) }
    #expect(error?.reason.hasSuffix("the document has 12") == true, "\(error?.reason ?? "")")
  }
}
