/// Sums over the partners of an arm from which a studentised difference follows; they add and subtract.
struct ArmMoments {
    /// Partners with a positive weight.
    var clusters = 0.0
    /// Σ x.
    var x = 0.0
    /// Σ y.
    var y = 0.0
    /// Σ x².
    var xx = 0.0
    /// Σ xy.
    var xy = 0.0
    /// Σ y².
    var yy = 0.0

    static func += (left: inout ArmMoments, right: ArmMoments) {
        left.clusters += right.clusters
        left.x += right.x
        left.y += right.y
        left.xx += right.xx
        left.xy += right.xy
        left.yy += right.yy
    }

    static func -= (left: inout ArmMoments, right: ArmMoments) {
        left.clusters -= right.clusters
        left.x -= right.x
        left.y -= right.y
        left.xx -= right.xx
        left.xy -= right.xy
        left.yy -= right.yy
    }

    static func - (left: ArmMoments, right: ArmMoments) -> ArmMoments {
        var difference = left
        difference -= right
        return difference
    }

    /// Whether anybody with a weight is left; counts stay whole under subtraction, sums keep rounding noise.
    var isEmpty: Bool { clusters < 0.5 }

    /// Σy / Σx.
    var rate: Double { y / x }

    /// m/(m − 1) · Σ(y − R·x)² / (Σx)², the delta-method variance of R = Σy/Σx; nil below two partners.
    ///
    /// Residual sums that are rounding noise against Σy² count as 0.
    var rateVariance: Double? {
        guard clusters > 1.5, x > 0 else { return nil }
        let rate = rate
        let (cross, square) = (2 * rate * xy, rate * rate * xx)
        let residual = yy - cross + square
        let scale = yy + abs(cross) + square
        return residual <= 1e-13 * scale ? 0 : residual * clusters / ((clusters - 1) * x * x)
    }

    /// treatment rate − control rate; nil when an arm has no weight.
    static func difference(control: ArmMoments, treatment: ArmMoments) -> Double? {
        control.isEmpty || treatment.isEmpty ? nil : treatment.rate - control.rate
    }

    /// The difference over its standard error.
    ///
    /// Infinite for arms that differ without varying inside; nil when an arm has fewer than two partners. This is
    /// one fixed function of the assignment, which is what keeps a test exact that meets such assignments.
    static func studentized(control: ArmMoments, treatment: ArmMoments) -> Double? {
        guard let left = control.rateVariance, let right = treatment.rateVariance else { return nil }
        let difference = treatment.rate - control.rate
        if left + right > 0 { return difference / (left + right).squareRoot() }
        return difference == 0 ? 0 : (difference < 0 ? -.infinity : .infinity)
    }
}
