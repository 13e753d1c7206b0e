import Statistics

/// Checks of the sample ratio on partners: false alarms over half a year, and what is found.
struct SampleRatios {
    let simulation: Simulation

    func run(_ ledger: inout Ledger) async {
        ledger.begin("Sample ratio of 400 partners")
        for (share, name) in [(0.5, "50/50"), (0.58, "58/42")] {
            let found = await simulation.tally("ratio \(name)") { draws in
                Self.enrol(share: share, using: &draws)
            }
            ledger.record(
                "sequential, 0.1 %, over 26 weeks", name, found["sequential"],
                band: share == 0.5 ? 0...0.0015 : nil)
            ledger.record(
                "chi-squared once, 1 %", name, found["once"], band: share == 0.5 ? 0.006...0.014 : 0.7...1)
        }
    }

    private static func enrol(share: Double, using draws: inout Draws) -> [String: Bool?] {
        guard var check = try? SequentialSampleRatio(weights: [1, 1]) else { return [:] }
        var counts = [0, 0]
        for week in 0..<26 {
            for _ in 0..<(week == 25 ? 25 : 15) { counts[draws.uniform() < share ? 0 : 1] += 1 }
            try? check.read(total: counts)
        }
        return [
            "sequential": check.isMismatch,
            "once": chiSquaredGoodnessOfFit(observed: counts, weights: [1, 1]).map { $0 <= 0.01 },
        ]
    }
}
