package import Evaluation
package import Incentives
package import Model
import Storage

/// What a replay is asked with.
package struct ReplayOptions: Sendable, Hashable {
    /// Complete calendar quarters before today, at least 1.
    package var quarters: Int
    package var grossMargin: Rate
    package var seed: UInt64
    package var draws: Int

    package init(quarters: Int = 4, grossMargin: Rate, seed: UInt64 = 1, draws: Int = 2000) {
        self.quarters = quarters
        self.grossMargin = grossMargin
        self.seed = seed
        self.draws = draws
    }
}

/// A contract that a partner asks about, as it is written.
package struct ContractQuestion: Sendable, Hashable {
    package var renews: Contract.ID?
    /// Recurring amount over one year, as a decimal number of major units; `nil` for that of the contract it renews.
    package var annualAmount: String?
    package var months: Int
    package var discount: Rate
    /// `nil` for today.
    package var signedOn: Day?

    package init(
        renews: Contract.ID?, annualAmount: String?, months: Int, discount: Rate, signedOn: Day?
    ) {
        self.renews = renews
        self.annualAmount = annualAmount
        self.months = months
        self.discount = discount
        self.signedOn = signedOn
    }
}

/// The plan tools: each is one reading of the store and a pure function of it.
extension PilotOperations {
    /// What plans would have cost on the last quarters, one finding a variant; plans of one variant are held at once.
    package func replay(
        _ variants: [[IncentivePlan]], _ options: ReplayOptions
    ) async throws -> ReplayFindings {
        for plans in variants {
            guard let first = plans.first, plans.allSatisfy({ $0.currency == first.currency }) else {
                throw OperationError(
                    .invalid,
                    "\(plans.map { "'\($0.id)'" }.joined(separator: " and ")) are held at once and pay in different "
                        + "currencies; replay them one by one")
            }
            try refuseSharedComponents(of: plans)
        }
        return try await planReplay(options).findings(variants, draws: options.draws, seed: options.seed)
    }

    /// Two plans that are held at once and have a component in common would pay one fact twice.
    private func refuseSharedComponents(of plans: [IncentivePlan]) throws {
        for (index, plan) in plans.enumerated() {
            for other in plans[..<index] {
                guard let shared = plan.components.intersection(other.components).min() else { continue }
                throw OperationError(
                    .invalid,
                    "'\(other.id)' and '\(plan.id)' both have \(shared.rawValue): held at once they would pay one fact "
                        + "twice; replay them one by one")
            }
        }
    }

    package func lint(
        _ plan: IncentivePlan, rules: PlanLint.Rules, _ options: ReplayOptions
    ) async throws -> PlanLint {
        try await planReplay(options).lint(plan, rules: rules, draws: options.draws, seed: options.seed)
    }

    package func calibrate(
        _ plan: IncentivePlan, like other: IncentivePlan, path: String, quarters: Int
    ) async throws -> Calibration {
        let options = ReplayOptions(quarters: quarters, grossMargin: Rate(partsPerMillion: 0))
        let replay = try await planReplay(options)
        do throws(CalibrationError) {
            return try replay.calibrate(plan, like: other, path: path)
        } catch {
            throw OperationError(.invalid, "\(error)")
        }
    }

    /// What each partner's contracts of the last quarters would have paid under one plan and under another.
    ///
    /// - Parameter partner: `nil` for every partner of the roster.
    package func planDifferences(
        from old: IncentivePlan, to new: IncentivePlan, partner: Partner.ID?, quarters: Int
    ) async throws -> [PlanDifference] {
        guard old.currency == new.currency else {
            throw OperationError(
                .invalid,
                "'\(old.id)' pays in \(old.currency) and '\(new.id)' in \(new.currency); plans are compared in one currency"
            )
        }
        return try await store.read { transaction in
            let (book, today) = try bookOfPlans(transaction)
            if let partner { try require(partner, in: book) }
            let partners =
                partner.map { [$0] }
                ?? book.partners.map(\.id).filter { !book.deletedPartners.contains($0) }
            return Incentives.planDifferences(
                from: old, to: new, for: partners, in: EarningBook(book),
                over: QuarterWindow(last: quarters, before: today))
        }
    }

