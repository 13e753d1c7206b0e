import Hummingbird
import Model
import Operations

/// Pilots and their looks, read-only.
struct PilotRoutes: Sendable {
    let operations: PilotOperations

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get(use: list)
        group.get(":pilot", use: pilot)
        group.get(":pilot/looks", use: looks)
        group.get(":pilot/looks/:look", use: look)
        group.get(":pilot/terms", use: terms)
    }

    @Sendable func list(_ request: Request, context: BasicRequestContext) async throws -> Response {
        try .json(["items": try await operations.status().pilots])
    }

    @Sendable func pilot(_ request: Request, context: BasicRequestContext) async throws -> Response {
        try .json(PublicPilot(try await operations.pilot(context.pilotID())))
    }

    @Sendable func looks(_ request: Request, context: BasicRequestContext) async throws -> Response {
        try .json(["items": try await operations.recordedLooks(of: context.pilotID())])
    }

    @Sendable func look(_ request: Request, context: BasicRequestContext) async throws -> Response {
        let id = try context.pilotID()
        let wanted = try context.parameters.require("look")
        let looks = try await operations.recordedLooks(of: id)
        guard let look = wanted == "latest" ? looks.last : looks.first(where: { String($0.index) == wanted })
        else {
            throw OperationError(
                .notFound, "pilot '\(id)' has no look '\(wanted)'; it has \(looks.count) recorded looks")
        }
        return try .json(look)
    }

    @Sendable func terms(_ request: Request, context: BasicRequestContext) async throws -> Response {
        try .json(["items": try await operations.termsInForce(of: context.pilotID())])
    }
}

/// A pilot without its seed: who holds the seed can foretell the lots of partners who have yet to join.
struct PublicPilot: Encodable {
    var plan: Plan
    var planHash: ContentHash
    var state: Pilot.State
    var startedAt: Instant
    var rosterHash: ContentHash
    var pausedVariants: [Variant.ID]

    init(_ pilot: Pilot) {
        plan = pilot.plan
        planHash = pilot.planHash
        state = pilot.state
        startedAt = pilot.startedAt
        rosterHash = pilot.rosterHash
        pausedVariants = pilot.pausedVariants
    }
}

extension BasicRequestContext {
    func pilotID() throws -> Pilot.ID { Pilot.ID(try part("pilot")) }
}
