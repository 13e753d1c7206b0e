import Incentives
package import Model

/// Whether a plan pays for what it should, judged on a book's history.
package struct PlanLint: Sendable, Hashable, Codable {
    package struct Rules: Sendable, Hashable, Codable {
        /// Renewal and expansion are at least this share of pay; nil asks nothing.
        package var minimumRetentionShare: Rate?
        /// The 10th percentile of the vendor's net is at least this share of gross margin; nil asks nothing.
        package var vendorNetFloor: Rate?

        package init(minimumRetentionShare: Rate?, vendorNetFloor: Rate?) {
            self.minimumRetentionShare = minimumRetentionShare
            self.vendorNetFloor = vendorNetFloor
        }
    }

    package enum Rule: String, Sendable, Hashable, Codable, CaseIterable {
        case minimumRetentionShare, vendorNetFloor
    }

    /// What one rule found.
    package struct Finding: Sendable, Hashable, Codable {
        package var rule: Rule
        /// A fraction; nil when it cannot be computed, and then the rule is not met.
        package var measured: Double?
        /// A fraction.
        package var limit: Double
        package var passes: Bool
        package var sentence: String
    }

    /// Something to look at that no rule forbids.
    package struct Warning: Sendable, Hashable, Codable {
        package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
            /// One unit more of volume changes pay by more than the volume itself.
            case cliff
            /// Pay on one contract can exceed its annual amount within a year.
            case paysMoreThanItBrings
            /// A milestone can be paid after the clawback's window.
            case clawbackBeforeMilestone
            /// No contract of the past would have met its conditions.
            case shutGate
        }

        package var kind: Kind
        package var sentence: String
    }

    package var plan: PlanDifference.Side
    package var currency: Currency
    package var shares: PayShares
    package var replay: ReplayFindings
    /// One for each rule that is asked, in the order of ``Rule``.
    package var findings: [Finding]
    package var warnings: [Warning]
    /// Whether every rule that is asked is met.
    package var passes: Bool
}

extension PlanReplay {
    /// Lints a plan on what it would have paid in the window.
    package func lint(
        _ plan: IncentivePlan, rules: PlanLint.Rules, draws: Int = 2000, seed: UInt64
    ) -> PlanLint {
        let shares = payShares(under: [plan])
        let findings = findings([[plan]], draws: draws, seed: seed)
        var lint = PlanLint(
            plan: PlanDifference.Side(plan), currency: plan.currency, shares: shares, replay: findings,
            findings: [], warnings: warnings(on: plan), passes: true)
        if let limit = rules.minimumRetentionShare {
            let measured = shares.share(of: [.renewal, .expansion])
            lint.findings.append(
                finding(
                    .minimumRetentionShare, measured, limit,
                    name: "renewal and expansion are", of: "pay",
                    reason: "the plan would have paid nothing in these quarters"))
        }
        if let limit = rules.vendorNetFloor {
            lint.findings.append(
                finding(
                    .vendorNetFloor, findings.held[0].resampledNetShare?.p10, limit,
                    name: "in 9 of 10 draws the vendor's net is more than", of: "gross margin",
                    reason: "there are fewer than two partners, or draws without gross margin"))
        }
        lint.passes = lint.findings.allSatisfy(\.passes)
        return lint
    }

    private func finding(
        _ rule: PlanLint.Rule, _ measured: Double?, _ limit: Rate, name: String, of whole: String,
        reason: String
    ) -> PlanLint.Finding {
        guard let measured else {
            return PlanLint.Finding(
                rule: rule, measured: nil, limit: limit.fraction, passes: false,
                sentence: "not computed, at least \(limit) asked: \(reason)")
        }
        let passes = measured >= limit.fraction
        return PlanLint.Finding(
            rule: rule, measured: measured, limit: limit.fraction, passes: passes,
            sentence: "\(name) \(percentText(measured)) of \(whole), "
                + "\(passes ? "at least" : "less than") the \(limit) asked")
    }
}

/// A fraction in per cent with one digit, "41.3 %".
func percentText(_ fraction: Double) -> String {
    let thousandths = (fraction * 1000).rounded(.toNearestOrEven)
    guard thousandths.isFinite, abs(thousandths) < 1e12 else { return "\(fraction)" }
    let number = Int64(thousandths)
    return "\(number < 0 ? "-" : "")\(number.magnitude / 10).\(number.magnitude % 10) %"
}
