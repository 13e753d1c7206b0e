/// Replays a mechanism once for all statistics that are to be compared.
struct RandomizationRun: Sendable {
    let replay: AssignmentReplay
    let options: RandomizationOptions
    private(set) var tallies: [ExtremeTally]
    /// All sums, when an interval will ask for them again.
    private(set) var kept: AssignmentSums?
    /// Assignments that were drawn or listed, and accepted.
    private(set) var drawn = 0
    /// The smallest probability of an assignment that was listed; nil while all are equally likely.
    private(set) var rarest: Double?

    /// Whether all assignments are compared.
    var isExact: Bool { replay.candidateCount <= options.exactLimit }

    /// A rejection rule that accepts fewer than one candidate in this many cannot be drawn from.
    private static let candidatesPerDraw = 10_000

    init(replay: AssignmentReplay, options: RandomizationOptions, tallies: [ExtremeTally]) {
        self.replay = replay
        self.options = options
        self.tallies = tallies
        if options.confidenceLevel != nil { kept = AssignmentSums(laneCount: replay.observed.count) }
    }

    /// Makes all draws, one batch after the other.
    ///
    /// - Throws: `.acceptanceTooRare`.
    mutating func finish() throws(EstimationError) {
        if isExact { return listAll() }
        var batch = 0
        while !isComplete {
            try checkAcceptance(batches: batch)
            add(
                replay.batch(
                    batch, count: replay.size(ofBatch: batch, draws: options.draws), seed: options.seed))
            batch += 1
        }
    }

    /// Makes all draws, several batches at once; the result is the same to the last bit.
    ///
    /// - Throws: `.acceptanceTooRare`.
    mutating func finish(concurrency: Int) async throws(EstimationError) {
        if isExact { return listAll() }
        let (replay, draws, seed) = (replay, options.draws, options.seed)
        let batchCount = replay.isFiltered ? Int.max : batchesNeeded
        var ready: [Int: AssignmentSums] = [:]
        var (next, started) = (0, 0)
        while !isComplete {
            try checkAcceptance(batches: next)
            // Rounds of batches keep memory bounded; results enter in the order of their numbers.
            let last = min(batchCount, started + 4 * max(1, concurrency))
            let round = started..<last
            let lane = max(1, concurrency)
            let finished = await withTaskGroup(of: [(Int, AssignmentSums)].self) { group in
                for worker in 0..<lane {
                    group.addTask {
                        stride(from: round.lowerBound + worker, to: round.upperBound, by: lane)
                            .map { batch in
                                let count = replay.size(ofBatch: batch, draws: draws)
                                return (batch, replay.batch(batch, count: count, seed: seed))
                            }
                    }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            for (number, sums) in finished { ready[number] = sums }
            started = last
            while !isComplete, let sums = ready.removeValue(forKey: next) {
                add(sums)
                next += 1
            }
        }
    }

    private mutating func listAll() {
        // A closure may not change self while self is iterated, so the state is moved out and back.
        var run = self
        replay.enumerate { run.add($0) }
        self = run
    }

    private var batchesNeeded: Int {
        (options.draws + AssignmentReplay.batchSize - 1) / AssignmentReplay.batchSize
    }

    private var isComplete: Bool {
        drawn >= options.draws || (kept == nil && tallies.allSatisfy(\.hasStopped))
    }

    private func checkAcceptance(batches: Int) throws(EstimationError) {
        guard batches < batchesNeeded * Self.candidatesPerDraw else {
            throw .acceptanceTooRare(accepted: drawn, candidates: batches * AssignmentReplay.batchSize)
        }
    }

    private mutating func add(_ sums: AssignmentSums) {
        let count = isExact ? sums.count : min(sums.count, options.draws - drawn)
        for index in tallies.indices { tallies[index].add(sums, count: count) }
        kept?.append(sums, count: count)
        if let smallest = sums.probabilities.min() { rarest = min(rarest ?? 1, smallest) }
        drawn += count
    }

    /// The p-value of a statistic by its number.
    func pValue(_ number: Int) -> Double {
        isExact ? tallies[number].exactPValue : tallies[number].drawnPValue
    }
}
