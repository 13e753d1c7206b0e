import Foundation
import Testing

/// JSON Schema validation by an independent implementation, where Python and its packages are installed.
enum SchemaValidator {
    struct Request: Encodable {
        var schema: String
        var text: String

        init(schema: String, text: String) {
            self.schema = Repository.path("config/schemas/\(schema).schema.json")
            self.text = text
        }
    }

    /// For each text `nil` when it is valid, and what is wrong otherwise; `nil` altogether, with the reason
    /// printed, where validation is not possible.
    static func validate(_ requests: [Request]) throws -> [String?]? {
        let input = try JSONEncoder().encode(requests)
        guard let (status, output) = try run([], input: input) else { return nil }
        try #require(status == 0)
        return try JSONDecoder().decode([String?].self, from: output)
    }

    /// What is wrong with the schemas themselves; empty for nothing.
    static func faults(ofSchemas names: [String]) throws -> String? {
        let paths = names.map { Repository.path("config/schemas/\($0).schema.json") }
        guard let (_, output) = try run(["--schemas"] + paths, input: Data()) else { return nil }
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func run(_ arguments: [String], input: Data) throws -> (status: Int32, output: Data)? {
        let directory = try TemporaryDirectory()
        let inputPath = try directory.write(String(decoding: input, as: UTF8.self), to: "input.json")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script = Repository.path("Tests/DocumentsTests/Fixtures/validate.py")
        process.arguments = ["python3", script] + arguments
        process.standardInput = FileHandle(forReadingAtPath: inputPath)
        let output = Pipe()
        process.standardOutput = output
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        let reason = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        if process.terminationStatus == 77 || process.terminationStatus == 127 {
            print("JSON Schema validation skipped: \(reason)")
            return nil
        }
        if !reason.isEmpty { print(reason) }
        return (process.terminationStatus, data)
    }
}
