import Foundation
import HTTPTypes
import Hummingbird
import Model

/// The part of Salesforce's REST API that reading outcomes needs.
struct SalesforceRoutes: Sendable {
    let org: PracticeOrg
    let site: PracticeSite

    func add(to router: Router<BasicRequestContext>) {
        router.post("services/oauth2/token", use: token)
        router.get("services/data", use: versions)
        router.get("services/oauth2/userinfo", use: userInformation)
        let version = router.group("services/data/:version")
        version.get("", use: resources)
        version.get("query") { try await query($0, $1, isAll: false) }
        version.get("queryAll") { try await query($0, $1, isAll: true) }
        version.get("query/:locator", use: nextPage)
        version.get("queryAll/:locator", use: nextPage)
        version.get("limits", use: limits)
        version.get("sobjects", use: objects)
        version.get("sobjects/:object/describe", use: describe)
        version.get("sobjects/:object/deleted", use: deleted)
        version.get("sobjects/:object/updated", use: updated)
        version.get("sobjects/:object/:id", use: record)
        version.post("jobs/query", use: createJob)
        version.get("jobs/query", use: jobs)
        version.get("jobs/query/:job", use: job)
        version.patch("jobs/query/:job", use: abortJob)
        version.delete("jobs/query/:job", use: deleteJob)
        version.get("jobs/query/:job/results", use: results)
        router.get("services/**") { _, _ -> Response in throw SalesforceError.notFound }
    }

    // MARK: Sessions

    @Sendable func token(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let body = try await request.body.collect(upTo: 65_536)
        let base = site.base(of: request)
        let fault = await org.nextFault(path: request.uri.path, isToken: true)
        switch fault?.kind {
        case .unauthorized: throw OAuthError.expiredRefreshToken
        case .throttle: throw OAuthError.rateLimit
        case .unavailable:
            throw OAuthError(
                error: "server_error", description: "try again", statusCode: fault?.status ?? 503)
        default: break
        }
        let token = try await org.token(
            for: TokenRequest(
                form: FormFields(String(buffer: body)), authorization: request.headers[.authorization]),
            base: base)
        var json = JSONText()
        json.raw("{\"access_token\":")
        json.string(token)
        json.raw(",\"signature\":\"cHJhY3RpY2U=\",\"instance_url\":")
        json.string(base)
        json.raw(",\"id\":")
        json.string(SalesforceRoutes.identity(base))
        json.raw(",\"token_type\":\"Bearer\",\"scope\":\"api\",\"issued_at\":\"")
        json.raw(String(await org.now.milliseconds))
        json.raw("\"}")
        return PracticeAnswer(json.bytes).response(bentBy: fault, slowAnswer: site.slowAnswer)
    }

    private func session(_ request: Request) -> String? {
        guard let header = request.headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, ["bearer", "oauth"].contains(parts[0].lowercased()) else { return nil }
        return String(parts[1])
    }

    /// Admits a request, lets a waiting fault hit it, and answers otherwise.
    ///
    /// - Parameter isPage: whether it reads records; only then a fault that names no path hits it.
    func admitted(
        _ request: Request, isPage: Bool = false, hasCursor: Bool = false,
        _ answer: (FaultOrder?) async throws -> PracticeAnswer
    ) async throws -> Response {
        let session = session(request)
        guard await org.admit(session, .salesforce) else { throw SalesforceError.invalidSession }
        let fault = await org.nextFault(path: request.uri.path, hasCursor: hasCursor, isToken: !isPage)
        switch fault?.kind {
        case .unauthorized:
            await org.end(session: session)
            throw SalesforceError.invalidSession
        case .throttle:
            var error = SalesforceError.requestLimit
            error.retryAfter = fault?.retryAfterText(now: await org.now)
            throw error
        case .unavailable:
            var error = SalesforceError.unavailable
            error.statusCode = fault?.status ?? 503
            error.retryAfter = fault?.retryAfterText(now: await org.now)
            throw error
        case .expireCursor: throw SalesforceError.invalidLocator
        default: break
        }
        var made = try await answer(fault)
        made.headers[.sforceLimitInfo] = await org.limitInfo
        return made.response(bentBy: fault, slowAnswer: site.slowAnswer)
    }

    // MARK: Queries

    private func query(
        _ request: Request, _ context: BasicRequestContext, isAll: Bool
    ) async throws -> Response {
        let basePath = try basePath(context)
        return try await admitted(request, isPage: true) { fault in
            guard let text = FormFields(request.uri.query ?? "")["q"] else {
                throw SalesforceError.malformed("the parameter 'q' with a SOQL query is missing")
            }
            let page = try await org.query(
                text, isAll: isAll, size: batchSize(request), basePath: basePath)
            return PracticeAnswer(page.body(bentBy: fault))
        }
    }

    @Sendable func nextPage(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let basePath = try basePath(context)
        let locator = try context.parameters.require("locator")
        return try await admitted(request, isPage: true, hasCursor: true) { fault in
            let page = try await org.page(locator: locator, size: batchSize(request), basePath: basePath)
            return PracticeAnswer(page.body(bentBy: fault))
        }
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

    static let versions = 31...67

    /// `61.0` of the request; 404 for what is no version.
    func version(_ context: BasicRequestContext) throws -> String {
        let text = try context.parameters.require("version")
        guard text.hasPrefix("v"), text.hasSuffix(".0"), let number = Int(text.dropFirst().dropLast(2)),
            SalesforceRoutes.versions.contains(number)
        else { throw SalesforceError.notFound }
        return "\(number).0"
    }

    /// `/services/data/v61.0` of the request.
    func basePath(_ context: BasicRequestContext) throws -> String {
        "/services/data/v\(try version(context))"
    }
}
