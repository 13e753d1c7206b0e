import Metrics
import Testing

@testable import Daemon

@Suite struct TelemetryTests {
    @Test func writesPrometheusText() {
        let registry = PrometheusRegistry()
        let dimensions = [("source", "a\"b\\c")]
        Counter(label: "facts_total", dimensions: dimensions, factory: registry).increment(by: 2)
        Counter(label: "facts_total", dimensions: dimensions, factory: registry).increment(by: 3)
        Counter(label: "facts_total", dimensions: [("source", "z")], factory: registry).increment()
        Gauge(label: "age_seconds", dimensions: [], factory: registry).record(1.5)
        Gauge(label: "age_seconds", dimensions: [], factory: registry).record(2.5)
        Timer(label: "round_seconds", dimensions: [], factory: registry).record(duration: .milliseconds(1500))
        Timer(label: "round_seconds", dimensions: [], factory: registry).record(duration: .milliseconds(500))
        #expect(
            registry.exposition() == """
                # TYPE age_seconds gauge
                age_seconds 2.5
                # TYPE facts_total counter
                facts_total{source="a\\"b\\\\c"} 5
                facts_total{source="z"} 1
                # TYPE round_seconds summary
                round_seconds_sum 2.0
                round_seconds_count 2

                """)
    }

    @Test func aServerCountsForItselfAlone() {
        let (one, other) = (PrometheusRegistry(), PrometheusRegistry())
        Counter(label: "rounds_total", factory: one).increment()
        #expect(other.exposition().isEmpty)
    }
}
