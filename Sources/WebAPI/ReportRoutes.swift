import Foundation
import Hummingbird
import Model
import Operations
import Reporting

/// The pages people read: the programme's and each week's.
struct ReportRoutes: Sendable {
    let operations: PilotOperations

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get(use: index)
        group.get("index.html", use: index)
        group.get(":pilot", use: latest)
        group.get(":pilot/:file", use: file)
    }

    @Sendable func index(_ request: Request, context: BasicRequestContext) async throws -> Response {
        .page(try await operations.programmeIndex().html())
    }

    @Sendable func latest(_ request: Request, context: BasicRequestContext) async throws -> Response {
        .page(try await operations.report(of: context.pilotID()).html())
    }

    @Sendable func file(_ request: Request, context: BasicRequestContext) async throws -> Response {
        let name = try context.parameters.require("file")
        let parts = name.split(separator: ".", maxSplits: 1)
        guard let week = parts.first.flatMap({ ISOWeek(text: $0) }) else {
            throw OperationError(
                .notFound, "there is no report '\(name)'; reports are named like '2026-W05.html'")
        }
        let report = try await operations.report(of: context.pilotID(), week: week)
        switch parts.count == 2 ? parts[1] : "html" {
        case "html": return .page(try report.html())
        case "md": return .bytes(Data(report.markdown().utf8), type: "text/markdown; charset=utf-8")
        case "json": return .bytes(try report.json(), type: "application/json")
        default: throw OperationError(.notFound, "reports come as .html, .md and .json, not as '\(name)'")
        }
    }
}
