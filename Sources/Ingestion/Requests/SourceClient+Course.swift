internal import Transport

extension SourceClient {
    /// What one try brought.
    struct Answer: Sendable {
        /// Without a body when there is a stream.
        var response: HTTPResponse
        var stream: HTTPStream?
        /// What the answer says has gone wrong.
        var fault: SourceFault?
    }

    /// One request, tried until it succeeds or there is nothing more to try.
    func carryOut(_ request: SourceRequest, streams: Bool) async throws(SourceError) -> Answer {
        var course = RequestCourse(isRepeatable: request.isRepeatable, pace: pace)
        var refused: (number: Int, error: SourceError)?
        while true {
            // After a wait the token may be another one.
            let grant = try await authorizer.grant(replacing: refused?.number)
            // There are no other credentials than those that were refused.
            if let refused, grant.number == refused.number { throw refused.error }
            refused = nil
            try check(request, grant)
            let result = try await attempt(request, grant, streams: streams)
            let trouble: RequestCourse.Trouble
            switch result {
            case .failure(let error): trouble = .transport(error)
            case .success(let answer):
                guard let fault = try fault(in: answer, request) else { return answer }
                trouble = fault
            }
            let step = course.step(after: trouble, random: environment.random())
            if case .refresh = step { refused = (grant.number, error(trouble, request, grant, tries: 1)) }
            try await follow(step, after: trouble, request, grant, tries: course.tries)
        }
    }

    /// Waits as `step` says, or throws when nothing more is to be tried.
    private func follow(
        _ step: RequestCourse.Step, after trouble: RequestCourse.Trouble, _ request: SourceRequest,
        _ grant: Grant, tries: Int
    ) async throws(SourceError) {
        let now = environment.seconds
        switch step {
        case .fail(let floor):
            if let floor { throttle.ask(floor, at: now) }
            throw error(trouble, request, grant, tries: tries)
        case .rejectedToken:
            let found = error(trouble, request, grant, tries: 1)
            throw SourceError(
                .unauthorized, source: source, detail: "\(found.detail); the token had just been fetched")
        case .park(let seconds):
            throttle.ask(seconds, at: now)
            count { _ in }
            throw throttled(request, seconds: seconds, at: now)
        case .refresh:
            count { $0.repeats[.expiredToken, default: 0] += 1 }
        case .again(let seconds, let shared, let reason):
            if shared { throttle.ask(seconds, at: now) }
            count { $0.repeats[reason, default: 0] += 1 }
            // A shared wait is served before the next try, together with what others have been asked.
            if !shared { try await sleep(seconds, request) }
        }
    }

    /// The same scheme, host and port as the source's own address, its instance's or an allowed one.
    private func check(_ request: SourceRequest, _ grant: Grant) throws(SourceError) {
        if let instance = grant.instance { instances.insert(instance) }
        let target = HTTPOrigin(url: request.url)
        if let target, target == origin || instances.contains(target) || allowedOrigins.contains(target) {
            return
        }
        let place = target.map { "'\($0)'" } ?? "something that is no address"
        throw SourceError(
            .foreignLink, source: source,
            detail:
                "\(request.action): the link leads to \(place) instead of '\(grant.instance ?? origin)'; add it "
                + "to 'allowHosts' if it is yours")
    }

    /// What is wrong with an answer; `nil` when it is good.
    private func fault(
        in answer: Answer, _ request: SourceRequest
    ) throws(SourceError) -> RequestCourse.Trouble? {
        let response = answer.response
        if (300..<400).contains(response.status), response.status != 304 {
            throw redirect(response, request)
        }
        if let fault = answer.fault {
            let now = Int(environment.seconds)
            return .fault(fault, status: response.status, retryAfter: response.retryAfter(orAt: now))
        }
        if !response.isSelfDelimited, !request.parserSeesEnd {
            throw SourceError(
                .malformed, source: source,
                detail:
                    "\(request.action): the answer does not say where it ends, so that nobody would notice if it "
                    + "were cut; nothing of it was kept")
        }
        return nil
    }

    private func redirect(_ response: HTTPResponse, _ request: SourceRequest) -> SourceError {
        let target = response.header("Location").flatMap { HTTPOrigin(url: $0) }
        let place = target.map { "'\($0)'" } ?? "another path"
        return SourceError(
            target == nil ? .refused : .foreignLink, source: source,
            detail:
                "\(request.action): redirected (\(response.status)) to \(place), which is not followed; set "
                + "the source's 'url' to where it is now")
    }

    func error(
        _ trouble: RequestCourse.Trouble, _ request: SourceRequest, _ grant: Grant, tries: Int
    ) -> SourceError {
        let tried = tries > 1 ? " (tried \(tries) times)" : ""
        switch trouble {
        case .transport(let error):
            let found = SourceError(error, source: source)
            return SourceError(
                found.kind, source: source, detail: "\(request.action): \(found.detail)\(tried)")
        case .fault(var fault, let status, let retryAfter):
            fault.detail = ForeignText.printable(fault.detail, without: grant.authorization.secrets) + tried
            if case .throttled(let seconds) = fault.kind, let seconds = seconds ?? retryAfter {
                fault.kind = .throttled(seconds: seconds)
                fault.detail += ", throttled until \(instant(environment.seconds + seconds))"
            }
            return SourceError(fault, source: source, action: request.action, status: status)
        }
    }

    func throttled(_ request: SourceRequest, seconds: Double, at now: Double) -> SourceError {
        SourceError(
            .throttled(seconds: seconds), source: source,
            detail: "\(request.action): throttled until \(instant(now + seconds))")
    }

    func sleep(_ seconds: Double, _ request: SourceRequest) async throws(SourceError) {
        do {
            try await environment.sleep(seconds)
        } catch {
            throw SourceError(
                .cancelled, source: source, detail: "\(request.action): cancelled while waiting")
        }
    }
}
