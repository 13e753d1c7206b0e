/// The columns whose sums by arm are an arm's moments, with or without a shift of the treated partners.
///
/// Outcomes are first centred at the pooled rate, so that sums of squares keep their digits, and divided by the
/// total weight, so that revenue squared stays far from overflow. Under a hypothetical effect τ the outcome
/// without treatment is y − τ·x·d, where d says who was treated; its moments follow from the sums of xd, x²d
/// and xyd, so that no τ needs another pass over partners.
struct MomentColumns: Sendable {
    /// One array a column with a number for every total.
    private(set) var columns: [[Double]] = []
    /// Moments of all members together, by their columns.
    private(set) var everyone: [Double] = []
    /// How an arm's moments follow from the sums of the columns.
    let layout: MomentLayout
    /// The mean absolute deviation from the pooled rate: what rounding errors are measured against.
    private(set) var scale = 0.0

    /// - Parameters:
    ///   - members: Indices of the totals that take part.
    ///   - treated: For every total whether it was treated; nil where no shift will be tried.
    ///   - factors: What every total's weight and outcome are multiplied by; nil for 1. The rate everything is centred
    ///     at does not depend on them, so that arms with factors of their own can be compared.
    /// - Throws: `.emptyArm` when nobody has a weight.
    init(
        _ metric: RandomizationMetric, members: [Int], treated: [Bool]?, factors: [Double]? = nil
    ) throws(EstimationError) {
        let outcomes = metric.totals.map { metric.statistic.outcome(of: $0) }
        let weight = members.reduce(0) { $0 + outcomes[$1].x }
        guard weight > 0 else { throw .emptyArm(.control) }
        let center = members.reduce(0) { $0 + outcomes[$1].y } / weight
        let layout = MomentLayout(
            commonWeight: metric.statistic.weighsEqually ? 1 / weight : nil,
            isStudentized: metric.isStudentized, isShiftable: treated != nil)
        self.layout = layout
        let partners = outcomes.enumerated().map { index, outcome -> (x: Double, y: Double) in
            let factor = (factors?[index] ?? 1) / weight
            let x = outcome.x * factor
            let y = outcome.y * factor
            let excess = y - center * x
            // A partner exactly at the pooled rate must not look different by a rounding error.
            let isNoise = abs(excess) <= 1e-13 * (abs(y) + abs(center * x))
            return (x, isNoise ? 0 : excess)
        }
        scale = members.reduce(0) { $0 + abs(partners[$1].y) }
        func add(_ value: ((x: Double, y: Double)) -> Double) { columns.append(partners.map(value)) }
        // A partner without a weight may still add to the outcomes, and to what varies.
        add { $0.x > 0 || $0.y != 0 ? 1 : 0 }
        if layout.commonWeight == nil { add { $0.x } }
        add { $0.y }
        if layout.isStudentized {
            if layout.commonWeight == nil {
                add { $0.x * $0.x }
                add { $0.x * $0.y }
            }
            add { $0.y * $0.y }
        }
        if let treated {
            func addTreated(_ value: ((x: Double, y: Double)) -> Double) {
                columns.append(zip(partners, treated).map { $1 ? value($0) : 0 })
            }
            addTreated { $0.x }
            if layout.isStudentized {
                if layout.commonWeight == nil { addTreated { $0.x * $0.x } }
                addTreated { $0.x * $0.y }
            }
        }
        everyone = columns.map { column in members.reduce(0) { $0 + column[$1] } }
    }

    /// The moments of everyone.
    func total() -> ArmMoments { layout.moments { everyone[$0] } }
}
