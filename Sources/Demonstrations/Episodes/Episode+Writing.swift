extension Episode {
  /// The episode as JSON in the schema's order of fields; what is not there is `null`, as pydantic writes it.
  ///
  /// - Parameter indent: Spaces a level, or nil for one line.
  /// - Returns: The text.
  /// - Throws: ``DemonstrationError`` for an episode that the schema refuses, or a number that JSON has no word for.
  public func json(indent: Int? = 2) throws(DemonstrationError) -> String {
    try validate()
    return try JSONText.render(ordered, indent: indent)
  }

  var ordered: JSONText {
    .object([
      ("schema_version", .string(schemaVersion)), ("episode_id", .string(episodeID)), ("task_id", .string(taskID)),
      ("instruction", .string(instruction)), ("goal", .string(goal)), ("steps", .array(steps.map(\.ordered))),
      ("success", .bool(success)), ("final_reward", .number(finalReward)),
      ("source", .string(source?.rawValue)), ("source_file", .string(sourceFile)), ("created_at", .string(createdAt)),
      ("agent_model", .string(agentModel)), ("environment", .string(environment)),
      ("tags", .strings(tags)), ("metadata", .members(metadata)),
    ])
  }
}

extension Step {
  var ordered: JSONText {
    .object([
      ("step_index", .integer(stepIndex)), ("observation", observation.ordered), ("action", action.ordered),
      ("reasoning", .string(reasoning)),
      ("reward", .number(reward)), ("done", .bool(done)), ("timestamp", .number(timestamp)),
      ("duration_ms", .integer(durationMilliseconds)),
    ])
  }
}

extension Observation {
  var ordered: JSONText {
    .object([
      ("screenshot_path", .string(screenshotPath)), ("screenshot_base64", .string(screenshotBase64)), ("a11y_tree", .members(a11yTree)),
      ("dom", .string(dom)), ("window_title", .string(windowTitle)), ("app_name", .string(appName)), ("url", .string(url)),
      ("screen_size", .optional(screenSize?.ordered)),
      ("focused_element", .optional(focusedElement?.ordered)), ("timestamp", .number(timestamp)), ("raw", .members(raw)),
    ])
  }
}

extension Action {
  var ordered: JSONText {
    .object([
      ("type", .string(type.rawValue)), ("coordinates", .optional(coordinates?.ordered)),
      ("start_coordinates", .optional(startCoordinates?.ordered)), ("end_coordinates", .optional(endCoordinates?.ordered)),
      ("scroll_direction", .string(scrollDirection?.rawValue)), ("scroll_amount", .integer(scrollAmount)), ("text", .string(text)),
      ("key", .string(key)), ("modifiers", .strings(modifiers)),
      ("element", .optional(element?.ordered)), ("url", .string(url)), ("app_name", .string(appName)), ("duration", .number(duration)),
      ("monitor_id", .integer(monitorID)), ("window_title", .string(windowTitle)),
      ("normalized_coordinates", .optional(normalizedCoordinates?.ordered)), ("normalized_start", .optional(normalizedStart?.ordered)),
      ("normalized_end", .optional(normalizedEnd?.ordered)), ("raw", .members(raw)),
    ])
  }
}

extension UIElement {
  var ordered: JSONText {
    .object([
      ("role", .string(role)), ("name", .string(name)), ("value", .string(value)), ("bounds", .optional(bounds?.ordered)),
      ("element_id", .string(elementID)), ("xpath", .string(xpath)), ("selector", .string(selector)),
      ("automation_id", .string(automationID)),
    ])
  }
}

extension BoundingBox {
  var ordered: JSONText {
    .object([("x", .integer(x)), ("y", .integer(y)), ("width", .integer(width)), ("height", .integer(height))])
  }
}

extension Coordinates {
  var ordered: JSONText { .object([("x", .integer(x)), ("y", .integer(y))]) }
}

extension NormalizedCoordinates {
  var ordered: JSONText { .array([.number(x), .number(y)]) }
}

extension ScreenSize {
  var ordered: JSONText { .array([.integer(width), .integer(height)]) }
}
