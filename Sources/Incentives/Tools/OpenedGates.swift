package import Model

extension EarningBook {
    /// How many contracts signed by `asOf` would have opened each of a plan's gates by then, by name.
    package func contractsOpening(_ gates: [EvidenceGate], asOf: Day) -> [String: Int] {
        var counts: [String: Int] = [:]
        for gate in gates { counts[gate.name] = 0 }
        for row in rows where row.signedOn <= asOf {
            let evidence = GateEvidence(book: self, row: row, gates: gates, asOf: asOf)
            for gate in gates {
                if case .opened = evidence.opening(of: gate.name) { counts[gate.name, default: 0] += 1 }
            }
        }
        return counts
    }
}
