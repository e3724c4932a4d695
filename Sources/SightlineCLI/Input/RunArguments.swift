import ArgumentParser
import Sightline
import Tensors

/// How to run a model, and what it accepts; what is not given is the reference's, or what a collection was made with.
struct RunArguments: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "What operands of matrix products are rounded to: bf16, f32 (exact, several times slower), or int8 (faster, for models "
        + "that `sightline quantize` wrote). Default: bf16, and f32 for encoders of sentences.", valueName: "form"),
    transform: RunArguments.precision)
  var precision: Precision?

  @Option(name: .long, help: ArgumentHelp("Threads to use. Default: one per processor.", valueName: "n"))
  var threads: Int?

  @Option(
    name: .long,
    help: ArgumentHelp("Tokens per input at most; longer texts are cut. Default: 8192 to embed, 10240 to rerank.", valueName: "n"))
  var maxLength: Int?

  @Option(name: .long, help: ArgumentHelp("Smaller pictures are enlarged to this many pixels. Default: 4096.", valueName: "n"))
  var minPixels: Int?

  @Option(
    name: .long,
    help: ArgumentHelp("Larger pictures are reduced to this many pixels (1,024 pixels make a token). Default: 1843200.", valueName: "n"))
  var maxPixels: Int?

  @Option(
    name: .long, help: ArgumentHelp("Pictures that have more pixels than this in the file are refused. Default: 178956970.", valueName: "n")
  )
  var maxDecodedPixels: Int?

  @Option(name: .long, help: ArgumentHelp("Frames taken for each second of a video. Default: 1.", valueName: "n"))
  var fps: Double?

  @Option(name: .long, help: ArgumentHelp("Frames taken of a video at most. Default: 64.", valueName: "n"))
  var maxFrames: Int?

  @Option(name: .long, help: ArgumentHelp("Pixels of all pairs of a video's frames together. Default: 7864320.", valueName: "n"))
  var totalPixels: Int?

  @Flag(
    name: .long,
    help: "Give video files the reference's own budget of pixels, by which long clips are too long for the model: only for comparisons.")
  var referenceVideoBudget = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Keep what the model saw in pictures in this folder, 8 GB at most, so that a picture that comes again, in a later run too, is not "
        + "looked at again. Results are the same.", valueName: "folder"))
  var visionCache: String?

  @Flag(name: .long, help: "Fetch pictures, videos and documents from this machine and private networks too.")
  var allowPrivateAddresses = false

  @Flag(
    name: .long, help: "Let special tokens written out in texts, such as <|im_end|>, act as such (the reference does). Off: plain text.")
  var parseSpecialTokens = false

  @Flag(name: .long, help: "Say at the end where the time went.")
  var profile = false

  mutating func validate() throws {
    for (name, value) in [
      ("--threads", threads), ("--max-length", maxLength), ("--min-pixels", minPixels), ("--max-pixels", maxPixels),
      ("--max-decoded-pixels", maxDecodedPixels), ("--max-frames", maxFrames), ("--total-pixels", totalPixels),
    ] {
      if let value, value < 1 { throw ValidationError("\(name) is \(value), expected 1 or more.") }
    }
    if let fps, !(fps > 0 && fps.isFinite) { throw ValidationError("--fps is \(fps), expected a number above 0.") }
    let (smallest, largest) = (options().minimumPixels, options().maximumPixels)
    guard smallest <= largest else { throw ValidationError("--min-pixels is \(smallest), which is more than --max-pixels \(largest).") }
  }

  static func precision(_ argument: String) throws -> Precision {
    guard let precision = Precision(rawValue: argument) else {
      throw ValidationError("--precision is \(argument), expected bf16, f32 or int8.")
    }
    return precision
  }

  /// The options that were given, and others for the rest.
  func options(otherwise defaults: ModelOptions = ModelOptions()) -> ModelOptions {
    var options = defaults
    options.threads = threads
    options.maximumLength = maxLength ?? defaults.maximumLength
    options.minimumPixels = minPixels ?? defaults.minimumPixels
    options.maximumPixels = maxPixels ?? defaults.maximumPixels
    options.maximumDecodedPixels = maxDecodedPixels ?? defaults.maximumDecodedPixels
    options.videoSampling.framesPerSecond = fps ?? defaults.videoSampling.framesPerSecond
    options.videoSampling.maximumFrames = maxFrames ?? defaults.videoSampling.maximumFrames
    options.totalVideoPixels = totalPixels ?? defaults.totalVideoPixels
    options.usesReferenceVideoBudget = referenceVideoBudget || defaults.usesReferenceVideoBudget
    options.visionCacheDirectory = visionCache
    options.profile = profile ? ProfileTable.profile : nil
    options.allowsPrivateAddresses = allowPrivateAddresses
    options.parsesSpecialTokens = parseSpecialTokens || defaults.parsesSpecialTokens
    return options
  }

  /// Opens a model of the Qwen3 family.
  func open(_ directory: String, _ precision: Precision? = nil, otherwise defaults: ModelOptions? = nil) throws -> Model {
    let directory = try ModelDirectory.resolve(directory)
    var options = options(otherwise: defaults ?? ShippedModel.options(for: directory))
    if let precision = precision ?? self.precision { options.precision = precision }
    return try Model(directory: directory, options: options)
  }

  /// Opens an embedder of any kind.
  func openEmbedder(_ directory: String, otherwise defaults: ModelOptions? = nil) throws -> any ItemEmbedder {
    let directory = try ModelDirectory.resolve(directory)
    return try Sightline.openEmbedder(
      directory: directory, options: options(otherwise: defaults ?? ShippedModel.options(for: directory)), precision: precision)
  }

  /// Opens an embedder whose vectors a collection can keep.
  func openCollectionEmbedder(_ directory: String, otherwise defaults: ModelOptions? = nil) throws -> any CollectionEmbedder {
    guard let embedder = try openEmbedder(directory, otherwise: defaults) as? any CollectionEmbedder else {
      throw InputError("\(directory): this kind of model cannot fill a collection")
    }
    return embedder
  }
}
