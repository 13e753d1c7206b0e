import Foundation
import Model

/// The organisation behind the practice CRM: its data, sessions and query locators.
actor PracticeOrg {
    private var vendor: SimulatedVendor
    private let seed: UInt64
    private let stateFile: StateFile?
    private let credentials: PracticeCredentials
    private var sessions: Set<String> = []
    private var results: [String: QueryResult] = [:]
    /// Locators in the order they were opened; the oldest is closed when there are too many.
    private var openLocators: [String] = []
    private var locatorSerial = 0
    private(set) var faults = FaultQueue()
    private var apiUsage = 0

    static let dailyRequests = 100_000
    static let openLocatorLimit = 100
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

    /// `api-usage=18/100000`.
    var limitInfo: String { "api-usage=\(apiUsage)/\(PracticeOrg.dailyRequests)" }

    // MARK: Sessions

    /// A new session token; throws the OAuth error of a wrong request.
    func token(for request: TokenRequest) throws(OAuthError) -> String {
        guard request.grantType == "client_credentials" else { throw .unsupportedGrantType }
        guard request.clientID == credentials.clientID else { throw .invalidClientID }
        guard request.clientSecret == credentials.clientSecret else { throw .invalidClient }
        let words = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }
        let token = "00DFw0000000001!" + words.joined(separator: ".")
        sessions.insert(token)
        return token
    }

    /// Counts a call of the session's and refuses it when there is no such session.
    func admit(session: String?) throws(SalesforceError) {
        guard let session, sessions.contains(session) else { throw .invalidSession }
        apiUsage += 1
    }

    func end(session: String?) {
        if let session { sessions.remove(session) }
    }

    // MARK: Queries

    /// The first page of a query.
    func query(_ text: String, size: Int, basePath: String) throws(SalesforceError) -> QueryPage {
        let query = try SOQLParser.parse(text)
        let result: QueryResult
        switch query.object.lowercased() {
        case "account":
            result = QueryResult(
                of: try QueryPlan(query, schema: AccountRow.schema), from: vendor.accountTable)
        case "contract":
            result = QueryResult(
                of: try QueryPlan(query, schema: ContractRow.schema), from: vendor.contractTable)
        default: throw .unsupportedObject(query.object)
        }
        return page(of: result, locator: open(result), from: 0, size: size, basePath: basePath)
    }

    /// A further page by its locator, `01g…-2000`.
    func page(locator: String, size: Int, basePath: String) throws(SalesforceError) -> QueryPage {
        let parts = locator.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let result = results[String(parts[0])], let offset = Int(parts[1]),
            (0...result.count).contains(offset)
        else { throw .invalidLocator }
        return page(of: result, locator: String(parts[0]), from: offset, size: size, basePath: basePath)
    }

    private func open(_ result: QueryResult) -> String {
        locatorSerial += 1
        let serial = String(locatorSerial, radix: 36, uppercase: true)
        let locator = "01gFw" + String(repeating: "0", count: max(0, 13 - serial.count)) + serial
        results[locator] = result
        openLocators.append(locator)
        if openLocators.count > PracticeOrg.openLocatorLimit { results[openLocators.removeFirst()] = nil }
        return locator
    }

    private func page(of result: QueryResult, locator: String, from offset: Int, size: Int, basePath: String)
        -> QueryPage
    {
        QueryPage(
            result: result, offset: offset, size: size, basePath: basePath,
            path: "\(basePath)/query/\(locator)")
    }

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

    func addFaults(_ fault: PracticeFault, count: Int) { faults.add(fault, count: count) }
    func clearFaults() { faults.clear() }
    func nextFault() -> PracticeFault? { faults.next() }

    var truth: Truth { Truth(configuration: vendor.configuration, seed: seed) }

    var status: PracticeStatus {
        PracticeStatus(
            now: vendor.now, start: vendor.configuration.start, seed: seed, partners: vendor.partnerCount,
            contracts: vendor.contractCount,
            partnersByPlan: vendor.partners.reduce(into: [:]) { counts, partner in
                if let plan = partner.currentPlan { counts[plan.rawValue, default: 0] += 1 }
            },
            apiUsage: apiUsage, faultsWaiting: faults.count)
    }
}

/// A page of a query's rows and where it stands.
struct QueryPage: Sendable {
    let result: QueryResult
    let offset: Int
    let size: Int
    let basePath: String
    /// The path of the query's locator, without an offset.
    let path: String

    /// The body; `fault` bends the link to the next page.
    func body(bentBy fault: PracticeFault?) -> [UInt8] {
        let next: String? =
            switch fault {
            case .pageLoop: "\(path)-\(offset)"
            case .foreignNext: "https://crm.example.net\(path)-\(offset + size)"
            default: result.offset(after: offset, size: size).map { "\(path)-\($0)" }
            }
        return result.page(from: offset, size: size, next: next, basePath: basePath)
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
}
