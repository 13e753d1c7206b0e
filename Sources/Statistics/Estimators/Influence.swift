/// What a comparison would have said without one of its partners.
public struct LeaveOneOut: Sendable, Hashable, Codable {
    /// The arm of the partner left out.
    public var arm: Arm
    /// The partner's index in its arm's array of totals.
    public var cluster: Int
    /// Control partners that remain.
    public var control: PartnerCount
    /// Treatment partners that remain.
    public var treatment: PartnerCount
    /// treatment − control without the partner.
    public var difference: Double
    /// `difference` minus the difference with everybody.
    public var shift: Double
    /// The estimate without the partner, for the most influential partners only, and where it is defined.
    public var estimate: Estimate?

    /// Creates a result from its fields.
    public init(
        arm: Arm, cluster: Int, control: PartnerCount, treatment: PartnerCount, difference: Double,
        shift: Double, estimate: Estimate?
    ) {
        self.arm = arm
        self.cluster = cluster
        self.control = control
        self.treatment = treatment
        self.difference = difference
        self.shift = shift
        self.estimate = estimate
    }
}

/// Recomputes the difference of pooled rates without each partner in turn, most influential first.
///
/// Partners without denominator and numerator, and the only partner of an arm with a denominator, are not listed:
/// leaving them out changes nothing, or leaves nothing. Takes O(m log m) for m partners, and O(m) more for each detailed estimate.
///
/// - Parameter detailed: For how many of the most influential partners to compute an estimate as well.
/// - Throws: `.emptyArm`, `.invalidTotal`.
public func leaveOnePartnerOut(
    control: [ClusterTotal], treatment: [ClusterTotal], workingCovariance: WorkingCovariance = .exchangeable,
    detailed: Int = 5
) throws(EstimationError) -> [LeaveOneOut] {
    let rates = (
        control: try ArmRate(pooling: control, arm: .control),
        treatment: try ArmRate(pooling: treatment, arm: .treatment)
    )
    let difference = rates.treatment.rate - rates.control.rate
    var results: [LeaveOneOut] = []
    results.reserveCapacity(control.count + treatment.count)
    let partners = (control: PartnerCount(rates.control), treatment: PartnerCount(rates.treatment))
    for (index, rate) in ratesLeavingOneOut(control, pooled: rates.control) {
        let without = rates.treatment.rate - rate
        results.append(
            LeaveOneOut(
                arm: .control, cluster: index, control: rates.control.partners(without: index, of: control),
                treatment: partners.treatment, difference: without, shift: without - difference, estimate: nil
            ))
    }
    for (index, rate) in ratesLeavingOneOut(treatment, pooled: rates.treatment) {
        let without = rate - rates.control.rate
        results.append(
            LeaveOneOut(
                arm: .treatment, cluster: index, control: partners.control,
                treatment: rates.treatment.partners(without: index, of: treatment), difference: without,
                shift: without - difference, estimate: nil))
    }
    results.sort { abs($0.shift) > abs($1.shift) }
    for position in results.indices.prefix(max(0, detailed)) {
        var remaining = (control: control, treatment: treatment)
        switch results[position].arm {
        case .control: remaining.control.remove(at: results[position].cluster)
        case .treatment: remaining.treatment.remove(at: results[position].cluster)
        }
        results[position].estimate = try rateDifference(
            control: remaining.control, treatment: remaining.treatment, workingCovariance: workingCovariance
        ).estimate
    }
    return results
}

/// The arm's pooled rate without each partner that takes part and leaves a denominator.
private func ratesLeavingOneOut(_ totals: [ClusterTotal], pooled: ArmRate) -> [(index: Int, rate: Double)] {
    totals.enumerated().compactMap { index, total in
        let remaining = pooled.denominator - total.denominator
        let isAlone = total.denominator > 0 && pooled.clusterCount == 1
        guard total.takesPart, !isAlone, remaining > 0 else { return nil }
        // R − (y − R·x)/(X − x): no cancellation between large totals.
        let residual = total.numerator - pooled.rate * total.denominator
        return (index, pooled.rate - residual / remaining)
    }
}

extension ArmRate {
    /// The partners of an arm without one of them.
    fileprivate func partners(without index: Int, of totals: [ClusterTotal]) -> PartnerCount {
        let own = totals[index].denominator
        guard own > 0 else { return PartnerCount(self) }
        let share = own / denominator
        var squares = 1 / effectiveClusterCount - share * share
        if share > 0.25 {
            // Little is left of the difference: add up the others instead, which happens for three partners at most.
            squares = totals.indices.reduce(0.0) { sum, other in
                let share = totals[other].denominator / denominator
                return other == index ? sum : sum + share * share
            }
        }
        return PartnerCount(raw: clusterCount - 1, effective: (1 - share) * (1 - share) / squares)
    }
}
