import Model

/// What Stripe holds at an instant, newest first.
struct StripeView: Sendable {
    let now: Int64
    let currency: String
    let subscriptions: [SubscriptionState]
    let customers: [AccountRow]
    let invoices: [StripeInvoice]
    let events: [StripeEvent]
    /// Customers that were deleted; what is left of them can still be read.
    let deletedCustomers: [AccountRow]

    /// - Parameter history: all edits, in order.
    init(
        book: RecordBook, companies: RecordTable<AccountRow>, history: [RecordLedger.Entry], currency: String
    ) {
        let now = book.now.milliseconds.dividedDown(by: 1000)
        self.now = now
        self.currency = currency
        var successors: [RecordID: Int64] = [:]
        for row in book.contracts.rows {
            if let renewed = row.contract.predecessor { successors[renewed] = row.contract.createdAt }
        }
        var events = StripeEvents(now: now)
        var contracts: [RecordID: ContractRow] = [:]
        var states: [SubscriptionState] = []
        for row in book.contracts.rows {
            contracts[row.id] = row
            let successor = successors[row.id] ?? StripeView.ownRenewal(row)
            events.add(courseOf: row, successorAt: successor)
            if !row.isDeleted {
                states.append(SubscriptionState(row: row, time: now, successorAt: successor))
            }
        }
        subscriptions = states.sorted {
            ($0.row.contract.createdAt, $0.row.id) > ($1.row.contract.createdAt, $1.row.id)
        }
        invoices = subscriptions.flatMap(StripeInvoice.all).sorted {
            ($0.created, $0.id) > ($1.created, $1.id)
        }
        let known = companies.rows.filter { !$0.isPartner }.sorted {
            ($0.stripeCreated, $0.id) > ($1.stripeCreated, $1.id)
        }
        customers = known.filter { !$0.isDeleted }
        deletedCustomers = known.filter { $0.isDeleted && !$0.isPurged }
        let rows = Dictionary(known.map { ($0.id, $0) }) { first, _ in first }
        for row in known { events.add(entryOf: row) }
        for entry in history {
            if let row = contracts[entry.id] {
                let successor = successors[row.id] ?? StripeView.ownRenewal(row)
                events.add(entry, to: row, successorAt: successor)
            } else if let row = rows[entry.id] {
                events.add(entry, to: row)
            }
        }
        self.events = events.newestFirst
    }

    /// A copy of a renewed contract is renewed from the beginning, by none.
    private static func ownRenewal(_ row: ContractRow) -> Int64? {
        row.contract.status == .renewed ? row.contract.createdAt : nil
    }
}

/// What was worked out from the records as they are now.
struct StripeCache: Sendable {
    var view: StripeView?
}

/// How far the page after a given id begins too early: what faults of paging have left behind for the next
/// request, since a cursor of Stripe's is only the id of the last row.
struct StripeReplays: Sendable {
    private var rowsBack: [String: Int] = [:]

    mutating func note(_ rows: Int, after id: String) { rowsBack[id] = rows }
    mutating func take(after id: String) -> Int { rowsBack.removeValue(forKey: id) ?? 0 }
}

extension PracticeOrg {
    func stripeView() -> StripeView {
        let book = records()
        if let view = stripe.view { return view }
        let view = StripeView(
            book: book, companies: companies(), history: recordHistory, currency: currency.code)
        stripe.view = view
        return view
    }

    func noteStripeReplay(_ rows: Int, after id: String) { stripeReplays.note(rows, after: id) }
    func takeStripeReplay(after id: String) -> Int { stripeReplays.take(after: id) }
}
