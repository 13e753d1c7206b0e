/// The confidence interval of a constant effect: all effects that the randomisation test does not reject.
///
/// For a hypothetical effect τ the treated partners' outcomes are lowered by τ·x, and the test of no effect is
/// repeated on the same assignments. The ends are found by bisection, to 10⁻⁴ of the standard error outwards,
/// so that the interval never claims too much.
///
/// - Source: Rosenbaum (2002), Observational Studies, sec. 2.6; Imbens & Rubin (2015), sec. 5.7.
struct ShiftInterval {
    private let run: RandomizationRun
    /// The sums of the contrast's columns, one assignment after the other.
    private let rows: [Double]
    /// The contrast's columns.
    private let width: Int
    /// The probability of each assignment; empty when all are equally likely.
    private let probabilities: [Double]
    private let contrast: LabelContrast
    private let observed: [Double]
    private let alternative: Alternative
    private let alpha: Double

    /// - Parameter lanes: The lane of each of the contrast's columns.
    init?(run: RandomizationRun, contrast: LabelContrast, lanes: [Int]) {
        guard let sums = run.kept, let level = run.options.confidenceLevel else { return nil }
        self.run = run
        self.contrast = contrast
        width = lanes.count
        probabilities = sums.probabilities
        observed = lanes.map { run.replay.observed[$0] }
        alternative = run.options.alternative
        alpha = 1 - level
        var rows: [Double] = []
        rows.reserveCapacity(sums.count * lanes.count)
        for start in stride(from: 0, to: sums.values.count, by: sums.laneCount) {
            for lane in lanes { rows.append(sums.values[start + lane]) }
        }
        self.rows = rows
    }

    /// The interval around an estimate, and whether p was monotone on both sides.
    ///
    /// - Parameter scale: The step of the search, positive: the standard error where there is one.
    func around(_ estimate: Double, scale: Double) -> (interval: Interval, isMonotone: Bool) {
        let lower = alternative == .less ? nil : end(from: estimate, direction: -1, scale: scale)
        let upper = alternative == .greater ? nil : end(from: estimate, direction: 1, scale: scale)
        return (
            Interval(
                lower: lower?.value ?? -.infinity, upper: upper?.value ?? .infinity,
                confidenceLevel: 1 - alpha,
                validity: .fixedSample),
            (lower?.isMonotone ?? true) && (upper?.isMonotone ?? true)
        )
    }

    /// Whether the p-value of a hypothesis is at most α.
    private func isRejected(_ hypothesis: LabelContrast.Hypothesis) -> Bool {
        let statistic = contrast.under(hypothesis)
        let happened = alternative.extremeness(of: statistic.value { observed[$0] })
        let limit = happened.isFinite ? happened - contrast.tieTolerance(at: happened) : happened
        let allowed = alpha * (1 + 1e-12)
        let (width, alternative) = (width, alternative)
        return unsafe rows.withUnsafeBufferPointer { rows in
            func isExtreme(_ row: Int) -> Bool {
                alternative.extremeness(of: statistic.value { unsafe rows[row &* width &+ $0] }) >= limit
            }
            let count = rows.count / width
            guard probabilities.isEmpty else {
                let extreme = (0..<count).reduce(0) { isExtreme($1) ? $0 + probabilities[$1] : $0 }
                return extreme <= allowed * probabilities.reduce(0, +)
            }
            // What happened is counted among the draws; the list of all assignments holds it already.
            let (added, compared) = run.isExact ? (0, count) : (1, count + 1)
            let most = allowed * Double(compared)
            var extreme = added
            for row in 0..<count where isExtreme(row) {
                extreme += 1
                // More cannot make the hypothesis less likely to stand.
                if Double(extreme) > most { return false }
            }
            return Double(extreme) <= most
        }
    }

    /// Where effects begin to be rejected on one side of the estimate.
    private func end(
        from estimate: Double, direction: Double, scale: Double
    ) -> (value: Double, isMonotone: Bool) {
        guard isRejected(.boundless(sign: direction)) else {
            return (direction * .infinity, true)
        }
        var reach = scale
        while !isRejected(.effect(estimate + direction * reach)) {
            reach *= 2
            guard reach.isFinite else { return (direction * .infinity, true) }
        }
        // Steps inside the bracket and some way beyond it: the outermost effect not rejected counts.
        let steps = (1...16).map { reach * Double($0) / 16 } + [1.25, 1.5, 2, 3, 4, 8].map { reach * $0 }
        let rejected = steps.map { isRejected(.effect(estimate + direction * $0)) }
        let outermost = rejected.lastIndex(of: false)
        if outermost == steps.count - 1 { return (direction * .infinity, false) }
        let isMonotone = rejected.firstIndex(of: true).map { first in outermost.map { $0 < first } ?? true }
        var inside = outermost.map { steps[$0] } ?? 0
        var outside = steps[(outermost ?? -1) + 1]
        while outside - inside > 1e-4 * scale {
            let middle = inside + (outside - inside) / 2
            guard middle > inside, middle < outside else { break }
            if isRejected(.effect(estimate + direction * middle)) {
                outside = middle
            } else {
                inside = middle
            }
        }
        return (estimate + direction * outside, isMonotone ?? true)
    }
}
