import Model

/// The edits made through the practice's controls, in order, and what they add up to.
struct RecordLedger: Sendable {
    private(set) var edits: [RecordID: RecordEdit] = [:]
    private(set) var created: [ContractRow] = []
    /// Edits of records that were there before, in order.
    private(set) var history: [Entry] = []
    /// How many changes there have been.
    private(set) var ordinal = 0

    /// One edit of one record: all that was done to it until then, and the same with this edit.
    struct Entry: Sendable {
        var id: RecordID
        var before: RecordEdit?
        var after: RecordEdit
    }

    private static let largestCount = 100_000

    /// Applies `change` to the records of `vendor`; all of it or nothing.
    mutating func apply(_ change: RecordChange, to vendor: SimulatedVendor) throws(PracticeError)
        -> [RecordID]
    {
        var copy = self
        let ids = try copy.obey(change, vendor)
        self = copy
        return ids
    }

    private mutating func obey(
        _ change: RecordChange, _ vendor: SimulatedVendor
    ) throws(PracticeError) -> [RecordID] {
        let book = RecordBook(of: vendor, edits: edits, created: created, ordinal: ordinal)
        let companies = book.companies(edits: edits)
        if change.change == .create { return try create(change, book) }
        let ids = try chosen(by: change, book, companies)
        let now = book.version.committedAt
        let stamp = now - max(0, change.secondsOlder ?? 0)
        switch change.change {
        case .delete, .purge:
            for id in ids {
                commit(id, at: now) {
                    $0.deletedAt = $0.deletedAt ?? now
                    $0.isPurged = change.change == .purge
                }
            }
        case .undelete:
            for id in ids {
                guard edits[id]?.deletedAt != nil, edits[id]?.isPurged == false else {
                    throw wrong("record '\(id)' is in no recycle bin; delete it first")
                }
                commit(id, at: now) {
                    $0.deletedAt = nil
                    $0.master = nil
                    $0.stampedAt = now
                }
            }
        case .merge: try merge(ids, change, book, companies, now)
        case .reassign:
            let partner = try partner(change.into, book)
            for id in try contracts(ids) {
                commit(id, at: now) {
                    $0.partner = partner
                    $0.stampedAt = stamp
                }
            }
        case .edit:
            guard let amount = change.amount else {
                throw wrong("'edit' needs 'amount', the new amount in minor units")
            }
            for id in try contracts(ids) {
                commit(id, at: now) {
                    $0.amount = amount
                    $0.stampedAt = stamp
                }
            }
        case .formula:
            guard let health = change.health, (0...100).contains(health) else {
                throw wrong("'formula' needs 'health', 0 to 100 points")
            }
            for id in try contracts(ids) {
                var edit = edits[id] ?? RecordEdit(committedAt: .min, ordinal: 0)
                edit.health = health
                edits[id] = edit
            }
            ordinal += 1
        case .touch:
            for id in ids { commit(id, at: now) { $0.stampedAt = stamp } }
        case .create: break
        }
        return ids
    }

    /// Changes the edit of a record and counts the change.
    ///
    /// - Parameter isEntry: whether the record is entered by it, which is no edit of its history.
    private mutating func commit(
        _ id: RecordID, at now: Int64, isEntry: Bool = false, _ change: (inout RecordEdit) -> Void
    ) {
        ordinal += 1
        let before = edits[id]
        var edit = before ?? RecordEdit(committedAt: now, ordinal: ordinal)
        change(&edit)
        edit.committedAt = now
        edit.ordinal = ordinal
        edits[id] = edit
        if !isEntry { history.append(Entry(id: id, before: before, after: edit)) }
    }

    private mutating func merge(
        _ ids: [RecordID], _ change: RecordChange, _ book: RecordBook, _ companies: RecordTable<AccountRow>,
        _ now: Int64
    ) throws(PracticeError) {
        guard let into = change.into.flatMap({ RecordID(anyVendor: $0, .account) }),
            companies.rows.contains(where: { $0.id == into && !$0.isDeleted }), !ids.contains(into)
        else { throw wrong("'merge' needs 'into', another company that is there") }
        for id in ids {
            guard id.prefix == .account else {
                throw wrong("record '\(id)' is no company; only companies merge")
            }
            for row in book.contracts.rows where row.partner == id && !row.isDeleted {
                commit(row.id, at: now) {
                    $0.partner = into
                    $0.stampedAt = now
                }
            }
            commit(id, at: now) {
                $0.deletedAt = now
                $0.master = into
            }
        }
        commit(into, at: now) { $0.stampedAt = now }
    }

