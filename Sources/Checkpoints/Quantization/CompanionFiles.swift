import Foundation
import Tensors

/// The files of a model's folder that are not its weights: tokenizer, templates, settings, licence.
struct CompanionFiles {
  private let root: String

  /// What is made anew, and other copies of the weights, which would be those of the original.
  private static let leftOut = ["config.json", "model.safetensors.index.json"]
  private static let weightEndings = [
    ".safetensors", ".safetensors.index.json", ".bin", ".bin.index.json", ".pt", ".pth", ".gguf", ".onnx", ".h5", ".msgpack",
  ]
  /// Folders within folders at most.
  private static let depthLimit = 8

  /// The files of a folder.
  init(of directory: String) {
    root = directory
  }

  /// Copies them; a link is copied as the file that it leads to, hidden files are left out.
  func copy(to destination: String) throws {
    try copy(root, to: destination, depth: 0)
  }

  private func copy(_ source: String, to destination: String, depth: Int) throws {
    let manager = FileManager.default
    for name in try manager.contentsOfDirectory(atPath: source).sorted() where !name.hasPrefix(".") {
      try Task.checkCancellation()
      if depth == 0, Self.leftOut.contains(name) { continue }
      if Self.weightEndings.contains(where: { name.lowercased().hasSuffix($0) }) { continue }
      let (from, to) = ("\(source)/\(name)", "\(destination)/\(name)")
      let attributes = try manager.attributesOfItem(atPath: from)
      var isFolder: ObjCBool = false
      guard manager.fileExists(atPath: from, isDirectory: &isFolder) else { continue }
      if isFolder.boolValue {
        // A link to a folder could lead back to where it lies.
        guard attributes[.type] as? FileAttributeType == .typeDirectory, depth < Self.depthLimit else { continue }
        try manager.createDirectory(atPath: to, withIntermediateDirectories: false)
        try copy(from, to: to, depth: depth + 1)
        try PartialFolder.synchronize(to)
      } else {
        try copyFile(from, to: to)
      }
    }
  }

  private func copyFile(_ source: String, to destination: String) throws(CheckpointError) {
    let file = try AtomicFile(destination)
    let size = (try? FileManager.default.attributesOfItem(atPath: URL(fileURLWithPath: source).resolvingSymlinksInPath().path))?[.size]
    if (size as? Int) != 0 {
      let memory = try MappedFile.map(source)
      try file.write(UnsafeRawBufferPointer(start: memory.base, count: memory.byteCount))
    }
    try file.commit()
  }
}
