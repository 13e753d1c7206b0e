package import Model
import Statistics

/// Looks for gaming in every treatment arm, with the family-wise error of all detectors and arms held at alpha.
///
/// The unit is the partner: each partner's cases since assignment, less what its own history leads to expect, are
/// compared between arms by replaying the lots within the recorded strata and blocks. Formulas: docs/AUDIT.md.
///
/// - Parameters:
///   - assignments: All of one pilot.
///   - payableOn: For each treatment arm the day on which a contract, of whichever arm, is first payable under that
///     arm's plan; early churn counts from it, and from the signature where it is missing. One rule for both arms:
///     what each was really paid would make the arms differ without anybody gaming.
package func gamingScan(
    book: Book, assignments: [Assignment], payableOn: [Variant.ID: [Contract.ID: Day]], asOf: Day,
    options: GamingOptions = GamingOptions()
) -> GamingScan {
    let gaming = GamingBook(book, assignments: assignments, asOf: asOf)
    let variants = Set(assignments.map(\.variant)).subtracting([Variant.control]).sorted()
    var findings: [GamingFinding] = []
    for (arm, variant) in variants.enumerated() {
        for (number, detector) in GamingDetector.allCases.enumerated() {
            let counts = PartnerCounts(
                detector, in: gaming, payableOn: payableOn[variant] ?? [:], options: options)
            var test = GamingTest(
                detector: detector, variant: variant, counts: counts, assignments: assignments,
                options: options)
            test.seed = options.seed &+ UInt64(arm * GamingDetector.allCases.count + number)
            findings.append(test.finding())
        }
    }
    let adjusted: [Double?] = adjustedPValues(findings.map(\.pValue), method: .holm)
    for (index, pValue) in adjusted.enumerated() {
        findings[index].adjustedPValue = pValue
        findings[index].isFlagged = pValue.map { $0 <= options.alphaOneSided } ?? false
    }
    return GamingScan(asOf: asOf, options: options, findings: findings)
}

/// The day on which each contract of these lines is first payable.
package func firstPayableDays(of lines: [Payout]) -> [Contract.ID: Day] {
    lines.reduce(into: [:]) { days, line in
        guard let contract = line.contract, let day = line.payableOn, line.amount > 0 else { return }
        days[contract] = min(days[contract] ?? day, day)
    }
}

/// One detector's comparison of one treatment arm with control.
private struct GamingTest {
    let detector: GamingDetector
    let variant: Variant.ID
    let counts: PartnerCounts
    let assignments: [Assignment]
    let options: GamingOptions
    var seed: UInt64 = 0

    private struct Block: Hashable {
        var stratum: String
        var block: Int
    }

    private var labels: [Int] {
        assignments.map { $0.variant == Variant.control ? 0 : $0.variant == variant ? 1 : 2 }
    }

    /// What each partner's history leads to expect a contract: its own share, drawn towards that of all partners.
    private var expected: [Double] {
        let all = counts.before.reduce(into: GamingCount()) { all, own in
            all.contracts += own.contracts
            all.cases += own.cases
        }
        let pooled = all.contracts > 0 ? all.cases / Double(all.contracts) : 0
        return counts.before.map { own in
            (own.cases + options.historyWeight * pooled) / (Double(own.contracts) + options.historyWeight)
        }
    }

    func finding() -> GamingFinding {
        let expected = expected
        let totals = zip(counts.since, expected).map { own, share in
            let excess = own.cases - Double(own.contracts) * share
            return ClusterTotal(
                count: own.contracts, numerator: own.contracts > 0 ? excess : 0,
                denominator: Double(own.contracts), sumOfSquares: 0)
        }
        let (control, treatment) = (arm(0), arm(1))
        var finding = GamingFinding(
            detector: detector, variant: variant, control: control, treatment: treatment, effect: nil,
            pValue: nil, adjustedPValue: nil, isFlagged: false, cannotTell: nil, contributors: [],
            laterShare: detector == .pullForward ? [laterShare(0), laterShare(1)] : nil)
        func change(_ label: Int) -> Double? {
            let own = zip(totals, labels).filter { $0.1 == label }.map(\.0)
            let contracts = own.reduce(0) { $0 + $1.denominator }
            return contracts > 0 ? own.reduce(0) { $0 + $1.numerator } / contracts : nil
        }
        guard let before = change(0), let after = change(1) else {
            finding.cannotTell = "one arm has no contracts to count yet"
            return finding
        }
        finding.effect = after - before
        finding.contributors = contributors(totals, usual: before)
        let fewest = min(control.partners, treatment.partners)
        guard fewest >= options.fewestPartners else {
            finding.cannotTell =
                "an arm has contracts to count of \(fewest) partners, and \(options.fewestPartners) are needed"
            return finding
        }
        do throws(EstimationError) {
            let blocks = assignments.map { Block(stratum: $0.stratum, block: $0.block) }
            let results = try randomizationTests(
                metrics: [
                    RandomizationMetric(totals: totals, statistic: .rateDifference, hasInterval: false)
                ],
                mechanism: .stratified(labels: labels, strata: blocks),
                options: RandomizationOptions(
                    draws: options.draws, seed: seed, exactLimit: Double(options.draws),
                    alternative: .greater,
                    stoppingCount: max(50, options.draws / 4)))
            let test = results[0].test
            if test.smallestAttainable > options.alphaOneSided {
                finding.cannotTell =
                    "so few partners could have been assigned otherwise that no pattern stands out"
            } else {
                finding.pValue = test.pValue
            }
        } catch .noVariation {
            // Nobody differs from anybody: nothing speaks for gaming.
            finding.pValue = 1
        } catch {
            finding.cannotTell = "\(error)"
        }
        return finding
    }

    private func arm(_ label: Int) -> GamingFinding.Arm {
        let own = labels.indices.filter { labels[$0] == label }
        let (since, before) = (own.map { counts.since[$0] }, own.map { counts.before[$0] })
        let (contracts, past) = (
            since.reduce(0) { $0 + $1.contracts }, before.reduce(0) { $0 + $1.contracts }
        )
        let cases = since.reduce(0) { $0 + $1.cases }
        return GamingFinding.Arm(
            partners: since.count { $0.contracts > 0 }, contracts: contracts, cases: cases,
            share: contracts > 0 ? cases / Double(contracts) : nil, historyContracts: past,
            historyShare: past > 0 ? before.reduce(0) { $0 + $1.cases } / Double(past) : nil)
    }

    private func laterShare(_ label: Int) -> Double? {
        let own = labels.indices.filter { labels[$0] == label }
        let contracts = own.reduce(0) { $0 + counts.since[$1].contracts }
        return contracts > 0 ? Double(own.reduce(0) { $0 + counts.later[$1] }) / Double(contracts) : nil
    }

    private func contributors(_ totals: [ClusterTotal], usual: Double) -> [GamingFinding.Contributor] {
        let labels = labels
        let own = labels.indices.filter { labels[$0] == 1 && totals[$0].count > 0 }.map { index in
            GamingFinding.Contributor(
                partner: assignments[index].partner, contracts: totals[index].count,
                cases: counts.since[index].cases,
                excess: totals[index].numerator - usual * totals[index].denominator)
        }.filter { $0.excess > 0 }
        return Array(
            own.sorted { ($1.excess, $0.partner) < ($0.excess, $1.partner) }.prefix(options.contributors))
    }
}
