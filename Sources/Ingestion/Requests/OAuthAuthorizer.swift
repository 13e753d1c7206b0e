package import Transport

/// Tokens of an OAuth token endpoint: fetched when first needed, at 80 % of their life where the endpoint tells it,
/// and when the source has refused one. However many requests wait, one fetch is under way.
package actor OAuthAuthorizer: Authorizer {
    private let endpoint: TokenEndpoint
    private let environment: SourceEnvironment
    private var grant: Grant?
    /// When the current token should be and must be replaced; `nil`: its life is not known.
    private var refreshAt: Double?
    private var expiresAt: Double?
    private var lastNumber = 0
    private var refreshToken: Secret?

    private typealias Outcome = Result<Grant, SourceError>
    private var fetch: (number: Int, task: Task<Void, Never>)?
    private var waiters: [UInt64: CheckedContinuation<Outcome, Never>] = [:]
    private var lastWaiter: UInt64 = 0

    package init(_ settings: OAuthSettings, http: HTTPClient, environment: SourceEnvironment) {
        endpoint = TokenEndpoint(settings: settings, http: http, environment: environment)
        self.environment = environment
        if case .refreshToken(let token) = settings.flow { refreshToken = token }
    }

    package func grant(replacing refused: Int?) async throws(SourceError) -> Grant {
        let now = environment.seconds
        let isRefused = grant != nil && grant?.number == refused
        if let grant, !isRefused, refreshAt.map({ now < $0 }) ?? true { return grant }
        let result = await joinFetch()
        if case .failure(let error) = result, error.isRetryable, !isRefused, let grant,
            let expiresAt, environment.seconds < expiresAt
        {
            // It was to be replaced early; it still holds.
            return grant
        }
        return try result.get()
    }

    /// Waits for the fetch under way, or for a new one. A waiter that is cancelled goes at once.
    private func joinFetch() async -> Outcome {
        lastWaiter += 1
        let id = lastWaiter
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else {
                    continuation.resume(returning: .failure(endpoint.cancelled))
                    return
                }
                waiters[id] = continuation
                if fetch == nil { startFetch() }
            }
        } onCancel: {
            Task { await self.leave(id) }
        }
    }

    private func startFetch() {
        lastNumber += 1
        let number = lastNumber
        let refreshToken = refreshToken
        let task = Task {
            do throws(SourceError) {
                let token = try await endpoint.token(refreshToken: refreshToken)
                self.finish(number, .success(token))
            } catch {
                self.finish(number, .failure(error))
            }
        }
        fetch = (number, task)
    }

    private func finish(_ number: Int, _ result: Result<TokenEndpoint.Token, SourceError>) {
        // A fetch that was given up has no say any more.
        guard fetch?.number == number else { return }
        fetch = nil
        let now = environment.seconds
        // A replacement in good time that failed is tried again in a minute.
        if case .failure = result, let due = refreshAt { refreshAt = max(due, now + 60) }
        let outcome = result.map { token in
            refreshAt = token.lifetime.map { now + 0.8 * $0 }
            expiresAt = token.lifetime.map { now + $0 }
            if let next = token.refresh { refreshToken = next }
            let grant = Grant(
                authorization: .bearer(token.access), instance: token.instance, number: number)
            self.grant = grant
            return grant
        }
        let waiting = waiters
        waiters = [:]
        for waiter in waiting.values { waiter.resume(returning: outcome) }
    }

    private func leave(_ id: UInt64) {
        guard let waiter = waiters.removeValue(forKey: id) else { return }
        waiter.resume(returning: .failure(endpoint.cancelled))
        // Nobody waits any more. With refresh tokens the answer may hold the only one that is valid from now on.
        guard waiters.isEmpty, refreshToken == nil else { return }
        fetch?.task.cancel()
        fetch = nil
    }
}
