import Foundation
import Media
import Testing

@Suite("Hostile videos are refused, and nothing worse")
struct HostileVideoTests {
  @Test("There are hostile files")
  func fixturesAreThere() { #expect(VideoFixtures.hostile.count == 24) }

  @Test("Each by name, from a file and from memory", arguments: VideoFixtures.hostile)
  func refused(_ hostile: VideoFixtures.Hostile) throws {
    for isFile in [true, false] {
      do {
        let video =
          isFile ? try Video(file: VideoFixtures.path(hostile.file)) : try Video(decoding: try VideoFixtures.bytes(hostile.file))
        _ = try VideoFixtures.preprocessor.prepare(video)
        #expect(hostile.codes.contains("fine"), "it gave \(video.frameCount) frames of \(video.size)")
      } catch let error as MediaError {
        #expect(hostile.codes.contains(error.code.rawValue), "\(error)")
        #expect(error.file == (isFile ? VideoFixtures.path(hostile.file) : nil))
        #expect(!error.reason.isEmpty)
      }
    }
  }

  @Test("A header that claims a thousand times the length changes neither frames nor times")
  func longer() throws {
    let (honest, lying) = (
      try Video(file: VideoFixtures.path("clips/h264-bframes.mp4")), try Video(file: VideoFixtures.path("hostile/longer.mp4"))
    )
    #expect(lying.frameCount == honest.frameCount)
    #expect(lying.frameRate == honest.frameRate)
    #expect(try lying.frame(at: 57) == honest.frame(at: 57))
  }

  @Test("A clip cut anywhere is refused, or gives the frames that are left", arguments: VideoFixtures.clips)
  func truncation(_ clip: VideoFixtures.Clip) throws {
    let bytes = try VideoFixtures.bytes(clip.file)
    for step in 0..<8 {
      do {
        let video = try Video(decoding: Array(bytes.prefix(bytes.count * step / 8)))
        #expect(video.frameCount <= clip.frames)
        for index in [0, video.frameCount / 2, video.frameCount - 1] { #expect(try video.frame(at: index).size == video.size) }
      } catch {
        #expect(!error.reason.isEmpty)
      }
    }
  }

  @Test("Flipped bits give frames or an error", arguments: VideoFixtures.clips)
  func flips(_ clip: VideoFixtures.Clip) throws {
    let bytes = try VideoFixtures.bytes(clip.file)
    var numbers = NumberGenerator(seed: UInt64(bytes.count))
    for _ in 0..<8 {
      var damaged = bytes
      for _ in 0...numbers.next() % 6 { damaged[numbers.next() % bytes.count] ^= UInt8(1 << (numbers.next() % 8)) }
      do {
        let video = try Video(decoding: damaged, limits: VideoLimits(maximumPixels: 1_000_000))
        for index in [0, video.frameCount / 2, video.frameCount - 1] {
          #expect(try video.frame(at: index).pixels.count == video.size.width * video.size.height * 3)
        }
      } catch {
        #expect(!error.reason.isEmpty)
      }
    }
  }

  @Test("Limits are the caller's, and exact")
  func limits() throws {
    let path = VideoFixtures.path("clips/large.mp4")
    func code(_ limits: VideoLimits) -> MediaError.Code? {
      do throws(MediaError) {
        _ = try Video(file: path, limits: limits).frame(at: 0)
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code(VideoLimits(maximumPixels: 320 * 180)) == nil)
    #expect(code(VideoLimits(maximumPixels: 320 * 180 - 1)) == .tooManyPixels)
    #expect(code(VideoLimits(maximumPackets: 60)) == nil)
    #expect(code(VideoLimits(maximumPackets: 59)) == .fileTooLarge)
    #expect(code(VideoLimits(timeLimit: .zero)) == .limitExceeded)
    #expect(code(VideoLimits(formats: [.avi])) == .unsupportedFormat)
    #expect(code(VideoLimits(maximumPixels: -1)) == .tooManyPixels)
    let bytes = try VideoFixtures.bytes("clips/large.mp4")
    #expect(#expect(throws: MediaError.self) { try Video(decoding: bytes, limits: VideoLimits(maximumBytes: 100)) }?.code == .fileTooLarge)
    let webp = VideoFixtures.path("clips/animated.webp")
    #expect(#expect(throws: MediaError.self) { try Video(file: webp, limits: VideoLimits(maximumBytes: 100)) }?.code == .fileTooLarge)
    #expect(#expect(throws: MediaError.self) { try Video(file: webp, limits: VideoLimits(maximumPixels: 9)) }?.code == .tooManyPixels)
  }

  @Test("A cancelled task stops reading")
  func cancelled() async {
    let path = VideoFixtures.path("clips/large.mp4")
    let task = Task { () -> MediaError.Code? in
      withUnsafeCurrentTask { $0?.cancel() }
      do throws(MediaError) {
        _ = try Video(file: path)
        return nil
      } catch {
        return error.code
      }
    }
    #expect(await task.value == .cancelled)
  }

  @Test("Folders and missing files are named")
  func files() {
    for path in [VideoFixtures.path("clips"), VideoFixtures.path("clips/none.mp4"), "/dev/zero"] {
      let error = #expect(throws: MediaError.self) { try Video(file: path) }
      #expect(error?.code == .unreadableFile)
      #expect(error?.file == path)
    }
  }
}
