import Statistics

/// The randomisation test of the renewal difference within strata, 10,000 draws.
///
/// - Parameters:
///   - isStudentized: Whether differences are divided by their standard errors, which doubles the sums of a draw.
///   - threads: How many batches are drawn at the same time; one for the serial test.
func permutationWork(_ columns: InputColumns, isStudentized: Bool, threads: Int) throws -> Work {
    let partners = try Partners(columns)
    let totals = try renewalTotals(columns).allTotals
    let metric = RandomizationMetric(
        totals: totals, statistic: .rateDifference, isStudentized: isStudentized)
    let mechanism = AssignmentMechanism.stratified(
        labels: partners.arm.map { Int($0) }, strata: partners.stratum)
    let options = RandomizationOptions(draws: 10_000, seed: 1)
    return {
        let tests =
            threads == 1
            ? try randomizationTests(metrics: [metric], mechanism: mechanism, options: options)
            : try await randomizationTests(
                metrics: [metric], mechanism: mechanism, options: options, concurrency: threads)
        return ["permutation": tests[0].difference, "permutation_p": tests[0].test.pValue]
    }
}

/// The restricted wild cluster bootstrap of the renewal difference: CR1 errors, 9,999 sets of signs.
func wildWork(_ columns: InputColumns) throws -> Work {
    let partners = try Partners(columns)
    let model = try ClusterCrossProducts(
        totals: try renewalTotals(columns).allTotals, arms: partners.arm.map { Int($0) }, armCount: 2
    ).fit(LinearModelFormula(outcome: "outcome", regressors: [ClusterCrossProducts.armTerm(1)]))
    let plan = WildBootstrapPlan(weights: .rademacher, draws: 9_999)
    return {
        let test = try model.wildBootstrap(
            of: ClusterCrossProducts.armTerm(1), variant: .wcr11, plan: plan, seed: 1)
        return ["wild_t": test.statistic, "wild_p": test.pValue]
    }
}

/// A thousand simulated pilots of 200 of the partners, at one effect.
func powerWork(_ columns: InputColumns) throws -> Work {
    let all = try renewalTotals(columns).allTotals
    let totals = stride(from: 0, to: all.count, by: max(1, all.count / 200)).prefix(200).map { all[$0] }
    let block = RandomizationBlock(
        labels: totals.indices.map { $0 % 2 }, clusters: totals.indices.map { $0 })
    let simulation = try PowerSimulation(
        sizes: totals.map(\.count), rates: totals.map { _ in 0.65 }, intraclassCorrelation: 0.05,
        effects: [0.05], test: PlannedTest(), seed: 1,
        assignment: permutedAssignment(blocks: [block], partnerCount: totals.count))
    return {
        let tally = simulation.tallies(replicates: 0..<1_000)[0]
        return ["power": tally.power ?? .nan]
    }
}

extension PartnerTotals {
    /// The line of every partner of both arms, in the order of the roster.
    fileprivate var allTotals: [ClusterTotal] {
        var control = clusterTotals(ofArm: 0, numerator: 0).makeIterator()
        var treatment = clusterTotals(ofArm: 1, numerator: 0).makeIterator()
        return arms.compactMap { $0 == 0 ? control.next() : treatment.next() }
    }
}
