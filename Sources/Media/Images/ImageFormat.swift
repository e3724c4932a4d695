/// The formats that are read.
public enum ImageFormat: String, Sendable, CaseIterable, Hashable {
  /// JPEG: baseline, progressive and arithmetic, grey, colour and CMYK.
  case jpeg
  /// PNG: every colour type and bit depth, interlaced or not; of an animation the first picture.
  case png
  /// WebP: lossy, lossless, with alpha; of an animation the first frame.
  case webp
  /// GIF: the first frame.
  case gif
  /// Windows bitmap: palettes, 16 to 32 bits, run lengths.
  case bmp
  /// TIFF: the first page, in the variants that `Documentation/pixels.md` lists.
  case tiff
  /// SVG, drawn at its own size on white. How long a drawing takes has no bound: leave it out for strangers' bytes.
  case svg

  /// All formats but drawings: pictures whose cost is bounded by their size.
  public static let rasters = Set(allCases).subtracting([.svg])

  /// The name people know.
  public var name: String {
    switch self {
    case .jpeg, .png, .gif, .bmp, .tiff, .svg: rawValue.uppercased()
    case .webp: "WebP"
    }
  }

  /// Recognises a format by its first bytes; the name of a file says nothing.
  public init?(recognizing bytes: [UInt8]) {
    func begins(_ prefix: [UInt8], at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: prefix) }
    if begins([0xff, 0xd8, 0xff]) {
      self = .jpeg
    } else if begins([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
      self = .png
    } else if begins(Array("RIFF".utf8)), begins(Array("WEBP".utf8), at: 8) {
      self = .webp
    } else if begins(Array("GIF87a".utf8)) || begins(Array("GIF89a".utf8)) {
      self = .gif
    } else if begins(Array("BM".utf8)) {
      self = .bmp
    } else if begins([0x49, 0x49, 0x2a, 0]) || begins([0x4d, 0x4d, 0, 0x2a]) || begins([0x49, 0x49, 0x2b, 0])
      || begins([0x4d, 0x4d, 0, 0x2b])
    {
      self = .tiff
    } else if SVGProlog.isFollowedBySVG(bytes) {
      self = .svg
    } else {
      return nil
    }
  }

  /// The format that a file's name promises; only its bytes can keep it.
  public init?(ofFileNamed name: String) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    switch parts.count > 1 ? parts.last?.lowercased() : nil {
    case "jpg", "jpeg": self = .jpeg
    case "tif", "tiff": self = .tiff
    case let other: self.init(rawValue: other ?? "")
    }
  }

  /// What bytes that are no supported picture look like, and what to do.
  static func refusal(of bytes: [UInt8]) -> MediaError {
    let supported = allCases.map(\.name).joined(separator: ", ")
    guard !bytes.isEmpty else { return MediaError(.empty, "there are no bytes; expected a picture (\(supported))") }
    if let known = unsupportedFormat(of: bytes) {
      return MediaError(.unsupportedFormat, "\(known) is not read; convert it to one of \(supported)")
    }
    let start = bytes.prefix(8).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined(separator: " ")
    return MediaError(.unrecognizedFormat, "this is no picture of a supported format (\(supported)): it begins with the bytes \(start)")
  }

  private static func unsupportedFormat(of bytes: [UInt8]) -> String? {
    func begins(_ prefix: String, at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: prefix.utf8) }
    if begins("%PDF-") { return "a PDF document" }
    if begins("ftyp", at: 4) {
      if begins("avif", at: 8) || begins("avis", at: 8) { return "AVIF" }
      if begins("heic", at: 8) || begins("heix", at: 8) || begins("mif1", at: 8) || begins("hevc", at: 8) { return "HEIC" }
      return "a video or another ISO media file"
    }
    if begins("jP  ", at: 4) || bytes.starts(with: [0xff, 0x4f, 0xff, 0x51]) { return "JPEG 2000" }
    if begins("JXL ", at: 4) || bytes.starts(with: [0xff, 0x0a]) { return "JPEG XL" }
    if bytes.starts(with: [0, 0, 1, 0]) { return "a Windows icon" }
    if begins("8BPS") { return "a Photoshop document" }
    if bytes.starts(with: [0x1f, 0x8b]) { return "gzip (a compressed SVG?)" }
    if bytes.first == 0x3c { return "a web page or another XML document" }
    return nil
  }
}
