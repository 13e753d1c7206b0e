import Foundation
import HTTPTypes
import Hummingbird
import Model

/// The practice's own controls: the clock, the terms partners were told, faults, and the truth.
struct PracticeRoutes: Sendable {
    let org: PracticeOrg
    let controlToken: String

    func add(to router: Router<BasicRequestContext>) {
        router.group("practice")
            .get("status", use: status)
            .get("truth", use: truth)
            .post("clock", use: moveClock)
            .post("terms", use: postTerms)
            .post("faults", use: addFaults)
            .delete("faults", use: clearFaults)
            .post("records", use: changeRecords)
            .post("knobs", use: setKnobs)
    }

    @Sendable func status(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try authorise(request)
        return try await answer(org.status)
    }

    @Sendable func truth(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try authorise(request)
        return try await answer(org.truth)
    }

    @Sendable func moveClock(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let command = try await decode(
            ClockCommand.self, from: request, expecting: "{\"now\": \"2026-01-12T06:00:00Z\"}")
        try await org.advance(to: command.now)
        return try await answer(org.status)
    }

    @Sendable func postTerms(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let terms = try await decode(
            [PostedTerms].self, from: request,
            expecting: "[{\"partner\": \"001…\", \"plan\": \"retention-bonus\"}, …]")
        return try answer(TermsAnswer(received: terms.count, changed: try await org.post(terms)))
    }

    @Sendable func addFaults(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let kinds = PracticeFault.allCases.map(\.rawValue).joined(separator: "|")
        let order = try await decode(
            FaultOrder.self, from: request, expecting: "{\"kind\": \"\(kinds)\", \"count\": 1}")
        if let complaint = order.complaint { throw PracticeError(statusCode: 400, message: complaint) }
        await org.add(order)
        return try await answer(org.status)
    }

    @Sendable func clearFaults(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try authorise(request)
        await org.clearFaults()
        return try await answer(org.status)
    }

    @Sendable func changeRecords(_ request: Request, _ context: BasicRequestContext) async throws -> Response
    {
        let kinds = RecordChange.Kind.allCases.map(\.rawValue).joined(separator: "|")
        let change = try await decode(
            RecordChange.self, from: request, expecting: "{\"change\": \"\(kinds)\", \"ids\": [\"800…\"]}")
        let ids = try await org.change(change)
        return try answer(RecordsAnswer(now: await org.now, changed: ids.map(ChangedRecord.init)))
    }

    @Sendable func setKnobs(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let knobs = try await decode(Knobs.self, from: request, expecting: "{\"searchLagSeconds\": 120}")
        guard (0...86_400).contains(knobs.searchLagSeconds) else {
            throw PracticeError(
                statusCode: 400,
                message: "'searchLagSeconds' is \(knobs.searchLagSeconds); expected 0 to 86400")
        }
        await org.setSearchLag(knobs.searchLagSeconds)
        return try await answer(org.status)
    }

    private func authorise(_ request: Request) throws(PracticeError) {
        guard request.headers[.authorization] == "Bearer \(controlToken)" else {
            throw PracticeError(
                statusCode: 401, message: "expected the practice's control token as 'Authorization: Bearer …'"
            )
        }
    }

    private func decode<Body: Decodable>(
        _ type: Body.Type, from request: Request, expecting example: String
    ) async throws -> Body {
        try authorise(request)
        let buffer = try await request.body.collect(upTo: 8 << 20)
        do {
            return try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
        } catch {
            throw PracticeError(
                statusCode: 400, message: "the body cannot be read; expected JSON like \(example)")
        }
    }

    private func answer(_ value: some Encodable) throws -> Response {
        .json(Array(try CanonicalJSON.encode(value)))
    }
}

private struct ClockCommand: Decodable {
    var now: Instant
}

private struct Knobs: Decodable {
    var searchLagSeconds: Int64
}

private struct RecordsAnswer: Encodable {
    var now: Instant
    var changed: [ChangedRecord]
}

private struct TermsAnswer: Encodable {
    var received: Int
    /// Partners whose terms are different from before.
    var changed: Int
}
