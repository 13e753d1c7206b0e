package import Model
package import Statistics

/// A metric's outcomes of one variant, summed to one line a partner.
package struct ArmSample: Sendable {
    /// Indices into the cohort's members, in their order.
    package var members: [Int]
    /// One line a member; zeros for a partner without mature outcomes.
    package var totals: [ClusterTotal]
    /// Churn only.
    package var survival: SurvivalSample?

    /// Whether anything of the arm counts towards the metric yet.
    package var hasObservations: Bool {
        survival.map { $0.rowCount > 0 } ?? totals.contains { $0.count > 0 }
    }

    /// Splits outcomes by variant.
    package static func samples(
        of outcomes: Outcomes, in cohort: Cohort, variants: [Variant.ID]
    ) -> [Variant.ID: ArmSample] {
        var slots = [(variant: Variant.ID, slot: Int)]()
        var members: [Variant.ID: [Int]] = [:]
        for (index, member) in cohort.members.enumerated() {
            let variant = member.assignment.variant
            slots.append((variant, members[variant, default: []].count))
            members[variant, default: []].append(index)
        }
        var samples: [Variant.ID: ArmSample] = [:]
        for variant in variants {
            let own = members[variant] ?? []
            samples[variant] = ArmSample(
                members: own,
                totals: Array(
                    repeating: ClusterTotal(count: 0, numerator: 0, denominator: 0, sumOfSquares: 0),
                    count: own.count),
                survival: nil)
        }
        for row in outcomes.rows {
            guard let numerator = row.numerator, let denominator = row.denominator else { continue }
            let (variant, slot) = slots[row.member]
            let value = Double(numerator) / outcomes.scale
            samples[variant]?.totals[slot].add(value, weight: Double(denominator) / outcomes.scale)
        }
        if outcomes.metric.kind == .churn {
            for variant in variants {
                samples[variant]?.survival = survivalSample(outcomes, slots: slots, variant: variant)
            }
        }
        return samples
    }

    private static func survivalSample(
        _ outcomes: Outcomes, slots: [(variant: Variant.ID, slot: Int)], variant: Variant.ID
    ) -> SurvivalSample {
        let rows = outcomes.rows.filter { slots[$0.member].variant == variant }
        return SurvivalSample(
            cluster: rows.map { Int32(slots[$0.member].slot) }, entryDay: rows.map { Int32($0.entry ?? 0) },
            day: rows.map { Int32($0.time ?? 0) }, isEvent: rows.map { $0.isEvent ?? false },
            clusterCount: slots.count { $0.variant == variant })
    }
}

extension ClusterTotal {
    fileprivate mutating func add(_ value: Double, weight: Double) {
        count += 1
        numerator += value
        denominator += weight
        sumOfSquares += value * value
    }
}
