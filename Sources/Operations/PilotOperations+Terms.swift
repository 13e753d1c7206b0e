import Foundation
import Incentives
package import Model
package import Randomization
import Storage

/// What a partner holds, and by which lots.
package struct PartnerTerms: Sendable, Hashable, Codable {
    package struct Lot: Sendable, Hashable, Codable {
        package var pilot: Pilot.ID
        package var variant: Variant.ID
        package var stratum: String
        package var assignedOn: Day
        /// Whether the variant grants no new promises any more.
        package var isPaused: Bool
        /// Whether the pilot has ended, and its terms with it.
        package var isOver: Bool
    }

    package var partner: Partner.ID
    package var name: String?
    package var asOf: Day
    package var lots: [Lot]
    package var terms: Terms
}

extension PilotOperations {
    /// A partner's terms today: the union of one variant a layer, each component with its pilot.
    ///
    /// Today is a day of the configured zone; which terms a pilot gives is told by the day in its own.
    package func terms(of partner: Partner.ID) async throws -> PartnerTerms {
        try await store.read { transaction in
            let assignments = try transaction.assignments(of: partner)
            let pilots = try transaction.pilots()
            let book = try book(through: transaction.latestSequence(), transaction)
            let known = book.partners.first { $0.id == partner }
            guard known != nil || !assignments.isEmpty else {
                throw OperationError(
                    .notFound,
                    "partner '\(partner)' is not in the roster; partner ids are the CRM's own, upper and lower case included"
                )
            }
            let now = try now(transaction)
            let promises = try transaction.promises(of: partner)
            let entries = pilots.flatMap { pilot in
                Incentives.terms(
                    of: partner, on: Day(now, in: pilot.plan.zone), pilots: [pilot], assignments: assignments,
                    promises: promises
                ).entries
            }
            let today = Day(now, in: environment.zone)
            return PartnerTerms(
                partner: partner, name: known?.name, asOf: today,
                lots: lots(assignments, of: pilots, at: now),
                terms: Terms(
                    partner: partner, asOf: today,
                    entries: entries.sorted { ($0.component, $0.pilot) < ($1.component, $1.pilot) }))
        }
    }

    private func lots(
        _ assignments: [Assignment], of pilots: [Pilot], at now: Instant
    ) -> [PartnerTerms.Lot] {
        assignments.compactMap { assignment in
            guard let pilot = pilots.first(where: { $0.id == assignment.pilot }) else { return nil }
            return PartnerTerms.Lot(
                pilot: pilot.id, variant: assignment.variant, stratum: assignment.stratum,
                assignedOn: assignment.assignedOn,
                isPaused: pilot.pausedVariants.contains(assignment.variant),
                isOver: Day(now, in: pilot.plan.zone) >= pilot.plan.schedule.ends)
        }
    }

    /// Everything a third party needs to recompute a pilot's lots.
    package func assignmentProof(of id: Pilot.ID) async throws -> AssignmentProof {
        try await store.read { transaction in
            let pilot = try started(id, transaction)
            guard let holdout = try transaction.holdout(of: pilot.plan.layer) else {
                throw OperationError(
                    .invalid, "pilot '\(id)' was assigned outside Fairway; there are no lots to verify")
            }
            return AssignmentProof(
                pilot: pilot.id, planHash: pilot.planHash, seed: pilot.seed, design: pilot.plan.design,
                variants: pilot.plan.variants.map { .init(id: $0.id, weight: $0.weight) },
                sizeCuts: pilot.sizeCuts, layer: pilot.plan.layer, holdoutShare: holdout.share,
                holdoutSeed: holdout.seed, rosterHash: pilot.rosterHash,
                batches: try transaction.rosterBatches(of: id).map {
                    .init(assignedOn: $0.drawnOn, entries: $0.entries)
                },
                assignments: try transaction.assignments(of: id))
        }
    }
}

/// The variant whose terms a partner holds today.
package struct TermsInForce: Sendable, Hashable, Codable {
    package var partner: Partner.ID
    /// As drawn; what the analysis counts the partner under.
    package var assigned: Variant.ID
    /// Whose terms apply today: the promised variant's, or control's when nothing is promised.
    package var inForce: Variant.ID
    package var plan: IncentivePlan.ID?
    /// The last promised day.
    package var until: Day?
}

extension PilotOperations {
    /// What every partner of a pilot holds today.
    package func termsInForce(of id: Pilot.ID) async throws -> [TermsInForce] {
        try await store.read { transaction in
            let pilot = try started(id, transaction)
            let today = Day(try now(transaction), in: pilot.plan.zone)
            let promises = Dictionary(
                try transaction.promises(of: id).filter { $0.from <= today && today <= $0.until }.map {
                    ($0.partner, $0)
                }, uniquingKeysWith: { first, _ in first })
            let plans = Dictionary(
                uniqueKeysWithValues: pilot.plan.variants.map { ($0.id, $0.incentivePlan?.id) })
            return try transaction.assignments(of: id).map { assignment in
                let promise = promises[assignment.partner]
                let variant = promise?.variant ?? Variant.control
                return TermsInForce(
                    partner: assignment.partner, assigned: assignment.variant, inForce: variant,
                    plan: plans[variant] ?? nil, until: promise?.until)
            }
        }
    }
}
