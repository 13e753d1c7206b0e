/// Everything a wild bootstrap statistic depends on besides the weights v.
///
/// In whitened coordinates the bootstrap coefficients minus the restricted ones are β* = Σ v·s, with s the
/// partners' scores of the residuals that are multiplied, and partner g's term of the variance of the
/// contrast q'β is v·a − m'β*, with a = h's, m = Ŝh, and h = q for CR1 or (1 − Ŝ)⁻¹q for CV3. So
///
///     t* = q'β* / √(κ·(Σ v²a² − 2·β*'Σ v·a·m + β*'(Σ m·m')β*)),
///
/// and a set of weights costs 2p sums over partners: β* and Σ v·a·m.
struct WildBootstrapWorld {
    /// The estimated contrast.
    let value: Double
    /// Its standard error in the sample.
    let standardError: Double
    /// The studentised distance from the null.
    let statistic: Double
    let saturatedPartners: [Int]

    /// Groups of partners and the coordinates in which theirs are not 0.
    let cells: [Cell]
    /// The number of coordinates.
    let order: Int
    /// Σ a².
    private var squares = 0.0
    /// Σ m·m'.
    private var quadratic: SmallMatrix
    /// q.
    private let direction: [Double]
    /// κ.
    private let factor: Double

    /// Partners whose s and m vary within the same coordinates.
    struct Cell {
        var coordinates: [Int]
        /// For each partner s, then a·m, both in these coordinates.
        var coefficients: [Double] = []
        /// a² for each partner.
        var squares: [Double] = []

        var width: Int { 2 * coordinates.count }
    }

    init(
        _ model: ClusteredLinearModel, contrast: [Double], nullValue: Double,
        variant: WildBootstrapVariant
    ) throws(EstimationError) {
        guard model.clusterCount >= 2 else {
            throw .tooFewPartners(found: model.clusterCount, required: 2)
        }
        let isJackknifed = variant == .wcr33
        let original = model.whitened(contrast)
        let inverse = ClusterAdjustment(model, correction: .cr3)
        if let cluster = inverse.soleSupports(of: original).first { throw .restsOnOnePartner(index: cluster) }
        let groups = model.clusterCount
        factor =
            isJackknifed ? Double(groups - 1) / Double(groups) : model.finiteSampleFactor(.cr1s)

        let residuals = RestrictedResiduals(model, direction: original, nullValue: nullValue)
        let axes = model.cellAxes()
        direction = axes.rotation * original
        order = model.order
        quadratic = SmallMatrix(rows: order, columns: order)
        var cells = axes.coordinates.map { Cell(coordinates: $0) }
        var observed = 0.0
        var saturated = Set(inverse.saturated.map(\.cluster))
        for (position, cluster) in model.clusters.occupied.enumerated() {
            let leverage = model.leverageMatrix(cluster)
            let weights = isJackknifed ? inverse.weightsOfCoefficients(cluster, of: original) : original
            let score = Array(model.clusters.score(cluster).suffix(order))
            let term = dot(weights, score)
            observed += term * term

            var multiplied = residuals.score(cluster, leverage: leverage)
            if variant != .wcr11 {
                let (correction, isSaturated) = residuals.leavingOut(cluster, leverage: leverage)
                for k in 0..<order { multiplied[k] += correction[k] }
                if isSaturated { saturated.insert(cluster) }
            }
            let own = dot(weights, multiplied)
            let image = axes.rotation * (leverage * weights)
            let rotated = axes.rotation * multiplied
            let cell = axes.cell[position]
            for k in cells[cell].coordinates { cells[cell].coefficients.append(rotated[k]) }
            for k in cells[cell].coordinates { cells[cell].coefficients.append(own * image[k]) }
            cells[cell].squares.append(own * own)
            squares += own * own
            for j in cells[cell].coordinates {
                for k in cells[cell].coordinates { quadratic[j, k] += image[j] * image[k] }
            }
        }
        self.cells = cells
        saturatedPartners = saturated.sorted()
        value = dot(original, model.whitenedCoefficients)
        guard model.exceedsRounding(factor * observed, of: original) else { throw .noVariation }
        standardError = (factor * observed).squareRoot()
        statistic = (value - nullValue) / standardError
    }

