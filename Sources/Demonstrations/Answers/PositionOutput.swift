/// Where in a demonstration a screen is, as JSON.
package struct PositionOutput: Encodable, Sendable {
  private let step: Int?
  private let confidence: Double?
  private let position: StepPosition

  /// A position, with its best step in front.
  package init(_ position: StepPosition) {
    step = position.best?.place
    confidence = position.best?.confidence
    self.position = position
  }
}
