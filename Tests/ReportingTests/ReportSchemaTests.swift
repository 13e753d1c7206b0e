import Foundation
import Testing

@testable import Reporting

@Suite struct ReportSchemaTests {
    @Test func everyReportFollowsItsSchema() throws {
        let schema = try Self.schema()
        for (name, report) in Reports.all {
            let object = try JSONSerialization.jsonObject(with: report.json())
            #expect(schema.faults(object) == [], "\(name)")
        }
    }

    @Test func theSchemaRefusesWhatIsNotAReport() throws {
        let schema = try Self.schema()
        let data = try Reports.report(LookFixture.gain(), []).json()
        var object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        object["week"] = "W14"
        object["surprise"] = 1
        object["method"] = nil
        #expect(schema.faults(object).map { $0.split(separator: ":")[0] } == ["method", "surprise", "week"])
    }

    static func schema() throws -> SchemaCheck {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "config/schemas/report.schema.json"))
        return SchemaCheck(root: try #require(JSONSerialization.jsonObject(with: data) as? [String: Any]))
    }
}

/// The part of JSON Schema 2020-12 that the report's schema uses.
struct SchemaCheck {
    let root: [String: Any]

    func faults(_ value: Any) -> [String] { faults(value, root, at: "").sorted() }

    private func faults(_ value: Any, _ schema: [String: Any], at path: String) -> [String] {
        if let reference = schema["$ref"] as? String {
            let definitions = root["$defs"] as? [String: [String: Any]] ?? [:]
            let name = reference.replacingOccurrences(of: "#/$defs/", with: "")
            return definitions[name].map { faults(value, $0, at: path) } ?? [
                "\(path): unknown reference \(reference)"
            ]
        }
        if let constant = schema["const"] as? String {
            return value as? String == constant ? [] : ["\(path): const"]
        }
        if let allowed = schema["enum"] as? [String] {
            return allowed.contains(value as? String ?? "") ? [] : ["\(path): not one of \(allowed)"]
        }
        switch schema["type"] as? String {
        case "object": return objectFaults(value, schema, at: path)
        case "array":
            guard let items = value as? [Any], let each = schema["items"] as? [String: Any] else {
                return ["\(path): not an array"]
            }
            return items.enumerated().flatMap { faults($1, each, at: "\(path)[\($0)]") }
        case "string":
            guard let text = value as? String else { return ["\(path): not a string"] }
            guard let pattern = schema["pattern"] as? String else { return [] }
            return text.range(of: pattern, options: .regularExpression) == nil ? ["\(path): pattern"] : []
        case "boolean": return value is Bool ? [] : ["\(path): not a boolean"]
        case "integer":
            return (value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } == true
                ? [] : ["\(path): not an integer"]
        case "number": return value is NSNumber ? [] : ["\(path): not a number"]
        case .some(let type): return ["\(path): unknown type \(type)"]
        case .none: return ["\(path): no type"]
        }
    }

    private func objectFaults(_ value: Any, _ schema: [String: Any], at path: String) -> [String] {
        guard let object = value as? [String: Any] else { return ["\(path): not an object"] }
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        let prefix = path.isEmpty ? "" : path + "."
        let missing = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map {
            "\(prefix)\($0): missing"
        }
        return missing
            + object.flatMap { key, child in
                properties[key].map { faults(child, $0, at: prefix + key) } ?? ["\(prefix)\(key): unknown"]
            }
    }
}
