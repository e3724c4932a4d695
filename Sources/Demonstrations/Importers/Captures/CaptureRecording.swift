/// What a capture holds, whichever of its two databases it comes from.
struct CaptureRecording {
  var episodeID: String
  var instruction: String?
  var platform: String?
  /// When it began, in seconds since 1970.
  var start: Double
  var events: [RawEvent]
  var thresholds: EventThresholds
  /// From the recorder's coordinates to pixels of a screenshot of a size; the size is nil where there is no screenshot.
  var space: (ScreenSize?) -> CoordinateSpace
  var metadata: [String: JSONValue]
  /// What could not be used.
  var problems: [DemonstrationError]
}

extension CaptureRecording {
  /// Makes an episode.
  ///
  /// - Parameters:
  ///   - folder: The recording's folder.
  ///   - file: The database.
  ///   - format: The format's name.
  ///   - frames: Where the screens are.
  ///   - options: What is kept.
  /// - Returns: The episode, and what of it could not be used.
  /// - Throws: ``DemonstrationError`` beyond the limits; `CancellationError`.
  func imported(
    _ folder: DemonstrationFolder, file: String, format: String, frames: CaptureFrames, _ options: ImportOptions
  ) throws -> ImportedDemonstrations {
    var thresholds = thresholds
    thresholds.keepsMovements = options.keepsMovements
    let (actions, notes) = EventMerging.actions(of: events, thresholds: thresholds)
    var result = ImportedDemonstrations()
    result.problems = problems + frames.problems.map { $0.at(file: file) }
    result.problems += notes.map { DemonstrationError(.invalidField, file: file, $0) }
    guard !actions.isEmpty else {
      result.problems.append(DemonstrationError(.empty, file: file, "holds no action to make a step of; record the task again"))
      return result
    }
    guard actions.count <= options.maximumSteps else {
      throw DemonstrationError(
        .limitExceeded, file: file, "has \(actions.count) steps; at most \(options.maximumSteps) are imported (maximumSteps)")
    }

    var steps: [Step] = []
    var missing: [DemonstrationError] = []
    var screenBytes = 0
    for (index, action) in actions.enumerated() {
      try Task.checkCancellation()
      var screen: CaptureFrames.Screen?
      do throws(DemonstrationError) {
        let found = try frames.screen(boundTo: action.frame, at: action.start)
        guard found.bytes.count <= options.maximumScreenBytes - screenBytes else {
          throw DemonstrationError(.limitExceeded, "the screens have more than \(options.maximumScreenBytes) bytes (maximumScreenBytes)")
        }
        screenBytes += found.bytes.count
        screen = found
      } catch {
        missing.append(
          DemonstrationError(
            error.code, file: error.file ?? file, step: index, field: "observation.screenshot_base64",
            "\(error.reason); the step is kept without its screen"))
      }
      steps.append(step(index, action, screen))
    }
    steps[steps.count - 1].done = true
    if missing.count == actions.count && missing.allSatisfy({ $0.code == .unreadable }) {
      missing = [DemonstrationError(.empty, file: file, "the recording has no frames; its steps are kept without screens")]
    }
    result.problems += missing
    var episode = Episode(episodeID: episodeID, instruction: instruction ?? Self.words(of: folder.name), steps: steps)
    episode.source = .human
    episode.sourceFile = file
    episode.createdAt = Timestamp.text(start)
    episode.environment = platform
    episode.metadata = metadata
    // What the recorder said of its own end, and what was spoken.
    for (name, fileName) in [("capture_state", "capture-state.json"), ("transcript", "transcript.json")] where folder.has(fileName) {
      do throws(DemonstrationError) { episode.metadata?[name] = try folder.json(fileName) } catch { result.problems.append(error) }
    }
    if case .bool(false)? = episode.metadata?["capture_state"]?.object?["complete"] {
      result.problems.append(
        DemonstrationError(.malformed, file: file, "the recorder did not finish (capture-state.json); what it wrote until then is imported")
      )
    }
    result.demonstrations = [ImportedDemonstration(episode: episode, folder: folder.path, format: format)]
    return result
  }

  private func step(_ index: Int, _ action: RecordedAction, _ screen: CaptureFrames.Screen?) -> Step {
    let space = space(screen?.size)
    var observation = Observation(
      windowTitle: action.context.windowTitle, appName: action.context.appName, url: action.context.url, screenSize: space.size,
      timestamp: action.start)
    observation.screenshotBase64 = screen.map { Base64.encode($0.bytes) }
    let made = action.action(in: space)
    if made.type == .type || made.type == .key || made.type == .hotkey { observation.focusedElement = made.element }
    return Step(
      stepIndex: index, observation: observation, action: made, timestamp: action.start - start,
      durationMilliseconds: Int(exactly: ((action.end - action.start) * 1_000).rounded()))
  }

  /// A folder's name as a sentence: `Turn off night shift` of `turn-off-night-shift`.
  static func words(of name: String) -> String {
    let words = name.replacing("-", with: " ").replacing("_", with: " ")
    return words.lowercased() == "capture" ? "Complete the recorded workflow" : words.prefix(1).uppercased() + words.dropFirst()
  }
}
