import Testing

@testable import Demonstrations

/// Programs and web servers
@Suite struct PlaceNameTests {
  @Test(arguments: [
    ("Notepad", "Untitled - Notepad"), ("notepad.exe", "Notepad"), ("Google Chrome", "chrome"),
    ("com.google.Chrome", "Inbox - Google Chrome"),
    ("Microsoft Excel", "Book1 - Excel"), ("System Settings", "com.apple.systempreferences"), ("file_explorer", "Explorer.EXE"),
    ("/usr/bin/gedit", "gedit"), ("C:\\Windows\\notepad.exe", "NOTEPAD"), ("Calculator", "Calc"), ("edge_browser", "Microsoft Edge"),
  ])
  func namesOfOneProgramMatchBothWays(first: String, second: String) {
    #expect(ApplicationName(first).matches(ApplicationName(second)))
    #expect(ApplicationName(second).matches(ApplicationName(first)))
  }

  @Test(arguments: [("Word", "WordPad"), ("Word", "Password Manager"), ("", "Notepad"), ("", ""), ("Notes", "Notepad"), ("!!", "Files")])
  func namesOfTwoProgramsDoNot(first: String, second: String) {
    #expect(!ApplicationName(first).matches(ApplicationName(second)))
    #expect(!ApplicationName(second).matches(ApplicationName(first)))
  }

  @Test(arguments: [
    ("https://user:pass@WWW.GitHub.com:8443/a?b=c", "github.com"), ("docs.google.com", "google.com"), ("localhost:5001", "localhost"),
    ("http://[::1]:80/x", "::1"), ("shop.example.com.", "example.com"), ("https://a@b@example.com/", "example.com"),
  ])
  func serversMatchBothWays(first: String, second: String) {
    #expect(WebDomain(first).matches(WebDomain(second)))
    #expect(WebDomain(second).matches(WebDomain(first)))
  }

  @Test(arguments: [("com", "example.com"), ("example.com", "badexample.com"), ("", "example.com"), ("not a host", "not"), ("", "")])
  func otherServersDoNot(first: String, second: String) {
    #expect(!WebDomain(first).matches(WebDomain(second)))
    #expect(!WebDomain(second).matches(WebDomain(first)))
  }

  @Test func addressesOfNoServerHaveNoDomain() {
    #expect(WebDomain(url: "about:blank") == nil && WebDomain(url: "file:///tmp/x") == nil && WebDomain(url: "https://") == nil)
    #expect(WebDomain(url: "HTTPS://Example.org/x")?.name == "example.org")
  }
}
