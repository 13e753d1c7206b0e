/// Runs replicates, on all cores, and adds up what each found.
///
/// A replicate depends only on its number, and sums of integers do not depend on their order, so the result is
/// the same however many cores there are.
struct Simulation: Sendable {
    let seed: UInt64
    let replicates: Int
    let workers: Int

    /// Counts, by name, in how many replicates something was true, and how many could tell.
    func tally(
        _ scenario: String, _ replicate: @escaping @Sendable (inout Draws) -> [String: Bool?]
    ) async -> [String: Tally] {
        let scenarioSeed = scenario.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        return await withTaskGroup(of: [String: Tally].self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var sums: [String: Tally] = [:]
                    for number in stride(from: worker, to: replicates, by: workers) {
                        var draws = Draws(seed: scenarioSeed, stream: UInt64(number))
                        for (name, finding) in replicate(&draws) {
                            sums[name, default: Tally()].add(finding)
                        }
                    }
                    return sums
                }
            }
            return await group.reduce(into: [:]) { $0.merge($1) { $0 + $1 } }
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

    static func + (left: Tally, right: Tally) -> Tally {
        Tally(successes: left.successes + right.successes, trials: left.trials + right.trials)
    }

    var share: Double { Double(successes) / Double(max(1, trials)) }
    var standardError: Double { (share * (1 - share) / Double(max(1, trials))).squareRoot() }
}
