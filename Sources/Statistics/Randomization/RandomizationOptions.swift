/// How a randomisation test is carried out.
public struct RandomizationOptions: Sendable, Hashable, Codable {
    /// Random assignments when not all are compared; positive.
    public var draws: Int
    /// What the draws depend on, besides the design.
    public var seed: UInt64
    /// All assignments are compared when the mechanism can produce at most that many.
    public var exactLimit: Double
    /// In which direction a difference is extreme.
    public var alternative: Alternative
    /// The level of an interval by test inversion, for example 0.95; nil for none.
    public var confidenceLevel: Double?
    /// Stop drawing once this many draws were as extreme as what happened: enough to see that a p-value is
    /// not small. Nil, the default, for all draws. Does not concern exact tests.
    public var stoppingCount: Int?

    /// Creates options.
    public init(
        draws: Int = 9999, seed: UInt64, exactLimit: Double = 2e5, alternative: Alternative = .twoSided,
        confidenceLevel: Double? = nil, stoppingCount: Int? = nil
    ) {
        self.draws = draws
        self.seed = seed
        self.exactLimit = exactLimit
        self.alternative = alternative
        self.confidenceLevel = confidenceLevel
        self.stoppingCount = stoppingCount
        require(fault)
    }

    /// Decodes options, refusing impossible ones.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        draws = try container.decode(Int.self, forKey: .draws)
        seed = try container.decode(UInt64.self, forKey: .seed)
        exactLimit = try container.decode(Double.self, forKey: .exactLimit)
        alternative = try container.decode(Alternative.self, forKey: .alternative)
        confidenceLevel = try container.decodeIfPresent(Double.self, forKey: .confidenceLevel)
        stoppingCount = try container.decodeIfPresent(Int.self, forKey: .stoppingCount)
        try decoder.refuse(fault)
    }

    private var fault: String? {
        if draws <= 0 { return "a randomisation test needs at least one draw" }
        if let confidenceLevel, !(confidenceLevel > 0 && confidenceLevel < 1) {
            return "a confidence level lies between 0 and 1"
        }
        if let stoppingCount, stoppingCount <= 0 { return "a stopping count is positive" }
        return nil
    }
}

extension Alternative {
    /// The statistic turned so that larger is more extreme; an undefined one is more extreme than all others.
    func extremeness(of statistic: Double?) -> Double {
        guard let statistic else { return .infinity }
        return switch self {
        case .twoSided: abs(statistic)
        case .greater: statistic
        case .less: -statistic
        }
    }
}
