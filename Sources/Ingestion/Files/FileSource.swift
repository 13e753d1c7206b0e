internal import Foundation
package import Model

/// Files that another system drops: CSV with a header or one JSON object a line, each stream one file or a
/// directory whose files are read in the order of their names.
///
/// Before a walk delivers its first record, every file of it is checked to its end. A file is read in pages, so that
/// its length does not matter, and is refused whole when it is not what it was when it was checked. Each walk hands
/// out a token of what was read; a later walk from that token leaves out files with the same bytes.
package struct FileSource: OutcomeSource {
    package let name: Source.Name
    private let configuration: FileConfiguration
    let files: any FileReading
    private let now: @Sendable () async throws -> Instant

    static let pageRows = 2_000
    static let pageBytes = 4 << 20

    /// - Parameter now: Business time: a file read now is complete up to now.
    package init(
        _ configuration: FileConfiguration, files: any FileReading = LocalFiles(),
        now: @escaping @Sendable () async throws -> Instant
    ) {
        name = configuration.name
        self.configuration = configuration
        self.files = files
        self.now = now
    }

    /// The same whatever the files have: a file without a column is no other mapping.
    package var streams: [StreamPlan] {
        configuration.streams.map { StreamPlan(mapping: mapping(of: $0), incremental: .files) }
    }

    package func serverTime() async throws(SourceError) -> Instant {
        do {
            return try await now()
        } catch {
            throw self.error(.unreachable, "the time cannot be read: \(error)")
        }
    }

    package func schema(of stream: StreamPlan) async throws(SourceError) -> SourceSchema? { nil }

    package func checks() async -> [SourceCheck] {
        configuration.streams.map { stream in
            let subject = "stream '\(self.name(of: stream))'"
            do throws(FileFault) {
                let names = try names(of: stream)
                if let last = names.last {
                    let columns = FileColumns(stream, mapping: mapping(of: stream))
                    _ = try table(of: stream, path: path(last, of: stream), needed: columns.needed)
                }
                let result: SourceCheck.Result = names.isEmpty ? .warning : .ok
                return SourceCheck(subject, result, "'\(stream.path)' holds \(names.count) files to read")
            } catch {
                return SourceCheck(subject, .failure, describe(error, path: stream.path))
            }
        }
    }

    package func page(
        of plan: StreamPlan, in walk: Walk, after position: Position?
    ) async throws(SourceError) -> SourcePage {
        guard let stream = configuration.streams.first(where: { name(of: $0) == plan.name }) else {
            throw error(.unmappable, "there is no stream '\(plan.name)'")
        }
        let token: FileToken
        switch walk {
        case .full: token = FileToken(files: [])
        case .delta(let text, _):
            guard let known: FileToken = decode(text) else {
                throw error(
                    .forgottenToken, "stream '\(plan.name)': the token is not one of this connector's")
            }
            token = known
        case .changes, .deletions, .identities:
            throw error(.unmappable, "stream '\(plan.name)' is read whole; files tell no changes")
        }
        var state = FilePosition()
        if let position {
            guard let known: FilePosition = decode(position.text) else {
                throw error(
                    .forgottenPosition,
                    "stream '\(plan.name)': the stored position is not one of this connector's")
            }
            state = known
        }
        do throws(FileFault) {
            guard plan.mapping.selection.filter == nil else {
                throw FileFault(reason: "has no query language for 'filter'; choose rows with 'where'")
            }
            if position == nil { state = try self.plan(stream, plan.mapping, token) }
            if state.file == nil { try begin(&state, stream, plan.mapping) }
            guard let file = state.file else {
                var token = token
                token.add(state.done, present: Set(try names(of: stream)))
                token.columns = state.columns ?? token.columns
                token.mapping = plan.mapping.fingerprint
                let fields = plan.mapping.sourceFields
                return SourcePage(
                    records: RecordBatch(fields: fields), rows: [], next: nil, token: try encode(token))
            }
            let before = token.files.last { $0.name == file.name }
            return try read(file, stream, plan.mapping, &state, before: before)
        } catch {
            let kind: SourceError.Kind =
                switch error.kind {
                case .structure, .row: .unmappable
                case .unfinished: .malformed
                case .stale: .forgottenPosition
                case .unreadable: .unreachable
                case .cancelled: .cancelled
                }
            let path = error.path ?? state.file.map { self.path($0.name, of: stream) } ?? stream.path
            throw self.error(kind, "stream '\(plan.name)': \(describe(error, path: path))")
        }
    }

    // MARK: - Streams

    func name(of stream: FileStream) -> String {
        switch stream.content {
        case .kind(let kind): kind.rawValue
        case .mapping(let mapping): mapping.stream
        }
    }

    private func mapping(of stream: FileStream) -> StreamMapping {
        switch stream.content {
        case .mapping(let mapping): mapping
        case .kind(let kind): StreamMapping(kind: kind)
        }
    }

    private func error(_ kind: SourceError.Kind, _ detail: String) -> SourceError {
        SourceError(kind, source: name, detail: detail)
    }

    private func describe(_ fault: FileFault, path: String) -> String {
        let place = fault.line.map { ", line \($0)" } ?? ""
        return "file '\(path)'\(place): \(fault.reason)"
    }

    private func decode<Value: Decodable>(_ text: String) -> Value? {
        try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}
