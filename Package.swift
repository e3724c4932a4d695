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

/// A picture or video library of the system, as its package names it for pkg-config.
func mediaLibrary(_ name: String, _ package: String, apt: String, brew: String) -> Target {
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
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
  ],
  targets: [
    // Floor 0: C.
    .target(name: "CKernels"),
    mediaLibrary("CLibJPEG", "libjpeg", apt: "libjpeg-dev", brew: "jpeg-turbo"),
    mediaLibrary("CLibPNG", "libpng", apt: "libpng-dev", brew: "libpng"),
    mediaLibrary("CLibWebP", "libwebpdemux", apt: "libwebp-dev", brew: "webp"),
    mediaLibrary("CLibTIFF", "libtiff-4", apt: "libtiff-dev", brew: "libtiff"),
    mediaLibrary("CLibAVFormat", "libavformat", apt: "libavformat-dev", brew: "ffmpeg"),
    mediaLibrary("CLibAVCodec", "libavcodec", apt: "libavcodec-dev", brew: "ffmpeg"),
    mediaLibrary("CLibAVUtil", "libavutil", apt: "libavutil-dev", brew: "ffmpeg"),
    mediaLibrary("CLibSWScale", "libswscale", apt: "libswscale-dev", brew: "ffmpeg"),
    .target(
      name: "CMedia",
      dependencies: ["CLibJPEG", "CLibPNG", "CLibWebP", "CLibTIFF", "CLibAVFormat", "CLibAVCodec", "CLibAVUtil", "CLibSWScale"],
      exclude: ["Libraries"]),

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

    // Floor 3: the models.
    .target(name: "Qwen3VL", dependencies: ["Tensors", "Checkpoints"], swiftSettings: strict),
    .target(name: "TextEncoders", dependencies: ["Tensors", "Checkpoints"], swiftSettings: strict),

    // Floor 4: items to vectors and scores.
    .target(
      name: "Embedding",
      dependencies: [
        "Tensors", "Checkpoints", "Qwen3VL", "TextEncoders", "Tokenizers", "Media", "Fetching",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .target(name: "Hub", dependencies: ["Fetching", .product(name: "Crypto", package: "swift-crypto")], swiftSettings: strict),

    // Floor 4: vectors on disk, and search.
    .target(name: "VectorIndex", dependencies: ["CKernels", "Tensors"], swiftSettings: strict),

    // Floor 5: collections and search in two stages.
    .target(
      name: "Retrieval",
      dependencies: [
        "Embedding", "VectorIndex", "Media",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),

    // Floor 6: measured quality.
    .target(
      name: "Evaluation",
      dependencies: ["Tensors", "Checkpoints", "Embedding", "Fetching", .product(name: "Crypto", package: "swift-crypto")],
      resources: [.embedInCode("Verification/published-cases.json")],
      swiftSettings: strict),

    // Floor 6: recorded demonstrations of tasks.
    .target(
      name: "Demonstrations",
      dependencies: [
        "Retrieval", "Embedding", "Media", "Fetching",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),

    // Floor 6: HTTP. Beside `Demonstrations`, which it serves.
    .target(
      name: "Serving",
      dependencies: [
        "Demonstrations", "Retrieval", "Embedding", "Media", "Fetching",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: strict),

    // Floor 7: the library's face, and the program.
    .target(name: "Sightline", dependencies: ["Demonstrations", "Embedding", "Hub", "Media", "Retrieval"], swiftSettings: strict),
    .executableTarget(
      name: "SightlineCLI",
      dependencies: [
        "Sightline", "Demonstrations", "Evaluation", "Serving", "Qwen3VL", "TextEncoders", "Checkpoints", "Tensors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // The library by itself, as a program of its own.
    .executableTarget(name: "SearchExample", dependencies: ["Sightline"], path: "Examples/Search", swiftSettings: strict),

    // Tests, and the report of `make parity`, which makes the same comparisons.
    .target(
      name: "TestSupport",
      dependencies: [
        "Embedding", "Qwen3VL", "TextEncoders", "Checkpoints", "Tensors", .product(name: "Crypto", package: "swift-crypto"),
      ],
      path: "Tests/TestSupport", swiftSettings: strict),
    // Beside RetrievalTests: killed by its own hand, on a full disk, or at work at the same time.
    .executableTarget(
      name: "CollectionProcess",
      dependencies: [
        "Retrieval", "Embedding", "VectorIndex", "TestSupport", .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      path: "Tests/CollectionProcess", swiftSettings: strict),
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
      name: "TextEncodersTests", dependencies: ["TextEncoders", "Checkpoints", "Tensors", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "EmbeddingTests",
      dependencies: ["Embedding", "Media", "Qwen3VL", "Checkpoints", "Tokenizers", "Tensors", "TestSupport"],
      swiftSettings: strict),
    .testTarget(name: "MeaningTests", dependencies: ["Embedding", "Checkpoints", "Tensors", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "HubTests", dependencies: ["Hub", "Fetching", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "RetrievalTests",
      dependencies: [
        "Retrieval", "Embedding", "Media", "Tokenizers", "TestSupport", "CollectionProcess",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "EvaluationTests", dependencies: ["Evaluation", "Embedding", "Fetching", "Checkpoints", "Tensors", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "DemonstrationsTests",
      dependencies: [
        "Demonstrations", "Retrieval", "Embedding", "Fetching", "Media", "TestSupport", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ServingTests",
      dependencies: [
        "Serving", "Demonstrations", "Embedding", "Media", "TestSupport",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .testTarget(name: "VectorIndexTests", dependencies: ["VectorIndex", "CKernels"], swiftSettings: strict),
    .testTarget(name: "CommandLineTests", dependencies: ["SightlineCLI", "Fetching", "TestSupport"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17
)
