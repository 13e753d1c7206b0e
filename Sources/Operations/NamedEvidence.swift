package import Model
import Storage

/// What a file of milestones or readings names.
package struct NamedEvidence: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable { case milestone, measure }

    package var kind: Kind
    /// Each once, sorted.
    package var names: [String]
    /// Contracts of milestones, customers of readings that the book does not have.
    package var unknown: Int

    /// What no plan waits for, and what is about nothing in the book; one sentence each.
    ///
    /// - Parameter plans: `nil` when they could not be read, and nobody knows what they wait for.
    package func notes(plans: [IncentivePlan]?) -> [String] {
        let used = Set((plans ?? []).flatMap { kind == .milestone ? $0.milestonesRead : $0.measuresRead })
        var notes = (plans == nil ? [] : names).filter { !used.contains($0) }.map { name in
            "note: no plan here uses the \(kind.rawValue) '\(name)'\(suggestion(for: name, among: used.sorted()))"
        }
        if unknown > 0 {
            let things = kind == .milestone ? "contract" : "customer"
            notes.append(
                unknown == 1
                    ? "note: 1 \(things) of the file is not in the book"
                    : "note: \(unknown) \(things)s of the file are not in the book")
        }
        return notes
    }
}

extension PilotOperations {
    /// `nil` for pages without milestones and readings.
    package func evidence(namedIn page: OutcomePage) async throws -> NamedEvidence? {
        var milestones: Set<String> = []
        var measures: Set<String> = []
        var contracts: Set<Contract.ID> = []
        var customers: Set<Customer.ID> = []
        for record in page.records {
            switch record.body {
            case .milestone(let fact):
                milestones.insert(fact.milestone)
                contracts.insert(fact.contract)
            case .reading(let fact):
                measures.insert(fact.measure)
                customers.insert(fact.customer)
            case .partner, .contract, .observation, .payment, .renewal, .churn, .discount, .opportunity,
                .forecast, .attribution, .deleted:
                break
            }
        }
        guard !milestones.isEmpty || !measures.isEmpty else { return nil }
        let known = try await store.read { try book(through: $0.latestSequence(), $0) }
        let isMilestones = measures.isEmpty
        return NamedEvidence(
            kind: isMilestones ? .milestone : .measure,
            names: (isMilestones ? milestones : measures).sorted(),
            unknown: isMilestones
                ? contracts.subtracting(known.contracts.map(\.id)).count
                : customers.subtracting(known.customers).count)
    }

    /// The plans of pilots that run, as they were frozen.
    package func runningPlans() async throws -> [IncentivePlan] {
        try await store.read { transaction in
            try transaction.pilots().filter { $0.state == .running }.flatMap { pilot in
                pilot.plan.variants.compactMap(\.incentivePlan)
            }
        }
    }
}

extension IncentivePlan {
    private var conditions: [EvidenceGate.Condition] { gates.flatMap(\.conditions) }

    /// Milestones that it pays for or waits for, those of its reference included.
    fileprivate var milestonesRead: [String] {
        let awaited = conditions.compactMap { condition in
            if case .milestone(let name, _) = condition { name } else { nil }
        }
        return milestoneBonuses.map(\.milestone) + awaited + (noWorseOff?.plan.milestonesRead ?? [])
    }

    /// Measures that weigh a bonus or open a gate, those of its reference included.
    fileprivate var measuresRead: [String] {
        let awaited = conditions.compactMap { condition -> String? in
            switch condition {
            case .level(let measure, _, _), .rise(let measure, _, _): measure
            case .milestone: nil
            }
        }
        let weighed = [renewalBonus?.health?.measure].compactMap(\.self)
        return weighed + awaited + (noWorseOff?.plan.measuresRead ?? [])
    }
}
