/// Tests whether observation is cut off at the same rate in both arms, with partners as the randomised units.
///
/// It is the clustered log-rank test with the end of observation as the event and losses cut off. Survival methods
/// take customers whose observation ends as no different from those that stay; when arms differ in who is cut off,
/// that is in doubt in one of them, and the curves need a sensitivity analysis. Rows whose observation ends because
/// the look is held, at a time that does not depend on the arm, do no harm.
///
/// - Throws: As `clusteredLogRank`; `.noEvents` when nobody was cut off.
public func differentialCensoringTest(
    control: SurvivalSample, treatment: SurvivalSample
) throws(EstimationError) -> LogRankResult {
    try clusteredLogRank(
        control: control.counting(control.isEvent.map { !$0 }),
        treatment: treatment.counting(treatment.isEvent.map { !$0 }))
}
