import Foundation
import HTTPTypes
import Hummingbird
import Model

/// The part of Dataverse's Web API that reading outcomes needs, and the identity platform's token endpoint.
struct DataverseRoutes: Sendable {
    let org: PracticeOrg
    let site: PracticeSite

    func add(to router: Router<BasicRequestContext>) {
        router.post(":tenant/oauth2/v2.0/token", use: token)
        // The router would look for a tenant of this name among the practice's own controls only.
        router.post("practice/oauth2/v2.0/token", use: token)
        router.get("api/data/:version/:resource", use: resource)
        router.get("api/data/:version/:resource/:part", use: part)
        router.get("api/**") { _, _ -> Response in throw DataverseError.noSegment("api") }
    }

    // MARK: Tokens

    @Sendable func token(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let body = try await request.body.collect(upTo: 65_536)
        let wish = TokenRequest(
            form: FormFields(String(buffer: body)), authorization: request.headers[.authorization])
        let fault = await org.nextFault(path: request.uri.path, isToken: true)
        try await refuse(fault)
        guard wish.grantType == "client_credentials" else {
            throw EntraError(
                error: "unsupported_grant_type", number: 70003,
                text: "The app requested an unsupported grant type '\(wish.grantType ?? "")'.")
        }
        guard wish.clientID == org.credentials.clientID else {
            throw EntraError(
                error: "unauthorized_client", number: 700_016,
                text: "Application with identifier '\(wish.clientID ?? "")' was not found in the directory.")
        }
        guard wish.clientSecret == org.credentials.clientSecret else {
            throw EntraError(
                error: "invalid_client", number: 7_000_215, text: "Invalid client secret provided.")
        }
        guard let scope = wish.scope, scope.hasSuffix("/.default") else {
            throw EntraError(
                error: "invalid_scope", number: 70011,
                text: "The provided value for scope is not valid; it must end in /.default.")
        }
        var json = JSONText()
        json.raw("{\"token_type\":\"Bearer\",\"expires_in\":3599,\"ext_expires_in\":3599,\"access_token\":")
        json.string(await org.openSession(.dataverse, prefix: "practice-entra-"))
        json.raw("}")
        return PracticeAnswer(json.bytes).response(bentBy: fault, slowAnswer: site.slowAnswer)
    }

    /// Throws what a fault says instead of an answer.
    private func refuse(_ fault: FaultOrder?) async throws {
        switch fault?.kind {
        case .throttle:
            var error = DataverseError.rateLimit
            error.retryAfter = fault?.retryAfterText(now: await org.now, otherwise: 1)
            throw error
        case .unavailable:
            var error = DataverseError.unavailable
            error.statusCode = fault?.status ?? 503
            error.retryAfter = fault?.retryAfterText(now: await org.now)
            throw error
        default: break
        }
    }

    /// Admits a request, lets a waiting fault hit it, and answers otherwise.
    ///
    /// - Parameter isPage: whether it reads records; only then a fault that names no path hits it.
    func admitted(
        _ request: Request, isPage: Bool = false, query: DataverseQuery? = nil,
        _ answer: (FaultOrder?) async throws -> PracticeAnswer
    ) async throws -> Response {
        let token = request.headers[.authorization].flatMap {
            $0.lowercased().hasPrefix("bearer ") ? String($0.dropFirst(7)) : nil
        }
        guard await org.admit(token, .dataverse) else { throw DataverseError.unauthenticated }
        let hasCursor = query?.cookie != nil || query?.delta != nil
        let fault = await org.nextFault(path: request.uri.path, hasCursor: hasCursor, isToken: !isPage)
        switch fault?.kind {
        case .unauthorized:
            await org.end(session: token)
            throw DataverseError.unauthenticated
        case .expireCursor: throw query?.cookie == nil ? DataverseError.expiredVersion : .expiredCookie
        default: try await refuse(fault)
        }
        var made = try await answer(fault)
        made.contentType = "application/json; odata.metadata=minimal"
        made.headers[.practice("OData-Version")] = "4.0"
        made.headers[.practice("x-ms-ratelimit-burst-remaining-xrm-requests")] = "5999"
        return made.response(bentBy: fault, slowAnswer: site.slowAnswer)
    }

    // MARK: Resources

