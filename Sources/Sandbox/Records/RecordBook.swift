import Model

/// Everything the CRM holds at an instant, edits applied: what an answer is made from.
struct RecordBook: Sendable {
    let now: Instant
    /// How many edits there have been.
    let ordinal: Int
    let partners: RecordTable<AccountRow>
    let contracts: RecordTable<ContractRow>

    /// - Parameters:
    ///   - edits: by record.
    ///   - created: contracts that the practice's controls added.
    init(
        of vendor: SimulatedVendor, edits: [RecordID: RecordEdit], created: [ContractRow], ordinal: Int
    ) {
        now = vendor.now
        self.ordinal = ordinal
        if edits.isEmpty && created.isEmpty {
            partners = vendor.accountTable
            contracts = vendor.contractTable
        } else {
            partners = RecordTable(RecordBook.applied(edits, to: vendor.accountTable.rows))
            contracts = RecordTable(RecordBook.applied(edits, to: vendor.contractTable.rows + created))
        }
    }

    /// Partners and customers: a customer is entered with the oldest contract that names it.
    func companies(edits: [RecordID: RecordEdit]) -> RecordTable<AccountRow> {
        let regions = Dictionary(uniqueKeysWithValues: partners.rows.map { ($0.id, $0.regionName) })
        var first: [RecordID: ContractRow] = [:]
        for row in contracts.rows {
            if let known = first[row.customer], known.contract.createdAt <= row.contract.createdAt {
                continue
            }
            first[row.customer] = row
        }
        let customers = first.map { id, row in
            AccountRow(
                customer: id, region: regions[row.partner] ?? "EMEA",
                enteredAt: max(row.contract.createdAt, 0))
        }
        return RecordTable(partners.rows + RecordBook.applied(edits, to: customers))
    }

    private static func applied<Row: RecordRow>(_ edits: [RecordID: RecordEdit], to rows: [Row]) -> [Row] {
        rows.map { row in
            guard let edit = edits[row.id] else { return row }
            var edited = row
            edited.edit = edit
            return edited
        }
    }

    /// The version of a change that would be the next: everything visible now is at most this.
    var version: RecordVersion {
        RecordVersion(committedAt: now.milliseconds.dividedDown(by: 1000), ordinal: ordinal)
    }
}
