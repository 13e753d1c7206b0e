import Foundation

/// A number in so many significant digits, without trailing zeros.
func shortForm(_ value: Double, digits: Int) -> String {
    value.isInfinite
        ? (value < 0 ? "−∞" : "∞") : String(format: "%.*g", digits, value).replacing("-", with: "−")
}

/// A p-value in four digits after the point, or as a bound.
func pValueForm(_ value: Double) -> String {
    value < 0.0001 ? "<0.0001" : String(format: "%.4f", value)
}

/// A p-value in a sentence: "p = 0.0312", "p < 0.0001".
func pValueWords(_ value: Double) -> String {
    value < 0.0001 ? "p < 0.0001" : "p = \(pValueForm(value))"
}
