package import Statistics

/// One numbered analysis of a pilot at an as-of date; recording it spends alpha.
///
/// A look holds everything its report shows, so that the report is a function of it alone.
package struct Look: Sendable, Hashable, Codable {
    package var pilot: Pilot.ID
    /// 1 for the first recorded look.
    package var index: Int
    /// Which of the plan's look dates this is, from 1; a skipped date leaves a gap.
    package var plannedIndex: Int
    package var plannedLooks: Int
    package var asOf: Day
    package var recordedAt: Instant
    package var snapshotSequence: Int64
    package var planHash: ContentHash
    package var engine: String
    /// Whether the store runs on a simulated business clock.
    package var isPractice: Bool
    package var isFinal: Bool
    /// Planned information fraction of the primary metric at this look.
    package var informationFraction: Double
    package var arms: [ArmSummary]
    /// The primary metric's effects come first, then secondary, then guardrails; within a metric by variant.
    package var effects: [Effect]
    package var guardrails: [GuardrailResult]
    package var survival: [ArmSurvival]
    package var health: DataHealth
    package var money: [MoneySummary]
    package var influence: [Influence]
    /// One a treatment variant.
    package var verdicts: [Verdict]
    package var recommendation: Recommendation

    package init(
        pilot: Pilot.ID, index: Int, plannedIndex: Int, plannedLooks: Int, asOf: Day,
        recordedAt: Instant, snapshotSequence: Int64, planHash: ContentHash, engine: String,
        isPractice: Bool, isFinal: Bool, informationFraction: Double, arms: [ArmSummary],
        effects: [Effect], guardrails: [GuardrailResult], survival: [ArmSurvival], health: DataHealth,
        money: [MoneySummary], influence: [Influence], verdicts: [Verdict],
        recommendation: Recommendation
    ) {
        self.pilot = pilot
        self.index = index
        self.plannedIndex = plannedIndex
        self.plannedLooks = plannedLooks
        self.asOf = asOf
        self.recordedAt = recordedAt
        self.snapshotSequence = snapshotSequence
        self.planHash = planHash
        self.engine = engine
        self.isPractice = isPractice
        self.isFinal = isFinal
        self.informationFraction = informationFraction
        self.arms = arms
        self.effects = effects
        self.guardrails = guardrails
        self.survival = survival
        self.health = health
        self.money = money
        self.influence = influence
        self.verdicts = verdicts
        self.recommendation = recommendation
    }
}

/// How an arm is made up.
package struct ArmSummary: Sendable, Hashable, Codable {
    package var variant: Variant.ID
    package var partnersAssigned: Int
    /// Partners with at least one cohort contract (or observation) in the book.
    package var partnersObserved: Int
    /// Cohort contracts due inside the window (or observations).
    package var due: Int
    package var matured: Int
    package var renewed: Int
    /// Partners who hold a promise of this variant on the look's date.
    package var promisesInForce: Int

    package init(
        variant: Variant.ID, partnersAssigned: Int, partnersObserved: Int, due: Int, matured: Int,
        renewed: Int, promisesInForce: Int
    ) {
        self.variant = variant
        self.partnersAssigned = partnersAssigned
        self.partnersObserved = partnersObserved
        self.due = due
        self.matured = matured
        self.renewed = renewed
        self.promisesInForce = promisesInForce
    }
}

/// Treatment against control on one metric.
package struct Effect: Sendable, Hashable, Codable {
    package enum Role: String, Sendable, Hashable, Codable {
        case primary, secondary, guardrail
    }

    package var metric: Metric
    package var role: Role
    package var variant: Variant.ID
    /// The two arms by the declared estimand; `nil` when an arm has no mature observation.
    package var control: ArmRate?
    package var treatment: ArmRate?
    /// The declared estimand's difference; `nil` when an arm is empty.
    package var difference: Double?
    /// The declared estimand's estimate; `nil` with the reason in `unavailable`.
    package var estimate: Estimate?
    /// The other estimand's estimate, always shown beside.
    package var otherEstimate: Estimate?
    package var intraclassCorrelation: Double?
    package var pValue: Double?
    /// Boundary at this look on the z scale (absolute, two-sided primary; one-sided otherwise); `nil` when
    /// the look adds no information.
    package var criticalValue: Double?
    /// Nominal one-sided level of this look's boundary.
    package var nominalLevel: Double?
    package var fixedInterval: Interval?
    package var repeatedInterval: Interval?
    package var randomization: RandomizationResult?
    /// Churn only: the clustered log-rank test.
    package var logRank: LogRankResult?
    /// Why there is no estimate, p-value or randomisation test: one sentence each.
    package var unavailable: [String]

    package init(metric: Metric, role: Role, variant: Variant.ID) {
        self.metric = metric
        self.role = role
        self.variant = variant
        unavailable = []
    }
}

/// A guardrail at one look, for one treatment variant.
package struct GuardrailResult: Sendable, Hashable, Codable {
    /// See ``Guardrail``; precedence breached > stale > noData > ok > notPoweredYet.
    package enum State: String, Sendable, Hashable, Codable {
        case breached, stale, noData, ok, notPoweredYet
    }

    package var metric: Metric
    package var severity: Guardrail.Severity
    package var maxHarm: Double
    package var variant: Variant.ID
    package var state: State
    /// Harm: the effect, signed so that positive is worse; `nil` without mature data in both arms.
    package var harm: Double?
    /// Upper repeated one-sided bound of the harm.
    package var upperBound: Double?
    /// One-sided p of harm ≤ 0, and the nominal level it is held against at this look.
    package var deteriorationPValue: Double?
    package var deteriorationLevel: Double?
    /// One sentence: what went over which limit and by how much, or what is not known yet.
    package var reason: String

    package init(
        metric: Metric, severity: Guardrail.Severity, maxHarm: Double, variant: Variant.ID, state: State,
        harm: Double?, upperBound: Double?, deteriorationPValue: Double?, deteriorationLevel: Double?,
        reason: String
    ) {
        self.metric = metric
        self.severity = severity
        self.maxHarm = maxHarm
        self.variant = variant
        self.state = state
        self.harm = harm
        self.upperBound = upperBound
        self.deteriorationPValue = deteriorationPValue
        self.deteriorationLevel = deteriorationLevel
        self.reason = reason
    }
}

/// Retention of one arm's customers over time.
package struct ArmSurvival: Sendable, Hashable, Codable {
    package var metric: Metric.ID
    package var variant: Variant.ID
    package var curve: SurvivalCurve

    package init(metric: Metric.ID, variant: Variant.ID, curve: SurvivalCurve) {
        self.metric = metric
        self.variant = variant
        self.curve = curve
    }
}
