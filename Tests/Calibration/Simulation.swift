/// Runs replicates, on all cores, and collects what each found.
///
/// A replicate depends only on its number, and results are put in the order of their numbers, so they are the same
/// however many cores there are.
struct Simulation: Sendable {
    let seed: UInt64
    /// Pilots with a single look.
    let replicates: Int
    /// Pilots with 26 looks.
    let lookReplicates: Int
    let workers: Int

    /// What every replicate found, in order.
    ///
    /// - Parameter scenario: Names the stream of random numbers; another name has other draws.
    func results<Finding: Sendable>(
        _ scenario: String, replicates: Int, _ replicate: @escaping @Sendable (inout Draws) -> Finding
    ) async -> [Finding] {
        let scenarioSeed = scenario.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        let workers = workers
        return await withTaskGroup(of: (Int, [Finding]).self) { group in
            for worker in 0..<workers {
                group.addTask {
                    let findings = stride(from: worker, to: replicates, by: workers).map { number in
                        var draws = Draws(seed: scenarioSeed, stream: UInt64(number))
                        return replicate(&draws)
                    }
                    return (worker, findings)
                }
            }
            let parts = await group.reduce(into: [[Finding]](repeating: [], count: workers)) {
                $0[$1.0] = $1.1
            }
            return (0..<replicates).map { parts[$0 % workers][$0 / workers] }
        }
    }

    /// Counts, by name, in how many replicates something was true, and how many could tell.
    ///
    /// - Parameter replicates: Those of pilots with a single look when nil.
    func tally(
        _ scenario: String, replicates: Int? = nil,
        _ replicate: @escaping @Sendable (inout Draws) -> [String: Bool?]
    ) async -> [String: Tally] {
        await results(scenario, replicates: replicates ?? self.replicates, replicate).reduce(into: [:]) {
            sums, findings in
            for (name, finding) in findings { sums[name, default: Tally()].add(finding) }
        }
    }
}

/// How often something was true among the replicates that could tell.
struct Tally: Sendable, Hashable {
    var successes = 0
    var trials = 0

    /// A replicate that cannot tell (no estimate, no p-value) counts as "not true": nothing is rejected then.
    mutating func add(_ finding: Bool?) {
        trials += 1
        if finding == true { successes += 1 }
    }

    var share: Double { Double(successes) / Double(max(1, trials)) }
    var standardError: Double { (share * (1 - share) / Double(max(1, trials))).squareRoot() }
}

/// The median of some numbers with its standard error.
struct Median {
    let value: Double
    let standardError: Double
    let trials: Int

    /// nil without numbers.
    init?(_ numbers: [Double]) {
        guard !numbers.isEmpty else { return nil }
        let sorted = numbers.sorted()
        func order(_ place: Double) -> Double {
            sorted[min(max(Int(place.rounded()), 0), sorted.count - 1)]
        }
        let (count, middle) = (Double(sorted.count), Double(sorted.count - 1) / 2)
        value = (order(middle.rounded(.down)) + order(middle.rounded(.up))) / 2
        // Order statistics about two standard errors around the middle.
        standardError = (order(middle + count.squareRoot()) - order(middle - count.squareRoot())) / 4
        trials = sorted.count
    }
}
