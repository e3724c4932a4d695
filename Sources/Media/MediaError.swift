/// Why a picture, a video or a document cannot be used: what was found and what would be right.
public struct MediaError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of fault.
  public enum Code: String, Sendable {
    /// A file is missing, may not be read, or is no regular file.
    case unreadableFile
    /// A file has more bytes than ``ImageLimits/maximumBytes``, or a video more packets than ``VideoLimits/maximumPackets``.
    case fileTooLarge
    /// A `data:` URI breaks its grammar or its encoding.
    case invalidDataURI
    /// The bytes begin like no supported format.
    case unrecognizedFormat
    /// The format is known, and this variant of it, or the format as such, is not read.
    case unsupportedFormat
    /// The bytes end before the picture does, or a video before its header says.
    case truncated
    /// The bytes contradict their format.
    case corrupt
    /// The picture has no pixels, or the video no frame.
    case empty
    /// The picture has more pixels than ``ImageLimits/maximumPixels``, or a frame more than ``VideoLimits/maximumPixels``.
    case tooManyPixels
    /// One side is more than 200 times the other, or so long that the other would vanish.
    case extremeAspectRatio
    /// A number given by the caller makes no sense.
    case invalidArgument
    /// Memory is missing.
    case outOfMemory
    /// The task was cancelled.
    case cancelled
    /// A document is encrypted: it needs a password, or another one.
    case encrypted
    /// Working on the bytes takes more time, memory or output than a limit allows.
    case limitExceeded
    /// A program that does the work is not installed, or cannot be started.
    case programUnavailable
  }

  /// The kind of fault.
  public let code: Code
  /// The path of the file at fault; `nil` for bytes in memory.
  public let file: String?
  /// One sentence for a person.
  public let reason: String

  /// An error of the given kind.
  public init(_ code: Code, file: String? = nil, _ reason: String) {
    self.code = code
    self.file = file
    self.reason = reason
  }

  /// `file: reason`, or the reason alone.
  public var description: String { file.map { "\($0): \(reason)" } ?? reason }

  /// The same fault, of the given file.
  func of(file: String) -> MediaError { MediaError(code, file: file, reason) }
}
