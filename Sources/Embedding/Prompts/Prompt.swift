import Tokenizers

/// Token ids of a conversation, and where pictures belong: what both prompts are put together with.
///
/// Words of the template and of the user are joined before they become tokens, as in the reference; the template's own marks are given as
/// tokens, so that a user's text that looks like a mark stays text.
struct Prompt {
  private(set) var pieces: [Tokenizer.Piece] = []
  let marks: ConversationMarks

  init(_ marks: ConversationMarks) {
    self.marks = marks
  }

  /// Appends the words of a turn.
  mutating func text(_ text: String) {
    pieces.append(.text(text))
  }

  /// Appends the beginning of a turn.
  mutating func begin(_ role: String) {
    token(marks.turnStart)
    text(role + "\n")
  }

  /// Appends the end of a turn.
  mutating func end() {
    token(marks.turnEnd)
    text("\n")
  }

  /// Appends a picture of the given number of merged patches.
  mutating func picture(tokens count: Int) {
    token(marks.visionStart)
    pieces.append(.token(marks.image, count: count))
    token(marks.visionEnd)
  }

  /// Appends an item's content: pictures, then texts, or `NULL` where there is nothing at all.
  mutating func content(texts: [String], pictureTokens: [Int]) {
    guard !texts.isEmpty || !pictureTokens.isEmpty else { return text("NULL") }
    for count in pictureTokens { picture(tokens: count) }
    for text in texts { self.text(text) }
  }

  private mutating func token(_ id: Int32) {
    pieces.append(.token(id, count: 1))
  }
}

/// The tokens that structure a conversation.
struct ConversationMarks: Sendable {
  let turnStart: Int32
  let turnEnd: Int32
  let visionStart: Int32
  let visionEnd: Int32
  let image: Int32
}
