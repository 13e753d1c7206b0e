internal import Model
internal import Synchronization

/// What was read once for a whole run beside its rows: stages, currencies, table definitions.
///
/// A run is known by its upper bound; the next one asks again. `nil` keeps the value for the life of the source.
final class RunMemory<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var run: Instant?
        var value: Value
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// The value kept under `key` for `run`, or what `read` gives now. Two callers at once may both read.
    func value(
        _ key: String, of run: Instant?, _ read: () async throws(SourceError) -> Value
    ) async throws(SourceError) -> Value {
        if let entry = entries.withLock({ $0[key] }), entry.run == run { return entry.value }
        let value = try await read()
        keep(value, as: key, of: run)
        return value
    }

    func keep(_ value: Value, as key: String, of run: Instant?) {
        entries.withLock { $0[key] = Entry(run: run, value: value) }
    }
}
