import Foundation
import HTTPTypes
import Hummingbird

/// The part of Stripe's API that reading outcomes needs.
struct StripeRoutes: Sendable {
    let org: PracticeOrg
    let site: PracticeSite

    func add(to router: Router<BasicRequestContext>) {
        let api = router.group("v1")
        api.get("subscriptions", use: subscriptions)
        api.get("subscriptions/:id", use: subscription)
        api.get("subscription_items", use: items)
        api.get("subscription_items/:id", use: item)
        api.get("customers", use: customers)
        api.get("customers/:id", use: customer)
        api.get("invoices", use: invoices)
        api.get("invoices/:id", use: invoice)
        api.get("events", use: events)
        api.get("events/:id", use: event)
        api.get("account", use: account)
        for method in [HTTPRequest.Method.get, .post, .delete] {
            api.on("**", method: method) { request, _ -> Response in
                throw StripeError(
                    statusCode: 404,
                    message: "Unrecognized request URL (\(request.method): \(request.uri.path)). Please see "
                        + "https://stripe.com/docs or we can help at https://support.stripe.com/.")
            }
        }
    }

    static func requestID() -> String {
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        return "req_" + String((0..<14).compactMap { _ in alphabet.randomElement() })
    }

    /// Admits a request, lets a waiting fault hit it, and answers otherwise.
    ///
    /// - Parameters:
    ///   - isPage: whether it reads records; only then a fault that names no path hits it.
    ///   - answer: the value to answer with, for the version that was asked for.
    func admitted(
        _ request: Request, isPage: Bool = true, hasCursor: Bool = false,
        _ answer: (FaultOrder?, StripeVersion) async throws -> StripeValue
    ) async throws -> Response {
        let key = StripeRoutes.key(of: request)
        guard await org.admit(key, .stripe) else {
            throw key.map { StripeError.wrong(key: $0) } ?? StripeError.keyless
        }
        let asked = request.headers[.practice("Stripe-Version")] ?? StripeVersion.ofAccount.text
        guard let version = StripeVersion(asked) else {
            throw StripeError.invalid("Invalid Stripe API version: \(asked)", nil)
        }
        let fault = await org.nextFault(path: request.uri.path, hasCursor: hasCursor, isToken: !isPage)
        try await refuse(fault, key: key ?? "", request)
        let value = try await answer(fault, version)
        var json = JSONText(capacity: 8192)
        var bend = RowBend(fault)
        value.write(to: &json, bend: &bend)
        var made = PracticeAnswer(json.bytes)
        made.contentType = "application/json"
        made.headers[.practice("Request-Id")] = StripeRoutes.requestID()
        made.headers[.practice("Stripe-Version")] = version.text
        return made.response(bentBy: fault, slowAnswer: site.slowAnswer)
    }

    /// The key of `Bearer`, or the name of `Basic`, which is how curl is told it.
    private static func key(of request: Request) -> String? {
        guard let text = request.headers[.authorization] else { return nil }
        if text.lowercased().hasPrefix("bearer ") { return String(text.dropFirst(7)) }
        guard text.lowercased().hasPrefix("basic "), let pair = Data(base64Encoded: String(text.dropFirst(6)))
        else { return nil }
        return String(String(decoding: pair, as: UTF8.self).prefix { $0 != ":" })
    }

    /// Throws what a fault says instead of an answer.
    private func refuse(_ fault: FaultOrder?, key: String, _ request: Request) async throws {
        switch fault?.kind {
        case .unauthorized: throw StripeError.wrong(key: key)
        case .throttle:
            var error = StripeError.rateLimit
            error.retryAfter = fault?.retryAfterText(now: await org.now)
            throw error
        case .unavailable:
            var error = StripeError.unavailable
            error.statusCode = fault?.status ?? 503
            error.retryAfter = fault?.retryAfterText(now: await org.now)
            throw error
        case .expireCursor:
            let fields = FormFields(request.uri.query ?? "")
            let name = fields["starting_after"] == nil ? "ending_before" : "starting_after"
            throw StripeError.missing("object", fields[name] ?? "", param: name)
        default: break
        }
    }
}
