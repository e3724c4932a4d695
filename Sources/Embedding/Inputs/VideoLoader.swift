import Fetching
import Foundation
import Media
import Qwen3VL

/// Turns videos from anywhere into patches.
struct VideoLoader: Sendable {
  private let preprocessor: VideoPreprocessor
  private let sampling: VideoSampling
  private let images: ImageLoader
  private let fetcher: Fetcher

  /// A video is fetched whole: as many bytes as are read from memory.
  private static let fetchTime = Duration.seconds(300)

  init(_ preprocessor: VideoPreprocessor, _ images: ImageLoader, _ options: ModelOptions) {
    self.preprocessor = preprocessor
    self.images = images
    sampling = options.videoSampling
    var policy = FetchPolicy()
    policy.allowsPrivateAddresses = options.allowsPrivateAddresses
    policy.maximumBytes = VideoLimits().maximumBytes
    policy.timeout = Self.fetchTime
    fetcher = Fetcher(policy: policy)
  }

  /// Reads, samples, resizes and cuts videos, in order.
  func videos(_ inputs: [VideoInput]) async throws(ItemError) -> [SeenVideo] {
    var videos: [SeenVideo] = []
    for input in inputs { videos.append(SeenVideo(try await patches(input))) }
    return videos
  }

  /// Reads, samples, resizes and cuts a video.
  func patches(_ input: VideoInput) async throws(ItemError) -> VideoPatches {
    do {
      switch input.source {
      case .file(.file(let path)) where Self.isFolder(path):
        return try await list(Self.frames(in: path), input)
      case .file(let file):
        return try preprocessor(for: input).prepare(try await video(file), sampling: sampling(for: input))
      case .frames(let frames):
        return try await list(frames, input)
      }
    } catch let error as ItemError {
      throw error
    } catch let error as MediaError {
      throw ItemError(.unreadableVideo, subject: input.label, error.reason)
    } catch let error as FetchError {
      throw ItemError(.unreadableVideo, error.description)
    } catch {
      throw ItemError(.unreadableVideo, subject: input.label, "\(error)")
    }
  }

  private func video(_ file: FileSource) async throws -> Video {
    switch file {
    case .file(let path): try Video(file: path)
    case .url(let url): try Video(decoding: try await fetcher.bytes(of: url))
    case .dataURI(let uri): try Video(decoding: try DataURI.decode(uri, maximumBytes: VideoLimits().maximumBytes))
    case .bytes(let bytes): try Video(decoding: bytes)
    }
  }

  /// Only the frames that are taken are read.
  private func list(_ frames: [ImageSource], _ input: VideoInput) async throws -> VideoPatches {
    let sampling = sampling(for: input)
    var taken: [Int: RGBImage] = [:]
    for index in try sampling.listIndices(count: frames.count) { taken[index] = try await images.image(frames[index]) }
    return try preprocessor(for: input).prepare(listOf: frames.count, frameRate: input.frameRate, sampling: sampling) {
      index throws(MediaError) in
      guard let image = taken[index] else { throw MediaError(.invalidArgument, "frame \(index) was not read") }
      return image
    }
  }

  private func sampling(for input: VideoInput) -> VideoSampling {
    var sampling = sampling
    if let framesPerSecond = input.framesPerSecond { sampling.framesPerSecond = framesPerSecond }
    if let maximumFrames = input.maximumFrames { sampling.maximumFrames = maximumFrames }
    if let frameCount = input.frameCount { sampling.frameCount = frameCount }
    if let start = input.start { sampling.start = start }
    if let end = input.end { sampling.end = end }
    return sampling
  }

  private func preprocessor(for input: VideoInput) -> VideoPreprocessor {
    var preprocessor = preprocessor
    if let totalPixels = input.totalPixels { preprocessor.totalPixels = totalPixels }
    return preprocessor
  }

  private static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }

  /// The pictures in a folder, frame 2 before frame 10; hidden files and those that are no pictures by name are left out.
  private static func frames(in folder: String) throws -> [ImageSource] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    let frames = names.filter { !$0.hasPrefix(".") && ImageFormat(ofFileNamed: $0) != nil }.sorted {
      $0.compare($1, options: .numeric) == .orderedAscending
    }
    guard !frames.isEmpty else { throw MediaError(.empty, "the folder holds no pictures; expected the frames of a video") }
    return frames.map { .file(folder + "/" + $0) }
  }
}

/// A video as patches, each pair of frames with its time in seconds.
struct SeenVideo: Sendable {
  let pairs: [Patches]
  let timestamps: [Double]
}

extension SeenVideo {
  init(_ patches: VideoPatches) {
    pairs = patches.pairs.map { Patches($0) }
    timestamps = patches.timestamps
  }
}
