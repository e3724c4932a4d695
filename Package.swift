// swift-tools-version: 6.2
import PackageDescription

/// The same strictness for every Swift target.
///
/// A dependency that leaks into a public signature must be spelled `public import`, and a warning is an error.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

/// A picture library of the system, as its package names it for pkg-config.
func pictureLibrary(_ name: String, _ package: String, apt: String, brew: String) -> Target {
  .systemLibrary(name: name, path: "Sources/CMedia/Libraries/\(name)", pkgConfig: package, providers: [.apt([apt]), .brew([brew])])
}

let package = Package(
  name: "sightline",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Sightline", targets: ["Sightline"]),
    .executable(name: "sightline", targets: ["SightlineCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ],
  targets: [
    // Floor 0: C.
    .target(name: "CKernels"),
    pictureLibrary("CLibJPEG", "libjpeg", apt: "libjpeg-dev", brew: "jpeg-turbo"),
    pictureLibrary("CLibPNG", "libpng", apt: "libpng-dev", brew: "libpng"),
    pictureLibrary("CLibWebP", "libwebpdemux", apt: "libwebp-dev", brew: "webp"),
    pictureLibrary("CLibTIFF", "libtiff-4", apt: "libtiff-dev", brew: "libtiff"),
    .target(name: "CMedia", dependencies: ["CLibJPEG", "CLibPNG", "CLibWebP", "CLibTIFF"], exclude: ["Libraries"]),

    // Floor 1: memory and arithmetic, text, pictures, the network.
    .target(name: "Tensors", dependencies: ["CKernels"], swiftSettings: strict),
    .target(name: "Tokenizers", swiftSettings: strict),
    .target(name: "Media", dependencies: ["CMedia"], swiftSettings: strict),
    .target(
      name: "Fetching",
      dependencies: [
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: strict),

    // Floor 2: the files of a model.
    .target(name: "Checkpoints", dependencies: ["Tensors"], swiftSettings: strict),

    // Floor 3: the model.
    .target(name: "Qwen3VL", dependencies: ["Tensors", "Checkpoints"], swiftSettings: strict),

    // Floor 4: items to vectors and scores.
    .target(
      name: "Embedding",
      dependencies: ["Tensors", "Checkpoints", "Qwen3VL", "Tokenizers", "Media", "Fetching"],
      swiftSettings: strict),

    // Floor 4: vectors on disk, and search.
    .target(name: "VectorIndex", dependencies: ["CKernels", "Tensors"], swiftSettings: strict),

    // Floor 6: measured quality.
    .target(
      name: "Evaluation",
      dependencies: ["Tensors", "Checkpoints", "Embedding", "Fetching", .product(name: "Crypto", package: "swift-crypto")],
      resources: [.embedInCode("Verification/published-cases.json")],
      swiftSettings: strict),

    // Floor 7: the library's face, and the program.
    .target(name: "Sightline", dependencies: ["Embedding", "Media"], swiftSettings: strict),
    .executableTarget(
      name: "SightlineCLI",
      dependencies: [
        "Sightline", "Evaluation", "Qwen3VL", "Checkpoints", "Tensors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // Tests, and the report of `make parity`, which makes the same comparisons.
    .target(
      name: "TestSupport", dependencies: ["Embedding", "Qwen3VL", "Checkpoints", "Tensors"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .executableTarget(name: "ParityReport", dependencies: ["TestSupport", "Tensors"], path: "Tests/ParityReport", swiftSettings: strict),
    .executableTarget(name: "VectorBenchmark", dependencies: ["VectorIndex"], path: "Tools/vectors/benchmark", swiftSettings: strict),
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels"], swiftSettings: strict),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "CKernels", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "TokenizersTests", dependencies: ["Tokenizers"], swiftSettings: strict),
    .testTarget(
      name: "MediaTests", dependencies: ["Media", .product(name: "Crypto", package: "swift-crypto")], swiftSettings: strict),
    .testTarget(
      name: "FetchingTests",
      dependencies: [
        "Fetching",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CheckpointsTests",
      dependencies: ["Checkpoints", "Qwen3VL", "Tensors", "TestSupport", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .testTarget(
      name: "Qwen3VLTests", dependencies: ["Qwen3VL", "Checkpoints", "Tensors", "CKernels", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "EmbeddingTests",
      dependencies: ["Embedding", "Qwen3VL", "Checkpoints", "Tokenizers", "Tensors", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "EvaluationTests", dependencies: ["Evaluation", "Embedding", "Fetching", "Checkpoints", "Tensors", "TestSupport"],
      swiftSettings: strict),
    .testTarget(name: "VectorIndexTests", dependencies: ["VectorIndex", "CKernels"], swiftSettings: strict),
    .testTarget(name: "CommandLineTests", dependencies: ["SightlineCLI", "TestSupport"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17
)
