// swift-tools-version: 6.2
import PackageDescription

/// The same strictness for every Swift target: a dependency that leaks into a public signature must be spelled `public import`,
/// and a warning is an error.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "sightline",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Sightline", targets: ["Sightline"]),
    .executable(name: "sightline", targets: ["SightlineCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
  ],
  targets: [
    // Floor 0: C.
    .target(name: "CKernels"),
    .target(name: "CMedia"),

    // Floor 1: memory and arithmetic, text, pictures, the network.
    .target(name: "Tensors", dependencies: ["CKernels"], swiftSettings: strict),
    .target(name: "Tokenizers", swiftSettings: strict),
    .target(name: "Media", dependencies: ["CMedia"], swiftSettings: strict),
    .target(
      name: "Fetching",
      dependencies: [
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: strict),

    // Floor 2: files of a model.
    .target(name: "Checkpoints", dependencies: ["Tensors"], swiftSettings: strict),

    // Floor 3: the model.
    .target(name: "Qwen3VL", dependencies: ["Tensors", "Checkpoints"], swiftSettings: strict),

    // Floor 4: inputs to vectors and scores.
    .target(
      name: "Embedding",
      dependencies: ["Tensors", "Checkpoints", "Qwen3VL", "Tokenizers", "Media", "Fetching"],
      swiftSettings: strict),

    // The library's face, and the program.
    .target(name: "Sightline", dependencies: ["Embedding", "Media", "Tokenizers"], swiftSettings: strict),
    .executableTarget(
      name: "SightlineCLI",
      dependencies: ["Sightline", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17
)