    /// `accounts`, `accounts(guid)`, `WhoAmI`, `EntityDefinitions`, `EntityDefinitions(LogicalName='account')`.
    @Sendable func resource(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let base = try base(request, context)
        let (name, key) = try segment(context)
        let fields = FormFields(request.uri.query ?? "")
        if name == "WhoAmI" { return try await admitted(request) { _ in whoAmI(base) } }
        if name == "transactioncurrencies" { return try await currencies(request, base) }
        if name == "EntityDefinitions" {
            return try await admitted(request) { _ in try DataverseMetadata.entities(key, fields, base: base)
            }
        }
        guard let entity = DataverseEntity.all.first(where: { $0.entitySet == name }) else {
            throw DataverseError.noSegment(name)
        }
        guard let key else { return try await list(entity, request, fields, base) }
        let query = try DataverseQuery(fields, of: entity, tracksChanges: false)
        return try await admitted(request, isPage: true) { fault in
            guard let id = RecordID(guid: key.lowercased()), let row = await org.row(entity, id) else {
                throw DataverseError.noRecord(entity.logicalName, key)
            }
            var writer = DataverseWriter(
                base: base, entity: entity, attributes: query.attributes, fault: fault)
            writer.row(row, context: "\(base)/$metadata#\(entity.entitySet)/$entity")
            return PracticeAnswer(writer.json.bytes)
        }
    }

    /// `EntityDefinitions(…)/Attributes` and `accounts/$count`.
    @Sendable func part(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let base = try base(request, context)
        let (name, key) = try segment(context)
        let part = decoded(try context.parameters.require("part"))
        let fields = FormFields(request.uri.query ?? "")
        if name == "EntityDefinitions", let key {
            return try await admitted(request) { _ in
                try DataverseMetadata.attributes(of: key, part, fields, base: base)
            }
        }
        guard part == "$count", let entity = DataverseEntity.all.first(where: { $0.entitySet == name }) else {
            throw DataverseError.noSegment(part)
        }
        let query = try DataverseQuery(fields, of: entity, tracksChanges: false)
        return try await admitted(request, isPage: true) { _ in
            let page = try await org.page(query, tracksChanges: false)
            var answer = PracticeAnswer(
                Array("\u{FEFF}\(min(DataverseRoutes.largestCount, page.walk.count))".utf8))
            answer.contentType = "text/plain"
            return answer
        }
    }

    private func whoAmI(_ base: String) -> PracticeAnswer {
        PracticeAnswer(
            Array(
                ("{\"@odata.context\":\"\(base)/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse\","
                    + "\"BusinessUnitId\":\"fa1e00fe-0000-4000-8000-000000000001\","
                    + "\"UserId\":\"fa1e00fe-0000-4000-8000-000000000002\","
                    + "\"OrganizationId\":\"fa1e00fe-0000-4000-8000-000000000003\"}").utf8))
    }

    private func currencies(_ request: Request, _ base: String) async throws -> Response {
        try await admitted(request) { _ in
            let currency = await org.currency
            let precision = String(currency.minorUnitsPerUnit).utf8.count - 1
            return PracticeAnswer(
                Array(
                    ("{\"@odata.context\":\"\(base)/$metadata#transactioncurrencies\",\"value\":["
                        + "{\"@odata.etag\":\"W/\\\"1\\\"\","
                        + "\"transactioncurrencyid\":\"\(DataverseEntity.currencyID)\","
                        + "\"isocurrencycode\":\"\(currency.code)\",\"exchangerate\":1.0000000000,"
                        + "\"currencyprecision\":\(precision)}]}").utf8))
        }
    }

    private func base(_ request: Request, _ context: BasicRequestContext) throws -> String {
        let version = try context.parameters.require("version")
        guard ["v9.0", "v9.1", "v9.2"].contains(version) else { throw DataverseError.noSegment(version) }
        return "\(site.base(of: request))/api/data/\(version)"
    }

    /// A path segment and what it has in parentheses.
    private func segment(_ context: BasicRequestContext) throws -> (name: String, key: String?) {
        let text = decoded(try context.parameters.require("resource"))
        guard text.hasSuffix(")"), let open = text.firstIndex(of: "(") else { return (text, nil) }
        let key = String(text[text.index(after: open)...].dropLast())
        return (String(text[..<open]), key.isEmpty ? nil : key)
    }

    private func decoded(_ text: some StringProtocol) -> String {
        text.removingPercentEncoding ?? String(text)
    }
}
