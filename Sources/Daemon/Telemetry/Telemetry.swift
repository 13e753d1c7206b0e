import Ingestion
import Metrics
import Model
import Operations
import Storage

/// What the daemon counts while it works, for operators' dashboards and alarms; docs/OPERATIONS.md lists it.
struct Telemetry: Sendable {
    private let registry = PrometheusRegistry()

    /// A stream of a source was read, to its end or to a failure.
    func didRead(_ reading: CycleSummary.Reading) {
        let dimensions = [("source", reading.source.rawValue), ("stream", reading.stream)]
        count("fairway_source_pages_total", dimensions, reading.pages)
        count("fairway_source_facts_total", dimensions, reading.newFacts)
        count("fairway_source_repeated_rows_total", dimensions, reading.repeated)
        count("fairway_source_quarantined_rows_total", dimensions, reading.quarantined)
        count("fairway_source_failures_total", dimensions, reading.failure == nil ? 0 : 1)
        count("fairway_sync_rows_total", dimensions, reading.rows)
        count("fairway_sync_restated_total", dimensions, reading.restated)
        count("fairway_sync_deleted_total", dimensions, reading.deleted)
        for (why, times) in reading.retries {
            count("fairway_sync_retries_total", dimensions + [("class", why)], times)
        }
        FloatingPointCounter(
            label: "fairway_sync_throttled_seconds_total", dimensions: dimensions, factory: registry
        ).increment(by: reading.throttledSeconds)
    }

    func didRecord(_ look: CycleSummary.RecordedLook) {
        count(
            "fairway_looks_total",
            [("pilot", look.pilot.rawValue), ("recommendation", look.recommendation.rawValue)], 1)
    }

    func didFail(_ pilot: Pilot.ID) {
        count("fairway_pilot_failures_total", [("pilot", pilot.rawValue)], 1)
    }

    func didRound(in duration: Duration, failed: Bool) {
        Timer(label: "fairway_round_seconds", dimensions: [], factory: registry).record(duration: duration)
        count("fairway_round_failures_total", [], failed ? 1 : 0)
    }

    /// A webhook was tried; `result` is one of delivered, retry, dead.
    func didAttempt(endpoint: String, result: String) {
        count("fairway_webhook_attempts_total", [("endpoint", endpoint), ("result", result)], 1)
    }

    /// Everything counted, and where things stand now, in Prometheus' text format.
    func exposition(_ status: Status) -> String {
        for stream in status.sources {
            gauge(
                "fairway_stream_age_seconds",
                [("source", stream.source.rawValue), ("stream", stream.stream)],
                stream.completedThrough.map { Double(status.now.milliseconds - $0.milliseconds) / 1000 })
        }
        for stream in status.sources { gauges(of: stream, at: status.now) }
        gauge("fairway_deliveries_pending", [], Double(status.pendingDeliveries))
        gauge("fairway_deliveries_dead", [], Double(status.deadDeliveries))
        gauge("fairway_fact_sequence", [], Double(status.sequence))
        for pilot in status.pilots {
            gauge("fairway_pilot_looks", [("pilot", pilot.pilot.rawValue)], Double(pilot.looksTaken))
        }
        return registry.exposition()
    }

    private func gauges(of stream: StreamStatus, at now: Instant) {
        let dimensions = [("source", stream.source.rawValue), ("stream", stream.stream)]
        gauge("fairway_sync_last_success_timestamp_seconds", dimensions, stream.lastSuccess.map(seconds))
        gauge("fairway_sync_lag_seconds", dimensions, stream.lag(at: now))
        gauge("fairway_sync_live_records", dimensions, stream.live.map(Double.init))
        gauge("fairway_sync_quota_used", dimensions, stream.quota.map { Double($0.used) })
        gauge("fairway_sync_quota_limit", dimensions, stream.quota.map { Double($0.limit) })
        gauge(
            "fairway_sync_throttled_until_timestamp_seconds", dimensions,
            stream.throttledUntil.map(seconds) ?? 0)
        gauge("fairway_sync_held", dimensions, stream.hold == nil ? 0 : 1)
        gauge("fairway_quarantine_rows", dimensions, Double(stream.quarantined))
        guard let reconcile = stream.lastReconcile else { return }
        gauge("fairway_sync_last_reconcile_timestamp_seconds", dimensions, seconds(reconcile.at))
        gauge(
            "fairway_sync_last_reconcile_missing_records", dimensions + [("where", "source")],
            Double(reconcile.missingAtSource))
        gauge(
            "fairway_sync_last_reconcile_missing_records", dimensions + [("where", "book")],
            Double(reconcile.missingInBook))
    }

    private func seconds(_ instant: Instant) -> Double { Double(instant.milliseconds) / 1000 }

    private func count(_ label: String, _ dimensions: [(String, String)], _ amount: Int) {
        Counter(label: label, dimensions: dimensions, factory: registry).increment(by: amount)
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)], _ value: Double?) {
        guard let value else { return }
        Gauge(label: label, dimensions: dimensions, factory: registry).record(value)
    }
}
