import Dispatch
import Foundation
import Synchronization

/// Ctrl-C as a wish to stop soon: the first one is passed on, the second ends the program at once.
final class Interruption {
  /// The exit code that shells give an interrupted program.
  static let exitCode: Int32 = 130

  private let source: any DispatchSourceSignal

  /// Listens from now on.
  init(_ stop: @escaping @Sendable () -> Void) {
    let count = Mutex(0)
    // Otherwise the system would end the program before the source hears of it.
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: DispatchQueue(label: "sightline.interruption"))
    source.setEventHandler {
      let number = count.withLock { count in
        count += 1
        return count
      }
      if number > 1 { Foundation.exit(Self.exitCode) }
      stop()
    }
    source.activate()
    self.source = source
  }

  /// Listens no more; the next Ctrl-C ends the program as usual.
  func end() {
    source.cancel()
    signal(SIGINT, SIG_DFL)
  }
}
