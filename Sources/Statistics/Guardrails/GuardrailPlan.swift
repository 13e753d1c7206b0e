/// What a guardrail metric must not do, and how strictly that is judged over all looks.
///
/// A guardrail is asked two questions with an error of their own each. Non-inferiority: is harm beyond the margin
/// ruled out? Deterioration: is any harm shown?
public struct GuardrailPlan: Sendable, Hashable, Codable {
    /// The direction of the metric that is good.
    public enum Benefit: String, Sendable, Hashable, Codable {
        /// More is better.
        case increase
        /// Less is better.
        case decrease
    }

    /// What is asked of a guardrail at every look.
    public enum Question: String, Sendable, Hashable, Codable {
        /// Is harm beyond the margin ruled out?
        case nonInferiority
        /// Is any harm shown?
        case deterioration
    }

    /// One question's error and how it is spent.
    public struct Test: Sendable, Hashable, Codable {
        /// The one-sided error over all looks; between 0 and 1/2.
        public var alpha: Double
        /// How it is spent.
        public var spending: SpendingFunction

        /// Creates a test.
        public init(alpha: Double, spending: SpendingFunction) {
            self.alpha = alpha
            self.spending = spending
            require(fault)
        }

        /// Decodes a test, refusing an impossible error.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            alpha = try container.decode(Double.self, forKey: .alpha)
            spending = try container.decode(SpendingFunction.self, forKey: .spending)
            try decoder.refuse(fault)
        }

        private var fault: String? {
            alpha > 0 && alpha < 0.5 ? nil : "a one-sided error lies between 0 and 1/2"
        }
    }

    /// The largest acceptable harm in the metric's unit; not negative.
    public var margin: Double
    /// The direction of the metric that is good.
    public var benefit: Benefit
    /// The test that harm is below the margin.
    public var nonInferiority: Test
    /// The test that there is harm. Early harm matters, so it spends earlier than a test of success would.
    public var deterioration: Test

    /// Creates a plan; both tests have a one-sided error of 5 % unless told otherwise.
    public init(
        margin: Double, benefit: Benefit,
        nonInferiority: Test = Test(alpha: 0.05, spending: .obrienFleming),
        deterioration: Test = Test(alpha: 0.05, spending: .hwangShihDeCani(gamma: -2))
    ) {
        self.margin = margin
        self.benefit = benefit
        self.nonInferiority = nonInferiority
        self.deterioration = deterioration
        require(fault)
    }

    /// Decodes a plan, refusing an impossible margin.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        margin = try container.decode(Double.self, forKey: .margin)
        benefit = try container.decode(Benefit.self, forKey: .benefit)
        nonInferiority = try container.decode(Test.self, forKey: .nonInferiority)
        deterioration = try container.decode(Test.self, forKey: .deterioration)
        try decoder.refuse(fault)
    }

    private var fault: String? { margin >= 0 && margin.isFinite ? nil : "a margin is not negative" }

    /// 1 where larger values are better, −1 otherwise.
    private var sign: Double { benefit == .increase ? 1 : -1 }

    /// What answers a question with yes.
    func claim(_ question: Question) -> OneSidedClaim {
        switch question {
        case .nonInferiority: OneSidedClaim(test: nonInferiority, sign: sign, limit: -margin)
        case .deterioration: OneSidedClaim(test: deterioration, sign: -sign, limit: 0)
        }
    }
}
