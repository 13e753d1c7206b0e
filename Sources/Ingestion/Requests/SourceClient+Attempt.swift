internal import Transport

extension SourceClient {
    /// One try: waits for a place, for the source's floor and for the rates, then sends.
    func attempt(
        _ request: SourceRequest, _ grant: Grant, streams: Bool
    ) async throws(SourceError) -> Result<Answer, TransportError> {
        guard await permits.acquire() else {
            throw SourceError(
                .cancelled, source: source, detail: "\(request.action): cancelled while waiting")
        }
        defer { permits.release() }
        try await waitForFloor(request)
        try await waitForRate(request)
        // Another request may have been asked to wait in the meantime.
        try await waitForFloor(request)
        try admit(request)
        var message = HTTPRequest(
            request.method, request.url, headers: request.headers, body: request.body)
        grant.authorization.sign(&message)
        let result = await exchange(message, streams: streams)
        note(result)
        return result
    }

    private func exchange(_ message: HTTPRequest, streams: Bool) async -> Result<Answer, TransportError> {
        do throws(TransportError) {
            guard streams else { return .success(examined(try await http.send(message))) }
            let stream = try await http.stream(message)
            guard (200..<300).contains(stream.head.status) else {
                return .success(examined(try await stream.response(upTo: 1 << 20)))
            }
            let head = HTTPResponse(
                status: stream.head.status, headers: stream.head.headers, body: [],
                isSelfDelimited: stream.head.isSelfDelimited, isCut: false, version: stream.head.version)
            return .success(Answer(response: head, stream: stream))
        } catch {
            return .failure(error)
        }
    }

    private func examined(_ response: HTTPResponse) -> Answer {
        Answer(response: response, fault: faults.fault(in: response))
    }

    private func waitForFloor(_ request: SourceRequest) async throws(SourceError) {
        while true {
            let now = environment.seconds
            guard let seconds = throttle.remaining(at: now) else { return }
            guard seconds <= pace.longestWait else { throw throttled(request, seconds: seconds, at: now) }
            try await sleep(seconds, request)
            count { $0.throttledSeconds += seconds }
        }
    }

    private func waitForRate(_ request: SourceRequest) async throws(SourceError) {
        let now = environment.seconds
        let start = rates.reserve(lane: request.lane, at: now)
        guard start > now else { return }
        try await sleep(start - now, request)
        count { $0.pacedSeconds += start - now }
    }

    /// Counts the request, unless budget or breaker are against it. Nothing waits between this and the sending.
    private func admit(_ request: SourceRequest) throws(SourceError) {
        let now = environment.seconds
        switch budget.refusal(isUrgent: request.isUrgent, at: now) {
        case .ownBudget(let used, let allowed):
            throw SourceError(
                .budgetSpent, source: source,
                detail:
                    "\(request.action): \(used) requests were made in the last 24 hours and \(allowed) are allowed "
                    + "for this; raise 'requestsPerDay' if there is room")
        case .sourceQuota(let quota):
            throw SourceError(
                .budgetSpent, source: source,
                detail:
                    "\(request.action): \(quota.used) of the source's own \(quota.limit) requests are used, and "
                    + "the rest is kept for others; lower 'reservePercent' to use more")
        case nil: break
        }
        guard breaker.admits(at: now) else {
            let until = if case .open(let until) = breaker.state { " until \(instant(until))" } else { "" }
            throw SourceError(
                .unreachable, source: source,
                detail:
                    "\(request.action): not asked\(until), because \(breaker.failures) requests in a row have failed"
            )
        }
        budget.count(at: now)
        count { $0.requests += 1 }
    }

    private func note(_ result: Result<Answer, TransportError>) {
        let now = environment.seconds
        switch result {
        case .failure(let error):
            if error.isRetryable { breaker.fail(at: now) } else { breaker.abandon(at: now) }
            count { _ in }
        case .success(let answer):
            let response = answer.response
            if let quota = faults.quota(in: response) { budget.note(quota, at: now) }
            // An answer of any other kind, a refusal too, comes from a source that is alive.
            if case .transient = answer.fault?.kind {
                breaker.fail(at: now)
            } else {
                breaker.succeed()
            }
            count { $0.bytes += response.body.count }
        }
    }
}
