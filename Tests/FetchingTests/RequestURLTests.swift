import Foundation
import Testing

@testable import Fetching

@Suite("URLs")
struct RequestURLTests {
  @Test(
    "What is read, and its canonical spelling",
    arguments: [
      ("http://example.com", "http://example.com/"),
      ("HTTPS://EXAMPLE.com:443/A", "https://example.com/A"),
      ("http://example.com:/", "http://example.com/"),
      ("http://example.com:8080?q", "http://example.com:8080/?q"),
      ("https://example.com:80/", "https://example.com:80/"),
      ("http://example.com./a", "http://example.com/a"),
      ("http://example.com/a b/ü.png", "http://example.com/a%20b/%C3%BC.png"),
      ("http://example.com/a%20b%2Fc", "http://example.com/a%20b%2Fc"),
      ("http://example.com/100%", "http://example.com/100%25"),
      ("http://example.com/%zz?%4", "http://example.com/%25zz?%254"),
      ("http://example.com/a\"<>\\^`{|}[]", "http://example.com/a%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D"),
      ("http://example.com/?a=b?c/d&e=[1]", "http://example.com/?a=b?c/d&e=%5B1%5D"),
      ("http://example.com/a#part?x", "http://example.com/a"),
      ("http://example.com/a?b#part", "http://example.com/a?b"),
      ("http://example.com/a/../../b/./c/..", "http://example.com/b/"),
      ("http://example.com/@user", "http://example.com/@user"),
      ("http://a_b.example.com/", "http://a_b.example.com/"),
      ("http://192.0.2.1:81/", "http://192.0.2.1:81/"),
      ("http://192.0.2.1./", "http://192.0.2.1/"),
      ("http://[2001:DB8:0:0::1]:81/", "http://[2001:db8::1]:81/"),
      ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
      ("http://1.example/", "http://1.example/"),
      // A slash that carries an accent is a slash to every server.
      ("http://example.com/\u{301}x", "http://example.com/%CC%81x"),
      ("http://example.com/a?\u{301}#\u{301}", "http://example.com/a?%CC%81"),
    ])
  func read(_ text: String, _ canonical: String) throws {
    let url = try RequestURL(text)
    #expect(url.text == canonical)
    #expect(try RequestURL(canonical) == url)
  }

