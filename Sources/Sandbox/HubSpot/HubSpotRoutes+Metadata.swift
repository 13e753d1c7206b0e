import Hummingbird
import Model

/// Properties, pipelines and the account.
extension HubSpotRoutes {
    @Sendable func properties(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let object = try object(context)
        return try await admitted(request) { _ in
            let items = object.properties.map(\.definition) + (object == .companies ? [merged] : [])
            return PracticeAnswer(Array("{\"results\":[\(items.joined(separator: ","))]}".utf8))
        }
    }

    @Sendable func property(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let object = try object(context)
        let name = try context.parameters.require("name")
        return try await admitted(request) { _ in
            guard let property = object.property(name) else { throw HubSpotError.notFound }
            return PracticeAnswer(Array(property.definition.utf8))
        }
    }

    private var merged: String {
        HubSpotProperty.definition(
            "hs_merged_object_ids", "Merged record IDs", .enumeration, isCalculated: true)
    }

    @Sendable func pipelines(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let object = try object(context)
        return try await admitted(request) { _ in
            guard object == .deals else { return PracticeAnswer(Array("{\"results\":[]}".utf8)) }
            let stamps =
                "\"createdAt\":\"2020-01-01T00:00:00Z\",\"updatedAt\":\"2020-01-01T00:00:00Z\","
                + "\"archived\":false"
            let stages: [(SimulatedContract.Status, isClosed: Bool, probability: String)] = [
                (.activated, false, "0.5"), (.expired, false, "0.2"), (.renewed, true, "1.0"),
                (.cancelled, true, "0.0"),
            ]
            let items = stages.enumerated().map { order, stage in
                "{\"id\":\"\(stage.0.rawValue.lowercased())\",\"label\":\"\(stage.0.rawValue)\","
                    + "\"displayOrder\":\(order),\"metadata\":{\"isClosed\":\"\(stage.isClosed)\","
                    + "\"probability\":\"\(stage.probability)\"},\(stamps)}"
            }
            return PracticeAnswer(
                Array(
                    ("{\"results\":[{\"id\":\"contracts\",\"label\":\"Contracts\",\"displayOrder\":0,"
                        + "\"stages\":[\(items.joined(separator: ","))],\(stamps)}]}").utf8))
        }
    }

    /// The types of association in one direction.
    @Sendable func labels(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let from = try object(context, "from")
        let to = try object(context, "to")
        return try await admitted(request) { _ in
            let types = from == to ? [] : HubSpotAssociationType.allCases
            let items = types.map { $0.text(from: from) }
            return PracticeAnswer(Array("{\"results\":[\(items.joined(separator: ","))]}".utf8))
        }
    }

    @Sendable func details(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try await admitted(request) { _ in
            let currency = await org.currency.code
            return PracticeAnswer(
                Array(
                    ("{\"portalId\":4711,\"accountType\":\"STANDARD\",\"timeZone\":\"UTC\","
                        + "\"companyCurrency\":\"\(currency)\",\"additionalCurrencies\":[],"
                        + "\"utcOffset\":\"+00:00\",\"utcOffsetMilliseconds\":0,"
                        + "\"uiDomain\":\"app.example.net\",\"dataHostingLocation\":\"na1\"}").utf8))
        }
    }
}

extension HubSpotProperty {
    var definition: String { HubSpotProperty.definition(name, label, kind, isCalculated: isCalculated) }

    static func definition(_ name: String, _ label: String, _ kind: Kind, isCalculated: Bool) -> String {
        let field =
            switch kind {
            case .string: "text"
            case .number: isCalculated ? "calculation_equation" : "number"
            case .date, .datetime: "date"
            case .enumeration: "select"
            }
        return "{\"name\":\"\(name)\",\"label\":\"\(label)\",\"type\":\"\(kind.rawValue)\","
            + "\"fieldType\":\"\(field)\",\"description\":\"\",\"groupName\":\"practice\",\"options\":[],"
            + "\"displayOrder\":-1,\"calculated\":\(isCalculated),\"externalOptions\":false,"
            + "\"hasUniqueValue\":false,\"hidden\":false,\"formField\":false,\"archived\":false}"
    }
}
