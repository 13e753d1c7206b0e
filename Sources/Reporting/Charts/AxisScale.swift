import Foundation

/// A linear map from values to coordinates, with round tick values.
struct AxisScale {
    let lower: Double
    let upper: Double
    private let start: Double
    private let end: Double

    /// - Parameters:
    ///   - values: the range to show; widened when it is a single value.
    ///   - coordinates: where its ends lie; descending for a vertical axis.
    init(values: ClosedRange<Double>, coordinates: (start: Double, end: Double)) {
        let isPoint = values.upperBound - values.lowerBound < 1e-9
        lower = values.lowerBound - (isPoint ? 0.5 : 0)
        upper = values.upperBound + (isPoint ? 0.5 : 0)
        start = coordinates.start
        end = coordinates.end
    }

    /// The coordinate of a value; values outside the range lie outside the axis.
    func callAsFunction(_ value: Double) -> Double {
        start + (value - lower) / (upper - lower) * (end - start)
    }

    /// The coordinate of the nearest value on the axis.
    func clamped(_ value: Double) -> Double { self(min(max(value, lower), upper)) }

    func ticks(target: Int) -> [Double] { AxisScale.ticks(from: lower, to: upper, target: target) }

    /// Multiples of 1, 2 or 5 times a power of ten within the range, about `target` of them.
    static func ticks(from lower: Double, to upper: Double, target: Int) -> [Double] {
        guard upper > lower, target > 0 else { return [lower] }
        let raw = (upper - lower) / Double(target)
        let magnitude = pow(10, log10(raw).rounded(.down))
        let step = ([1, 2, 5, 10].first { $0 * magnitude >= raw * 0.999 } ?? 10) * magnitude
        let first = Int((lower / step - 1e-9).rounded(.up))
        let last = Int((upper / step + 1e-9).rounded(.down))
        return first <= last ? (first...last).map { Double($0) * step } : [lower]
    }

    /// The range an axis of effects shows: everything in `core` and zero, with wide intervals shown as far as
    /// two and a half times that, so that one very uncertain row does not flatten all others.
    static func effectRange(core: [Double], wide: [Double]) -> ClosedRange<Double> {
        let finiteCore = core.filter(\.isFinite) + [0]
        let lower = finiteCore.min() ?? 0
        let upper = finiteCore.max() ?? 0
        let reach = max(upper - lower, 0.01)
        let limits = (lower: lower - 1.5 * reach, upper: upper + 1.5 * reach)
        let finiteWide = wide.filter(\.isFinite)
        let low = min(lower, max(limits.lower, finiteWide.min() ?? lower))
        let high = max(upper, min(limits.upper, finiteWide.max() ?? upper))
        let padding = 0.05 * max(high - low, 0.01)
        return (low - padding)...(high + padding)
    }
}