    /// Whether a set of weights is at least as far from the null as the sample, and whether it is farther.
    ///
    /// - Parameters:
    ///   - coefficients: β*, all coordinates.
    ///   - products: Σ v·a·m, all coordinates.
    ///   - squares: Σ v²a²; nil where v² is 1.
    func compare(
        coefficients: UnsafeBufferPointer<Double>, products: UnsafeBufferPointer<Double>,
        squares: Double? = nil
    ) -> (reached: Bool, passed: Bool) {
        var numerator = 0.0
        var variance = squares ?? self.squares
        for j in 0..<order {
            let coefficient = unsafe coefficients[j]
            numerator += direction[j] * coefficient
            var image = 0.0
            for k in 0..<order { unsafe image += quadratic.elements[j * order + k] * coefficients[k] }
            unsafe variance += coefficient * (image - 2 * products[j])
        }
        let scale = (factor * max(0, variance)).squareRoot()
        // Without dividing: a set of weights that leaves no variance counts as extreme.
        let distance = abs(numerator)
        return (
            distance >= (abs(statistic) - 1e-9) * scale, distance > (abs(statistic) + 1e-9) * scale
        )
    }
}

/// The scores X̂'We of residuals around the fit that obeys the null, with everybody or without the partner
/// concerned.
private struct RestrictedResiduals {
    private let model: ClusteredLinearModel
    /// The change of the whitened coefficients that the null forces.
    private let change: [Double]
    /// Orthonormal rows; the last is the direction the null fixes.
    private let frame: SmallMatrix

    init(_ model: ClusteredLinearModel, direction: [Double], nullValue: Double) {
        self.model = model
        let length = dot(direction, direction)
        let excess = (dot(direction, model.whitenedCoefficients) - nullValue) / length
        change = direction.map { excess * $0 }
        frame = RestrictedResiduals.frame(endingWith: direction)
    }

    /// X̂'W(y − Xγ) = X̂'We + Ŝ(b − γ).
    func score(_ cluster: Int, leverage: SmallMatrix) -> [Double] {
        let shift = leverage * change
        return zip(model.clusters.score(cluster).suffix(model.order), shift).map(+)
    }

    /// What the score gains when the restricted fit leaves the partner out, and whether that fit is not
    /// unique.
    func leavingOut(_ cluster: Int, leverage: SmallMatrix) -> (gain: [Double], isSaturated: Bool) {
        let free = model.order - 1
        guard free > 0 else { return ([Double](repeating: 0, count: model.order), false) }
        let within = (frame * leverage * frame.transposed).block(0, 0, count: free)
        let score = Array((frame * self.score(cluster, leverage: leverage)).prefix(free))
        var isSaturated = false
        let inverse = within.spectralFunction { value in
            if 1 - value > ClusterAdjustment.saturation { return 1 / (1 - value) }
            isSaturated = true
            return 0
        }
        let shift = frame.transposed * (inverse * score + [0])
        return (leverage * shift, isSaturated)
    }

    /// The Householder reflection that maps a direction to the last axis.
    private static func frame(endingWith direction: [Double]) -> SmallMatrix {
        var mirror = direction
        let last = mirror.count - 1
        mirror[last] += (direction[last] < 0 ? -1 : 1) * dot(direction, direction).squareRoot()
        var result = SmallMatrix.identity(mirror.count)
        result.addProduct(mirror, mirror, scale: -2 / dot(mirror, mirror))
        return result
    }
}

extension ClusterAdjustment {
    /// T'·q on the coefficients alone, without Z's unweighted half.
    func weightsOfCoefficients(_ cluster: Int, of contrast: [Double]) -> [Double] {
        Array(weights(cluster, of: contrast).suffix(contrast.count))
    }
}
