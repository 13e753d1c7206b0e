/// Where the moments of an arm stand among the sums of a metric's columns, and how a shift changes them.
struct MomentLayout: Sendable {
    /// The weight of everyone is 1, so this is a partner's weight when all weigh the same; nil otherwise.
    let commonWeight: Double?
    /// Whether there are sums of squares and products.
    let isStudentized: Bool
    /// Whether there are sums over those who were treated.
    let isShiftable: Bool

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
    @inline(__always)
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
}
