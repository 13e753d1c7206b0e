/// The events of what happened, worked out from the records and the history of edits.
struct StripeEvents: Sendable {
    /// Stripe forgets events after 30 days.
    static let keptSeconds: Int64 = 30 * 86_400

    private let now: Int64
    private(set) var found: [StripeEvent] = []

    init(now: Int64) { self.now = now }

    private mutating func add(_ event: StripeEvent) {
        guard event.created <= now, event.created > now - StripeEvents.keptSeconds else { return }
        found.append(event)
    }

    private func isKept(_ time: Int64) -> Bool { time <= now && time > now - StripeEvents.keptSeconds }

    /// What a contract's own course brings about, until it is deleted; that is an edit.
    mutating func add(courseOf shown: ContractRow, successorAt: Int64?) {
        var row = shown
        row.edit?.deletedAt = nil
        let goneAt = shown.edit?.deletedAt ?? .max
        let kept = StripeEvents.keptSeconds
        func state(_ time: Int64) -> SubscriptionState {
            var then = row
            // What was done to it later does not show yet.
            if let edit = row.edit, edit.committedAt > time { then.edit = nil }
            return SubscriptionState(row: then, time: time, successorAt: successorAt)
        }
        let today = state(now)
        let created = row.contract.createdAt
        if isKept(created) {
            add(.init("customer.subscription.created", created, .subscription(state(created), before: nil)))
        }
        func change(_ type: String, at time: Int64?) -> StripeEvent? {
            guard let time, time > created, time < goneAt, isKept(time) else { return nil }
            return .init(type, time, .subscription(state(time), before: state(time - 1)))
        }
        let ended = today.endedAt ?? .max
        let corrected = row.contract.restatedOn?.seconds(hour: 20)
        let isCorrected = row.contract.amount != row.contract.enteredAmount
        let changes = [
            isCorrected ? change("customer.subscription.updated", at: corrected) : nil,
            change("customer.subscription.updated", at: successorAt),
            change("customer.subscription.deleted", at: today.endedAt),
        ]
        for case let event? in changes { add(event) }
        // Most contracts have no year that began lately.
        for year in today.years where isKept(year.start) && year.start < ended {
            if let event = change("customer.subscription.updated", at: year.start) { add(event) }
        }
        guard created > now - kept || today.years.contains(where: { isKept($0.start) }) else { return }
        for invoice in StripeInvoice.all(of: today) where invoice.created < goneAt {
            add(.init("invoice.created", invoice.created, .invoice(invoice)))
            add(.init("invoice.paid", invoice.created, .invoice(invoice)))
        }
    }

    mutating func add(entryOf customer: AccountRow) {
        add(.init("customer.created", customer.stripeCreated, .customer(customer)))
    }

    /// What an edit brings about. Purging tells nothing, and deleting what is deleted neither.
    mutating func add(_ entry: RecordLedger.Entry, to row: ContractRow, successorAt: Int64?) {
        guard let (type, time) = StripeEvents.telling(entry, "customer.subscription") else { return }
        func state(_ edit: RecordEdit?) -> SubscriptionState {
            var edited = row
            edited.edit = edit
            return SubscriptionState(
                row: edited, time: max(time, entry.after.committedAt), successorAt: successorAt)
        }
        let before = type.hasSuffix("updated") ? state(entry.before) : nil
        add(.init(type, time, .subscription(state(entry.after), before: before), edit: entry.after.ordinal))
    }

    mutating func add(_ entry: RecordLedger.Entry, to row: AccountRow) {
        guard let (type, time) = StripeEvents.telling(entry, "customer") else { return }
        var edited = row
        edited.edit = entry.after
        add(.init(type, time, .customer(edited), edit: entry.after.ordinal))
    }

    private static func telling(_ entry: RecordLedger.Entry, _ object: String) -> (type: String, time: Int64)?
    {
        if let deletedAt = entry.after.deletedAt {
            let isNews = entry.before?.deletedAt == nil && !entry.after.isPurged
            return isNews ? ("\(object).deleted", deletedAt) : nil
        }
        return ("\(object).updated", entry.after.stampedAt ?? entry.after.committedAt)
    }

    /// Newest first.
    var newestFirst: [StripeEvent] {
        found.sorted { ($0.created, $0.edit, $0.order, $0.id) > ($1.created, $1.edit, $1.order, $1.id) }
    }
}
