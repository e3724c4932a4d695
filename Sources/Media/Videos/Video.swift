/// A video whose frames can be had one at a time.
///
/// Frame `i` is the `i`-th in the order of presentation; frames that an edit list hides do not count. Its pixels are those of decord 0.6,
/// the reader that the reference uses. `Documentation/video.md` states where they differ.
///
/// A video holds a decoder, and is used by one task at a time.
public final class Video {
  /// The container.
  public let format: VideoFormat
  /// Width and height of every frame, as shown: turned where the file says so.
  public let size: ImageSize
  /// Frames in all, at least 1, counted and not believed.
  public let frameCount: Int
  /// Frames a second on average, as the container states it, else as counted.
  public let frameRate: Double
  /// How many of the frames that were asked for did not exist after all, so that a neighbour was given.
  public private(set) var replacedFrameCount = 0

  private let reader: any FrameReader
  private let file: String?

  /// Opens a video file and counts its frames.
  ///
  /// The container is recognised by content. No other file and no network is touched, whatever the file says.
  ///
  /// - Complexity: Reads the whole file once, without decoding; takes 24 bytes a frame.
  /// - Throws: ``MediaError`` for a file that is no video, a broken one, or one beyond the limits.
  public convenience init(file path: String, limits: VideoLimits = VideoLimits()) throws(MediaError) {
    let file = try RegularFile(path, expecting: "a video file")
    do throws(MediaError) {
      let prefix = try file.read(min(file.count, VideoFormat.prefixCount))
      let format = try VideoFormat.accepted(prefix, limits)
      let reader: any FrameReader
      if format == .webp {
        try Self.checkSize(file.count, limits)
        reader = try WebPReader(prefix + file.read(file.count - prefix.count), limits: limits)
      } else {
        reader = try FFmpegReader(.file(file), format: format, limits: limits)
      }
      self.init(reader, format: format, file: path)
    } catch {
      throw error.of(file: path)
    }
  }

  /// Opens a video in memory; the bytes are copied.
  ///
  /// - Throws: As ``init(file:limits:)``; ``MediaError/Code/fileTooLarge`` beyond ``VideoLimits/maximumBytes``.
  public convenience init(decoding bytes: [UInt8], limits: VideoLimits = VideoLimits()) throws(MediaError) {
    try Self.checkSize(bytes.count, limits)
    let format = try VideoFormat.accepted(bytes, limits)
    let reader: any FrameReader =
      format == .webp ? try WebPReader(bytes, limits: limits) : try FFmpegReader(.memory(bytes), format: format, limits: limits)
    self.init(reader, format: format, file: nil)
  }

  private init(_ reader: any FrameReader, format: VideoFormat, file: String?) {
    self.reader = reader
    self.format = format
    self.file = file
    size = reader.size
    frameCount = reader.frameCount
    frameRate = reader.frameRate
  }

  private static func checkSize(_ count: Int, _ limits: VideoLimits) throws(MediaError) {
    guard count <= limits.maximumBytes else {
      throw MediaError(.fileTooLarge, "the video has \(count) bytes; at most \(limits.maximumBytes) are held in memory (maximumBytes)")
    }
  }

  /// How long the video lasts, in seconds, by its count and rate.
  public var duration: Double { Double(frameCount) / frameRate }

  /// Decodes one frame.
  ///
  /// - Complexity: Frames asked for in rising order are decoded on from the last one or from the nearest keyframe, whichever is shorter.
  /// - Throws: ``MediaError/Code/invalidArgument`` for an index that is not there, ``MediaError/Code/limitExceeded``,
  ///   ``MediaError/Code/cancelled``, and ``MediaError/Code/corrupt`` where nothing can be decoded.
  public func frame(at index: Int) throws(MediaError) -> RGBImage {
    do throws(MediaError) {
      guard index >= 0, index < frameCount else {
        throw MediaError(.invalidArgument, "frame \(index) is not there; the video has \(frameCount), counted from 0")
      }
      let (pixels, isReplaced) = try reader.frame(at: index)
      if isReplaced { replacedFrameCount += 1 }
      return RGBImage(size: size, pixels: pixels)
    } catch {
      throw file.map(error.of(file:)) ?? error
    }
  }
}

extension VideoFormat {
  /// The format of bytes that begin so, if it may be read.
  fileprivate static func accepted(_ bytes: [UInt8], _ limits: VideoLimits) throws(MediaError) -> VideoFormat {
    guard let format = VideoFormat(recognizing: bytes) else { throw refusal(of: bytes) }
    guard limits.formats.contains(format) else {
      throw MediaError(.unsupportedFormat, "\(format.name) is not among the formats read here (formats)")
    }
    return format
  }
}
