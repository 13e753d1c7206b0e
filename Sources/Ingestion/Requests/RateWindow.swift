internal import DequeModule

/// At most N requests in any window of T seconds: remembers the last N start times.
///
/// Times are seconds of any clock.
struct RateWindow {
    let rate: SourcePace.Rate
    private var starts: Deque<Double> = []

    init(_ rate: SourcePace.Rate) { self.rate = rate }

    /// The first moment, not before `moment`, at which another request may start.
    func opening(at moment: Double) -> Double {
        guard starts.count >= rate.requests, let oldest = starts.first else { return moment }
        return max(moment, oldest + rate.seconds)
    }

    mutating func take(_ start: Double) {
        if starts.count >= rate.requests { starts.removeFirst() }
        starts.append(start)
    }
}

/// The windows a request must fit into, its lane's and the source's.
struct RatePlan {
    private var general: [RateWindow]
    private var lanes: [String: [RateWindow]]
    private let pace: SourcePace
    private var latest = -Double.infinity

    init(_ pace: SourcePace) {
        self.pace = pace
        general = pace.rates.map { RateWindow($0) }
        lanes = pace.lanes.mapValues { $0.map { RateWindow($0) } }
    }

    /// Takes the next free place for a request and returns when it starts.
    mutating func reserve(lane: String?, at now: Double) -> Double {
        // A clock that was set back would hold everything up until it has caught up.
        if now < latest - 1 { self = RatePlan(pace) }
        latest = now
        let windows = general + (lane.flatMap { lanes[$0] } ?? [])
        // Each window only moves the start later, so that one round is not always enough.
        var start = now
        while true {
            let later = windows.reduce(start) { max($0, $1.opening(at: $0)) }
            if later == start { break }
            start = later
        }
        for index in general.indices { general[index].take(start) }
        if let lane, let count = lanes[lane]?.count {
            for index in 0..<count { lanes[lane]?[index].take(start) }
        }
        return start
    }
}
