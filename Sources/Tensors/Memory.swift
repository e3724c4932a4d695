#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes that do not change and that live as long as someone reads them: a file's mapping, or memory filled once.
///
/// `@unchecked Sendable`: the bytes are written before `init` returns and never again.
public final class Memory: @unchecked Sendable {
  /// Address of the first byte.
  public let base: UnsafeRawPointer
  /// Number of bytes.
  public let byteCount: Int
  private let release: @Sendable () -> Void

  /// Bytes that belong to someone else, who is told when they are no longer read.
  public init(base: UnsafeRawPointer, byteCount: Int, release: @escaping @Sendable () -> Void) {
    self.base = base
    self.byteCount = byteCount
    self.release = release
  }

  /// Memory of our own on a 64-byte boundary, filled by `fill`.
  public init(byteCount: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
    let block = AlignedBlock(byteCount: byteCount)
    fill(UnsafeMutableRawBufferPointer(start: block.base, count: byteCount))
    base = UnsafeRawPointer(block.base)
    self.byteCount = byteCount
    release = { block.free() }
  }

  deinit { release() }
}

/// A block of memory on a 64-byte boundary, freed by hand.
struct AlignedBlock: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  /// - Parameter byteCount: Rounded up to whole cache lines; zero gives one line.
  init(byteCount: Int) {
    let rounded = max(64, (byteCount + 63) & ~63)
    var pointer: UnsafeMutableRawPointer?
    let status = posix_memalign(&pointer, 64, rounded)
    // Linux grants memory lazily, so this is an address space that is used up: nothing sensible can follow.
    guard status == 0, let pointer else { preconditionFailure("out of memory: \(rounded) bytes were refused by the system") }
    base = pointer
    self.byteCount = rounded
  }

  func free() {
    #if canImport(Glibc)
      Glibc.free(base)
    #elseif canImport(Musl)
      Musl.free(base)
    #else
      Darwin.free(base)
    #endif
  }
}
