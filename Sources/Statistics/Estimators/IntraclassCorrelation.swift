/// How alike customers of one partner are: the analysis-of-variance estimate within arms.
///
/// The estimate is not truncated and may be negative. It describes the numerator's outcomes per customer,
/// whatever the denominator is.
///
/// - Returns: nil when every partner has at most one customer, there are no more partners than arms, or
///   outcomes do not vary.
/// - Source: Donner (1986), International Statistical Review 54:67; Imbens & Kolesár (2016), REStat 98:701.
func intraclassCorrelation(control: [ClusterTotal], treatment: [ClusterTotal]) -> Double? {
    AnalysisOfVariance(groups: [control, treatment])?.intraclassCorrelation
}
