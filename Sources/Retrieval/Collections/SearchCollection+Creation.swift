import Foundation
import VectorIndex

extension SearchCollection {
  /// Makes an empty collection.
  ///
  /// It appears whole or not at all.
  ///
  /// - Parameters:
  ///   - directory: Its folder, which must not be there yet.
  ///   - embedder: What records will be embedded with.
  ///   - vectors: How vectors are kept; `nil` for all of the model's dimensions in f32, with codes.
  ///   - passages: How texts are cut.
  ///   - segmentSeconds: Seconds of a video's segments, 1 to 86,400; `nil` for a record a video.
  /// - Returns: The collection, open to be read.
  /// - Throws: `CollectionError` where the folder is there already, or cannot be written.
  public static func create(
    at directory: String, for embedder: any CollectionEmbedder, vectors: CollectionManifest.VectorForm? = nil,
    passages: Passages = .standard, segmentSeconds: Int? = nil
  ) throws(CollectionError) -> SearchCollection {
    try create(at: directory, profile: embedder.profile(), vectors: vectors, passages: passages, segmentSeconds: segmentSeconds)
  }

  package static func create(
    at directory: String, profile: EmbeddingProfile, vectors: CollectionManifest.VectorForm? = nil, passages: Passages = .standard,
    segmentSeconds: Int? = nil
  ) throws(CollectionError) -> SearchCollection {
    let vectors = vectors ?? CollectionManifest.VectorForm(dimensions: profile.dimensions)
    guard (1...profile.dimensions).contains(vectors.dimensions) else {
      throw CollectionError(
        .invalidSetting, "\(vectors.dimensions) dimensions were asked for; the model's vectors have 1 to \(profile.dimensions)")
    }
    guard Folder.isVacant(directory) else {
      throw CollectionError(.exists, "\(directory): is there already; give another name, or remove it first")
    }
    guard segmentSeconds.map({ (1...86_400).contains($0) }) ?? true else {
      throw CollectionError(.invalidSetting, "segments of \(segmentSeconds ?? 0) seconds were asked for, expected 1 to 86400")
    }
    let manifest = CollectionManifest(profile: profile, vectors: vectors, passages: passages, segmentSeconds: segmentSeconds)
    let temporary = FolderChanges.partial(of: directory)
    do {
      try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
      do {
        _ = try VectorStore.create(directory: vectorDirectory(temporary), settings: VectorSettings(vectors))
        _ = try RecordStore(temporary, writing: true)
        try manifest.encoded().write(to: URL(fileURLWithPath: "\(temporary)/\(CollectionManifest.fileName)"))
        for name in [CollectionManifest.fileName, RecordStore.fileName, ""] { try FolderChanges.sync("\(temporary)/\(name)") }
        try FolderChanges.rename(temporary, to: directory)
      } catch {
        try? FileManager.default.removeItem(atPath: temporary)
        throw error
      }
      try FolderChanges.sync(URL(fileURLWithPath: directory).deletingLastPathComponent().path)
    } catch let error as CollectionError {
      throw error
    } catch let error as VectorIndexError {
      throw CollectionError(error)
    } catch {
      throw CollectionError(.inputOutput, "\(directory): cannot be made: \(error.localizedDescription)")
    }
    return try SearchCollection(opening: directory)
  }

  /// Removes a collection with all its files.
  ///
  /// - Throws: `CollectionError` where there is none, someone writes into it, or the folder holds files that are not the collection's.
  public static func remove(_ directory: String) throws(CollectionError) {
    _ = try CollectionManifest.read(directory)
    let lock = try WriterLock(directory)
    defer { withExtendedLifetime(lock) {} }
    let ours = [
      CollectionManifest.fileName, RecordStore.fileName, RecordStore.fileName + "-wal", RecordStore.fileName + "-shm", WriterLock.fileName,
      "vectors",
    ]
    do {
      let strangers = try FileManager.default.contentsOfDirectory(atPath: directory).filter { !ours.contains($0) }.sorted()
      if let stranger = strangers.first {
        throw CollectionError(.exists, "\(directory): holds \(stranger), which is no part of the collection; move it elsewhere first")
      }
      // The manifest goes first: without it, nothing half removed is taken for a collection.
      for name in ours where FileManager.default.fileExists(atPath: "\(directory)/\(name)") {
        try FileManager.default.removeItem(atPath: "\(directory)/\(name)")
      }
      try FileManager.default.removeItem(atPath: directory)
    } catch let error as CollectionError {
      throw error
    } catch {
      throw CollectionError(.inputOutput, "\(directory): cannot be removed: \(error.localizedDescription)")
    }
  }
}

extension VectorSettings {
  /// The settings of an index for vectors of a form.
  init(_ form: CollectionManifest.VectorForm) {
    self.init(dimensions: form.dimensions, number: form.number == .float16 ? .float16 : .float32)
    if !form.int8 { int8Dimensions = nil }
    if !form.binary { binaryDimensions = nil }
  }
}
