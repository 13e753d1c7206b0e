/// The confidence interval of a constant effect: all effects that the randomisation test does not reject.
///
/// For a hypothetical effect τ the treated partners' outcomes are lowered by τ·x, and the test of no effect is
/// repeated on the same assignments. The ends are found by bisection, to 10⁻⁴ of the standard error outwards,
/// so that the interval never claims too much.
///
/// - Source: Rosenbaum (2002), Observational Studies, sec. 2.6; Imbens & Rubin (2015), sec. 5.7.
struct ShiftInterval {
    private let run: RandomizationRun
    private let sums: AssignmentSums
    private let contrast: LabelContrast
    /// The lane of the contrast's first column.
    private let first: Int
    private let alternative: Alternative
    private let alpha: Double

    init?(run: RandomizationRun, contrast: LabelContrast, first: Int) {
        guard let sums = run.kept, let level = run.options.confidenceLevel else { return nil }
        self.run = run
        self.sums = sums
        self.contrast = contrast
        self.first = first
        alternative = run.options.alternative
        alpha = 1 - level
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

    /// The p-value of a hypothesis.
    func pValue(_ hypothesis: LabelContrast.Hypothesis) -> Double {
        let happened = extremeness(hypothesis) { run.replay.observed[first + $0] }
        let tolerance = contrast.tieTolerance(at: happened)
        var tally = ExtremeTally(observed: happened, tolerance: tolerance, stoppingCount: nil) { sums, row in
            extremeness(hypothesis) { sums[row, first + $0] }
        }
        tally.add(sums, count: sums.count)
        return run.isExact ? tally.exactPValue : tally.drawnPValue
    }

    private func extremeness(_ hypothesis: LabelContrast.Hypothesis, _ sum: (Int) -> Double) -> Double {
        alternative.extremeness(of: contrast.statistic(hypothesis, sum))
    }

    private func isRejected(_ effect: Double) -> Bool { pValue(.effect(effect)) <= alpha * (1 + 1e-12) }

    /// Where effects begin to be rejected on one side of the estimate.
    private func end(
        from estimate: Double, direction: Double, scale: Double
    ) -> (value: Double, isMonotone: Bool) {
        guard pValue(.boundless(sign: direction)) <= alpha * (1 + 1e-12) else {
            return (direction * .infinity, true)
        }
        var reach = scale
        while !isRejected(estimate + direction * reach) {
            reach *= 2
            guard reach.isFinite else { return (direction * .infinity, true) }
        }
        // Steps inside the bracket and some way beyond it: the outermost effect not rejected counts.
        let steps = (1...16).map { reach * Double($0) / 16 } + [1.25, 1.5, 2, 3, 4, 8].map { reach * $0 }
        let rejected = steps.map { isRejected(estimate + direction * $0) }
        let outermost = rejected.lastIndex(of: false)
        if outermost == steps.count - 1 { return (direction * .infinity, false) }
        let isMonotone = rejected.firstIndex(of: true).map { first in outermost.map { $0 < first } ?? true }
        var inside = outermost.map { steps[$0] } ?? 0
        var outside = steps[(outermost ?? -1) + 1]
        while outside - inside > 1e-4 * scale {
            let middle = inside + (outside - inside) / 2
            guard middle > inside, middle < outside else { break }
            if isRejected(estimate + direction * middle) { outside = middle } else { inside = middle }
        }
        return (estimate + direction * outside, isMonotone ?? true)
    }
}
