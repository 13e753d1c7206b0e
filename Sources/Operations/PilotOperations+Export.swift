import Evaluation
package import Model
import Storage

extension PilotOperations {
    /// Every assignment of every pilot (or of one).
    package func exportAssignments(of pilot: Pilot.ID?) async throws -> ExportTable {
        let selected = try await selection(pilot)
        let assignments = try await store.read { transaction in
            try selected.flatMap { try transaction.assignments(of: $0.id) }
        }
        return ExportTable(
            columns: ["pilot", "partner", "variant", "stratum", "block", "position", "assigned_on"],
            rows: assignments.map {
                [
                    .text($0.pilot.rawValue), .text($0.partner.rawValue), .text($0.variant.rawValue),
                    .text($0.stratum), ExportTable.Cell($0.block), ExportTable.Cell($0.position),
                    .text($0.assignedOn.description),
                ]
            })
    }

    /// The rows that each recorded look (or the last of each pilot) was computed from.
    package func exportOutcomes(of pilot: Pilot.ID?, allLooks: Bool) async throws -> ExportTable {
        let selected = try await selection(pilot)
        let rows = try await store.read { transaction in
            try selected.flatMap { pilot in
                let recorded = try looks.looks(of: pilot.id, in: transaction)
                return try (allLooks ? recorded[...] : recorded.suffix(1)).flatMap {
                    try outcomeRows(of: pilot, look: $0, transaction)
                }
            }
        }
        return ExportTable(
            columns: [
                "pilot", "look", "partner", "variant", "stratum", "customer", "contract", "metric", "entry",
                "time", "event", "due", "matured", "numerator", "denominator", "currency",
            ], rows: rows)
    }

    private func outcomeRows(
        of pilot: Pilot, look: Look, _ transaction: Transaction
    ) throws -> [[ExportTable.Cell]] {
        let assignments = try transaction.assignments(of: pilot.id).filter { $0.assignedOn <= look.asOf }
        let cohort = Cohort(
            book: try transaction.book(through: look.snapshotSequence), assignments: assignments)
        var seen: Set<Metric> = []
        return pilot.plan.metrics.filter { seen.insert($0).inserted }.flatMap { metric in
            Outcomes(of: metric, in: cohort, plan: pilot.plan, asOf: look.asOf).rows.map { row in
                let assignment = cohort.members[row.member].assignment
                return [
                    .text(pilot.id.rawValue), ExportTable.Cell(look.index),
                    .text(assignment.partner.rawValue),
                    .text(assignment.variant.rawValue), .text(assignment.stratum),
                    .text(row.customer.rawValue), ExportTable.Cell(row.contract?.rawValue),
                    .text(metric.id.rawValue), ExportTable.Cell(row.entry), ExportTable.Cell(row.time),
                    ExportTable.Cell(row.isEvent), ExportTable.Cell(row.due?.description),
                    .boolean(row.isMature), ExportTable.Cell(row.numerator),
                    ExportTable.Cell(row.denominator), ExportTable.Cell(row.currency?.code),
                ]
            }
        }
    }

    private func selection(_ id: Pilot.ID?) async throws -> [Pilot] {
        if let id { return [try await pilot(id)] }
        return try await pilots()
    }
}

extension PilotOperations {
    /// Every recorded look, one JSON object a line, by pilot and number.
    package func exportLooks(of pilot: Pilot.ID?) async throws -> String {
        var text = ""
        for pilot in try await selection(pilot) {
            for look in try await recordedLooks(of: pilot.id) {
                text += String(decoding: try CanonicalJSON.encode(look), as: UTF8.self) + "\n"
            }
        }
        return text
    }

    /// Every row that could not be mapped, with its place and reason, and when it was corrected.
    package func exportQuarantine() async throws -> ExportTable {
        let rows = try await store.read { try $0.setAsideRows() }
        return ExportTable(
            columns: ["source", "stream", "place", "reason", "payload", "learned_at", "corrected_at"],
            rows: rows.map {
                [
                    .text($0.source.rawValue), .text($0.stream), .text($0.place),
                    ExportTable.Cell($0.row?.reason), ExportTable.Cell($0.row?.payload),
                    .text($0.learnedAt.description),
                    ExportTable.Cell($0.correctedAt?.description),
                ]
            })
    }

    /// Every message and each endpoint it goes to. Attempts and their times belong to the wire, not to the
    /// record, and are left out.
    package func exportDeliveries() async throws -> ExportTable {
        let deliveries = try await deliveries().sorted {
            ($0.message.createdAt, $0.message.id, $0.endpoint) < (
                $1.message.createdAt, $1.message.id, $1.endpoint
            )
        }
        return ExportTable(
            columns: ["id", "type", "created_at", "endpoint", "state", "body"],
            rows: deliveries.map {
                [
                    .text($0.message.id), .text($0.message.kind.rawValue),
                    .text($0.message.createdAt.description),
                    .text($0.endpoint), .text($0.state.rawValue), .text($0.message.body),
                ]
            })
    }
}
