package import Foundation

/// Numbers that other software computed from stated data, with how closely they have to be met.
package struct ReferenceCase: Sendable {
    /// What the case is called; its file's name.
    package let name: String
    /// Which method computed it; the key of `ReferenceMethod`.
    package let method: String
    /// The method's parameters.
    package let arguments: JSONValue
    /// Names and values to be met.
    package let expected: [String: JSONValue]
    /// |got − expected| ≤ max(absolute, relative·|expected|), element by element.
    package let relativeTolerance: Double
    /// See `relativeTolerance`.
    package let absoluteTolerance: Double
    /// A wider absolute tolerance of p-values that count ties of floating-point numbers.
    package let pValueTolerance: Double?
    /// Which software computed it, by which call; nil when not said.
    package let source: String?
    /// The input table, where the case has one.
    package let table: DataTable?

    /// Reads a case and the table it names, relative to the folder that holds `cases/` and `data/`.
    ///
    /// - Throws: `ReferenceCaseError` naming the file and what was expected in it.
    package init(contentsOf file: URL, folder: URL, tables: inout [String: DataTable]) throws {
        struct Document: Decodable {
            var `case`: String
            var method: String
            var input: String?
            var arguments: JSONValue?
            var expected: [String: JSONValue]
            var tolerance: [String: Double]
            var source: String?
        }
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(contentsOf: file))
        } catch {
            throw ReferenceCaseError(
                "reading the case '\(file.lastPathComponent)': \(error); expected an object with case, method, input, "
                    + "arguments, expected and tolerance")
        }
        name = document.case
        method = document.method
        arguments = document.arguments ?? .null
        expected = document.expected
        relativeTolerance = document.tolerance["rel"] ?? 0
        absoluteTolerance = document.tolerance["abs"] ?? 0
        pValueTolerance = document.tolerance["p_abs"]
        source = document.source
        if let input = document.input {
            if tables[input] == nil {
                tables[input] = try DataTable(contentsOf: folder.appendingPathComponent(input))
            }
            table = tables[input]
        } else {
            table = nil
        }
    }

    /// The input table.
    ///
    /// - Throws: `Unsupported` for a case without one.
    package func requireTable() throws -> DataTable {
        guard let table else { throw Unsupported("the case has no input table") }
        return table
    }
}

/// Why a folder of cases cannot be read.
package struct ReferenceCaseError: Error, CustomStringConvertible, Sendable {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Why a case cannot be answered by this library: a method, option or data shape it does not offer.
package struct Unsupported: Error, CustomStringConvertible, Sendable {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// All cases of a folder laid out as `cases/*.json` and `data/*.csv`, by name.
package func loadCases(folder: URL) throws -> [ReferenceCase] {
    let cases = folder.appendingPathComponent("cases")
    let files: [URL]
    do {
        files = try FileManager.default.contentsOfDirectory(at: cases, includingPropertiesForKeys: nil)
    } catch {
        throw ReferenceCaseError(
            "reading the folder '\(folder.path)': there is no readable folder 'cases' in it; expected cases/*.json and data/*.csv"
        )
    }
    var tables: [String: DataTable] = [:]
    return try files.filter { $0.pathExtension == "json" }
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
        .map { try ReferenceCase(contentsOf: $0, folder: folder, tables: &tables) }
}
