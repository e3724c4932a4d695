import Foundation
import Qwen3VL
import Tokenizers

/// Token ids of a conversation, and where pictures belong: what all prompts are put together with.
///
/// Words of the template and of the user are joined before they become tokens, as in the reference; the template's own marks are given as
/// tokens, so that a user's text that looks like a mark stays text.
struct Prompt {
  private(set) var pieces: [Tokenizer.Piece] = []
  let marks: ConversationMarks

  init(_ marks: ConversationMarks) {
    self.marks = marks
  }

  /// Appends words.
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

  /// Appends an item's content: videos, then pictures, then texts, or `NULL` where there is nothing at all.
  mutating func content(_ item: SeenItem, _ sight: Sight) {
    guard !item.texts.isEmpty || !item.patches.isEmpty else { return text("NULL") }
    for video in item.videos { self.video(video, sight) }
    for picture in item.pictures { placeholders(sight.marks.image, for: picture, sight) }
    for text in item.texts { self.text(text) }
  }

  /// Appends a video: each pair of frames behind its time.
  ///
  /// That is what transformers 4.57 makes, with which the models were published; 5.x leaves a mark before and behind the whole.
  private mutating func video(_ video: SeenVideo, _ sight: Sight) {
    for (pair, seconds) in zip(video.pairs, video.timestamps) {
      text(String(format: "<%.1f seconds>", seconds))
      placeholders(sight.marks.video, for: pair, sight)
    }
  }

  /// Appends a run of placeholders, one for each merged patch.
  private mutating func placeholders(_ placeholder: Int32, for picture: Patches, _ sight: Sight) {
    token(sight.marks.start)
    pieces.append(.token(placeholder, count: sight.tokens(of: picture)))
    token(sight.marks.end)
  }

  private mutating func token(_ id: Int32) {
    pieces.append(.token(id, count: 1))
  }
}

/// The tokens that structure a conversation.
struct ConversationMarks: Sendable {
  let turnStart: Int32
  let turnEnd: Int32
}
