import Foundation
import Incentives
package import Model
package import Storage

/// What a call to close a period came to.
package enum PeriodClosing: Sendable, Hashable, Codable {
    /// Recorded; somebody else has to agree.
    case approved(PendingClose)
    case closed(ClosedPeriod)
    /// It was closed before; these are the bytes of then.
    case wasClosed(ClosedPeriod)
}

/// A period that waits for a second person.
package struct PendingClose: Sendable, Hashable, Codable {
    package var period: CalendarPeriod
    package var contentHash: ContentHash
    /// How many entries are about to be posted.
    package var entries: Int
    /// Who approved just these entries, in the order they did.
    package var approvedBy: [Actor]
    /// Whether the person who is missing must have the role finance.
    package var needsFinance: Bool
    /// Earlier approvals that are void: the entries have changed since.
    package var void: [PeriodApproval]
}

/// A quarter of the ledger as `fairway period list` tells it.
package struct PeriodStatus: Sendable, Hashable, Codable {
    package var period: CalendarPeriod
    /// `nil` while it is open.
    package var closedAt: Instant?
    /// The two who closed it.
    package var closedBy: [Actor]
    /// Of the entries that were posted; `nil` while it is open.
    package var contentHash: ContentHash?
    package var entries: Int
    package var approvals: [PeriodApproval]
    /// The latest closed quarter, where it is a later one and this one never was closed.
    package var closedAfter: CalendarPeriod?
}

extension PilotOperations {
    /// Every quarter that is closed or waits for a second person, in order.
    package func periods() async throws -> [PeriodStatus] {
        try await store.read { transaction in
            let closed = try transaction.closedPeriods()
            let approvals = Dictionary(grouping: try transaction.approvals(), by: \.period)
            let latest = closed.map(\.period).max()
            return Set(closed.map(\.period)).union(approvals.keys).sorted().map { period in
                let close = closed.first { $0.period == period }
                return PeriodStatus(
                    period: period, closedAt: close?.closedAt,
                    closedBy: close.map { [$0.requestedBy, $0.closedBy] } ?? [],
                    contentHash: close?.contentHash, entries: close?.entries ?? 0,
                    approvals: approvals[period] ?? [],
                    closedAfter: close == nil ? latest.flatMap { $0 > period ? $0 : nil } : nil)
            }
        }
    }

    /// Approves closing a quarter, or closes it when somebody else has approved the same entries.
    ///
    /// Two persons act, at least one of them with the role finance. All entries, the payment file and the
    /// journal's entry are stored in one transaction. Closing again gives the bytes of the first time.
    ///
    /// - Parameter payouts: Every line as of a day, by what the book told up to a sequence.
    package func close(
        _ period: CalendarPeriod, by actor: Actor,
        payouts: @escaping @Sendable (Transaction, Day) throws -> [Payout]
    ) async throws -> PeriodClosing {
        guard period.length == .quarter else {
            throw OperationError(
                .invalid, "closing '\(period)': the ledger is closed by quarters; name one such as 2027-Q1")
        }
        return try await store.write { transaction in
            if let closed = try transaction.closedPeriod(period) { return .wasClosed(closed) }
            try refuse(strangers: actor, period)
            let now = try now(transaction)
            try refuseRunning(period, at: now)
            let lines = try payouts(transaction, period.lastDay)
            try refuseOutOfOrder(period, lines, transaction)
            let close = try Close(period, lines: lines, transaction)
            if close.entries.isEmpty, try transaction.closedPeriods().isEmpty {
                throw try nothingToClose(
                    period, payouts(transaction, Day(now, in: environment.zone)))
            }
            // Who has no role any more has no say either.
            let approvals = try transaction.approvals(of: period).filter {
                !environment.roles($0.actor).isEmpty
            }
            let others = approvals.filter { $0.contentHash == close.contentHash && $0.actor != actor }
            if let second = others.first(where: { isEnough([$0.actor, actor]) }) {
                return .closed(
                    try post(close, approvedBy: second.actor, closedBy: actor, at: now, transaction))
            }
            return .approved(try approve(close, by: actor, approvals: approvals, at: now, transaction))
        }
    }

    // MARK: What forbids it

    private func refuse(strangers actor: Actor, _ period: CalendarPeriod) throws {
        guard environment.roles(actor).isEmpty else { return }
        throw OperationError(
            .invalid,
            "closing '\(period)': '\(actor)' has no role; add '\(actor): [finance]', or another role, to 'people' in the "
                + "configuration")
    }