  @Test(
    "What is refused",
    arguments: [
      "", " ", "example.com/a.png", "/a.png", "//example.com/a", "http:", "http:/example.com/", "http:example.com", "http://", "http:///a",
      "http://:80/", "http://?q", "http:\\\\example.com/", "http:/\\example.com/", "http://example.com\\.evil.com/",
      "http://example.com:0/", "http://example.com:65536/", "http://example.com:-1/", "http://example.com:80a/",
      "http://example.com:99999999999999999999/",
      "http://exa mple.com/", "http://example..com/", "http://.example.com/", "http://example.com../", "http://exam%70le.com/",
      "http://exämple.com/", "http://1２7.0.0.1/", "http://\u{212a}.example.com/", "http://ex\u{00ad}ample.com/",
      "http://example.com\n/", "http://example.com/\r\nHost: evil", "http://example.com/\u{0}", "\thttp://example.com/",
      "http://example.com/ ",
      "http://[::1", "http://::1/", "http://[::1]x/", "http://[127.0.0.1]/", "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/",
      "http://[v1.a]/",
      "http://\(String(repeating: "a", count: 64)).com/", "http://example.com/\(String(repeating: "a", count: 9000))",
      "http://\(Array(repeating: "abcdefgh", count: 29).joined(separator: "."))/",
    ])
  func refused(_ text: String) {
    #expect { try RequestURL(text) } throws: { error in
      if case FetchFault.invalidURL = error { true } else { false }
    }
  }

  @Test(
    "Numbers in unusual spellings are no hosts",
    arguments: [
      "2130706433", "017700000001", "0x7f000001", "0x7f.1", "0X7F.0.0.1", "127.1", "127.0.1", "0177.0.0.1", "127.0.0.01", "127.0.0.0x1",
      "127.0.0.1.1", "256.1.1.1", "example.1", "example.0x", "1", "0x", "127.1.", "00000000177.0.0.1",
    ])
  func unusualNumbers(_ host: String) {
    #expect { try RequestURL("http://\(host)/") } throws: { error in
      if case FetchFault.invalidURL(let problem) = error { problem.contains("unusual spelling") } else { false }
    }
  }

  @Test("Only http and https", arguments: ["ftp", "file", "data", "javascript", "gopher", "unix", "http+unix", "httpx", "ws"])
  func schemes(_ scheme: String) {
    #expect(throws: FetchFault.unsupportedScheme(scheme)) { try RequestURL("\(scheme)://example.com/") }
  }

  @Test(
    "No user names and passwords",
    arguments: [
      "http://user@example.com/", "http://user:password@example.com/", "http://@example.com/", "http://:@example.com/",
      "http://example.com\\@evil.com/", "http://example.com:80@evil.com/", "http://user@\u{301}example.com/",
    ])
  func credentials(_ text: String) {
    #expect(throws: FetchFault.credentials) { try RequestURL(text) }
  }

  @Test(
    "References resolve as in RFC 3986, section 5.4",
    arguments: [
      ("g", "/b/c/g"), ("./g", "/b/c/g"), ("g/", "/b/c/g/"), ("/g", "/g"), ("?y", "/b/c/d;p?y"), ("g?y", "/b/c/g?y"),
      ("#s", "/b/c/d;p?q"), ("g#s", "/b/c/g"), ("g?y#s", "/b/c/g?y"), (";x", "/b/c/;x"), ("g;x", "/b/c/g;x"), (".", "/b/c/"),
      ("./", "/b/c/"), ("..", "/b/"), ("../", "/b/"), ("../g", "/b/g"), ("../..", "/"), ("../../", "/"), ("../../g", "/g"),
      ("../../../g", "/g"), ("../../../../g", "/g"), ("/./g", "/g"), ("/../g", "/g"), ("g.", "/b/c/g."), (".g", "/b/c/.g"),
      ("g..", "/b/c/g.."), ("..g", "/b/c/..g"), ("./../g", "/b/g"), ("./g/.", "/b/c/g/"), ("g/./h", "/b/c/g/h"), ("g/../h", "/b/c/h"),
      ("g;x=1/./y", "/b/c/g;x=1/y"), ("g;x=1/../y", "/b/c/y"), ("g?y/./x", "/b/c/g?y/./x"), ("g?y/../x", "/b/c/g?y/../x"),
    ])
  func references(_ reference: String, _ target: String) throws {
    let base = try RequestURL("http://a:81/b/c/d;p?q")
    #expect(try RequestURL(reference, relativeTo: base).text == "http://a:81\(target)")
  }

  @Test("References to other hosts, and those that lead nowhere")
  func otherReferences() throws {
    let base = try RequestURL("https://a/b?q?r")
    #expect(try RequestURL("//c:82/d", relativeTo: base).text == "https://c:82/d")
    #expect(try RequestURL("http://c", relativeTo: base).text == "http://c/")
    #expect(try RequestURL("#s", relativeTo: base).text == "https://a/b?q?r")
    for text in ["", "https:g", "http:g", "/\\evil.com", "\\\\evil.com", "//user@c/", "javascript:alert(1)", "//"] {
      #expect(throws: FetchFault.self, "\(text)") { try RequestURL(text, relativeTo: base) }
    }
  }

  @Test("Whatever the text, a URL that is read has one spelling, and Foundation's parser splits it the same way")
  func randomURLs() throws {
    var generator = SplitMix64(seed: 5)
    var accepted = 0
    for _ in 0..<5000 {
      let tail = (0..<Int.random(in: 0...12, using: &generator)).map { _ in "aé%2.:/?#[]@\\ ;=&".randomElement(using: &generator) ?? "/" }
      guard let url = try? RequestURL("http://a.example" + String(tail)) else { continue }
      accepted += 1
      #expect(try RequestURL(url.text) == url)
      #expect(url.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f })

      // The HTTP client reads the URL again with Foundation.
      let other = try #require(URLComponents(string: url.text))
      #expect(other.host == url.host.name)
      #expect(other.port ?? 80 == url.port)
      #expect(other.percentEncodedPath + (other.percentEncodedQuery.map { "?\($0)" } ?? "") == url.target)
      #expect(other.user == nil && other.password == nil && other.fragment == nil)
    }
    #expect(accepted > 1000)
  }

  @Test(
    "Redaction of texts that are no URLs",
    arguments: [
      ("http://user:secret@example.com/a?key=1", "…@example.com/a?…"),
      ("http://user:se/cr?et@example.com/a", "…@example.com/a"),
      ("ftp://example.com/a?key=1#x", "ftp://example.com/a?…"),
      ("http://example.com/\u{1b}[31m\u{202e}x", "http://example.com/\u{fffd}[31m\u{fffd}x"),
      ("data:" + String(repeating: "A", count: 300), "data:" + String(repeating: "A", count: 195) + "…"),
    ])
  func redaction(_ text: String, _ shown: String) {
    #expect(RedactedURL.text(ofInvalid: text) == shown)
  }

  @Test("Redaction of URLs")
  func redactionOfURLs() throws {
    #expect(RedactedURL.text(of: try RequestURL("https://example.com/a/@b?token=secret")) == "https://example.com/a/@b?…")
    #expect(RedactedURL.text(of: try RequestURL("https://example.com/a")) == "https://example.com/a")
  }
}
