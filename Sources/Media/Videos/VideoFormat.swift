/// The containers that are read as video.
public enum VideoFormat: String, Sendable, CaseIterable, Hashable {
  /// MP4, MOV, M4V, 3GP, fragmented or not.
  case mp4
  /// Matroska and WebM.
  case matroska
  /// AVI.
  case avi
  /// An animated GIF; a still one is a video of one frame.
  case gif
  /// An animated WebP; a still one is a video of one frame.
  case webp

  /// The name people know.
  public var name: String {
    switch self {
    case .mp4: "MP4"
    case .matroska: "Matroska"
    case .avi, .gif: rawValue.uppercased()
    case .webp: "WebP"
    }
  }

  /// Bytes that suffice to recognise a format.
  static let prefixCount = 512

  /// Recognises a container by its first bytes; the name of a file says nothing.
  public init?(recognizing bytes: [UInt8]) {
    func begins(_ prefix: String, at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: prefix.utf8) }
    let pictures = ["avif", "avis", "heic", "heix", "heim", "heis", "mif1", "msf1", "crx ", "jp2 "]
    if begins("ftyp", at: 4) {
      if pictures.contains(where: { begins($0, at: 8) }) { return nil }
      self = .mp4
    } else if ["moov", "mdat", "wide", "moof", "styp"].contains(where: { begins($0, at: 4) }) {
      self = .mp4
    } else if bytes.starts(with: [0x1a, 0x45, 0xdf, 0xa3]) {
      self = .matroska
    } else if begins("RIFF"), begins("AVI ", at: 8) {
      self = .avi
    } else if begins("RIFF"), begins("WEBP", at: 8) {
      self = .webp
    } else if begins("GIF87a") || begins("GIF89a") {
      self = .gif
    } else {
      return nil
    }
  }

  /// What bytes that are no supported video look like, and what to do.
  static func refusal(of bytes: [UInt8]) -> MediaError {
    let supported = "MP4, MOV, WebM, Matroska, AVI, animated GIF or WebP"
    guard !bytes.isEmpty else { return MediaError(.empty, "there are no bytes; expected a video (\(supported))") }
    if let known = unsupportedFormat(of: bytes) {
      return MediaError(.unsupportedFormat, "\(known) is not read as a video; convert it to one of \(supported)")
    }
    let start = bytes.prefix(8).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined(separator: " ")
    return MediaError(.unrecognizedFormat, "this is no video of a supported format (\(supported)): it begins with the bytes \(start)")
  }

  private static func unsupportedFormat(of bytes: [UInt8]) -> String? {
    func begins(_ prefix: String, at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: prefix.utf8) }
    if begins("#EXTM3U") || begins("ffconcat") || begins("[playlist]") { return "a playlist, which only names other files," }
    if begins("FLV") { return "Flash video" }
    if begins("OggS") { return "Ogg" }
    if bytes.starts(with: [0x30, 0x26, 0xb2, 0x75]) { return "Windows Media (ASF)" }
    if bytes.starts(with: [0, 0, 1, 0xba]) || bytes.starts(with: [0, 0, 1, 0xb3]) { return "an MPEG programme stream" }
    if bytes.first == 0x47, bytes.count > 188, bytes[188] == 0x47 { return "an MPEG transport stream" }
    if bytes.first == 0x3c { return "a web page or another XML document" }
    if let picture = ImageFormat(recognizing: bytes) { return "a \(picture.name) picture" }
    return nil
  }
}