    private func refuseRunning(_ period: CalendarPeriod, at now: Instant) throws {
        let today = Day(now, in: environment.zone)
        guard today <= period.lastDay else { return }
        throw OperationError(
            .conflict,
            "closing '\(period)': it runs until \(period.lastDay), and today is \(today); close it from "
                + "\(period.lastDay + 1) on")
    }

    /// Quarters are closed in order: what an earlier one owes would otherwise be posted in a later one.
    private func refuseOutOfOrder(
        _ period: CalendarPeriod, _ lines: [Payout], _ transaction: Transaction
    ) throws {
        let latest = try transaction.closedPeriods().map(\.period).max()
        if let latest, period < latest {
            throw OperationError(
                .conflict,
                "closing '\(period)': '\(latest)' is closed already; what '\(period)' owes is posted with "
                    + "'\(latest.next)'")
        }
        let open = quartersOwed(lines)
            .filter { quarter in quarter < period && (latest.map { $0 < quarter } ?? true) }
        guard let first = open.min() else { return }
        throw OperationError(
            .conflict, "closing '\(period)': '\(first)' has lines and is open; close '\(first)' first")
    }

    /// The ledger begins with the first quarter that has lines; before it there is nothing to agree on.
    private func nothingToClose(_ period: CalendarPeriod, _ lines: [Payout]) -> OperationError {
        let next =
            quartersOwed(lines).min().map { "the ledger begins with '\($0)'; close that when it is over" }
            ?? "close the first quarter in which a partner earns something"
        return OperationError(
            .conflict,
            "closing '\(period)': nothing was earned by \(period.lastDay), so there is nothing to post; \(next)"
        )
    }

    private func quartersOwed(_ lines: [Payout]) -> [CalendarPeriod] {
        lines.filter { $0.amount != 0 && ($0.state == .payable || $0.state == .held) }
            .map { CalendarPeriod(containing: $0.earnedOn, .quarter) }
    }

    private func isEnough(_ actors: [Actor]) -> Bool {
        Set(actors).count >= 2 && actors.contains { environment.roles($0).contains(.finance) }
    }

    // MARK: The two steps

    private func approve(
        _ close: Close, by actor: Actor, approvals: [PeriodApproval], at now: Instant,
        _ transaction: Transaction
    ) throws -> PendingClose {
        var valid = approvals.filter { $0.contentHash == close.contentHash }
        if !valid.contains(where: { $0.actor == actor }) {
            let approval = PeriodApproval(
                period: close.period, actor: actor, contentHash: close.contentHash, approvedAt: now)
            try transaction.insert(approval)
            try transaction.journal(
                .periodApproved, of: close.period.description, at: now, by: actor, detail: close.detail)
            valid.append(approval)
        }
        return PendingClose(
            period: close.period, contentHash: close.contentHash, entries: close.entries.count,
            approvedBy: valid.map(\.actor),
            needsFinance: !valid.contains { environment.roles($0.actor).contains(.finance) },
            void: approvals.filter { $0.contentHash != close.contentHash })
    }

    private func post(
        _ close: Close, approvedBy: Actor, closedBy: Actor, at now: Instant, _ transaction: Transaction
    ) throws -> ClosedPeriod {
        let file = PaymentFile(
            period: close.period, entries: close.entries, isPractice: store.identity.isPractice)
        let closed = ClosedPeriod(
            period: close.period, closedAt: now, requestedBy: approvedBy, closedBy: closedBy,
            sequence: close.sequence, contentHash: close.contentHash, entries: close.entries.count,
            paymentFile: file.csv(),
            controlTotals: try CanonicalJSON.encodePretty(file.controlTotals()) + Data("\n".utf8))
        try transaction.post(close.entries, closing: closed)
        var detail = close.detail
        detail["approvedBy"] = approvedBy.name
        detail["paymentFile"] = ContentHash(of: closed.paymentFile).hex
        detail["payments"] = String(file.lines.count)
        try transaction.journal(
            .periodClosed, of: close.period.description, at: now, by: closedBy, detail: detail)
        return closed
    }
}

/// What closing a period would post.
private struct Close {
    var period: CalendarPeriod
    var entries: [LedgerEntry]
    var contentHash: ContentHash
    var sequence: Int64

    init(_ period: CalendarPeriod, lines: [Payout], _ transaction: Transaction) throws {
        self.period = period
        do {
            entries = try ledgerEntries(
                for: lines, posted: transaction.ledgerEntries(), closing: period)
        } catch let error as PostingError {
            throw OperationError(.conflict, "closing '\(period)': \(error)")
        }
        contentHash = try ContentHash(ofCanonicalJSON: entries)
        sequence = try transaction.latestSequence()
    }

    var detail: [String: String] {
        ["contentHash": contentHash.hex, "entries": String(entries.count), "sequence": String(sequence)]
    }
}
