/// A test whose statistic is referred to the chi-squared distribution.
public struct ChiSquaredTest: Sendable, Hashable, Codable {
    /// The statistic; not negative.
    public var statistic: Double
    /// Its degrees of freedom; at least 1.
    public var degreesOfFreedom: Int
    /// P(X > statistic).
    public var pValue: Double

    /// Refers a statistic to its distribution.
    public init(statistic: Double, degreesOfFreedom: Int) {
        self.statistic = statistic
        self.degreesOfFreedom = degreesOfFreedom
        pValue = ChiSquared(degreesOfFreedom: Double(degreesOfFreedom)).survival(max(0, statistic))
    }
}

/// The coefficient of one covariate.
public struct CoxCoefficient: Sendable, Hashable, Codable {
    /// The direction in which a coefficient without a finite estimate grows.
    public enum Direction: String, Sendable, Hashable, Codable {
        /// Towards +∞: only customers with large values are lost.
        case up
        /// Towards −∞: only customers with small values are lost.
        case down
    }

    /// The log hazard ratio of one unit of the covariate; nil when it has no finite estimate.
    public var value: Double?
    /// √ of the inverse information; it takes customers as independent. Nil unless all coefficients are finite.
    public var modelStandardError: Double?
    /// The Lin–Wei error, summed over partners without correction; too small when partners are few. Nil unless all
    /// coefficients are finite.
    public var robustStandardError: Double?
    /// Where the estimate goes when it is not finite.
    public var unbounded: Direction?

    /// Creates a coefficient from its fields.
    public init(
        value: Double?, modelStandardError: Double?, robustStandardError: Double?,
        unbounded: Direction? = nil
    ) {
        self.value = value
        self.modelStandardError = modelStandardError
        self.robustStandardError = robustStandardError
        self.unbounded = unbounded
    }
}

/// A fitted Cox model.
public struct CoxFit: Sendable, Hashable, Codable {
    /// How customers lost together were treated.
    public var ties: CoxTies
    /// One for each covariate, in order.
    public var coefficients: [CoxCoefficient]
    /// Rows at risk at the time of some loss.
    public var rowCount: Int
    /// Losses.
    public var eventCount: Int
    /// The log partial likelihood with all coefficients 0.
    public var nullLogLikelihood: Double
    /// Its maximum, or its least upper bound when a coefficient is not finite.
    public var logLikelihood: Double
    /// Of all coefficients being 0, from the score and information there; takes customers as independent.
    public var scoreTest: ChiSquaredTest
    /// Of all coefficients being 0; takes customers as independent.
    public var likelihoodRatioTest: ChiSquaredTest
    /// Of all coefficients being 0, from the estimates and the information; takes customers as independent. Nil
    /// unless all coefficients are finite.
    public var waldTest: ChiSquaredTest?
    /// Of all coefficients being 0, from the estimates and the robust covariance. Nil unless all coefficients are
    /// finite and there are more partners than coefficients.
    public var robustWaldTest: ChiSquaredTest?
    /// The inverse information, by rows. Nil unless all coefficients are finite.
    public var modelCovariance: [[Double]]?
    /// The Lin–Wei covariance: inverse information × Σ BBᵀ × inverse information over the partners' scores B.
    public var robustCovariance: [[Double]]?
    /// How far leaving out each partner would, to first order, lower each coefficient: a line for each partner.
    public var partnerInfluence: [[Double]]?
    /// How often the likelihood was evaluated.
    public var evaluations: Int

    /// Creates a fit from its fields.
    public init(
        ties: CoxTies, coefficients: [CoxCoefficient], rowCount: Int, eventCount: Int,
        nullLogLikelihood: Double, logLikelihood: Double, scoreTest: ChiSquaredTest,
        likelihoodRatioTest: ChiSquaredTest, waldTest: ChiSquaredTest?, robustWaldTest: ChiSquaredTest?,
        modelCovariance: [[Double]]?, robustCovariance: [[Double]]?, partnerInfluence: [[Double]]?,
        evaluations: Int
    ) {
        self.ties = ties
        self.coefficients = coefficients
        self.rowCount = rowCount
        self.eventCount = eventCount
        self.nullLogLikelihood = nullLogLikelihood
        self.logLikelihood = logLikelihood
        self.scoreTest = scoreTest
        self.likelihoodRatioTest = likelihoodRatioTest
        self.waldTest = waldTest
        self.robustWaldTest = robustWaldTest
        self.modelCovariance = modelCovariance
        self.robustCovariance = robustCovariance
        self.partnerInfluence = partnerInfluence
        self.evaluations = evaluations
    }
}

