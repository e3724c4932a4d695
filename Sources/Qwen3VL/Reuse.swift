/// What earlier passes left that a pass may take instead of computing it again; its results have the same bits.
public struct Reuse: Sendable {
  /// Beginnings that inputs share.
  public var beginnings: BeginningCache?
  /// What the vision tower gave for pictures.
  public var pictures: (any PictureMemory)?

  /// A pass that computes everything.
  public static let nothing = Reuse()

  /// What a pass may take.
  public init(beginnings: BeginningCache? = nil, pictures: (any PictureMemory)? = nil) {
    self.beginnings = beginnings
    self.pictures = pictures
  }
}
