/// What working on a document may cost; a document that needs more is refused.
public struct DocumentLimits: Sendable, Equatable {
  /// Most bytes a document may have.
  public var maximumBytes: Int
  /// Most pages a document may have.
  public var maximumPages: Int
  /// Most pixels a caller may ask a page to be drawn with; 3 bytes each.
  public var maximumPixels: Int
  /// Most bytes of text that one page may have, as UTF-8.
  public var maximumTextBytes: Int
  /// Most bytes of address space for one page, on Linux; macOS cannot bound it.
  public var maximumMemory: Int
  /// Most seconds of processor time for one page, whole ones.
  public var processorSeconds: Int
  /// Most seconds by the clock for one page; more than ``processorSeconds``, for machines with much else to do.
  public var seconds: Int

  /// Limits.
  public init(
    maximumBytes: Int = 1 << 30, maximumPages: Int = 100_000, maximumPixels: Int = 178_956_970, maximumTextBytes: Int = 4 << 20,
    maximumMemory: Int = 2 << 30, processorSeconds: Int = 60, seconds: Int = 300
  ) {
    self.maximumBytes = maximumBytes
    self.maximumPages = maximumPages
    self.maximumPixels = maximumPixels
    self.maximumTextBytes = maximumTextBytes
    self.maximumMemory = maximumMemory
    self.processorSeconds = processorSeconds
    self.seconds = seconds
  }

  func check() throws(MediaError) {
    let values = [
      ("maximumBytes", maximumBytes), ("maximumPages", maximumPages), ("maximumPixels", maximumPixels),
      ("maximumTextBytes", maximumTextBytes), ("maximumMemory", maximumMemory), ("processorSeconds", processorSeconds),
      ("seconds", seconds),
    ]
    for (name, value) in values where !(1...1 << 40).contains(value) {
      throw MediaError(.invalidArgument, "\(name) is \(value); expected 1 to \(1 << 40)")
    }
  }
}