extension CoxModel {
    /// Fits the coefficients by maximal partial likelihood.
    ///
    /// A coefficient grows without bound when its covariate tells apart those lost from all others at risk, as when
    /// an arm has no losses. It is then reported without a value; the score and likelihood-ratio tests and
    /// `profileInterval` still stand.
    ///
    /// - Parameters:
    ///   - ties: How customers lost together are treated.
    ///   - start: Coefficients to start from, such as those of last week's fit; nil for 0. They change how long the
    ///     search takes, not what it finds.
    /// - Source: Cox (1972); Efron (1977); robust covariance Lin & Wei (1989), JASA 84:1074, over clusters as Lee,
    ///   Wei & Amato (1992).
    /// - Throws: `.collinearCovariate`, `.didNotConverge`.
    public func fit(
        ties: CoxTies = .efron, startingAt start: [Double]? = nil
    ) throws(EstimationError) -> CoxFit {
        precondition(start.map { $0.count == covariateCount } ?? true, "start has one number a covariate")
        let p = covariateCount
        let zero = [Double](repeating: 0, count: p)
        var moments = CoxMoments(self)
        moments.update(self, coefficients: zero)
        let null = CoxLikelihood(self, moments: moments, coefficients: zero, ties: ties)
        let score: Double
        switch CholeskyFactor.factoring(null.information) {
        case .factored(let factor): score = factor.quadraticForm(null.score)
        case .singular(let row): throw .collinearCovariate(index: row)
        }
        let optimum =
            if let start { try maximum(from: start, ties: ties, moments: &moments) } else {
                try maximum(from: null, at: zero, ties: ties, moments: &moments)
            }
        var fit = CoxFit(
            ties: ties, coefficients: [], rowCount: rowCount, eventCount: eventCount,
            nullLogLikelihood: null.logLikelihood, logLikelihood: optimum.logLikelihood,
            scoreTest: ChiSquaredTest(statistic: score, degreesOfFreedom: p),
            likelihoodRatioTest: ChiSquaredTest(
                statistic: 2 * (optimum.logLikelihood - null.logLikelihood), degreesOfFreedom: p),
            waldTest: nil, robustWaldTest: nil, modelCovariance: nil, robustCovariance: nil,
            partnerInfluence: nil, evaluations: optimum.evaluations + (start == nil ? 0 : 1))
        guard optimum.isBounded else {
            fit.coefficients = zip(optimum.coefficients, optimum.growth).map { value, growth in
                CoxCoefficient(
                    value: growth == 0 ? value : nil, modelStandardError: nil, robustStandardError: nil,
                    unbounded: growth == 0 ? nil : growth > 0 ? .up : .down)
            }
            return fit
        }
        addCovariances(to: &fit, optimum: optimum, moments: moments)
        return fit
    }

    private func addCovariances(to fit: inout CoxFit, optimum: CoxOptimum, moments: CoxMoments) {
        let p = covariateCount
        guard let factor = CholeskyFactor(optimum.information) else { return }
        let scores = partnerScores(moments, ties: fit.ties)
        let influence = stride(from: 0, to: scores.count, by: p).map { line in
            factor.solve(Array(scores[line..<(line + p)]))
        }
        let robust = meat(influence.flatMap { $0 })
        let model = factor.inverse()
        fit.modelCovariance = model
        fit.robustCovariance = robust
        fit.partnerInfluence = influence
        fit.coefficients = (0..<p).map { k in
            CoxCoefficient(
                value: optimum.coefficients[k], modelStandardError: model[k][k].squareRoot(),
                robustStandardError: robust[k][k].squareRoot())
        }
        fit.waldTest = CholeskyFactor(model).map {
            ChiSquaredTest(
                statistic: $0.quadraticForm(optimum.coefficients), degreesOfFreedom: p)
        }
        fit.robustWaldTest = CholeskyFactor(robust).map {
            ChiSquaredTest(statistic: $0.quadraticForm(optimum.coefficients), degreesOfFreedom: p)
        }
    }

    /// The score test of all coefficients being 0 with the partners' scores for its variance: UᵀM⁻¹U with
    /// M = Σ BBᵀ.
    ///
    /// - Source: Lin & Wei (1989), JASA 84:1074; as the robust score test of Therneau's coxph.
    /// - Throws: `.noVariation` when the partners' scores do not vary in all directions.
    public func robustScoreTest(ties: CoxTies = .efron) throws(EstimationError) -> ChiSquaredTest {
        var moments = CoxMoments(self)
        let zero = [Double](repeating: 0, count: covariateCount)
        moments.update(self, coefficients: zero)
        let scores = partnerScores(moments, ties: ties)
        guard let factor = CholeskyFactor(meat(scores)) else { throw .noVariation }
        let sum = (0..<covariateCount).map { k in
            stride(from: k, to: scores.count, by: covariateCount).reduce(0) { $0 + scores[$1] }
        }
        return ChiSquaredTest(statistic: factor.quadraticForm(sum), degreesOfFreedom: covariateCount)
    }
}
