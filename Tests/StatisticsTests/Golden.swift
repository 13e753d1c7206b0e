import Foundation
import Testing

/// A reference case: numbers another implementation computed from the same data.
struct Golden {
    let name: String
    let input: String?
    let arguments: [String: Any]
    let expected: [String: Any]
    let relativeTolerance: Double
    let absoluteTolerance: Double

    init(_ name: String) throws {
        let url = try #require(
            Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Golden/cases"))
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
        let tolerance = try #require(document["tolerance"] as? [String: Double])
        self.name = name
        input = document["input"] as? String
        arguments = try #require(document["arguments"] as? [String: Any])
        expected = try #require(document["expected"] as? [String: Any])
        relativeTolerance = try #require(tolerance["rel"])
        absoluteTolerance = try #require(tolerance["abs"])
    }

    /// The expected values under a name; a single number is an array of one.
    func numbers(_ key: String) throws -> [Double] {
        if let single = expected[key] as? Double { return [single] }
        return try #require(expected[key] as? [Double], "'\(name)' has no numbers '\(key)'")
    }

    /// Like `numbers`, with nil where the reference reports nothing.
    func optionalNumbers(_ key: String) throws -> [Double?] {
        try #require(expected[key] as? [Any], "'\(name)' has no list '\(key)'").map { $0 as? Double }
    }

    func number(_ key: String) throws -> Double {
        let all = try numbers(key)
        return try #require(all.count == 1 ? all.first : nil)
    }

    /// Whether `value` is the reference's `expected` within the case's tolerance, or within `relative` when
    /// given.
    func agrees(_ value: Double, with expected: Double, relative: Double? = nil) -> Bool {
        abs(value - expected) <= max(absoluteTolerance, (relative ?? relativeTolerance) * abs(expected))
    }

    /// The rows of the case's table.
    func rows() throws -> [[String: String]] {
        try Golden.table(#require(input))
    }

    static func table(_ path: String) throws -> [[String: String]] {
        let name = try #require(path.split(separator: "/").last).replacing(".csv", with: "")
        let url = try #require(
            Bundle.module.url(forResource: String(name), withExtension: "csv", subdirectory: "Golden/data"))
        let lines = try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline)
        let header = try #require(lines.first).split(separator: ",").map(String.init)
        return lines.dropFirst().map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Dictionary(uniqueKeysWithValues: zip(header, fields))
        }
    }
}
