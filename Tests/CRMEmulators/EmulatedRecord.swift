package import Model

/// A contract as a vendor has it, and how its CRM stamps and shows it.
package struct EmulatedRecord: Sendable, Hashable {
    package var id: String
    /// Last change, seconds since 1970.
    package var stamp: Int64
    /// Counts changes, also those of one second.
    package var version = 0
    package var created: Int64
    package var partner: String
    package var customer: String
    package var signedOn: Day
    package var endsOn: Day
    package var cancelledOn: Day?
    /// Yearly, in minor units of EUR.
    package var amount: Int64
    /// A field that no mapping needs, for faults of its text.
    package var note: String
    package var isDeleted: Bool
    /// Deleted for good: no list shows it any more.
    package var isPurged: Bool
    package var mergedInto: String?
    /// Committed but not shown before this many requests.
    package var visibleFrom: Int

    package init(id: String, stamp: Int64, amount: Int64) {
        self.id = id
        self.stamp = stamp
        created = stamp
        partner = "P\(amount % 7)"
        customer = "C-\(id)"
        signedOn = Day(iso: "2025-01-15") ?? Day(number: 0)
        endsOn = Day(iso: "2026-01-31") ?? Day(number: 0)
        self.amount = amount
        note = "n"
        isDeleted = false
        isPurged = false
        mergedInto = nil
        visibleFrom = 0
    }

    /// `1234.56`.
    package var amountText: String {
        let cents = amount % 100
        return "\(amount / 100).\(cents < 10 ? "0" : "")\(cents)"
    }
}

/// Everything behind an emulated server that a test may look at and change while a connector reads.
package struct EmulatedState: Sendable {
    package var records: [String: EmulatedRecord] = [:]
    /// The server's clock, seconds since 1970; each data request takes a second.
    package var clock: Int64
    /// Data requests so far.
    package var requests = 0
    package var pageSize: Int
    /// What happens before the data request of that number is answered.
    package var events: [Int: [@Sendable (inout EmulatedState) -> Void]] = [:]
    /// What becomes of the answer to the data request of that number.
    package var faults: [Int: EmulatedFault] = [:]
    /// Faults that were met.
    package var metFaults: [EmulatedFault] = []
    package var tokenSerial = 0
    package var validToken = ""
    /// Results of queries by their locator, as they were when the query was made.
    package var results: [String: [EmulatedRecord]] = [:]
    /// Changes by delta token: the ids and stamps that were known when it was handed out.
    package var tokens: [String: [String: EmulatedRecord]] = [:]
    package var serial = 0
    /// Ids of records that changed, newest last, with when: what event logs tell.
    package var log: [(at: Int64, id: String, isRemoval: Bool)] = []
    /// Where a foreign link leads.
    package var canary = "http://127.0.0.1:9"

    package init(clock: Int64, pageSize: Int) {
        self.clock = clock
        self.pageSize = pageSize
    }

    /// Records a list shows now, by id.
    package func shown(deleted: Bool = false) -> [EmulatedRecord] {
        records.values.filter { !$0.isPurged && (deleted || !$0.isDeleted) && $0.visibleFrom <= requests }
            .sorted { $0.id < $1.id }
    }

    /// Changes a record and stamps it with the clock, or with an earlier second that it happened in.
    package mutating func change(
        _ id: String, at second: Int64? = nil, _ body: (inout EmulatedRecord) -> Void
    ) {
        guard var record = records[id] else { return }
        body(&record)
        record.stamp = second ?? clock
        record.version += 1
        records[id] = record
        log.append((record.stamp, id, record.isPurged))
    }

    /// Changes a record and leaves its stamp: what formula fields do.
    package mutating func changeUnstamped(_ id: String, _ body: (inout EmulatedRecord) -> Void) {
        guard var record = records[id] else { return }
        body(&record)
        records[id] = record
    }

    package mutating func add(_ record: EmulatedRecord) {
        records[record.id] = record
        log.append((record.stamp, record.id, false))
    }

    package mutating func nextSerial() -> Int {
        serial += 1
        return serial
    }
}
