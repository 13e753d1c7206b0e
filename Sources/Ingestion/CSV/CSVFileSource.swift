import Foundation
package import Model

/// Files that another system drops, read whole each time.
package struct CSVFileSource: OutcomeSource {
    package let name: Source.Name
    /// Partners first, then contracts, then what is told of them.
    package var streams: [String] { FactKind.allCases.map(\.rawValue).filter { files[$0] != nil } }
    private let files: [String: (path: String, kind: FactKind)]
    private let now: @Sendable () async throws -> Instant

    /// - Parameters:
    ///   - files: Path by what the file holds.
    ///   - now: Business time: a file read now is complete up to now.
    package init(
        name: Source.Name, files: [FactKind: String], now: @escaping @Sendable () async throws -> Instant
    ) {
        self.name = name
        self.files = Dictionary(uniqueKeysWithValues: files.map { ($0.rawValue, ($1, $0)) })
        self.now = now
    }

    package func page(of stream: String, after cursor: Cursor?) async throws(SourceError) -> OutcomePage {
        guard let file = files[stream] else {
            throw SourceError(.unmappable, source: name, detail: "there is no file for stream '\(stream)'")
        }
        let bytes: Data
        let through: Instant
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: file.path))
            through = try await now()
        } catch {
            throw SourceError(
                .unreachable, source: name, detail: "the file '\(file.path)' cannot be read; check the path")
        }
        return try importCSV(
            Array(bytes), stream: stream, mapping: CSVMapping(kind: file.kind), source: name,
            completedThrough: through)
    }
}
