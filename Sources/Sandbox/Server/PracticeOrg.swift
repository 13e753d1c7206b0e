import Foundation
import Model

/// The organisation behind the practice CRM: its data, sessions, cursors and waiting faults.
actor PracticeOrg {
    private var vendor: SimulatedVendor
    private let seed: UInt64
    private let stateFile: StateFile?
    let credentials: PracticeCredentials
    var sessions: [String: PracticeVendorName] = [:]
    private(set) var faults = FaultQueue()
    var apiUsage = 0
    /// Seconds by which HubSpot's search trails behind what was committed.
    var searchLag: Int64 = 0
    var salesforce = SalesforceCursors()
    var dataverse = DataverseCursors()
    var hubSpot = HubSpotCache()
    var stripe = StripeCache()
    var stripeReplays = StripeReplays()
    private var ledger = RecordLedger()
    private var book: RecordBook?
    private var companyTable: RecordTable<AccountRow>?

    static let dailyRequests = 100_000
    /// How far the clock may be moved in all, in days.
    static let horizonDays = 3660

    init(
        configuration: VendorConfiguration, seed: UInt64, stateFile: StateFile?,
        credentials: PracticeCredentials
    ) throws {
        vendor = SimulatedVendor(configuration: configuration, seed: seed)
        self.seed = seed
        self.stateFile = stateFile
        self.credentials = credentials
        guard let stateFile else { return }
        let identity = StateFile.Command.vendor(
            configuration: try ContentHash(ofCanonicalJSON: configuration), seed: seed)
        let commands = try stateFile.load()
        if let first = commands.first {
            guard first == identity else {
                throw StateFileError(
                    "state file '\(stateFile.path)' belongs to another configuration or seed; start with the "
                        + "ones it was made with, or name another file")
            }
        } else {
            try stateFile.append(identity)
        }
        for command in commands.dropFirst() {
            switch command {
            case .vendor: throw StateFileError("state file '\(stateFile.path)' names its vendor twice")
            case .clock(let now): vendor.advance(to: now)
            case .records(let change):
                do throws(PracticeError) {
                    _ = try ledger.apply(change, to: vendor)
                } catch {
                    throw StateFileError("state file '\(stateFile.path)': \(error.message)")
                }
            case .terms(let terms):
                for item in terms {
                    guard let partner = RecordID(item.partner).flatMap(vendor.partner) else {
                        throw StateFileError("state file '\(stateFile.path)': no partner '\(item.partner)'")
                    }
                    _ = vendor.post(item.plan, toPartner: partner)
                }
            }
        }
    }

    var now: Instant { vendor.now }

    /// What the CRM holds now.
    func records() -> RecordBook {
        if let book, book.now == vendor.now, book.ordinal == ledger.ordinal { return book }
        let fresh = RecordBook(
            of: vendor, edits: ledger.edits, created: ledger.created, ordinal: ledger.ordinal)
        book = fresh
        companyTable = nil
        hubSpot = HubSpotCache()
        stripe = StripeCache()
        return fresh
    }

    /// Partners and customers as they are now.
    func companies() -> RecordTable<AccountRow> {
        let book = records()
        if let companyTable { return companyTable }
        let fresh = book.companies(edits: ledger.edits)
        companyTable = fresh
        return fresh
    }

    /// All edits, in order.
    var recordHistory: [RecordLedger.Entry] { ledger.history }

    var currency: Currency { vendor.configuration.currency }

    // MARK: The practice's own controls

    /// Moves the clock to `instant`; an instant before now is refused, now itself changes nothing.
    func advance(to instant: Instant) throws {
        guard instant >= vendor.now else {
            throw PracticeError(
                statusCode: 409, message: "the clock cannot move back from \(vendor.now) to \(instant)")
        }
        let horizon = (vendor.configuration.start + PracticeOrg.horizonDays).start(in: .gmt)
        guard instant <= horizon else {
            throw PracticeError(
                statusCode: 400, message: "the clock cannot move beyond \(horizon), to \(instant)")
        }
        guard instant > vendor.now else { return }
        try stateFile?.append(.clock(now: instant))
        vendor.advance(to: instant)
    }

    /// Records the terms of partners as of today; all of them or none.
    func post(_ terms: [PostedTerms]) throws -> Int {
        let partners = try terms.map { item in
            guard let partner = RecordID(item.partner).flatMap(vendor.partner) else {
                throw PracticeError(
                    statusCode: 400, message: "there is no partner '\(item.partner)'; expected an Account Id")
            }
            guard Slug.isValid(item.plan.rawValue) else {
                throw PracticeError(
                    statusCode: 400,
                    message: "'\(item.plan)' is no incentive plan; expected a name such as retention-bonus")
            }
            return partner
        }
        let isNews = zip(terms, partners).contains { vendor.partners[$1].currentPlan != $0.plan }
        guard isNews else { return 0 }
        try stateFile?.append(.terms(terms))
        return zip(terms, partners).reduce(0) { changed, item in
            changed + (vendor.post(item.0.plan, toPartner: item.1) ? 1 : 0)
        }
    }

    /// Makes something happen to records; all of it or nothing.
    func change(_ change: RecordChange) throws -> [RecordID] {
        var changed = ledger
        let ids = try changed.apply(change, to: vendor)
        try stateFile?.append(.records(change))
        ledger = changed
        return ids
    }

    func add(_ order: FaultOrder) { faults.add(order) }
    func clearFaults() { faults.clear() }
    func nextFault(path: String, hasCursor: Bool = false, isToken: Bool = false) -> FaultOrder? {
        faults.next(path: path, hasCursor: hasCursor, isToken: isToken)
    }
    func setSearchLag(_ seconds: Int64) {
        searchLag = seconds
        hubSpot = HubSpotCache()
    }

    var truth: Truth { Truth(configuration: vendor.configuration, seed: seed) }

    var status: PracticeStatus {
        PracticeStatus(
            now: vendor.now, start: vendor.configuration.start, seed: seed, partners: vendor.partnerCount,
            contracts: vendor.contractCount,
            partnersByPlan: vendor.partners.reduce(into: [:]) { counts, partner in
                if let plan = partner.currentPlan { counts[plan.rawValue, default: 0] += 1 }
            },
            apiUsage: apiUsage, faultsWaiting: faults.count, edits: ledger.ordinal)
    }
}

/// What `GET /practice/status` answers.
struct PracticeStatus: Sendable, Codable {
    var now: Instant
    var start: Day
    var seed: UInt64
    var partners: Int
    var contracts: Int
    var partnersByPlan: [String: Int]
    var apiUsage: Int
    var faultsWaiting: Int
    /// Changes made by `/practice/records`.
    var edits: Int
}
