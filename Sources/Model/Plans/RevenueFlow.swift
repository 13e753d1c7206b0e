/// Where a plan's money goes along a customer's life, from whom to whom, and who bears which risk.
package struct RevenueFlow: Sendable, Hashable, Codable {
    /// The stages of a customer's life, in order.
    package enum Stage: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
        case engagement, signing, onboarding, adoption, expansion, renewal
        /// Lines on the whole pay of a period, which belong to no one stage.
        case everyStage

        package static func < (left: Self, right: Self) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// Who pays or is paid.
    package enum Party: String, Sendable, Hashable, Codable, CaseIterable {
        case vendor, partner
        /// The system that pays a plan whose payer is external.
        case otherSystem
        /// What is spent with the partner and not paid to it.
        case jointMarketing
    }

    /// A line of the plan: what pays, and the rule that changes it.
    package struct Line: Sendable, Hashable, Codable {
        package var component: PlanComponent
        package var rule: PlanRule

        package init(component: PlanComponent, rule: PlanRule) {
            self.component = component
            self.rule = rule
        }
    }

    /// Amounts are minor units of the flow's currency.
    package struct Row: Sendable, Hashable, Codable {
        package var stage: Stage
        package var payer: Party
        package var payee: Party
        package var line: Line
        /// How many lines of statements it sums.
        package var count: Int
        package var payable: Int64
        package var held: Int64
        package var external: Int64
        package var cost: Int64
        /// What will not be paid because its condition was not met; no part of ``total``.
        package var lapsed: Int64

        package init(stage: Stage, payer: Party, payee: Party, line: Line) {
            self.stage = stage
            self.payer = payer
            self.payee = payee
            self.line = line
            count = 0
            payable = 0
            held = 0
            external = 0
            cost = 0
            lapsed = 0
        }

        /// What flows or will flow: everything that has not lapsed.
        package var total: Int64 { payable + held + external + cost }
    }

    /// A risk that the plan puts on somebody.
    package struct Risk: Sendable, Hashable, Codable {
        package var bearer: Party
        package var sentence: String

        package init(bearer: Party, sentence: String) {
            self.bearer = bearer
            self.sentence = sentence
        }
    }

    package var plan: IncentivePlan.ID
    package var version: Int
    package var currency: Currency
    /// By stage, then component, then rule.
    package var rows: [Row]
    package var risks: [Risk]

    package init(
        plan: IncentivePlan.ID, version: Int, currency: Currency, rows: [Row], risks: [Risk]
    ) {
        self.plan = plan
        self.version = version
        self.currency = currency
        self.rows = rows
        self.risks = risks
    }
}
