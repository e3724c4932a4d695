import CMedia

// Everything here that touches memory by address: videos behind C, each owned by one object, no pointer leaving it.

/// A video that FFmpeg reads.
final class FFmpegReader: FrameReader {
  /// Where the bytes come from.
  enum Source {
    case file(RegularFile)
    case memory([UInt8])
  }

  let size: ImageSize
  let frameCount: Int
  let frameRate: Double
  private let format: VideoFormat
  private let time: ReadingTime
  private let video: OpaquePointer
  // Lent to C for as long as the video is open.
  private let file: RegularFile?
  private let copy: ByteCopy?

  /// Opens a video and counts its frames.
  ///
  /// - Complexity: Reads the whole file once, without decoding it.
  init(_ source: Source, format: VideoFormat, limits: VideoLimits) throws(MediaError) {
    let time = ReadingTime(limit: limits.timeLimit)
    let container: sl_video_container =
      switch format {
      case .matroska: SL_VIDEO_MATROSKA
      case .avi: SL_VIDEO_AVI
      case .gif: SL_VIDEO_GIF
      case .mp4, .webp: SL_VIDEO_MP4
      }
    switch source {
    case .file(let regular): (file, copy) = (regular, nil)
    case .memory(let bytes): (file, copy) = (nil, ByteCopy(bytes))
    }
    let (descriptor, bytes, count) = (file?.descriptor ?? -1, copy?.buffer.baseAddress, file?.count ?? copy?.buffer.count ?? 0)
    var terms = sl_video_limits()
    terms.pixels = UInt64(clamping: limits.maximumPixels)
    terms.packets = UInt64(clamping: limits.maximumPackets)
    terms.context = Unmanaged.passUnretained(time).toOpaque()
    terms.go_on = { context in context.map { Unmanaged<ReadingTime>.fromOpaque($0).takeUnretainedValue().mayGoOn() } ?? false }
    let (opened, facts) = try time.measure { () throws(MediaError) in
      var (opened, facts, fault) = (OpaquePointer?.none, sl_video_facts(), sl_image_fault())
      let status = sl_video_open(descriptor, bytes, count, container, &terms, &opened, &facts, &fault)
      if let error = time.stop ?? MediaError(status, fault, of: format.name) { throw error }
      guard let opened else { throw MediaError(.outOfMemory, "the \(format.name) needs more memory than there is") }
      return (opened, facts)
    }
    video = opened
    size = ImageSize(width: Int(facts.size.width), height: Int(facts.size.height))
    frameCount = Int(facts.frames)
    frameRate = facts.rate
    self.format = format
    self.time = time
  }

  deinit { sl_video_close(video) }

  func frame(at index: Int) throws(MediaError) -> (pixels: [UInt8], isReplaced: Bool) {
    try time.check()
    return try time.measure { () throws(MediaError) in
      var (status, fault, isReplaced) = (SL_IMAGE_OK, sl_image_fault(), false)
      let pixels = [UInt8](unsafeUninitializedCapacity: size.width * size.height * 3) { buffer, count in
        status = sl_video_frame(video, UInt32(index), buffer.baseAddress, &isReplaced, &fault)
        count = status == SL_IMAGE_OK ? size.width * size.height * 3 : 0
      }
      if let error = time.stop ?? MediaError(status, fault, of: format.name) { throw error }
      return (pixels, isReplaced)
    }
  }
}

/// An animated WebP.
///
/// Its frames build on each other, so going back means beginning again.
final class WebPReader: FrameReader {
  let size: ImageSize
  let frameCount: Int
  let frameRate: Double
  private let animation: OpaquePointer
  private let copy: ByteCopy
  private let time: ReadingTime
  /// The frame that is decoded next.
  private var next = 0

  init(_ bytes: [UInt8], limits: VideoLimits) throws(MediaError) {
    copy = ByteCopy(bytes)
    time = ReadingTime(limit: limits.timeLimit)
    var (opened, size, frames, milliseconds, fault) = (OpaquePointer?.none, sl_image_size(), UInt32(0), UInt64(0), sl_image_fault())
    let status = sl_webp_animation_open(
      copy.buffer.baseAddress, copy.buffer.count, UInt64(clamping: limits.maximumPixels), &opened, &size, &frames, &milliseconds, &fault)
    if let error = MediaError(status, fault, of: VideoFormat.webp.name) { throw error }
    guard let opened else { throw MediaError(.outOfMemory, "the WebP needs more memory than there is") }
    animation = opened
    self.size = ImageSize(width: Int(size.width), height: Int(size.height))
    frameCount = Int(frames)
    // A still picture has no length.
    frameRate = milliseconds > 0 ? Double(frames) * 1_000 / Double(milliseconds) : 1
  }

  deinit { sl_webp_animation_close(animation) }

  func frame(at index: Int) throws(MediaError) -> (pixels: [UInt8], isReplaced: Bool) {
    try time.measure { () throws(MediaError) in
      if index < next {
        sl_webp_animation_rewind(animation)
        next = 0
      }
      while next < index {
        try time.check()
        _ = try decode(into: nil)
      }
      try time.check()
      var failure: MediaError?
      let pixels = [UInt8](unsafeUninitializedCapacity: size.width * size.height * 3) { buffer, count in
        do throws(MediaError) {
          count = try decode(into: buffer.baseAddress)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      return (pixels, false)
    }
  }

  /// Decodes the next frame and returns its bytes.
  private func decode(into pixels: UnsafeMutablePointer<UInt8>?) throws(MediaError) -> Int {
    var fault = sl_image_fault()
    let status = sl_webp_animation_next(animation, pixels, &fault)
    if let error = MediaError(status, fault, of: VideoFormat.webp.name) { throw error }
    next += 1
    return size.width * size.height * 3
  }
}

/// Bytes at an address that stays.
private final class ByteCopy {
  let buffer: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8]) {
    buffer = .allocate(capacity: bytes.count)
    _ = buffer.initialize(from: bytes)
  }

  deinit { buffer.deallocate() }
}
