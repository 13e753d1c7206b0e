import Foundation
package import Hummingbird
import Model
package import Operations

/// Everything `serve` answers over TCP: reading only. What changes state goes through the daemon's socket.
///
/// - Parameter metrics: What the daemon counts, in Prometheus' text format.
package func router(
    operations: PilotOperations, isReady: @escaping @Sendable () async -> Bool,
    metrics: @escaping @Sendable () async throws -> String
) -> Router<BasicRequestContext> {
    let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: ProblemMiddleware())
    router.get("healthz") { _, _ in try Response.json(["status": "ok"]) }
    router.get("readyz") { _, _ in
        guard await isReady() else {
            throw Problem(
                status: .serviceUnavailable, code: "not-ready",
                detail: "the store cannot be read at the moment")
        }
        return try Response.json(["status": "ready"])
    }
    router.get("metrics") { _, _ in
        Response.bytes(
            Data(try await metrics().utf8), type: "text/plain; version=0.0.4; charset=utf-8",
            headers: [.cacheControl: "no-store"])
    }
    router.get("") { _, _ in
        Response(status: .seeOther, headers: [.location: "/reports/"])
    }
    let api = router.group("api/v1")
    PilotRoutes(operations: operations).add(to: api.group("pilots"))
    api.get("partners/:partner/terms") { _, context in
        try Response.json(try await operations.terms(of: Partner.ID(context.part("partner"))))
    }
    api.get("status") { _, _ in try Response.json(try await operations.status()) }
    SourceRoutes(operations: operations).add(to: router, api: api)
    ReportRoutes(operations: operations).add(to: router.group("reports"))
    return router
}
