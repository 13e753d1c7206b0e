package import Model
import Storage

extension PilotOperations {
    /// Brings a pilot up to today: late joiners are assigned, promises that ended are renewed.
    package func keepCurrent(_ id: Pilot.ID) async throws {
        try await store.write { transaction in
            let pilot = try started(id, transaction)
            guard pilot.plan.design.kind == .stratified else { return }
            let now = try now(transaction)
            let today = Day(now, in: pilot.plan.zone)
            guard today >= pilot.plan.schedule.starts, today < pilot.plan.schedule.ends else { return }
            if pilot.state == .running, today <= pilot.plan.schedule.enrolUntil {
                let draw = try Enrolment(
                    plan: pilot.plan, seed: pilot.seed, day: today,
                    book: try book(through: transaction.latestSequence(), transaction),
                    transaction: transaction
                ).lateDraw(sizeCuts: pilot.sizeCuts)
                if !draw.entries.isEmpty {
                    try record(draw, of: pilot, on: today, at: now, by: .daemon, transaction)
                }
            }
            try grantPromises(of: pilot, on: today, at: now, transaction)
        }
    }

    /// Every pilot that was started, by id.
    package func pilots() async throws -> [Pilot] { try await store.read { try $0.pilots() } }

    /// One started pilot.
    package func pilot(_ id: Pilot.ID) async throws -> Pilot { try await store.read { try started(id, $0) } }

    /// A pilot's recorded looks, oldest first.
    package func recordedLooks(of id: Pilot.ID) async throws -> [Look] {
        try await store.read { transaction in
            _ = try started(id, transaction)
            return try looks.looks(of: id, in: transaction)
        }
    }
}
