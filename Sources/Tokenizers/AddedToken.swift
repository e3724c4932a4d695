/// A token that is looked for in the text itself, before it is split into words.
struct AddedToken: Sendable {
  var id: Int32
  var content: String
  /// Whether white space before the token goes with it.
  var stripsLeft = false
  /// Whether white space after the token goes with it.
  var stripsRight = false
  /// Whether the token is looked for in the normalised text instead of the text as given.
  var isNormalized = false
  /// Whether it marks the structure of a prompt (a role, a picture) and is not text.
  var isSpecial = false
}
