package import Foundation
package import Model

/// What a leakage audit found, and what it could not look at.
package struct LeakageAudit: Sendable, Hashable, Codable {
    /// The findings of one kind in one currency, summed.
    package struct Total: Sendable, Hashable, Codable {
        package var kind: LeakageKind
        package var currency: Currency
        package var findings: Int
        /// Minor units, not negative.
        package var overpaid: Int64
        /// Minor units, not positive.
        package var underpaid: Int64
    }

    /// A check that had nothing to look at.
    package struct Omission: Sendable, Hashable, Codable {
        package var kind: LeakageKind
        package var reason: String
    }

    /// A difference that the next close settles by itself: paid as posted, and restated by facts learned since.
    package struct Pending: Sendable, Hashable, Codable {
        package var partner: Partner.ID
        package var contract: Contract.ID?
        package var component: PlanComponent
        /// Of the lines that were restated.
        package var rules: [PlanRule]
        package var occasions: [String]
        /// Paid less owed.
        package var amount: Money
        package var reason: String
    }

    /// Payments that no plan known here speaks of: to partners outside the pilots, for contracts signed before a
    /// partner's terms began, or of components that its plans do not have.
    package struct Outside: Sendable, Hashable, Codable {
        package var component: PlanComponent
        package var currency: Currency
        package var payments: Int
        /// Minor units.
        package var amount: Int64
        /// The payments, in the order they were made.
        package var paid: [Paid]

        package struct Paid: Sendable, Hashable, Codable {
            package var payment: String
            package var partner: Partner.ID
            package var contract: Contract.ID?
            /// Minor units.
            package var amount: Int64
        }
    }

    /// Money that a check passed over or could hold against less than it should, and no defect by itself.
    package struct Note: Sendable, Hashable, Codable {
        package enum Kind: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
            /// Made after the day of the audit.
            case paidLater
            /// Rows of payments that could not be read when they were imported.
            case setAside
            /// Renewal pay on contracts that renew one that the book does not have.
            case renewsUnknown

            package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
        }

        package var kind: Kind
        package var count: Int
        /// `nil` where it cannot be told.
        package var amount: Money?
        package var reason: String
    }

    package var asOf: Day
    package var snapshotSequence: Int64
    /// Payments, ledger entries and lines that were compared.
    package var payments: Int
    package var entries: Int
    package var lines: Int
    /// By precedence, the largest amounts first.
    package var findings: [LeakageFinding]
    package var pending: [Pending]
    /// By component and currency.
    package var outside: [Outside]
    package var notRun: [Omission]
    package var notes: [Note]

    package var isClean: Bool { findings.isEmpty }

    /// By kind and currency, in the order of precedence.
    package var totals: [Total] {
        struct Place: Hashable {
            var kind: LeakageKind
            var currency: Currency
        }
        let groups = Dictionary(grouping: findings) { Place(kind: $0.kind, currency: $0.amount.currency) }
        return groups.map { place, findings in
            Total(
                kind: place.kind, currency: place.currency, findings: findings.count,
                overpaid: findings.reduce(0) { $0 + max(0, $1.amount.minorUnits) },
                underpaid: findings.reduce(0) { $0 + min(0, $1.amount.minorUnits) })
        }.sorted { ($0.kind, $0.currency) < ($1.kind, $1.currency) }
    }

    private enum CodingKeys: String, CodingKey {
        case asOf, snapshotSequence, payments, entries, lines, isClean, totals, findings, pending, outside,
            notRun, notes
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(asOf, forKey: .asOf)
        try values.encode(snapshotSequence, forKey: .snapshotSequence)
        try values.encode(payments, forKey: .payments)
        try values.encode(entries, forKey: .entries)
        try values.encode(lines, forKey: .lines)
        try values.encode(isClean, forKey: .isClean)
        try values.encode(totals, forKey: .totals)
        try values.encode(findings, forKey: .findings)
        try values.encode(pending, forKey: .pending)
        try values.encode(outside, forKey: .outside)
        try values.encode(notRun, forKey: .notRun)
        try values.encode(notes, forKey: .notes)
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            asOf: try values.decode(Day.self, forKey: .asOf),
            snapshotSequence: try values.decode(Int64.self, forKey: .snapshotSequence),
            payments: try values.decode(Int.self, forKey: .payments),
            entries: try values.decode(Int.self, forKey: .entries),
            lines: try values.decode(Int.self, forKey: .lines),
            findings: try values.decode([LeakageFinding].self, forKey: .findings),
            pending: try values.decode([Pending].self, forKey: .pending),
            outside: try values.decode([Outside].self, forKey: .outside),
            notRun: try values.decode([Omission].self, forKey: .notRun),
            notes: try values.decode([Note].self, forKey: .notes))
    }

    init(
        asOf: Day, snapshotSequence: Int64, payments: Int, entries: Int, lines: Int,
        findings: [LeakageFinding], pending: [Pending], outside: [Outside], notRun: [Omission],
        notes: [Note]
    ) {
        self.asOf = asOf
        self.snapshotSequence = snapshotSequence
        self.payments = payments
        self.entries = entries
        self.lines = lines
        self.findings = findings
        self.pending = pending
        self.outside = outside
        self.notRun = notRun
        self.notes = notes
    }

    /// Canonical JSON with totals and `isClean`.
    package func json() throws -> Data { try CanonicalJSON.encode(self) }
}
