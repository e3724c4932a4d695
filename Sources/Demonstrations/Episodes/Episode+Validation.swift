extension Episode {
  /// Checks what the schema demands of an episode and the types cannot say.
  ///
  /// - Throws: ``DemonstrationError`` that names the step and the field.
  public func validate() throws(DemonstrationError) {
    for (position, step) in steps.enumerated() {
      guard step.stepIndex >= 0 else {
        throw DemonstrationError(.invalidField, step: position, field: "step_index", "expected 0 or more, found \(step.stepIndex)")
      }
      do throws(DemonstrationError) {
        try step.action.validate()
      } catch {
        throw error.at(step: position)
      }
    }
  }
}

extension Action {
  /// Checks that the action has what its type needs: text to type, a key to press, an address to go to; and that places are not negative.
  public func validate() throws(DemonstrationError) {
    if let fault = fault(in: "action") { throw fault }
  }

  func fault(in path: String) -> DemonstrationError? {
    let needed: (name: String, isThere: Bool)? =
      switch type {
      case .type: ("text", text != nil)
      case .key: ("key", key != nil)
      case .goto: ("url", url != nil)
      default: nil
      }
    if let needed, !needed.isThere {
      return DemonstrationError(
        .missingField, field: "\(path).\(needed.name)", "is missing; an action of type \(type.rawValue) needs \(needed.name)")
    }
    for (name, place) in [
      ("coordinates", coordinates), ("start_coordinates", startCoordinates), ("end_coordinates", endCoordinates),
    ] {
      if let place, place.x < 0 || place.y < 0 {
        return DemonstrationError(
          .invalidField, field: "\(path).\(name)", "expected coordinates of at least 0, found (\(place.x), \(place.y))")
      }
    }
    return nil
  }
}