    private mutating func create(
        _ change: RecordChange, _ book: RecordBook
    ) throws(PracticeError) -> [RecordID] {
        let count = change.count ?? 1
        let wanted = change.ids?.first.flatMap { RecordID(anyVendor: $0, .contract) }
        let template = book.contracts.rows.first { wanted == nil ? !$0.isDeleted : $0.id == wanted }
        guard let template, (1...RecordLedger.largestCount).contains(count) else {
            throw wrong(
                "'create' needs a contract to copy and a 'count' of 1 to \(RecordLedger.largestCount)")
        }
        let now = book.version.committedAt
        let stamp = now - max(0, change.secondsOlder ?? 0)
        return (0..<count).map { _ in
            let row = template.copy(number: created.count, createdAt: stamp)
            created.append(row)
            commit(row.id, at: now, isEntry: true) {
                $0.partner = template.partner
                $0.stampedAt = stamp
            }
            commit(row.customer, at: now, isEntry: true) { $0.stampedAt = stamp }
            return row.id
        }
    }

    // MARK: Choosing

    private func chosen(
        by change: RecordChange, _ book: RecordBook, _ companies: RecordTable<AccountRow>
    ) throws(PracticeError) -> [RecordID] {
        let accounts = companies.rows
        guard let texts = change.ids else {
            let count = change.count ?? 1
            guard (1...RecordLedger.largestCount).contains(count) else {
                throw wrong("'count' is \(count); expected 1 to \(RecordLedger.largestCount)")
            }
            let all =
                change.prefix == .account
                ? book.partners.rows.filter { !$0.isDeleted }.map(\.id)
                : book.contracts.rows.filter { !$0.isDeleted }.map(\.id)
            return Array(all.sorted().prefix(count))
        }
        let known = Set(accounts.map(\.id)).union(book.contracts.rows.map(\.id))
        var ids: [RecordID] = []
        for text in texts {
            guard let id = RecordID(anyVendor: text, change.prefix), known.contains(id) else {
                throw wrong(
                    "there is no record '\(text)'; expected an id as one of the vendors writes it")
            }
            ids.append(id)
        }
        return ids
    }

    private func contracts(_ ids: [RecordID]) throws(PracticeError) -> [RecordID] {
        for id in ids where id.prefix != .contract {
            throw wrong("record '\(id)' is no contract, which this change is for")
        }
        return ids
    }

    private func partner(_ text: String?, _ book: RecordBook) throws(PracticeError) -> RecordID {
        guard let id = text.flatMap({ RecordID(anyVendor: $0, .account) }),
            book.partners.rows.contains(where: { $0.id == id && !$0.isDeleted })
        else { throw wrong("'reassign' needs 'into', a partner that is there") }
        return id
    }

    private func wrong(_ message: String) -> PracticeError {
        PracticeError(statusCode: 400, message: message)
    }
}

extension ContractRow {
    /// A contract of the same terms with another customer; its id is outside the simulation's.
    fileprivate func copy(number: Int, createdAt: Int64) -> ContractRow {
        let key = ContractKey(partnerKey: 1 << 57, customer: number)
        let copy = SimulatedContract(
            key: key, partner: contract.partner, predecessor: nil, signedOn: contract.signedOn,
            startsOn: contract.startsOn, endsOn: contract.endsOn, listAmount: contract.listAmount,
            amount: contract.amount, discountPerMille: contract.discountPerMille, status: contract.status,
            cancelledOn: contract.cancelledOn, renewalAgreedFor: contract.renewalAgreedFor, restatedOn: nil,
            createdAt: createdAt, stampedAt: createdAt)
        return ContractRow(copy, partner: partner, currency: currency)
    }
}
