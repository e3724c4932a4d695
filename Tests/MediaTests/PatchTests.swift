import Foundation
import Media
import Testing

@Suite("Patches equal the reference's, bit for bit")
struct PatchTests {
  private func preprocessor(_ patches: Fixtures.Patches) -> ImagePreprocessor {
    ImagePreprocessor(
      patchSize: patches.patch, mergeSize: patches.merge, temporalPatchSize: patches.temporal, mean: patches.mean,
      standardDeviation: patches.deviation, minimumPixels: 1, maximumPixels: 10_000_000)
  }

  @Test("There are settings")
  func fixturesAreThere() { #expect(Fixtures.patches.count == 7) }

  @Test(arguments: Fixtures.patches)
  func values(_ expected: Fixtures.Patches) throws {
    let patches = try preprocessor(expected).prepare(try Fixtures.pattern(expected.width, expected.height))
    #expect([patches.grid.temporal, patches.grid.height, patches.grid.width] == expected.grid)
    #expect([patches.grid.patchCount, patches.values.count / patches.grid.patchCount] == expected.shape)
    for pair in expected.some { #expect(patches.values[Int(pair[0])] == Float(pair[1]), "number \(Int(pair[0]))") }
    #expect(Digest.hex(patches.values) == expected.sha256)
  }

  @Test("Each number is where merge-block order puts it")
  func order() throws {
    let (patch, merge, temporal) = (4, 2, 3)
    let image = try Fixtures.pattern(24, 16)
    let preprocessor = ImagePreprocessor(
      patchSize: patch, mergeSize: merge, temporalPatchSize: temporal, mean: [0, 0, 0], standardDeviation: [1, 1, 1], minimumPixels: 1,
      maximumPixels: 10_000)
    let patches = try preprocessor.prepare(image)
    #expect(patches.grid == PatchGrid(temporal: 1, height: 4, width: 6))
    #expect(patches.grid.tokenCount(mergeSize: merge) == 6)
    var index = 0
    for (blockRow, blockColumn) in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)] {
      for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        for channel in 0..<3 {
          for _ in 0..<temporal {
            for y in 0..<patch {
              for x in 0..<patch {
                let (pixelY, pixelX) = ((blockRow * 2 + row) * patch + y, (blockColumn * 2 + column) * patch + x)
                let value = Float(image.pixels[(pixelY * image.width + pixelX) * 3 + channel]) / 255
                #expect(patches.values[index] == value)
                index += 1
              }
            }
          }
        }
      }
    }
    #expect(index == patches.values.count)
  }

  @Test("A transposed picture gives other patches and the transposed grid")
  func transposed() throws {
    let image = try Fixtures.pattern(96, 64)
    var pixels: [UInt8] = []
    for x in 0..<96 { for y in 0..<64 { pixels += image.pixels[(y * 96 + x) * 3..<(y * 96 + x) * 3 + 3] } }
    let settings = preprocessor(try #require(Fixtures.patches.first))
    let (upright, turned) = (try settings.prepare(image), try settings.prepare(try RGBImage(width: 64, height: 96, pixels: pixels)))
    #expect(upright.grid == PatchGrid(temporal: 1, height: 4, width: 6))
    #expect(turned.grid == PatchGrid(temporal: 1, height: 6, width: 4))
    #expect(upright.values != turned.values)
    #expect(upright.values.sorted() == turned.values.sorted())
  }

  @Test("The grid is known from the size alone")
  func grid() throws {
    let settings = ImagePreprocessor(
      patchSize: 16, mergeSize: 2, temporalPatchSize: 2, mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5], minimumPixels: 4_096,
      maximumPixels: 1_843_200)
    let bytes = try Fixtures.bytes("jpeg/astronaut-420.jpg")
    let grid = try settings.grid(of: try ImageSize(ofEncoded: bytes))
    #expect(grid == PatchGrid(temporal: 1, height: 8, width: 12))
    #expect(try settings.prepare(try RGBImage(decoding: bytes)).grid == grid)
    #expect(try settings.grid(of: ImageSize(width: 1_280, height: 720)).tokenCount(mergeSize: 2) == 880)
  }

  @Test("Settings that make no sense are refused with the first picture")
  func refused() throws {
    let good = preprocessor(try #require(Fixtures.patches.first))
    let image = try Fixtures.pattern(32, 32)
    _ = try good.prepare(image)
    let changes: [(inout ImagePreprocessor) -> Void] = [
      { $0.patchSize = 0 }, { $0.mergeSize = -1 }, { $0.temporalPatchSize = 0 }, { $0.patchSize = 1 << 40 }, { $0.mean = [0, 0] },
      { $0.standardDeviation = [1, 1, 0] }, { $0.mean[1] = .nan }, { $0.standardDeviation[2] = .infinity },
      { $0.minimumPixels = 0 }, { $0.maximumPixels = 0 },
    ]
    for change in changes {
      var bad = good
      change(&bad)
      #expect(#expect(throws: MediaError.self) { try bad.prepare(image) }?.code == .invalidArgument)
    }
  }
}

@Suite(
  "Photographs and pages, the whole way", .enabled(if: FileManager.default.fileExists(atPath: Fixtures.shared.path), "no ../shared/data"))
struct SharedPictureTests {
  @Test("All twenty are known")
  func fixturesAreThere() { #expect(Fixtures.sharedPictures.count == 20) }

  @Test(arguments: Fixtures.sharedPictures)
  func wholeWay(_ expected: Fixtures.Shared) throws {
    let image = try RGBImage(file: Fixtures.shared.appending(path: expected.file).path)
    #expect(image.size == ImageSize(width: expected.width, height: expected.height))
    #expect(Digest.hex(image.pixels) == expected.sha256)
    let preprocessor = ImagePreprocessor(
      patchSize: 16, mergeSize: 2, temporalPatchSize: 2, mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5], minimumPixels: 4_096,
      maximumPixels: 1_843_200)
    let size = try preprocessor.resizedSize(of: image.size)
    #expect(size == ImageSize(width: expected.resized[0], height: expected.resized[1]))
    #expect(Digest.hex(try image.resized(to: size).pixels) == expected.resizedSha256)
    let patches = try preprocessor.prepare(image)
    #expect([patches.grid.temporal, patches.grid.height, patches.grid.width] == expected.grid)
    #expect(Digest.hex(patches.values) == expected.patchesSha256)
  }
}
