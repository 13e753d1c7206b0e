import Foundation
import Statistics

/// Boundaries, what they spend and what they cost, solved on a `LookRecursion` of a stated resolution.
///
/// rpact 3.3.4 bisects each boundary between 0 and 8 to a width of 1e-8, on probabilities that lack what lies
/// beyond its limits, and prints no boundary of 7.5 and more. The difference between its resolution and a fine
/// one, added to the library's answer, is what rpact prints; so the library's answer stays under test.
struct GroupSequentialResolution {
    /// Boundaries on the scale of z and the error spent up to each look.
    struct Solution {
        var z: [Double]
        var spent: [Double]
    }

    /// From where rpact prints no boundary.
    static let largestPrinted = 7.5

    let fractions: [Double]
    /// Whether crossing downwards ends the trial and counts as an error.
    let isTwoSided: Bool
    let resolution: LookRecursion.Resolution

    /// The boundaries that spend up to each look what `cumulative` says.
    func spendingBoundaries(cumulative: [Double]) -> Solution {
        var solution = Solution(z: [], spent: [])
        var recursion = LookRecursion(fractions: fractions, resolution: resolution)
        var spent = 0.0
        for (look, target) in cumulative.enumerated() {
            let z =
                look == 0
                ? Normal.survivalQuantile(target / (isTwoSided ? 2 : 1))
                : bisect { spent + error(recursion, $0) - target }
            spent += error(recursion, z)
            solution.z.append(z)
            solution.spent.append(spent)
            recursion.pass(lower: isTwoSided ? -z : -.infinity, upper: z)
        }
        return solution
    }

    /// The boundaries scale · fraction^(delta − 1/2) that spend `alpha` in all.
    ///
    /// - Parameter guess: Where to start the search for the scale.
    func familyBoundaries(alpha: Double, family: BoundaryFamily, guess: Double) -> Solution {
        func solution(_ scale: Double) -> Solution {
            let z = fractions.map { scale * pow($0, family.delta - 0.5) }
            var recursion = LookRecursion(fractions: fractions, resolution: resolution)
            var spent: [Double] = []
            for bound in z {
                spent.append((spent.last ?? 0) + error(recursion, bound))
                recursion.pass(lower: isTwoSided ? -bound : -.infinity, upper: bound)
            }
            return Solution(z: z, spent: spent)
        }
        return solution(secant(from: guess) { (solution($0).spent.last ?? 0) - alpha })
    }

    /// How much more information than one look the boundaries need for `power` against an increase.
    ///
    /// - Parameters:
    ///   - level: The error of one direction.
    ///   - guess: Where to start the search.
    func inflation(boundaries: [Double], level: Double, power target: Double, guess: Double) -> Double {
        let single = Normal.survivalQuantile(level) + Normal.quantile(target)
        func shortfall(_ inflation: Double) -> Double {
            let drift = inflation.squareRoot() * single
            var recursion = LookRecursion(fractions: fractions, resolution: resolution)
            var crossed = 0.0
            for (bound, fraction) in zip(boundaries, fractions) {
                let shift = drift * fraction.squareRoot()
                let upper = min(bound, Self.largestPrinted) - shift
                crossed += recursion.chanceAbove(upper)
                recursion.pass(lower: isTwoSided ? -bound - shift : -.infinity, upper: upper)
            }
            return crossed - target
        }
        return secant(from: guess, shortfall)
    }

    /// The root of a smooth function near a good guess.
    private func secant(from guess: Double, _ function: (Double) -> Double) -> Double {
        var (last, current) = (guess * 0.9999, guess)
        var (lastValue, value) = (function(last), function(current))
        for _ in 0..<20 where abs(current - last) > 1e-7 && value != lastValue {
            let next = current - value * (current - last) / (value - lastValue)
            (last, lastValue) = (current, value)
            (current, value) = (next, function(next))
        }
        return current
    }

    private func error(_ recursion: LookRecursion, _ z: Double) -> Double {
        recursion.chanceAbove(z) + (isTwoSided ? recursion.chanceBelow(-z) : 0)
    }

    /// Where a decreasing function changes sign, to 1e-8; the end of the range when it does not.
    private func bisect(_ excess: (Double) -> Double) -> Double {
        var (low, high) = (0.0, resolution.highest)
        var middle = high
        repeat {
            middle = (low + high) / 2
            if excess(middle) > 0 { low = middle } else { high = middle }
        } while high - low > 1e-8
        return middle
    }
}
