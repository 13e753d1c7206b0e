import Foundation
import Model
import Operations
import Sandbox
import Transport

/// The control side of the practice CRM: what the vendor's own people and clocks would do.
struct PracticeVendor {
    private let address: String
    private let client: HTTPClient
    private let token = Secret("practice-control")

    init(address: String) throws {
        self.address = address
        client = try HTTPClient(policy: .loopback(address))
    }

    func advance(to instant: Instant) async throws { try await post("clock", ["now": instant]) }

    /// Puts the terms that partners hold into the vendor's systems.
    func post(terms: [TermsInForce]) async throws {
        struct Posted: Encodable {
            var partner: Partner.ID
            var plan: IncentivePlan.ID
        }
        try await post(
            "terms", terms.compactMap { terms in terms.plan.map { Posted(partner: terms.partner, plan: $0) } }
        )
    }

    func truth() async throws -> Truth {
        let response = try await client.send(HTTPRequest(.get, "\(address)/practice/truth", bearer: token))
        return try CanonicalJSON.decode(Truth.self, from: Data(response.body))
    }

    private func post(_ path: String, _ body: some Encodable) async throws {
        let response = try await client.send(
            HTTPRequest(
                .post, "\(address)/practice/\(path)", headers: [("Content-Type", "application/json")],
                body: Array(try CanonicalJSON.encode(body)), bearer: token))
        guard response.isSuccess else {
            throw OperationError(
                .invalid,
                "the practice CRM refused '\(path)': \(String(decoding: response.body.prefix(500), as: UTF8.self))"
            )
        }
    }
}
