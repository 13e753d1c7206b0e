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
    /// The weight of everyone is 1, so this is a partner's weight when all weigh the same; nil otherwise.
    private let commonWeight: Double?
    private let isStudentized: Bool
    private let isShiftable: Bool
    /// The mean absolute deviation from the pooled rate: what rounding errors are measured against.
    private(set) var scale = 0.0

    /// - Parameters:
    ///   - members: Indices of the totals that take part.
    ///   - treated: For every total whether it was treated; nil where no shift will be tried.
    /// - Throws: `.emptyArm` when nobody has a weight.
    init(_ metric: RandomizationMetric, members: [Int], treated: [Bool]?) throws(EstimationError) {
        let outcomes = metric.totals.map { metric.statistic.outcome(of: $0) }
        let weight = members.reduce(0) { $0 + outcomes[$1].x }
        guard weight > 0 else { throw .emptyArm(.control) }
        let center = members.reduce(0) { $0 + outcomes[$1].y } / weight
        commonWeight = metric.statistic == .rateDifference ? nil : 1 / weight
        isStudentized = metric.isStudentized
        isShiftable = treated != nil
        let partners = outcomes.map { outcome -> (x: Double, y: Double) in
            guard outcome.x > 0 else { return (0, 0) }
            let x = outcome.x / weight
            let y = outcome.y / weight
            let excess = y - center * x
            // A partner exactly at the pooled rate must not look different by a rounding error.
            let isNoise = abs(excess) <= 1e-13 * (abs(y) + abs(center * x))
            return (x, isNoise ? 0 : excess)
        }
        scale = members.reduce(0) { $0 + abs(partners[$1].y) }
        func add(_ value: ((x: Double, y: Double)) -> Double) { columns.append(partners.map(value)) }
        add { $0.x > 0 ? 1 : 0 }
        if commonWeight == nil { add { $0.x } }
        add { $0.y }
        if isStudentized {
            if commonWeight == nil {
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
            if isStudentized {
                if commonWeight == nil { addTreated { $0.x * $0.x } }
                addTreated { $0.x * $0.y }
            }
        }
        everyone = columns.map { column in members.reduce(0) { $0 + column[$1] } }
    }

    /// The moments of outcomes y − τ·x·d from the sums of the columns.
    ///
    /// - Parameter sum: The sum of a column, by its number.
    @inline(__always)
    func moments(shift: Double = 0, _ sum: (Int) -> Double) -> ArmMoments {
        var moments = ArmMoments()
        moments.clusters = sum(0)
        var next: Int
        if let commonWeight {
            moments.x = moments.clusters * commonWeight
            moments.y = sum(1)
            next = 2
            if isStudentized {
                moments.xx = moments.x * commonWeight
                moments.xy = moments.y * commonWeight
                moments.yy = sum(2)
                next = 3
            }
        } else {
            moments.x = sum(1)
            moments.y = sum(2)
            next = 3
            if isStudentized {
                moments.xx = sum(3)
                moments.xy = sum(4)
                moments.yy = sum(5)
                next = 6
            }
        }
        if shift != 0 {
            let added = treatedPart(from: next, sum)
            moments.y -= shift * added.x
            moments.xy -= shift * added.xx
            moments.yy += shift * (shift * added.xx - 2 * added.xy)
        }
        return moments
    }

    /// The moments of outcomes −sign·x·d, what is left of y − τ·x·d when τ grows beyond all bounds.
    func limit(sign: Double, _ sum: (Int) -> Double) -> ArmMoments {
        var moments = moments(sum)
        let added = treatedPart(
            from: (commonWeight == nil ? 3 : 2) + (isStudentized ? (commonWeight == nil ? 3 : 1) : 0), sum)
        moments.y = -sign * added.x
        moments.xy = -sign * added.xx
        moments.yy = added.xx
        return moments
    }

    /// Σ xd, Σ x²d and Σ xyd.
    @inline(__always)
    private func treatedPart(from first: Int, _ sum: (Int) -> Double) -> (x: Double, xx: Double, xy: Double) {
        precondition(isShiftable, "a shift needs to know who was treated")
        let x = sum(first)
        guard isStudentized else { return (x, 0, 0) }
        if let commonWeight { return (x, x * commonWeight, sum(first + 1)) }
        return (x, sum(first + 1), sum(first + 2))
    }

    /// The moments of everyone.
    func total(shift: Double = 0) -> ArmMoments { moments(shift: shift) { everyone[$0] } }

    /// Everyone's part of `limit`.
    func totalLimit(sign: Double) -> ArmMoments { limit(sign: sign) { everyone[$0] } }
}
