import Statistics

/// Checks of the sample ratio on partners and of customers lost on the way: false alarms, and what is found.
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
        ledger.begin("Customers assigned and observed, about 10,000 of 60v60 partners, 2 % lost everywhere")
        for (loss, name) in [(0.0, "nothing more lost"), (0.15, "15 % more lost in one arm")] {
            let found = await simulation.tally("join \(name)") { draws in
                Self.join(loss: loss, using: &draws)
            }
            ledger.record("join loss on partners, 1 %", name, found["loss"], band: nil)
            ledger.record("join loss on partners, 0.1 %", name, found["strict loss"], band: nil)
            ledger.record("customers a partner, 1 %", name, found["sizes"], band: nil)
            ledger.record("chi-squared on customers, 1 %", name, found["naive"], band: nil)
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

    /// Customers of a partner are lost with a probability of the partner's own, twice a uniform number times the
    /// average loss.
    private static func join(loss: Double, using draws: inout Draws) -> [String: Bool?] {
        let partners = Population(meanSize: 106).partners(120, treated: 60, using: &draws)
        var (assigned, observed) = ([[Int]](repeating: [], count: 2), [[Int]](repeating: [], count: 2))
        for partner in partners {
            let lost = 2 * draws.uniform() * (0.02 + (partner.isTreated ? loss : 0))
            assigned[partner.isTreated ? 1 : 0].append(partner.size)
            observed[partner.isTreated ? 1 : 0].append(draws.binomial(partner.size, 1 - lost))
        }
        let balance = try? joinLoss(assigned: assigned, observed: observed).first?.pValue
        let sizes = try? clusterSizeBalance(customers: observed).first?.pValue
        return [
            "loss": balance.map { $0 <= 0.01 }, "strict loss": balance.map { $0 <= 0.001 },
            "sizes": sizes.map { $0 <= 0.01 },
            "naive": chiSquaredGoodnessOfFit(
                observed: observed.map { $0.reduce(0, +) }, weights: [1, 1]
            ).map { $0 <= 0.01 },
        ]
    }
}
