import Foundation
import HTTPTypes
import Hummingbird
import Model

/// The part of Salesforce's REST API that reading outcomes needs.
struct SalesforceRoutes: Sendable {
    let org: PracticeOrg
    /// Host and port for `instance_url` when a request names none.
    let fallbackAuthority: String
    let slowAnswer: Duration

    func add(to router: Router<BasicRequestContext>) {
        router.post("services/oauth2/token", use: token)
        router.get("services/data") { _, _ in
            Response.json(
                Array("[{\"label\":\"Practice\",\"url\":\"/services/data/v61.0\",\"version\":\"61.0\"}]".utf8)
            )
        }
        router.get("services/data/:version/query", use: query)
        router.get("services/data/:version/queryAll", use: query)
        router.get("services/data/:version/query/:locator", use: nextPage)
        router.get("services/data/:version/queryAll/:locator", use: nextPage)
        router.get("services/data/:version/sobjects/:object/describe", use: describe)
        router.get("services/data/:version/limits", use: limits)
        router.get("services/**") { _, _ -> Response in throw SalesforceError.notFound }
    }

    // MARK: Sessions

    @Sendable func token(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let body = try await request.body.collect(upTo: 16_384)
        let form = FormFields(String(buffer: body))
        let token = try await org.token(
            for: TokenRequest(form: form, authorization: request.headers[.authorization]))
        let base = "http://\(request.head.authority ?? fallbackAuthority)"
        var json = JSONText()
        json.raw("{\"access_token\":")
        json.string(token)
        json.raw(",\"instance_url\":")
        json.string(base)
        json.raw(",\"id\":")
        json.string("\(base)/id/00DFw0000000001AAA/005Fw0000000001AAA")
        json.raw(",\"token_type\":\"Bearer\",\"scope\":\"api\",\"issued_at\":\"")
        json.raw(String(await org.now.milliseconds))
        json.raw("\"}")
        return .json(json.bytes)
    }

    private func session(_ request: Request) -> String? {
        guard let header = request.headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, ["bearer", "oauth"].contains(parts[0].lowercased()) else { return nil }
        return String(parts[1])
    }

    // MARK: Queries

    @Sendable func query(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let basePath = try basePath(context)
        return try await data(request) {
            guard let text = FormFields(request.uri.query ?? "")["q"] else {
                throw SalesforceError.malformed("the parameter 'q' with a SOQL query is missing")
            }
            return try await org.query(text, size: batchSize(request), basePath: basePath)
        }
    }

    @Sendable func nextPage(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let basePath = try basePath(context)
        let locator = try context.parameters.require("locator")
        return try await data(request) {
            try await org.page(locator: locator, size: batchSize(request), basePath: basePath)
        }
    }

    /// Admits a request, lets a waiting fault hit it, and answers with the page otherwise.
    private func data(
        _ request: Request, page: () async throws -> QueryPage
    ) async throws -> Response {
        let session = session(request)
        try await org.admit(session: session)
        let fault = await org.nextFault()
        switch fault {
        case .unauthorized:
            await org.end(session: session)
            throw SalesforceError.invalidSession
        case .throttle: throw SalesforceError.requestLimit
        case .unavailable: throw SalesforceError.unavailable
        case .html: return .html("<html><body><h1>Scheduled maintenance</h1></body></html>")
        case .slow: try await Task.sleep(for: slowAnswer)
        case .truncate, .pageLoop, .foreignNext, nil: break
        }
        let body = try await page().body(bentBy: fault)
        let limit = await org.limitInfo
        return fault == .truncate ? .truncated(body, limitInfo: limit) : .json(body, limitInfo: limit)
    }

    /// `Sforce-Query-Options: batchSize=500`, kept in 200…2000; 2000 without one.
    private func batchSize(_ request: Request) -> Int {
        let options = request.headers[.sforceQueryOptions] ?? ""
        for option in options.split(separator: ",") {
            let pair = option.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
            guard pair.count == 2, pair[0].lowercased() == "batchsize", let size = Int(pair[1]) else {
                continue
            }
            return min(2000, max(200, size))
        }
        return 2000
    }

    /// `/services/data/v61.0` of the request; 404 for what is no version.
    private func basePath(_ context: BasicRequestContext) throws -> String {
        let version = try context.parameters.require("version")
        guard version.hasPrefix("v"), let number = Double(version.dropFirst()), (31.0...99.0).contains(number)
        else { throw SalesforceError.notFound }
        return "/services/data/\(version)"
    }

    // MARK: Descriptions

    @Sendable func describe(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        _ = try basePath(context)
        try await org.admit(session: session(request))
        let name = try context.parameters.require("object").lowercased()
        guard
            let schema = [AccountRow.schema, ContractRow.schema].first(where: { $0.name.lowercased() == name }
            )
        else { throw SalesforceError.notFound }
        return .json(schema.description, limitInfo: await org.limitInfo)
    }

    @Sendable func limits(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        _ = try basePath(context)
        try await org.admit(session: session(request))
        let status = await org.status
        let limit = PracticeOrg.dailyRequests
        let body =
            "{\"DailyApiRequests\":{\"Max\":\(limit),\"Remaining\":\(max(0, limit - status.apiUsage))}}"
        return .json(Array(body.utf8), limitInfo: await org.limitInfo)
    }
}

extension ObjectSchema {
    /// The answer of `describe`.
    fileprivate var description: [UInt8] {
        var json = JSONText(capacity: 4096)
        json.raw(
            "{\"name\":\"\(name)\",\"label\":\"\(label)\",\"keyPrefix\":\"\(keyPrefix)\",\"queryable\":true,")
        json.raw("\"custom\":false,\"createable\":false,\"updateable\":false,\"fields\":[")
        for (column, field) in fields.enumerated() {
            json.raw(column == 0 ? "{" : ",{")
            json.raw(
                "\"name\":\"\(field.name)\",\"label\":\"\(field.name)\",\"type\":\"\(field.kind.rawValue)\",")
            json.raw("\"nillable\":\(field.isNillable),\"custom\":\(field.name.hasSuffix("__c")),")
            json.raw("\"filterable\":true,\"sortable\":true,\"calculated\":false,\"updateable\":false}")
        }
        json.raw("]}")
        return json.bytes
    }
}
