import Metrics
import Synchronization

/// Keeps what swift-metrics is told and writes it in Prometheus' text format.
///
/// Counters become counters, meters and plain recorders gauges, timers and aggregating recorders summaries of
/// count and sum (timers in seconds). A registry belongs to one server; nothing is process-wide.
///
/// - Source: Prometheus text-based exposition format 0.0.4.
final class PrometheusRegistry: MetricsFactory {
    private let series = Mutex<[Key: Series]>([:])

    struct Key: Hashable, Comparable {
        var label: String
        /// `name="value"` pairs as they are written.
        var dimensions: String

        init(_ label: String, _ dimensions: [(String, String)]) {
            self.label = label
            self.dimensions = dimensions.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        }

        static func < (left: Self, right: Self) -> Bool {
            (left.label, left.dimensions) < (right.label, right.dimensions)
        }

        private static func escaped(_ value: String) -> String {
            value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        }
    }

    /// Everything recorded so far, sorted by name and dimensions.
    func exposition() -> String {
        var lines: [String] = []
        var described: String?
        for (key, series) in series.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            if described != key.label {
                lines.append("# TYPE \(key.label) \(series.kind.rawValue)")
                described = key.label
            }
            let braces = key.dimensions.isEmpty ? "" : "{\(key.dimensions)}"
            let (count, sum) = series.values
            switch series.kind {
            case .counter:
                lines.append("\(key.label)\(braces) \(sum == 0 ? "\(count)" : "\(Double(count) + sum)")")
            case .gauge: lines.append("\(key.label)\(braces) \(sum)")
            case .summary:
                lines.append("\(key.label)_sum\(braces) \(sum)")
                lines.append("\(key.label)_count\(braces) \(count)")
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func make(_ label: String, _ dimensions: [(String, String)], _ kind: Series.Kind) -> Series {
        series.withLock { all in
            let key = Key(label, dimensions)
            if let known = all[key] { return known }
            let new = Series(kind)
            all[key] = new
            return new
        }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        make(label, dimensions, .counter)
    }

    func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        make(label, dimensions, .counter)
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        make(label, dimensions, .gauge)
    }

    func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        make(label, dimensions, aggregate ? .summary : .gauge)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        make(label, dimensions, .summary)
    }

    // A series is kept when its handle goes away: a counter that restarted from 0 would read as a reset.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}

/// One line of the exposition, or two for a summary.
final class Series: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    enum Kind: String {
        case counter, gauge, summary
    }

    let kind: Kind
    private let state = Mutex<(count: Int64, sum: Double)>((0, 0))

    init(_ kind: Kind) { self.kind = kind }

    var values: (count: Int64, sum: Double) { state.withLock { $0 } }

    func increment(by amount: Int64) { state.withLock { $0.count &+= amount } }
    func increment(by amount: Double) { state.withLock { $0.sum += amount } }
    func decrement(by amount: Double) { increment(by: -amount) }
    func reset() { state.withLock { $0 = (0, 0) } }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { state.withLock { $0.sum = value } }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        if kind == .gauge { return set(value) }
        state.withLock { $0 = ($0.count + 1, $0.sum + value) }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
