import Documents
import Foundation
import Model
import Testing

@Suite struct SchemaTests {
    static let names = ["pilot", "plan", "config", "mapping"]

    /// Every named property of every object in the schema, except in conditions.
    private func properties(of schema: Any, at path: [String] = []) -> [(path: String, schema: [String: Any])]
    {
        var found: [(path: String, schema: [String: Any])] = []
        if let list = schema as? [Any] {
            for item in list { found += properties(of: item, at: path) }
        }
        guard let object = schema as? [String: Any] else { return found }
        for (name, item) in object where !["if", "then", "else", "examples", "default"].contains(name) {
            let named = name == "properties" ? item as? [String: [String: Any]] ?? [:] : [:]
            for (key, property) in named { found.append(((path + [key]).joined(separator: "."), property)) }
            found += properties(of: item, at: path + [name])
        }
        return found
    }

    private func schema(_ name: String) throws -> [String: Any] {
        let data = Data(try Repository.text("config/schemas/\(name).schema.json").utf8)
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test(arguments: names)
    func everyPropertyIsDescribedAndShown(_ name: String) throws {
        let properties = try properties(of: schema(name))
        #expect(properties.count > 10)
        for (path, property) in properties where property["const"] == nil || property.count > 1 {
            #expect((property["description"] as? String)?.isEmpty == false, "\(path)")
            #expect((property["examples"] as? [Any])?.isEmpty == false, "\(path)")
        }
    }

    @Test func theSchemasAreSoundAndTheirExamplesObeyThem() throws {
        guard let faults = try SchemaValidator.faults(ofSchemas: Self.names) else { return }
        #expect(faults.isEmpty, "\(faults)")
    }

    @Test func everyMutantThatASchemaCanSeeIsRefusedByIt() throws {
        let mutants = PilotMutant.all
        let requests =
            [.init(schema: "pilot", text: PilotMutant.minimal)]
            + mutants.map { SchemaValidator.Request(schema: "pilot", text: $0.text) }
        guard let results = try SchemaValidator.validate(requests) else { return }
        #expect(results[0] == nil)
        for (mutant, result) in zip(mutants, results.dropFirst()) {
            #expect((result != nil) == mutant.isVisibleToSchema, "\(mutant.name): \(result ?? "valid")")
        }
    }

    @Test func everyPlanMutantThatASchemaCanSeeIsRefusedByIt() throws {
        let mutants = PlanMutant.all
        let requests = mutants.map { SchemaValidator.Request(schema: "plan", text: $0.text) }
        guard let results = try SchemaValidator.validate(requests) else { return }
        for (mutant, result) in zip(mutants, results) {
            #expect(
                (result != nil) == mutant.isVisibleToSchema,
                "\(mutant.testDescription): \(result ?? "valid")")
        }
    }

    @Test func theExamplesAndWhatTheyResolveToAreValid() throws {
        var requests: [SchemaValidator.Request] = []
        for file in try Repository.files(in: "experiments", suffix: ".yaml") {
            let path = "experiments/\(file)"
            requests.append(.init(schema: "pilot", text: try Repository.text(path)))
            let resolved = try loadPilot(at: Repository.path(path)).resolvedYAML
            requests.append(.init(schema: "pilot", text: resolved))
        }
        requests.append(
            .init(schema: "pilot", text: try Repository.text("Tests/DocumentsTests/Fixtures/everything.yaml"))
        )
        for file in try Repository.files(in: "experiments/plans", suffix: ".yaml") {
            requests.append(.init(schema: "plan", text: try Repository.text("experiments/plans/\(file)")))
        }
        requests.append(.init(schema: "plan", text: PlanMutant.ladder))
        requests.append(.init(schema: "plan", text: PlanMutant.complete))
        requests.append(.init(schema: "config", text: try Repository.text("config/fairway.yaml")))
        requests.append(.init(schema: "config", text: try ConfigurationTests.everythingSet()))
        guard let results = try SchemaValidator.validate(requests) else { return }
        for (request, result) in zip(requests, results) { #expect(result == nil, "\(request.text)") }
    }

    @Test func everyConfigurationMistakeIsRefusedBySchemaToo() throws {
        let invisible = ["timeZone: CEST"]
        let mistakes = ConfigurationTests.mistakes.map(\.0).filter { !invisible.contains($0) }
        let requests = mistakes.map { SchemaValidator.Request(schema: "config", text: $0) }
        guard let results = try SchemaValidator.validate(requests) else { return }
        for (mistake, result) in zip(mistakes, results) { #expect(result != nil, "\(mistake)") }
    }

    @Test func everyTopLevelKeyOfThePilotSchemaIsReadByTheDecoder() throws {
        let keys = try #require(try schema("pilot")["properties"] as? [String: Any]).keys
        let texts = try ["Tests/DocumentsTests/Fixtures/everything.yaml", "experiments/cai-2015.yaml"]
            .map(Repository.text).joined(separator: "\n")
        for key in keys where key != "mechanism" { #expect(texts.contains("\n\(key):"), "\(key)") }
    }

    @Test func everyKeyOfThePlanSchemaIsReadByTheReader() throws {
        let paths = try properties(of: schema("plan")).map(\.path)
        #expect(paths.count > 100)
        for key in Set(paths.compactMap { $0.split(separator: ".").last }) {
            #expect(PlanMutant.complete.contains(try Regex("\\b\(key):")), "\(key)")
        }
    }
}
