import Foundation
import HTTPTypes
import Hummingbird

/// The part of HubSpot's API that reading outcomes needs.
struct HubSpotRoutes: Sendable {
    let org: PracticeOrg
    let site: PracticeSite

    func add(to router: Router<BasicRequestContext>) {
        router.post("oauth/v1/token", use: token)
        for path in ["crm/v3/objects", "crm/objects/:release"] {
            let objects = router.group(RouterPath(path))
            objects.get(":type", use: list)
            objects.get(":type/:id", use: record)
            objects.post(":type/search", use: search)
            objects.post(":type/batch/read", use: batch)
        }
        for path in ["crm/v4/associations", "crm/associations/:release"] {
            router.post(RouterPath("\(path)/:from/:to/batch/read"), use: associations)
            router.get(RouterPath("\(path)/:from/:to/labels"), use: labels)
        }
        for path in ["crm/v3/properties", "crm/properties/:release"] {
            router.get(RouterPath("\(path)/:type"), use: properties)
            router.get(RouterPath("\(path)/:type/:name"), use: property)
        }
        for path in ["crm/v3/pipelines", "crm/pipelines/:release"] {
            router.get(RouterPath("\(path)/:type"), use: pipelines)
        }
        router.get("account-info/v3/details", use: details)
        router.get("crm/**") { _, _ -> Response in throw HubSpotError.notFound }
        router.post("crm/**") { _, _ -> Response in throw HubSpotError.notFound }
    }

    // MARK: Tokens

    static let tokenPrefix = "practice-oauth-"

    @Sendable func token(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let body = try await request.body.collect(upTo: 65_536)
        let wish = TokenRequest(form: FormFields(String(buffer: body)), authorization: nil)
        let fault = await org.nextFault(path: request.uri.path, isToken: true)
        try await refuse(fault)
        func no(_ word: String, _ message: String) -> HubSpotError {
            HubSpotError(statusCode: 400, message: message, word: word)
        }
        guard wish.grantType == "refresh_token" else {
            throw no("BAD_GRANT_TYPE", "missing or unknown grant type")
        }
        guard wish.clientID == org.credentials.clientID else {
            throw no("BAD_CLIENT_ID", "missing or unknown client id")
        }
        guard wish.clientSecret == org.credentials.clientSecret else {
            throw no("BAD_CLIENT_SECRET", "missing or invalid client secret")
        }
        guard wish.refreshToken == org.credentials.refreshToken else {
            throw no("BAD_REFRESH_TOKEN", "missing or invalid refresh token")
        }
        var json = JSONText()
        json.raw("{\"token_type\":\"bearer\",\"refresh_token\":")
        json.string(org.credentials.refreshToken)
        json.raw(",\"access_token\":")
        json.string(await org.openSession(.hubspot, prefix: HubSpotRoutes.tokenPrefix))
        json.raw(",\"expires_in\":1800}")
        return PracticeAnswer(json.bytes).response(bentBy: fault, slowAnswer: site.slowAnswer)
    }

    /// Throws what a fault says instead of an answer.
    private func refuse(_ fault: FaultOrder?) async throws {
        switch fault?.kind {
        case .throttle:
            var error = HubSpotError.rateLimit
            error.retryAfter = fault?.retryAfterText(now: await org.now)
            throw error
        case .unavailable:
            var error = HubSpotError.unavailable
            error.statusCode = fault?.status ?? 503
            error.retryAfter = fault?.retryAfterText(now: await org.now)
            throw error
        case .expireCursor: throw HubSpotError.invalid("after: this paging cursor is no longer valid")
        default: break
        }
    }

    /// Admits a request, lets a waiting fault hit it, and answers otherwise.
    ///
    /// - Parameters:
    ///   - isPage: whether it reads records; only then a fault that names no path hits it.
    ///   - isSearch: search answers carry no headers about limits.
    func admitted(
        _ request: Request, isPage: Bool = false, hasCursor: Bool = false, isSearch: Bool = false,
        _ answer: (FaultOrder?) async throws -> PracticeAnswer
    ) async throws -> Response {
        let token = request.headers[.authorization].flatMap {
            $0.lowercased().hasPrefix("bearer ") ? String($0.dropFirst(7)) : nil
        }
        guard await org.admit(token, .hubspot) else {
            throw token?.hasPrefix(HubSpotRoutes.tokenPrefix) == true
                ? HubSpotError.expired : HubSpotError.unauthenticated
        }
        let fault = await org.nextFault(path: request.uri.path, hasCursor: hasCursor, isToken: !isPage)
        if fault?.kind == .unauthorized {
            await org.end(session: token)
            throw HubSpotError.expired
        }
        try await refuse(fault)
        var made = try await answer(fault)
        if !isSearch {
            made.headers[.practice("X-HubSpot-RateLimit-Max")] = "190"
            made.headers[.practice("X-HubSpot-RateLimit-Remaining")] = "189"
            made.headers[.practice("X-HubSpot-RateLimit-Interval-Milliseconds")] = "10000"
            if token == org.credentials.privateAppToken {
                let used = await org.apiUsage
                made.headers[.practice("X-HubSpot-RateLimit-Daily")] = "625000"
                made.headers[.practice("X-HubSpot-RateLimit-Daily-Remaining")] = String(
                    max(0, 625_000 - used))
            }
        }
        return made.response(bentBy: fault, slowAnswer: site.slowAnswer)
    }

    func object(_ context: BasicRequestContext, _ name: String = "type") throws -> HubSpotObject {
        let text = try context.parameters.require(name)
        guard let object = HubSpotObject(text) else {
            throw HubSpotError.invalid("Unable to infer object type from: \(text)")
        }
        return object
    }

    /// The body of a request as an object.
    func body(_ request: Request) async throws -> [String: Any] {
        let buffer = try await request.body.collect(upTo: 4 << 20)
        guard
            let body = try? JSONSerialization.jsonObject(with: Data(buffer.readableBytesView))
                as? [String: Any]
        else { throw HubSpotError.invalid("Invalid input JSON: expected an object") }
        return body
    }
}
