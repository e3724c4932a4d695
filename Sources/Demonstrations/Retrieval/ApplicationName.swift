import Foundation

/// A program's name in the form in which names are compared.
///
/// People and systems call one program by its title (`Google Chrome`), its file (`chrome.exe`), its bundle (`com.google.Chrome`), or by a
/// window's title that ends in it (`Untitled - Notepad`).
public struct ApplicationName: Sendable, Hashable {
  /// The name's words, in lower case; empty for what is no name.
  let words: [String]

  /// A name as anyone writes it.
  public init(_ text: String) {
    var name = text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    for suffix in [".exe", ".app", ".lnk", ".desktop"] where name.hasSuffix(suffix) { name.removeLast(suffix.count) }
    if let bundle = Self.bundles[name] { name = bundle }
    // Of a path, the file; of a reversed address without spaces, its last part.
    if name.contains("/") || name.contains("\\"), !name.contains(" ") {
      name = name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? name
    }
    if name.wholeMatch(of: /(com|org|net|io|app|de)\.[a-z0-9_.\-]+/) != nil {
      name = name.split(separator: ".").last.map(String.init) ?? name
    }
    let words = Words.of(name.replacingOccurrences(of: "_", with: " "))
    self.words = Self.aliases[words.joined(separator: " ")] ?? words
  }

  /// Whether there is nothing to compare.
  public var isEmpty: Bool { words.isEmpty }

  /// Whether both can mean one program: the words of either stand in a row in the other.
  ///
  /// Whole words count, so that `Word` is not found in `WordPad` nor in `Password Manager`.
  public func matches(_ other: ApplicationName) -> Bool {
    guard !isEmpty, !other.isEmpty else { return false }
    return words.containsRun(other.words) || other.words.containsRun(words)
  }

  /// Names that bundles have where the last part of the address is none.
  private static let bundles = [
    "com.apple.systempreferences": "system settings", "com.apple.mobilesafari": "safari", "com.microsoft.vscode": "visual studio code",
    "com.microsoft.edgemac": "edge",
  ]

  /// Names of files, full names and former names, by the shortest that people use: it stands in the windows' titles too.
  private static let aliases: [String: [String]] = [
    "google chrome": "chrome", "mozilla firefox": "firefox", "microsoft edge": "edge", "msedge": "edge", "edge browser": "edge",
    "explorer": "file explorer", "windows explorer": "file explorer", "system preferences": "system settings",
    "systemsettings": "system settings", "calc": "calculator", "calculatorapp": "calculator", "gnome calculator": "calculator",
    "code": "visual studio code", "vscode": "visual studio code", "microsoft word": "word", "winword": "word",
    "microsoft excel": "excel", "microsoft powerpoint": "powerpoint", "powerpnt": "powerpoint", "microsoft outlook": "outlook",
    "mspaint": "paint", "cmd": "command prompt", "soffice": "libreoffice", "soffice bin": "libreoffice",
  ].mapValues { $0.split(separator: " ").map(String.init) }
}

extension [String] {
  /// Whether some elements stand here in a row.
  fileprivate func containsRun(_ run: [String]) -> Bool {
    guard !run.isEmpty, run.count <= count else { return false }
    return (0...(count - run.count)).contains { Array(self[$0..<($0 + run.count)]) == run }
  }
}
