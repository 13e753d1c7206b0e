/// A plan in short sentences that a partner understands, in the order in which its rules apply.
package struct PlanSentences: Sendable, Hashable, Codable {
    /// What a part is about. The cases stand in the order of the parts.
    package enum Subject: String, Sendable, Hashable, Codable, CaseIterable {
        /// Who pays, in which currency, on which contracts.
        case conditions
        /// Exchange rates of contracts in other currencies.
        case exchange
        /// What a rate is taken of.
        case payBase
        case commission, renewalBonus, recurringBonus, rebate, milestoneBonus, diversificationBonus
        case escalator, healthWeight, priceConcession
        /// The largest renewal bonus for one contract.
        case cap
        case gates
        case accelerator, contingency
        case limits, noWorseOff
        case clawback
        /// What comes besides pay.
        case coMarketing, treatment
    }

    package struct Part: Sendable, Hashable, Codable {
        package var subject: Subject
        /// "Commission on new contracts".
        package var heading: String
        package var sentences: [String]
        /// A worked example in the plan's own numbers; `nil` where there is nothing to compute.
        package var example: String?

        package init(subject: Subject, heading: String, sentences: [String], example: String? = nil) {
            self.subject = subject
            self.heading = heading
            self.sentences = sentences
            self.example = example
        }
    }

    package var plan: IncentivePlan.ID
    package var version: Int
    package var summary: String
    package var parts: [Part]

    package init(plan: IncentivePlan.ID, version: Int, summary: String, parts: [Part]) {
        self.plan = plan
        self.version = version
        self.summary = summary
        self.parts = parts
    }

    package func parts(about subject: Subject) -> [Part] { parts.filter { $0.subject == subject } }
}
