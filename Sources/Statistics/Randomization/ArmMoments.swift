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

    static let zero = ArmMoments()

    /// A partner of weight x > 0 and outcome y.
    init(x: Double, y: Double) {
        clusters = 1
        self.x = x
        self.y = y
        xx = x * x
        xy = x * y
        yy = y * y
    }

    private init() {}

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

    /// m/(m − 1) · Σ(y − R·x)² / (Σx)², the delta-method variance of R = Σy/Σx; nil below two partners.
    ///
    /// Residual sums that are rounding noise against Σy² count as 0.
    var rateVariance: Double? {
        guard clusters > 1.5, x > 0 else { return nil }
        let rate = y / x
        let residual = yy - 2 * rate * xy + rate * rate * xx
        let scale = yy + 2 * abs(rate * xy) + rate * rate * xx
        return residual <= 1e-13 * scale ? 0 : residual * clusters / (clusters - 1) / (x * x)
    }
}

/// A difference of rates under one assignment, and the same divided by its standard error where it has one.
struct AssignmentContrast {
    /// Treatment rate − control rate; nil when an arm has no weight.
    var difference: Double?
    /// difference / standard error; nil when the variance is 0 or undefined.
    var studentized: Double?

    init(control: ArmMoments, treatment: ArmMoments) {
        // Counts stay whole under subtraction; the sums of an emptied arm are left with rounding noise.
        guard control.clusters > 0.5, treatment.clusters > 0.5 else { return }
        let contrast = treatment.y / treatment.x - control.y / control.x
        difference = contrast
        if let left = control.rateVariance, let right = treatment.rateVariance, left + right > 0 {
            studentized = contrast / (left + right).squareRoot()
        }
    }
}
