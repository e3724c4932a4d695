import ArgumentParser
import Sightline
import Tensors

/// Which model, and how to run it.
struct ModelArguments: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The model: a folder with config.json, tokenizer and safetensors, or ORG/NAME of one that was pulled.", valueName: "model"))
  var model: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What operands of matrix products are rounded to: bf16, f32 (exact, several times slower), or int8 (about twice as fast, for models "
        + "that `sightline quantize` wrote). Default: bf16, and f32 for encoders of sentences.", valueName: "form"),
    transform: ModelArguments.precision)
  var precision: Precision?

  @Option(name: .long, help: ArgumentHelp("Threads to use. Default: one per processor.", valueName: "n"))
  var threads: Int?

  @Option(
    name: .long,
    help: ArgumentHelp("Tokens per input at most; longer texts are cut. Default: 8192 to embed, 10240 to rerank.", valueName: "n"))
  var maxLength: Int?

  @Option(name: .long, help: ArgumentHelp("Smaller pictures are enlarged to this many pixels.", valueName: "n"))
  var minPixels = ModelOptions().minimumPixels

  @Option(name: .long, help: ArgumentHelp("Larger pictures are reduced to this many pixels (1,024 pixels make a token).", valueName: "n"))
  var maxPixels = ModelOptions().maximumPixels

  @Option(name: .long, help: ArgumentHelp("Pictures that have more pixels than this in the file are refused.", valueName: "n"))
  var maxDecodedPixels = ModelOptions().maximumDecodedPixels

  @Option(name: .long, help: ArgumentHelp("Frames taken for each second of a video.", valueName: "n"))
  var fps = ModelOptions().videoSampling.framesPerSecond

  @Option(name: .long, help: ArgumentHelp("Frames taken of a video at most.", valueName: "n"))
  var maxFrames = ModelOptions().videoSampling.maximumFrames

  @Option(name: .long, help: ArgumentHelp("Pixels of all pairs of a video's frames together.", valueName: "n"))
  var totalPixels = ModelOptions().totalVideoPixels

  @Flag(
    name: .long,
    help: "Give video files the reference's own budget of pixels, by which long clips are too long for the model: only for comparisons.")
  var referenceVideoBudget = false

  @Flag(name: .long, help: "Fetch pictures, videos and documents from this machine and private networks too.")
  var allowPrivateAddresses = false

  @Flag(
    name: .long, help: "Let special tokens written out in texts, such as <|im_end|>, act as such (the reference does). Off: plain text.")
  var parseSpecialTokens = false

  mutating func validate() throws {
    for (name, value) in [
      ("--threads", threads), ("--max-length", maxLength), ("--min-pixels", minPixels), ("--max-pixels", maxPixels),
      ("--max-decoded-pixels", maxDecodedPixels), ("--max-frames", maxFrames), ("--total-pixels", totalPixels),
    ] {
      if let value, value < 1 { throw ValidationError("\(name) is \(value), expected 1 or more.") }
    }
    guard fps > 0, fps.isFinite else { throw ValidationError("--fps is \(fps), expected a number above 0.") }
    guard minPixels <= maxPixels else {
      throw ValidationError("--min-pixels is \(minPixels), which is more than --max-pixels \(maxPixels).")
    }
  }

  static func precision(_ argument: String) throws -> Precision {
    guard let precision = Precision(rawValue: argument) else {
      throw ValidationError("--precision is \(argument), expected bf16, f32 or int8.")
    }
    return precision
  }

  /// Opens a model of the Qwen3 family, or another one in another precision with the same options.
  func open(_ directory: String? = nil, _ precision: Precision? = nil) throws -> Model {
    var options = options
    if let precision = precision ?? self.precision { options.precision = precision }
    return try Model(directory: try ModelDirectory.resolve(directory ?? model), options: options)
  }

  /// Opens an embedder of any kind.
  func openEmbedder() throws -> any ItemEmbedder {
    try Sightline.openEmbedder(directory: try ModelDirectory.resolve(model), options: options, precision: precision)
  }

  /// Opens an embedder whose vectors a collection can keep.
  func openCollectionEmbedder() throws -> any CollectionEmbedder {
    guard let embedder = try openEmbedder() as? any CollectionEmbedder else {
      throw InputError("\(model): this kind of model cannot fill a collection")
    }
    return embedder
  }

  private var options: ModelOptions {
    var options = ModelOptions()
    options.threads = threads
    options.maximumLength = maxLength
    options.minimumPixels = minPixels
    options.maximumPixels = maxPixels
    options.maximumDecodedPixels = maxDecodedPixels
    options.videoSampling.framesPerSecond = fps
    options.videoSampling.maximumFrames = maxFrames
    options.totalVideoPixels = totalPixels
    options.usesReferenceVideoBudget = referenceVideoBudget
    options.allowsPrivateAddresses = allowPrivateAddresses
    options.parsesSpecialTokens = parseSpecialTokens
    return options
  }
}
