import Hummingbird

/// Versions, limits and descriptions.
extension SalesforceRoutes {
    private static let schemas = [AccountRow.schema, ContractRow.schema]

    /// Needs no session.
    @Sendable func versions(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let items = SalesforceRoutes.versions.map {
            "{\"label\":\"Practice \($0)\",\"url\":\"/services/data/v\($0).0\",\"version\":\"\($0).0\"}"
        }
        return .json(Array("[\(items.joined(separator: ","))]".utf8))
    }

    /// The address that tells who the integration user is.
    static func identity(_ base: String) -> String { "\(base)/id/\(organisation)/\(integrationUser)" }

    private static let organisation = "00DFw0000000001AAA"
    private static let integrationUser = "005Fw0000000001AAA"

    /// What a version offers, by the name of the resource.
    @Sendable func resources(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let path = try basePath(context)
        let base = site.base(of: request)
        return try await admitted(request) { _ in
            var json = JSONText()
            json.raw("{\"identity\":")
            json.string(SalesforceRoutes.identity(base))
            for name in ["jobs", "limits", "query", "queryAll", "sobjects"] {
                json.raw(",\"\(name)\":\"\(path)/\(name)\"")
            }
            json.raw("}")
            return PracticeAnswer(json.bytes)
        }
    }

    /// Who is signed in, as OpenID Connect tells it.
    @Sendable func userInformation(
        _ request: Request, _ context: BasicRequestContext
    ) async throws -> Response {
        let base = site.base(of: request)
        return try await admitted(request) { _ in
            var json = JSONText()
            json.raw("{\"sub\":")
            json.string(SalesforceRoutes.identity(base))
            json.raw(",\"user_id\":\"\(SalesforceRoutes.integrationUser)\",")
            json.raw("\"organization_id\":\"\(SalesforceRoutes.organisation)\",")
            json.raw("\"preferred_username\":\"fairway@practice.example\",\"active\":true}")
            return PracticeAnswer(json.bytes)
        }
    }

    @Sendable func limits(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        _ = try version(context)
        return try await admitted(request) { _ in
            let limit = PracticeOrg.dailyRequests
            let remaining = max(0, limit - (await org.apiUsage))
            return PracticeAnswer(
                Array(
                    ("{\"DailyApiRequests\":{\"Max\":\(limit),\"Remaining\":\(remaining)},"
                        + "\"DailyBulkV2QueryJobs\":{\"Max\":10000,\"Remaining\":10000}}").utf8))
        }
    }

    @Sendable func objects(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        _ = try version(context)
        return try await admitted(request) { _ in
            let items = SalesforceRoutes.schemas.map {
                "{\"name\":\"\($0.name)\",\"label\":\"\($0.label)\",\"keyPrefix\":\"\($0.keyPrefix)\","
                    + "\"queryable\":true,\"replicateable\":true,\"custom\":false}"
            }
            return PracticeAnswer(
                Array(
                    ("{\"encoding\":\"UTF-8\",\"maxBatchSize\":200,\"sobjects\":["
                        + items.joined(separator: ",") + "]}").utf8))
        }
    }

    @Sendable func describe(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        _ = try version(context)
        let name = try context.parameters.require("object").lowercased()
        return try await admitted(request) { _ in
            guard let schema = SalesforceRoutes.schemas.first(where: { $0.name.lowercased() == name }) else {
                throw SalesforceError.notFound
            }
            return PracticeAnswer(schema.description)
        }
    }
}

extension ObjectSchema {
    /// The answer of `describe`.
    fileprivate var description: [UInt8] {
        var json = JSONText(capacity: 4096)
        json.raw(
            "{\"name\":\"\(name)\",\"label\":\"\(label)\",\"keyPrefix\":\"\(keyPrefix)\",\"queryable\":true,")
        json.raw("\"replicateable\":true,\"retrieveable\":true,")
        json.raw("\"custom\":false,\"createable\":false,\"updateable\":false,\"fields\":[")
        for (column, field) in fields.enumerated() {
            json.raw(column == 0 ? "{" : ",{")
            json.raw(
                "\"name\":\"\(field.name)\",\"label\":\"\(field.name)\",\"type\":\"\(field.kind.rawValue)\",")
            json.raw("\"nillable\":\(field.isNillable),\"custom\":\(field.name.hasSuffix("__c")),")
            json.raw("\"filterable\":true,\"sortable\":true,\"calculated\":\(field.isCalculated),")
            json.raw("\"updateable\":false}")
        }
        json.raw("]}")
        return json.bytes
    }
}
