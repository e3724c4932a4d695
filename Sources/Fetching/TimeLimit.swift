/// Runs a fetch and cancels it when time runs out or the caller's task is cancelled; waits for it to end either way.
func withTimeLimit<Fetched: Sendable>(
  _ limit: Duration, _ fetch: @Sendable @escaping () async -> Result<Fetched, FetchError>
) async -> Result<Fetched, FetchError> {
  let work = Task { await fetch() }
  let timer = Task {
    try await Task.sleep(for: limit)
    work.cancel()
  }
  defer { timer.cancel() }
  return await withTaskCancellationHandler {
    await work.value
  } onCancel: {
    work.cancel()
  }
}
