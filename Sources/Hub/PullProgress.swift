import Synchronization

/// How far a pull has come.
public struct PullProgress: Sendable, Equatable {
  /// Bytes that are there, whenever they came.
  public var doneBytes: Int
  /// Bytes of all files that the model needs.
  public var totalBytes: Int
  /// Bytes that were there before, from an earlier pull.
  public var reusedBytes: Int
  /// Files that are there, whole and verified.
  public var doneFiles: Int
  /// Files that the model needs.
  public var totalFiles: Int
}

/// Adds up the progress of all downloads of a pull.
final class PullTally: Sendable {
  private struct State {
    var progress: PullProgress
    /// Bytes there of each file, and how many of them had come before.
    var files: [String: (done: Int, reused: Int)] = [:]
  }

  private let state: Mutex<State>
  private let report: @Sendable (PullProgress) -> Void

  init(_ files: [RepositoryFile], _ report: @escaping @Sendable (PullProgress) -> Void) {
    let total = files.reduce(0) { $0 + $1.size }
    state = Mutex(State(progress: PullProgress(doneBytes: 0, totalBytes: total, reusedBytes: 0, doneFiles: 0, totalFiles: files.count)))
    self.report = report
  }

  /// Sets how much of a file is there, and how much of that had come before this pull.
  func set(_ file: RepositoryFile, done: Int, reused: Int) {
    change(file) { _ in (done: done, reused: reused) }
  }

  /// Adds bytes of a file that have come now.
  func add(_ file: RepositoryFile, _ count: Int) {
    change(file) { (done: $0.done + count, reused: $0.reused) }
  }

  /// Notes that a file is whole.
  func finish(_ file: RepositoryFile) {
    state.withLock { state in
      state.progress.doneFiles += 1
      report(state.progress)
    }
  }

  private func change(_ file: RepositoryFile, _ next: ((done: Int, reused: Int)) -> (done: Int, reused: Int)) {
    // Reports stay in order under the lock.
    state.withLock { state in
      let before = state.files[file.path] ?? (done: 0, reused: 0)
      let after = next(before)
      state.files[file.path] = after
      state.progress.doneBytes += after.done - before.done
      state.progress.reusedBytes += after.reused - before.reused
      report(state.progress)
    }
  }
}