    /// What a partner would earn under its own plans and another, with contracts it might sign; tells nothing of
    /// other partners.
    ///
    /// - Parameter until: the last day that counts; today unless a contract is signed later.
    package func whatIf(
        _ partner: Partner.ID, under other: IncentivePlan?, signing questions: [ContractQuestion],
        until: Day?,
        quarters: Int
    ) async throws -> WhatIf {
        try await store.read { transaction in
            let (book, today) = try bookOfPlans(transaction)
            try require(partner, in: book)
            let held = termsHeld(
                by: partner, pilots: try transaction.pilots(),
                assignments: try transaction.assignments(of: partner),
                promises: try transaction.promises(of: partner))
            let own = held.plans(on: today)
            guard let currency = (other ?? own.first)?.currency else {
                throw OperationError(.invalid, "\(WhatIfError.noPlan(partner))")
            }
            let contracts = try questions.map { try hypothetical($0, in: currency, today: today) }
            let asOf = contracts.map(\.signedOn).reduce(until ?? today, max)
            do throws(WhatIfError) {
                return try Incentives.whatIf(
                    partner, in: book, own: own, other: other, held: held, signing: contracts, asOf: asOf,
                    quarters: quarters)
            } catch {
                throw OperationError(.invalid, "\(error)")
            }
        }
    }

    private func hypothetical(
        _ question: ContractQuestion, in currency: Currency, today: Day
    ) throws -> HypotheticalContract {
        let amount = try question.annualAmount.map { text in
            guard let amount = Money(decimal: text, currency: currency), amount.minorUnits > 0 else {
                throw OperationError(
                    .invalid, "'\(text)' is no annual amount in \(currency); expected a number such as 24000")
            }
            return amount
        }
        if let day = question.signedOn, day < today {
            throw OperationError(
                .invalid,
                "\(day) is past: today is \(today), and a contract that is not signed yet is signed today or later"
            )
        }
        return HypotheticalContract(
            renews: question.renews, annualAmount: amount, months: question.months,
            discount: question.discount, signedOn: question.signedOn ?? today)
    }

    // MARK: What is owed

    /// What a pilot, or every pilot, owes today and what its promises will cost.
    package func liability(of pilot: Pilot.ID?) async throws -> Liability {
        try await store.read { transaction in
            let (book, today) = try bookOfPlans(transaction)
            return Incentives.liability(
                of: try standings(of: pilot, transaction), in: EarningBook(book),
                ledger: try transaction.ledgerEntries(), asOf: today)
        }
    }

    /// What every component of every plan earned each partner, quarter by quarter.
    ///
    /// - Parameter quarter: one that is over; `nil` for all that are, from the first day of a pilot's terms.
    package func exportAccruals(quarter: CalendarPeriod?) async throws -> ExportTable {
        let rows = try await store.read { transaction in
            let (book, today) = try bookOfPlans(transaction)
            if let quarter, quarter.lastDay >= today {
                throw OperationError(
                    .invalid,
                    "\(quarter) is not over before \(quarter.lastDay + 1); accruals are of quarters that are over"
                )
            }
            // As a close computes them: volumes carry on from one pilot to the next.
            let accounts = try programmeAccounts(transaction)
            return accruals(
                of: accounts, in: EarningBook(book), ledger: try transaction.ledgerEntries(),
                quarters: quarter.map { [$0] } ?? accrualQuarters(of: accounts, before: today))
        }
        return ExportTable(
            columns: [
                "quarter", "partner", "plan", "component", "currency", "earned", "held", "payable", "paid",
                "external", "cost",
            ],
            rows: rows.map {
                [
                    .text($0.quarter.description), .text($0.partner.rawValue), .text($0.plan.rawValue),
                    .text($0.component.rawValue), .text($0.currency.code), .integer($0.earned),
                    .integer($0.held), .integer($0.payable), .integer($0.paid), .integer($0.external),
                    .integer($0.cost),
                ]
            })
    }

    // MARK: Reading

    private func planReplay(_ options: ReplayOptions) async throws -> PlanReplay {
        try await store.read { transaction in
            let (book, today) = try bookOfPlans(transaction)
            return PlanReplay(
                book: book, window: QuarterWindow(last: options.quarters, before: today),
                grossMargin: options.grossMargin)
        }
    }

    /// The latest book and the day it is read on; refused while nothing is in it.
    private func bookOfPlans(_ transaction: Transaction) throws -> (book: Book, today: Day) {
        let book = try book(through: transaction.latestSequence(), transaction)
        guard !book.contracts.isEmpty else {
            throw OperationError(
                .notFound,
                "the store has no contracts to run plans on; read them with 'fairway sync', or practise with 'fairway demo'"
            )
        }
        return (book, Day(try now(transaction), in: environment.zone))
    }

    private func require(_ partner: Partner.ID, in book: Book) throws {
        guard book.partners.contains(where: { $0.id == partner }) else {
            throw OperationError(.notFound, "\(WhatIfError.unknownPartner(partner))")
        }
    }

    private func standings(of id: Pilot.ID?, _ transaction: Transaction) throws -> [PilotStanding] {
        let pilots = try id.map { [try started($0, transaction)] } ?? transaction.pilots()
        return try pilots.map {
            PilotStanding(
                pilot: $0, assignments: try transaction.assignments(of: $0.id),
                promises: try transaction.promises(of: $0.id))
        }
    }
}
