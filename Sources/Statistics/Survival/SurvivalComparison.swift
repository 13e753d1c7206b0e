/// The customers of both arms in one stratum.
///
/// Partners keep their numbers across strata, so that one whose customers lie in several is still one partner.
public struct SurvivalComparison: Sendable {
    /// The control arm's customers.
    public let control: SurvivalSample
    /// The treatment arm's customers.
    public let treatment: SurvivalSample

    /// Pairs the arms.
    public init(control: SurvivalSample, treatment: SurvivalSample) {
        self.control = control
        self.treatment = treatment
    }
}

extension [SurvivalComparison] {
    /// The customers of an arm, by stratum.
    func samples(of arm: Arm) -> [SurvivalSample] {
        map { arm == .control ? $0.control : $0.treatment }
    }

    /// How many partners an arm numbers; checks that all strata agree.
    func clusterCount(of arm: Arm) -> Int {
        let counts = samples(of: arm).map(\.clusterCount)
        precondition(
            counts.allSatisfy { $0 == counts[0] }, "the strata of an arm number its partners alike")
        return counts.first ?? 0
    }

    /// Customers of each partner of an arm.
    func clusterSizes(of arm: Arm) -> [Int] {
        var sizes = [Int](repeating: 0, count: clusterCount(of: arm))
        for sample in samples(of: arm) {
            for partner in sample.cluster { sizes[Int(partner)] += 1 }
        }
        return sizes
    }

    /// The partners with customers; throws below two in an arm.
    func occupiedPartners() throws(EstimationError) -> (control: [Int], treatment: [Int]) {
        let sizes = (control: clusterSizes(of: .control), treatment: clusterSizes(of: .treatment))
        for (arm, sizes) in [(Arm.control, sizes.control), (.treatment, sizes.treatment)] {
            let found = sizes.count { $0 > 0 }
            guard found > 0 else { throw .emptyArm(arm) }
            guard found >= 2 else { throw .tooFewClusters(arm: arm, found: found, required: 2) }
        }
        return sizes
    }
}
