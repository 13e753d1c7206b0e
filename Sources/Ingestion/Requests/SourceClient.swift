package import Model
package import Transport

/// Where waiting, randomness and the time of day come from. Transport time is always real, also in a practice.
package struct SourceEnvironment: Sendable {
    package var now: @Sendable () -> Instant
    /// Seconds.
    package var sleep: @Sendable (Double) async throws -> Void
    /// Uniform in [0, 1).
    package var random: @Sendable () -> Double

    package init(
        now: @escaping @Sendable () -> Instant, sleep: @escaping @Sendable (Double) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    /// The clock in seconds since 1970.
    var seconds: Double { Double(now().milliseconds) / 1000 }
}

/// Sends a connector's requests: signs them, keeps to the source's budget and to what it asked to wait, repeats
/// what may succeed later, and stops asking a source that is down.
package actor SourceClient {
    package nonisolated let source: Source.Name
    /// The configured address: what relative links are resolved against.
    package nonisolated let origin: HTTPOrigin
    let http: HTTPClient
    let authorizer: any Authorizer
    let faults: any FaultReader
    let environment: SourceEnvironment
    let pace: SourcePace
    let allowedOrigins: Set<HTTPOrigin>
    let permits: Permits
    var rates: RatePlan
    var budget: DailyBudget
    var breaker: CircuitBreaker
    var throttle = Throttle()
    /// Instances that grants have named so far: a link may still lead to the one before.
    var instances: Set<HTTPOrigin> = []
    private var counted = SourceMeter()
    private var observers: [Int: AsyncStream<SourceMeter>.Continuation] = [:]
    private var lastObserver = 0

    /// `allowedOrigins`: further places the source's links may lead to.
    package init(
        source: Source.Name, origin: HTTPOrigin, http: HTTPClient, authorizer: any Authorizer,
        faults: any FaultReader, environment: SourceEnvironment, pace: SourcePace = SourcePace(),
        allowedOrigins: Set<HTTPOrigin> = []
    ) {
        self.source = source
        self.origin = origin
        self.http = http
        self.authorizer = authorizer
        self.faults = faults
        self.environment = environment
        self.pace = pace
        self.allowedOrigins = allowedOrigins
        permits = Permits(pace.concurrency)
        rates = RatePlan(pace)
        budget = DailyBudget(pace)
        breaker = CircuitBreaker(pace)
    }

    deinit {
        for observer in observers.values { observer.finish() }
    }

    /// The origin requests go to: the one the token endpoint named, else the configured one.
    package func instance() async throws(SourceError) -> HTTPOrigin {
        try await authorizer.grant(replacing: nil).instance ?? origin
    }

    /// A successful answer. Faults that connectors handle themselves (`tooLarge`, `forgottenPosition`,
    /// `forgottenToken`) are thrown as ``SourceError`` with that kind.
    package func send(_ request: SourceRequest) async throws(SourceError) -> HTTPResponse {
        try await carryOut(request, streams: false).response
    }

    /// A successful answer whose body is read as it arrives. Only what precedes its first byte is repeated; an error
    /// in its midst ends it.
    package func stream(_ request: SourceRequest) async throws(SourceError) -> SourceStream {
        let answer = try await carryOut(request, streams: true)
        guard let stream = answer.stream else {
            throw SourceError(
                .malformed, source: source,
                detail: "\(request.action): status \(answer.response.status) is no answer to read in pieces")
        }
        return SourceStream(stream, head: answer.response, action: request.action, client: self)
    }

    // MARK: Counting

    /// What has been counted so far.
    package func meter() -> SourceMeter {
        var meter = counted
        let now = environment.seconds
        meter.quota = budget.quota
        meter.throttledUntil = throttle.remaining(at: now).map { instant(now + $0) }
        if case .open(let until) = breaker.state, until > now { meter.pausedUntil = instant(until) }
        return meter
    }

    /// The meter now and whenever it has changed; a reader that is slow sees the latest only.
    package func meters() -> AsyncStream<SourceMeter> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: SourceMeter.self, bufferingPolicy: .bufferingNewest(1))
        lastObserver += 1
        let id = lastObserver
        observers[id] = continuation
        continuation.onTermination = { [weak self] _ in Task { await self?.forget(id) } }
        continuation.yield(meter())
        return stream
    }

    private func forget(_ observer: Int) { observers[observer] = nil }

    func count(_ change: (inout SourceMeter) -> Void) {
        change(&counted)
        guard !observers.isEmpty else { return }
        let meter = meter()
        for observer in observers.values { observer.yield(meter) }
    }

    func instant(_ seconds: Double) -> Instant { Instant(milliseconds: Int64((seconds * 1000).rounded())) }
}
