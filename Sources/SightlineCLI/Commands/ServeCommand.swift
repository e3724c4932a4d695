import ArgumentParser
import Demonstrations
import Serving
import Sightline

/// The command `sightline serve`.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Answer over HTTP: find demonstrations that fit a task and a screen.",
    discussion: """
      Example:
        sightline serve --demonstrations office --model all-MiniLM-L6-v2
        curl -H 'Content-Type: application/json' -d '{"task": "Pin the note"}' http://127.0.0.1:8080/v1/demonstrations/retrieve
      Whoever reaches the address can read the library: there is no encryption and there are no users. Ctrl-C ends it, with exit code 0.
      """)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The library of demonstrations: a name, kept under $SIGHTLINE_HOME/demonstrations (default ~/.sightline), or a path with a slash "
        + "in it.", valueName: "library"))
  var demonstrations: String

  @Option(name: .long, help: ArgumentHelp("The name or address to listen on.", valueName: "name"))
  var host = DemonstrationServer.Configuration().host

  @Option(name: .long, help: ArgumentHelp("The port to listen on; 0 for any that is free.", valueName: "n"))
  var port = DemonstrationServer.Configuration().port

  @OptionGroup var method: MethodArguments

  mutating func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port is \(port), expected 0 to 65535.") }
    guard !host.isEmpty else { throw ValidationError("--host is empty, expected a name or an address.") }
    do { _ = try DemonstrationLibrary.path(of: demonstrations) } catch { throw ValidationError("\(error)") }
  }

  func run() async throws {
    let library = try DemonstrationLibrary(opening: try DemonstrationLibrary.path(of: demonstrations))
    let service = try await DemonstrationService(library, try method.allSettings(), reranker: try method.openReranker()) {
      Console.note($0.description)
    }
    var configuration = DemonstrationServer.Configuration()
    configuration.host = host
    configuration.port = port
    configuration.allowsPrivateAddresses = method.running.allowPrivateAddresses
    let server = DemonstrationServer(service, configuration)
    let host = host
    do {
      try await Interruption.cancels {
        let progress = ProgressLine(total: nil, unit: "demonstrations")
        try await service.prepare { progress.update($0, of: $1) }
        progress.finish()
        if !DemonstrationServer.isLoopback(host) { Console.note("Whoever reaches \(host) can read the library \(library.directory).") }
        try await server.run { port in
          let address = host.contains(":") ? "[\(host)]" : host
          Console.note("Listening on http://\(address):\(port), methods \(service.methods.map(\.rawValue).joined(separator: ", "))")
        }
      }
    } catch is CancellationError {
      throw ExitCode(Interruption.exitCode)
    }
  }
}
