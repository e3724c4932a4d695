import Fetching
import Media
import Qwen3VL

/// Turns pictures from anywhere into patches.
struct ImageLoader: Sendable {
  private let preprocessor: ImagePreprocessor
  private let limits: ImageLimits
  private let fetcher: Fetcher

  init(_ preprocessor: ImagePreprocessor, _ options: ModelOptions) {
    self.preprocessor = preprocessor
    limits = ImageLimits(maximumPixels: options.maximumDecodedPixels)
    var policy = FetchPolicy()
    policy.allowsPrivateAddresses = options.allowsPrivateAddresses
    fetcher = Fetcher(policy: policy)
  }

  /// Reads, decodes, resizes and cuts pictures, in order.
  func patches(_ sources: [ImageSource]) async throws(ItemError) -> [Patches] {
    var patches: [Patches] = []
    for source in sources { patches.append(try await self.patches(source)) }
    return patches
  }

  private func patches(_ source: ImageSource) async throws(ItemError) -> Patches {
    let image = try await image(source)
    do {
      return Patches(try preprocessor.prepare(image))
    } catch {
      throw ItemError(.unreadableImage, subject: source.label, error.reason)
    }
  }

  /// Reads and decodes a picture.
  func image(_ source: ImageSource) async throws(ItemError) -> RGBImage {
    do {
      return switch source {
      case .file(let path): try RGBImage(file: path, limits: limits)
      case .url(let url): try RGBImage(decoding: try await fetcher.bytes(of: url), limits: limits)
      case .dataURI(let uri): try RGBImage(dataURI: uri, limits: limits)
      case .bytes(let bytes): try RGBImage(decoding: bytes, limits: limits)
      case .pixels(let image): image
      }
    } catch let error as MediaError {
      throw ItemError(.unreadableImage, subject: source.label, error.reason)
    } catch let error as FetchError {
      throw ItemError(.unreadableImage, error.description)
    } catch {
      throw ItemError(.unreadableImage, subject: source.label, "\(error)")
    }
  }
}

extension Patches {
  init(_ patches: ImagePatches) {
    self.init(gridHeight: patches.grid.height, gridWidth: patches.grid.width, values: patches.values)
  }
}

extension ImageSource {
  /// How a message names the picture: its path or address (without what may be secret in it), or that it is in memory.
  public var label: String {
    switch self {
    case .file(let path): path
    case .url(let url): RedactedURL.text(of: url)
    case .dataURI: "data URI"
    case .bytes: "picture in memory"
    case .pixels: "pixels in memory"
    }
  }
}
