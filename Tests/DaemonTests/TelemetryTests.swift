import Metrics
import Model
import Testing

@testable import Daemon
@testable import Operations

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

    @Test func partsOfSecondsAddUp() {
        let registry = PrometheusRegistry()
        for _ in 0..<4 {
            FloatingPointCounter(label: "waited_total", dimensions: [], factory: registry).increment(by: 0.25)
        }
        Counter(label: "rounds_total", dimensions: [], factory: registry).increment()
        #expect(registry.exposition().contains("waited_total 1.0\n"))
        #expect(registry.exposition().contains("rounds_total 1\n"))
    }

    @Test func aStreamsStandingIsWritten() throws {
        let now = Instant(milliseconds: 1_000_000_000)
        let stream = StreamStatus(
            source: "crm", stream: "deals", completedThrough: now.adding(seconds: -90), facts: 3,
            quarantined: 2, lastError: nil, live: 3, lastSuccess: now, quota: Quota(used: 18, limit: 5000),
            lastReconcile: Reconciliation(at: now, missingAtSource: 1, missingInBook: 0, isSettled: true),
            hold: "half of it")
        let status = Status(
            store: "s", isPractice: false, now: now, sequence: 3, pilots: [], sources: [stream],
            pendingDeliveries: 0, deadDeliveries: 0, sourceEvents: [])
        let text = Telemetry().exposition(status)
        for line in [
            "fairway_sync_lag_seconds{source=\"crm\",stream=\"deals\"} 90.0",
            "fairway_sync_quota_limit{source=\"crm\",stream=\"deals\"} 5000.0",
            "fairway_sync_held{source=\"crm\",stream=\"deals\"} 1.0",
            "fairway_quarantine_rows{source=\"crm\",stream=\"deals\"} 2.0",
            "fairway_sync_last_reconcile_missing_records{source=\"crm\",stream=\"deals\",where=\"source\"} 1.0",
        ] {
            #expect(text.contains(line + "\n"))
        }
    }

    @Test func aServerCountsForItselfAlone() {
        let (one, other) = (PrometheusRegistry(), PrometheusRegistry())
        Counter(label: "rounds_total", factory: one).increment()
        #expect(other.exposition().isEmpty)
    }
}
