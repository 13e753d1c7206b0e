import Foundation
import Statistics

/// The recursion of a group-sequential test on the scale of z, integrated by composite closed Newton–Cotes
/// rules of seven points with a stated number of panels between stated limits.
///
/// Test-only: it exists to say by how much another program's choice of panels and limits moves a boundary.
///
/// - Source: Armitage, McPherson & Rowe (1969), JRSS A 132:235; Abramowitz & Stegun (1964), 25.4.18.
struct LookRecursion {
    /// How finely to integrate, and where.
    struct Resolution {
        /// Panels of six intervals; as many as the steps between looks need when nil.
        let panels: Int?
        /// Below which the process is left out of account.
        let lowest: Double
        /// Above which boundaries are taken to lie here.
        let highest: Double
        /// Whether the chance of crossing is what is lost of the mass, so that an error of integration counts
        /// as crossing, rather than an integral of its own.
        let isByDifference: Bool

        /// What rpact 3.3.4 computes with: 91 nodes between −6 and at most 8, crossing by difference.
        ///
        /// - Source: rpact 3.3.4, its constants `C_CONST_NEWTON_COTES` (15), `C_FUTILITY_BOUNDS_DEFAULT` (−6) and
        ///   `C_UPPER_BOUNDS_DEFAULT` (8).
        static let rpact = Resolution(panels: 15, lowest: -6, highest: 8, isByDifference: true)
        /// As good as exact.
        static let fine = Resolution(panels: nil, lowest: -9, highest: 40, isByDifference: false)
    }

    private static let weights: [Double] = [41, 216, 27, 272, 27, 216, 41].map { $0 / 140 }

    let fractions: [Double]
    let resolution: Resolution
    /// How many looks were passed.
    private(set) var passed = 0
    private var nodes: [Double] = []
    private var mass: [Double] = []
    private var entering = 1.0

    init(fractions: [Double], resolution: Resolution) {
        self.fractions = fractions
        self.resolution = resolution
    }

    /// The chance that the next look is the first above `upper`.
    func chanceAbove(_ upper: Double) -> Double {
        let upper = min(upper, resolution.highest)
        if resolution.isByDifference { return entering - cumulative(upper) }
        guard passed > 0 else { return Normal.survival(upper) }
        return integral(at: upper, Normal.survival)
    }

    /// The chance that the next look is the first below `lower`.
    func chanceBelow(_ lower: Double) -> Double { cumulative(max(lower, resolution.lowest)) }

    /// Goes on to the next look with the paths that are between two boundaries at this one.
    mutating func pass(lower: Double, upper: Double) {
        let (lower, upper) = (max(lower, resolution.lowest), min(upper, resolution.highest))
        let isLast = passed + 1 == fractions.count
        let remaining = cumulative(upper) - cumulative(lower)
        if !isLast {
            let panels = resolution.panels ?? sufficientPanels(width: upper - lower)
            let step = (upper - lower) / Double(6 * panels)
            let next = (0...6 * panels).map { lower + Double($0) * step }
            var weights = [Double](repeating: 0, count: next.count)
            for panel in 0..<panels {
                for (k, weight) in Self.weights.enumerated() { weights[6 * panel + k] += weight * step }
            }
            mass = zip(weights, next.map(density)).map(*)
            nodes = next
        }
        entering = remaining
        passed += 1
    }

    private func cumulative(_ z: Double) -> Double {
        passed == 0 ? Normal.cdf(z) : integral(at: z, Normal.cdf)
    }

    /// The sum over nodes of a function of z standardised by the step from that node.
    private func integral(at z: Double, _ value: (Double) -> Double) -> Double {
        let step = (fractions[passed] - fractions[passed - 1]).squareRoot()
        let (before, now) = (
            fractions[passed - 1].squareRoot() / step, z * fractions[passed].squareRoot() / step
        )
        var sum = 0.0
        var k = 0
        // An index by hand: the sums are long and builds for tests are not optimised.
        while k < nodes.count {
            sum += value(now - nodes[k] * before) * mass[k]
            k += 1
        }
        return sum
    }

    private func density(_ z: Double) -> Double {
        guard passed > 0 else { return Normal.density(z) }
        let step = (fractions[passed] - fractions[passed - 1]).squareRoot()
        let now = fractions[passed].squareRoot() / step
        return now / (2 * Double.pi).squareRoot()
            * integral(at: z) { $0 * $0 > 80 ? 0 : exp(-0.5 * $0 * $0) }
    }

    /// Panels of at most the smallest standard deviation of a step.
    private func sufficientPanels(width: Double) -> Int {
        let steps = fractions.indices.dropFirst().map {
            ((fractions[$0] - fractions[$0 - 1]) / fractions[$0]).squareRoot()
        }
        return min(150, max(15, Int((width / (steps.min() ?? 1)).rounded(.up))))
    }
}
