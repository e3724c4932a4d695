import Foundation

/// The one file that says which files are the index: replaced as a whole, and last.
struct Manifest: Equatable {
  static let format = "sightline-vectors"
  static let version = 1
  /// Larger than any manifest that settings within their limits make.
  static let byteLimit = 16 << 20

  var index: IndexIdentity
  var settings: VectorSettings
  /// Which journal holds the commits.
  var generation: UInt64

  /// Reads and checks the manifest of a folder.
  ///
  /// - Throws: `VectorIndexError`; `missing` where there is none.
  init(_ folder: IndexFolder) throws(VectorIndexError) {
    let path = folder.manifest
    let bytes: [UInt8]
    do throws(VectorIndexError) { bytes = try FileReading.bytes(path, limit: Self.byteLimit) } catch {
      guard error.code == .missing else { throw error }
      throw VectorIndexError(.missing, file: folder.path, "holds no index of vectors: it has no manifest.json")
    }
    let document: Document
    do { document = try JSONDecoder().decode(Document.self, from: Data(bytes)) } catch {
      throw VectorIndexError(.damagedFile, file: path, "is not the JSON of a manifest: \(error)")
    }
    guard document.format == Self.format else {
      throw VectorIndexError(.unsupportedFile, file: path, "says format \"\(document.format)\" where \"\(Self.format)\" is read")
    }
    guard document.version == Self.version else {
      throw VectorIndexError(.unsupportedFile, file: path, "says version \(document.version); this program reads version \(Self.version)")
    }
    guard let index = IndexIdentity(document.index), let generation = UInt64(document.generation, radix: 16) else {
      throw VectorIndexError(.damagedFile, file: path, "has an \"index\" or \"generation\" that is not a hexadecimal number")
    }
    self.index = index
    self.generation = generation
    settings = document.settings
    if let fault = settings.fault { throw VectorIndexError(.damagedFile, file: path, fault) }
  }

  init(index: IndexIdentity, settings: VectorSettings, generation: UInt64) {
    self.index = index
    self.settings = settings
    self.generation = generation
  }

  /// The file's bytes.
  func encoded(_ path: String) throws(VectorIndexError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do { return Array(try encoder.encode(Document(self))) } catch {
      throw VectorIndexError(.unwritableFile, file: path, "cannot be encoded: \(error)")
    }
  }

  /// The manifest as it stands in its file.
  private struct Document: Codable {
    struct Int8: Codable {
      var dimensions: Int
      var minimum: [Float]?
      var maximum: [Float]?
    }
    struct Binary: Codable { var dimensions: Int }

    var format: String
    var version: Int
    var index: String
    var generation: String
    var dimensions: Int
    var number: VectorSettings.Number
    var int8: Int8?
    var binary: Binary?
    var segmentByteLimit: Int

    init(_ manifest: Manifest) {
      let settings = manifest.settings
      format = Manifest.format
      version = Manifest.version
      index = manifest.index.text
      generation = String(manifest.generation, radix: 16)
      dimensions = settings.dimensions
      number = settings.number
      int8 = settings.int8Dimensions.map {
        Int8(dimensions: $0, minimum: settings.int8Ranges?.minimum, maximum: settings.int8Ranges?.maximum)
      }
      binary = settings.binaryDimensions.map { Binary(dimensions: $0) }
      segmentByteLimit = settings.segmentByteLimit
    }

    var settings: VectorSettings {
      var settings = VectorSettings(dimensions: dimensions, number: number)
      settings.int8Dimensions = int8?.dimensions
      settings.binaryDimensions = binary?.dimensions
      if let minimum = int8?.minimum, let maximum = int8?.maximum {
        settings.int8Ranges = Int8Ranges(minimum: minimum, maximum: maximum)
      }
      settings.segmentByteLimit = segmentByteLimit
      return settings
    }
  }
}
