import Model

/// When the lines of a contract may be paid: after a gate, after the contract has survived, or never.
struct Release {
    let asOf: Day
    let row: EarningBook.Row
    /// `nil` without a gate.
    private let opening: GateOpening?
    private let survival: (until: Day, through: Day)?

    init(
        asOf: Day, row: EarningBook.Row, opening: GateOpening?, survivesUntil: Day?, survivesThrough: Day?
    ) {
        self.asOf = asOf
        self.row = row
        self.opening = opening
        survival = survivesUntil.map { ($0, survivesThrough ?? $0) }
    }

    /// The state of a line, and the day it is payable from or lapsed on.
    func state(earnedOn: Day) -> (Payout.State, Day?) {
        var day = earnedOn
        if let survival {
            let cannotSurvive =
                !row.isInForce(on: max(survival.through, row.startsOn)) && knowsEnd(survival.through)
            if cannotSurvive { return (.lapsed, max(earnedOn, end(by: survival.through))) }
            guard survival.until <= asOf else { return (.held, nil) }
            day = max(day, survival.until)
        }
        switch opening {
        case nil: break
        case .opened(let opened):
            // A contract that left before its gate opened has nothing to wait for any more.
            if row.hasLeft(by: min(opened, asOf)) && opened > earnedOn {
                return lapsed(earnedOn: earnedOn, by: opened)
            }
            day = max(day, opened)
        case .pending:
            return row.hasLeft(by: asOf) ? lapsed(earnedOn: earnedOn, by: asOf) : (.held, nil)
        case .expired(let expired): return lapsed(earnedOn: earnedOn, by: expired)
        }
        return (.payable, day)
    }

    /// Lapsed when the customer left, or on `day` if that came first.
    private func lapsed(earnedOn: Day, by day: Day) -> (Payout.State, Day?) {
        (.lapsed, max(earnedOn, min(row.leftOn ?? day, day)))
    }

    /// The day on which it was settled that the contract does not run on `day`.
    private func end(by day: Day) -> Day {
        if let left = row.leftOn, left <= day { return left }
        return min(row.endsOn, day)
    }

    /// Whether it is known already that the contract does not run on `day`.
    private func knowsEnd(_ day: Day) -> Bool {
        if let left = row.leftOn, left <= day { return left <= asOf }
        return row.endsOn < day && row.endsOn <= asOf || day <= asOf
    }
}

/// Whether a gate has opened.
enum GateOpening: Hashable {
    case opened(Day)
    case pending
    /// The first day on which it can open no more.
    case expired(Day)
}

/// What has been seen of a contract's conditions.
struct GateEvidence {
    let book: EarningBook
    let row: EarningBook.Row
    let gates: [EvidenceGate]
    let asOf: Day

    func opening(of name: String) -> GateOpening {
        guard let gate = gates.first(where: { $0.name == name }) else { return .pending }
        let deadline = row.startsOn + gate.expiresAfterDays
        var days: [Day] = []
        for needed in gate.needs {
            switch opening(of: needed) {
            case .opened(let day): days.append(day)
            case .pending: return asOf > deadline ? .expired(deadline + 1) : .pending
            case .expired(let day): return .expired(min(([day] + days).max() ?? day, deadline + 1))
            }
        }
        for condition in gate.conditions {
            guard let met = met(condition)?.on, met <= asOf else {
                return asOf > deadline ? .expired(deadline + 1) : .pending
            }
            days.append(met)
        }
        let latest = days.max() ?? row.startsOn
        return latest <= deadline ? .opened(latest) : .expired(deadline + 1)
    }

    /// The day a condition was met, and the facts that show it.
    func met(_ condition: EvidenceGate.Condition) -> (on: Day, facts: [Int64])? {
        switch condition {
        case .milestone(let name, let byDay):
            return book.milestones[row.contract]?.first {
                $0.milestone == name && $0.on <= row.startsOn + byDay
            }
            .map { ($0.on, [$0.sequence]) }
        case .level(let measure, let atLeast, let byDay):
            return readings(of: measure).first {
                row.startsOn <= $0.on && $0.on <= row.startsOn + byDay && $0.value >= atLeast
            }.map { ($0.on, [$0.sequence]) }
        case .rise(let measure, let by, let withinDays):
            let all = readings(of: measure)
            guard let baseline = all.last(where: { $0.on <= row.startsOn }) ?? all.first else { return nil }
            return all.first {
                $0.on > baseline.on && $0.on >= row.startsOn && $0.on <= row.startsOn + withinDays
                    && $0.value >= baseline.value + by
            }.map { ($0.on, [baseline.sequence, $0.sequence]) }
        }
    }

    private func readings(of measure: String) -> [EarningBook.Reading] {
        (book.readings[row.customer] ?? []).filter { $0.measure == measure }
    }
}
