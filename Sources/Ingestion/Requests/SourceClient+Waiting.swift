internal import Model
package import Transport

extension SourceClient {
    /// Waits for work that a source does on its own time (jobs); other requests go on meanwhile.
    package nonisolated func pause(seconds: Double) async throws(SourceError) {
        do {
            try await environment.sleep(seconds)
        } catch {
            throw SourceError(.cancelled, source: source, detail: "waiting for the source was cancelled")
        }
    }

    /// Seconds by which this machine's clock is ahead of the one that stamped an answer; `nil` without a stamp.
    package nonisolated func clockLead(over response: HTTPResponse) -> Int? {
        guard let then = response.serverTime else { return nil }
        return Int(environment.now().milliseconds / 1000) - then
    }
}
