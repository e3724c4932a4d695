/// A demonstration as JSON, for the command line and for HTTP alike.
package struct DemonstrationOutput: Encodable, Sendable {
  private struct Step: Encodable {
    let index: Int
    let action: String
    let screen: String?
    let windowTitle: String?
    let point: [Double]?
  }

  private let id: String
  private let task: String
  private let applications: [String]
  private let domains: [String]
  private let platform: String?
  private let tags: [String]
  private let source: String
  /// The file of the episode, in OpenAdapt's schema 1.0.0.
  private let episode: String
  private let screens: String
  private let steps: [Step]

  /// The demonstration, with the paths of its files on this machine.
  package init(_ demonstration: Demonstration) {
    let record = demonstration.record
    id = record.id
    task = record.task
    applications = record.applications
    domains = record.domains
    platform = record.platform
    tags = record.tags
    source = record.source
    episode = demonstration.episodePath
    screens = record.screens.rawValue
    steps = record.steps.enumerated().map { place, step in
      Step(
        index: step.index, action: step.words, screen: demonstration.screen(ofStep: place), windowTitle: step.windowTitle, point: step.point
      )
    }
  }
}
