import Foundation
import GRDB
import Model

/// Writes the records of one page.
///
/// Each record costs one look-up in the index of records and, where it says something new, one insertion; neither
/// depends on how many facts there are, but for the depth of a tree.
final class FactWriter {
    /// What became of a record.
    enum Effect {
        case repeated, new, restated, deleted
        /// It had been gone.
        case revived
    }

    private let db: Database
    private let source: String
    private let stream: String
    private let learnedAt: Instant
    private let latest: BoundStatement
    private var highest: HighestID
    /// By kind, and whether the record is gone.
    private var inserts: [FactKind: BoundStatement] = [:]
    private var deletion: BoundStatement?
    private var spelling = FactSpelling()
    private var attributes = FactSpelling()

    init(_ db: Database, page: OutcomePage, learnedAt: Instant) throws {
        self.db = db
        source = page.source.rawValue
        stream = page.stream
        self.learnedAt = learnedAt
        latest = try BoundStatement(
            db,
            sql: """
                SELECT payload_hash, is_deleted, partner FROM fact
                WHERE source = ? AND stream = ? AND native_id = ? ORDER BY sequence DESC LIMIT 1
                """)
        latest.bind(page.source.rawValue, at: 1)
        latest.bind(page.stream, at: 2)
        highest = HighestID(
            try Data.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT CAST(native_id AS BLOB) FROM fact WHERE source = ? AND stream = ?
                        ORDER BY native_id DESC LIMIT 1
                        """),
                arguments: [page.source.rawValue, page.stream]))
    }

    /// Stores the record unless it says what its latest fact says.
    ///
    /// - Parameter didLose: told the partner whose record is gone.
    func write(_ record: MappedRecord, didLose: (String) throws -> Void) throws -> Effect {
        try spelling.hash(record)
        let known = try known(record)
        if case .deleted(let kind) = record.body {
            // What the book does not have cannot go; what is gone does not go again.
            guard let known, !known.isDeleted else { return .repeated }
            try bound(try deletionStatement(), record).run(kind)
            if let partner = known.partner { try didLose(partner) }
            return .deleted
        }
        if let known, known.isSame { return .repeated }
        let insert = bound(try statement(record.body.kind), record)
        bind(record.body, to: insert)
        try insert.run()
        guard let known else { return .new }
        return known.isDeleted ? .revived : .restated
    }

    private typealias Known = (isSame: Bool, isDeleted: Bool, partner: String?)

    /// The record's latest fact.
    private func known(_ record: MappedRecord) throws -> Known? {
        if highest.rises(to: record.nativeID) { return nil }
        latest.lend(record.nativeID, at: 3)
        return try latest.first { values in
            (
                isSame: values.text(0, equals: spelling.digits), isDeleted: values.number(1) != 0,
                partner: record.isDeletedPartner ? values.text(2) : nil
            )
        }
    }

    private static let common = [
        "source", "stream", "native_id", "native_version", "payload_hash", "learned_at",
    ]

    private func bound(_ statement: BoundStatement, _ record: MappedRecord) -> BoundStatement {
        statement.lend(record.nativeID, at: 3)
        statement.lend(record.nativeVersion, at: 4)
        statement.lend(spelling.digits, at: 5)
        return statement
    }

    private func prepared(_ columns: [String]) throws -> BoundStatement {
        let names = Self.common + columns
        let statement = try BoundStatement(
            db,
            sql: """
                INSERT INTO fact (\(names.joined(separator: ", ")))
                VALUES (?\(String(repeating: ",?", count: names.count - 1)))
                """)
        statement.bind(source, at: 1)
        statement.bind(stream, at: 2)
        statement.bind(learnedAt.milliseconds, at: 6)
        return statement
    }

    private func statement(_ kind: FactKind) throws -> BoundStatement {
        if let known = inserts[kind] { return known }
        let statement = try prepared(["kind"] + FactColumns.names(kind))
        statement.bind(kind.rawValue, at: 7)
        inserts[kind] = statement
        return statement
    }

    private func deletionStatement() throws -> BoundStatement {
        if let known = deletion { return known }
        let statement = try prepared(["kind", "is_deleted"])
        statement.bind(Int64(1), at: 8)
        deletion = statement
        return statement
    }

    /// JSON of the attributes.
    fileprivate func spelled(_ attributes: [String: String]) -> [UInt8] {
        self.attributes.write(attributes)
        return self.attributes.bytes
    }
}

/// The greatest id of a stream, by bytes: most sources number their records, so that the new ones come after all
/// that are known and need no look-up.
private struct HighestID {
    private var bytes: [UInt8]

    init(_ id: Data?) { bytes = id.map { Array($0) } ?? [] }

    /// Whether `id` is greater than every id before; it is the greatest then.
    mutating func rises(to id: String) -> Bool {
        var id = id
        return id.withUTF8 { id in
            guard bytes.withUnsafeBufferPointer({ HighestID.isGreater(id, than: $0) }) else { return false }
            bytes.removeAll(keepingCapacity: true)
            bytes.append(contentsOf: id)
            return true
        }
    }

    /// As SQLite's index orders texts.
    private static func isGreater(
        _ id: UnsafeBufferPointer<UInt8>, than other: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard let first = id.baseAddress, !id.isEmpty else { return false }
        guard let otherFirst = other.baseAddress else { return true }
        let order = memcmp(first, otherFirst, min(id.count, other.count))
        return order > 0 || (order == 0 && id.count > other.count)
    }
}

extension BoundStatement {
    /// Runs the insertion of a deletion.
    fileprivate func run(_ kind: FactKind) throws {
        bind(kind.rawValue, at: 7)
        try run()
    }
}

extension MappedRecord {
    fileprivate var isDeletedPartner: Bool {
        if case .deleted(.partner) = body { true } else { false }
    }
}

// MARK: Bodies

extension FactWriter {
    /// Binds what a fact says, from place 8 on, in the order of ``FactColumns/names(_:)``.
    private func bind(_ body: FactBody, to row: BoundStatement) {
        switch body {
        case .partner(let fact):
            row.lend(fact.partner.rawValue, at: 8)
            row.lend(spelled(fact.attributes), at: 9)
        case .contract(let fact): bind(fact, to: row)
        case .observation(let fact):
            row.lend(fact.partner.rawValue, at: 8)
            row.lend(fact.customer.rawValue, at: 9)
            row.bind(Int64(fact.outcome ? 1 : 0), at: 10)
            row.bind(fact.baseline, at: 11)
            row.bind(fact.observedOn, at: 12)
        case .milestone(let fact):
            row.lend(fact.contract.rawValue, at: 8)
            row.lend(fact.milestone, at: 9)
            row.bind(fact.reachedOn, at: 10)
        case .reading(let fact):
            row.lend(fact.customer.rawValue, at: 8)
            row.lend(fact.measure, at: 9)
            row.bind(fact.value, at: 10)
            row.bind(fact.observedOn, at: 11)
        case .payment(let fact): bind(fact, to: row)
        case .renewal(let fact): bind(fact, to: row)
        case .churn(let fact):
            row.lend(fact.contract.rawValue, at: 8)
            row.lend(fact.churn.rawValue, at: 9)
            row.bind(fact.effectiveOn, at: 10)
            row.bind(fact.requestedOn, at: 11)
            row.lend(fact.reason, at: 12)
        case .discount(let fact):
            row.lend(fact.contract.rawValue, at: 8)
            row.bind(fact.discount.partsPerMillion, at: 9)
            row.bind(fact.from, at: 10)
            row.bind(fact.until, at: 11)
        case .opportunity(let fact): bind(fact, to: row)
        case .forecast(let fact):
            row.lend(fact.contract.rawValue, at: 8)
            row.bind(fact.probability.partsPerMillion, at: 9)
            row.bind(fact.amount?.minorUnits, at: 10)
            row.lend(fact.amount?.currency.code, at: 11)
            row.bind(fact.madeOn, at: 12)
        case .attribution(let fact):
            row.lend(fact.contract.rawValue, at: 8)
            row.lend(fact.partner.rawValue, at: 9)
            row.lend(fact.role, at: 10)
            row.bind(fact.from, at: 11)
            row.bind(fact.until, at: 12)
        case .deleted: break
        }
    }

    private func bind(_ fact: ContractFact, to row: BoundStatement) {
        row.lend(fact.partner.rawValue, at: 8)
        if let attributes = fact.attributes {
            row.lend(spelled(attributes), at: 9)
        } else {
            row.bind(nil as String?, at: 9)
        }
        row.lend(fact.contract.rawValue, at: 10)
        row.lend(fact.customer.rawValue, at: 11)
        row.lend(fact.renews?.rawValue, at: 12)
        row.bind(fact.signedOn, at: 13)
        row.bind(fact.startsOn, at: 14)
        row.bind(fact.endsOn, at: 15)
        row.bind(fact.cancelledOn, at: 16)
        row.bind(fact.annualAmount.minorUnits, at: 17)
        row.lend(fact.annualAmount.currency.code, at: 18)
        row.bind(fact.discount.partsPerMillion, at: 19)
    }

    private func bind(_ fact: PaymentFact, to row: BoundStatement) {
        row.lend(fact.payment, at: 8)
        row.lend(fact.partner.rawValue, at: 9)
        row.lend(fact.contract?.rawValue, at: 10)
        row.lend(fact.component.rawValue, at: 11)
        row.lend(fact.rule?.rawValue, at: 12)
        row.lend(fact.occasion, at: 13)
        row.lend(fact.entry, at: 14)
        row.bind(fact.rate?.partsPerMillion, at: 15)
        row.bind(fact.paidOn, at: 16)
        row.bind(fact.amount.minorUnits, at: 17)
        row.lend(fact.amount.currency.code, at: 18)
    }

    private func bind(_ fact: RenewalFact, to row: BoundStatement) {
        row.lend(fact.contract.rawValue, at: 8)
        row.lend(fact.outcome.rawValue, at: 9)
        row.bind(fact.decidedOn, at: 10)
        row.bind(fact.annualAmount?.minorUnits, at: 11)
        row.lend(fact.annualAmount?.currency.code, at: 12)
        row.bind(fact.discount?.partsPerMillion, at: 13)
        row.bind(fact.termMonths.map(Int64.init), at: 14)
        row.lend(fact.reason, at: 15)
    }

    private func bind(_ fact: OpportunityFact, to row: BoundStatement) {
        row.lend(fact.opportunity, at: 8)
        row.lend(fact.partner.rawValue, at: 9)
        row.lend(fact.customer?.rawValue, at: 10)
        row.lend(fact.stage, at: 11)
        row.lend(fact.outcome.rawValue, at: 12)
        row.bind(fact.amount?.minorUnits, at: 13)
        row.lend(fact.amount?.currency.code, at: 14)
        row.bind(fact.openedOn, at: 15)
        row.bind(fact.closedOn, at: 16)
    }
}
