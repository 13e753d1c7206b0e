package import Model

/// Where the money of one plan goes along a customer's life, summed over lines that it made, and who bears which
/// risk. docs/PLANS.md says which line belongs to which stage.
///
/// Every line that the plan can make has a row, whether or not it made one.
///
/// - Parameters:
///   - payouts: those of other plans and other currencies are left out.
///   - renewals: contracts that renew another, which moves their share of a commission on new contracts and
///     renewals alike to the stage of renewal; not needed otherwise.
package func revenueFlow(
    plan: IncentivePlan, payouts: [Payout], renewals: Set<Contract.ID> = []
) -> RevenueFlow {
    let stages = FlowStages(plan: plan, renewals: renewals)
    var rows: [RowKey: RevenueFlow.Row] = [:]
    for (stage, line) in stages.expected {
        rows[RowKey(stage: stage, line: line)] = stages.row(stage, line)
    }
    for payout in payouts where payout.plan == plan.id && payout.currency == plan.currency {
        let key = RowKey(
            stage: stages.stage(of: payout),
            line: RevenueFlow.Line(component: payout.component, rule: payout.rule))
        rows[key, default: stages.row(key.stage, key.line)].add(payout)
    }
    return RevenueFlow(
        plan: plan.id, version: plan.version, currency: plan.currency,
        rows: rows.values.sorted { $0.order < $1.order },
        risks: risks(of: plan))
}

private struct RowKey: Hashable {
    var stage: RevenueFlow.Stage
    var line: RevenueFlow.Line
}

extension RevenueFlow.Row {
    fileprivate mutating func add(_ payout: Payout) {
        count += 1
        switch payout.state {
        case .payable: payable += payout.amount
        case .held: held += payout.amount
        case .external: external += payout.amount
        case .cost: cost += payout.amount
        case .lapsed: lapsed += payout.amount
        case .blocked: break
        }
    }

    fileprivate var order: (RevenueFlow.Stage, PlanComponent, Int) {
        (stage, line.component, PlanRule.allCases.firstIndex(of: line.rule) ?? 0)
    }
}
