import Statistics

/// Twenty-six weekly looks at one pilot: what is ever rejected, and what repeated intervals ever miss.
struct Peeking {
    let simulation: Simulation

    func run(_ ledger: inout Ledger) async {
        ledger.begin("26 weekly looks without an effect: rejections at any look")
        let sizes = [(8, 0.07), (20, 0.06), (60, 0.06)]
        for (pairs, pocock) in sizes {
            let pilot = WeeklyPilot(pairs: pairs, population: Population(), effect: 0)
            await record(pilot, "\(pairs)v\(pairs)", pocock: 0...pocock, isHeld: true, &ledger)
        }
        for pairs in [20, 60] {
            let pilot = WeeklyPilot(pairs: pairs, population: Population(shock: .drifting), effect: 0)
            await record(pilot, "\(pairs)v\(pairs) time-varying", pocock: nil, isHeld: false, &ledger)
        }
        ledger.begin("26 weekly looks: repeated intervals that cover at all looks")
        for (pairs, _) in sizes {
            for effect in [0, 0.08] {
                // Rates stay far enough from 1 that the effect is the same for everybody.
                let pilot = WeeklyPilot(pairs: pairs, population: Population(rate: 0.5), effect: effect)
                let found = await simulation.tally(
                    "repeated \(pairs) \(effect)", replicates: simulation.lookReplicates
                ) { draws in
                    [
                        "covers": pilot.looks(using: &draws).allSatisfy {
                            WeeklyBoundaries.obrienFleming.interval(at: $0).holds(effect)
                        }
                    ]
                }
                ledger.record(
                    "O'Brien–Fleming spending",
                    "\(pairs)v\(pairs), effect \(effect == 0 ? "0" : "8 points")",
                    found["covers"], band: 0.94...1)
            }
        }
    }

    private func record(
        _ pilot: WeeklyPilot, _ name: String, pocock: ClosedRange<Double>?, isHeld: Bool,
        _ ledger: inout Ledger
    ) async {
        let found = await simulation.tally(
            "peeking \(name)", replicates: simulation.lookReplicates
        ) { draws in
            let looks = pilot.looks(using: &draws)
            return [
                "obf": looks.contains { WeeklyBoundaries.obrienFleming.isCrossed(by: $0) },
                "pocock": looks.contains { WeeklyBoundaries.pocock.isCrossed(by: $0) },
                "naive": looks.contains { $0.estimate.rejects },
                "e-process": eProcess(looks: looks).contains { $0.pValue <= 0.05 },
                "last": looks.last?.estimate.rejects,
            ]
        }
        ledger.record("O'Brien–Fleming spending", name, found["obf"], band: isHeld ? 0.005...0.06 : nil)
        ledger.record("Pocock spending", name, found["pocock"], band: pocock)
        ledger.record("e-process", name, found["e-process"], band: nil)
        ledger.record("5 % at the last look only", name, found["last"], band: nil)
        ledger.record("5 % at every look", name, found["naive"], band: nil)
    }
}
