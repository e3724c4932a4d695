public import Embedding

/// What the reference made of videos, from the file to the vector, as `Tools/oracle/make_video_cases.py` wrote it down.
public struct VideoCase: Decodable, Sendable {
  /// One video of a case.
  public struct Video: Decodable, Sendable {
    public let file: String?
    public let frames: [String]?
    public let fps: Double?
    public let maximumFrames: Int?
    public let totalPixels: Int?

    private enum CodingKeys: String, CodingKey {
      case file, frames, fps
      case maximumFrames = "max_frames"
      case totalPixels = "total_pixels"
    }
  }

  public let name: String
  public let videos: [Video]
  public let images: [String]?
  public let texts: [String]?
  public let instruction: String?
  public let timestamps: [[Double]]
  public let grids: [[Int]]
  /// Ids with how often each stands in a row.
  public let inputIDs: [[Int32]]
  public let embedding: [Float]

  private enum CodingKeys: String, CodingKey {
    case name, videos, images, texts, instruction, timestamps, grids, embedding
    case inputIDs = "input_ids"
  }

  /// All cases.
  public static let all = Result { try Fixtures.json([VideoCase].self, "oracle/videos.json") }

  /// All ids, one by one.
  public var tokens: [Int32] { inputIDs.flatMap { [Int32](repeating: $0[0], count: Int($0[1])) } }

  /// The item that the case is about.
  public var item: Item {
    let inputs = videos.map { video -> VideoInput in
      let frames = video.frames?.map { ImageSource.file("\(Fixtures.root)/oracle/\($0)") }
      var input = VideoInput(frames.map { .frames($0) } ?? .file(.file("\(Fixtures.root)/video/clips/\(video.file ?? "")")))
      input.framesPerSecond = video.fps
      input.maximumFrames = video.maximumFrames
      input.totalPixels = video.totalPixels
      return input
    }
    return Item(
      texts: texts ?? [], images: (images ?? []).map { .file("\(Fixtures.root)/oracle/\($0)") }, videos: inputs, instruction: instruction)
  }
}
