import Foundation

/// Reads `swift package dump-package` and compares each target's imports with what it declares.
@main
struct CheckLayers {
  /// Modules of the toolchain and the system, which no manifest declares.
  static let systemModules: Set<String> = [
    "Swift", "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Testing", "XCTest", "Glibc", "Musl", "Darwin", "Bionic",
  ]

  struct Package: Decodable {
    let targets: [Target]
  }

  struct Target: Decodable {
    let name: String
    let type: String
    let path: String?
    let dependencies: [[String: [Element?]]]

    /// A dependency's first element is its name; others are conditions of any form.
    enum Element: Decodable {
      case name(String)
      case other

      init(from decoder: any Decoder) throws {
        let text = try? decoder.singleValueContainer().decode(String.self)
        self = text.map { .name($0) } ?? .other
      }
    }

    var declared: Set<String> {
      Set(
        dependencies.flatMap(\.values).compactMap { elements in
          if case .name(let name)?? = elements.first { name } else { nil }
        })
    }

    var folder: String {
      path ?? (type == "test" ? "Tests/" : "Sources/") + name
    }
  }

  static func main() throws {
    let package = try JSONDecoder().decode(Package.self, from: FileHandle.standardInput.readDataToEndOfFile())
    var faults: [String] = []
    var imports = 0
    for target in package.targets {
      let allowed = target.declared.union(systemModules).union([target.name])
      for file in swiftFiles(in: target.folder) {
        for (number, line) in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
          .enumerated()
        {
          guard let module = importedModule(line) else { continue }
          imports += 1
          if !allowed.contains(module) {
            faults.append("\(file):\(number + 1): imports \(module), which Package.swift does not let \(target.name) use")
          }
        }
      }
    }
    // A gate that sees nothing must not pass.
    if imports == 0 { faults.append("no import was found at all: is this the package's folder?") }
    for fault in faults { print(fault) }
    print("check-layers: \(imports) imports in \(package.targets.count) targets, \(faults.count) faults")
    exit(faults.isEmpty ? 0 : 1)
  }

  static func swiftFiles(in folder: String) -> [String] {
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".swift") }.map { folder + "/" + $0 }.sorted()
  }

  /// The module of a line such as `public import Tensors` or `@testable import struct Media.RGBImage`.
  static func importedModule(_ line: Substring) -> String? {
    var words = line.split(whereSeparator: \.isWhitespace)
    while let first = words.first, first.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(first) {
      words.removeFirst()
    }
    guard words.first == "import", words.count >= 2 else { return nil }
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
    return String(name.prefix { $0 != "." && $0 != ";" })
  }
}
